"""The portal: links by mail, letters of nobody's organization, asking to be known."""

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

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

UNSIGNED = f"{PURPOSE} IN ('sign-in', 'system')"

# The address a person signs in with is the one they are reached by, everywhere they are known.
FOLLOW_ADDRESS = """
CREATE FUNCTION patron_follows_address() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO patron_change (patron_id, account_id, at, changes)
         SELECT id, NEW.id, now(), jsonb_build_object('email', jsonb_build_array(email, NEW.email))
           FROM patron WHERE account_id = NEW.id AND email <> NEW.email;
    UPDATE patron SET email = NEW.email, changed_at = now()
     WHERE account_id = NEW.id AND email <> NEW.email;
    RETURN NULL;
END $$
"""
# Of their own links people make wishes and end them; whom they are linked with is up to the staff.
OWN_LINKS_KEPT = f"""
CREATE FUNCTION keep_own_links() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {CURRENT_ORGANIZATION} IS NOT NULL OR {CURRENT_ACCOUNT} IS NULL
       OR current_user = pg_get_userbyid((SELECT relowner FROM pg_class WHERE oid = TG_RELID)) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status = 'asked' AND NEW.customer_id IS NULL AND NEW.decided_by IS NULL THEN
            RETURN NEW;
        END IF;
    ELSIF OLD.status IN ('asked', 'linked') AND NEW.status = 'ended'
      AND (NEW.organization_id, NEW.patron_id, NEW.made_by, NEW.made_at)
          IS NOT DISTINCT FROM (OLD.organization_id, OLD.patron_id, OLD.made_by, OLD.made_at)
      AND NEW.customer_id IS NOT DISTINCT FROM OLD.customer_id THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Not for a patron to decide' USING ERRCODE = '42501';
END $$
"""
OWN_LINKS = f"""
CREATE FUNCTION own_links(
    OUT id bigint, OUT organization_id bigint, OUT name text, OUT status text,
    OUT made_at timestamptz, OUT decided_at timestamptz
) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT l.id, l.organization_id, o.name, l.status, l.made_at, l.decided_at
      FROM patron p
      JOIN patron_link l ON l.patron_id = p.id
      JOIN organization o ON o.id = l.organization_id
     WHERE p.account_id = {CURRENT_ACCOUNT}
     ORDER BY l.id DESC
$$
"""
# Told by its exact name or code, and only what wishes to be found.
TO_ASK = f"""
CREATE FUNCTION organization_to_ask(told text, OUT id bigint, OUT name text) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT o.id, o.name FROM organization o
     WHERE o.patrons_may_ask AND EXISTS (SELECT FROM patron WHERE account_id = {CURRENT_ACCOUNT})
       AND (lower(o.name) = lower(told) OR o.portal_code = upper(told))
     ORDER BY o.id LIMIT 2
$$
"""
TOLD = {"own_links()": OWN_LINKS, "organization_to_ask(text)": TO_ASK}


def upgrade() -> None:
    op.create_table(
        "mailed_link",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _text("purpose"),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        *[_text(name) for name in ("email", "email_key", "given_name", "family_name", "onward")],
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('sign_up', 'password', 'address')", name=op.f("ck_mailed_link_purpose")
        ),
        sa.CheckConstraint(
            "purpose = 'sign_up' OR account_id IS NOT NULL", name=op.f("ck_mailed_link_whose")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_mailed_link_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailed_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_mailed_link_token_hash")),
    )
    unused = sa.text("used_at IS NULL")
    for columns, where in (
        (["email_key", "purpose"], unused),
        (["account_id"], unused),
        (["expires_at"], None),
    ):
        name = op.f(f"ix_mailed_link_{'_'.join(columns)}")
        op.create_index(name, "mailed_link", columns, postgresql_where=where)
    op.add_column(
        "organization",
        sa.Column("patrons_may_ask", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column(
        "organization",
        sa.Column("portal_code", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    )
    op.create_unique_constraint(
        op.f("uq_organization_portal_code"), "organization", ["portal_code"]
    )
    _letters_of_nobody()
    for statement in _statements():
        op.execute(statement)


def _letters_of_nobody() -> None:
    op.alter_column("notice", "organization_id", existing_type=sa.BigInteger(), nullable=True)
    key = op.f("uq_notice_organization_id_business_key")
    op.drop_constraint(key, "notice")
    op.create_unique_constraint(
        key, "notice", ["organization_id", "business_key"], postgresql_nulls_not_distinct=True
    )
    op.create_check_constraint(
        op.f("ck_notice_customer"), "notice", "organization_id IS NOT NULL OR customer_id IS NULL"
    )


def _statements() -> list[str]:
    return [
        *restricted("mailed_link", UNSIGNED, "SELECT, INSERT, UPDATE, DELETE"),
        # The product's own letters are written while nobody is signed in, and read by the sender.
        f"CREATE POLICY notice_of_nobody ON notice TO {APPLICATION_ROLE}"
        f" USING (organization_id IS NULL AND {PURPOSE} = 'sign-in')"
        f" WITH CHECK (organization_id IS NULL AND {PURPOSE} = 'sign-in')",
        f"CREATE POLICY patron_signing_up ON patron FOR INSERT TO {APPLICATION_ROLE}"
        f" WITH CHECK ({PURPOSE} = 'sign-in' AND account_id IS NOT NULL AND made_in IS NULL)",
        FOLLOW_ADDRESS,
        "REVOKE ALL ON FUNCTION patron_follows_address() FROM PUBLIC",
        "CREATE TRIGGER account_address_followed AFTER UPDATE OF email ON account"
        " FOR EACH ROW EXECUTE FUNCTION patron_follows_address()",
        OWN_LINKS_KEPT,
        "CREATE TRIGGER patron_link_own_kept BEFORE INSERT OR UPDATE ON patron_link"
        " FOR EACH ROW EXECUTE FUNCTION keep_own_links()",
        *TOLD.values(),
        *[f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC" for name in TOLD],
        *[f"GRANT EXECUTE ON FUNCTION {name} TO {APPLICATION_ROLE}" for name in TOLD],
    ]


def _text(name: str) -> sa.Column:
    return sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=False)


def downgrade() -> None:
    op.execute("DROP TRIGGER account_address_followed ON account")
    op.execute("DROP TRIGGER patron_link_own_kept ON patron_link")
    for name in (*TOLD, "keep_own_links()", "patron_follows_address()"):
        op.execute(f"DROP FUNCTION {name}")
    op.execute("DROP POLICY patron_signing_up ON patron")
    op.execute("DROP POLICY notice_of_nobody ON notice")
    op.execute("DELETE FROM notice WHERE organization_id IS NULL")
    op.drop_constraint(op.f("ck_notice_customer"), "notice")
    key = op.f("uq_notice_organization_id_business_key")
    op.drop_constraint(key, "notice")
    op.create_unique_constraint(key, "notice", ["organization_id", "business_key"])
    op.alter_column("notice", "organization_id", existing_type=sa.BigInteger(), nullable=False)
    op.drop_constraint(op.f("uq_organization_portal_code"), "organization")
    op.drop_column("organization", "portal_code")
    op.drop_column("organization", "patrons_may_ask")
    op.drop_table("mailed_link")
