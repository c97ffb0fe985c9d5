"""What guards rows holds against whoever gets SQL through as the application's role."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from securecare.foundation.db import Scope, owner_transaction, transaction
from tests.security.test_row_security import is_refusal, reached


def one(statement: str, **values: object):
    with owner_transaction() as session:
        return session.connection().execute(text(statement), values).one()


def all_of(scope: Scope, *statements: str) -> int | str:
    """How many rows the last of them got at, or how the database refused; nothing is kept."""
    try:
        with transaction(scope) as session:
            run = session.connection().execute
            rows = [run(text(each)).rowcount for each in statements][-1]
            session.rollback()
            return rows
    except DBAPIError as refused:
        return str(refused.orig)


@pytest.fixture(scope="module")
def home(demo_database: str) -> int:
    """The first organization of the demo, with a document whose file is nowhere."""
    del demo_database
    home = one("SELECT min(id) FROM organization")[0]
    one(
        "INSERT INTO document (organization_id, public_id, customer_id, kind_id, title,"
        " public_to_customer, current_number, stored_at, retained_until, version)"
        " SELECT :home, gen_random_uuid(), min(c.id), min(k.id), 'Scan', false, 1, now(),"
        " current_date, 1 FROM customer c JOIN document_kind k USING (organization_id)"
        " WHERE c.organization_id = :home RETURNING id",
        home=home,
    )
    return home


@pytest.mark.parametrize("table", ["message_thread", "care_case", "document", "phone_call"])
def test_what_belongs_to_one_record_cannot_be_put_onto_another(home: int, table: str):
    moving = f"UPDATE {table} SET customer_id = (SELECT max(id) FROM customer)"
    assert is_refusal(reached(moving, Scope(home, 0)))
    with pytest.raises(DBAPIError, match="permanent"), owner_transaction() as session:
        session.connection().execute(text(f"{moving} WHERE organization_id = {home}"))


@pytest.mark.parametrize("table", ["customer", "appointment"])
def test_nobody_and_no_appointment_is_ever_deleted(home: int, table: str):
    assert is_refusal(reached(f"DELETE FROM {table} WHERE false", Scope(home, 0)))


def test_a_temporary_table_does_not_stand_in_for_what_a_guard_looks_at(home: int):
    """Those are found first of all, even before the system's own: `pg_class`, too."""
    del home
    account, link = one(
        "SELECT p.account_id, l.id FROM patron p JOIN patron_link l ON l.patron_id = p.id"
        " WHERE p.account_id IS NOT NULL AND l.status = 'linked' LIMIT 1"
    )
    ours = "(SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user)"
    shadow = (
        "CREATE TEMP TABLE pg_class AS"
        f" SELECT oid, {ours} AS relowner, relname FROM pg_catalog.pg_class"
    )
    decided = (
        f"UPDATE public.patron_link SET status = 'ended', customer_id = NULL WHERE id = {link}"
    )
    answer = all_of(Scope(None, account), shadow, decided)
    assert isinstance(answer, str), answer
    assert "Not for a patron to decide" in answer


def test_every_function_that_looks_something_up_says_where(home: int):
    """Trigger functions run with whatever path their caller has set, unless they say their own."""
    del home
    with owner_transaction() as session:
        bare = (
            session.connection()
            .execute(
                text(
                    "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
                    " WHERE n.nspname = 'public' AND p.proconfig IS NULL"
                    " AND p.prosrc ~* '\\m(from|into|update|join)\\M'"
                )
            )
            .scalars()
            .all()
        )
    # These read nothing but what they are given: rows of a statement, or their arguments.
    assert set(bare) <= {"announce_change", "announce_notices", "customer_words", "retain_document"}
