"""What was done with a session, and by whom, as the audit trail has it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.outreach.models import OutreachSession

SHOWN = 40
DEEDS = {
    "session.planned": "Planned",
    "session.changed": "Changed",
    "session.completed": "Completed",
    "session.cancelled": "Cancelled",
    "session.reopened": "Opened again",
}
_DEEDS = text("""
    SELECT at, actor, action, coalesce(detail->>'reason', '') AS reason
      FROM audit_event
     WHERE organization_id = :organization AND object_type = 'outreach_session' AND object_id = :id
     ORDER BY id DESC LIMIT :most
""")


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the history."""

    at: datetime
    actor: str
    what: str
    reason: str


def of_session(session: Session, actor: Actor, session_id: int) -> list[Deed]:
    """The latest lines first. Raises `NotFound` out of the actor's reach."""
    row = session.get(OutreachSession, session_id)
    if row is None or not actor.may(Permission.VIEW_OUTREACH, row.facility_id):
        raise NotFound("This session")
    asked = {"organization": actor.organization_id, "id": session_id, "most": SHOWN}
    return [
        Deed(at, who, DEEDS.get(action, action.rpartition(".")[2].capitalize()), reason)
        for at, who, action, reason in session.execute(_DEEDS, asked)
    ]
