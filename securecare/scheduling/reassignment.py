"""Appointments that a change of hours left outside them: marked, queued, and given back.

Nothing is moved by itself. In the transaction that changes the hours every appointment of the
staff members concerned is looked at again: one that now lies outside becomes Pending Reassignment
and remembers what it was; one that lies inside again becomes that. Its time stays held all the
while, so the way back is never blocked.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.foundation import clock
from securecare.foundation.columns import columns_of
from securecare.foundation.models import AuditEvent
from securecare.foundation.spans import Span
from securecare.scheduling import hours, locks
from securecare.scheduling.models import Appointment
from securecare.scheduling.statuses import STRANDABLE, AppointmentStatus

APPOINTMENT = columns_of(Appointment)

PENDING = AppointmentStatus.PENDING_REASSIGNMENT


@dataclass(frozen=True, slots=True)
class Reassessed:
    """How many appointments a change of hours stranded, and how many it brought back."""

    stranded: int
    restored: int


def reassess(session: Session, actor: Actor, staff_ids: Collection[int]) -> Reassessed:
    """Mark and unmark the appointments of these people after their hours have changed.

    In the transaction that changed them. Appointments that have ended, and those that somebody
    forced outside working hours, stay as they are.
    """
    if not staff_ids:
        return Reassessed(0, 0)
    locks.for_hours(session, actor.organization_id, staff_ids)
    rows = _open_appointments(session, actor, staff_ids)
    if not rows:
        return Reassessed(0, 0)
    book = hours.read(
        session,
        staff_ids,
        min(row.starts_at for row in rows).date(),
        max(row.ends_at for row in rows).date(),
    )
    within = {
        row.id: book.covers(row.staff_id, row.facility_id, Span(row.starts_at, row.ends_at))
        for row in rows
    }
    stranded = [row for row in rows if row.status != PENDING and not within[row.id]]
    restored = [row for row in rows if row.status == PENDING and within[row.id]]
    _mark(session, actor, stranded)
    _unmark(session, actor, restored)
    return Reassessed(len(stranded), len(restored))


def _open_appointments(session: Session, actor: Actor, staff_ids: Collection[int]) -> list[Any]:
    now = clock.now()
    query = select(
        APPOINTMENT.id,
        APPOINTMENT.staff_id,
        APPOINTMENT.facility_id,
        APPOINTMENT.program_id,
        APPOINTMENT.starts_at,
        APPOINTMENT.ends_at,
        APPOINTMENT.status,
        APPOINTMENT.former_status,
    ).where(
        APPOINTMENT.organization_id == actor.organization_id,
        APPOINTMENT.staff_id.in_(staff_ids),
        APPOINTMENT.starts_at > now - hours.ONE_DAY,
        APPOINTMENT.ends_at > now,
        APPOINTMENT.status.in_((*STRANDABLE, PENDING)),
        APPOINTMENT.forced_hours.is_(False),
    )
    return list(session.execute(query))


def _mark(session: Session, actor: Actor, rows: Iterable[Any]) -> None:
    ids = [row.id for row in rows]
    _change(session, ids, status=PENDING, former_status=APPOINTMENT.status)
    _note(session, actor, rows, "appointment.stranded")


def _unmark(session: Session, actor: Actor, rows: Iterable[Any]) -> None:
    ids = [row.id for row in rows]
    _change(session, ids, status=APPOINTMENT.former_status, former_status=None)
    _note(session, actor, rows, "appointment.restored")


def _change(session: Session, ids: list[int], **values: Any) -> None:
    if ids:
        session.execute(
            update(Appointment)
            .where(APPOINTMENT.id.in_(ids))
            .values(**values, version=APPOINTMENT.version + 1, updated_at=clock.now())
            .execution_options(synchronize_session=False)
        )


def _note(session: Session, actor: Actor, rows: Iterable[Any], action: str) -> None:
    events = [
        {
            "at": clock.now(),
            "organization_id": actor.organization_id,
            "account_id": actor.account_id,
            "actor": actor.name,
            "action": action,
            "object_type": "appointment",
            "object_id": row.id,
            "facility_id": row.facility_id,
            "program_id": row.program_id,
            "address": actor.address,
            "detail": {},
        }
        for row in rows
    ]
    if events:
        session.execute(insert(AuditEvent).inline(), events)
