"""A person's own account: found by e-mail, renamed, given another password."""

import unicodedata
from dataclasses import replace

from sqlalchemy import text
from sqlmodel import Session, select

from securecare.access import passwords, sessions, throttle
from securecare.access.actor import NO_ORGANIZATION, Actor
from securecare.access.errors import SignedOut
from securecare.access.models import Account
from securecare.foundation import audit, clock
from securecare.foundation.db import SIGN_IN, transaction
from securecare.foundation.errors import DomainError

OWN_PORTAL = "My own portal"
"""How one's own portal is called among the organizations one may go to."""


class WrongPassword(DomainError):
    """The present password, asked for before a change, is another one."""

    def __init__(self) -> None:
        super().__init__("This is not your current password.", field="current")


class NoName(DomainError):
    """A person without a name."""

    def __init__(self) -> None:
        super().__init__("Write a name.", field="name")


def email_key(email: str) -> str:
    """The address as compared: trimmed, one spelling of each letter, case-folded."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def by_email(session: Session, email: str) -> Account | None:
    """The account with this e-mail address. Needs the sign-in scope."""
    return session.exec(select(Account).where(Account.email_key == email_key(email))).one_or_none()


def memberships_of(session: Session, account_id: int) -> list[tuple[int, str]]:
    """Id and name of the organizations the person belongs to, by name."""
    rows = session.execute(_MEMBERSHIPS, {"account_id": account_id})
    return [(row.id, row.name) for row in rows]


def places_of(session: Session, account_id: int) -> list[tuple[int, str]]:
    """Where the person may go after signing in: their organizations, and last their own portal.

    An administrator may have used the link meant for somebody. So a password that was set with one
    leads to that administrator's organization and nowhere else, until one is set by mail.
    """
    account = session.get_one(Account, account_id)
    places = memberships_of(session, account_id)
    if account.vouched_by is not None:
        return [place for place in places if place[0] == account.vouched_by]
    if session.execute(_IS_PATRON, {"account_id": account_id}).scalar():
        places.append((NO_ORGANIZATION, OWN_PORTAL))
    return places


_IS_PATRON = text("SELECT is_patron(:account_id)")
_MEMBERSHIPS = text("""
    SELECT o.id, o.name FROM membership m JOIN organization o ON o.id = m.organization_id
     WHERE m.account_id = :account_id AND m.ended_at IS NULL ORDER BY o.name, o.id
""")


def own(session: Session, actor: Actor) -> Account:
    """One's own account."""
    account = session.get(Account, actor.account_id)
    if account is None:
        raise SignedOut
    return account


def belongs_elsewhere(session: Session, actor: Actor) -> bool:
    """Whether the acting person may go somewhere else as well: another organization, a portal."""
    return len(places_of(session, actor.account_id)) > 1


def is_patron(session: Session, actor: Actor) -> bool:
    """Whether the acting person has a portal of their own."""
    return bool(session.execute(_IS_PATRON, {"account_id": actor.account_id}).scalar())


def rename(session: Session, actor: Actor, name: str) -> str:
    """Change one's own name; gives it as kept, or raises `NoName`."""
    account = own(session, actor)
    account.name = proper_name(name)
    session.add(account)
    audit.record(session, actor, "account.renamed", account, fields=("name",))
    return account.name


def change_password(actor: Actor, current: str, new: str) -> int:
    """Change one's own password and end all other sessions; gives how many those were.

    No link that was mailed before works any more, as one to another address that somebody else
    asked for.

    Raises `WrongPassword`, `WeakPassword` or `Paused`. Opens its own transactions, as signing in
    does: the slow part must hold no connection.
    """
    with transaction(SIGN_IN) as session:
        account = own(session, actor)
        attempt = throttle.keys("change", str(account.id), actor.address, None)
        throttle.take_attempt(session, attempt)
    if not passwords.matches(account.password_hash, current):
        raise WrongPassword
    passwords.require_good(new, account.name, account.email)
    kept = passwords.hashed(new)
    with transaction(SIGN_IN) as session:
        throttle.take_back(session, attempt)
    with transaction(replace(actor.scope, purpose="sign-in")) as session:
        void_letters(session, actor.account_id)
        present = own(session, actor)
        present.password_hash = kept
        session.add(present)
        audit.record(session, actor, "password.changed", present)
        return sessions.close_all_of(
            session, actor.account_id, "password changed", except_id=actor.session_id
        )


def void_letters(session: Session, account_id: int) -> None:
    """Let no link that was mailed for this account work any more. Needs the sign-in scope.

    Before the account's row is held: whoever uses such a link holds the link first.
    """
    session.execute(_VOID_LETTERS, {"account_id": account_id, "now": clock.now()})


# Named, not imported: links by mail are built on accounts and not the other way about.
_VOID_LETTERS = text(
    "UPDATE mailed_link SET used_at = :now WHERE account_id = :account_id AND used_at IS NULL"
)


def proper_name(name: str) -> str:
    """The name with single spaces, or `NoName`."""
    tidy = " ".join(name.split())[:120]
    if not tidy:
        raise NoName
    return tidy
