"""One appointment opened: what it is, who did what to it, and changing what is written on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.models import Account
from securecare.access.roles import Permission
from securecare.customers.models import Customer
from securecare.foundation import audit, clock
from securecare.foundation.columns import columns_of
from securecare.foundation.spans import Span
from securecare.organization.models import Facility, Program, Staff
from securecare.scheduling import judging, locks, missed, private_notes
from securecare.scheduling.appointment_access import require, require_version
from securecare.scheduling.appointments import NOTE_LENGTH
from securecare.scheduling.booking_facts import facts, is_past
from securecare.scheduling.conflicts import is_overlap
from securecare.scheduling.judging import Case
from securecare.scheduling.models import Appointment
from securecare.scheduling.statuses import (
    STRANDABLE,
    AppointmentStatus,
    choices_from,
    require_change,
)

APPOINTMENT = columns_of(Appointment)
FACILITY = columns_of(Facility)
PROGRAM = columns_of(Program)
STAFF = columns_of(Staff)
CUSTOMER = columns_of(Customer)
ACCOUNT = columns_of(Account)


@dataclass(frozen=True, slots=True)
class Record:
    """An appointment as its reader may see it. `private_note` is None without the permission."""

    id: int
    version: int
    facility_id: int
    facility_name: str
    time_zone: str
    program_id: int
    program_name: str
    colour: int
    staff_id: int
    staff_name: str
    customer_id: int
    customer_name: str
    customer_number: int
    starts_at: datetime
    ends_at: datetime
    status: AppointmentStatus
    former_status: str | None
    next_statuses: tuple[AppointmentStatus, ...]
    forced: bool
    override_reason: str
    public_note: str
    private_note: str | None
    notify_customer: bool
    may_change: bool
    may_write_private: bool
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Notes:
    """What somebody wrote; None leaves a note as it is."""

    appointment_id: int
    version: int
    public_note: str | None = None
    private_note: str | None = None


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """The step that was taken, and the version it made; `present` is what it counts as now."""

    appointment_id: int
    version: int
    former: AppointmentStatus
    present: AppointmentStatus


def read(session: Session, actor: Actor, appointment_id: int, *, audited: bool = True) -> Record:
    """Open the appointment; the look is audited. Raises `NotFound` out of the actor's reach."""
    current = require(session, actor, appointment_id, Permission.VIEW_SCHEDULE)
    if audited:
        audit.record(session, actor, "appointment.viewed", current)
    return _record(session, actor, current)


def change_status(
    session: Session, actor: Actor, appointment_id: int, version: int, status: AppointmentStatus
) -> StatusChanged:
    """Take a step, as in Booked to Arrived.

    Raises `StatusNotPossible`, `ChangedMeanwhile`, and, where a time that was given up is wanted
    back, `SlotTaken` or `NotWorking` as booking it would.
    """
    seen = require(session, actor, appointment_id, Permission.BOOK)
    back = status.holds_time and not AppointmentStatus(seen.status).holds_time
    if back:
        locks.for_moving(session, actor.organization_id, [seen.staff_id], seen.customer_id)
    else:
        locks.for_step(session, seen.staff_id, seen.customer_id)
    current = _locked(session, actor, appointment_id, version)
    former = AppointmentStatus(current.status)
    if former is status:
        return StatusChanged(appointment_id, version, former, status)
    require_change(former, status)
    case = _case(session, actor, current)
    values = _taken_back(case, current, status) if back else {}
    stranded = not back and status in STRANDABLE and former not in STRANDABLE
    stranded = stranded and not current.forced_hours and _is_outside_hours(case)
    present = AppointmentStatus.PENDING_REASSIGNMENT if stranded else status
    _write(case, current, **values, status=present, former_status=status if stranded else None)
    if status is AppointmentStatus.NO_SHOW:
        present = _counted(session, current)
    absent = {"absence": True} if present is AppointmentStatus.ABSENT else {}
    audit.record(session, actor, "appointment.status_changed", current, status=status, **absent)
    if stranded:
        audit.record(session, actor, "appointment.stranded", current)
    return StatusChanged(appointment_id, version + 1, former, present)


def _counted(session: Session, current: Appointment) -> AppointmentStatus:
    query = select(missed.status()).where(APPOINTMENT.id == current.id)
    return AppointmentStatus(session.execute(query).scalar_one())


