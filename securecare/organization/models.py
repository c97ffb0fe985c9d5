"""Tables of the organization: its facilities, programs, staff and their hours."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from securecare.foundation.columns import (
    bigint,
    identifier,
    key_part,
    made_at,
    of_organization,
    reference,
    within_organization,
)


class Organization(SQLModel, table=True):
    """One tenant, with its own words and limits."""

    __tablename__ = "organization"

    id: int | None = identifier()
    public_id: uuid.UUID = Field(default_factory=uuid.uuid4, unique=True)
    name: str
    customer_singular: str = "customer"
    customer_plural: str = "customers"
    clock24: bool = False
    staff_idle_minutes: int = 15
    session_hours: int = 12
    require_second_factor: bool = False
    created_at: datetime = made_at()


class Facility(SQLModel, table=True):
    """A place with a clock of its own."""

    __tablename__ = "facility"
    __table_args__ = (within_organization(), Index(None, "organization_id", "name", unique=True))

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    name: str
    time_zone: str
    """An IANA name, as in "America/Chicago"."""
    street: str = ""
    phone: str = ""
    active: bool = True
    version: int = 1


class Staff(SQLModel, table=True):
    """A person who holds appointments; may or may not have an account to sign in."""

    __tablename__ = "staff"
    __table_args__ = (
        within_organization(),
        of_organization("facility_id", "facility"),
        Index(None, "organization_id", "name"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    account_id: int | None = reference("account.id", nullable=True)
    facility_id: int = bigint()
    """The home facility; shifts may be worked anywhere."""
    name: str
    title: str = ""
    active: bool = True
    version: int = 1


class Program(SQLModel, table=True):
    """A kind of service with its rules for booking."""

    __tablename__ = "program"
    __table_args__ = (
        within_organization(),
        of_organization("lead_staff_id", "staff"),
        Index(None, "organization_id", "name", unique=True),
        CheckConstraint("duration_minutes BETWEEN 5 AND 1440", name="duration"),
        CheckConstraint("slot_step_minutes BETWEEN 5 AND 240", name="slot_step"),
        CheckConstraint(
            "buffer_before_minutes BETWEEN 0 AND 240 AND buffer_after_minutes BETWEEN 0 AND 240",
            name="buffers",
        ),
        CheckConstraint(
            "minimum_notice_minutes >= 0 AND horizon_days >= 1 AND minimum_days_between >= 0",
            name="notice",
        ),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    name: str
    short_name: str
    """At most 14 characters, for the blocks of the schedule."""
    colour: int = 0
    """Which of the twelve program colours, 0 to 11."""
    lead_staff_id: int | None = bigint(nullable=True)
    duration_minutes: int = 45
    slot_step_minutes: int = 15
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 0
    minimum_notice_minutes: int = 0
    """How long before the start the public may still book."""
    horizon_days: int = 90
    """How far ahead the public may book."""
    minimum_days_between: int = 0
    """Days between consecutive bookings of this program by one customer."""
    public_booking: bool = False
    active: bool = True
    version: int = 1


class ProgramStaff(SQLModel, table=True):
    """Who serves a program: offered first when booking and when someone must stand in."""

    __tablename__ = "program_staff"
    __table_args__ = (
        of_organization("program_id", "program", "CASCADE"),
        of_organization("staff_id", "staff", "CASCADE"),
        Index(None, "staff_id"),
    )

    organization_id: int = reference("organization.id")
    program_id: int = key_part()
    staff_id: int = key_part()


class Shift(SQLModel, table=True):
    """Hours worked every week on one weekday at one facility, in its local time."""

    __tablename__ = "shift"
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


class StaffException(SQLModel, table=True):
    """Days on which somebody is off, or works other hours than the weekly ones."""

    __tablename__ = "staff_exception"
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


class FacilityClosure(SQLModel, table=True):
    """Days on which a facility is closed to everybody."""

    __tablename__ = "facility_closure"
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
