"""Tables of pairs of records that may be one person's, and of the records to be looked at for them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from securecare.foundation.columns import (
    Table,
    bigint,
    identifier,
    instant,
    made_at,
    of_organization,
    reference,
)

OPEN = "score > dismissed_score"
"""Of a pair to be compared: nobody has told the two apart, or more speaks for it than did then."""


class DuplicatePair(Table, table=True):
    """Two records that may be one person's, in either order, and what was thought of it.

    Whoever writes here shares both records first, in the order of their ids; whoever merges has
    them alone. A merge exchanges one side and leaves the other as it is: so it need not wait for a
    third record, which somebody else may be merging.
    """

    __table_args__ = (
        of_organization("first_id", "customer"),
        of_organization("second_id", "customer"),
        CheckConstraint("first_id <> second_id", name="pair"),
        CheckConstraint(
            "(dismissed_score = 0) = (dismissed_at IS NULL)"
            " AND score >= 0 AND dismissed_score >= 0",
            name="dismissed",
        ),
        Index(
            "uq_duplicate_pair_either_way",
            "organization_id",
            text("LEAST(first_id, second_id)"),
            text("GREATEST(first_id, second_id)"),
            unique=True,
        ),
        Index(None, "organization_id", "first_id"),
        Index(None, "organization_id", "second_id"),
        Index(
            "ix_duplicate_pair_open",
            "organization_id",
            text("score DESC"),
            text("id DESC"),
            postgresql_where=text(OPEN),
        ),
        Index(
            "ix_duplicate_pair_dismissed",
            "organization_id",
            text("dismissed_at DESC"),
            text("id DESC"),
            postgresql_where=text("dismissed_score >= score"),
        ),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    first_id: int = bigint()
    second_id: int = bigint()
    score: int
    """As `likeness` counts; what speaks against it is no less than nothing."""
    why: str
    """What is alike, as in "same phone, same birth date"."""
    found_at: datetime = made_at()
    dismissed_score: int = Field(default=0)
    """What spoke for it when somebody said that they are two people; 0 while nobody did."""
    dismissed_at: datetime | None = instant(nullable=True)
    dismissed_by: int | None = reference("account.id", nullable=True)


class DuplicateDue(Table, table=True):
    """A record to be looked at: new, or changed in what people are told apart by.

    Only ever added to, by a trigger on `customer`, so that nobody who writes waits for who looks.
    """

    __table_args__ = (
        of_organization("customer_id", "customer"),
        Index(None, "organization_id", "id"),
        Index(None, "organization_id", "customer_id"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    customer_id: int = bigint()
