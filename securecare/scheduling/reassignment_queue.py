"""The queue of stranded appointments, each with times and people that would do."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers.models import Customer
from securecare.foundation import clock
from securecare.foundation.columns import columns_of
from securecare.foundation.spans import Span, merged
from securecare.organization.models import Facility, Organization, Program, ProgramStaff, Staff
from securecare.scheduling import hours, slots
from securecare.scheduling.conflicts import HELD, LONGEST, MINUTE
from securecare.scheduling.errors import FreeTime
from securecare.scheduling.hours import HoursBook
from securecare.scheduling.local_time import day_label, label, local_day
from securecare.scheduling.models import Appointment
from securecare.scheduling.statuses import AppointmentStatus

APPOINTMENT = columns_of(Appointment)
CUSTOMER = columns_of(Customer)
PROGRAM = columns_of(Program)
STAFF = columns_of(Staff)
FACILITY = columns_of(Facility)
ORGANIZATION = columns_of(Organization)
PROGRAM_STAFF = columns_of(ProgramStaff)

PAGE = 25
LOOK_AROUND = timedelta(days=10)
OFFERED = 3


@dataclass(frozen=True, slots=True)
class Stranded:
    """An appointment that waits for another time or staff member."""

    id: int
    version: int
    customer_name: str
    program_id: int
    program_name: str
    colour: int
    staff_id: int
    staff_name: str
    facility_id: int
    facility_name: str
    zone: ZoneInfo
    clock24: bool
    starts_at: datetime
    ends_at: datetime
    former_status: str
    customer_id: int
    step_minutes: int
    buffer_before_minutes: int
    buffer_after_minutes: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What could be done with it: other people at the same time, and other times."""

    stranded: Stranded
    same_time: tuple[FreeTime, ...]
    other_times: tuple[FreeTime, ...]


def count(session: Session, actor: Actor) -> int:
    """How many wait within the actor's reach."""
    query = select(func.count()).select_from(Appointment).where(*_waiting(actor))
    return session.execute(query).scalar_one()


def page(session: Session, actor: Actor, skip: int = 0) -> list[Suggestion]:
    """The earliest that wait, with suggestions; so many queries whatever their number."""
    actor.require(Permission.VIEW_SCHEDULE)
    waiting = _read(session, actor, skip)
    if not waiting:
        return []
    serving = _serving(session, {each.program_id for each in waiting})
    staff = _names(session)
    candidates = {each.staff_id for each in waiting} | {
        s for each in waiting for s in serving.get(each.program_id, ()) if s in staff
    }
    since = max(min(each.starts_at for each in waiting) - LOOK_AROUND, clock.now())
    until = max(each.ends_at for each in waiting) + LOOK_AROUND
    book = hours.read(session, candidates, since.date(), until.date())
    taken = _taken(session, candidates, {e.customer_id for e in waiting}, Span(since, until))
    return [_suggest(each, serving, staff, book, taken) for each in waiting]


def _waiting(actor: Actor) -> tuple:
    reach = actor.reach(Permission.VIEW_SCHEDULE)
    within = (
        ()
        if reach.everywhere
        else (
            or_(
                APPOINTMENT.facility_id.in_(reach.facility_ids),
                APPOINTMENT.program_id.in_(reach.program_ids),
            ),
        )
    )
    return (
        APPOINTMENT.organization_id == actor.organization_id,
        APPOINTMENT.status == AppointmentStatus.PENDING_REASSIGNMENT,
        APPOINTMENT.ends_at > clock.now(),
        *within,
    )


def _read(session: Session, actor: Actor, skip: int) -> list[Stranded]:
    query = (
        select(
            APPOINTMENT.id,
            APPOINTMENT.version,
            CUSTOMER.given_name + " " + CUSTOMER.family_name,
            PROGRAM.id,
            PROGRAM.name,
            PROGRAM.colour,
            STAFF.id,
            STAFF.name,
            FACILITY.id,
            FACILITY.name,
            FACILITY.time_zone,
            ORGANIZATION.clock24,
            APPOINTMENT.starts_at,
            APPOINTMENT.ends_at,
            APPOINTMENT.former_status,
            CUSTOMER.id,
            PROGRAM.slot_step_minutes,
            PROGRAM.buffer_before_minutes,
            PROGRAM.buffer_after_minutes,
        )
        .join(Customer, CUSTOMER.id == APPOINTMENT.customer_id)
        .join(Program, PROGRAM.id == APPOINTMENT.program_id)
        .join(Staff, STAFF.id == APPOINTMENT.staff_id)
        .join(Facility, FACILITY.id == APPOINTMENT.facility_id)
        .join(Organization, ORGANIZATION.id == APPOINTMENT.organization_id)
        .where(*_waiting(actor))
        .order_by(APPOINTMENT.starts_at, APPOINTMENT.id)
        .offset(skip)
        .limit(PAGE)
    )
    return [Stranded(*row[:10], ZoneInfo(row[10]), *row[11:]) for row in session.execute(query)]


