"""Tables of the inventory: items, what is in stock where, how it moved, and bundles of items."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
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

MOVEMENT_KINDS = (
    "received",
    "adjusted",
    "transferred",
    "reserved",
    "released",
    "committed",
    "returned",
)
DOCUMENT_KINDS = ("receipt", "adjustment", "transfer", "count")
MOST_CENTS = 100_000_000
"""A million in the currency's unit: more than any single thing that is handed out costs."""


def _one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN (" + ", ".join(f"'{word}'" for word in words) + ")"


def _none_yet() -> Any:
    # Said by the database: the application's role may not write a figure, not even the first.
    return Field(default=0, sa_column_kwargs={"server_default": text("0")})


def _of_stock() -> ForeignKeyConstraint:
    # One reference instead of one each to organization, facility and item, which stock has.
    place = ["organization_id", "facility_id", "item_id"]
    return ForeignKeyConstraint(place, [f"stock.{column}" for column in place])


class Item(Table, table=True):
    """A thing that is kept in stock and given out."""

    __table_args__ = (
        within_organization(),
        Index("uq_item_sku", "organization_id", text("lower(sku)"), unique=True),
        Index(
            "uq_item_barcode",
            "organization_id",
            "barcode",
            unique=True,
            postgresql_where=text("barcode <> ''"),
        ),
        Index(None, "organization_id", "name", "id"),
        CheckConstraint(
            f"wholesale_cents BETWEEN 0 AND {MOST_CENTS}"
            f" AND retail_cents BETWEEN 0 AND {MOST_CENTS}",
            name="cents",
        ),
        CheckConstraint("minimum_level >= 0 AND recommended_level >= minimum_level", name="levels"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    sku: str
    """The organization's own number for it; unique whatever the case of its letters."""
    name: str
    unit: str = "each"
    category: str = ""
    barcode: str = ""
    description: str = ""
    wholesale_cents: int = bigint()
    retail_cents: int = bigint()
    minimum_level: int = 0
    """Fewer available than this at a facility counts as low."""
    recommended_level: int = 0
    """What a facility should be filled up to."""
    active: bool = True
    version: int = 1
    created_at: datetime = made_at()


class Stock(Table, table=True):
    """How much of an item a facility has; written by the movements' trigger alone."""

    __table_args__ = (
        of_organization("facility_id", "facility"),
        of_organization("item_id", "item"),
        Index(None, "organization_id", "item_id"),
        CheckConstraint("reserved >= 0 AND reserved <= on_hand", name="reserved_within_on_hand"),
        CheckConstraint(
            "(minimum_level IS NULL) = (recommended_level IS NULL)"
            " AND (minimum_level IS NULL"
            " OR (minimum_level >= 0 AND recommended_level >= minimum_level))",
            name="levels",
        ),
    )

    organization_id: int = key_part("organization.id")
    facility_id: int = key_part()
    item_id: int = key_part()
    on_hand: int = _none_yet()
    reserved: int = _none_yet()
    minimum_level: int | None = None
    """This facility's own level where it differs from the item's; both levels or neither."""
    recommended_level: int | None = None
    moved_at: datetime | None = instant(nullable=True)


class StockDocument(Table, table=True):
    """A receipt, adjustment, transfer or count: what movements of one deed belong to."""

    __table_args__ = (
        within_organization(),
        UniqueConstraint("organization_id", "form_key"),
        of_organization("facility_id", "facility"),
        of_organization("other_facility_id", "facility"),
        Index(None, "organization_id", "facility_id", "made_at"),
        CheckConstraint(_one_of("kind", DOCUMENT_KINDS), name="kind"),
        CheckConstraint(
            "(kind = 'transfer') = (other_facility_id IS NOT NULL)"
            " AND other_facility_id IS DISTINCT FROM facility_id",
            name="places",
        ),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    kind: str
    facility_id: int = bigint()
    other_facility_id: int | None = bigint(nullable=True)
    """Where a transfer goes to."""
    source: str = ""
    """Who gave or sold what was received."""
    paper: str = ""
    """The number on the paper that came with it."""
    note: str = ""
    happened_on: date | None = None
    form_key: uuid.UUID | None = None
    account_id: int | None = reference("account.id", nullable=True)
    made_at: datetime = made_at()


class StockMovement(Table, table=True):
    """One change of one figure, permanent, with the costs of its moment.

    It belongs to a document, or to a holder for whom stock is kept: the outreach session
    ("outreach_session", its id), or whatever else comes to reserve. The figures after it are
    written by the trigger that applies it.
    """

    __table_args__ = (
        _of_stock(),
        of_organization("document_id", "stock_document"),
        Index(None, "organization_id", "item_id", "facility_id", "id"),
        Index(None, "organization_id", "facility_id", "at"),
        Index(
            "ix_stock_movement_holder",
            "organization_id",
            "holder",
            "holder_id",
            postgresql_where=text("holder_id IS NOT NULL"),
        ),
        Index(
            "ix_stock_movement_document",
            "document_id",
            postgresql_where=text("document_id IS NOT NULL"),
        ),
        Index(
            "ix_stock_movement_given",
            "organization_id",
            "holder",
            "holder_id",
            postgresql_include=[
                "item_id",
                "facility_id",
                "on_hand_change",
                "wholesale_cents",
                "retail_cents",
            ],
            postgresql_where=text("kind IN ('committed', 'returned')"),
        ),
        CheckConstraint(_one_of("kind", MOVEMENT_KINDS), name="kind"),
        CheckConstraint(
            "(document_id IS NULL) = (holder_id IS NOT NULL)"
            " AND (holder IS NULL) = (holder_id IS NULL)",
            name="belongs",
        ),
        CheckConstraint(
            "CASE kind"
            " WHEN 'received' THEN on_hand_change > 0 AND reserved_change = 0"
            " WHEN 'adjusted' THEN on_hand_change <> 0 AND reserved_change = 0"
            " WHEN 'transferred' THEN on_hand_change <> 0 AND reserved_change = 0"
            " WHEN 'reserved' THEN on_hand_change = 0 AND reserved_change > 0"
            " WHEN 'released' THEN on_hand_change = 0 AND reserved_change < 0"
            " WHEN 'committed' THEN on_hand_change < 0 AND reserved_change = on_hand_change"
            " WHEN 'returned' THEN on_hand_change > 0 AND reserved_change = 0"
            " END",
            name="changes",
        ),
        CheckConstraint(
            "(holder_id IS NOT NULL) = (kind IN ('reserved', 'released', 'committed', 'returned'))",
            name="held_kinds",
        ),
        CheckConstraint("kind <> 'adjusted' OR reason <> ''", name="reason"),
    )

    id: int | None = identifier()
    organization_id: int = bigint()
    facility_id: int = bigint()
    item_id: int = bigint()
    kind: str
    on_hand_change: int = 0
    reserved_change: int = 0
    on_hand_after: int = 0
    reserved_after: int = 0
    wholesale_cents: int = bigint()
    """Of one unit at that moment; of a return, what the commitment it takes back was counted at."""
    retail_cents: int = bigint()
    reason: str = ""
    document_id: int | None = bigint(nullable=True)
    holder: str | None = None
    holder_id: int | None = bigint(nullable=True)
    account_id: int | None = bigint(nullable=True)
    at: datetime = made_at()


class Reservation(Table, table=True):
    """What is kept for whom; written by the movements' trigger alone, gone when nothing is left."""

    __table_args__ = (
        _of_stock(),
        Index(None, "organization_id", "item_id", "facility_id"),
        CheckConstraint("quantity >= 0", name="quantity"),
    )

    organization_id: int = key_part()
    holder: str = Field(primary_key=True)
    holder_id: int = key_part()
    facility_id: int = key_part()
    item_id: int = key_part()
    quantity: int


class Bundle(Table, table=True):
    """A named group of items that are given out together."""

    __table_args__ = (
        within_organization(),
        Index("uq_bundle_name", "organization_id", text("lower(name)"), unique=True),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    name: str
    description: str = ""
    active: bool = True
    current_number: int = 1
    """The number of the version that new lines take."""
    version: int = 1
    """Counts every saving, for people who edit at the same time."""


class BundleVersion(Table, table=True):
    """What a bundle was made of from one saving to the next. Never changed."""

    __table_args__ = (
        within_organization(),
        of_organization("bundle_id", "bundle"),
        UniqueConstraint("bundle_id", "number"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    bundle_id: int = bigint()
    number: int
    account_id: int | None = reference("account.id", nullable=True)
    made_at: datetime = made_at()


class BundleComponent(Table, table=True):
    """So many of an item in one bundle. Never changed."""

    __table_args__ = (
        of_organization("bundle_version_id", "bundle_version"),
        of_organization("item_id", "item"),
        Index(None, "organization_id", "item_id"),
        CheckConstraint("quantity BETWEEN 1 AND 10000", name="quantity"),
    )

    organization_id: int = reference("organization.id")
    bundle_version_id: int = key_part()
    item_id: int = key_part()
    quantity: int


class StockCount(Table, table=True):
    """A stocktake at a facility, open until its differences are posted or it is abandoned."""

    __table_args__ = (
        within_organization(),
        of_organization("facility_id", "facility"),
        of_organization("document_id", "stock_document"),
        Index(None, "organization_id", "facility_id", "started_at"),
        CheckConstraint("status IN ('open', 'posted', 'abandoned')", name="status"),
        CheckConstraint("document_id IS NULL OR status = 'posted'", name="posted"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    facility_id: int = bigint()
    status: str = "open"
    note: str = ""
    category: str = ""
    """Only items of this category are counted; "" counts all."""
    started_by: int | None = reference("account.id", nullable=True)
    started_at: datetime = made_at()
    ended_at: datetime | None = instant(nullable=True)
    document_id: int | None = bigint(nullable=True)
    version: int = 1


class StockCountLine(Table, table=True):
    """What was counted of one item, and what was on hand by the books at that moment."""

    __table_args__ = (
        of_organization("count_id", "stock_count", "CASCADE"),
        of_organization("item_id", "item"),
        CheckConstraint("counted >= 0 AND expected >= 0", name="figures"),
    )

    organization_id: int = reference("organization.id")
    count_id: int = key_part()
    item_id: int = key_part()
    counted: int
    expected: int
    account_id: int | None = reference("account.id", nullable=True)
    counted_at: datetime = made_at()
