"""Patrons and the staff: invitations to claim an account, and two records that become one."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

from securecare.foundation.live import announcing
from securecare.foundation.row_security import (
    APPLICATION_ROLE,
    CURRENT_ORGANIZATION,
    PURPOSE,
    restricted,
)

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# A merged record is found by its number alone, which leads to the one it became.
WORDS_OF_LIVING = """
CREATE OR REPLACE FUNCTION keep_customer_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM customer_word WHERE customer_id = NEW.id;
    END IF;
    IF NEW.merged_into_id IS NOT NULL THEN
        INSERT INTO customer_word (organization_id, word, customer_id)
        VALUES (NEW.organization_id, NEW.number::text, NEW.merged_into_id)
        ON CONFLICT DO NOTHING;
        RETURN NULL;
    END IF;
    INSERT INTO customer_word (organization_id, word, customer_id)
    SELECT NEW.organization_id, word, NEW.id
    FROM customer_words(
        NEW.given_name, NEW.family_name, NEW.number, NEW.born_on, NEW.phone, NEW.email
    ) AS word;
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO customer_word (organization_id, word, customer_id)
        SELECT organization_id, number::text, NEW.id FROM customer
         WHERE merged_into_id = NEW.id
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$
"""
WORDS = """
CREATE OR REPLACE FUNCTION keep_customer_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM customer_word WHERE customer_id = NEW.id;
    END IF;
    INSERT INTO customer_word (organization_id, word, customer_id)
    SELECT NEW.organization_id, word, NEW.id
    FROM customer_words(
        NEW.given_name, NEW.family_name, NEW.number, NEW.born_on, NEW.phone, NEW.email
    ) AS word;
    RETURN NULL;
END $$
"""
_CHANGED = (
    "CREATE TRIGGER customer_words_of_changed AFTER UPDATE OF"
    " given_name, family_name, number, born_on, phone, email{} ON customer"
    " FOR EACH ROW EXECUTE FUNCTION keep_customer_words()"
)
# What somebody writes down for a record in the moment it is merged belongs to the one it became.
# Those who lock the record, and bookings, find out by themselves.
FOLLOWING = (
    "absence",
    "authorized_person",
    "customer_alert",
    "document",
    "notice",
    "care_case",
    "message_thread",
)
INTO_LIVING = """
CREATE FUNCTION into_living_record() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    living bigint;
BEGIN
    SELECT merged_into_id INTO living FROM customer
     WHERE id = NEW.customer_id AND organization_id = NEW.organization_id FOR KEY SHARE;
    NEW.customer_id := coalesce(living, NEW.customer_id);
    RETURN NEW;
END $$
"""
# A call stays as it was noted. It may follow its record into the one that was merged with it, and
# go nowhere else: whoever tries, the owner included.
CALL_FOLLOWS = """
CREATE FUNCTION call_follows_record() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM customer WHERE id = OLD.customer_id AND merged_into_id = NEW.customer_id
           AND organization_id = NEW.organization_id
    ) THEN
        RAISE EXCEPTION 'Rows of % are permanent', TG_TABLE_NAME USING ERRCODE = '2F002';
    END IF;
    RETURN NEW;
END $$
"""
# Where the application's role may not write a row's customer, it may let the rows follow a merge.
BY_THEMSELVES = ("phone_call", "care_case", "message_thread")


def let_follow(table: str) -> str:
    return f"""
CREATE FUNCTION let_{table}_follow(former bigint) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH moved AS (
        UPDATE {table} SET customer_id = customer.merged_into_id FROM customer
         WHERE {table}.customer_id = former AND customer.id = former
           AND {table}.organization_id = {CURRENT_ORGANIZATION}
           AND customer.organization_id = {CURRENT_ORGANIZATION}
           AND customer.merged_into_id IS NOT NULL
        RETURNING 1
    ) SELECT count(*) FROM moved
