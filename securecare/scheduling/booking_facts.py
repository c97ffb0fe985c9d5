"""What has to be known of the program, staff member, facility and customer of an appointment."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation.db import straight
from securecare.foundation.errors import DomainError
from securecare.foundation.spans import Span
from securecare.scheduling import hours
from securecare.scheduling.hours import HoursBook
from securecare.scheduling.local_time import instant

SHORTEST_MINUTES, LONGEST_MINUTES = 5, 1440
NEAR_DAYS = 2
"""How far from the wished time an alternative is looked for at first."""
NEAR = timedelta(days=NEAR_DAYS)
FORCED_REACH = timedelta(days=2)
"""An appointment lasts a day at most, and its pauses are shorter still."""


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


_NAMES = tuple(each.name for each in fields(BookingFacts))


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


# A forced appointment is beyond the constraints: where one is near, whoever judges looks closer.
_FACTS = text(f"""
    SELECT o.id AS organization_id, c.id AS customer_id,
           c.given_name || ' ' || c.family_name AS customer_name,
           p.id AS program_id, p.name AS program_name, s.id AS staff_id, s.name AS staff_name,
           f.id AS facility_id, f.name AS facility_name, f.time_zone AS zone, o.clock24,
           p.duration_minutes, p.slot_step_minutes AS step_minutes,
           p.buffer_before_minutes AS buffer_before, p.buffer_after_minutes AS buffer_after,
           p.minimum_days_between, p.active AS program_active,
           EXISTS (SELECT FROM appointment a WHERE a.forced_overlap
                   AND a.organization_id = o.id AND (a.staff_id = s.id OR a.customer_id = c.id)
                   AND a.starts_at BETWEEN :early AND :late) AS forced_near,
           {hours.COLUMNS}
      FROM organization o
      JOIN customer c ON c.organization_id = o.id AND c.id = :customer_id
                     AND c.merged_into_id IS NULL
      JOIN program p ON p.organization_id = o.id AND p.id = :program_id
      JOIN staff s ON s.organization_id = o.id AND s.id = :staff_id
      JOIN facility f ON f.organization_id = o.id AND f.id = :facility_id
     WHERE o.id = :organization_id
""")  # noqa: S608 - constant texts; what people say only ever comes as a parameter


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around a wished time, as it was read together with the facts."""

    book: HoursBook
    """The staff member's hours, `NEAR_DAYS` to either side of any instant the wish may mean."""
    forced_near: bool
    """Whether an appointment that was forced may be in the way."""


def facts(
    session: Session,
    actor: Actor,
    *,
    customer_id: int,
    program_id: int,
    staff_id: int,
    facility_id: int,
    when: "When",
) -> tuple[BookingFacts, Surroundings]:
    """Read all four within the organization, and what surrounds the time, in one query.

    As it all stands at that moment, so after the locks that keep it so. Raises `NotAllowed` where
    the actor may not book, and `NotFound` if one of the four is not there.
    """
    actor.require(Permission.BOOK, facility_id, program_id)
    first, last = _days_around(when)
    asked = {
        "organization_id": actor.organization_id,
        "customer_id": customer_id,
        "program_id": program_id,
        "staff_id": staff_id,
        "facility_id": facility_id,
        "early": datetime.combine(first - FORCED_REACH, time(), UTC),
        "late": datetime.combine(last + FORCED_REACH, time(), UTC),
        "staff_ids": [staff_id],
        **hours.wide(first - NEAR, last + NEAR),
    }
    rows = straight(session, _FACTS, asked)
    if not rows:
        raise NotFound("One of the customer, program, staff member and facility")
    *read, forced_near, shifts, exceptions, closures, zones = rows[0]
    book = hours.of_columns([staff_id], (shifts, exceptions, closures, zones))
    return _of_row(read), Surroundings(book, forced_near)


def _of_row(read: Sequence[Any]) -> BookingFacts:
    named = dict(zip(_NAMES, read, strict=True))
    named["zone"] = ZoneInfo(named["zone"])
    for buffer in ("buffer_before", "buffer_after"):
        named[buffer] = timedelta(minutes=named[buffer])
    return BookingFacts(**named)


def _days_around(when: "When") -> tuple[date, date]:
    """The days, by the clock of any zone, on which something of an appointment then may lie."""
    day = when.astimezone(UTC).date() if isinstance(when, datetime) else when.day
    return day - hours.ONE_DAY, day + 2 * hours.ONE_DAY


def is_past(span_end: datetime, now: datetime, zone: ZoneInfo) -> bool:
    """Whether the appointment's day is over where it takes place: it is then kept for the record."""
    return span_end.astimezone(zone).date() < now.astimezone(zone).date()
