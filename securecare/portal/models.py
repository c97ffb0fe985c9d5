"""The table of links sent by mail to people who are not signed in, or to an address to be proven."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary, text
from sqlmodel import Field

from securecare.foundation.columns import Table, identifier, instant, made_at, reference

SIGN_UP, PASSWORD, ADDRESS = "sign_up", "password", "address"
PURPOSES = (SIGN_UP, PASSWORD, ADDRESS)


class MailedLink(Table, table=True):
    """A link that was mailed, good for one use. Only the hash of what makes it work is kept."""

    __table_args__ = (
        CheckConstraint(f"purpose IN {PURPOSES!r}", name="purpose"),
        CheckConstraint("purpose = 'sign_up' OR account_id IS NOT NULL", name="whose"),
        Index(None, "email_key", "purpose", postgresql_where=text("used_at IS NULL")),
        Index(None, "account_id", postgresql_where=text("used_at IS NULL")),
        Index(None, "expires_at"),
    )

    id: int | None = identifier()
    purpose: str
    account_id: int | None = reference("account.id", nullable=True)
    """Whose password or address it changes; nobody's yet who signs up."""
    email: str
    """Where it was sent to."""
    email_key: str
    given_name: str = ""
    family_name: str = ""
    onward: str = ""
    """The page that the person was on the way to."""
    token_hash: bytes = Field(unique=True, sa_type=LargeBinary)
    made_at: datetime = made_at()
    expires_at: datetime = instant()
    used_at: datetime | None = instant(nullable=True)
