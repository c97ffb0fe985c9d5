"""One-time links with which a person sets a password: invitations, and help after a loss."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, col, select, update

from securecare.access import accounts, passwords, second_factor, sessions
from securecare.access.actor import Actor
from securecare.access.models import Account, AccountLink
from securecare.access.sessions import Device
from securecare.foundation import audit, clock
from securecare.foundation.db import SIGN_IN, transaction
from securecare.foundation.errors import DomainError

INVITATION = "invitation"
RESET = "reset"
VALID_FOR = timedelta(days=3)
KEPT_AFTER_END = timedelta(days=30)


class LinkGone(DomainError):
    """The link was used, has expired, was replaced, or never was."""

    def __init__(self) -> None:
        super().__init__("This link has been used or has expired. Ask for a new one.")


@dataclass(frozen=True, slots=True)
class Link:
    """A link just made; its token is kept nowhere."""

    token: str
    expires_at: datetime

    @property
    def path(self) -> str:
        """The link without the address of the product."""
        return f"/auth/link?token={self.token}"


@dataclass(frozen=True, slots=True)
class Opened:
    """What the page behind a link shows."""

    email: str
    needs_password: bool


def issue(session: Session, actor: Actor, account_id: int, purpose: str) -> Link:
    """A new link for somebody; earlier ones from this organization stop working."""
    session.execute(
        update(AccountLink)
        .where(
            col(AccountLink.organization_id) == actor.organization_id,
            col(AccountLink.account_id) == account_id,
            col(AccountLink.used_at).is_(None),
        )
        .values(used_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    token = secrets.token_urlsafe(32)
    link = AccountLink(
        account_id=account_id,
        organization_id=actor.organization_id,
        purpose=purpose,
        token_hash=sessions.hash_of(token),
        created_by=actor.account_id,
        expires_at=clock.now() + VALID_FOR,
    )
    session.add(link)
    session.flush()
    return Link(token, link.expires_at)


def look(session: Session, token: str) -> Opened:
    """Whose link this is, or `LinkGone`. Needs the sign-in scope."""
    link, account = _usable(session, token)
    needs_password = link.purpose == RESET or account.password_hash is None
    return Opened(account.email, needs_password)


def redeem(token: str, password: str, device: Device) -> str:
    """Set the password and use up the link; gives the e-mail address to sign in with.

    Raises `LinkGone` or `WeakPassword`. A reset ends every session and removes the second factor.
    The password is good for the organization that gave the link: see `accounts.places_of`.
    """
    with transaction(SIGN_IN) as session:
        link, account = _usable(session, token)
        if not (link.purpose == RESET or account.password_hash is None):
            raise LinkGone
    passwords.require_good(password, account.name, account.email)
    kept = passwords.hashed(password)
    with transaction(SIGN_IN) as session:
        accounts.void_letters(session, account.id or 0)
        link, account = _usable(session, token, claim=True)
        if link.purpose == RESET:
            second_factor.remove(session, account)
            sessions.close_all_of(session, account.id or 0, "password reset")
        elif account.password_hash is not None:
            raise LinkGone
        account.password_hash, account.vouched_by = kept, link.organization_id
        session.add(account)
        audit.record_anonymous(
            session,
            "password.set",
            device.address,
            organization_id=link.organization_id,
            account_id=account.id,
            actor=account.name,
            obj=account,
        )
        return account.email


def purge(session: Session, most: int) -> int:
    """Forget so many links that ended a while ago. For a job, in the system scope."""
    asked = {"before": clock.now() - KEPT_AFTER_END, "most": most}
    return len(session.execute(_ENDED, asked).all())


def _usable(session: Session, token: str, *, claim: bool = False) -> tuple[AccountLink, Account]:
    link = session.exec(
        select(AccountLink)
        .where(
            AccountLink.token_hash == sessions.hash_of(token),
            col(AccountLink.used_at).is_(None),
            AccountLink.expires_at > clock.now(),
        )
        .with_for_update()
    ).one_or_none()
    if link is None or not _still_ours(session, link):
        raise LinkGone
    account = session.get(Account, link.account_id, with_for_update=True)
    if account is None or account.disabled_at is not None:
        raise LinkGone
    if claim:
        link.used_at = clock.now()
        session.add(link)
    return link, account


def _still_ours(session: Session, link: AccountLink) -> bool:
    """The person still belongs there; and for a reset, to no other organization."""
    rows = session.execute(_MEMBER_OF, {"account_id": link.account_id}).scalars().all()
    if link.organization_id not in rows:
        return False
    return link.purpose != RESET or set(rows) == {link.organization_id}


_MEMBER_OF = text(
    "SELECT organization_id FROM membership WHERE account_id = :account_id AND ended_at IS NULL"
)
_ENDED = text("""
    WITH gone AS MATERIALIZED (
        SELECT id FROM account_link WHERE expires_at < :before
         ORDER BY expires_at LIMIT :most
           FOR UPDATE SKIP LOCKED
    )
    DELETE FROM account_link USING gone WHERE account_link.id = gone.id RETURNING 1
""")
