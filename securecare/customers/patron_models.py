"""Tables of patrons: a person's one identity, what they changed, and where they are a customer.

A patron belongs to no organization. An organization sees those it is connected with, and of them
nothing that belongs to another.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from securecare.foundation.columns import (
    Table,
    bigint,
    identifier,
    instant,
    made_at,
    of_organization,
    reference,
    within_organization,
)

ASKED, LINKED, DECLINED, ENDED = "asked", "linked", "declined", "ended"
LINK_STATUSES = (ASKED, LINKED, DECLINED, ENDED)


class Patron(Table, table=True):
    """A person as they describe themselves, in every organization alike.

    Made by the person, or by an organization for them: then it waits to be claimed, and is known
    to that organization alone.
    """

    __table_args__ = (
        CheckConstraint("account_id IS NOT NULL OR made_in IS NOT NULL", name="somebodys"),
        UniqueConstraint("account_id"),
        Index(None, "made_in", postgresql_where=text("account_id IS NULL")),
    )

    id: int | None = identifier()
    account_id: int | None = reference("account.id", nullable=True)
    """Who signs in as this person; empty until somebody claimed it."""
    made_in: int | None = reference("organization.id", nullable=True)
    """The organization that made it; empty where the person did."""
    given_name: str
    family_name: str
    born_on: date | None = None
    """Needed from whoever claims it; an organization may not know it yet."""
    phone: str = ""
    """E.164, or empty."""
    email: str = ""
    """Where the person is reached; once claimed, the address they sign in with."""
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    time_zone: str = ""
    preferred_name: str = ""
    pronouns: str = ""
    gender: str = ""
    ethnicity: str = ""
    language: str = ""
    needs_interpreter: bool = False
    version: int = 1
    created_at: datetime = made_at()
    changed_at: datetime = made_at()


class PatronLink(Table, table=True):
    """A patron and an organization: that they asked for it, or which of its customers they are."""

    __table_args__ = (
        within_organization(),
        of_organization("customer_id", "customer"),
        CheckConstraint(f"status IN {LINK_STATUSES!r}", name="status"),
        CheckConstraint("status <> 'linked' OR customer_id IS NOT NULL", name="linked_to"),
        Index(
            "uq_patron_link_customer",
            "organization_id",
            "customer_id",
            unique=True,
            postgresql_where=text("status = 'linked'"),
        ),
        Index(
            "uq_patron_link_patron",
            "patron_id",
            "organization_id",
            unique=True,
            postgresql_where=text("status IN ('asked', 'linked')"),
        ),
        Index(None, "organization_id", "status", "made_at"),
        Index(None, "organization_id", "patron_id"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    patron_id: int = reference("patron.id")
    customer_id: int | None = bigint(nullable=True)
    status: str
    """`asked` by the patron, `linked` to the customer, `declined` by staff, or `ended`."""
    made_by: int | None = reference("account.id", nullable=True)
    made_at: datetime = made_at()
    decided_by: int | None = reference("account.id", nullable=True)
    decided_at: datetime | None = instant(nullable=True)


class PatronChange(Table, table=True):
    """What the person changed about themselves, and when: permanent."""

    __table_args__ = (Index(None, "patron_id", "id"),)

    id: int | None = identifier()
    patron_id: int = reference("patron.id")
    account_id: int = reference("account.id")
    at: datetime = made_at()
    changes: dict[str, Any] = Field(sa_type=JSONB)
    """By name of the field, a pair of what it was before and what it is now."""


class PatronInvitation(Table, table=True):
    """A way for a person to claim the patron that an organization made for them."""

    __table_args__ = (
        of_organization("customer_id", "customer"),
        Index(
            "uq_patron_invitation_open",
            "patron_id",
            unique=True,
            postgresql_where=text("used_at IS NULL AND withdrawn_at IS NULL"),
        ),
        Index(None, "organization_id", "customer_id", "id"),
        Index(None, "organization_id", "email", "made_at"),
        Index(None, "expires_at"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    patron_id: int = reference("patron.id")
    customer_id: int = bigint()
    email: str
    token_hash: bytes = Field(unique=True, sa_type=LargeBinary)
    """Of what stands in the link, which is kept nowhere else than in the letter."""
    made_by: int | None = reference("account.id", nullable=True)
    made_at: datetime = made_at()
    expires_at: datetime = instant()
    used_at: datetime | None = instant(nullable=True)
    withdrawn_at: datetime | None = instant(nullable=True)
    wrong_tries: int = 0
    """How often somebody with the link named another birth date."""
