"""Links by mail: each is good once and for a while, and a later one replaces it.

Everything here happens while nobody is signed in, in the sign-in scope. What a link does is told by
the modules beside this one; it is never done by opening the link alone, since programs that look
through people's mail open links too.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text
from sqlmodel import Session, col, select

from securecare.access import accounts, sessions
from securecare.access.links import LinkGone
from securecare.access.models import Account
from securecare.access.sessions import Device
from securecare.foundation import audit, clock
from securecare.notices import outbox
from securecare.notices.outbox import Notice
from securecare.portal.models import ADDRESS, PASSWORD, SIGN_UP, MailedLink
from securecare.settings import settings

VALID_FOR = {
    SIGN_UP: timedelta(hours=24),
    PASSWORD: timedelta(hours=2),
    ADDRESS: timedelta(hours=24),
}
KEPT_AFTER_END = timedelta(days=7)
PATH = "/auth/letter"


@dataclass(frozen=True, slots=True)
class Opened:
    """What the page behind a link shows."""

    purpose: str
    email: str
    asks_password: bool
    onward: str


def issue(
    session: Session,
    purpose: str,
    email: str,
    account_id: int | None = None,
    *,
    given_name: str = "",
    family_name: str = "",
    onward: str = "",
    good: bool = True,
) -> tuple[MailedLink, str]:
    """Note a link for that address, and its token, which is kept nowhere.

    Earlier ones for the same stop working. One that is not `good` never works: it is noted where
    something else is mailed instead.
    """
    key, now, token = accounts.email_key(email), clock.now(), secrets.token_urlsafe(32)
    session.execute(_IN_TURN, {"key": key if account_id is None else str(account_id)})
    session.execute(_REPLACED, {"p": purpose, "key": key, "account_id": account_id, "now": now})
    link = MailedLink(
        purpose=purpose,
        account_id=account_id,
        email=email,
        email_key=key,
        given_name=given_name,
        family_name=family_name,
        onward=onward,
        token_hash=sessions.hash_of(token),
        made_at=now,
        expires_at=now + VALID_FOR[purpose],
        used_at=None if good else now,
    )
    session.add(link)
    session.flush()
    return link, token


def send(session: Session, link: MailedLink, template: str, values: dict[str, str]) -> None:
    """Have the letter sent to the link's address once this transaction has held."""
    notice = Notice(None, "email", link.email, template, values, f"{template}:{link.id}")
    outbox.queue(session, notice)


def address_of(token: str) -> str:
    """The link as it stands in a letter."""
    return f"{settings().public_url}{PATH}?token={token}"


def until(link: MailedLink) -> str:
    """The end of a link in words, for people in any zone: "in 24 hours"."""
    return f"in {int(VALID_FOR[link.purpose].total_seconds()) // 3600} hours"


def look(session: Session, token: str) -> Opened:
    """What a link is for, or `LinkGone`. Needs the sign-in scope."""
    link = usable(session, token)
    asks = link.purpose == PASSWORD
    if link.purpose == SIGN_UP:
        asks = asks_password(accounts.by_email(session, link.email))
    return Opened(link.purpose, link.email, asks, link.onward)


def asks_password(account: Account | None) -> bool:
    """Whether signing up sets a password: there is none, or another may know it who gave a link."""
    return account is None or account.password_hash is None or account.vouched_by is not None


def usable(session: Session, token: str, *purposes: str, claim: bool = False) -> MailedLink:
    """The link, used up by this transaction with `claim`; or `LinkGone`."""
    hash_ = sessions.hash_of(token)
    if claim:
        # In turn with others of the same person, before any row is held: nobody waits in a circle.
        for row in session.execute(_WHOSE, {"hash": hash_}):
            session.execute(_IN_TURN, {"key": row.key})
    found = session.exec(
        select(MailedLink)
        .where(
            MailedLink.token_hash == hash_,
            col(MailedLink.used_at).is_(None),
            MailedLink.expires_at > clock.now(),
        )
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None or (purposes and found.purpose not in purposes):
        raise LinkGone
    if claim:
        found.used_at = clock.now()
        session.add(found)
        session.flush()
    return found


def void_all_of(session: Session, account_id: int) -> None:
    """Let no link that was mailed for this account work any more."""
    session.execute(_VOID, {"account_id": account_id, "now": clock.now()})


def note(session: Session, account: Account, action: str, device: Device) -> None:
    """Put it into the trail of each organization the person works for; of none if there is none."""
    places = [id_ for id_, _ in accounts.memberships_of(session, account.id or 0)]
    for organization_id in places or [None]:
        audit.record_anonymous(
            session,
            action,
            device.address,
            organization_id=organization_id,
            account_id=account.id,
            actor=account.name,
            obj=account,
        )


def purge(session: Session, most: int) -> int:
    """Forget so many links that ended a while ago, and with them who never signed up. For a job."""
    asked = {"before": clock.now() - KEPT_AFTER_END, "most": most}
    return len(session.execute(_ENDED, asked).all())


_WHOSE = text(
    "SELECT coalesce(account_id::text, email_key) AS key FROM mailed_link WHERE token_hash = :hash"
)
_IN_TURN = text("SELECT pg_advisory_xact_lock(7305017, hashtext(:key))")
_REPLACED = text("""
    UPDATE mailed_link SET used_at = :now
     WHERE purpose = :p AND used_at IS NULL
       AND CASE WHEN CAST(:account_id AS bigint) IS NULL THEN email_key = :key
                ELSE account_id = :account_id END
""")
_VOID = text(
    "UPDATE mailed_link SET used_at = :now WHERE account_id = :account_id AND used_at IS NULL"
)
_ENDED = text("""
    WITH gone AS MATERIALIZED (
        SELECT id FROM mailed_link WHERE expires_at < :before
         ORDER BY expires_at LIMIT :most
           FOR UPDATE SKIP LOCKED
    )
    DELETE FROM mailed_link USING gone WHERE mailed_link.id = gone.id RETURNING 1
""")
