"""What stands in the way of a wish, and what could be had instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers.models import Customer
from securecare.foundation import clock
from securecare.foundation.columns import columns_of
from securecare.foundation.spans import Span, merged, subtracted
from securecare.organization.models import Program
from securecare.scheduling import hours, slots
from securecare.scheduling.booking_facts import BookingFacts
from securecare.scheduling.errors import FreeTime
from securecare.scheduling.hours import ONE_DAY
from securecare.scheduling.local_time import day_label, day_start, label, local_day
from securecare.scheduling.models import Appointment
from securecare.scheduling.statuses import HOLDING_TIME as HOLDING

APPOINTMENT = columns_of(Appointment)
CUSTOMER = columns_of(Customer)
PROGRAM = columns_of(Program)

HELD = tuple(sorted(HOLDING))
MINUTE = timedelta(minutes=1)
LONGEST = timedelta(hours=32)
"""No appointment occupies more: a day, and a buffer of four hours on either side."""
SEARCH_DAYS = 14
"""How far from the wished time an alternative may lie."""


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


def holding(span: Span) -> ColumnElement[bool]:
    """Rows that hold any of the time. The lower bound lets the index find them."""
    return and_(
        APPOINTMENT.status.in_(HELD),
        APPOINTMENT.starts_at > span.start - LONGEST,
        APPOINTMENT.starts_at < span.end + LONGEST,
        APPOINTMENT.occupied_from < span.end,
        APPOINTMENT.occupied_to > span.start,
    )


def obstacles(
    session: Session,
    actor: Actor,
    facts: BookingFacts,
    occupied: Span,
    besides: int | None = None,
    forced_only: bool = False,
) -> list[Obstacle]:
    """The appointments in the way, of the staff member or the customer, earliest first."""
    query = (
        select(
            APPOINTMENT.id,
            APPOINTMENT.staff_id,
            APPOINTMENT.starts_at,
            APPOINTMENT.ends_at,
            APPOINTMENT.facility_id,
            APPOINTMENT.program_id,
            APPOINTMENT.forced_overlap,
            (CUSTOMER.given_name + " " + CUSTOMER.family_name).label("customer_name"),
            PROGRAM.name,
        )
        .join(Customer, CUSTOMER.id == APPOINTMENT.customer_id)
        .join(Program, PROGRAM.id == APPOINTMENT.program_id)
        .where(
            APPOINTMENT.organization_id == actor.organization_id,
            or_(
                APPOINTMENT.staff_id == facts.staff_id,
                APPOINTMENT.customer_id == facts.customer_id,
            ),
            holding(occupied),
        )
        .order_by(APPOINTMENT.starts_at)
    )
    if besides is not None:
        query = query.where(APPOINTMENT.id != besides)
    if forced_only:
        query = query.where(APPOINTMENT.forced_overlap)
    reach = actor.reach(Permission.VIEW_SCHEDULE)
    return [
        Obstacle(
            row.id,
            row.staff_id == facts.staff_id,
            row.starts_at,
            row.ends_at,
            *(
                (row.customer_name, row.name)
                if reach.covers(row.facility_id, row.program_id)
                else (None, None)
            ),
            row.forced_overlap,
        )
        for row in session.execute(query)
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
    """All time within the window that the staff member or the customer is occupied, merged."""
    query = select(APPOINTMENT.occupied_from, APPOINTMENT.occupied_to).where(
        or_(
            APPOINTMENT.staff_id == facts.staff_id,
            APPOINTMENT.customer_id == facts.customer_id,
        ),
        holding(window),
    )
    if besides is not None:
        query = query.where(APPOINTMENT.id != besides)
    return merged(Span(start, end) for start, end in session.execute(query))


def nearest_free(
    session: Session, facts: BookingFacts, wished: Span, besides: int | None = None, count: int = 3
) -> tuple[FreeTime, ...]:
    """The free times of the same staff member nearest to the wished one, never in the past."""
    day = local_day(wished.start, facts.zone)
    first, last = day - ONE_DAY * SEARCH_DAYS, day + ONE_DAY * SEARCH_DAYS
    book = hours.read(session, [facts.staff_id], first, last)
    open_ = subtracted(
        book.at(facts.staff_id, facts.facility_id, first, last),
        cooling(facts, near_of_program(session, facts, first, last, besides)),
    )
    window = Span(day_start(first, facts.zone) - LONGEST, day_start(last, facts.zone) + LONGEST * 2)
    found = slots.nearest_free(
        wished.start,
        open_,
        taken(session, facts, window, besides),
        slots.SlotRule(
            facts.zone,
            wished.minutes,
            facts.step_minutes,
            facts.buffer_before // MINUTE,
            facts.buffer_after // MINUTE,
            not_before=clock.now(),
        ),
        count,
    )
    return tuple(
        FreeTime(facts.staff_id, facts.staff_name, start, _said(start, day, facts))
        for start in found
    )


def _said(start: datetime, wished_day: object, facts: BookingFacts) -> str:
    time = label(start, facts.zone, facts.clock24)
    day = local_day(start, facts.zone)
    return time if day == wished_day else f"{day_label(day)}, {time}"


def near_of_program(
    session: Session, facts: BookingFacts, first: date, last: date, besides: int | None
) -> list[date]:
    """The days of the customer's appointments of this program too near to some of these days.

    The program counts days of the calendar: seven days after a Monday is the next Monday, whatever
    the hour and whatever the clocks do in between.
    """
    if not facts.minimum_days_between:
        return []
    query = (
        select(APPOINTMENT.local_day)
        .where(
            APPOINTMENT.customer_id == facts.customer_id,
            APPOINTMENT.program_id == facts.program_id,
            APPOINTMENT.status.in_(HELD),
            APPOINTMENT.local_day > first - ONE_DAY * facts.minimum_days_between,
            APPOINTMENT.local_day < last + ONE_DAY * facts.minimum_days_between,
        )
        .order_by(func.abs(APPOINTMENT.local_day - first), APPOINTMENT.local_day)
    )
    if besides is not None:
        query = query.where(APPOINTMENT.id != besides)
    return list(session.execute(query).scalars())


def cooling(facts: BookingFacts, days: Sequence[date]) -> list[Span]:
    """The time around these days in which the program does not want the customer again."""
    around = ONE_DAY * facts.minimum_days_between
    return [
        Span(day_start(day - around + ONE_DAY, facts.zone), day_start(day + around, facts.zone))
        for day in days
    ]
