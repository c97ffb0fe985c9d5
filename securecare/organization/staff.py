"""Staff: the people who hold appointments, where they are at home, and what they serve.

Making somebody inactive is done through `securecare.scheduling.consequences`, which sees to
their appointments.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from securecare.access.actor import Actor
from securecare.access.models import Account, Membership
from securecare.access.roles import Permission
from securecare.foundation import audit
from securecare.foundation.forms import (
    Complaints,
    NotAccepted,
    Overtaken,
    changed_fields,
    complain_of_text,
    merged_choice,
    refused_by,
    require_none,
)
from securecare.organization import places
from securecare.organization.models import Facility, Program, ProgramStaff, Staff

ACCOUNT_TAKEN = NotAccepted(
    {"account_id": "This account already belongs to another staff member. Choose another one."}
)
_UNIQUE_ACCOUNT = "ix_staff_organization_id_account_id"


@dataclass(frozen=True, slots=True)
class StaffForm:
    """What may be set for a staff member."""

    name: str
    title: str
    facility_id: int
    account_id: int | None = None
    program_ids: frozenset[int] = field(default_factory=frozenset)

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        complain_of_text(found, "name", self.name, "a name", 80)
        complain_of_text(found, "title", self.title, "a title", 80, needed=False)
        if not self.facility_id:
            found["facility_id"] = "Choose the facility this person is at home."
        return found


@dataclass(frozen=True, slots=True)
class StaffListed:
    """A staff member as the list shows them."""

    id: int
    form: StaffForm
    facility: str
    account: str
    """The name of the linked account, or ""."""
    active: bool
    version: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What a staff member's form offers: `(id, label)` pairs."""

    facilities: tuple[tuple[int, str], ...]
    programs: tuple[tuple[int, str], ...]
    accounts: tuple[tuple[int, str], ...]
    """Empty for those who may not link accounts."""
    may_link: bool


def listed(session: Session, actor: Actor) -> list[StaffListed]:
    """The staff the person may configure, active ones first."""
    return reachable(session, actor, Permission.CONFIGURE_STAFF)


def reachable(session: Session, actor: Actor, permission: Permission) -> list[StaffListed]:
    """The staff for whom the person holds the permission, active ones first."""
    query = (
        select(Staff, Facility.name, Account.name)
        .join(Facility, col(Facility.id) == Staff.facility_id)
        .outerjoin(Account, col(Account.id) == Staff.account_id)
        .where(places.staff_in_reach(actor, permission))
        .order_by(col(Staff.active).desc(), Staff.name, col(Staff.id))
    )
    rows = session.exec(query).all()
    served = _served(session, [row.id or 0 for row, _, _ in rows])
    return [
        StaffListed(
            row.id or 0,
            _form(row, served.get(row.id or 0, frozenset())),
            facility,
            account or "",
            row.active,
            row.version,
        )
        for row, facility, account in rows
    ]


def choices(session: Session, actor: Actor) -> Choices:
    """What the person may choose from when configuring staff."""
    actor.require(Permission.CONFIGURE_STAFF)
    at = places.facilities_in_reach(actor, Permission.CONFIGURE_STAFF)
    facilities = session.exec(
        select(Facility.id, Facility.name).where(at, col(Facility.active)).order_by(Facility.name)
    )
    programs = session.exec(
        select(Program.id, Program.name).where(col(Program.active)).order_by(Program.name)
    )
    may_link = actor.reach(Permission.CONFIGURE_STAFF).everywhere
    return Choices(
        tuple((id_ or 0, name) for id_, name in facilities),
        tuple((id_ or 0, name) for id_, name in programs),
        _accounts(session, actor) if may_link else (),
        may_link,
    )


def add(session: Session, actor: Actor, form: StaffForm) -> int:
    """Take somebody onto the staff and return their id. Raises `NotAccepted` or `NotFound`."""
    _require_acceptable(session, actor, form, None)
    row = Staff(organization_id=actor.organization_id, **_columns(form))
    session.add(row)
    with refused_by(_UNIQUE_ACCOUNT, ACCOUNT_TAKEN):
        session.flush()
    _serve(session, actor, row.id or 0, form.program_ids, frozenset())
    audit.record(session, actor, "staff.added", row)
    return row.id or 0


