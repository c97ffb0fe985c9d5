"""Tables of community service: services, their sessions and lines, templates, staff time."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
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

PATTERNS = ("once", "daily", "weekly", "monthly")
SESSION_STATUSES = ("planned", "completed", "cancelled")
LINE_KINDS = ("item", "bundle", "free")
CLAIMS = ("personnel", "fringe")
MOST_PIECES = 100_000
"""The largest quantity of one line."""


def _one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN (" + ", ".join(f"'{word}'" for word in words) + ")"


def _line_checks() -> tuple[CheckConstraint, ...]:
    return (
        CheckConstraint(_one_of("kind", LINE_KINDS), name="kind"),
        CheckConstraint(
            "(kind = 'free') = (wholesale_cents IS NOT NULL)"
            " AND (kind = 'free') = (retail_cents IS NOT NULL)"
            " AND (kind <> 'free' OR description <> '')",
            name="costs",
        ),
        CheckConstraint(f"quantity BETWEEN 0 AND {MOST_PIECES}", name="quantity"),
    )


class CommunityService(Table, table=True):
    """A recurring outreach of a facility, with the pattern it is meant to follow."""

    __table_args__ = (
        within_organization(),
        of_organization("facility_id", "facility"),
        of_organization("grant_id", "funding_grant"),
        Index(
            "uq_community_service_name",
            "organization_id",
            "facility_id",
            text("lower(name)"),
            unique=True,
        ),
        CheckConstraint(_one_of("pattern", PATTERNS), name="pattern"),
        CheckConstraint('"interval" BETWEEN 1 AND 99', name="interval"),
        CheckConstraint(
            "(pattern = 'weekly') = (cardinality(weekdays) > 0)"
            " AND weekdays <@ ARRAY[0,1,2,3,4,5,6]::smallint[]",
            name="weekdays",
        ),
        CheckConstraint(
            "(pattern = 'monthly') = (month_day IS NOT NULL) AND month_day BETWEEN 1 AND 31",
            name="month_day",
        ),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="validity"),
        CheckConstraint("pattern <> 'once' OR valid_until = valid_from", name="once"),
        CheckConstraint(
            "(starts_minute IS NULL) = (ends_minute IS NULL) AND (starts_minute IS NULL"
            " OR (starts_minute BETWEEN 0 AND 1439 AND ends_minute > starts_minute"
            " AND ends_minute <= starts_minute + 1440))",
            name="hours",
        ),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    facility_id: int = bigint()
    name: str
    description: str = ""
    starts_minute: int | None = None
    """The typical time of day, in minutes after local midnight."""
    ends_minute: int | None = None
    """Past 1440 when it typically ends on the next day."""
    pattern: str
    interval: int = 1
    """Every so many days, weeks or months."""
    weekdays: list[int] = Field(default_factory=list, sa_type=ARRAY(SmallInteger))
    """0 is Monday."""
    month_day: int | None = None
    """The 31st means the last day of shorter months."""
    valid_from: date
    """Of a one-time service, its date."""
    valid_until: date | None = None
    """The last day it may be held."""
    grant_id: int | None = bigint(nullable=True)
    """What new sessions are counted against unless somebody says otherwise."""
    active: bool = True
    version: int = 1


class OutreachSession(Table, table=True):
    """One occurrence of a service: planned, then completed or cancelled."""

    __table_args__ = (
        within_organization(),
        UniqueConstraint("organization_id", "form_key"),
        UniqueConstraint("service_id", "number"),
        of_organization("service_id", "community_service"),
        of_organization("facility_id", "facility"),
        of_organization("grant_id", "funding_grant"),
        Index(
            "uq_outreach_session_day",
            "service_id",
            "held_on",
            unique=True,
            postgresql_where=text("status <> 'cancelled'"),
        ),
        Index(None, "organization_id", "facility_id", "held_on"),
        Index(None, "organization_id", "held_on"),
        Index(None, "organization_id", "grant_id", "held_on"),
        CheckConstraint(_one_of("status", SESSION_STATUSES), name="status"),
        CheckConstraint("(status = 'planned') = (ended_at IS NULL)", name="ended"),
        CheckConstraint(
            "(starts_minute IS NULL) = (ends_minute IS NULL) AND (starts_minute IS NULL"
            " OR (starts_minute BETWEEN 0 AND 1439 AND ends_minute > starts_minute"
            " AND ends_minute <= starts_minute + 1440))",
            name="hours",
        ),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    service_id: int = bigint()
    facility_id: int = bigint()
    """Where the stock comes from: the service's facility when the session was made."""
    number: int
    """Counts the sessions of one service from 1."""
    held_on: date
    starts_minute: int | None = None
    ends_minute: int | None = None
    status: str = "planned"
    notes: str = ""
    people_served: int | None = None
    grant_id: int | None = bigint(nullable=True)
    form_key: uuid.UUID | None = None
    version: int = 1
    created_by: int | None = reference("account.id", nullable=True)
    created_at: datetime = made_at()
    ended_by: int | None = reference("account.id", nullable=True)
    ended_at: datetime | None = instant(nullable=True)
    """When it was completed or cancelled."""


