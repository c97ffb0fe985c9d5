"""One appointment opened: what it is, who did what to it, and changing what is written on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.models import Account
from securecare.access.roles import Permission
from securecare.customers.models import Customer
from securecare.foundation import audit, clock
from securecare.foundation.columns import columns_of
from securecare.organization.models import Facility, Program, Staff
from securecare.scheduling import private_notes
from securecare.scheduling.appointment_access import require, require_version
from securecare.scheduling.appointments import NOTE_LENGTH, is_overlap
from securecare.scheduling.booking_facts import is_past
from securecare.scheduling.errors import SlotTaken
from securecare.scheduling.models import Appointment
from securecare.scheduling.statuses import AppointmentStatus, choices_from, require_change

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
    """The step that was taken, and the version it made."""

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

    Raises `StatusNotPossible`, `ChangedMeanwhile`, and `SlotTaken` where a time that was given up
    belongs to somebody else by now.
    """
    current = require(session, actor, appointment_id, Permission.BOOK, lock=True)
    require_version(session, current, version)
    former = AppointmentStatus(current.status)
    require_change(former, status)
    _write(session, current, status=status, former_status=None)
    audit.record(session, actor, "appointment.status_changed", current, status=status)
    return StatusChanged(appointment_id, version + 1, former, status)


def write_notes(session: Session, actor: Actor, notes: Notes) -> int:
    """Change the public note, the private one, or both; gives the new version."""
    current = require(session, actor, notes.appointment_id, Permission.BOOK, lock=True)
    require_version(session, current, notes.version)
    values: dict[str, Any] = {}
    if notes.public_note is not None:
        values["public_note"] = notes.public_note.strip()[:NOTE_LENGTH]
    if notes.private_note is not None:
        actor.require(Permission.WRITE_PRIVATE_NOTES, current.facility_id, current.program_id)
        text = notes.private_note.strip()[:NOTE_LENGTH]
        sealed = private_notes.seal(text, current.public_id) if text else None
        values["private_note_sealed"] = sealed
    if not values:
        return current.version
    fields = ["private_note" if name == "private_note_sealed" else name for name in values]
    _write(session, current, **values)
    audit.record(session, actor, "appointment.notes_changed", current, fields=fields)
    return notes.version + 1


def _write(session: Session, current: Appointment, **values: Any) -> None:
    session.expunge(current)
    try:
        with session.begin_nested():
            session.execute(
                update(Appointment)
                .where(APPOINTMENT.id == current.id)
                .values(
                    **values,
                    version=current.version + 1,
                    updated_at=clock.now(),
                    notify_customer=not _past(session, current),
                )
                .execution_options(synchronize_session=False)
            )
    except IntegrityError as refused:
        if not is_overlap(refused):
            raise
        raise SlotTaken(
            "The time of this appointment has been given to somebody else. Move it to another time."
        ) from None


def _past(session: Session, current: Appointment) -> bool:
    zone = session.execute(
        select(FACILITY.time_zone).where(FACILITY.id == current.facility_id)
    ).scalar_one()
    return is_past(current.ends_at, clock.now(), ZoneInfo(zone))


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
        )
        .select_from(Appointment)
        .join(Facility, FACILITY.id == APPOINTMENT.facility_id)
        .join(Program, PROGRAM.id == APPOINTMENT.program_id)
        .join(Staff, STAFF.id == APPOINTMENT.staff_id)
        .join(Customer, CUSTOMER.id == APPOINTMENT.customer_id)
        .where(APPOINTMENT.id == current.id)
    ).one()
    facility, zone, program, colour, staff, customer, number, maker = row
    place = (current.facility_id, current.program_id)
    may_change = actor.may(Permission.BOOK, *place)
    status = AppointmentStatus(current.status)
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
