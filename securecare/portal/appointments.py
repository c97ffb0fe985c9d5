"""A patron's own appointments in one organization: when, where, what for and with whom.

Private notes are of the staff, and so are reasons and forced bookings: none of it is read here.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, tuple_
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers.own import Own
from securecare.foundation import clock
from securecare.foundation.columns import columns_of
from securecare.organization import words
from securecare.organization.models import Facility, Program, Staff
from securecare.scheduling.day import LONGEST
from securecare.scheduling.models import Appointment
from securecare.scheduling.statuses import AppointmentStatus

APPOINTMENT = columns_of(Appointment)
FACILITY, PROGRAM, STAFF = columns_of(Facility), columns_of(Program), columns_of(Staff)
PAGE = 20


class Position(NamedTuple):
    """A place in the list, across organizations."""

    starts_at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class OwnAppointment:
    """An appointment as its customer sees it."""

    id: int
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    """Of the facility: the clock that hangs on its wall."""
    clock24: bool
    status: AppointmentStatus
    organization: str
    facility: str
    street: str
    phone: str
    program: str
    staff: str
    title: str
    note: str
    """What staff wrote for the customer to read."""

    @property
    def position(self) -> Position:
        """Where the list goes on after it."""
        return Position(self.starts_at, self.id)


def of_patron(
    session: Session,
    actor: Actor,
    known: Own,
    *,
    past: bool = False,
    since: Position | None = None,
    size: int = PAGE,
) -> list[OwnAppointment]:
    """At most `size` of what is to come, the next first; or of what is over, the latest first.

    `actor` is the patron within the organization of `known`. Raises `NotAllowed`.
    """
    actor.require(Permission.OWN_PORTAL)
    clock24 = words.of(session, actor).clock24
    key, now = tuple_(APPOINTMENT.starts_at, APPOINTMENT.id), clock.now()
    query = (
        select(
            APPOINTMENT.id,
            APPOINTMENT.starts_at,
            APPOINTMENT.ends_at,
            FACILITY.time_zone,
            APPOINTMENT.status,
            FACILITY.name.label("facility"),
            FACILITY.street,
            FACILITY.phone,
            PROGRAM.name.label("program"),
            STAFF.name.label("staff"),
            STAFF.title,
            APPOINTMENT.public_note,
        )
        .select_from(Appointment)
        .join(Facility, FACILITY.id == APPOINTMENT.facility_id)
        .join(Program, PROGRAM.id == APPOINTMENT.program_id)
        .join(Staff, STAFF.id == APPOINTMENT.staff_id)
        .where(
            APPOINTMENT.organization_id == known.organization_id,
            APPOINTMENT.customer_id.in_(known.customer_ids),
            APPOINTMENT.ends_at <= now if past else APPOINTMENT.ends_at > now,
            APPOINTMENT.starts_at < now if past else APPOINTMENT.starts_at > now - LONGEST,
        )
        .limit(size)
    )
    if past:
        query = query.order_by(APPOINTMENT.starts_at.desc(), APPOINTMENT.id.desc())
    else:
        query = query.order_by(APPOINTMENT.starts_at, APPOINTMENT.id)
    if since is not None:
        query = query.where(key < tuple_(*since) if past else key > tuple_(*since))
    return [
        OwnAppointment(
            id=row.id,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            time_zone=row.time_zone,
            clock24=clock24,
            status=AppointmentStatus(row.status),
            organization=known.organization,
            facility=row.facility,
            street=row.street,
            phone=row.phone,
            program=row.program,
            staff=row.staff,
            title=row.title,
            note=row.public_note,
        )
        for row in session.execute(query)
    ]
