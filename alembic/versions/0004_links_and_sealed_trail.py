"""One-time links, keys and horizons of the audit chain, and how an administrator adds a person."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

from securecare.foundation.row_security import (
    APPLICATION_ROLE,
    CURRENT_ACCOUNT,
    CURRENT_ORGANIZATION,
    PURPOSE,
    restricted,
)

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

UNSIGNED = f"{PURPOSE} IN ('sign-in', 'system')"

# Accounts may be written by their owners alone. An administrator may have one made for somebody
# who has none yet, and learns its id, nothing else; an existing one stays as it is.
ACCOUNT_FOR = f"""
CREATE FUNCTION account_for(wanted_email text, wanted_key text, wanted_name text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found bigint;
BEGIN
    IF NOT EXISTS (
        SELECT FROM role_grant
         WHERE organization_id = {CURRENT_ORGANIZATION} AND account_id = {CURRENT_ACCOUNT}
           AND role = 'administrator' AND facility_id IS NULL AND program_id IS NULL
           AND withdrawn_at IS NULL
    ) THEN
        RAISE insufficient_privilege;
    END IF;
    INSERT INTO account (email, email_key, name) VALUES (wanted_email, wanted_key, wanted_name)
        ON CONFLICT (email_key) DO NOTHING RETURNING id INTO found;
    IF found IS NULL THEN
        SELECT id INTO found FROM account WHERE email_key = wanted_key;
    END IF;
    RETURN found;
END $$
"""
BELONGS_ELSEWHERE = f"""
CREATE FUNCTION belongs_elsewhere(person bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM membership here JOIN membership elsewhere USING (account_id)
         WHERE here.account_id = person AND here.organization_id = {CURRENT_ORGANIZATION}
           AND elsewhere.organization_id <> here.organization_id AND elsewhere.ended_at IS NULL
    )
$$
"""
SEAL_STATUS = f"""
CREATE FUNCTION audit_seal_status(OUT last_sealed_at timestamptz, OUT waiting bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT seal.sealed_at,
           (SELECT count(*) FROM audit_event
             WHERE organization_id = {CURRENT_ORGANIZATION}
               AND (seal.id IS NULL
                    OR id > seal.known_to AND transaction >= seal.horizon))
      FROM (SELECT 1) AS always
      LEFT JOIN LATERAL (
           SELECT id, sealed_at, horizon, known_to FROM audit_seal ORDER BY id DESC LIMIT 1
      ) AS seal ON true
$$
"""
FUNCTIONS = {
    "account_for(text, text, text)": ACCOUNT_FOR,
    "belongs_elsewhere(bigint)": BELONGS_ELSEWHERE,
    "audit_seal_status()": SEAL_STATUS,
}


def upgrade() -> None:
    op.create_table(
        "account_link",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_link_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["account.id"], name=op.f("fk_account_link_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_account_link_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_link_token_hash")),
    )
    op.create_index(
        op.f("ix_account_link_account_id"), "account_link", ["account_id"], unique=False
    )
    op.create_table(
        "audit_key",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_key")),
        sa.UniqueConstraint("name", name=op.f("uq_audit_key_name")),
    )
    op.add_column(
        "audit_seal", sa.Column("cluster", sqlmodel.sql.sqltypes.AutoString(), nullable=False)
    )
    op.add_column("audit_seal", sa.Column("horizon", sa.BigInteger(), nullable=False))
    op.add_column("audit_seal", sa.Column("known_to", sa.BigInteger(), nullable=False))
    op.add_column("audit_seal", sa.Column("settles_at", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_audit_event_transaction",
        "audit_event",
        ["transaction"],
        postgresql_using="brin",
        postgresql_with={"pages_per_range": 16},
    )
    statements = [
        *restricted(
            "account_link",
            f"organization_id = {CURRENT_ORGANIZATION} OR {UNSIGNED}",
            "SELECT, INSERT, UPDATE",
        ),
        *restricted("audit_key", f"{PURPOSE} = 'system'", "SELECT, INSERT"),
    ]
    for name, function in FUNCTIONS.items():
        statements += [
            function,
            f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC",
            f"GRANT EXECUTE ON FUNCTION {name} TO {APPLICATION_ROLE}",
        ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}")
    op.drop_index("ix_audit_event_transaction", "audit_event")
    op.drop_column("audit_seal", "settles_at")
    op.drop_column("audit_seal", "known_to")
    op.drop_column("audit_seal", "horizon")
    op.drop_column("audit_seal", "cluster")
    op.drop_table("audit_key")
    op.drop_table("account_link")
