"""Casework: forms of assessments and their versions, cases, and the permanent log of each."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

from securecare.foundation.live import announcing
from securecare.foundation.row_security import APPLICATION_ROLE, append_only, tenant

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Whatever the product does wrong: a case stands as its log says. The product's role may not write a
# case's status; what it puts into the log moves it.
MOVE_CASE = """
CREATE FUNCTION move_case() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE care_case SET status = NEW.status, status_at = NEW.at
     WHERE organization_id = NEW.organization_id AND id = NEW.case_id
       AND (status, NEW.status) IN (('new', 'open'), ('open', 'on_hold'), ('open', 'closed'),
                                    ('on_hold', 'open'), ('on_hold', 'closed'), ('closed', 'open'));
    IF NOT FOUND THEN
        RAISE EXCEPTION 'The case cannot become % from what it is', NEW.status USING ERRCODE = '2F002';
    END IF;
    RETURN NULL;
END $$
"""
MOVED_BY_ITS_LOG = """
CREATE TRIGGER case_entry_moves_case AFTER INSERT ON case_entry
FOR EACH ROW WHEN (NEW.kind = 'status') EXECUTE FUNCTION move_case()
"""
GIVEN = "customer_id, program_id, facility_id, title, lead_staff_id, intake_on, form_key, version"
# What was noted stays as it is. The owner may seal it anew with another key.
FOR_GOOD = (
    "id, organization_id, case_id, kind, at, staff_id, title, minutes, quantity, version_id, score,"
    " goal_id, result, due_on, status, reason, public_id, corrects_id, root_id, struck, account_id,"
    " made_at, form_key"
)
LIVE: dict[str, tuple[str, ...]] = {
    "assessment_form": ("id",),
    "assessment_version": ("form_id",),
    "care_case": ("id", "customer_id"),
    "case_entry": ("case_id",),
}


def _rights() -> list[str]:
    return [
        *tenant("assessment_form", "SELECT, INSERT, UPDATE"),
        *tenant("assessment_version", "SELECT, INSERT"),
        *append_only("assessment_version"),
        *tenant(
            "care_case",
            f"SELECT, INSERT (organization_id, number, made_at, status_at, {GIVEN}), UPDATE ({GIVEN})",
        ),
        *tenant("case_entry", "SELECT, INSERT"),
        "CREATE TRIGGER case_entry_append_only BEFORE DELETE OR TRUNCATE OR UPDATE OF"
        f" {FOR_GOOD} ON case_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON case_entry FROM {APPLICATION_ROLE}",
        MOVE_CASE,
        MOVED_BY_ITS_LOG,
    ]


def upgrade() -> None:
    op.create_table(
        "assessment_form",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("description", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("draft", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_assessment_form_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_form")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_assessment_form_organization_id_id")
        ),
    )
    op.create_index(
        op.f("ix_assessment_form_organization_id_name"),
        "assessment_form",
        ["organization_id", "name"],
        unique=True,
    )
    op.create_table(
        "assessment_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("form_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("definition", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("lowest", sa.Integer(), nullable=False),
        sa.Column("highest", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("highest >= lowest", name=op.f("ck_assessment_version_range")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_assessment_version_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "form_id"],
            ["assessment_form.organization_id", "assessment_form.id"],
            name=op.f("fk_assessment_version_organization_id_form_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_assessment_version_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_version")),
        sa.UniqueConstraint(
            "organization_id",
            "form_id",
            "number",
            name=op.f("uq_assessment_version_organization_id_form_id_number"),
        ),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_assessment_version_organization_id_id")
        ),
    )
    op.create_table(
        "care_case",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("program_id", sa.BigInteger(), nullable=False),
        sa.Column("facility_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("lead_staff_id", sa.BigInteger(), nullable=True),
        sa.Column("intake_on", sa.Date(), nullable=False),
        sa.Column(
            "status", sqlmodel.sql.sqltypes.AutoString(), server_default="new", nullable=False
        ),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("form_key", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "status IN ('new', 'open', 'on_hold', 'closed')", name=op.f("ck_care_case_status")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_care_case_organization_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "facility_id"],
            ["facility.organization_id", "facility.id"],
            name=op.f("fk_care_case_organization_id_facility_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "lead_staff_id"],
            ["staff.organization_id", "staff.id"],
            name=op.f("fk_care_case_organization_id_lead_staff_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "program_id"],
            ["program.organization_id", "program.id"],
            name=op.f("fk_care_case_organization_id_program_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_care_case_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_case")),
        sa.UniqueConstraint("form_key", name=op.f("uq_care_case_form_key")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_care_case_organization_id_id")),
        sa.UniqueConstraint(
            "organization_id", "number", name=op.f("uq_care_case_organization_id_number")
        ),
    )
    op.create_index(
        op.f("ix_care_case_organization_id_customer_id"),
        "care_case",
        ["organization_id", "customer_id"],
        unique=False,
    )
    op.create_table(
        "case_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.Column("version_id", sa.BigInteger(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("goal_id", sa.BigInteger(), nullable=True),
        sa.Column("result", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("corrects_id", sa.BigInteger(), nullable=True),
        sa.Column("root_id", sa.BigInteger(), nullable=True),
        sa.Column("struck", sa.Boolean(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("form_key", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'assessment') = (version_id IS NOT NULL) AND (kind = 'assessment') = (score IS NOT NULL)",
            name=op.f("ck_case_entry_assessment"),
        ),
        sa.CheckConstraint(
            "(kind = 'outcome') = (goal_id IS NOT NULL) AND (kind = 'outcome') = (result IS NOT NULL AND result IN ('met', 'partly', 'not_met'))",
            name=op.f("ck_case_entry_outcome"),
        ),
        sa.CheckConstraint(
            "(kind = 'service') = (title <> '')", name=op.f("ck_case_entry_service")
        ),
        sa.CheckConstraint(
            "(kind = 'status') = (status IS NOT NULL AND status IN ('open', 'on_hold', 'closed')) AND (kind <> 'status' OR corrects_id IS NULL)",
            name=op.f("ck_case_entry_status"),
        ),
        sa.CheckConstraint(
            "kind IN ('intake', 'service', 'assessment', 'goal', 'outcome', 'status')",
            name=op.f("ck_case_entry_kind"),
        ),
        sa.CheckConstraint(
            "(corrects_id IS NULL) = (root_id IS NULL)", name=op.f("ck_case_entry_correction")
        ),
        sa.CheckConstraint(
            "NOT struck OR corrects_id IS NOT NULL", name=op.f("ck_case_entry_struck")
        ),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name=op.f("ck_case_entry_minutes")),
        sa.CheckConstraint("quantity BETWEEN 1 AND 100000", name=op.f("ck_case_entry_quantity")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_case_entry_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "case_id", "corrects_id"],
            ["case_entry.organization_id", "case_entry.case_id", "case_entry.id"],
            name=op.f("fk_case_entry_organization_id_case_id_corrects_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "case_id", "goal_id"],
            ["case_entry.organization_id", "case_entry.case_id", "case_entry.id"],
            name=op.f("fk_case_entry_organization_id_case_id_goal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "case_id", "root_id"],
            ["case_entry.organization_id", "case_entry.case_id", "case_entry.id"],
            name=op.f("fk_case_entry_organization_id_case_id_root_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "case_id"],
            ["care_case.organization_id", "care_case.id"],
            name=op.f("fk_case_entry_organization_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "staff_id"],
            ["staff.organization_id", "staff.id"],
            name=op.f("fk_case_entry_organization_id_staff_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "version_id"],
            ["assessment_version.organization_id", "assessment_version.id"],
            name=op.f("fk_case_entry_organization_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_case_entry_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_entry")),
        sa.UniqueConstraint("form_key", name=op.f("uq_case_entry_form_key")),
        sa.UniqueConstraint(
            "organization_id",
            "case_id",
            "id",
            name=op.f("uq_case_entry_organization_id_case_id_id"),
        ),
    )
    op.create_index(
        "case_entry_corrected_once",
        "case_entry",
        ["corrects_id"],
        unique=True,
        postgresql_where=sa.text("corrects_id IS NOT NULL"),
    )
    op.create_index(
        "case_entry_one_intake",
        "case_entry",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'intake' AND corrects_id IS NULL"),
    )
    op.create_index(
        op.f("ix_case_entry_goal_id_at"),
        "case_entry",
        ["goal_id", "at"],
        unique=False,
        postgresql_where=sa.text("goal_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_case_entry_organization_id_case_id_at_id"),
        "case_entry",
        ["organization_id", "case_id", "at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_case_entry_organization_id_case_id_kind_at_id"),
        "case_entry",
        ["organization_id", "case_id", "kind", "at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_case_entry_organization_id_version_id"),
        "case_entry",
        ["organization_id", "version_id"],
        unique=False,
        postgresql_where=sa.text("version_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_case_entry_root_id"),
        "case_entry",
        ["root_id"],
        unique=False,
        postgresql_where=sa.text("root_id IS NOT NULL"),
    )
    for statement in (
        *_rights(),
        *(statement for table, names in LIVE.items() for statement in announcing(table, names)),
    ):
        op.execute(statement)


def downgrade() -> None:
    for table in ("case_entry", "care_case", "assessment_version", "assessment_form"):
        op.drop_table(table)
    op.execute("DROP FUNCTION move_case()")
