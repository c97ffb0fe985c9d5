"""What has to be known of the program, staff member, facility and customer of an appointment."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.customers.models import Customer
from securecare.foundation.columns import columns_of
from securecare.foundation.errors import DomainError
from securecare.foundation.spans import Span
from securecare.organization.models import Facility, Organization, Program, Staff
from securecare.scheduling.local_time import instant

CUSTOMER = columns_of(Customer)
PROGRAM = columns_of(Program)
STAFF = columns_of(Staff)
FACILITY = columns_of(Facility)
ORGANIZATION = columns_of(Organization)

SHORTEST_MINUTES, LONGEST_MINUTES = 5, 1440


@dataclass(frozen=True, slots=True)
class BookingFacts:
    """The four that meet, and the program's rules."""

    customer_id: int
    customer_name: str
    program_id: int
    program_name: str
    staff_id: int
    staff_name: str
    facility_id: int
    facility_name: str
    zone: ZoneInfo
    clock24: bool
    duration_minutes: int
    step_minutes: int
    buffer_before: timedelta
    buffer_after: timedelta
    minimum_days_between: int
    program_active: bool

    def occupied(self, span: Span) -> Span:
        """The span with the program's buffers on either side."""
        return span.widened(self.buffer_before, self.buffer_after)

    def span_of(self, when: "When", duration_minutes: int | None) -> Span:
        """The instants of a wish, with the program's own length unless another is asked for.

        Raises `TimeDoesNotExist` or `TimeIsAmbiguous` where the clocks change.
        """
        minutes = self.duration_minutes if duration_minutes is None else duration_minutes
        if not SHORTEST_MINUTES <= minutes <= LONGEST_MINUTES:
            raise LengthRefused()
        start = when if isinstance(when, datetime) else when.instant(self.zone, self.clock24)
        return Span(start, start + timedelta(minutes=minutes))


@dataclass(frozen=True, slots=True)
class WallTime:
    """A time as the facility's clocks show it; `fold` chooses where they show it twice."""

    day: date
    minute: int
    fold: int | None = None

    def instant(self, zone: ZoneInfo, clock24: bool) -> datetime:
        """The moment, or `TimeDoesNotExist` or `TimeIsAmbiguous`."""
        return instant(self.day, self.minute, zone, self.fold, clock24=clock24)


When = WallTime | datetime
"""When an appointment shall start: by the clock on the wall, or as an instant."""


class LengthRefused(DomainError):
    """An appointment must have a sensible length."""

    def __init__(self) -> None:
        super().__init__("An appointment lasts from 5 minutes to 24 hours.", field="duration")


_COLUMNS = (
    CUSTOMER.id.label("customer_id"),
    (CUSTOMER.given_name + " " + CUSTOMER.family_name).label("customer_name"),
    PROGRAM.id.label("program_id"),
    PROGRAM.name.label("program_name"),
    STAFF.id.label("staff_id"),
    STAFF.name.label("staff_name"),
    FACILITY.id.label("facility_id"),
    FACILITY.name.label("facility_name"),
    FACILITY.time_zone.label("zone"),
    ORGANIZATION.clock24,
    PROGRAM.duration_minutes,
    PROGRAM.slot_step_minutes.label("step_minutes"),
    PROGRAM.buffer_before_minutes.label("buffer_before"),
    PROGRAM.buffer_after_minutes.label("buffer_after"),
    PROGRAM.minimum_days_between,
    PROGRAM.active.label("program_active"),
)


def facts(
    session: Session,
    actor: Actor,
    *,
    customer_id: int,
    program_id: int,
    staff_id: int,
    facility_id: int,
) -> BookingFacts:
    """Read all four within the organization, in one query.

    Raises `NotAllowed` where the actor may not book, and `NotFound` if one of them is not there.
    """
    actor.require(Permission.BOOK, facility_id, program_id)
    query = select(*_COLUMNS).where(
        ORGANIZATION.id == actor.organization_id,
        CUSTOMER.organization_id == ORGANIZATION.id,
        PROGRAM.organization_id == ORGANIZATION.id,
        STAFF.organization_id == ORGANIZATION.id,
        FACILITY.organization_id == ORGANIZATION.id,
        CUSTOMER.id == customer_id,
        PROGRAM.id == program_id,
        STAFF.id == staff_id,
        FACILITY.id == facility_id,
    )
    row = session.execute(query).mappings().first()
    if row is None:
        raise NotFound("One of the customer, program, staff member and facility")
    read = dict(row)
    read["zone"] = ZoneInfo(read["zone"])
    for buffer in ("buffer_before", "buffer_after"):
        read[buffer] = timedelta(minutes=read[buffer])
    return BookingFacts(**read)


def is_past(span_end: datetime, now: datetime, zone: ZoneInfo) -> bool:
    """Whether the appointment's day is over where it takes place: it is then kept for the record."""
    return span_end.astimezone(zone).date() < now.astimezone(zone).date()
