"""Inventory and community service: stock that moves by movements alone, and what it is given out at."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

from securecare.foundation.live import announcing
from securecare.foundation.row_security import APPLICATION_ROLE, append_only, tenant

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Figures are written here and nowhere else: the application's role may add movements and cannot
# touch a figure. The checks of both tables refuse a movement that would take what is not there.
APPLY_MOVEMENT = """
CREATE FUNCTION apply_stock_movement() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    LOOP
        UPDATE stock
           SET on_hand = on_hand + NEW.on_hand_change,
               reserved = reserved + NEW.reserved_change,
               moved_at = NEW.at
         WHERE organization_id = NEW.organization_id
           AND facility_id = NEW.facility_id AND item_id = NEW.item_id
        RETURNING on_hand, reserved INTO NEW.on_hand_after, NEW.reserved_after;
        EXIT WHEN FOUND;
        INSERT INTO stock (organization_id, facility_id, item_id, on_hand, reserved)
             VALUES (NEW.organization_id, NEW.facility_id, NEW.item_id, 0, 0)
        ON CONFLICT DO NOTHING;
    END LOOP;
    -- Given only now that the shelf is taken: movements of a shelf are applied in order of their ids.
    NEW.id := nextval('stock_movement_id_seq');
    IF NEW.reserved_change > 0 THEN
        INSERT INTO reservation AS kept
                    (organization_id, holder, holder_id, facility_id, item_id, quantity)
             VALUES (NEW.organization_id, NEW.holder, NEW.holder_id, NEW.facility_id, NEW.item_id,
                     NEW.reserved_change)
        ON CONFLICT (organization_id, holder, holder_id, facility_id, item_id)
          DO UPDATE SET quantity = kept.quantity + excluded.quantity;
    ELSIF NEW.reserved_change < 0 THEN
        UPDATE reservation SET quantity = quantity + NEW.reserved_change
         WHERE organization_id = NEW.organization_id
           AND holder = NEW.holder AND holder_id = NEW.holder_id
           AND facility_id = NEW.facility_id AND item_id = NEW.item_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'Nothing of this item is reserved for this holder'
                  USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_reservation_quantity';
        END IF;
        DELETE FROM reservation
         WHERE organization_id = NEW.organization_id
           AND holder = NEW.holder AND holder_id = NEW.holder_id
           AND facility_id = NEW.facility_id AND item_id = NEW.item_id AND quantity = 0;
    END IF;
    RETURN NEW;
