"""Tables of casework: cases, the permanent log of each, and the forms of assessments."""

import uuid
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from securecare.foundation.columns import (
    Table,
    bigint,
    identifier,
    instant,
    made_at,
    of_organization,
    reference,
    within_organization,
)
from securecare.foundation.sealing import sealed_column

SEALED_ENTRY = sealed_column("case_entry", "sealed", bound_to="public_id")

STATUSES = ("open", "on_hold", "closed")
KINDS = ("intake", "service", "assessment", "goal", "outcome", "status")
RESULTS = ("met", "partly", "not_met")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _within_case(column: str) -> ForeignKeyConstraint:
    """A reference to another entry of the same case."""
    return ForeignKeyConstraint(
        ["organization_id", "case_id", column],
        ["case_entry.organization_id", "case_entry.case_id", "case_entry.id"],
    )


class AssessmentForm(Table, table=True):
    """A form as it is being written. What is asked with is a version of it that was published."""

    __table_args__ = (
        within_organization(),
        Index(None, "organization_id", "name", unique=True),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    name: str
    description: str = ""
    draft: dict[str, Any] = Field(sa_type=JSONB, nullable=False)
    active: bool = True
    version: int = 1
    changed_at: datetime = made_at()


class AssessmentVersion(Table, table=True):
    """A form as it was published. Rows are permanent, so what was answered keeps its meaning."""

    __table_args__ = (
        of_organization("form_id", "assessment_form"),
        within_organization(),
        UniqueConstraint("organization_id", "form_id", "number"),
        CheckConstraint("highest >= lowest", name="range"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    form_id: int = bigint()
    number: int
    name: str
    """What the form was called then."""
    definition: dict[str, Any] = Field(sa_type=JSONB, nullable=False)
    lowest: int
    highest: int
    """Between what a score can lie."""
    account_id: int | None = reference("account.id", nullable=True)
    made_at: datetime = made_at()


class CareCase(Table, table=True):
    """What is being worked on with a customer in one program. Its log says everything else."""

    __table_args__ = (
        of_organization("customer_id", "customer"),
        of_organization("program_id", "program"),
        of_organization("facility_id", "facility"),
        of_organization("lead_staff_id", "staff"),
        within_organization(),
        UniqueConstraint("organization_id", "number"),
        Index(None, "organization_id", "customer_id"),
        CheckConstraint(_one_of("status", ("new", *STATUSES)), name="status"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    customer_id: int = bigint()
    program_id: int = bigint()
    facility_id: int = bigint()
    number: int
    title: str
    lead_staff_id: int | None = bigint(nullable=True)
    intake_on: date
    status: str | None = Field(
        default=None, nullable=False, sa_column_kwargs={"server_default": "new"}
    )
    """Moved by the database with each status that is put into the log, and by nothing else."""
    status_at: datetime | None = instant(nullable=True)
    form_key: uuid.UUID | None = Field(default=None, unique=True)
    version: int = 1
    made_at: datetime = made_at()


class CaseEntry(Table, table=True):
    """One line of a case's log. Rows are permanent; a correction is another row that follows one."""

    __table_args__ = (
        of_organization("case_id", "care_case"),
        of_organization("staff_id", "staff"),
        of_organization("version_id", "assessment_version"),
        UniqueConstraint("organization_id", "case_id", "id"),
        _within_case("goal_id"),
        _within_case("corrects_id"),
        _within_case("root_id"),
        Index(None, "organization_id", "case_id", "at", "id"),
        Index(None, "organization_id", "case_id", "kind", "at", "id"),
        # One row follows another at most: of two who correct at once, one comes second.
        Index(
            "case_entry_corrected_once",
            "corrects_id",
            unique=True,
            postgresql_where=text("corrects_id IS NOT NULL"),
        ),
        Index(
            "case_entry_one_intake",
            "case_id",
            unique=True,
            postgresql_where=text("kind = 'intake' AND corrects_id IS NULL"),
        ),
        Index(
            "ix_case_entry_corrections",
            "organization_id",
            "case_id",
            "corrects_id",
            postgresql_where=text("corrects_id IS NOT NULL"),
        ),
        Index(None, "root_id", postgresql_where=text("root_id IS NOT NULL")),
        Index(None, "goal_id", "at", postgresql_where=text("goal_id IS NOT NULL")),
        Index(
            None,
            "organization_id",
            "version_id",
            postgresql_where=text("version_id IS NOT NULL"),
        ),
        CheckConstraint(_one_of("kind", KINDS), name="kind"),
        CheckConstraint("(kind = 'service') = (title <> '')", name="service"),
        CheckConstraint(
            "(kind = 'assessment') = (version_id IS NOT NULL)"
            " AND (kind = 'assessment') = (score IS NOT NULL)",
            name="assessment",
        ),
        CheckConstraint(
            "(kind = 'outcome') = (goal_id IS NOT NULL)"
            f" AND (kind = 'outcome') = (result IS NOT NULL AND {_one_of('result', RESULTS)})",
            name="outcome",
        ),
        CheckConstraint(
            f"(kind = 'status') = (status IS NOT NULL AND {_one_of('status', STATUSES)})"
            " AND (kind <> 'status' OR corrects_id IS NULL)",
            name="status",
        ),
        CheckConstraint("(corrects_id IS NULL) = (root_id IS NULL)", name="correction"),
        CheckConstraint("NOT struck OR corrects_id IS NOT NULL", name="struck"),
        CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),
        CheckConstraint("quantity BETWEEN 1 AND 100000", name="quantity"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    case_id: int = bigint()
    kind: str
    at: datetime = instant()
    """When it was, by which the log is ordered; when it was noted says `made_at`."""
    staff_id: int | None = bigint(nullable=True)
    """Who did it, if that was somebody of the staff."""
    title: str = ""
    """Which service was given."""
    minutes: int | None = None
    quantity: int | None = None
    version_id: int | None = bigint(nullable=True)
    score: int | None = None
    goal_id: int | None = bigint(nullable=True)
    """The first row of the goal that an outcome is about."""
    result: str | None = None
    due_on: date | None = None
    """Until when a goal is to be reached."""
    status: str | None = None
    reason: str = ""
    """Why the status changed, by a word of `standing.REASONS`."""
    public_id: uuid.UUID = Field(default_factory=uuid4, nullable=False)
    sealed: bytes
    """Everything that was said in words, and the answers: JSON of the entry's kind."""
    corrects_id: int | None = bigint(nullable=True)
    """The row that this one takes the place of."""
    root_id: int | None = bigint(nullable=True)
    """The first row of all that followed each other."""
    struck: bool = False
    """Whether the entry was found never to have been right, and counts no more."""
    account_id: int | None = reference("account.id", nullable=True)
    made_at: datetime = made_at()
    form_key: uuid.UUID | None = Field(default=None, unique=True)
