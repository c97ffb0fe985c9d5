"""Tables of the grants."""

from datetime import date

from sqlalchemy import CheckConstraint, Index, text

from securecare.foundation.columns import (
    Table,
    bigint,
    identifier,
    reference,
    within_organization,
)


class FundingGrant(Table, table=True):
    """Money somebody gives for a purpose and a period."""

    __table_args__ = (
        within_organization(),
        Index("uq_funding_grant_name", "organization_id", text("lower(name)"), unique=True),
        CheckConstraint("ends_on >= starts_on", name="period"),
        CheckConstraint("amount_cents >= 0", name="amount"),
        CheckConstraint("fringe_basis_points BETWEEN 0 AND 10000", name="fringe"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    name: str
    funder: str = ""
    award_number: str = ""
    purpose: str = ""
    amount_cents: int = bigint()
    starts_on: date
    ends_on: date
    """The last day it may be spent on."""
    fringe_basis_points: int = 0
    """Benefits on top of wages, in hundredths of a percent of them."""
    active: bool = True
    version: int = 1
