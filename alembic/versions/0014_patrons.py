"""Patrons: one identity for a person across organizations, and a session of their own."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

from securecare.foundation.live import announcing
from securecare.foundation.row_security import (
    APPLICATION_ROLE,
    CURRENT_ACCOUNT,
    CURRENT_ORGANIZATION,
    PURPOSE,
    append_only,
    restricted,
)

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Functions, since policies that looked into each other's tables would ask in a circle. Each tells
# of the asking person or organization alone.
OWN_PATRON = f"""
CREATE FUNCTION own_patron() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM patron WHERE account_id = {CURRENT_ACCOUNT}
$$
"""
IS_PATRON = f"""
CREATE FUNCTION is_patron(person bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM patron WHERE account_id = person)
       AND ({PURPOSE} IN ('sign-in', 'system') OR person = {CURRENT_ACCOUNT})
$$
"""
KNOWN_HERE = f"""
CREATE FUNCTION patron_known_here(person bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM patron_link WHERE patron_id = person
           AND organization_id = {CURRENT_ORGANIZATION} AND status IN ('asked', 'linked')
    )
$$
"""
OWN_RECORDS = f"""
CREATE FUNCTION own_records(
    OUT organization_id bigint, OUT name text, OUT customer_ids bigint[]
) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT o.id, o.name, array_agg(l.customer_id ORDER BY l.customer_id)
      FROM patron p
      JOIN patron_link l ON l.patron_id = p.id AND l.status = 'linked'
      JOIN organization o ON o.id = l.organization_id
     WHERE p.account_id = {CURRENT_ACCOUNT}
     GROUP BY o.id, o.name
$$
"""
# What the person says of themselves stands in the records of every organization they are linked
# with, at once and without any of them learning of another.
INTO_RECORD = """
CREATE FUNCTION patron_into_record(person patron, organization bigint, client bigint)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE customer SET given_name = person.given_name, family_name = person.family_name,
           born_on = coalesce(person.born_on, born_on), phone = person.phone, email = person.email,
           version = version + 1
     WHERE id = client AND organization_id = organization
       AND (given_name, family_name, born_on, phone, email) IS DISTINCT FROM
           (person.given_name, person.family_name, coalesce(person.born_on, born_on),
            person.phone, person.email);
    INSERT INTO customer_profile AS known (
        organization_id, customer_id, preferred_name, pronouns, gender, ethnicity, language,
        needs_interpreter, street, city, region, postal_code, country, time_zone, reached_by,
        staff_note, public_id, version, changed_at
    ) VALUES (
        organization, client, person.preferred_name, person.pronouns, person.gender,
        person.ethnicity, person.language, person.needs_interpreter, person.street, person.city,
        person.region, person.postal_code, person.country, person.time_zone, '', '',
        gen_random_uuid(), 1, person.changed_at
    ) ON CONFLICT (customer_id) DO UPDATE SET
        preferred_name = excluded.preferred_name, pronouns = excluded.pronouns,
        gender = excluded.gender, ethnicity = excluded.ethnicity, language = excluded.language,
        needs_interpreter = excluded.needs_interpreter, street = excluded.street,
        city = excluded.city, region = excluded.region, postal_code = excluded.postal_code,
        country = excluded.country, time_zone = excluded.time_zone,
        version = known.version + 1, changed_at = excluded.changed_at
     WHERE (known.preferred_name, known.pronouns, known.gender, known.ethnicity, known.language,
            known.needs_interpreter, known.street, known.city, known.region, known.postal_code,
            known.country, known.time_zone) IS DISTINCT FROM
           (excluded.preferred_name, excluded.pronouns, excluded.gender, excluded.ethnicity,
            excluded.language, excluded.needs_interpreter, excluded.street, excluded.city,
            excluded.region, excluded.postal_code, excluded.country, excluded.time_zone)
$$
"""
OF_PATRON = """
CREATE FUNCTION keep_records_of_patron() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.account_id IS NOT NULL THEN
        PERFORM patron_into_record(NEW, organization_id, customer_id)
           FROM patron_link WHERE patron_id = NEW.id AND status = 'linked'
          ORDER BY organization_id, customer_id;
    END IF;
    RETURN NULL;
END $$
"""
OF_LINK = """
CREATE FUNCTION keep_record_of_link() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.status = 'linked' THEN
        PERFORM patron_into_record(patron, NEW.organization_id, NEW.customer_id)
           FROM patron WHERE id = NEW.patron_id AND account_id IS NOT NULL;
    END IF;
    RETURN NULL;
