"""The people of an organization: listed, added, helped back in, let go."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from securecare.access import accounts, grants, links, sessions
from securecare.access.actor import Actor
from securecare.access.grants import EVERYWHERE, Place
from securecare.access.links import Link
from securecare.access.models import Account
from securecare.access.roles import ROLE_LABELS, Permission, Role
from securecare.foundation import audit, clock
from securecare.foundation.errors import DomainError

EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")
PAGE = 50


class BadEmail(DomainError):
    """What was typed is no e-mail address."""

    def __init__(self) -> None:
        super().__init__("This is not an e-mail address.", field="email")


class HereAlready(DomainError):
    """The person belongs to the organization."""

    def __init__(self) -> None:
        super().__init__("Somebody with this e-mail address is here already.", field="email")


class BelongsElsewhere(DomainError):
    """The account is not this organization's alone, so its password is not ours to reset."""

    def __init__(self) -> None:
        super().__init__(
            "This account is used in another organization too, so it cannot be reset from here."
        )


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role somebody holds, and where, in words."""

    grant_id: int
    role: Role
    place: str
    """"" for the whole organization."""

    @property
    def label(self) -> str:
        """As in "Manager · North House"."""
        return f"{ROLE_LABELS[self.role]} · {self.place}" if self.place else ROLE_LABELS[self.role]


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the organization, for its administrators."""

    account_id: int
    name: str
    email: str
    roles: tuple[HeldRole, ...]
    second_factor: bool
    invited: bool
    """Has not set a password yet."""
    seen_at: datetime | None


def listed(
    session: Session, actor: Actor, search: str = "", role: Role | None = None, page: int = 0
) -> tuple[list[Person], int]:
    """A page of the organization's people by name, and how many there are in all."""
    actor.require_everywhere(Permission.MANAGE_ACCESS)
    wanted = {
        "organization_id": actor.organization_id,
        "like": f"%{_escaped(search.strip())}%",
        "role": role.value if role else None,
        "limit": PAGE,
        "offset": max(page, 0) * PAGE,
    }
    rows = session.execute(_PEOPLE, wanted).all()
    total = session.execute(_HOW_MANY, wanted).scalar_one()
    return [_person(row) for row in rows], total


def places(
    session: Session, actor: Actor
) -> tuple[Sequence[tuple[int, str]], Sequence[tuple[int, str]]]:
    """The facilities and the programs a role may be given for: id and name."""
    actor.require_everywhere(Permission.MANAGE_ACCESS)
    facilities = session.execute(text("SELECT id, name FROM facility ORDER BY name, id"))
    programs = session.execute(text("SELECT id, name FROM program ORDER BY name, id"))
    return [(r.id, r.name) for r in facilities], [(r.id, r.name) for r in programs]


def add(
    session: Session,
    actor: Actor,
    name: str,
    email: str,
    role: Role | None = None,
    place: Place = EVERYWHERE,
) -> Link:
    """Make somebody a member, and give the link with which they set their password.

    Whoever has an account already keeps it with its password; the answer is the same. Raises
    `NoName`, `BadEmail` or `HereAlready`.
    """
    actor.require_everywhere(Permission.MANAGE_ACCESS)
    name, email = accounts.proper_name(name), proper_email(email)
    account_id = session.execute(
        text("SELECT account_for(:email, :key, :name)"),
        {"email": email, "key": accounts.email_key(email), "name": name},
    ).scalar_one()
    joined = session.execute(
        _JOIN,
        {
            "organization_id": actor.organization_id,
            "account_id": account_id,
            "now": clock.now(),
        },
    )
    if joined.first() is None:
        raise HereAlready
    audit.record(session, actor, "person.added", ("account", account_id))
    if role is not None:
        grants.give(session, actor, account_id, role, place)
    return links.issue(session, actor, account_id, links.INVITATION)


