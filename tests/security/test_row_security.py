"""The database itself, asked as the application's role: whatever SQL gets through reaches one
organization, and what is permanent stays."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from securecare.foundation.db import NOBODY, Scope, app_engine, owner_transaction, transaction

UNBOUND = frozenset({"alembic_version"})
"""Tables that hold nothing of anybody."""
PERMANENT = (
    "audit_event",
    "audit_seal",
    "case_entry",
    "contact_consent",
    "inbound_text",
)


def every_table() -> list[str]:
    with owner_transaction() as session:
        rows = session.connection().execute(
            text(
                "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE n.nspname = 'public' AND relkind = 'r'"
            )
        )
        return sorted(set(rows.scalars()) - UNBOUND)


def owned_tables() -> list[str]:
    with owner_transaction() as session:
        rows = session.connection().execute(
            text(
                "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public'"
                " AND column_name = 'organization_id'"
            )
        )
        return sorted(set(rows.scalars()))


def test_every_table_is_under_row_level_security_even_for_its_owner(demo_database: str):
    del demo_database
    with owner_transaction() as session:
        bare = (
            session.connection()
            .execute(
                text(
                    "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                    " WHERE n.nspname = 'public' AND relkind = 'r'"
                    " AND NOT (relrowsecurity AND relforcerowsecurity)"
                )
            )
            .scalars()
        )
        assert set(bare) <= UNBOUND


def test_the_applications_role_owns_nothing_and_cannot_bypass(demo_database: str):
    del demo_database
    with app_engine().connect() as connection:
        run = connection.execute
        assert run(text("SELECT current_user")).scalar_one() == "securecare_app"
        assert (
            run(
                text("SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = current_user")
            ).scalar_one()
            is False
        )
        assert not run(
            text("SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = current_user")
        ).all()


def reached(statement: str, scope: Scope) -> int | str:
    """How many rows the application's role gets at with it, or how the database refuses."""
    try:
        with transaction(scope) as session:
            return session.connection().execute(text(statement)).rowcount
    except DBAPIError as refused:
        return str(refused.orig)


def is_refusal(answer: int | str) -> bool:
    said = ("permission denied", "row-level security", "permanent")
    return isinstance(answer, str) and any(words in answer for words in said)


def test_with_no_organization_set_nothing_of_anybody_is_seen(demo_database: str):
    del demo_database
    for table in every_table():
        answer = reached(f"SELECT 1 FROM {table}", NOBODY)
        assert answer == 0 or is_refusal(answer), (table, answer)


def test_of_another_organization_no_row_is_seen_changed_or_deleted(demo_database: str):
    del demo_database
    with owner_transaction() as session:
        ids = session.connection().execute(text("SELECT id FROM organization ORDER BY id"))
        home, other = ids.scalars().all()
    for table in owned_tables():
        for statement in (
            f"SELECT 1 FROM {table} WHERE organization_id = {other}",
            f"UPDATE {table} SET organization_id = {home} WHERE organization_id = {other}",
            f"UPDATE {table} SET organization_id = {other} WHERE organization_id = {home}",
            f"DELETE FROM {table} WHERE organization_id = {other}",
        ):
            answer = reached(statement, Scope(home, 0))
            assert answer == 0 or is_refusal(answer), (statement, answer)


def test_a_row_cannot_point_into_another_organization(demo_database: str):
    del demo_database
    with owner_transaction() as session:
        run = session.connection().execute
        foreign = (
            run(
                text(
                    "SELECT id FROM staff WHERE organization_id = (SELECT max(id) FROM organization)"
                )
            )
            .scalars()
            .first()
        )
    with pytest.raises(DBAPIError, match="foreign key"), owner_transaction() as session:
        session.connection().execute(
            text(
                "UPDATE appointment SET staff_id = :foreign WHERE id ="
                " (SELECT min(id) FROM appointment WHERE organization_id ="
                " (SELECT min(id) FROM organization))"
            ),
            {"foreign": foreign},
        )


@pytest.mark.parametrize("table", PERMANENT)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_what_is_permanent_refuses_change(demo_database: str, table: str, statement: str):
    del demo_database
    with (
        pytest.raises(DBAPIError, match=r"permission denied|permanent"),
        transaction(Scope(purpose="system")) as session,
    ):
        session.connection().execute(text(statement.format(table)))
    with pytest.raises(DBAPIError, match="permanent"), owner_transaction() as session:
        session.connection().execute(text(statement.format(table)))
