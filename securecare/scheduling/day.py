"""One day of the schedule as it is shown: who works when, and what they have booked.

Appointments are read once, whole; what a person sees of each is decided by `seen_by`. Where
somebody's reach ends, an appointment is only a time at which the staff member is busy.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session

from securecare.access.actor import Actor, Reach
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.customers.models import Customer
from securecare.foundation.columns import columns_of
from securecare.foundation.spans import Span
from securecare.organization.models import Facility, Program, Staff
from securecare.scheduling import hours, missed
from securecare.scheduling.day_axis import DayAxis, OutsideDay
from securecare.scheduling.hours import HoursBook
from securecare.scheduling.local_time import TimeDoesNotExist, day_bounds, day_exists
from securecare.scheduling.models import Appointment
from securecare.scheduling.statuses import HOLDING_TIME

APPOINTMENT = columns_of(Appointment)
CUSTOMER = columns_of(Customer)
PROGRAM = columns_of(Program)
FACILITY = columns_of(Facility)
STAFF = columns_of(Staff)

LONGEST = timedelta(hours=24)


class Entry(NamedTuple):
    """An appointment on a day, as far as its viewer may see it."""

    id: int
    staff_id: int
    facility_id: int
    program_id: int
    starts_at: datetime
    ends_at: datetime
    status: str
    version: int
    forced: bool
    customer: str
    program: str
    colour: int

    @property
    def veiled(self) -> bool:
        """Whether the viewer sees nothing but that the time is taken."""
        return self.id == 0


@dataclass(frozen=True, slots=True)
class StaffOnDay:
    """Somebody who could be shown on a day."""

    id: int
    name: str
    title: str
    facility_id: int
    works: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A facility the person may see the schedule of."""

    id: int
    name: str
    zone: str


@dataclass(frozen=True, slots=True)
class ProgramChoice:
    """A program as the schedule needs it."""

    id: int
    name: str
    short_name: str
    colour: int
    duration_minutes: int
    lead_staff_id: int | None


@dataclass(frozen=True)
class Day:
    """All that a day on screen is made of."""

    day: date
    span: Span
    places: tuple[Place, ...]
    programs: tuple[ProgramChoice, ...]
    staff: tuple[StaffOnDay, ...]
    entries: tuple[Entry, ...]
    book: HoursBook


def read(session: Session, actor: Actor, day: date, facility_ids: Collection[int] = ()) -> Day:
    """Read a day at these facilities, or at all that the actor may see."""
    actor.require(Permission.VIEW_SCHEDULE)
    places = readable_places(session, actor)
    chosen = [p.id for p in places if not facility_ids or p.id in facility_ids]
    people = _staff(session)
    book = hours.read(session, [row.id for row in people], day, day)
    span = span_of(day, book.zones.values())
    found = entries(session, actor.organization_id, [row.id for row in people], span)
    at_chosen = {entry.staff_id for entry in found if entry.facility_id in chosen}
    shown = [
        row
        for row in people
        if row.facility_id in chosen or row.id in at_chosen or _works_at(book, row.id, chosen, day)
    ]
    ids = {row.id for row in shown}
    reach = actor.reach(Permission.VIEW_SCHEDULE)
    return Day(
        day,
        span,
        tuple(places),
        tuple(readable_programs(session, actor)),
        tuple(
            StaffOnDay(
                row.id,
                row.name,
                row.title,
                row.facility_id,
                _works_at(book, row.id, chosen, day) or row.id in at_chosen,
            )
            for row in shown
        ),
        tuple(seen_by(reach, (entry for entry in found if entry.staff_id in ids))),
        book,
    )


def entries(
    session: Session, organization_id: int, staff_ids: Collection[int], span: Span
) -> list[Entry]:
    """Every appointment of these people that touches the span, by staff member and start."""
    query = (
        select(
            APPOINTMENT.id,
            APPOINTMENT.staff_id,
            APPOINTMENT.facility_id,
            APPOINTMENT.program_id,
            APPOINTMENT.starts_at,
            APPOINTMENT.ends_at,
            missed.status(),
            APPOINTMENT.version,
            APPOINTMENT.forced_overlap | APPOINTMENT.forced_hours,
            CUSTOMER.given_name + " " + CUSTOMER.family_name,
            PROGRAM.short_name,
            PROGRAM.colour,
        )
        .join(Customer, CUSTOMER.id == APPOINTMENT.customer_id)
        .join(Program, PROGRAM.id == APPOINTMENT.program_id)
        .where(
            APPOINTMENT.organization_id == organization_id,
            APPOINTMENT.staff_id.in_(staff_ids),
            APPOINTMENT.starts_at > span.start - LONGEST,
            APPOINTMENT.starts_at < span.end,
            APPOINTMENT.ends_at > span.start,
        )
        .order_by(APPOINTMENT.staff_id, APPOINTMENT.starts_at, APPOINTMENT.id)
    )
    return [Entry(*row) for row in session.execute(query)]


