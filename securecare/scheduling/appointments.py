"""Giving a time to a customer, and giving another one instead.

The database decides who gets a time: its exclusion constraints refuse overlaps of a staff member
or a customer, buffers included. What is checked before is what the constraint cannot know: working
hours, appointments that were forced and so stand outside the constraint, and days between bookings.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import visibility
from securecare.foundation import audit, clock
from securecare.foundation.columns import columns_of
from securecare.foundation.spans import Span
from securecare.scheduling import conflicts, hours, locks, private_notes
from securecare.scheduling.appointment_access import require, require_version
from securecare.scheduling.booking_facts import BookingFacts, When, facts, is_past
from securecare.scheduling.errors import (
    CoolingDown,
    NotWorking,
    ReasonNeeded,
    SlotTaken,
    TimeRefused,
)
from securecare.scheduling.hours import HoursBook
from securecare.scheduling.local_time import local_day
from securecare.scheduling.models import Appointment
from securecare.scheduling.opening import OutsideHours, require_open
from securecare.scheduling.statuses import AppointmentStatus

APPOINTMENT = columns_of(Appointment)

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


@dataclass(frozen=True, slots=True)
class _Force:
    """What a person with the right insisted on, and why."""

    overlap: bool = False
    hours: bool = False
    reason: str = ""


def book(session: Session, actor: Actor, wish: Wish) -> Booked:
    """Give the wished time to the customer.

    The same form sent twice finds its first appointment. Raises `SlotTaken`, `NotWorking` or
    `CoolingDown` with the nearest free times, `TimeDoesNotExist` or `TimeIsAmbiguous` where the
    clocks change, `NotFound` and `NotAllowed`.
    """
    known = facts(
        session,
        actor,
        customer_id=wish.customer_id,
        program_id=wish.program_id,
        staff_id=wish.staff_id,
        facility_id=wish.facility_id,
    )
    visibility.require(session, actor, wish.customer_id)
    span = known.span_of(wish.when, wish.duration_minutes)
    if wish.override_reason is None:
        locks.share_staff(session, [wish.staff_id])
    else:
        locks.lock_staff(session, [wish.staff_id])
    if earlier := _of_form(session, actor, wish.form_key):
        return earlier
    force = _judge(session, actor, known, span, wish.override_reason)
    values = _values(actor, wish, known, span, force)
    row = session.execute(
        insert_or(Appointment)
        .values(**values)
        .on_conflict_do_nothing()
        .returning(APPOINTMENT.id, APPOINTMENT.version)
    ).first()
    if row is None:
        return _of_form(session, actor, wish.form_key) or _refuse_taken(session, actor, known, span)
    audit.record(
        session,
        actor,
        "appointment.booked",
        ("appointment", row.id),
        facility_id=wish.facility_id,
        program_id=wish.program_id,
        reason=force.reason,
    )
    return Booked(row.id, row.version, span.start, span.end)


def move(session: Session, actor: Actor, wish: Move) -> Moved:
    """Give the appointment another time, length, facility or staff member.

    Raises what `book` raises, and `ChangedMeanwhile` if the person looked at an older version.
    """
    current = require(session, actor, wish.appointment_id, Permission.BOOK)
    known = facts(
        session,
        actor,
        customer_id=current.customer_id,
        program_id=current.program_id,
        staff_id=wish.staff_id or current.staff_id,
        facility_id=wish.facility_id or current.facility_id,
    )
    current = _alone(session, current, known, wish.version)
    span = _wished_span(current, wish, known)
    force = _judge(session, actor, known, span, wish.override_reason, besides=current.id)
    placed = {
        "staff_id": known.staff_id,
        "facility_id": known.facility_id,
        **_times(known, span),
        "forced_overlap": force.overlap,
        "forced_hours": force.hours,
        "override_reason": force.reason,
        **_status_after_move(current, span),
    }
    _write(session, actor, current, known, span, placed)
    changed = [
        name
        for name in ("staff_id", "facility_id", "starts_at", "ends_at")
        if placed[name] != getattr(current, name)
    ]
    _note_move(session, actor, current, known, "appointment.moved", changed, force.reason)
    return Moved(
        wish.appointment_id, current.version + 1, span.start, span.end, _placement(current)
    )


def undo_move(session: Session, actor: Actor, placement: Placement) -> Moved:
    """Put an appointment back where it stood, if nobody changed it since and the time is free."""
    current = require(session, actor, placement.appointment_id, Permission.BOOK)
    known = facts(
        session,
        actor,
        customer_id=current.customer_id,
        program_id=current.program_id,
        staff_id=placement.staff_id,
        facility_id=placement.facility_id,
    )
    current = _alone(session, current, known, placement.version)
    span = Span(placement.starts_at, placement.ends_at)
    if not placement.forced_overlap:
        _require_unforced(session, actor, known, span, current.id)
    placed = {
        "staff_id": placement.staff_id,
        "facility_id": placement.facility_id,
        **_times(known, span),
        "forced_overlap": placement.forced_overlap,
        "forced_hours": placement.forced_hours,
        "override_reason": placement.override_reason,
        "status": placement.status,
        "former_status": placement.former_status,
        "notify_customer": placement.notify_customer,
    }
    _write(session, actor, current, known, span, placed)
    _note_move(session, actor, current, known, "appointment.move_undone", ["starts_at"], "")
    return Moved(
        placement.appointment_id, current.version + 1, span.start, span.end, _placement(current)
    )


def _alone(session: Session, seen: Appointment, known: BookingFacts, version: int) -> Appointment:
    """Lock staff and customer, then read the appointment again: it may have changed meanwhile."""
    session.expunge(seen)
    locks.lock_staff(session, {seen.staff_id, known.staff_id})
    locks.lock_customers(session, [seen.customer_id])
    current = session.execute(
        select(Appointment).where(APPOINTMENT.id == seen.id).with_for_update()
    ).scalar_one()
    session.expunge(current)
    require_version(session, current, version)
    return current


def _wished_span(current: Appointment, wish: Move, known: BookingFacts) -> Span:
    minutes = wish.duration_minutes or (current.ends_at - current.starts_at) // timedelta(minutes=1)
    return known.span_of(wish.when or current.starts_at, minutes)


def _judge(
    session: Session,
    actor: Actor,
    known: BookingFacts,
    span: Span,
    override_reason: str | None,
    besides: int | None = None,
) -> _Force:
    """Let the wish pass, forced where it must be and may be, or raise what stands in the way."""
    book_ = hours.around(session, [known.staff_id], span.start)
    refusal = (
        _not_working(session, known, span, besides, book_)
        or _forced_in_the_way(session, actor, known, span, besides)
        or _cooling_down(session, known, span, besides)
    )
    may_force = actor.may(Permission.OVERRIDE_CONFLICTS, known.facility_id, known.program_id)
    if override_reason is None:
        if refusal:
            refusal.may_force = may_force
            raise refusal
        return _Force()
    actor.require(Permission.OVERRIDE_CONFLICTS, known.facility_id, known.program_id)
    reason = override_reason.strip()
    if not reason:
        raise ReasonNeeded()
    in_the_way = conflicts.obstacles(session, actor, known, known.occupied(span), besides)
    works = book_.covers(known.staff_id, known.facility_id, span)
    forced = bool(in_the_way) or not works or refusal is not None
    return _Force(bool(in_the_way), not works, reason if forced else "")


def _require_unforced(
    session: Session, actor: Actor, known: BookingFacts, span: Span, besides: int | None
) -> None:
    if refusal := _forced_in_the_way(session, actor, known, span, besides):
        raise refusal


def _not_working(
    session: Session, known: BookingFacts, span: Span, besides: int | None, book_: HoursBook
) -> TimeRefused | None:
    try:
        require_open(book_.rosters[known.staff_id], known.facility_id, span, clock24=known.clock24)
    except OutsideHours as refused:
        return NotWorking(
            f"{known.staff_name}: {refused.message}",
            conflicts.nearest_free(session, known, span, besides),
        )
    return None


def _forced_in_the_way(
    session: Session, actor: Actor, known: BookingFacts, span: Span, besides: int | None
) -> TimeRefused | None:
    occupied = known.occupied(span)
    found = conflicts.obstacles(session, actor, known, occupied, besides, forced_only=True)
    if not found:
        return None
    return SlotTaken(
        conflicts.sentence(known, found), conflicts.nearest_free(session, known, span, besides)
    )


def _cooling_down(
    session: Session, known: BookingFacts, span: Span, besides: int | None
) -> TimeRefused | None:
    near = conflicts.last_of_program(session, known, span, besides)
    if near is None:
        return None
    days = known.minimum_days_between
    return CoolingDown(
        f"{known.program_name} needs {days} {'day' if days == 1 else 'days'} between appointments,"
        f" and {known.customer_name} has one on {local_day(near, known.zone):%B %-d}.",
        (),
    )


def _refuse_taken(
    session: Session, actor: Actor, known: BookingFacts, span: Span, besides: int | None = None
) -> Any:
    found = conflicts.obstacles(session, actor, known, known.occupied(span), besides)
    raise SlotTaken(
        conflicts.sentence(known, found),
        conflicts.nearest_free(session, known, span, besides),
        actor.may(Permission.OVERRIDE_CONFLICTS, known.facility_id, known.program_id),
    )


def _values(
    actor: Actor, wish: Wish, known: BookingFacts, span: Span, force: _Force
) -> dict[str, Any]:
    public_id = uuid.uuid4()
    note = wish.private_note.strip()[:NOTE_LENGTH]
    if note:
        actor.require(Permission.WRITE_PRIVATE_NOTES, known.facility_id, known.program_id)
    now = clock.now()
    return {
        "public_id": public_id,
        "organization_id": actor.organization_id,
        "facility_id": known.facility_id,
        "program_id": known.program_id,
        "staff_id": known.staff_id,
        "customer_id": known.customer_id,
        **_times(known, span),
        "status": AppointmentStatus.BOOKED,
        "forced_overlap": force.overlap,
        "forced_hours": force.hours,
        "override_reason": force.reason,
        "public_note": wish.public_note.strip()[:NOTE_LENGTH],
        "private_note_sealed": private_notes.seal(note, public_id) if note else None,
        "notify_customer": not is_past(span.end, now, known.zone),
        "form_key": wish.form_key,
        "version": 1,
        "created_by": actor.account_id,
        "created_at": now,
        "updated_at": now,
    }


def _times(known: BookingFacts, span: Span) -> dict[str, Any]:
    occupied = known.occupied(span)
    return {
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


def _write(
    session: Session,
    actor: Actor,
    current: Appointment,
    known: BookingFacts,
    span: Span,
    placed: dict[str, Any],
) -> None:
    now = clock.now()
    # Either day being over makes it an entry for the record, of which the customer hears nothing.
    past = is_past(span.end, now, known.zone) or is_past(current.ends_at, now, known.zone)
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
        if not is_overlap(refused):
            raise
        _refuse_taken(session, actor, known, span, current.id)


def is_overlap(refused: IntegrityError) -> bool:
    """Whether one of the two exclusion constraints refused."""
    diagnosis = getattr(refused.orig, "diag", None)
    return getattr(diagnosis, "constraint_name", None) in {
        "ex_appointment_staff",
        "ex_appointment_customer",
    }


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


def _note_move(
    session: Session,
    actor: Actor,
    current: Appointment,
    known: BookingFacts,
    action: str,
    changed: list[str],
    reason: str,
) -> None:
    audit.record(
        session,
        actor,
        action,
        ("appointment", current.id),
        facility_id=known.facility_id,
        program_id=known.program_id,
        fields=changed,
        reason=reason,
    )