class SessionLine(Table, table=True):
    """What is planned to be given out, and once it is over what really was."""

    __table_args__ = (
        of_organization("session_id", "outreach_session", "CASCADE"),
        of_organization("item_id", "item"),
        of_organization("bundle_version_id", "bundle_version"),
        UniqueConstraint("session_id", "position", deferrable=True, initially="DEFERRED"),
        Index(None, "organization_id", "item_id"),
        Index(
            "ix_session_line_free",
            "organization_id",
            "session_id",
            postgresql_where=text("kind = 'free'"),
        ),
        CheckConstraint(
            "(kind = 'item') = (item_id IS NOT NULL)"
            " AND (kind = 'bundle') = (bundle_version_id IS NOT NULL)",
            name="refers",
        ),
        CheckConstraint(f"given BETWEEN 0 AND {MOST_PIECES}", name="given"),
        *_line_checks(),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    session_id: int = bigint()
    position: int
    kind: str
    item_id: int | None = bigint(nullable=True)
    bundle_version_id: int | None = bigint(nullable=True)
    description: str = ""
    """The item's or bundle's name when it was put on; of a free line, what was typed."""
    quantity: int
    """Planned; bundles are counted as bundles."""
    given: int | None = None
    """What was really given out; None until the session is completed."""
    wholesale_cents: int | None = bigint(nullable=True)
    """Of one unit of a free line; stock carries its costs on its movements."""
    retail_cents: int | None = bigint(nullable=True)


class DistributionTemplate(Table, table=True):
    """A named mix of lines that is given out again and again."""

    __table_args__ = (
        within_organization(),
        of_organization("facility_id", "facility"),
        Index("uq_distribution_template_name", "organization_id", text("lower(name)"), unique=True),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    name: str
    description: str = ""
    facility_id: int | None = bigint(nullable=True)
    """Offered at this facility only; None offers it everywhere."""
    active: bool = True
    version: int = 1


class TemplateLine(Table, table=True):
    """One line that applying the template puts on a session; a bundle in its version of that day."""

    __table_args__ = (
        of_organization("template_id", "distribution_template", "CASCADE"),
        of_organization("item_id", "item"),
        of_organization("bundle_id", "bundle"),
        UniqueConstraint("template_id", "position", deferrable=True, initially="DEFERRED"),
        CheckConstraint(
            "(kind = 'item') = (item_id IS NOT NULL) AND (kind = 'bundle') = (bundle_id IS NOT NULL)",
            name="refers",
        ),
        *_line_checks(),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    template_id: int = bigint()
    position: int
    kind: str
    item_id: int | None = bigint(nullable=True)
    bundle_id: int | None = bigint(nullable=True)
    description: str = ""
    quantity: int
    wholesale_cents: int | None = bigint(nullable=True)
    retail_cents: int | None = bigint(nullable=True)


class TemplateUse(Table, table=True):
    """A template was applied to a session. Permanent: how often and when last is counted from it."""

    __table_args__ = (
        of_organization("template_id", "distribution_template"),
        of_organization("session_id", "outreach_session"),
        UniqueConstraint("organization_id", "form_key"),
        Index(None, "template_id", "used_at"),
        Index(None, "session_id"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    template_id: int = bigint()
    session_id: int = bigint()
    form_key: uuid.UUID
    account_id: int | None = reference("account.id", nullable=True)
    used_at: datetime = made_at()


class StaffTime(Table, table=True):
    """Minutes a staff member worked on a session, and what an hour of them cost then."""

    __table_args__ = (
        within_organization(),
        of_organization("session_id", "outreach_session"),
        of_organization("staff_id", "staff"),
        UniqueConstraint("session_id", "staff_id"),
        Index(None, "organization_id", "staff_id"),
        CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),
        CheckConstraint("rate_cents BETWEEN 0 AND 100000", name="rate"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    session_id: int = bigint()
    staff_id: int = bigint()
    minutes: int
    rate_cents: int
    """Per hour."""
    version: int = 1


class TimeClaim(Table, table=True):
    """Staff time counted against a grant, once as wages and once as the benefits on them."""

    __table_args__ = (
        of_organization("staff_time_id", "staff_time"),
        of_organization("grant_id", "funding_grant"),
        Index(None, "organization_id", "grant_id"),
        CheckConstraint(_one_of("claimed_as", CLAIMS), name="claimed_as"),
        CheckConstraint("amount_cents >= 0", name="amount"),
    )

    organization_id: int = reference("organization.id")
    staff_time_id: int = key_part()
    claimed_as: str = Field(primary_key=True)
    grant_id: int = bigint()
    amount_cents: int = bigint()
    account_id: int | None = reference("account.id", nullable=True)
    claimed_at: datetime = made_at()
