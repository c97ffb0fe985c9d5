"""What was done with an appointment, and by whom, as the audit trail has it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation.columns import columns_of
from securecare.foundation.models import AuditEvent
from securecare.scheduling.appointment_access import require
from securecare.scheduling.statuses import AppointmentStatus

AUDIT_EVENT = columns_of(AuditEvent)

SHOWN = 40

DEEDS = {
    "appointment.booked": "Booked",
    "appointment.moved": "Moved",
    "appointment.move_undone": "Move undone",
    "appointment.status_changed": "Set to",
    "appointment.notes_changed": "Changed",
    "appointment.stranded": "Outside working hours after a change of hours",
    "appointment.restored": "Within working hours again",
    "appointment.viewed": "Viewed",
}
FIELDS = {
    "staff_id": "staff member",
    "facility_id": "facility",
    "starts_at": "start",
    "ends_at": "end",
    "public_note": "public note",
    "private_note": "private note",
}


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the history."""

    at: datetime
    actor: str
    what: str
    reason: str
    look: bool
    """Whether somebody only looked."""


def of_appointment(session: Session, actor: Actor, appointment_id: int) -> list[Deed]:
    """The latest lines first. Raises `NotFound` out of the actor's reach."""
    require(session, actor, appointment_id, Permission.VIEW_SCHEDULE)
    rows = session.execute(
        select(AUDIT_EVENT.at, AUDIT_EVENT.actor, AUDIT_EVENT.action, AUDIT_EVENT.detail)
        .where(
            AUDIT_EVENT.organization_id == actor.organization_id,
            AUDIT_EVENT.object_type == "appointment",
            AUDIT_EVENT.object_id == appointment_id,
        )
        .order_by(AUDIT_EVENT.id.desc())
        .limit(SHOWN)
    )
    return [
        Deed(at, who, _said(action, detail), detail.get("reason", ""), action.endswith(".viewed"))
        for at, who, action, detail in rows
    ]


def _said(action: str, detail: Mapping[str, Any]) -> str:
    deed = DEEDS.get(action, action.rpartition(".")[2].replace("_", " ").capitalize())
    if status := detail.get("status"):
        within = ", within an authorized absence" if detail.get("absence") else ""
        return f"{deed} {AppointmentStatus(status).label}{within}"
    fields = [str(FIELDS.get(name, name)) for name in detail.get("fields", [])]
    return f"{deed}: {', '.join(fields)}" if fields else deed
