"""Tables of the organization: its facilities, programs and staff."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, false
from sqlmodel import Field

from securecare.foundation.columns import (
    Table,
    bigint,
    identifier,
    key_part,
    made_at,
    of_organization,
    reference,
    within_organization,
)


class Organization(Table, table=True):
    """One tenant, with its own words and limits."""

    id: int | None = identifier()
    public_id: uuid.UUID = Field(default_factory=uuid.uuid4, unique=True)
    name: str
    customer_singular: str = "customer"
    customer_plural: str = "customers"
    clock24: bool = False
    staff_idle_minutes: int = 15
    session_hours: int = 12
    require_second_factor: bool = False
    patrons_may_ask: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether people may find it in their portal, by its exact name or its code, and ask to be known."""
    portal_code: str | None = Field(default=None, unique=True)
    """What a person may type instead of the name; given when it is first opened to them."""
    created_at: datetime = made_at()


class Facility(Table, table=True):
    """A place with a clock of its own."""

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


class Staff(Table, table=True):
    """A person who holds appointments; may or may not have an account to sign in."""

    __table_args__ = (
        within_organization(),
        of_organization("facility_id", "facility"),
        Index(None, "organization_id", "name"),
        Index(None, "organization_id", "account_id", unique=True),
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


class Program(Table, table=True):
    """A kind of service with its rules for booking."""

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


class ProgramStaff(Table, table=True):
    """Who serves a program: offered first when booking and when someone must stand in."""

    __table_args__ = (
        of_organization("program_id", "program", "CASCADE"),
        of_organization("staff_id", "staff", "CASCADE"),
        Index(None, "staff_id"),
    )

    organization_id: int = reference("organization.id")
    program_id: int = key_part()
    staff_id: int = key_part()
