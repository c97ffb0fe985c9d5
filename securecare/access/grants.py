"""Who holds which role where. Given and withdrawn by administrators, never deleted."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.models import Membership, RoleGrant
from securecare.access.roles import ROLE_LABELS, Permission, Role
from securecare.foundation import audit, clock
from securecare.foundation.errors import DomainError

ONLY_EVERYWHERE = frozenset({Role.ADMINISTRATOR, Role.PATRON})
"""Roles that make no sense for one facility or program alone."""


class LastAdministrator(DomainError):
    """Without this person nobody could give roles any more."""

    def __init__(self) -> None:
        super().__init__(
            "This is the last administrator who can sign in. Make somebody else administrator first."
        )


class HeldAlready(DomainError):
    """The person holds this role there."""

    def __init__(self, role: Role) -> None:
        super().__init__(f"The role {ROLE_LABELS[role]} has been given there already.", "role")


class OnlyEverywhere(DomainError):
    """The role goes with the whole organization."""

    def __init__(self, role: Role) -> None:
        super().__init__(
            f"The role {ROLE_LABELS[role]} can only be given for the whole organization.", "place"
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a role may be given: one facility or one program. Without either: everywhere."""

    facility_id: int | None = None
    program_id: int | None = None


EVERYWHERE = Place()


def give(
    session: Session, actor: Actor, account_id: int, role: Role, place: Place = EVERYWHERE
) -> None:
    """Give a member a role; raises `HeldAlready`, `OnlyEverywhere`, `NotAllowed` or `NotFound`."""
    actor.require_everywhere(Permission.MANAGE_ACCESS)
    if role in ONLY_EVERYWHERE and place != EVERYWHERE:
        raise OnlyEverywhere(role)
    require_member(session, actor, account_id)
    _require_place(session, place)
    given = session.execute(
        insert(RoleGrant)
        .values(
            organization_id=actor.organization_id,
            account_id=account_id,
            role=role.value,
            facility_id=place.facility_id,
            program_id=place.program_id,
            granted_by=actor.account_id,
            granted_at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(col(RoleGrant.id))
    ).scalar()
    if given is None:
        raise HeldAlready(role)
    _note(session, actor, "role.given", account_id, role, place)


def withdraw(session: Session, actor: Actor, grant_id: int) -> None:
    """Take a role back; raises `LastAdministrator`, `NotAllowed` or `NotFound`.

    It is gone at the person's very next event.
    """
    actor.require_everywhere(Permission.MANAGE_ACCESS)
    grant = session.exec(
        select(RoleGrant)
        .where(
            RoleGrant.id == grant_id,
            RoleGrant.organization_id == actor.organization_id,
            col(RoleGrant.withdrawn_at).is_(None),
        )
        .with_for_update()
    ).one_or_none()
    if grant is None:
        raise NotFound("This role")
    if grant.role == Role.ADMINISTRATOR:
        require_another_administrator(session, actor, grant.account_id)
    _withdraw(session, actor, grant)


def withdraw_all(session: Session, actor: Actor, account_id: int) -> None:
    """Take back every role of a person here. Who may be last is for the caller to ask."""
    for grant in session.exec(
        select(RoleGrant)
        .where(
            RoleGrant.organization_id == actor.organization_id,
            RoleGrant.account_id == account_id,
            col(RoleGrant.withdrawn_at).is_(None),
        )
        .order_by(col(RoleGrant.id))
        .with_for_update()
    ):
        _withdraw(session, actor, grant)


def require_another_administrator(session: Session, actor: Actor, account_id: int) -> None:
    """Raise `LastAdministrator` unless somebody else administers the organization.

    Locks the organization's row of keys: two who withdraw each other take turns.
    """
    session.execute(_ADMINISTRATORS_LOCK, {"organization_id": actor.organization_id})
    others = session.execute(
        _OTHER_ADMINISTRATORS, {"organization_id": actor.organization_id, "id": account_id}
    )
    if others.first() is None:
        raise LastAdministrator


def require_member(session: Session, actor: Actor, account_id: int) -> Membership:
    """The person's standing membership here, or `NotFound`."""
    membership = session.exec(
        select(Membership).where(
            Membership.organization_id == actor.organization_id,
            Membership.account_id == account_id,
            col(Membership.ended_at).is_(None),
        )
    ).one_or_none()
    if membership is None:
        raise NotFound("This person")
    return membership


def _withdraw(session: Session, actor: Actor, grant: RoleGrant) -> None:
    grant.withdrawn_at = clock.now()
    grant.withdrawn_by = actor.account_id
    session.add(grant)
    place = Place(grant.facility_id, grant.program_id)
    _note(session, actor, "role.withdrawn", grant.account_id, grant.role, place)


def _note(
    session: Session, actor: Actor, action: str, account_id: int, role: str, place: Place
) -> None:
    audit.record(
        session,
        actor,
        action,
        ("account", account_id),
        facility_id=place.facility_id,
        program_id=place.program_id,
        status=str(role),
    )


def _require_place(session: Session, place: Place) -> None:
    """Row-level security shows the organization's own places only."""
    for table, place_id in (("facility", place.facility_id), ("program", place.program_id)):
        if place_id is not None and not session.execute(_PLACES[table], {"id": place_id}).first():
            raise NotFound(f"This {table}")


_PLACES = {
    "facility": text("SELECT 1 FROM facility WHERE id = :id"),
    "program": text("SELECT 1 FROM program WHERE id = :id"),
}
_ADMINISTRATORS_LOCK = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('administrators of ' || :organization_id, 0))"
)
_OTHER_ADMINISTRATORS = text("""
    SELECT 1 FROM role_grant g
      JOIN membership m ON m.account_id = g.account_id AND m.organization_id = g.organization_id
      JOIN account a ON a.id = g.account_id
     WHERE g.organization_id = :organization_id AND g.account_id <> :id
       AND g.role = 'administrator' AND g.facility_id IS NULL AND g.program_id IS NULL
       AND g.withdrawn_at IS NULL AND m.ended_at IS NULL
       AND a.disabled_at IS NULL AND a.password_hash IS NOT NULL
     LIMIT 1
""")
