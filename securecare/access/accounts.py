"""A person's own account: found by e-mail, renamed, given another password."""

import unicodedata

from sqlalchemy import text
from sqlmodel import Session, select

from securecare.access.models import Account


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


_MEMBERSHIPS = text("""
    SELECT o.id, o.name FROM membership m JOIN organization o ON o.id = m.organization_id
     WHERE m.account_id = :account_id AND m.ended_at IS NULL ORDER BY o.name, o.id
""")
