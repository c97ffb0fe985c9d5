"""The appointments of one customer: those to come, those that were, and on their calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, or_, select, true, tuple_
from sqlmodel import Session

from securecare.access.actor import Actor, Reach
from securecare.access.roles import Permission
from securecare.customers import visibility
from securecare.customers.activity import MOST, Happening, Kind, source
from securecare.foundation import clock
from securecare.foundation.columns import columns_of
from securecare.foundation.spans import Span
from securecare.organization.models import Facility, Program, Staff
from securecare.scheduling import missed
from securecare.scheduling.day import LONGEST
from securecare.scheduling.local_time import local_day
from securecare.scheduling.models import Appointment
from securecare.scheduling.statuses import AppointmentStatus

APPOINTMENT = columns_of(Appointment)
FACILITY, PROGRAM, STAFF = columns_of(Facility), columns_of(Program), columns_of(Staff)
PAGE = 25
When = Literal["coming", "past"]


class Position(NamedTuple):
    """A place in the list: what lies further from today comes next."""

    starts_at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class Listed:
    """An appointment as its customer's record shows it; nothing of its private note."""

    id: int
    starts_at: datetime
    ends_at: datetime
    status: AppointmentStatus
    """As it counts: what was missed during a leave is an absence."""
    program: str
    colour: int
    facility: str
    time_zone: str
    staff: str
    public_note: str
    has_private_note: bool
    """Whether there is one that this person may read, where it stands."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the appointments is to be shown; None lets everything through."""

    status: AppointmentStatus | None = None
    program_id: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list; `following` is where the next part begins, if there is one."""

    rows: list[Listed]
    following: Position | None


def page(
    session: Session,
    actor: Actor,
    customer_id: int,
    when: When,
    since: Position | None = None,
    filters: Filters | None = None,
    size: int = PAGE,
) -> Page:
    """The appointments to come, the next first, or those that are over, the latest first.

    One that is under way is still to come. Raises `NotAllowed` or `NotFound`.
    """
    actor.require(Permission.VIEW_SCHEDULE)
    visibility.customer(session, actor, customer_id)
    filters = filters or Filters()
    key = tuple_(APPOINTMENT.starts_at, APPOINTMENT.id)
    now = clock.now()
    if when == "coming":
        order: tuple[Any, ...] = (APPOINTMENT.starts_at, APPOINTMENT.id)
        there = (APPOINTMENT.ends_at > now, APPOINTMENT.starts_at > now - LONGEST)
        further = key > tuple_(*since) if since else true()
    else:
        order = (APPOINTMENT.starts_at.desc(), APPOINTMENT.id.desc())
        there = (APPOINTMENT.ends_at <= now, APPOINTMENT.starts_at < now)
        further = key < tuple_(*since) if since else true()
    query = (
        _listed(actor, customer_id)
        .where(*there, further, *_chosen(filters))
        .order_by(*order)
        .limit(size + 1)
    )
    rows = [_row(actor, row) for row in session.execute(query)]
    last = rows[size - 1] if len(rows) > size else None
    return Page(rows[:size], Position(last.starts_at, last.id) if last else None)


def programs(session: Session, actor: Actor, customer_id: int) -> list[tuple[int, str]]:
    """Ids and names of the programs that the filter offers: those of appointments within reach."""
    theirs = select(APPOINTMENT.program_id).where(
        APPOINTMENT.organization_id == actor.organization_id,
        APPOINTMENT.customer_id == customer_id,
        _within(actor.reach(Permission.VIEW_SCHEDULE)),
    )
    query = select(PROGRAM.id, PROGRAM.name).where(
        PROGRAM.organization_id == actor.organization_id, PROGRAM.id.in_(theirs.distinct())
    )
    return [(id_, name) for id_, name in session.execute(query.order_by(PROGRAM.name))]


def href(id_: int, starts_at: datetime, time_zone: str) -> str:
    """The address at which the schedule opens the appointment, on its day."""
    return f"/schedule?day={local_day(starts_at, time_zone).isoformat()}&appointment={id_}"


@source(
    "appointments",
    Kind.APPOINTMENT,
    Permission.VIEW_SCHEDULE,
    ("appointment", "absence", "facility", "program", "staff"),
)
def happenings(session: Session, actor: Actor, customer_id: int, span: Span) -> Iterable[Happening]:
    """The appointments within reach on a customer's calendar, whatever became of them."""
    query = (
        _listed(actor, customer_id)
        .where(
            APPOINTMENT.starts_at > span.start - LONGEST,
            APPOINTMENT.starts_at < span.end,
            APPOINTMENT.ends_at > span.start,
        )
        .order_by(APPOINTMENT.starts_at, APPOINTMENT.id)
        .limit(MOST)
    )
    for row in session.execute(query):
        yield Happening(
            f"appointment {row.id}",
            Kind.APPOINTMENT,
            row.starts_at,
            row.ends_at,
            row.program,
            f"with {row.staff}",
            row.facility,
            row.time_zone,
            row.counted,
            href(row.id, row.starts_at, row.time_zone),
        )


def _listed(actor: Actor, customer_id: int) -> Any:
    return (
        select(
            APPOINTMENT.id,
            APPOINTMENT.starts_at,
            APPOINTMENT.ends_at,
            missed.status().label("counted"),
            PROGRAM.name.label("program"),
            PROGRAM.colour,
            FACILITY.name.label("facility"),
            FACILITY.time_zone,
            STAFF.name.label("staff"),
            APPOINTMENT.public_note,
            APPOINTMENT.private_note_sealed.is_not(None).label("private"),
            APPOINTMENT.facility_id,
            APPOINTMENT.program_id,
        )
        .select_from(Appointment)
        .join(Facility, FACILITY.id == APPOINTMENT.facility_id)
        .join(Program, PROGRAM.id == APPOINTMENT.program_id)
        .join(Staff, STAFF.id == APPOINTMENT.staff_id)
        .where(
            APPOINTMENT.organization_id == actor.organization_id,
            APPOINTMENT.customer_id == customer_id,
            _within(actor.reach(Permission.VIEW_SCHEDULE)),
        )
    )


def _within(reach: Reach) -> ColumnElement[bool]:
    if reach.everywhere:
        return true()
    return or_(
        APPOINTMENT.facility_id.in_(reach.facility_ids),
        APPOINTMENT.program_id.in_(reach.program_ids),
    )


def _chosen(filters: Filters) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = []
    if filters.status is not None:
        chosen.append(missed.counts_as(filters.status))
    if filters.program_id is not None:
        chosen.append(APPOINTMENT.program_id == filters.program_id)
    return chosen


def _row(actor: Actor, row: Any) -> Listed:
    readable = row.private and actor.may(
        Permission.READ_PRIVATE_NOTES, row.facility_id, row.program_id
    )
    return Listed(
        row.id,
        row.starts_at,
        row.ends_at,
        AppointmentStatus(row.counted),
        row.program,
        row.colour,
        row.facility,
        row.time_zone,
        row.staff,
        row.public_note,
        readable,
    )
