"""Who is looking at or editing an appointment right now.

A page says so again every few seconds; one that has fallen silent is forgotten.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation import clock
from securecare.foundation.columns import columns_of
from securecare.scheduling.appointment_access import require
from securecare.scheduling.models import AppointmentPresence

APPOINTMENT_PRESENCE = columns_of(AppointmentPresence)

SILENT_AFTER = timedelta(seconds=45)


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody else who has the appointment open."""

    name: str
    editing: bool


def announce(session: Session, actor: Actor, appointment_id: int, editing: bool) -> list[Present]:
    """Say that the actor has it open, and find out who else has."""
    require(session, actor, appointment_id, Permission.VIEW_SCHEDULE)
    values = {"editing": editing, "seen_at": clock.now(), "name": actor.name}
    session.execute(
        insert(AppointmentPresence)
        .values(
            organization_id=actor.organization_id,
            appointment_id=appointment_id,
            session_id=actor.session_id,
            account_id=actor.account_id,
            **values,
        )
        .on_conflict_do_update(index_elements=["appointment_id", "session_id"], set_=values)
    )
    return others(session, actor, appointment_id)


def still_there(session: Session, actor: Actor, appointment_id: int) -> None:
    """Say that the actor has it open still; nobody is told what they know already."""
    session.execute(
        update(AppointmentPresence)
        .where(
            APPOINTMENT_PRESENCE.appointment_id == appointment_id,
            APPOINTMENT_PRESENCE.session_id == actor.session_id,
        )
        .values(seen_at=clock.now())
    )


def leave(session: Session, actor: Actor, appointment_id: int) -> None:
    """Say that the actor has closed it."""
    session.execute(
        delete(AppointmentPresence).where(
            APPOINTMENT_PRESENCE.appointment_id == appointment_id,
            APPOINTMENT_PRESENCE.session_id == actor.session_id,
        )
    )


def others(session: Session, actor: Actor, appointment_id: int) -> list[Present]:
    """Who else has it open, editors first, each person once."""
    rows = session.execute(
        select(APPOINTMENT_PRESENCE.name, APPOINTMENT_PRESENCE.editing)
        .where(
            APPOINTMENT_PRESENCE.appointment_id == appointment_id,
            APPOINTMENT_PRESENCE.session_id != actor.session_id,
            APPOINTMENT_PRESENCE.seen_at > clock.now() - SILENT_AFTER,
        )
        .order_by(APPOINTMENT_PRESENCE.editing.desc(), APPOINTMENT_PRESENCE.name)
    )
    found: dict[str, Present] = {}
    for name, editing in rows:
        found.setdefault(name, Present(name, editing))
    return list(found.values())


def forget_silent(session: Session) -> None:
    """Remove what silent pages left behind. For a job, organization by organization."""
    session.execute(
        delete(AppointmentPresence).where(
            APPOINTMENT_PRESENCE.seen_at < clock.now() - 4 * SILENT_AFTER
        )
    )
