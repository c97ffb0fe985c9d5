"""What stands in the database, for comparing before with after."""

from sqlalchemy import text

from securecare.foundation.db import owner_transaction

RESTLESS = frozenset(
    {"audit_event", "audit_seal", "login_session", "appointment_presence", "sign_in_throttle"}
)
"""Tables that change by being looked at: the trail, when a session was last seen, who is here."""


def contents(organization_id: int | None = None) -> dict[str, str]:
    """A hash of each table, or of the rows of one organization in it."""
    with owner_transaction() as session:
        run = session.connection().execute
        tables = run(
            text(
                "SELECT c.relname, EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid"
                " AND a.attname = 'organization_id') FROM pg_class c"
                " JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE n.nspname = 'public' AND c.relkind = 'r'"
            )
        ).all()
        return {
            table: run(
                text(
                    f"SELECT coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '')"
                    f" FROM {table} t" + (" WHERE organization_id = :id" if organization_id else "")
                ),
                {"id": organization_id} if organization_id else {},
            ).scalar_one()
            for table, owned in tables
            if table not in RESTLESS and (owned or organization_id is None)
        }


def ids_of(organization_id: int) -> dict[str, int]:
    """The id of some row of each table of an organization."""
    with owner_transaction() as session:
        run = session.connection().execute
        tables = (
            run(
                text(
                    "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public'"
                    " AND column_name IN ('id', 'organization_id') GROUP BY 1 HAVING count(*) = 2"
                )
            )
            .scalars()
            .all()
        )
        found = {
            table: run(
                text(f"SELECT max(id) FROM {table} WHERE organization_id = :id"),
                {"id": organization_id},
            ).scalar()
            for table in tables
        }
        found["account"] = run(
            text("SELECT max(account_id) FROM membership WHERE organization_id = :id"),
            {"id": organization_id},
        ).scalar()
    return {table: id_ for table, id_ in found.items() if id_ is not None}
