"""What stands in the way of a wish, and what could be had instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation import clock
from securecare.foundation.days import long_day
from securecare.foundation.db import straight
from securecare.foundation.spans import Span, subtracted
from securecare.scheduling import hours, slots
from securecare.scheduling.booking_facts import NEAR_DAYS, BookingFacts
from securecare.scheduling.errors import FreeTime
from securecare.scheduling.hours import ONE_DAY, HoursBook
from securecare.scheduling.local_time import day_start, label, local_day
from securecare.scheduling.statuses import HOLDING_TIME as HOLDING

HELD = sorted(HOLDING)
MINUTE = timedelta(minutes=1)
LONGEST, LONGEST_PAUSE = timedelta(hours=24), timedelta(hours=4)
"""No appointment lasts longer, and no program keeps a longer pause before or after one."""
SEARCH_DAYS = 14
"""How far from the wished time an alternative may lie at most."""
SURELY_NEAREST = timedelta(days=NEAR_DAYS, hours=-3)
"""What lies no farther cannot be beaten by a day not looked at, even if the clocks change."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """An appointment that holds the wished time."""

    appointment_id: int
    of_staff: bool
    starts_at: datetime
    ends_at: datetime
    customer_name: str | None
    """Only where the viewer may know."""
    program_name: str | None
    forced: bool


def is_overlap(refused: IntegrityError) -> bool:
    """Whether one of the two exclusion constraints refused."""
    diagnosis = getattr(refused.orig, "diag", None)
    return getattr(diagnosis, "constraint_name", None) in {
        "ex_appointment_staff",
        "ex_appointment_customer",
    }


# Constant texts, put together here; what people say only ever comes as a parameter.
_IN_THE_WAY = """
    a.organization_id = :organization_id
    AND (a.staff_id = :staff_id OR a.customer_id = :customer_id) AND a.id <> :besides
    AND a.status = ANY(:held) AND a.starts_at > :early AND a.starts_at < :late
    AND a.occupied_from < :end AND a.occupied_to > :start
"""
_TAKEN = text(f"""
    SELECT lower(span), upper(span) FROM unnest((
        SELECT range_agg(tstzrange(a.occupied_from, a.occupied_to))
          FROM appointment a WHERE {_IN_THE_WAY})) AS span
""")  # noqa: S608
_OBSTACLES = text(f"""
    SELECT a.id, a.staff_id, a.starts_at, a.ends_at, a.facility_id, a.program_id, a.forced_overlap,
           c.given_name || ' ' || c.family_name AS customer_name, p.name AS program_name
      FROM appointment a JOIN customer c ON c.id = a.customer_id
      JOIN program p ON p.id = a.program_id
     WHERE {_IN_THE_WAY} ORDER BY a.starts_at, a.id
""")  # noqa: S608
_NEAR_OF_PROGRAM = text("""
    SELECT local_day FROM appointment
     WHERE organization_id = :organization_id AND customer_id = :customer_id
       AND program_id = :program_id AND status = ANY(:held) AND id <> :besides
       AND local_day > :early AND local_day < :late
     ORDER BY abs(local_day - CAST(:first AS date)), local_day
