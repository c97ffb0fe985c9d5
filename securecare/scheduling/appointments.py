"""Giving a time to a customer, and giving another one instead.

The database decides who gets a time: its exclusion constraints refuse overlaps of a staff member
or a customer, buffers included. What they cannot know is judged before, in `judging`.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import visibility
from securecare.foundation import audit, clock
from securecare.foundation.columns import columns_of, table_of
from securecare.foundation.db import opening_with, straight
from securecare.foundation.spans import Span
from securecare.scheduling import judging, locks, private_notes
from securecare.scheduling.appointment_access import require, require_version
from securecare.scheduling.booking_facts import BookingFacts, Surroundings, When, facts, is_past
from securecare.scheduling.conflicts import is_overlap
from securecare.scheduling.errors import NotOffered
from securecare.scheduling.judging import Case, Force
from securecare.scheduling.local_time import local_day
from securecare.scheduling.models import Appointment
from securecare.scheduling.statuses import (
    STRANDABLE,
    AppointmentStatus,
    StatusNotPossible,
)

APPOINTMENT = columns_of(Appointment)

_GIVEN_WHEN_BOOKED = {each.name for each in APPOINTMENT} - {"id", "former_status"}
_BOOK_UNLESS_TAKEN = audit.noting(
    insert_or(table_of(Appointment))
    .values({name: bindparam(name, type_=APPOINTMENT[name].type) for name in _GIVEN_WHEN_BOOKED})
    .on_conflict_do_nothing()
    .returning(APPOINTMENT.id, APPOINTMENT.version),
    "appointment.booked",
    "appointment",
)

NOTE_LENGTH = 2000
"""Characters a note may have."""


@dataclass(frozen=True, slots=True)
class Wish:
    """An appointment somebody asks for."""

    customer_id: int
    program_id: int
    staff_id: int
    facility_id: int
    when: When
    duration_minutes: int | None = None
    public_note: str = ""
    private_note: str = ""
    override_reason: str | None = None
    """Given by who insists although something stands in the way."""
    form_key: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """Another time, length or staff member for an appointment; None leaves it as it is."""

    appointment_id: int
    version: int
    """The version the person was looking at."""
    staff_id: int | None = None
    facility_id: int | None = None
    when: When | None = None
    duration_minutes: int | None = None
    override_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an appointment stood, to be put back there by an undo."""

    appointment_id: int
    version: int
    """The version that the undo takes back."""
    staff_id: int
    facility_id: int
    starts_at: datetime
    ends_at: datetime
    status: str
    former_status: str | None
    forced_overlap: bool
    forced_hours: bool
    override_reason: str
    notify_customer: bool


@dataclass(frozen=True, slots=True)
class Booked:
    """An appointment that was made, now or by the same form before."""

    appointment_id: int
    version: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Moved:
    """An appointment that was moved, and where it came from."""

    appointment_id: int
    version: int
    starts_at: datetime
    ends_at: datetime
    previous: Placement


def _opening(wish: Wish) -> str:
    forced = wish.override_reason is not None
    return "" if forced else locks.opening_for_booking(wish.staff_id, wish.customer_id)


@opening_with(_opening)
def book(session: Session, actor: Actor, wish: Wish) -> Booked:
    """Give the wished time to the customer.

    The same form sent twice finds its first appointment. Raises `SlotTaken`, `NotWorking` or
    `CoolingDown` with the nearest free times, `TimeDoesNotExist` or `TimeIsAmbiguous` where the
    clocks change, `NotOffered`, `NotFound` and `NotAllowed`.
    """
    actor.require(Permission.BOOK, wish.facility_id, wish.program_id)
    lock = locks.for_booking if wish.override_reason is None else locks.for_forcing
    lock(session, wish.staff_id, wish.customer_id)
    known, around = facts(
        session,
        actor,
        customer_id=wish.customer_id,
        program_id=wish.program_id,
        staff_id=wish.staff_id,
        facility_id=wish.facility_id,
        when=wish.when,
    )
    visibility.require(session, actor, wish.customer_id)
    case = Case(session, actor, known, known.span_of(wish.when, wish.duration_minutes), around)
    if known.minimum_days_between:
        locks.for_another(session, wish.customer_id)
    if earlier := _of_form(session, actor, wish.form_key):
        return earlier
    if not known.program_active:
        raise NotOffered(known.program_name)
    force = judging.judge(case, wish.override_reason)
    told = audit.noted(actor, wish.facility_id, wish.program_id, force.reason)
    made = straight(session, _BOOK_UNLESS_TAKEN, _values(actor, wish, case, force) | told)
    if not made:
        return _of_form(session, actor, wish.form_key) or judging.refuse_taken(case)
    ((appointment_id, version),) = made
    return Booked(appointment_id, version, case.span.start, case.span.end)


