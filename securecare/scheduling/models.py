"""Tables of the schedule: working hours and appointments."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlmodel import Field

from securecare.foundation.columns import (
    Table,
    bigint,
    identifier,
    instant,
    key_part,
    made_at,
    of_organization,
    reference,
    within_organization,
)

STATUSES = (
    "booked",
    "confirmed",
    "arrived",
    "completed",
    "no_show",
    "cancelled",
    "pending_reassignment",
)
HOLDS_TIME = "status NOT IN ('cancelled', 'no_show') AND NOT forced_overlap"
"""Which rows the exclusion constraints speak about: those that hold time and were not forced."""


def _nobody_twice(column: str, name: str) -> ExcludeConstraint:
    # The embedded server has no btree_gist: equality of ids is overlap of one-point ranges.
    return ExcludeConstraint(
        (text(f"int8range({column}, {column}, '[]')"), "&&"),
        (text("tstzrange(occupied_from, occupied_to)"), "&&"),
        name=name,
        using="gist",
        where=text(HOLDS_TIME),
    )


class Shift(Table, table=True):
    """Hours worked every week on one weekday at one facility, in its local time."""

    __table_args__ = (
        of_organization("staff_id", "staff"),
        of_organization("facility_id", "facility"),
        Index(None, "staff_id"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint(
            "starts_minute BETWEEN 0 AND 1439 AND ends_minute > starts_minute"
            " AND ends_minute <= starts_minute + 1440",
            name="hours",
        ),
        CheckConstraint("valid_until >= valid_from", name="validity"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    staff_id: int = bigint()
    facility_id: int = bigint()
    weekday: int
    """0 is Monday."""
    starts_minute: int
    """Minutes after local midnight."""
    ends_minute: int
    """Past 1440 when the shift ends on the next day."""
    breaks: list[list[int]] = Field(default_factory=list, sa_type=JSONB)
    """Pairs of minutes after local midnight of the shift's first day."""
    valid_from: date | None = None
    valid_until: date | None = None


class StaffException(Table, table=True):
    """Days on which somebody is off, or works other hours than the weekly ones."""

    __table_args__ = (
        of_organization("staff_id", "staff"),
        of_organization("facility_id", "facility"),
        Index(None, "staff_id", "ends_on"),
        CheckConstraint("kind IN ('off', 'hours')", name="kind"),
        CheckConstraint("ends_on >= starts_on", name="days"),
        CheckConstraint(
            "(kind = 'off') = (starts_minute IS NULL)"
            " AND (kind = 'off') = (ends_minute IS NULL)"
            " AND (kind = 'off') = (facility_id IS NULL)",
            name="hours",
        ),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    staff_id: int = bigint()
    starts_on: date
    ends_on: date
    """The last day it applies to."""
    kind: str
    facility_id: int | None = bigint(nullable=True)
    starts_minute: int | None = None
    ends_minute: int | None = None
    reason: str = ""


class FacilityClosure(Table, table=True):
    """Days on which a facility is closed to everybody."""

    __table_args__ = (
        of_organization("facility_id", "facility"),
        Index(None, "facility_id", "ends_on"),
        CheckConstraint("ends_on >= starts_on", name="days"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    facility_id: int = bigint()
    starts_on: date
    ends_on: date
    reason: str = ""


class Appointment(Table, table=True):
    """A customer meets a staff member, at a facility, for a program, for a while."""

    __table_args__ = (
        within_organization(),
        UniqueConstraint("organization_id", "form_key"),
        of_organization("facility_id", "facility"),
        of_organization("program_id", "program"),
        of_organization("staff_id", "staff"),
        of_organization("customer_id", "customer"),
        CheckConstraint(
            "status IN (" + ", ".join(f"'{status}'" for status in STATUSES) + ")", name="status"
        ),
        CheckConstraint(
            "(status = 'pending_reassignment') = (former_status IS NOT NULL)", name="former_status"
        ),
        CheckConstraint(
            "ends_at > starts_at AND ends_at <= starts_at + interval '24 hours'", name="length"
        ),
        CheckConstraint("occupied_from <= starts_at AND occupied_to >= ends_at", name="occupied"),
        CheckConstraint(
            "NOT (forced_overlap OR forced_hours) OR override_reason <> ''", name="override_reason"
        ),
        _nobody_twice("staff_id", "ex_appointment_staff"),
        _nobody_twice("customer_id", "ex_appointment_customer"),
        Index(None, "organization_id", "staff_id", "starts_at"),
        Index(None, "organization_id", "customer_id", "starts_at"),
        Index(None, "facility_id", "starts_at"),
        Index(
            "ix_appointment_stranded",
            "organization_id",
            "starts_at",
            postgresql_where=text("status = 'pending_reassignment'"),
        ),
        Index(
            "ix_appointment_forced",
            "organization_id",
            "starts_at",
            postgresql_where=text("forced_overlap"),
        ),
    )

    id: int | None = identifier()
    public_id: uuid.UUID = Field(default_factory=uuid.uuid4, unique=True)
    organization_id: int = reference("organization.id")
    facility_id: int = bigint()
    program_id: int = bigint()
    staff_id: int = bigint()
    customer_id: int = bigint()
    starts_at: datetime = instant()
    ends_at: datetime = instant()
    occupied_from: datetime = instant()
    """`starts_at` less the program's buffer before."""
    occupied_to: datetime = instant()
    local_day: date
    """The day it starts on, in the facility's zone."""
    status: str = "booked"
    former_status: str | None = None
    """What it was before it was stranded outside working hours."""
    forced_overlap: bool = False
    forced_hours: bool = False
    override_reason: str = ""
    public_note: str = ""
    """Goes to the customer."""
    private_note_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    """Staff only; ciphertext."""
    notify_customer: bool = True
    """False once it was changed for the record after its day had passed."""
    form_key: uuid.UUID | None = None
    """Of the form that booked it: the same form sent again finds this row."""
    version: int = 1
    created_by: int | None = reference("account.id", nullable=True)
    created_at: datetime = made_at()
    updated_at: datetime = made_at()


class AppointmentPresence(Table, table=True):
    """Who has an appointment open, to look or to edit; forgotten when they stop saying so."""

    __table_args__ = (of_organization("appointment_id", "appointment", "CASCADE"),)

    organization_id: int = reference("organization.id")
    appointment_id: int = key_part()
    session_id: int = key_part("login_session.id")
    account_id: int = reference("account.id")
    name: str
    editing: bool = False
    seen_at: datetime = instant()
