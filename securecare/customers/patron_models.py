"""Tables of patrons: a person's one identity, what they changed, and what they are to whom.

A patron belongs to no organization. An organization sees those it is connected with, and of them
nothing that belongs to another.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from securecare.foundation.columns import (
    Table,
    bigint,
    identifier,
    instant,
    key_part,
    made_at,
    of_organization,
    reference,
    within_organization,
)

ASKED, LINKED, KNOWN, DECLINED, ENDED = "asked", "linked", "known", "declined", "ended"
LINK_STATUSES = (ASKED, LINKED, KNOWN, DECLINED, ENDED)
STANDING = (ASKED, LINKED, KNOWN)
"""A patron has one link with an organization that stands; the others are history."""


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
    race: str = ""
    marital_status: str = ""
    sexual_orientation: str = ""
    veteran: str = ""
    language: str = ""
    needs_interpreter: bool = False
    version: int = 1
    created_at: datetime = made_at()
    changed_at: datetime = made_at()


class PatronLink(Table, table=True):
    """A patron and an organization: that they asked for it, which of its customers they are, and
    what they are besides. With no record they are at least a donor or a volunteer."""

    __table_args__ = (
        within_organization(),
        of_organization("customer_id", "customer"),
        CheckConstraint(f"status IN {LINK_STATUSES!r}", name="status"),
        CheckConstraint("status <> 'linked' OR customer_id IS NOT NULL", name="linked_to"),
        CheckConstraint(
            "status <> 'known' OR (customer_id IS NULL"
            " AND (donor_since IS NOT NULL OR volunteer_since IS NOT NULL))",
            name="known_as",
        ),
        CheckConstraint(
            "status NOT IN ('asked', 'declined')"
            " OR (donor_since IS NULL AND volunteer_since IS NULL)",
            name="undecided",
        ),
        CheckConstraint(
            "asked_as <@ ARRAY['services', 'volunteer', 'donor']::text[]", name="asked_as"
        ),
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
            postgresql_where=text("status IN ('asked', 'linked', 'known')"),
        ),
        Index(None, "organization_id", "status", "made_at"),
        Index(None, "organization_id", "patron_id"),
        Index(
            "ix_patron_link_supporter",
            "organization_id",
            "sorted_as",
            "id",
            postgresql_where=text("sorted_as IS NOT NULL"),
        ),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    patron_id: int = reference("patron.id")
    customer_id: int | None = bigint(nullable=True)
    status: str
    """`asked` by the patron, `linked` to the customer, `known` without a record, `declined` by
    staff, or `ended`."""
    asked_as: list[str] = Field(
        default_factory=list,
        sa_type=ARRAY(Text),  # pyright: ignore[reportArgumentType]
        nullable=False,
        sa_column_kwargs={"server_default": text("'{}'")},
    )
    """What the patron said they are there, when they asked: `services`, `volunteer`, `donor`."""
    donor_since: date | None = None
    volunteer_since: date | None = None
    sorted_as: str | None = Field(default=None, sa_type=String(collation="C"))  # pyright: ignore[reportArgumentType]
    """The name that donors and volunteers are listed by; the database alone writes it."""
    made_by: int | None = reference("account.id", nullable=True)
    made_at: datetime = made_at()
    decided_by: int | None = reference("account.id", nullable=True)
    decided_at: datetime | None = instant(nullable=True)


class SupporterWord(Table, table=True):
    """The words a donor or volunteer is found by, kept by a trigger on `patron_link`."""

    __table_args__ = (
        of_organization("link_id", "patron_link", "CASCADE"),
        Index(None, "link_id"),
    )

    organization_id: int = key_part("organization.id")
    word: str = Field(primary_key=True, sa_type=String(collation="C"))  # pyright: ignore[reportArgumentType]
    link_id: int = key_part()


class PatronChange(Table, table=True):
    """What the person changed about themselves, and when: permanent."""

    __table_args__ = (Index(None, "patron_id", "at", "id"),)

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