def move(session: Session, actor: Actor, wish: Move) -> Moved:
    """Give the appointment another time, length, facility or staff member.

    Raises what `book` raises, `ChangedMeanwhile` if the person looked at an older version, and
    `StatusNotPossible` for an appointment that holds no time.
    """
    seen = require(session, actor, wish.appointment_id, Permission.BOOK)
    staff_id, facility_id = wish.staff_id or seen.staff_id, wish.facility_id or seen.facility_id
    current, known, around = _alone(
        session, actor, seen, wish.version, staff_id, facility_id, wish.when
    )
    if not AppointmentStatus(current.status).holds_time:
        raise StatusNotPossible(
            f"This appointment is set to {AppointmentStatus(current.status).label} and holds no"
            " time that could be moved. Set it to Booked first.",
            field="status",
        )
    case = Case(session, actor, known, _wished_span(current, wish, known), around, current.id)
    force = judging.judge(case, wish.override_reason)
    placed = {
        **_times(case),
        "forced_overlap": force.overlap,
        "forced_hours": force.hours,
        "override_reason": force.reason,
        **_status_after_move(current, case.span),
    }
    return _place(case, current, placed, "appointment.moved", force.reason)


def undo_move(session: Session, actor: Actor, placement: Placement) -> Moved:
    """Put an appointment back where it stood, if nobody changed it since and the time is free.

    Raises `ChangedMeanwhile`, `SlotTaken`, or `NotWorking` where hours have changed since.
    """
    seen = require(session, actor, placement.appointment_id, Permission.BOOK)
    current, known, around = _alone(
        session,
        actor,
        seen,
        placement.version,
        placement.staff_id,
        placement.facility_id,
        placement.starts_at,
    )
    span = Span(placement.starts_at, placement.ends_at)
    case = Case(session, actor, known, span, around, current.id)
    placed = {
        **_times(case),
        "forced_overlap": judging.require_still_possible(case, placement.forced_overlap),
        "forced_hours": placement.forced_hours,
        "override_reason": placement.override_reason,
        **_status_after_undo(case, placement),
        "notify_customer": placement.notify_customer,
    }
    return _place(case, current, placed, "appointment.move_undone", "")


def _alone(
    session: Session,
    actor: Actor,
    seen: Appointment,
    version: int,
    staff_id: int,
    facility_id: int,
    when: When | None,
) -> tuple[Appointment, BookingFacts, Surroundings]:
    """Lock all concerned, then read the appointment again: it may have changed meanwhile.

    What is read before is only good for finding out whom to wait for.
    """
    staff_ids = {seen.staff_id, staff_id}
    locks.for_moving(session, actor.organization_id, staff_ids, seen.customer_id)
    current = require(session, actor, seen.id or 0, Permission.BOOK, lock=True)
    session.expunge(current)
    require_version(session, current, version)
    known, around = facts(
        session,
        actor,
        customer_id=current.customer_id,
        program_id=current.program_id,
        staff_id=staff_id,
        facility_id=facility_id,
        when=when or current.starts_at,
    )
    return current, known, around


def _wished_span(current: Appointment, wish: Move, known: BookingFacts) -> Span:
    minutes = wish.duration_minutes or (current.ends_at - current.starts_at) // timedelta(minutes=1)
    return known.span_of(wish.when or current.starts_at, minutes)


