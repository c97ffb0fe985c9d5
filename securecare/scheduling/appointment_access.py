"""Finding an appointment for somebody, and finding out whether they saw its latest version."""

from sqlalchemy import select
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation.columns import columns_of
from securecare.foundation.models import AuditEvent
from securecare.scheduling.errors import ChangedMeanwhile
from securecare.scheduling.models import Appointment

APPOINTMENT = columns_of(Appointment)
AUDIT_EVENT = columns_of(AuditEvent)


def require(
    session: Session, actor: Actor, appointment_id: int, permission: Permission, lock: bool = False
) -> Appointment:
    """The appointment, if it exists within the actor's reach; else `NotFound` either way."""
    query = select(Appointment).where(
        APPOINTMENT.organization_id == actor.organization_id, APPOINTMENT.id == appointment_id
    )
    if lock:
        # Not FOR UPDATE: that would make those wait who only say that they are looking at it.
        query = query.with_for_update(key_share=True)
    found = session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    if found is None or not actor.may(permission, found.facility_id, found.program_id):
        raise NotFound("This appointment")
    return found


def require_version(session: Session, current: Appointment, version: int) -> None:
    """Raise `ChangedMeanwhile`, naming who did it, unless this is the version that was looked at."""
    if current.version != version:
        raise ChangedMeanwhile(_last_to_change(session, current))


def _last_to_change(session: Session, current: Appointment) -> str:
    query = (
        select(AUDIT_EVENT.actor)
        .where(
            AUDIT_EVENT.organization_id == current.organization_id,
            AUDIT_EVENT.object_type == "appointment",
            AUDIT_EVENT.object_id == current.id,
            AUDIT_EVENT.action != "appointment.viewed",
        )
        .order_by(AUDIT_EVENT.id.desc())
        .limit(1)
    )
    return session.execute(query).scalar() or "Somebody"