$$
"""


_OF_CALL = (
    "organization_id, {}at, person_id, caller, relationship, phone, topic, public_id, account_id,"
    " made_at, form_key"
)
_CALL_PERMANENT = (
    "CREATE TRIGGER phone_call_append_only BEFORE DELETE OR TRUNCATE OR UPDATE OF {}"
    " ON phone_call FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
)


def upgrade() -> None:
    op.add_column("customer", sa.Column("merged_into_id", sa.BigInteger(), nullable=True))
    op.add_column("customer", sa.Column("merged_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(
        op.f("fk_customer_organization_id_merged_into_id"),
        "customer",
        "customer",
        ["organization_id", "merged_into_id"],
        ["organization_id", "id"],
    )
    op.create_check_constraint(
        "merged",
        "customer",
        "merged_into_id <> id AND (merged_into_id IS NULL) = (merged_at IS NULL)",
    )
    op.create_index(
        op.f("ix_customer_merged_into_id"),
        "customer",
        ["merged_into_id"],
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )
    _invitation()
    for statement in (
        WORDS_OF_LIVING,
        "DROP TRIGGER customer_words_of_changed ON customer",
        _CHANGED.format(", merged_into_id"),
        INTO_LIVING,
        *(
            f"CREATE TRIGGER {table}_into_living BEFORE INSERT ON {table} FOR EACH ROW"
            " WHEN (NEW.customer_id IS NOT NULL) EXECUTE FUNCTION into_living_record()"
            for table in FOLLOWING
        ),
        "DROP TRIGGER phone_call_append_only ON phone_call",
        _CALL_PERMANENT.format(_OF_CALL.format("")),
        CALL_FOLLOWS,
        "CREATE TRIGGER phone_call_follows BEFORE UPDATE OF customer_id ON phone_call"
        " FOR EACH ROW EXECUTE FUNCTION call_follows_record()",
        "REVOKE ALL ON FUNCTION call_follows_record() FROM PUBLIC",
        *(let_follow(table) for table in BY_THEMSELVES),
        *(f"REVOKE ALL ON FUNCTION let_{t}_follow(bigint) FROM PUBLIC" for t in BY_THEMSELVES),
        *(
            f"GRANT EXECUTE ON FUNCTION let_{table}_follow(bigint) TO {APPLICATION_ROLE}"
            for table in BY_THEMSELVES
        ),
        *restricted(
            "patron_invitation",
            f"organization_id = {CURRENT_ORGANIZATION} OR {PURPOSE} = 'sign-in'",
            "SELECT, INSERT, UPDATE",
        ),
        *announcing("patron_invitation", ("customer_id",)),
    ):
        op.execute(statement)


def _invitation() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "patron_invitation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("patron_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("made_at", moment, server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("used_at", moment, nullable=True),
        sa.Column("withdrawn_at", moment, nullable=True),
        sa.Column("wrong_tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_patron_invitation_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["patron_id"], ["patron.id"], name=op.f("fk_patron_invitation_patron_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_patron_invitation_organization_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_patron_invitation_made_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patron_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_patron_invitation_token_hash")),
    )
    op.create_index(
        "uq_patron_invitation_open",
        "patron_invitation",
        ["patron_id"],
        unique=True,
        postgresql_where=sa.text("used_at IS NULL AND withdrawn_at IS NULL"),
    )
    op.create_index(
        op.f("ix_patron_invitation_organization_id_customer_id_id"),
        "patron_invitation",
        ["organization_id", "customer_id", "id"],
    )
    op.create_index(
        op.f("ix_patron_invitation_organization_id_email_made_at"),
        "patron_invitation",
        ["organization_id", "email", "made_at"],
    )


def downgrade() -> None:
    op.drop_table("patron_invitation")
    for statement in (
        *(f"DROP FUNCTION let_{table}_follow(bigint)" for table in BY_THEMSELVES),
        "DROP TRIGGER phone_call_follows ON phone_call",
        "DROP FUNCTION call_follows_record()",
        "DROP TRIGGER phone_call_append_only ON phone_call",
        _CALL_PERMANENT.format(_OF_CALL.format("customer_id, ")),
        *(f"DROP TRIGGER {table}_into_living ON {table}" for table in FOLLOWING),
        "DROP FUNCTION into_living_record()",
        "DROP TRIGGER customer_words_of_changed ON customer",
        _CHANGED.format(""),
        WORDS,
    ):
        op.execute(statement)
    op.drop_index(op.f("ix_customer_merged_into_id"), "customer")
    op.drop_constraint(op.f("ck_customer_merged"), "customer")
    op.drop_constraint(op.f("fk_customer_organization_id_merged_into_id"), "customer")
    op.drop_column("customer", "merged_at")
    op.drop_column("customer", "merged_into_id")
