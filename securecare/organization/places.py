"""Facilities, programs and staff as far as the acting person may touch them.

Whatever id a browser sends is a wish. A row outside the organization, one out of reach and one
that does not exist answer alike: `NotFound`.
"""

from typing import Any

from sqlalchemy import false, literal_column, or_, true
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, select

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation.models import AuditEvent
from securecare.foundation.row_security import CURRENT_ORGANIZATION
from securecare.organization.models import Facility, Program, Staff


def facility(
    session: Session, actor: Actor, facility_id: int, permission: Permission, *, lock: bool = False
) -> Facility:
    """The facility, if the permission holds there. With `lock`, nobody else changes it meanwhile."""
    reachable = facilities_in_reach(actor, permission)
    query = select(Facility).where(Facility.id == facility_id, reachable)
    return _only(session, query, "This facility", lock)


def program(
    session: Session, actor: Actor, program_id: int, permission: Permission, *, lock: bool = False
) -> Program:
    """The program, if the permission holds for it; programs belong to no one facility."""
    reachable = programs_in_reach(actor, permission)
    query = select(Program).where(Program.id == program_id, reachable)
    return _only(session, query, "This program", lock)


def staff(
    session: Session, actor: Actor, staff_id: int, permission: Permission, *, lock: bool = False
) -> Staff:
    """The staff member, if the permission holds at their home facility."""
    reachable = staff_in_reach(actor, permission)
    return _only(
        session, select(Staff).where(Staff.id == staff_id, reachable), "This staff member", lock
    )


def facilities_in_reach(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """Which facilities the permission holds at, as a condition."""
    reach = actor.reach(permission)
    if reach.everywhere:
        return true()
    return col(Facility.id).in_(reach.facility_ids) if reach.facility_ids else false()


def facility_names(session: Session, actor: Actor, permission: Permission) -> list[tuple[int, str]]:
    """Id and name of the active facilities the permission holds at, by name."""
    query = (
        select(Facility.id, Facility.name)
        .where(facilities_in_reach(actor, permission), col(Facility.active))
        .order_by(Facility.name)
    )
    return [(id_ or 0, name) for id_, name in session.exec(query)]


def programs_in_reach(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """Which programs the permission holds for, as a condition."""
    reach = actor.reach(permission)
    if reach.everywhere:
        return true()
    return col(Program.id).in_(reach.program_ids) if reach.program_ids else false()


def staff_in_reach(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """Whose home facility the permission holds at, as a condition."""
    reach = actor.reach(permission)
    if reach.everywhere:
        return true()
    return col(Staff.facility_id).in_(reach.facility_ids) if reach.facility_ids else false()


def last_changed_by(session: Session, kind: str, id_: int | None) -> str:
    """The name of whoever the audit trail saw change it last, or ""."""
    query = (
        select(AuditEvent.actor)
        .where(
            # Row-level security says so too; named here, the index is found that begins with it.
            AuditEvent.organization_id == literal_column(CURRENT_ORGANIZATION),
            AuditEvent.object_type == kind,
            AuditEvent.object_id == id_,
            or_(
                col(AuditEvent.action).like("%.changed"),
                col(AuditEvent.action).like("%.added"),
                col(AuditEvent.action).like("%.made_%"),
            ),
        )
        .order_by(col(AuditEvent.id).desc())
        .limit(1)
    )
    return session.exec(query).first() or ""


def _only(session: Session, query: Any, what: str, lock: bool) -> Any:
    if lock:
        # Not FOR UPDATE: that would make bookings wait, which refer to the row.
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    row = session.exec(query).first()
    if row is None:
        raise NotFound(what)
    return row