def new_link(session: Session, actor: Actor, account_id: int) -> Link:
    """A link for somebody who lost theirs, or their password, or their second factor.

    Using it sets a new password and removes the second factor. Raises `BelongsElsewhere`.
    """
    actor.require_everywhere(Permission.MANAGE_ACCESS)
    grants.require_member(session, actor, account_id)
    account = session.get_one(Account, account_id)
    if account.password_hash is None:
        audit.record(session, actor, "invitation.renewed", account)
        return links.issue(session, actor, account_id, links.INVITATION)
    if session.execute(text("SELECT belongs_elsewhere(:id)"), {"id": account_id}).scalar_one():
        raise BelongsElsewhere
    audit.record(session, actor, "password.reset_offered", account)
    return links.issue(session, actor, account_id, links.RESET)


def let_go(session: Session, actor: Actor, account_id: int) -> None:
    """End somebody's membership, roles and sessions here; raises `LastAdministrator`."""
    actor.require_everywhere(Permission.MANAGE_ACCESS)
    grants.require_another_administrator(session, actor, account_id)
    membership = grants.require_member(session, actor, account_id)
    grants.withdraw_all(session, actor, account_id)
    membership.ended_at = clock.now()
    session.add(membership)
    sessions.close_all_of(
        session, account_id, "membership ended", organization_id=actor.organization_id
    )
    audit.record(session, actor, "person.let_go", ("account", account_id))


def proper_email(email: str) -> str:
    """The address without spaces around it, or `BadEmail`."""
    tidy = email.strip()
    if len(tidy) > 254 or not EMAIL.fullmatch(tidy):
        raise BadEmail
    return tidy


def _escaped(search: str) -> str:
    return re.sub(r"([%_\\])", r"\\\1", search)


def _person(row: Any) -> Person:
    held = tuple(
        HeldRole(grant_id, Role(role), place)
        for grant_id, role, place in row.roles
        if role in frozenset(Role)
    )
    return Person(
        row.account_id,
        row.name,
        row.email,
        held,
        row.second_factor,
        row.invited,
        row.seen_at,
    )


_OF_PEOPLE = """
      FROM membership m JOIN account a ON a.id = m.account_id
     WHERE m.organization_id = :organization_id AND m.ended_at IS NULL
       AND (a.name ILIKE :like OR a.email ILIKE :like)
       AND (CAST(:role AS text) IS NULL OR EXISTS (
            SELECT FROM role_grant g WHERE g.account_id = m.account_id
               AND g.organization_id = m.organization_id AND g.role = :role
               AND g.withdrawn_at IS NULL))
"""
# Who was seen last has signed in lately: of very many sessions the latest say it.
_PEOPLE = text(f"""
    SELECT m.account_id, a.name, a.email, a.password_hash IS NULL AS invited,
           a.totp_confirmed_at IS NOT NULL AS second_factor,
           (SELECT max(seen_at) FROM (
                SELECT s.seen_at FROM login_session s
                 WHERE s.account_id = m.account_id AND s.organization_id = m.organization_id
                 ORDER BY s.id DESC LIMIT 20) AS latest) AS seen_at,
           (SELECT coalesce(jsonb_agg(jsonb_build_array(g.id, g.role, coalesce(f.name, p.name, ''))
                                      ORDER BY g.role, f.name, p.name), '[]')
              FROM role_grant g LEFT JOIN facility f ON f.id = g.facility_id
                                LEFT JOIN program p ON p.id = g.program_id
             WHERE g.account_id = m.account_id AND g.organization_id = m.organization_id
               AND g.withdrawn_at IS NULL) AS roles
    {_OF_PEOPLE} ORDER BY lower(a.name), a.id LIMIT :limit OFFSET :offset
""")  # noqa: S608  both halves stand in this module
_HOW_MANY = text(f"SELECT count(*) {_OF_PEOPLE}")
_JOIN = text("""
    INSERT INTO membership (organization_id, account_id, joined_at)
    VALUES (:organization_id, :account_id, :now)
    ON CONFLICT (organization_id, account_id) DO UPDATE SET ended_at = NULL, joined_at = :now
        WHERE membership.ended_at IS NOT NULL
    RETURNING id
""")
