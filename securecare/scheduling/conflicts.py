"""What stands in the way of a wish, and what could be had instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers.models import Customer
from securecare.foundation import clock
from securecare.foundation.columns import columns_of
from securecare.foundation.spans import Span, merged
from securecare.organization.models import Program
from securecare.scheduling import hours, slots
from securecare.scheduling.booking_facts import BookingFacts
from securecare.scheduling.errors import FreeTime
from securecare.scheduling.hours import HoursBook
from securecare.scheduling.local_time import day_label, label, local_day
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


def sentence(facts: BookingFacts, found: Sequence[Obstacle]) -> str:
    """What stands in the way, in words."""
    if not found:
        return f"{facts.staff_name} was booked for that time a moment ago."
    first = found[0]
    hours_ = f"{label(first.starts_at, facts.zone, facts.clock24)} to {label(first.ends_at, facts.zone, facts.clock24)}"
    if not first.of_staff:
        what = first.program_name or "another appointment"
        return f"{facts.customer_name} already has {what} from {hours_}."
    what = f"{first.customer_name} for {first.program_name}" if first.customer_name else "somebody"
    buffers = facts.buffer_before or facts.buffer_after
    tail = " The pause that this program keeps around appointments counts too." if buffers else ""
    return f"{facts.staff_name} has {what} from {hours_}.{tail}"


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
    session: Session,
    facts: BookingFacts,
    wished: Span,
    besides: int | None = None,
    book: HoursBook | None = None,
    count: int = 3,
) -> tuple[FreeTime, ...]:
    """The free times of the same staff member nearest to the wished one, never in the past."""
    day = local_day(wished.start, facts.zone)
    reach = timedelta(days=SEARCH_DAYS)
    book = book or hours.read(session, [facts.staff_id], day - reach, day + reach)
    open_ = book.at(facts.staff_id, facts.facility_id, day - reach, day + reach)
    window = Span(wished.start - reach, wished.end + reach)
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


def last_of_program(
    session: Session, facts: BookingFacts, wished: Span, besides: int | None
) -> datetime | None:
    """The start of the customer's appointment of this program that is too near, if there is one."""
    if not facts.minimum_days_between:
        return None
    gap = timedelta(days=facts.minimum_days_between)
    query = (
        select(APPOINTMENT.starts_at)
        .where(
            APPOINTMENT.customer_id == facts.customer_id,
            APPOINTMENT.program_id == facts.program_id,
            APPOINTMENT.status.in_(HELD),
            APPOINTMENT.starts_at > wished.start - gap,
            APPOINTMENT.starts_at < wished.start + gap,
        )
        .order_by(func.abs(func.extract("epoch", APPOINTMENT.starts_at - wished.start)))
        .limit(1)
    )
    if besides is not None:
        query = query.where(APPOINTMENT.id != besides)
    return session.execute(query).scalar()
