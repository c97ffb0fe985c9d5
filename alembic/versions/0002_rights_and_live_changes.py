"""Who may see which rows, which rows are permanent, and how changes are told."""

from collections.abc import Sequence

from alembic import op

from securecare.foundation.live import ANNOUNCE_CHANGE, announcing
from securecare.foundation.row_security import (
    APPLICATION_ROLE,
    CURRENT_ACCOUNT,
    CURRENT_ORGANIZATION,
    PURPOSE,
    REFUSE_CHANGE,
    append_only,
    restricted,
    tenant,
)

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TENANT_TABLES = (
    "facility",
    "staff",
    "program",
    "program_staff",
    "shift",
    "staff_exception",
    "facility_closure",
    "customer",
    "customer_word",
    "appointment",
    "appointment_presence",
)

UNSIGNED = f"{PURPOSE} IN ('sign-in', 'system')"
OF_MEMBER = f"organization_id = {CURRENT_ORGANIZATION} OR account_id = {CURRENT_ACCOUNT}"

SEARCH_WORDS = r"""
CREATE FUNCTION plain(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(normalize(lower(value), NFKD), '[\u0300-\u036f]', '', 'g')
$$
"""
CUSTOMER_WORDS = r"""
CREATE FUNCTION customer_words(
    given_name text, family_name text, number bigint, born_on date, phone text, email text
) RETURNS SETOF text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT DISTINCT word FROM (
        SELECT unnest(regexp_split_to_array(plain(given_name || ' ' || family_name), '[^[:alnum:]]+'))
        UNION ALL SELECT number::text
        UNION ALL SELECT plain(email)
        UNION ALL SELECT to_char(born_on, 'YYYYMMDD')
        UNION ALL SELECT regexp_replace(phone, '\D', '', 'g')
        UNION ALL SELECT right(regexp_replace(phone, '\D', '', 'g'), 10)
        UNION ALL SELECT right(regexp_replace(phone, '\D', '', 'g'), 7)
        UNION ALL SELECT right(regexp_replace(phone, '\D', '', 'g'), 4)
    ) AS words(word) WHERE word <> ''
$$
"""
KEEP_CUSTOMER_WORDS = """
CREATE FUNCTION keep_customer_words() RETURNS trigger LANGUAGE plpgsql AS $$
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
CUSTOMER_TRIGGERS = (
    "CREATE TRIGGER customer_words_of_new AFTER INSERT ON customer"
    " FOR EACH ROW EXECUTE FUNCTION keep_customer_words()",
    "CREATE TRIGGER customer_words_of_changed AFTER UPDATE OF"
    " given_name, family_name, number, born_on, phone, email ON customer"
    " FOR EACH ROW EXECUTE FUNCTION keep_customer_words()",
)

LIVE: dict[str, tuple[str, ...]] = {
    "appointment": ("id", "staff_id", "customer_id", "facility_id", "starts_at", "ends_at"),
    "shift": ("staff_id",),
    "staff_exception": ("staff_id",),
    "facility_closure": ("facility_id",),
    "facility": ("id",),
    "program": ("id",),
    "program_staff": ("program_id", "staff_id"),
    "staff": ("id",),
    "customer": ("id",),
    "organization": ("id",),
    "role_grant": ("account_id",),
    "membership": ("account_id",),
}


def upgrade() -> None:
    for statement in (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APPLICATION_ROLE}')"
        f" THEN CREATE ROLE {APPLICATION_ROLE} NOLOGIN; END IF; END $$",
        f"GRANT {APPLICATION_ROLE} TO CURRENT_USER",
        f"GRANT USAGE ON SCHEMA public TO {APPLICATION_ROLE}",
        REFUSE_CHANGE,
        ANNOUNCE_CHANGE,
        SEARCH_WORDS,
        CUSTOMER_WORDS,
        KEEP_CUSTOMER_WORDS,
        *CUSTOMER_TRIGGERS,
        *(statement for table in TENANT_TABLES for statement in tenant(table)),
        *identity(),
        *trail(),
        *(statement for table, names in LIVE.items() for statement in announcing(table, names)),
        *announcing("appointment_presence", ("appointment_id",), "editing"),
        *announcing("login_session", ("id", "account_id", "organization_id"), "ended_at"),
        *announcing("account", ("id",), "disabled_at", "name"),
    ):
        op.execute(statement)


def identity() -> list[str]:
    """Accounts and sessions, which belong to a person rather than to an organization."""
    colleague = (
        "EXISTS (SELECT FROM membership WHERE membership.account_id = account.id"
        f" AND membership.organization_id = {CURRENT_ORGANIZATION})"
    )
    mine = f"account_id = {CURRENT_ACCOUNT}"
    return [
        *restricted(
            "organization",
            f"id = {CURRENT_ORGANIZATION} OR {UNSIGNED} OR EXISTS (SELECT FROM membership"
            " WHERE membership.organization_id = organization.id"
            f" AND membership.account_id = {CURRENT_ACCOUNT})",
            "SELECT, UPDATE",
            f"id = {CURRENT_ORGANIZATION}",
        ),
        *restricted(
            "account",
            f"id = {CURRENT_ACCOUNT} OR {UNSIGNED} OR {colleague}",
            "SELECT, INSERT, UPDATE",
            f"id = {CURRENT_ACCOUNT} OR {UNSIGNED}",
        ),
        *restricted(
            "membership",
            f"{OF_MEMBER} OR {UNSIGNED}",
            "SELECT, INSERT, UPDATE",
            f"organization_id = {CURRENT_ORGANIZATION}",
        ),
        *restricted(
            "role_grant",
            f"{OF_MEMBER} OR {UNSIGNED}",
            "SELECT, INSERT, UPDATE",
            f"organization_id = {CURRENT_ORGANIZATION}",
        ),
        *restricted(
            "login_session", f"{OF_MEMBER} OR {UNSIGNED}", "SELECT, INSERT, UPDATE, DELETE"
        ),
        *restricted("recovery_code", f"{mine} OR {UNSIGNED}", "SELECT, INSERT, UPDATE, DELETE"),
        *restricted("sign_in_throttle", UNSIGNED, "SELECT, INSERT, UPDATE, DELETE"),
        *restricted(
            "preference",
            f"organization_id = {CURRENT_ORGANIZATION} AND {mine}",
            "SELECT, INSERT, UPDATE, DELETE",
        ),
    ]


def trail() -> list[str]:
    """The audit trail: written by everybody, read within the organization, changed by nobody."""
    return [
        *restricted(
            "audit_event",
            f"organization_id = {CURRENT_ORGANIZATION} OR {PURPOSE} = 'system'",
            "SELECT, INSERT",
            f"organization_id IS NOT DISTINCT FROM {CURRENT_ORGANIZATION} OR {UNSIGNED}",
        ),
        *restricted("audit_seal", f"{PURPOSE} = 'system'", "SELECT, INSERT"),
        *append_only("audit_event"),
        *append_only("audit_seal"),
    ]


def downgrade() -> None:
    for table in (*LIVE, "appointment_presence", "login_session", "account"):
        op.execute(f"DROP TRIGGER {table}_announced ON {table}")
    for table in ("audit_event", "audit_seal"):
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    op.execute("DROP TRIGGER customer_words_of_new ON customer")
    op.execute("DROP TRIGGER customer_words_of_changed ON customer")
    op.execute("DROP FUNCTION keep_customer_words(), announce_change(), refuse_change()")
    op.execute("DROP FUNCTION customer_words(text, text, bigint, date, text, text), plain(text)")
    op.execute(
        "DO $$ DECLARE p record; BEGIN"
        " FOR p IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'public' LOOP"
        " EXECUTE format('DROP POLICY %I ON %I', p.policyname, p.tablename);"
        " EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', p.tablename);"
        " EXECUTE format('ALTER TABLE %I DISABLE ROW LEVEL SECURITY', p.tablename);"
        " END LOOP; END $$"
    )
    op.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {APPLICATION_ROLE}")
    op.execute(f"REVOKE USAGE ON SCHEMA public FROM {APPLICATION_ROLE}")