def seen_by(reach: Reach, entries: Iterable[Entry]) -> list[Entry]:
    """The entries as somebody with this reach sees them.

    Out of reach, an appointment is time at which the staff member is busy, and one that holds no
    time is nothing at all.
    """
    return [
        entry if reach.covers(entry.facility_id, entry.program_id) else _veiled(entry)
        for entry in entries
        if reach.covers(entry.facility_id, entry.program_id) or entry.status in HOLDING_TIME
    ]


def _veiled(entry: Entry) -> Entry:
    return entry._replace(
        id=0, program_id=0, status="", version=0, forced=False, customer="", program="", colour=0
    )


def span_of(day: date, zones: Iterable[ZoneInfo]) -> Span:
    """All the time that is this day somewhere among the zones."""
    bounds = [day_bounds(day, zone) for zone in set(zones) if day_exists(day, zone)]
    if not bounds:
        bounds = [day_bounds(day, ZoneInfo("UTC"))]
    return Span(min(b.start for b in bounds), max(b.end for b in bounds))


def readable_places(session: Session, actor: Actor) -> list[Place]:
    """The active facilities whose schedule the actor may see, by name.

    Who holds the permission for a program sees the facilities, since programs run at any.
    """
    reach = actor.reach(Permission.VIEW_SCHEDULE)
    query = select(FACILITY.id, FACILITY.name, FACILITY.time_zone).where(FACILITY.active.is_(True))
    rows = session.execute(query.order_by(FACILITY.name))
    anywhere = reach.everywhere or bool(reach.program_ids)
    return [Place(*row) for row in rows if anywhere or row.id in reach.facility_ids]


def readable_programs(session: Session, actor: Actor) -> list[ProgramChoice]:
    """The active programs the actor may see, by name."""
    reach = actor.reach(Permission.VIEW_SCHEDULE)
    query = (
        select(
            PROGRAM.id,
            PROGRAM.name,
            PROGRAM.short_name,
            PROGRAM.colour,
            PROGRAM.duration_minutes,
            PROGRAM.lead_staff_id,
        )
        .where(PROGRAM.active.is_(True))
        .order_by(PROGRAM.name)
    )
    anywhere = reach.everywhere or bool(reach.facility_ids)
    return [
        ProgramChoice(*row)
        for row in session.execute(query)
        if anywhere or row.id in reach.program_ids
    ]


def _staff(session: Session) -> Sequence:
    query = select(STAFF.id, STAFF.name, STAFF.title, STAFF.facility_id)
    return session.execute(query.where(STAFF.active.is_(True)).order_by(STAFF.name)).all()


def _works_at(book: HoursBook, staff_id: int, facility_ids: Collection[int], day: date) -> bool:
    roster = book.rosters[staff_id]
    return any(roster.worked(facility, day) for facility in facility_ids if facility in book.zones)


@dataclass(frozen=True, slots=True)
class BookingChoices:
    """What a booking form offers to choose from, within the actor's reach."""

    places: tuple[Place, ...]
    programs: tuple[ProgramChoice, ...]
    staff: tuple[StaffOnDay, ...]


def booking_choices(session: Session, actor: Actor) -> BookingChoices:
    """The facilities, programs and staff that the actor may book."""
    actor.require(Permission.BOOK)
    people = tuple(
        StaffOnDay(row.id, row.name, row.title, row.facility_id, True) for row in _staff(session)
    )
    return BookingChoices(
        tuple(readable_places(session, actor)), tuple(readable_programs(session, actor)), people
    )


def facility_for(session: Session, actor: Actor, staff_id: int, axis: DayAxis, at: int) -> int:
    """Where somebody is at that position of the axis: where they work then, else at home.

    Raises `NotFound` for somebody who is not in the organization.
    """
    actor.require(Permission.VIEW_SCHEDULE)
    person = next((row for row in _staff(session) if row.id == staff_id), None)
    if person is None:
        raise NotFound("This staff member")
    book = hours.read(session, [staff_id], axis.day, axis.day)
    roster = book.rosters[staff_id]
    for facility_id, zone in book.zones.items():
        try:
            instant = axis.instant_at(at, zone)
        except (TimeDoesNotExist, OutsideDay):
            continue
        if any(span.holds(instant) for span in roster.worked(facility_id, axis.day)):
            return facility_id
    return person.facility_id