""")


def _asked(facts: BookingFacts, span: Span, besides: int | None) -> dict[str, Any]:
    """What `_IN_THE_WAY` is asked with. Its bounds on the start let an index find the rows."""
    return {
        "organization_id": facts.organization_id,
        "staff_id": facts.staff_id,
        "customer_id": facts.customer_id,
        "besides": besides or 0,
        "held": HELD,
        "start": span.start,
        "end": span.end,
        "early": span.start - LONGEST - LONGEST_PAUSE,
        "late": span.end + LONGEST_PAUSE,
    }


def obstacles(
    session: Session,
    actor: Actor,
    facts: BookingFacts,
    occupied: Span,
    besides: int | None = None,
    forced_only: bool = False,
) -> list[Obstacle]:
    """The appointments in the way, of the staff member or the customer, earliest first."""
    reach = actor.reach(Permission.VIEW_SCHEDULE)
    return [
        Obstacle(
            appointment_id,
            staff_id == facts.staff_id,
            starts_at,
            ends_at,
            *(names if reach.covers(facility_id, program_id) else (None, None)),
            forced,
        )
        for appointment_id, staff_id, starts_at, ends_at, facility_id, program_id, forced, *names in straight(
            session, _OBSTACLES, _asked(facts, occupied, besides)
        )
        if forced or not forced_only
    ]


def sentence(facts: BookingFacts, found: Sequence[Obstacle], wished: Span) -> str:
    """What stands in the way, in words; most of all what overlaps the wished time itself."""
    if not found:
        return f"{facts.staff_name} was booked for that time a moment ago."
    itself = [each for each in found if wished.overlaps(Span(each.starts_at, each.ends_at))]
    first = (itself or found)[0]
    pause = "" if itself else " The pause around appointments counts too."
    hours_ = f"{label(first.starts_at, facts.zone, facts.clock24)} to {label(first.ends_at, facts.zone, facts.clock24)}"
    if not first.of_staff:
        what = first.program_name or "another appointment"
        return f"{facts.customer_name} already has {what} from {hours_}.{pause}"
    what = f"{first.customer_name} for {first.program_name}" if first.customer_name else "somebody"
    return f"{facts.staff_name} has {what} from {hours_}.{pause}"


def taken(session: Session, facts: BookingFacts, window: Span, besides: int | None) -> list[Span]:
    """All time within the window that the staff member or the customer is occupied, in order."""
    rows = straight(session, _TAKEN, _asked(facts, window, besides))
    return [Span(start, end) for start, end in rows]


def nearest_free(
    session: Session,
    facts: BookingFacts,
    wished: Span,
    near: HoursBook,
    besides: int | None = None,
    count: int = 3,
) -> tuple[FreeTime, ...]:
    """The free times of the same staff member nearest to the wished one, never in the past.

    Mostly they lie within `NEAR_DAYS`, for which `near` holds the hours; no more is read then.
    """
    found = _free_within(session, facts, wished, near, NEAR_DAYS, besides, count)
    if len(found) < count or abs(found[-1] - wished.start) > SURELY_NEAREST:
        far = hours.around(session, [facts.staff_id], wished, SEARCH_DAYS)
        found = _free_within(session, facts, wished, far, SEARCH_DAYS, besides, count)
    day = local_day(wished.start, facts.zone)
    return tuple(
        FreeTime(facts.staff_id, facts.staff_name, start, _said(start, day, facts))
        for start in found
    )


def _free_within(
    session: Session,
    facts: BookingFacts,
    wished: Span,
    book: HoursBook,
    days: int,
    besides: int | None,
    count: int,
) -> list[datetime]:
    day = local_day(wished.start, facts.zone)
    first, last = day - ONE_DAY * days, day + ONE_DAY * days
    open_ = subtracted(
        book.at(facts.staff_id, facts.facility_id, first, last),
        cooling(facts, near_of_program(session, facts, first, last, besides)),
    )
    if not open_:
        return []
    window = facts.occupied(Span(open_[0].start, open_[-1].end))
    rule = slots.SlotRule(
        facts.zone,
        wished.minutes,
        facts.step_minutes,
        facts.buffer_before // MINUTE,
        facts.buffer_after // MINUTE,
        not_before=clock.now(),
    )
    occupied = taken(session, facts, window, besides)
    return slots.nearest_free(wished.start, open_, occupied, rule, count)


def _said(start: datetime, wished_day: object, facts: BookingFacts) -> str:
    time = label(start, facts.zone, facts.clock24)
    day = local_day(start, facts.zone)
    return time if day == wished_day else f"{long_day(day)}, {time}"


def near_of_program(
    session: Session, facts: BookingFacts, first: date, last: date, besides: int | None
) -> list[date]:
    """The days of the customer's appointments of this program too near to some of these days.

    The program counts days of the calendar: seven days after a Monday is the next Monday, whatever
    the hour and whatever the clocks do in between.
    """
    if not facts.minimum_days_between:
        return []
    around = ONE_DAY * facts.minimum_days_between
    asked = {
        "organization_id": facts.organization_id,
        "customer_id": facts.customer_id,
        "program_id": facts.program_id,
        "held": HELD,
        "besides": besides or 0,
        "early": first - around,
        "late": last + around,
        "first": first,
    }
    return list(session.execute(_NEAR_OF_PROGRAM, asked).scalars())


def cooling(facts: BookingFacts, days: Sequence[date]) -> list[Span]:
    """The time around these days in which the program does not want the customer again."""
    around = ONE_DAY * facts.minimum_days_between
    return [
        Span(day_start(day - around + ONE_DAY, facts.zone), day_start(day + around, facts.zone))
        for day in days
    ]