def _values(actor: Actor, wish: Wish, case: Case, force: Force) -> dict[str, Any]:
    public_id = uuid.uuid4()
    known, note = case.known, wish.private_note.strip()[:NOTE_LENGTH]
    if note:
        actor.require(Permission.WRITE_PRIVATE_NOTES, known.facility_id, known.program_id)
    now = clock.now()
    return {
        "public_id": public_id,
        "organization_id": actor.organization_id,
        "program_id": known.program_id,
        "customer_id": known.customer_id,
        **_times(case),
        "status": AppointmentStatus.BOOKED.value,
        "forced_overlap": force.overlap,
        "forced_hours": force.hours,
        "override_reason": force.reason,
        "public_note": wish.public_note.strip()[:NOTE_LENGTH],
        "private_note_sealed": private_notes.seal(note, public_id) if note else None,
        "notify_customer": not is_past(case.span.end, now, known.zone),
        "form_key": wish.form_key,
        "version": 1,
        "created_by": actor.account_id,
        "created_at": now,
        "updated_at": now,
    }


def _times(case: Case) -> dict[str, Any]:
    known, span = case.known, case.span
    occupied = known.occupied(span)
    return {
        "staff_id": known.staff_id,
        "facility_id": known.facility_id,
        "starts_at": span.start,
        "ends_at": span.end,
        "occupied_from": occupied.start,
        "occupied_to": occupied.end,
        "local_day": local_day(span.start, known.zone),
    }


def _status_after_move(current: Appointment, span: Span) -> dict[str, Any]:
    """A stranded appointment is what it was again; what was confirmed at another time is not."""
    status = current.former_status or current.status
    if status == AppointmentStatus.CONFIRMED and span.start != current.starts_at:
        status = AppointmentStatus.BOOKED
    return {"status": status, "former_status": None}


def _status_after_undo(case: Case, placement: Placement) -> dict[str, Any]:
    """What it was, or stranded if and only if the hours as they are now leave it outside."""
    status = AppointmentStatus(placement.former_status or placement.status)
    waits = placement.status == AppointmentStatus.PENDING_REASSIGNMENT
    bound = status in STRANDABLE and not placement.forced_hours and case.span.end > clock.now()
    if bound and not case.book.covers(case.known.staff_id, case.known.facility_id, case.span):
        if not waits:
            judging.require_worked(case)
        return {"status": AppointmentStatus.PENDING_REASSIGNMENT, "former_status": status}
    return {"status": status, "former_status": None}


def _place(
    case: Case, current: Appointment, placed: dict[str, Any], action: str, reason: str
) -> Moved:
    """Write where the appointment stands now, and say where it stood."""
    session, known = case.session, case.known
    now = clock.now()
    # Either day being over makes it an entry for the record, of which the customer hears nothing.
    past = is_past(case.span.end, now, known.zone) or is_past(current.ends_at, now, known.zone)
    values = {"notify_customer": not past, **placed}
    try:
        with session.begin_nested():
            session.execute(
                update(Appointment)
                .where(APPOINTMENT.id == current.id)
                .values(**values, version=current.version + 1, updated_at=now)
                .execution_options(synchronize_session=False)
            )
    except IntegrityError as refused:
        _translate(refused, case)
    moved = ("staff_id", "facility_id", "starts_at", "ends_at")
    audit.record(
        session,
        case.actor,
        action,
        ("appointment", current.id),
        facility_id=known.facility_id,
        program_id=known.program_id,
        fields=[name for name in moved if placed[name] != getattr(current, name)],
        reason=reason,
    )
    return Moved(
        current.id or 0,
        current.version + 1,
        case.span.start,
        case.span.end,
        _placement(current),
    )


def _translate(refused: IntegrityError, case: Case) -> NoReturn:
    if not is_overlap(refused):
        raise refused
    judging.refuse_taken(case)


def _of_form(session: Session, actor: Actor, form_key: uuid.UUID | None) -> Booked | None:
    if form_key is None:
        return None
    row = session.execute(
        select(
            APPOINTMENT.id, APPOINTMENT.version, APPOINTMENT.starts_at, APPOINTMENT.ends_at
        ).where(
            APPOINTMENT.organization_id == actor.organization_id,
            APPOINTMENT.form_key == form_key,
            APPOINTMENT.created_by == actor.account_id,
        )
    ).first()
    return Booked(*row) if row else None


def _placement(current: Appointment) -> Placement:
    return Placement(
        current.id or 0,
        current.version + 1,
        current.staff_id,
        current.facility_id,
        current.starts_at,
        current.ends_at,
        current.status,
        current.former_status,
        current.forced_overlap,
        current.forced_hours,
        current.override_reason,
        current.notify_customer,
    )
