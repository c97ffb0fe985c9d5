"""The queue of stranded appointments, each with times and people that would do."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers.models import Customer
from securecare.foundation import clock
from securecare.foundation.columns import columns_of
from securecare.foundation.days import long_day
from securecare.foundation.spans import Span, merged, subtracted
from securecare.organization.models import Facility, Organization, Program, ProgramStaff, Staff
from securecare.scheduling import hours, slots
from securecare.scheduling.conflicts import HELD, LONGEST
from securecare.scheduling.errors import FreeTime
from securecare.scheduling.hours import ONE_DAY, HoursBook
from securecare.scheduling.local_time import day_start, label, local_day
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
    minimum_days_between: int

    @property
    def span(self) -> Span:
        """When it would be now."""
        return Span(self.starts_at, self.ends_at)


class Held(NamedTuple):
    """An appointment that holds time, stranded ones too: their time waits for them."""

    id: int
    staff_id: int
    customer_id: int
    program_id: int
    local_day: date
    occupied_from: datetime
    occupied_to: datetime

    @property
    def occupied(self) -> Span:
        """The time that nobody else can have, buffers included."""
        return Span(self.occupied_from, self.occupied_to)


class Diary:
    """What is held, to be asked for by person."""

    def __init__(self, rows: Iterable[Held]) -> None:
        self._of_staff: dict[int, list[Held]] = {}
        self._of_customer: dict[int, list[Held]] = {}
        for row in rows:
            self._of_staff.setdefault(row.staff_id, []).append(row)
            self._of_customer.setdefault(row.customer_id, []).append(row)

    def busy(self, each: Stranded, staff_id: int) -> list[Span]:
        """When the staff member or the customer has something else."""
        mine, theirs = self._of_customer.get(each.customer_id, []), self._of_staff.get(staff_id, [])
        return [other.occupied for other in (*mine, *theirs) if other.id != each.id]

    def cooling(self, each: Stranded) -> list[Span]:
        """When the program does not want the customer again."""
        around = ONE_DAY * each.minimum_days_between
        days = [
            other.local_day
            for other in self._of_customer.get(each.customer_id, [])
            if around and other.program_id == each.program_id and other.id != each.id
        ]
        return [
            Span(day_start(day - around + ONE_DAY, each.zone), day_start(day + around, each.zone))
            for day in days
        ]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What could be done with it: other people that day, and other times of the same person."""

    stranded: Stranded
    people: tuple[FreeTime, ...]
    """Colleagues who serve the program, that day, the nearest time first."""
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
    held = _held(session, candidates, waiting, Span(since - ONE_DAY, until + ONE_DAY))
    return [_suggest(each, serving, staff, book, held) for each in waiting]


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
            (CUSTOMER.given_name + " " + CUSTOMER.family_name).label("customer_name"),
            APPOINTMENT.program_id,
            PROGRAM.name.label("program_name"),
            PROGRAM.colour,
            APPOINTMENT.staff_id,
            STAFF.name.label("staff_name"),
            APPOINTMENT.facility_id,
            FACILITY.name.label("facility_name"),
            FACILITY.time_zone.label("zone"),
            ORGANIZATION.clock24,
            APPOINTMENT.starts_at,
            APPOINTMENT.ends_at,
            APPOINTMENT.former_status,
            APPOINTMENT.customer_id,
            PROGRAM.slot_step_minutes.label("step_minutes"),
            PROGRAM.buffer_before_minutes,
            PROGRAM.buffer_after_minutes,
            PROGRAM.minimum_days_between,
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
    rows = session.execute(query).mappings()
    return [Stranded(**{**row, "zone": ZoneInfo(row["zone"])}) for row in rows]


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


def _held(
    session: Session, staff_ids: Collection[int], waiting: Sequence[Stranded], window: Span
) -> Diary:
    """What these staff members have in the window; and what these customers have, wide enough to
    count the days between two appointments of a program."""
    cooling = ONE_DAY * max(each.minimum_days_between for each in waiting)
    query = select(
        APPOINTMENT.id,
        APPOINTMENT.staff_id,
        APPOINTMENT.customer_id,
        APPOINTMENT.program_id,
        APPOINTMENT.local_day,
        APPOINTMENT.occupied_from,
        APPOINTMENT.occupied_to,
    ).where(APPOINTMENT.status.in_(HELD))
    of_staff = query.where(
        APPOINTMENT.staff_id.in_(staff_ids),
        APPOINTMENT.starts_at > window.start - LONGEST,
        APPOINTMENT.starts_at < window.end + LONGEST,
    )
    of_customers = query.where(
        APPOINTMENT.customer_id.in_({each.customer_id for each in waiting}),
        APPOINTMENT.starts_at > window.start - LONGEST - cooling,
        APPOINTMENT.starts_at < window.end + LONGEST + cooling,
    )
    rows = session.execute(of_staff.union(of_customers))
    return Diary(Held(*row) for row in rows)


def _suggest(
    each: Stranded,
    serving: Mapping[int, Sequence[int]],
    names: Mapping[int, str],
    book: HoursBook,
    held: Diary,
) -> Suggestion:
    day = local_day(each.starts_at, each.zone)
    cooling = held.cooling(each)
    colleagues = [s for s in serving.get(each.program_id, ()) if s in names and s != each.staff_id]
    that_day = [
        (abs(at - each.starts_at), names[staff_id], staff_id, at)
        for staff_id in colleagues
        for at in _free(each, staff_id, (day, day), book, held, cooling, 1)
    ]
    people = tuple(
        FreeTime(staff_id, name, at, _with(name, at, each))
        for _, name, staff_id, at in sorted(that_day)[:OFFERED]
    )
    starts: list[datetime] = []
    if each.staff_id in names:
        around = (day - LOOK_AROUND, day + LOOK_AROUND)
        starts = _free(each, each.staff_id, around, book, held, cooling, OFFERED)
    times = tuple(FreeTime(each.staff_id, each.staff_name, at, _said(at, each)) for at in starts)
    return Suggestion(each, people, times)


def _free(
    each: Stranded,
    staff_id: int,
    days: tuple[date, date],
    book: HoursBook,
    held: Diary,
    cooling: Sequence[Span],
    count: int,
) -> list[datetime]:
    """The starts nearest to the stranded one at which this person could take it over."""
    rule = slots.SlotRule(
        each.zone,
        each.span.minutes,
        each.step_minutes,
        each.buffer_before_minutes,
        each.buffer_after_minutes,
        not_before=clock.now(),
    )
    open_ = book.at(staff_id, each.facility_id, *days)
    busy = merged(held.busy(each, staff_id))
    return slots.nearest_free(each.starts_at, subtracted(open_, cooling), busy, rule, count)


def _with(name: str, start: datetime, each: Stranded) -> str:
    return name if start == each.starts_at else f"{name}, {label(start, each.zone, each.clock24)}"


def _said(start: datetime, each: Stranded) -> str:
    time = label(start, each.zone, each.clock24)
    day = local_day(start, each.zone)
    return time if day == local_day(each.starts_at, each.zone) else f"{long_day(day)}, {time}"
