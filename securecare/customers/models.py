"""Tables of the people served."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
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


class Customer(Table, table=True):
    """A person an organization serves, under whatever word it uses for them."""

    __table_args__ = (
        within_organization(),
        UniqueConstraint("organization_id", "number"),
        Index(None, "organization_id", "family_name", "given_name", "id"),
        Index(None, "phone", postgresql_where=text("phone <> ''")),
        of_organization("merged_into_id", "customer"),
        CheckConstraint(
            "merged_into_id <> id AND (merged_into_id IS NULL) = (merged_at IS NULL)",
            name="merged",
        ),
        Index(None, "merged_into_id", postgresql_where=text("merged_into_id IS NOT NULL")),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    number: int = bigint()
    """The number people quote, counted within the organization."""
    given_name: str
    family_name: str
    born_on: date | None = None
    phone: str = ""
    """E.164, or empty."""
    email: str = ""
    created_at: datetime = made_at()
    version: int = 1
    merged_into_id: int | None = bigint(nullable=True)
    """The record this one became part of; it stays as a sign that leads there."""
    merged_at: datetime | None = instant(nullable=True)


class CustomerWord(Table, table=True):
    """The words a customer is found by, kept by a trigger on `customer`.

    A plain b-tree in byte order: its comparisons may run beneath row-level security, which those
    of a text-search index may not.
    """

    __table_args__ = (
        of_organization("customer_id", "customer", "CASCADE"),
        Index(None, "customer_id"),
    )

    organization_id: int = key_part("organization.id")
    word: str = Field(primary_key=True, sa_type=String(collation="C"))  # pyright: ignore[reportArgumentType]
    customer_id: int = key_part()