def _serving(session: Session, program_ids: Collection[int]) -> dict[int, list[int]]:
    rows = session.execute(
        select(PROGRAM_STAFF.program_id, PROGRAM_STAFF.staff_id).where(
            PROGRAM_STAFF.program_id.in_(program_ids)
        )
    )
    serving: dict[int, list[int]] = {}
    for program_id, staff_id in rows:
        serving.setdefault(program_id, []).append(staff_id)
    return serving


def _names(session: Session) -> dict[int, str]:
    rows = session.execute(select(STAFF.id, STAFF.name).where(STAFF.active.is_(True)))
    return {id_: name for id_, name in rows}


def _taken(
    session: Session, staff_ids: Collection[int], customer_ids: Collection[int], window: Span
) -> dict[tuple[str, int], list[Span]]:
    """The occupied time of each staff member and of each customer."""
    rows = session.execute(
        select(
            APPOINTMENT.staff_id,
            APPOINTMENT.customer_id,
            APPOINTMENT.occupied_from,
            APPOINTMENT.occupied_to,
        ).where(
            APPOINTMENT.status.in_(HELD),
            APPOINTMENT.status != AppointmentStatus.PENDING_REASSIGNMENT,
            and_(
                APPOINTMENT.starts_at > window.start - LONGEST,
                APPOINTMENT.starts_at < window.end + LONGEST,
            ),
            or_(
                APPOINTMENT.staff_id.in_(staff_ids),
                APPOINTMENT.customer_id.in_(customer_ids),
            ),
        )
    )
    taken: dict[tuple[str, int], list[Span]] = {}
    for staff_id, customer_id, start, end in rows:
        taken.setdefault(("staff", staff_id), []).append(Span(start, end))
        taken.setdefault(("customer", customer_id), []).append(Span(start, end))
    return taken


def _suggest(
    each: Stranded,
    serving: Mapping[int, Sequence[int]],
    names: Mapping[int, str],
    book: HoursBook,
    taken: Mapping[tuple[str, int], list[Span]],
) -> Suggestion:
    span = Span(each.starts_at, each.ends_at)
    busy_customer = taken.get(("customer", each.customer_id), [])
    colleagues = [s for s in serving.get(each.program_id, ()) if s in names and s != each.staff_id]
    free = [s for s in colleagues if _is_free(each, s, span, book, taken, busy_customer)]
    same_time = tuple(FreeTime(s, names[s], each.starts_at, names[s]) for s in free[:OFFERED])
    starts = _other_times(each, book, taken, busy_customer) if each.staff_id in names else []
    other = tuple(FreeTime(each.staff_id, each.staff_name, at, _said(at, each)) for at in starts)
    return Suggestion(each, same_time, other)


def _is_free(
    each: Stranded,
    staff_id: int,
    span: Span,
    book: HoursBook,
    taken: Mapping[tuple[str, int], list[Span]],
    busy_customer: Sequence[Span],
) -> bool:
    occupied = span.widened(each.buffer_before_minutes * MINUTE, each.buffer_after_minutes * MINUTE)
    busy = [*taken.get(("staff", staff_id), []), *busy_customer]
    return (
        span.start > clock.now()
        and book.covers(staff_id, each.facility_id, span)
        and not any(occupied.overlaps(other) for other in busy)
    )


def _other_times(
    each: Stranded,
    book: HoursBook,
    taken: Mapping[tuple[str, int], list[Span]],
    busy_customer: Sequence[Span],
) -> list[datetime]:
    day = local_day(each.starts_at, each.zone)
    open_ = book.at(each.staff_id, each.facility_id, day - LOOK_AROUND, day + LOOK_AROUND)
    rule = slots.SlotRule(
        each.zone,
        (each.ends_at - each.starts_at) // MINUTE,
        each.step_minutes,
        each.buffer_before_minutes,
        each.buffer_after_minutes,
        not_before=clock.now(),
    )
    busy = merged([*taken.get(("staff", each.staff_id), []), *busy_customer])
    return slots.nearest_free(each.starts_at, open_, busy, rule, OFFERED)


def _said(start: datetime, each: Stranded) -> str:
    time = label(start, each.zone, each.clock24)
    day = local_day(start, each.zone)
    return time if day == local_day(each.starts_at, each.zone) else f"{day_label(day)}, {time}"