def write_notes(session: Session, actor: Actor, notes: Notes) -> int:
    """Change the public note, the private one, or both; gives the new version."""
    seen = require(session, actor, notes.appointment_id, Permission.BOOK)
    locks.for_step(session, seen.staff_id, seen.customer_id)
    current = _locked(session, actor, notes.appointment_id, notes.version)
    values: dict[str, Any] = {}
    if notes.public_note is not None:
        values["public_note"] = notes.public_note.strip()[:NOTE_LENGTH]
    if notes.private_note is not None:
        actor.require(Permission.WRITE_PRIVATE_NOTES, current.facility_id, current.program_id)
        text = notes.private_note.strip()[:NOTE_LENGTH]
        if text != private_notes.unseal(current.private_note_sealed, current.public_id):
            sealed = private_notes.seal(text, current.public_id) if text else None
            values["private_note_sealed"] = sealed
    values = {name: value for name, value in values.items() if value != getattr(current, name)}
    if not values:
        return current.version
    fields = ["private_note" if name == "private_note_sealed" else name for name in values]
    _write(_case(session, actor, current), current, **values)
    audit.record(session, actor, "appointment.notes_changed", current, fields=fields)
    return notes.version + 1


def _locked(session: Session, actor: Actor, appointment_id: int, version: int) -> Appointment:
    current = require(session, actor, appointment_id, Permission.BOOK, lock=True)
    session.expunge(current)
    require_version(session, current, version)
    return current


def _case(session: Session, actor: Actor, current: Appointment) -> Case:
    known, around = facts(
        session,
        actor,
        customer_id=current.customer_id,
        program_id=current.program_id,
        staff_id=current.staff_id,
        facility_id=current.facility_id,
        when=current.starts_at,
    )
    span = Span(current.starts_at, current.ends_at)
    return Case(session, actor, known, span, around, current.id)


def _taken_back(case: Case, current: Appointment, status: AppointmentStatus) -> dict[str, Any]:
    """The time is held again if nothing stands in its way now: hours, and whoever was forced in."""
    if status in STRANDABLE and not current.forced_hours and case.span.end > clock.now():
        judging.require_worked(case)
    occupied = case.known.occupied(case.span)
    return {
        "forced_overlap": judging.require_still_possible(case, current.forced_overlap),
        "occupied_from": occupied.start,
        "occupied_to": occupied.end,
    }


def _is_outside_hours(case: Case) -> bool:
    if case.span.end <= clock.now():
        return False
    return not case.book.covers(case.known.staff_id, case.known.facility_id, case.span)


def _write(case: Case, current: Appointment, **values: Any) -> None:
    now = clock.now()
    try:
        with case.session.begin_nested():
            case.session.execute(
                update(Appointment)
                .where(APPOINTMENT.id == current.id)
                .values(
                    **values,
                    version=current.version + 1,
                    updated_at=now,
                    notify_customer=not is_past(current.ends_at, now, case.known.zone),
                )
                .execution_options(synchronize_session=False)
            )
    except IntegrityError as refused:
        if not is_overlap(refused):
            raise
        judging.refuse_taken(case)


def _record(session: Session, actor: Actor, current: Appointment) -> Record:
    row = session.execute(
        select(
            FACILITY.name,
            FACILITY.time_zone,
            PROGRAM.name,
            PROGRAM.colour,
            STAFF.name,
            CUSTOMER.given_name + " " + CUSTOMER.family_name,
            CUSTOMER.number,
            select(ACCOUNT.name).where(ACCOUNT.id == current.created_by).scalar_subquery(),
            missed.status(),
        )
        .select_from(Appointment)
        .join(Facility, FACILITY.id == APPOINTMENT.facility_id)
        .join(Program, PROGRAM.id == APPOINTMENT.program_id)
        .join(Staff, STAFF.id == APPOINTMENT.staff_id)
        .join(Customer, CUSTOMER.id == APPOINTMENT.customer_id)
        .where(APPOINTMENT.id == current.id)
    ).one()
    facility, zone, program, colour, staff, customer, number, maker, counted = row
    place = (current.facility_id, current.program_id)
    may_change = actor.may(Permission.BOOK, *place)
    status = AppointmentStatus(counted)
    return Record(
        id=current.id or 0,
        version=current.version,
        facility_id=current.facility_id,
        facility_name=facility,
        time_zone=zone,
        program_id=current.program_id,
        program_name=program,
        colour=colour,
        staff_id=current.staff_id,
        staff_name=staff,
        customer_id=current.customer_id,
        customer_name=customer,
        customer_number=number,
        starts_at=current.starts_at,
        ends_at=current.ends_at,
        status=status,
        former_status=current.former_status,
        next_statuses=choices_from(status) if may_change else (),
        forced=current.forced_overlap or current.forced_hours,
        override_reason=current.override_reason,
        public_note=current.public_note,
        private_note=_private_note(actor, current),
        notify_customer=current.notify_customer,
        may_change=may_change,
        may_write_private=may_change and actor.may(Permission.WRITE_PRIVATE_NOTES, *place),
        created_by=maker or "",
        created_at=current.created_at,
    )


def _private_note(actor: Actor, current: Appointment) -> str | None:
    if not actor.may(Permission.READ_PRIVATE_NOTES, current.facility_id, current.program_id):
        return None
    return private_notes.unseal(current.private_note_sealed, current.public_id)