END $$
"""
FUNCTIONS = {
    "own_patron()": OWN_PATRON,
    "is_patron(bigint)": IS_PATRON,
    "patron_known_here(bigint)": KNOWN_HERE,
    "own_records()": OWN_RECORDS,
}
HIDDEN = {
    "patron_into_record(patron, bigint, bigint)": INTO_RECORD,
    "keep_records_of_patron()": OF_PATRON,
    "keep_record_of_link()": OF_LINK,
}
TRIGGERS = (
    "CREATE TRIGGER patron_kept_in_records AFTER UPDATE ON patron"
    " FOR EACH ROW EXECUTE FUNCTION keep_records_of_patron()",
    "CREATE TRIGGER patron_link_kept_in_record AFTER INSERT OR UPDATE ON patron_link"
    " FOR EACH ROW EXECUTE FUNCTION keep_record_of_link()",
)

MINE = f"account_id = {CURRENT_ACCOUNT}"
HERE = f"organization_id = {CURRENT_ORGANIZATION}"
UNCLAIMED_HERE = f"account_id IS NULL AND made_in = {CURRENT_ORGANIZATION}"
PATRONS_OWN = "patron_id = (SELECT own_patron())"


def _rights() -> list[str]:
    return [
        *restricted(
            "patron",
            f"{MINE} OR ({UNCLAIMED_HERE}) OR patron_known_here(id)",
            "SELECT, INSERT, UPDATE",
            f"{MINE} OR ({UNCLAIMED_HERE})",
        ),
        *restricted(
            "patron_link",
            f"{HERE} OR {PATRONS_OWN}",
            "SELECT, INSERT, UPDATE",
            f"{HERE} OR ({PATRONS_OWN} AND status IN ('asked', 'ended'))",
        ),
        *restricted(
            "patron_change",
            f"{PATRONS_OWN} OR patron_known_here(patron_id)",
            "SELECT, INSERT",
            f"{PATRONS_OWN} AND {MINE}",
        ),
        *append_only("patron_change"),
    ]


def upgrade() -> None:
    op.add_column(
        "login_session",
        sa.Column("portal", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_check_constraint("portal", "login_session", "NOT portal OR organization_id IS NULL")
    op.create_table(
        "patron",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("made_in", sa.BigInteger(), nullable=True),
        *[_text(name) for name in ("given_name", "family_name")],
        sa.Column("born_on", sa.Date(), nullable=True),
        *[
            _text(name)
            for name in (
                "phone",
                "email",
                "street",
                "city",
                "region",
                "postal_code",
                "country",
                "time_zone",
                "preferred_name",
                "pronouns",
                "gender",
                "ethnicity",
                "language",
            )
        ],
        sa.Column("needs_interpreter", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _moment("created_at"),
        _moment("changed_at"),
        sa.CheckConstraint(
            "account_id IS NOT NULL OR made_in IS NOT NULL", name=op.f("ck_patron_somebodys")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_patron_account_id")),
        sa.ForeignKeyConstraint(["made_in"], ["organization.id"], name=op.f("fk_patron_made_in")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patron")),
        sa.UniqueConstraint("account_id", name=op.f("uq_patron_account_id")),
    )
    op.create_index(
        op.f("ix_patron_made_in"),
        "patron",
        ["made_in"],
        postgresql_where=sa.text("account_id IS NULL"),
    )
    op.create_table(
        "patron_link",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("patron_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        _text("status"),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        _moment("made_at"),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('asked', 'linked', 'declined', 'ended')",
            name=op.f("ck_patron_link_status"),
        ),
        sa.CheckConstraint(
            "status <> 'linked' OR customer_id IS NOT NULL", name=op.f("ck_patron_link_linked_to")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_patron_link_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["patron_id"], ["patron.id"], name=op.f("fk_patron_link_patron_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_patron_link_organization_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_patron_link_made_by")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_patron_link_decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patron_link")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_patron_link_organization_id_id")
        ),
    )
    op.create_index(
        "uq_patron_link_customer",
        "patron_link",
        ["organization_id", "customer_id"],
        unique=True,
        postgresql_where=sa.text("status = 'linked'"),
    )
    op.create_index(
        "uq_patron_link_patron",
        "patron_link",
        ["patron_id", "organization_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('asked', 'linked')"),
    )
    op.create_index(
        op.f("ix_patron_link_organization_id_status_made_at"),
        "patron_link",
        ["organization_id", "status", "made_at"],
    )
    op.create_index(
        op.f("ix_patron_link_organization_id_patron_id"),
        "patron_link",
        ["organization_id", "patron_id"],
    )
    op.create_table(
        "patron_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("patron_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        _moment("at"),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_patron_change_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["patron_id"], ["patron.id"], name=op.f("fk_patron_change_patron_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patron_change")),
    )
    op.create_index(op.f("ix_patron_change_patron_id_id"), "patron_change", ["patron_id", "id"])
    for statement in (*FUNCTIONS.values(), *HIDDEN.values(), *TRIGGERS):
        op.execute(statement)
    for function in (*FUNCTIONS, *HIDDEN):
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
    for function in FUNCTIONS:
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {APPLICATION_ROLE}")
    for statement in (
        *_rights(),
        *announcing("patron", ("id", "account_id")),
        *announcing("patron_link", ("customer_id", "patron_id")),
    ):
        op.execute(statement)


def _text(name: str) -> sa.Column:
    return sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=False)


def _moment(name: str) -> sa.Column:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )


def downgrade() -> None:
    op.drop_table("patron_change")
    op.execute("DROP TRIGGER patron_kept_in_records ON patron")
    op.execute("DROP TRIGGER patron_link_kept_in_record ON patron_link")
    op.execute("DROP POLICY patron_scope ON patron")
    op.execute("DROP POLICY patron_link_scope ON patron_link")
    for function in (*HIDDEN, *FUNCTIONS):
        op.execute(f"DROP FUNCTION {function}")
    op.drop_table("patron_link")
    op.drop_table("patron")
    op.drop_constraint(op.f("ck_login_session_portal"), "login_session")
    op.drop_column("login_session", "portal")