END $$
"""
KEPT_BY_MOVEMENTS = ("stock", "reservation")
PERMANENT = (
    "stock_document",
    "stock_movement",
    "bundle_version",
    "bundle_component",
    "template_use",
)
KEPT_FOR_GOOD = (
    "item",
    "bundle",
    "stock_count",
    "funding_grant",
    "community_service",
    "outreach_session",
    "distribution_template",
)
FREELY_CHANGED = (
    "stock_count_line",
    "session_line",
    "template_line",
    "staff_time",
    "time_claim",
)
LIVE: dict[str, tuple[str, ...]] = {
    "item": ("id",),
    "stock": ("facility_id", "item_id"),
    "bundle": ("id",),
    "stock_count": ("id", "facility_id"),
    "stock_count_line": ("count_id", "item_id"),
    "funding_grant": ("id",),
    "community_service": ("id", "facility_id"),
    "outreach_session": ("id", "facility_id", "service_id"),
    "session_line": ("session_id",),
    "distribution_template": ("id",),
    "template_use": ("template_id",),
    "staff_time": ("session_id",),
    "time_claim": ("grant_id",),
}
LEVELS = "minimum_level, recommended_level"


def _rights() -> list[str]:
    return [
        *(statement for table in KEPT_BY_MOVEMENTS for statement in tenant(table, "SELECT")),
        f"GRANT INSERT (organization_id, facility_id, item_id, {LEVELS}), UPDATE ({LEVELS})"
        f" ON stock TO {APPLICATION_ROLE}",
        *(s for table in PERMANENT for s in tenant(table, "SELECT, INSERT")),
        *(s for table in PERMANENT for s in append_only(table)),
        *(s for table in KEPT_FOR_GOOD for s in tenant(table, "SELECT, INSERT, UPDATE")),
        *(s for table in FREELY_CHANGED for s in tenant(table)),
    ]


def upgrade() -> None:
    op.create_table(
        "bundle",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("description", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("current_number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_bundle_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_bundle_organization_id_id")),
    )
    op.create_index(
        "uq_bundle_name",
        "bundle",
        ["organization_id", sa.literal_column("lower(name)")],
        unique=True,
    )
    op.create_table(
        "funding_grant",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("funder", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("award_number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("purpose", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("fringe_basis_points", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_cents >= 0", name=op.f("ck_funding_grant_amount")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_funding_grant_period")),
        sa.CheckConstraint(
            "fringe_basis_points BETWEEN 0 AND 10000", name=op.f("ck_funding_grant_fringe")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_funding_grant_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding_grant")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_funding_grant_organization_id_id")
        ),
    )
    op.create_index(
        "uq_funding_grant_name",
        "funding_grant",
        ["organization_id", sa.literal_column("lower(name)")],
        unique=True,
    )
    op.create_table(
        "item",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("sku", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("unit", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("category", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("barcode", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("description", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("wholesale_cents", sa.BigInteger(), nullable=False),
        sa.Column("retail_cents", sa.BigInteger(), nullable=False),
        sa.Column("minimum_level", sa.Integer(), nullable=False),
        sa.Column("recommended_level", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "minimum_level >= 0 AND recommended_level >= minimum_level", name=op.f("ck_item_levels")
        ),
        sa.CheckConstraint(
            "wholesale_cents BETWEEN 0 AND 100000000 AND retail_cents BETWEEN 0 AND 100000000",
            name=op.f("ck_item_cents"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_item_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_item_organization_id_id")),
    )
    op.create_index(
        op.f("ix_item_organization_id_name_id"),
        "item",
        ["organization_id", "name", "id"],
        unique=False,
    )
    op.create_index(
        "uq_item_barcode",
        "item",
        ["organization_id", "barcode"],
        unique=True,
        postgresql_where=sa.text("barcode <> ''"),
    )
    op.create_index(
        "uq_item_sku", "item", ["organization_id", sa.literal_column("lower(sku)")], unique=True
    )
    op.create_table(
        "bundle_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("bundle_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_bundle_version_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "bundle_id"],
            ["bundle.organization_id", "bundle.id"],
            name=op.f("fk_bundle_version_organization_id_bundle_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_bundle_version_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle_version")),
        sa.UniqueConstraint("bundle_id", "number", name=op.f("uq_bundle_version_bundle_id_number")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_bundle_version_organization_id_id")
        ),
    )
    op.create_table(
        "community_service",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("facility_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("description", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("starts_minute", sa.Integer(), nullable=True),
        sa.Column("ends_minute", sa.Integer(), nullable=True),
        sa.Column("pattern", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("interval", sa.Integer(), nullable=False),
        sa.Column("weekdays", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("month_day", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("grant_id", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(pattern = 'monthly') = (month_day IS NOT NULL) AND month_day BETWEEN 1 AND 31",
            name=op.f("ck_community_service_month_day"),
        ),
        sa.CheckConstraint(
            "(pattern = 'weekly') = (cardinality(weekdays) > 0) AND weekdays <@ ARRAY[0,1,2,3,4,5,6]::smallint[]",
            name=op.f("ck_community_service_weekdays"),
        ),
        sa.CheckConstraint(
            "pattern <> 'once' OR valid_until = valid_from", name=op.f("ck_community_service_once")
        ),
        sa.CheckConstraint(
            "pattern IN ('once', 'daily', 'weekly', 'monthly')",
            name=op.f("ck_community_service_pattern"),
        ),
        sa.CheckConstraint(
            '"interval" BETWEEN 1 AND 99', name=op.f("ck_community_service_interval")
        ),
        sa.CheckConstraint(
            "(starts_minute IS NULL) = (ends_minute IS NULL) AND (starts_minute IS NULL OR (starts_minute BETWEEN 0 AND 1439 AND ends_minute > starts_minute AND ends_minute <= starts_minute + 1440))",
            name=op.f("ck_community_service_hours"),
        ),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from",
            name=op.f("ck_community_service_validity"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "facility_id"],
            ["facility.organization_id", "facility.id"],
            name=op.f("fk_community_service_organization_id_facility_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "grant_id"],
            ["funding_grant.organization_id", "funding_grant.id"],
            name=op.f("fk_community_service_organization_id_grant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_community_service_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community_service")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_community_service_organization_id_id")
        ),
    )
    op.create_index(
        "uq_community_service_name",
        "community_service",
        ["organization_id", "facility_id", sa.literal_column("lower(name)")],
        unique=True,
    )
    op.create_table(
        "distribution_template",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("description", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("facility_id", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "facility_id"],
            ["facility.organization_id", "facility.id"],
            name=op.f("fk_distribution_template_organization_id_facility_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_distribution_template_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distribution_template")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_distribution_template_organization_id_id")
        ),
    )
    op.create_index(
        "uq_distribution_template_name",
        "distribution_template",
        ["organization_id", sa.literal_column("lower(name)")],
        unique=True,
    )
    op.create_table(
        "stock",
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("facility_id", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("on_hand", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reserved", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("minimum_level", sa.Integer(), nullable=True),
        sa.Column("recommended_level", sa.Integer(), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(minimum_level IS NULL) = (recommended_level IS NULL) AND (minimum_level IS NULL OR (minimum_level >= 0 AND recommended_level >= minimum_level))",
            name=op.f("ck_stock_levels"),
        ),
        sa.CheckConstraint(
            "reserved >= 0 AND reserved <= on_hand", name=op.f("ck_stock_reserved_within_on_hand")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "facility_id"],
            ["facility.organization_id", "facility.id"],
            name=op.f("fk_stock_organization_id_facility_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "item_id"],
            ["item.organization_id", "item.id"],
            name=op.f("fk_stock_organization_id_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_stock_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "facility_id", "item_id", name=op.f("pk_stock")),
    )
    op.create_index(
        op.f("ix_stock_organization_id_item_id"),
        "stock",
        ["organization_id", "item_id"],
        unique=False,
    )
    op.create_table(
        "stock_document",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("facility_id", sa.BigInteger(), nullable=False),
        sa.Column("other_facility_id", sa.BigInteger(), nullable=True),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("paper", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("form_key", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "(kind = 'transfer') = (other_facility_id IS NOT NULL) AND other_facility_id IS DISTINCT FROM facility_id",
            name=op.f("ck_stock_document_places"),
        ),
        sa.CheckConstraint(
            "kind IN ('receipt', 'adjustment', 'transfer', 'count')",
            name=op.f("ck_stock_document_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_stock_document_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "facility_id"],
            ["facility.organization_id", "facility.id"],
            name=op.f("fk_stock_document_organization_id_facility_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "other_facility_id"],
            ["facility.organization_id", "facility.id"],
            name=op.f("fk_stock_document_organization_id_other_facility_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_stock_document_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_document")),
        sa.UniqueConstraint(
            "organization_id", "form_key", name=op.f("uq_stock_document_organization_id_form_key")
        ),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_stock_document_organization_id_id")
        ),
    )
    op.create_index(
        op.f("ix_stock_document_organization_id_facility_id_made_at"),
        "stock_document",
        ["organization_id", "facility_id", "made_at"],
        unique=False,
    )
    op.create_table(
        "bundle_component",
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("bundle_version_id", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "quantity BETWEEN 1 AND 10000", name=op.f("ck_bundle_component_quantity")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "bundle_version_id"],
            ["bundle_version.organization_id", "bundle_version.id"],
            name=op.f("fk_bundle_component_organization_id_bundle_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "item_id"],
            ["item.organization_id", "item.id"],
            name=op.f("fk_bundle_component_organization_id_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_bundle_component_organization_id"),
        ),
        sa.PrimaryKeyConstraint("bundle_version_id", "item_id", name=op.f("pk_bundle_component")),
    )
    op.create_index(
        op.f("ix_bundle_component_organization_id_item_id"),
        "bundle_component",
        ["organization_id", "item_id"],
        unique=False,
    )
    op.create_table(
        "outreach_session",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("facility_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("starts_minute", sa.Integer(), nullable=True),
        sa.Column("ends_minute", sa.Integer(), nullable=True),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("notes", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("people_served", sa.Integer(), nullable=True),
        sa.Column("grant_id", sa.BigInteger(), nullable=True),
        sa.Column("form_key", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'planned') = (ended_at IS NULL)", name=op.f("ck_outreach_session_ended")
        ),
        sa.CheckConstraint(
            "status IN ('planned', 'completed', 'cancelled')",
            name=op.f("ck_outreach_session_status"),
        ),
        sa.CheckConstraint(
            "(starts_minute IS NULL) = (ends_minute IS NULL) AND (starts_minute IS NULL OR (starts_minute BETWEEN 0 AND 1439 AND ends_minute > starts_minute AND ends_minute <= starts_minute + 1440))",
            name=op.f("ck_outreach_session_hours"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["account.id"], name=op.f("fk_outreach_session_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["account.id"], name=op.f("fk_outreach_session_ended_by")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "facility_id"],
            ["facility.organization_id", "facility.id"],
            name=op.f("fk_outreach_session_organization_id_facility_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "grant_id"],
            ["funding_grant.organization_id", "funding_grant.id"],
            name=op.f("fk_outreach_session_organization_id_grant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "service_id"],
            ["community_service.organization_id", "community_service.id"],
            name=op.f("fk_outreach_session_organization_id_service_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_outreach_session_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outreach_session")),
        sa.UniqueConstraint(
            "organization_id", "form_key", name=op.f("uq_outreach_session_organization_id_form_key")
        ),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_outreach_session_organization_id_id")
        ),
        sa.UniqueConstraint(
            "service_id", "number", name=op.f("uq_outreach_session_service_id_number")
        ),
    )
    op.create_index(
        op.f("ix_outreach_session_organization_id_facility_id_held_on"),
        "outreach_session",
        ["organization_id", "facility_id", "held_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_outreach_session_organization_id_grant_id_held_on"),
        "outreach_session",
        ["organization_id", "grant_id", "held_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_outreach_session_organization_id_held_on"),
        "outreach_session",
        ["organization_id", "held_on"],
        unique=False,
    )
    op.create_index(
        "uq_outreach_session_day",
        "outreach_session",
        ["service_id", "held_on"],
        unique=True,
        postgresql_where=sa.text("status <> 'cancelled'"),
    )
    op.create_table(
        "reservation",
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("holder", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("holder_id", sa.BigInteger(), nullable=False),
        sa.Column("facility_id", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_reservation_quantity")),
        sa.ForeignKeyConstraint(
            ["organization_id", "facility_id", "item_id"],
            ["stock.organization_id", "stock.facility_id", "stock.item_id"],
            name=op.f("fk_reservation_organization_id_facility_id_item_id"),
        ),
        sa.PrimaryKeyConstraint(
            "organization_id",
            "holder",
            "holder_id",
            "facility_id",
            "item_id",
            name=op.f("pk_reservation"),
        ),
    )
    op.create_index(
        op.f("ix_reservation_organization_id_facility_id_item_id"),
        "reservation",
        ["organization_id", "facility_id", "item_id"],
        unique=False,
    )
    op.create_table(
        "stock_count",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("facility_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("category", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("started_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "started_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "document_id IS NULL OR status = 'posted'", name=op.f("ck_stock_count_posted")
        ),
        sa.CheckConstraint(
            "status IN ('open', 'posted', 'abandoned')", name=op.f("ck_stock_count_status")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "document_id"],
            ["stock_document.organization_id", "stock_document.id"],
            name=op.f("fk_stock_count_organization_id_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "facility_id"],
            ["facility.organization_id", "facility.id"],
            name=op.f("fk_stock_count_organization_id_facility_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_stock_count_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["started_by"], ["account.id"], name=op.f("fk_stock_count_started_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_count")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_stock_count_organization_id_id")
        ),
    )
    op.create_index(
        op.f("ix_stock_count_organization_id_facility_id_started_at"),
        "stock_count",
        ["organization_id", "facility_id", "started_at"],
        unique=False,
    )
    op.create_table(
        "stock_movement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("facility_id", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("on_hand_change", sa.Integer(), nullable=False),
        sa.Column("reserved_change", sa.Integer(), nullable=False),
        sa.Column("on_hand_after", sa.Integer(), nullable=False),
        sa.Column("reserved_after", sa.Integer(), nullable=False),
        sa.Column("wholesale_cents", sa.BigInteger(), nullable=False),
        sa.Column("retail_cents", sa.BigInteger(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("holder", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("holder_id", sa.BigInteger(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "(holder_id IS NOT NULL) = (kind IN ('reserved', 'released', 'committed', 'returned'))",
            name=op.f("ck_stock_movement_held_kinds"),
        ),
        sa.CheckConstraint(
            "CASE kind WHEN 'received' THEN on_hand_change > 0 AND reserved_change = 0 WHEN 'adjusted' THEN on_hand_change <> 0 AND reserved_change = 0 WHEN 'transferred' THEN on_hand_change <> 0 AND reserved_change = 0 WHEN 'reserved' THEN on_hand_change = 0 AND reserved_change > 0 WHEN 'released' THEN on_hand_change = 0 AND reserved_change < 0 WHEN 'committed' THEN on_hand_change < 0 AND reserved_change = on_hand_change WHEN 'returned' THEN on_hand_change > 0 AND reserved_change = 0 END",
            name=op.f("ck_stock_movement_changes"),
        ),
        sa.CheckConstraint(
            "kind <> 'adjusted' OR reason <> ''", name=op.f("ck_stock_movement_reason")
        ),
        sa.CheckConstraint(
            "kind IN ('received', 'adjusted', 'transferred', 'reserved', 'released', 'committed', 'returned')",
            name=op.f("ck_stock_movement_kind"),
        ),
        sa.CheckConstraint(
            "(document_id IS NULL) = (holder_id IS NOT NULL) AND (holder IS NULL) = (holder_id IS NULL)",
            name=op.f("ck_stock_movement_belongs"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "document_id"],
            ["stock_document.organization_id", "stock_document.id"],
            name=op.f("fk_stock_movement_organization_id_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "facility_id", "item_id"],
            ["stock.organization_id", "stock.facility_id", "stock.item_id"],
            name=op.f("fk_stock_movement_organization_id_facility_id_item_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movement")),
    )
    op.create_index(
        "ix_stock_movement_document",
        "stock_movement",
        ["document_id"],
        unique=False,
        postgresql_where=sa.text("document_id IS NOT NULL"),
    )
    op.create_index(
        "ix_stock_movement_given",
        "stock_movement",
        ["organization_id", "at"],
        unique=False,
        postgresql_include=[
            "holder_id",
            "item_id",
            "facility_id",
            "on_hand_change",
            "wholesale_cents",
            "retail_cents",
        ],
        postgresql_where=sa.text("kind IN ('committed', 'returned')"),
    )
    op.create_index(
        "ix_stock_movement_holder",
        "stock_movement",
        ["organization_id", "holder", "holder_id"],
        unique=False,
        postgresql_where=sa.text("holder_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_stock_movement_organization_id_facility_id_at"),
        "stock_movement",
        ["organization_id", "facility_id", "at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_stock_movement_organization_id_item_id_facility_id_id"),
        "stock_movement",
        ["organization_id", "item_id", "facility_id", "id"],
        unique=False,
    )
    op.create_table(
        "template_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("template_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=True),
        sa.Column("bundle_id", sa.BigInteger(), nullable=True),
        sa.Column("description", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("wholesale_cents", sa.BigInteger(), nullable=True),
        sa.Column("retail_cents", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'free') = (wholesale_cents IS NOT NULL) AND (kind = 'free') = (retail_cents IS NOT NULL) AND (kind <> 'free' OR description <> '')",
            name=op.f("ck_template_line_costs"),
        ),
        sa.CheckConstraint(
            "(kind = 'item') = (item_id IS NOT NULL) AND (kind = 'bundle') = (bundle_id IS NOT NULL)",
            name=op.f("ck_template_line_refers"),
        ),
        sa.CheckConstraint(
            "kind IN ('item', 'bundle', 'free')", name=op.f("ck_template_line_kind")
        ),
        sa.CheckConstraint("quantity BETWEEN 0 AND 100000", name=op.f("ck_template_line_quantity")),
        sa.ForeignKeyConstraint(
            ["organization_id", "bundle_id"],
            ["bundle.organization_id", "bundle.id"],
            name=op.f("fk_template_line_organization_id_bundle_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "item_id"],
            ["item.organization_id", "item.id"],
            name=op.f("fk_template_line_organization_id_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "template_id"],
            ["distribution_template.organization_id", "distribution_template.id"],
            name=op.f("fk_template_line_organization_id_template_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_template_line_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_line")),
        sa.UniqueConstraint(
            "template_id",
            "position",
            deferrable=True,
            initially="DEFERRED",
            name=op.f("uq_template_line_template_id_position"),
        ),
    )
    op.create_table(
        "session_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=True),
        sa.Column("bundle_version_id", sa.BigInteger(), nullable=True),
        sa.Column("description", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("given", sa.Integer(), nullable=True),
        sa.Column("wholesale_cents", sa.BigInteger(), nullable=True),
        sa.Column("retail_cents", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'free') = (wholesale_cents IS NOT NULL) AND (kind = 'free') = (retail_cents IS NOT NULL) AND (kind <> 'free' OR description <> '')",
            name=op.f("ck_session_line_costs"),
        ),
        sa.CheckConstraint(
            "(kind = 'item') = (item_id IS NOT NULL) AND (kind = 'bundle') = (bundle_version_id IS NOT NULL)",
            name=op.f("ck_session_line_refers"),
        ),
        sa.CheckConstraint("kind IN ('item', 'bundle', 'free')", name=op.f("ck_session_line_kind")),
        sa.CheckConstraint("given BETWEEN 0 AND 100000", name=op.f("ck_session_line_given")),
        sa.CheckConstraint("quantity BETWEEN 0 AND 100000", name=op.f("ck_session_line_quantity")),
        sa.ForeignKeyConstraint(
            ["organization_id", "bundle_version_id"],
            ["bundle_version.organization_id", "bundle_version.id"],
            name=op.f("fk_session_line_organization_id_bundle_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "item_id"],
            ["item.organization_id", "item.id"],
            name=op.f("fk_session_line_organization_id_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "session_id"],
            ["outreach_session.organization_id", "outreach_session.id"],
            name=op.f("fk_session_line_organization_id_session_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_session_line_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_line")),
        sa.UniqueConstraint(
            "session_id",
            "position",
            deferrable=True,
            initially="DEFERRED",
            name=op.f("uq_session_line_session_id_position"),
        ),
    )
    op.create_index(
        op.f("ix_session_line_organization_id_item_id"),
        "session_line",
        ["organization_id", "item_id"],
        unique=False,
    )
    op.create_table(
        "staff_time",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("rate_cents", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name=op.f("ck_staff_time_minutes")),
        sa.CheckConstraint("rate_cents BETWEEN 0 AND 100000", name=op.f("ck_staff_time_rate")),
        sa.ForeignKeyConstraint(
            ["organization_id", "session_id"],
            ["outreach_session.organization_id", "outreach_session.id"],
            name=op.f("fk_staff_time_organization_id_session_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "staff_id"],
            ["staff.organization_id", "staff.id"],
            name=op.f("fk_staff_time_organization_id_staff_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_staff_time_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_time")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_staff_time_organization_id_id")),
        sa.UniqueConstraint(
            "session_id", "staff_id", name=op.f("uq_staff_time_session_id_staff_id")
        ),
    )
    op.create_index(
        op.f("ix_staff_time_organization_id_staff_id"),
        "staff_time",
        ["organization_id", "staff_id"],
        unique=False,
    )
    op.create_table(
        "stock_count_line",
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("count_id", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "counted_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "counted >= 0 AND expected >= 0", name=op.f("ck_stock_count_line_figures")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_stock_count_line_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "count_id"],
            ["stock_count.organization_id", "stock_count.id"],
            name=op.f("fk_stock_count_line_organization_id_count_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "item_id"],
            ["item.organization_id", "item.id"],
            name=op.f("fk_stock_count_line_organization_id_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_stock_count_line_organization_id"),
        ),
        sa.PrimaryKeyConstraint("count_id", "item_id", name=op.f("pk_stock_count_line")),
    )
    op.create_table(
        "template_use",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("template_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("form_key", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "used_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_template_use_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "session_id"],
            ["outreach_session.organization_id", "outreach_session.id"],
            name=op.f("fk_template_use_organization_id_session_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "template_id"],
            ["distribution_template.organization_id", "distribution_template.id"],
            name=op.f("fk_template_use_organization_id_template_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_template_use_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_use")),
        sa.UniqueConstraint(
            "organization_id", "form_key", name=op.f("uq_template_use_organization_id_form_key")
        ),
    )
    op.create_index(
        op.f("ix_template_use_session_id"), "template_use", ["session_id"], unique=False
    )
    op.create_index(
        op.f("ix_template_use_template_id_used_at"),
        "template_use",
        ["template_id", "used_at"],
        unique=False,
    )
    op.create_table(
        "time_claim",
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_time_id", sa.BigInteger(), nullable=False),
        sa.Column("claimed_as", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("grant_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "claimed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "claimed_as IN ('personnel', 'fringe')", name=op.f("ck_time_claim_claimed_as")
        ),
        sa.CheckConstraint("amount_cents >= 0", name=op.f("ck_time_claim_amount")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_time_claim_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "grant_id"],
            ["funding_grant.organization_id", "funding_grant.id"],
            name=op.f("fk_time_claim_organization_id_grant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "staff_time_id"],
            ["staff_time.organization_id", "staff_time.id"],
            name=op.f("fk_time_claim_organization_id_staff_time_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_time_claim_organization_id")
        ),
        sa.PrimaryKeyConstraint("staff_time_id", "claimed_as", name=op.f("pk_time_claim")),
    )
    op.create_index(
        op.f("ix_time_claim_organization_id_grant_id"),
        "time_claim",
        ["organization_id", "grant_id"],
        unique=False,
    )
    for statement in (
        APPLY_MOVEMENT,
        "CREATE TRIGGER stock_movement_applied BEFORE INSERT ON stock_movement"
        " FOR EACH ROW EXECUTE FUNCTION apply_stock_movement()",
        *_rights(),
        *(statement for table, names in LIVE.items() for statement in announcing(table, names)),
    ):
        op.execute(statement)


def downgrade() -> None:
    for table in (
        "time_claim",
        "template_use",
        "stock_count_line",
        "staff_time",
        "session_line",
        "template_line",
        "stock_movement",
        "stock_count",
        "reservation",
        "outreach_session",
        "bundle_component",
        "stock_document",
        "stock",
        "distribution_template",
        "community_service",
        "bundle_version",
        "item",
        "funding_grant",
        "bundle",
    ):
        op.drop_table(table)
    op.execute("DROP FUNCTION apply_stock_movement()")
