"""The vault: kinds of documents, documents, their permanent versions, and the keys of their files."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

from securecare.foundation.live import announcing
from securecare.foundation.row_security import (
    CURRENT_ORGANIZATION,
    PURPOSE,
    append_only,
    restricted,
    tenant,
)

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Whatever the product may once do wrong: what was promised to be kept is kept.
RETAIN = """
CREATE FUNCTION retain_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.retained_until < OLD.retained_until THEN
        RAISE EXCEPTION 'Retention of a document is never shortened' USING ERRCODE = '2F002';
    END IF;
    IF OLD.deleted_at IS NOT NULL AND NEW.deleted_at IS DISTINCT FROM OLD.deleted_at THEN
        RAISE EXCEPTION 'What was deleted stays deleted' USING ERRCODE = '2F002';
    END IF;
    IF OLD.deleted_at IS NULL AND (NEW.deleted_at AT TIME ZONE 'UTC')::date < OLD.retained_until THEN
        RAISE EXCEPTION 'The document has to be kept longer' USING ERRCODE = '2F002';
    END IF;
    RETURN NEW;
END $$
"""
KEEP_KEYS = """
CREATE FUNCTION keep_file_key() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM document WHERE id = OLD.document_id AND deleted_at IS NULL) THEN
        RAISE EXCEPTION 'The key of a file is permanent while its document is there'
              USING ERRCODE = '2F002';
    END IF;
    RETURN OLD;
END $$
"""
USUAL_KINDS = """
INSERT INTO document_kind (organization_id, name, retention_years, active, version)
SELECT o.id, usual.name, 6, true, 1
  FROM organization o
 CROSS JOIN unnest(ARRAY['Agreement', 'Consent', 'Identity document', 'Intake form', 'Letter',
                         'Medical record', 'Other']) AS usual (name)
"""


def upgrade() -> None:
    op.create_table(
        "document_kind",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("retention_years", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "retention_years BETWEEN 0 AND 100", name=op.f("ck_document_kind_retention")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_document_kind_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_kind")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_document_kind_organization_id_id")
        ),
    )
    op.create_index(
        "uq_document_kind_name",
        "document_kind",
        ["organization_id", sa.literal_column("lower(name)")],
        unique=True,
    )
    op.create_table(
        "document",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("kind_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("public_to_customer", sa.Boolean(), nullable=False),
        sa.Column("current_number", sa.Integer(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retained_until", sa.Date(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("current_number >= 1", name=op.f("ck_document_current_number")),
        sa.ForeignKeyConstraint(
            ["deleted_by"], ["account.id"], name=op.f("fk_document_deleted_by")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_document_organization_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "kind_id"],
            ["document_kind.organization_id", "document_kind.id"],
            name=op.f("fk_document_organization_id_kind_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_document_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_document_organization_id_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_document_public_id")),
    )
    op.create_index(
        "ix_document_kept",
        "document",
        ["organization_id", "customer_id", "stored_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("ix_document_organization_id_kind_id"),
        "document",
        ["organization_id", "kind_id"],
        unique=False,
    )
    op.create_table(
        "document_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("file_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("media_type", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("storage_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("form_key", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "stored_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "size_bytes >= 0 AND number >= 1", name=op.f("ck_document_version_figures")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_document_version_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "document_id"],
            ["document.organization_id", "document.id"],
            name=op.f("fk_document_version_organization_id_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_document_version_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_version")),
        sa.UniqueConstraint(
            "document_id", "number", name=op.f("uq_document_version_document_id_number")
        ),
        sa.UniqueConstraint(
            "organization_id", "form_key", name=op.f("uq_document_version_organization_id_form_key")
        ),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_document_version_organization_id_id")
        ),
        sa.UniqueConstraint("storage_key", name=op.f("uq_document_version_storage_key")),
    )
    op.create_table(
        "document_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("storage_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("stored_bytes", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "document_id"],
            ["document.organization_id", "document.id"],
            name=op.f("fk_document_file_organization_id_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_document_file_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_file")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_document_file_storage_key")),
    )
    op.create_index(
        op.f("ix_document_file_document_id"), "document_file", ["document_id"], unique=False
    )
    for statement in (
        *tenant("document_kind", "SELECT, INSERT, UPDATE"),
        *tenant("document", "SELECT, INSERT, UPDATE"),
        *tenant("document_version", "SELECT, INSERT"),
        *append_only("document_version"),
        *restricted(
            "document_file",
            f"organization_id = {CURRENT_ORGANIZATION} OR {PURPOSE} = 'system'",
            "SELECT, INSERT, DELETE",
            writable=f"organization_id = {CURRENT_ORGANIZATION}",
        ),
        RETAIN,
        "CREATE TRIGGER document_retained BEFORE UPDATE ON document"
        " FOR EACH ROW EXECUTE FUNCTION retain_document()",
        KEEP_KEYS,
        "CREATE TRIGGER document_file_kept BEFORE DELETE ON document_file"
        " FOR EACH ROW EXECUTE FUNCTION keep_file_key()",
        *announcing("document_kind", ("id",)),
        *announcing("document", ("id", "customer_id")),
        USUAL_KINDS,
    ):
        op.execute(statement)


def downgrade() -> None:
    for table in ("document_file", "document_version", "document", "document_kind"):
        op.drop_table(table)
    op.execute("DROP FUNCTION keep_file_key()")
    op.execute("DROP FUNCTION retain_document()")
