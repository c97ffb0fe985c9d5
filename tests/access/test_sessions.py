"""Sessions: their limits, their end, and rights that are read anew each time."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from securecare.access import sessions
from securecare.access.errors import NotFound
from securecare.access.roles import Permission, Role
from securecare.foundation import clock
from securecare.foundation.db import SIGN_IN, SYSTEM, owner_transaction, transaction
from tests.support.community import acting_as, actor_with, organization, person, signed_in

pytestmark = pytest.mark.usefixtures("database")


def test_a_session_ends_after_the_organizations_idle_limit() -> None:
    alice = person(organization(staff_idle_minutes=15))
    with clock.frozen(clock.now()):
        start, cookie = clock.now(), signed_in(alice)
    with clock.frozen(start + timedelta(minutes=14)):
        assert actor_with(cookie)
    with clock.frozen(start + timedelta(minutes=28)):
        assert actor_with(cookie)
    with clock.frozen(start + timedelta(minutes=43, seconds=1)):
        assert actor_with(cookie) is None


def test_looking_without_acting_does_not_keep_a_session_alive() -> None:
    alice = person(organization(staff_idle_minutes=15))
    with clock.frozen(clock.now()):
        start, cookie = clock.now(), signed_in(alice)
    for minutes in (5, 10, 14):
        with transaction(SIGN_IN) as session:
            at = start + timedelta(minutes=minutes)
            assert sessions.peek(session, sessions.hash_of(cookie), at)
    with clock.frozen(start + timedelta(minutes=15)):
        assert actor_with(cookie) is None


def test_a_session_ends_after_the_absolute_limit_however_busy() -> None:
    alice = person(organization(session_hours=1))
    with clock.frozen(clock.now()):
        start, cookie = clock.now(), signed_in(alice)
    for minutes in range(10, 60, 10):
        with clock.frozen(start + timedelta(minutes=minutes)):
            assert actor_with(cookie)
    with clock.frozen(start + timedelta(minutes=60)):
        assert actor_with(cookie) is None


def test_a_shorter_limit_reaches_sessions_that_are_open() -> None:
    harbor = organization(staff_idle_minutes=60)
    with clock.frozen(clock.now()):
        start, cookie = clock.now(), signed_in(person(harbor))
    with owner_transaction() as session:
        session.execute(
            text("UPDATE organization SET staff_idle_minutes = 5 WHERE id = :id"), {"id": harbor}
        )
    with clock.frozen(start + timedelta(minutes=6)):
        assert actor_with(cookie) is None


def test_activity_is_written_down_rarely() -> None:
    alice = person(organization())
    with clock.frozen(clock.now()):
        start, cookie = clock.now(), signed_in(alice)
    with clock.frozen(start + timedelta(seconds=20)):
        assert actor_with(cookie)
    assert _seen_at(cookie) == start
    with clock.frozen(start + timedelta(seconds=40)):
        assert actor_with(cookie)
    assert _seen_at(cookie) == start + timedelta(seconds=40)


def test_a_role_counts_at_the_next_event_and_so_does_its_loss() -> None:
    harbor = organization()
    alice = person(harbor)
    cookie = signed_in(alice)
    before = actor_with(cookie)
    assert before
    assert not before.may(Permission.BOOK)
    with owner_transaction() as session:
        session.execute(
            text(
                "INSERT INTO role_grant (organization_id, account_id, role)"
                " VALUES (:organization, :account, 'scheduler')"
            ),
            {"organization": harbor, "account": alice.id},
        )
    given = actor_with(cookie)
    assert given
    assert given.may(Permission.BOOK)
    with owner_transaction() as session:
        session.execute(
            text("UPDATE role_grant SET withdrawn_at = now() WHERE account_id = :id"),
            {"id": alice.id},
        )
    after = actor_with(cookie)
    assert after
    assert after.grants == ()


def test_an_unknown_role_in_the_database_gives_no_right() -> None:
    harbor = organization()
    alice = person(harbor)
    with owner_transaction() as session:
        session.execute(
            text(
                "INSERT INTO role_grant (organization_id, account_id, role)"
                " VALUES (:organization, :account, 'superuser')"
            ),
            {"organization": harbor, "account": alice.id},
        )
    assert acting_as(alice).grants == ()


def test_a_person_ends_their_own_sessions_and_nobody_elses() -> None:
    harbor = organization()
    alice, bob = person(harbor), person(harbor, name="Bob Tanaka")
    here, phone, bobs = signed_in(alice), signed_in(alice), signed_in(bob)
    actor = actor_with(here)
    assert actor
    with transaction(actor.scope) as session:
        mine = sessions.list_mine(session, actor)
    assert [each.current for each in mine] == [True, False]
    bob_session = acting_as(bob).session_id
    with pytest.raises(NotFound), transaction(actor.scope) as session:
        sessions.end(session, actor, bob_session)
    with transaction(actor.scope) as session:
        sessions.end(session, actor, mine[1].id)
    assert actor_with(phone) is None
    assert actor_with(here)
    assert actor_with(bobs)


def test_a_person_ends_all_other_sessions_in_every_organization() -> None:
    alice = person(organization())
    here, tablet, phone = (signed_in(alice) for _ in range(3))
    actor = actor_with(here)
    assert actor
    with transaction(actor.scope) as session:
        assert sessions.end_all_others(session, actor) == 2
    assert [actor_with(each) is None for each in (here, tablet, phone)] == [False, True, True]


def test_where_a_second_factor_is_required_nothing_is_allowed_without_one() -> None:
    boss = person(organization(require_second_factor=True), role=Role.ADMINISTRATOR)
    assert acting_as(boss).grants == ()


def test_sessions_of_long_ago_are_forgotten_and_present_ones_are_not() -> None:
    alice = person(organization())
    with clock.frozen(clock.now() - timedelta(days=200)):
        signed_in(alice)
    cookie = signed_in(alice)
    with transaction(SYSTEM) as session:
        assert sessions.purge(session, 500) >= 1
    assert actor_with(cookie)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604", "Safari on iPhone"),
        ("", "A browser"),
    ],
)
def test_a_browser_is_told_in_a_few_words(said: str, shown: str) -> None:
    assert sessions.device_name(said) == shown


def _seen_at(cookie: str) -> object:
    with owner_transaction() as session:
        return session.execute(
            text("SELECT seen_at FROM login_session WHERE token_hash = :hash"),
            {"hash": sessions.hash_of(cookie)},
        ).scalar_one()
