"""The small jobs run as the application's role, over every organization."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from itertools import count
from typing import Any

import pytest
from sqlalchemy import text

from securecare.access import links, sessions, throttle
from securecare.foundation import clock
from securecare.foundation.db import SIGN_IN, SYSTEM, Scope, owner_transaction, transaction
from securecare.jobs.housekeeping import little_by_little
from securecare.jobs.ticker import TICKS
from securecare.patrons import invitations
from securecare.portal import letters
from state.jobs import JOBS
from tests.support import community

_numbers = count(1)


def test_every_job_can_be_found_and_runs(demo_database: str) -> None:
    for tick in TICKS:
        module, _, name = tick.does.partition(":")
        assert module.startswith("securecare.jobs.")
        getattr(import_module(module), name)()


def test_every_job_has_a_name_for_the_people_who_look_at_it() -> None:
    assert {tick.does.partition(":")[2] for tick in TICKS} == set(JOBS)


def owned(statement: str, **given: Any) -> list[Any]:
    with owner_transaction() as session:
        result = session.connection().execute(text(statement), given)
        return list(result) if result.returns_rows else []


def over(table: str, columns: str, values: str, **given: Any) -> list[bytes]:
    """Rows that end five days later each; gives what they are known by, the first to end first."""
    known = [f"{table}{next(_numbers)}".encode() for _ in range(5)]
    for days, hash_ in enumerate(known):
        owned(
            f"INSERT INTO {table} (token_hash, expires_at, {columns}) VALUES (:hash, :ends, {values})",
            hash=hash_,
            ends=clock.now() + timedelta(days=5 * days),
            **given,
        )
    return known


def sessions_over() -> list[bytes]:
    who = community.person(community.organization()).id
    columns = "account_id, second_factor_due, address, user_agent"
    return over("login_session", columns, ":who, false, '', ''", who=who)


def links_over() -> list[bytes]:
    harbor = community.organization()
    who = community.person(harbor).id
    columns = "account_id, created_by, organization_id, purpose"
    return over("account_link", columns, ":who, :who, :harbor, 'reset'", who=who, harbor=harbor)


def letters_over() -> list[bytes]:
    columns = "purpose, email, email_key, given_name, family_name, onward"
    return over("mailed_link", columns, "'sign_up', 'a@example.org', 'a@example.org', '', '', ''")


def invitations_over() -> list[bytes]:
    harbor = community.organization()
    (client,) = owned(
        "INSERT INTO customer (organization_id, number, given_name, family_name, phone, email, version)"
        " VALUES (:harbor, 1, 'Ada', 'Quill', '', '', 1) RETURNING id",
        harbor=harbor,
    )
    (patron,) = owned(
        "INSERT INTO patron (made_in, given_name, family_name, phone, email, street, city, region,"
        " postal_code, country, time_zone, preferred_name, pronouns, gender, ethnicity, language,"
        " needs_interpreter, version) VALUES (:harbor, 'Ada', 'Quill', '', '', '', '', '', '', '', '',"
        " '', '', '', '', '', false, 1) RETURNING id",
        harbor=harbor,
    )
    columns = "organization_id, patron_id, customer_id, email, wrong_tries, used_at"
    values = ":harbor, :patron, :client, 'ada@example.org', 0, now()"
    given = {"harbor": harbor, "patron": patron.id, "client": client.id}
    return over("patron_invitation", columns, values, **given)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("table", "made", "purge", "kept"),
    [
        ("login_session", sessions_over, sessions.purge, sessions.KEPT_AFTER_END),
        ("account_link", links_over, links.purge, links.KEPT_AFTER_END),
        ("mailed_link", letters_over, letters.purge, letters.KEPT_AFTER_END),
        ("patron_invitation", invitations_over, invitations.purge, invitations.KEPT_AFTER_END),
    ],
)
def test_what_ended_long_ago_is_forgotten_batch_by_batch(
    table: str, made: Callable[[], list[bytes]], purge: Any, kept: timedelta
) -> None:
    known = made()
    with clock.frozen(clock.now() + kept + timedelta(days=12)):  # three of five are that old
        assert little_by_little(purge, size=2) >= 3
        assert little_by_little(purge, size=2) == 0
    asked = {"hashes": known}
    left = owned(f"SELECT token_hash FROM {table} WHERE token_hash = ANY(:hashes)", **asked)
    assert {bytes(row.token_hash) for row in left} == set(known[3:])


@pytest.mark.usefixtures("database")
def test_a_session_that_was_ended_is_forgotten_by_when_that_was() -> None:
    first, *_ = sessions_over()
    owned(
        "UPDATE login_session SET ended_at = now() - interval '1 year' WHERE token_hash = :h",
        h=first,
    )
    with transaction(SYSTEM) as session:
        assert sessions.purge(session, 500) >= 1
    assert not owned("SELECT 1 FROM login_session WHERE token_hash = :h", h=first)


@pytest.mark.usefixtures("database")
def test_attempts_that_count_are_kept() -> None:
    former, present = (throttle.keys("test", f"who{n}", "::1", b"x") for n in range(2))
    with clock.frozen(clock.now() - throttle.FORGOTTEN_AFTER * 2), transaction(SIGN_IN) as session:
        throttle.take_attempt(session, former)
    with transaction(SIGN_IN) as session:
        throttle.take_attempt(session, present)
    little_by_little(throttle.purge)
    left = {bytes(row.key_hash) for row in owned("SELECT key_hash FROM sign_in_throttle")}
    assert (former[0].digest in left, present[0].digest in left) == (False, True)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("table", ["account_link", "patron_invitation"])
def test_only_a_job_forgets(table: str) -> None:
    made = {"account_link": links_over, "patron_invitation": invitations_over}[table]
    known = made()
    for scope in (SIGN_IN, *every_organization()):
        with transaction(scope) as session:
            gone = session.connection().execute(text(f"DELETE FROM {table}")).rowcount
        assert gone == 0
    asked = owned(f"SELECT 1 FROM {table} WHERE token_hash = ANY(:known)", known=known)
    assert len(asked) == len(known)


def every_organization() -> list[Scope]:
    """Of every organization there is."""
    return [Scope(row.id) for row in owned("SELECT id FROM organization")]
