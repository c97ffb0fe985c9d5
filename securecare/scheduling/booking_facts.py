"""What has to be known of the program, staff member, facility and customer of an appointment."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation.errors import DomainError
from securecare.foundation.spans import Span
from securecare.scheduling.local_time import instant

SHORTEST_MINUTES, LONGEST_MINUTES = 5, 1440


@dataclass(frozen=True, slots=True)
class BookingFacts:
    """The four that meet, and the program's rules."""

    organization_id: int
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


_FACTS = text("""
    SELECT o.id AS organization_id, c.id AS customer_id,
           c.given_name || ' ' || c.family_name AS customer_name,
           p.id AS program_id, p.name AS program_name, s.id AS staff_id, s.name AS staff_name,
           f.id AS facility_id, f.name AS facility_name, f.time_zone AS zone, o.clock24,
           p.duration_minutes, p.slot_step_minutes AS step_minutes,
           p.buffer_before_minutes AS buffer_before, p.buffer_after_minutes AS buffer_after,
           p.minimum_days_between, p.active AS program_active
      FROM organization o
      JOIN customer c ON c.organization_id = o.id AND c.id = :customer_id
      JOIN program p ON p.organization_id = o.id AND p.id = :program_id
      JOIN staff s ON s.organization_id = o.id AND s.id = :staff_id
      JOIN facility f ON f.organization_id = o.id AND f.id = :facility_id
     WHERE o.id = :organization_id
""")


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
    asked = {
        "organization_id": actor.organization_id,
        "customer_id": customer_id,
        "program_id": program_id,
        "staff_id": staff_id,
        "facility_id": facility_id,
    }
    row = session.execute(_FACTS, asked).mappings().first()
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