def change(
    session: Session,
    actor: Actor,
    staff_id: int,
    version: int,
    form: StaffForm,
    seen: Collection[int],
) -> None:
    """Set a staff member to `form`. Their shifts stay as they are.

    `seen` are the programs they were shown to serve: only what was added or taken out against
    that changes, so that what the programs page changed meanwhile stands.
    Raises `NotFound`, `NotAccepted`, or `Overtaken` if they are no longer of that version.
    """
    row = places.staff(session, actor, staff_id, Permission.CONFIGURE_STAFF, lock=True)
    current = _form(row, _served(session, [staff_id]).get(staff_id, frozenset()))
    form = replace(form, program_ids=merged_choice(current.program_ids, seen, form.program_ids))
    _require_acceptable(session, actor, form, current)
    if row.version != version:
        raise Overtaken(places.last_changed_by(session, "staff", row.id))
    if changed := changed_fields(current, form):
        row.sqlmodel_update({**_columns(form), "version": version + 1})
        with refused_by(_UNIQUE_ACCOUNT, ACCOUNT_TAKEN):
            session.flush()
        _serve(session, actor, staff_id, form.program_ids, current.program_ids)
        audit.record(session, actor, "staff.changed", row, fields=changed)


def set_active(session: Session, actor: Actor, staff_id: int, active: bool) -> bool:
    """Take somebody off the staff, or back; says whether that changed anything."""
    row = places.staff(session, actor, staff_id, Permission.CONFIGURE_STAFF, lock=True)
    if row.active == active:
        return False
    row.active = active
    row.version += 1
    session.flush()
    audit.record(session, actor, "staff.made_active" if active else "staff.made_inactive", row)
    return True


def _require_acceptable(
    session: Session, actor: Actor, form: StaffForm, current: StaffForm | None
) -> None:
    found = form.complaints()
    moves = current is None or form.facility_id != current.facility_id
    if "facility_id" not in found and moves and not _may_be_home(session, actor, form.facility_id):
        found["facility_id"] = "Choose an active facility."
    if form.account_id != (current.account_id if current else None):
        actor.require_everywhere(Permission.CONFIGURE_STAFF)
        if form.account_id and form.account_id not in dict(_accounts(session, actor)):
            found["account_id"] = "Choose an account of this organization."
    new = form.program_ids - (current.program_ids if current else frozenset())
    if new and new - _active_programs(session, new):
        found["program_ids"] = "A program chosen here is no longer active."
    require_none(found)


def _may_be_home(session: Session, actor: Actor, facility_id: int) -> bool:
    query = select(Facility.id).where(
        Facility.id == facility_id,
        col(Facility.active),
        places.facilities_in_reach(actor, Permission.CONFIGURE_STAFF),
    )
    return session.exec(query).first() is not None


def _active_programs(session: Session, program_ids: Collection[int]) -> set[int | None]:
    query = select(Program.id).where(col(Program.id).in_(program_ids), col(Program.active))
    return set(session.exec(query))


def _accounts(session: Session, actor: Actor) -> tuple[tuple[int, str], ...]:
    query = (
        select(Account.id, Account.name, Account.email)
        .join(Membership, col(Membership.account_id) == Account.id)
        .where(
            Membership.organization_id == actor.organization_id, col(Membership.ended_at).is_(None)
        )
        .order_by(Account.name)
    )
    return tuple((id_ or 0, f"{name} ({email})") for id_, name, email in session.exec(query))


def _form(row: Staff, program_ids: frozenset[int]) -> StaffForm:
    return StaffForm(row.name, row.title, row.facility_id, row.account_id, program_ids)


def _columns(form: StaffForm) -> dict[str, Any]:
    return {
        "name": form.name,
        "title": form.title,
        "facility_id": form.facility_id,
        "account_id": form.account_id,
    }


def _served(session: Session, staff_ids: Collection[int]) -> dict[int, frozenset[int]]:
    query = select(ProgramStaff.staff_id, ProgramStaff.program_id).where(
        col(ProgramStaff.staff_id).in_(staff_ids)
    )
    found: dict[int, set[int]] = {}
    for staff_id, program_id in session.exec(query):
        found.setdefault(staff_id, set()).add(program_id)
    return {staff_id: frozenset(ids) for staff_id, ids in found.items()}


def _serve(
    session: Session, actor: Actor, staff_id: int, wanted: frozenset[int], present: frozenset[int]
) -> None:
    if gone := present - wanted:
        session.execute(
            delete(ProgramStaff).where(
                col(ProgramStaff.staff_id) == staff_id, col(ProgramStaff.program_id).in_(gone)
            )
        )
    if new := wanted - present:
        rows = [
            {"organization_id": actor.organization_id, "program_id": each, "staff_id": staff_id}
            for each in sorted(new)
        ]
        session.execute(insert(ProgramStaff).values(rows).on_conflict_do_nothing())
