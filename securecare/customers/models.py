"""Tables of the people served."""

from datetime import date, datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlmodel import Field

from securecare.foundation.columns import (
    Table,
    bigint,
    identifier,
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
