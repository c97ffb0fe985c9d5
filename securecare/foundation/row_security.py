"""The rights the application's role has on a table, as SQL for migrations.

Every tenant table is under row-level security that binds its owner too; a transaction sees the
organization it names and nothing without one. Append-only tables refuse change to everybody who
is not above the law of the database.
"""

APPLICATION_ROLE = "securecare_app"

CURRENT_ORGANIZATION = "nullif(current_setting('app.organization_id', true), '')::bigint"
CURRENT_ACCOUNT = "nullif(current_setting('app.account_id', true), '')::bigint"
PURPOSE = "coalesce(current_setting('app.purpose', true), '')"


def tenant(table: str, rights: str = "SELECT, INSERT, UPDATE, DELETE") -> list[str]:
    """Statements that let the application see the current organization's rows of `table` only."""
    return restricted(table, f"organization_id = {CURRENT_ORGANIZATION}", rights)


def restricted(table: str, visible: str, rights: str, writable: str | None = None) -> list[str]:
    """Statements that show rows where `visible` holds, and allow writing where `writable` does."""
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {table}_scope ON {table} TO {APPLICATION_ROLE}"
        f" USING ({visible}) WITH CHECK ({writable or visible})",
        f"CREATE POLICY {table}_owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true)",
        f"GRANT {rights} ON {table} TO {APPLICATION_ROLE}",
    ]


def append_only(table: str) -> list[str]:
    """Statements that make every change and deletion of a row of `table` an error."""
    return [
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {APPLICATION_ROLE}",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ]


REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are permanent', TG_TABLE_NAME USING ERRCODE = '2F002';
END $$
"""
