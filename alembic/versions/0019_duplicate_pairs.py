"""Pairs of records that may be one person's, found bit by bit, and those that were told apart."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

from securecare.foundation.live import announcing
from securecare.foundation.row_security import (
    CURRENT_ORGANIZATION,
    PURPOSE,
    restricted,
    tenant,
)

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# A row for each change, and none is ever touched again by who writes: nobody waits for the job.
# Of a merged record the one it became is looked at.
NOTE_DUE = """
CREATE FUNCTION note_duplicate_due() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO duplicate_due (organization_id, customer_id)
    VALUES (NEW.organization_id, coalesce(NEW.merged_into_id, NEW.id));
    RETURN NULL;
END $$
"""
TOLD_BY = ("given_name", "family_name", "born_on", "phone", "email", "merged_into_id")
TRIGGERS = (
    "CREATE TRIGGER duplicate_due_of_new AFTER INSERT ON customer"
    " FOR EACH ROW EXECUTE FUNCTION note_duplicate_due()",
    f"CREATE TRIGGER duplicate_due_of_changed AFTER UPDATE OF {', '.join(TOLD_BY)} ON customer"
    f" FOR EACH ROW WHEN (({', '.join(f'OLD.{each}' for each in TOLD_BY)})"
    f" IS DISTINCT FROM ({', '.join(f'NEW.{each}' for each in TOLD_BY)}))"
    " EXECUTE FUNCTION note_duplicate_due()",
)
FIRST_FILL = """
INSERT INTO duplicate_due (organization_id, customer_id)
SELECT organization_id, id FROM customer WHERE merged_into_id IS NULL ORDER BY id
"""
HERE = f"organization_id = {CURRENT_ORGANIZATION}"


def upgrade() -> None:
    _pair()
    _due()
    for statement in (
        *tenant("duplicate_pair"),
        *restricted("duplicate_due", f"{HERE} OR {PURPOSE} = 'system'", "SELECT, DELETE", HERE),
        NOTE_DUE,
        "REVOKE ALL ON FUNCTION note_duplicate_due() FROM PUBLIC",
        *TRIGGERS,
        # The same words for every pair of an organization: many at once are told as one change.
        *announcing("duplicate_pair", ()),
        FIRST_FILL,
    ):
        op.execute(statement)


def _pair() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "duplicate_pair",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("second_id", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("why", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("found_at", moment, server_default=sa.text("now()"), nullable=False),
        sa.Column("dismissed_score", sa.Integer(), nullable=False),
        sa.Column("dismissed_at", moment, nullable=True),
        sa.Column("dismissed_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("first_id <> second_id", name=op.f("ck_duplicate_pair_pair")),
        sa.CheckConstraint(
            "(dismissed_score = 0) = (dismissed_at IS NULL)"
            " AND score >= 0 AND dismissed_score >= 0",
            name=op.f("ck_duplicate_pair_dismissed"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_duplicate_pair_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "first_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_duplicate_pair_organization_id_first_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "second_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_duplicate_pair_organization_id_second_id"),
        ),
        sa.ForeignKeyConstraint(
            ["dismissed_by"], ["account.id"], name=op.f("fk_duplicate_pair_dismissed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_pair")),
    )
    op.create_index(
        "uq_duplicate_pair_either_way",
        "duplicate_pair",
        [
            "organization_id",
            sa.text("LEAST(first_id, second_id)"),
            sa.text("GREATEST(first_id, second_id)"),
        ],
        unique=True,
    )
    op.create_index(
        op.f("ix_duplicate_pair_organization_id_first_id"),
        "duplicate_pair",
        ["organization_id", "first_id"],
    )
    op.create_index(
        op.f("ix_duplicate_pair_organization_id_second_id"),
        "duplicate_pair",
        ["organization_id", "second_id"],
    )
    op.create_index(
        "ix_duplicate_pair_open",
        "duplicate_pair",
        ["organization_id", sa.text("score DESC"), sa.text("id DESC")],
        postgresql_where=sa.text("score > dismissed_score"),
    )
    op.create_index(
        "ix_duplicate_pair_dismissed",
        "duplicate_pair",
        ["organization_id", sa.text("dismissed_at DESC"), sa.text("id DESC")],
        postgresql_where=sa.text("dismissed_score >= score"),
    )


def _due() -> None:
    op.create_table(
        "duplicate_due",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_duplicate_due_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_duplicate_due_organization_id_customer_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_due")),
    )
    op.create_index(
        op.f("ix_duplicate_due_organization_id_id"), "duplicate_due", ["organization_id", "id"]
    )
    op.create_index(
        op.f("ix_duplicate_due_organization_id_customer_id"),
        "duplicate_due",
        ["organization_id", "customer_id"],
    )


def downgrade() -> None:
    for statement in (
        "DROP TRIGGER duplicate_due_of_new ON customer",
        "DROP TRIGGER duplicate_due_of_changed ON customer",
        "DROP FUNCTION note_duplicate_due()",
    ):
        op.execute(statement)
    op.drop_table("duplicate_due")
    op.drop_table("duplicate_pair")
