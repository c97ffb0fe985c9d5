"""The second factor: set up, asked for, never good twice, and a way past a lost phone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from pyotp.totp import TOTP
from sqlalchemy import text

from securecare.access import second_factor, sign_in
from securecare.access.actor import Actor
from securecare.access.roles import Permission, Role
from securecare.access.second_factor import Required, WrongCode
from securecare.access.sign_in import Step
from securecare.access.throttle import Paused
from securecare.foundation import clock
from securecare.foundation.db import owner_transaction, transaction
from tests.support.community import (
    OFFICE,
    PASSWORD,
    Someone,
    acting_as,
    actor_with,
    organization,
    person,
    trail_of,
)

pytestmark = pytest.mark.usefixtures("database")


def code_of(secret: str, later: int = 0) -> str:
    return TOTP(secret).at(clock.now() + timedelta(seconds=30 * later))


def turned_on(actor: Actor) -> tuple[str, list[str]]:
    """Sets the second factor up; gives its secret and the recovery codes."""
    with transaction(actor.scope) as session:
        enrolment = second_factor.begin(session, actor)
    secret = enrolment.secret.replace(" ", "")
    with transaction(actor.scope) as session:
        return secret, second_factor.confirm(session, actor, code_of(secret))


def half_signed_in(someone: Someone) -> str:
    opened = sign_in.with_password(someone.email, PASSWORD, OFFICE)
    assert opened.step is Step.SECOND_FACTOR
    return opened.token


def test_it_counts_only_once_a_code_was_seen() -> None:
    alice = person(organization())
    actor = acting_as(alice)
    with transaction(actor.scope) as session:
        second_factor.begin(session, actor)
    assert sign_in.with_password(alice.email, PASSWORD, OFFICE).step is Step.DONE


def test_after_the_password_nothing_is_open_before_the_code() -> None:
    alice = person(organization())
    secret, _ = turned_on(acting_as(alice))
    cookie = half_signed_in(alice)
    assert actor_with(cookie) is None
    done = sign_in.with_code(cookie, code_of(secret, 1), OFFICE)
    assert done.token != cookie
    actor = actor_with(done.token)
    assert actor
    assert actor.account_id == alice.id


def test_a_half_finished_sign_in_expires() -> None:
    alice = person(organization())
    secret, _ = turned_on(acting_as(alice))
    cookie = half_signed_in(alice)
    with clock.frozen(clock.now() + timedelta(minutes=11)), pytest.raises(sign_in.StartAgain):
        sign_in.with_code(cookie, code_of(secret), OFFICE)


def test_no_code_is_good_twice_nor_an_older_one_after_it() -> None:
    alice = person(organization())
    secret, _ = turned_on(acting_as(alice))
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        code, former = code_of(secret), code_of(secret, -1)
        sign_in.with_code(half_signed_in(alice), code, OFFICE)
        for spent in (code, former):
            with pytest.raises(WrongCode):
                sign_in.with_code(half_signed_in(alice), spent, OFFICE)


def test_of_two_uses_at_once_one_gets_in() -> None:
    alice = person(organization())
    secret, _ = turned_on(acting_as(alice))
    cookies = [half_signed_in(alice) for _ in range(4)]
    code = code_of(secret, 1)

    def use(cookie: str) -> bool:
        try:
            sign_in.with_code(cookie, code, OFFICE)
        except WrongCode:
            return False
        return True

    with ThreadPoolExecutor(4) as crowd:
        assert sum(crowd.map(use, cookies)) == 1


@pytest.mark.parametrize("garbage", ["", "abc", "12345", "１２３４５６", "-00001", "0" * 40])
def test_garbage_is_no_code(garbage: str) -> None:
    alice = person(organization())
    turned_on(acting_as(alice))
    with pytest.raises(WrongCode):
        sign_in.with_code(half_signed_in(alice), garbage, OFFICE)


def test_guessing_codes_is_slowed_down_even_with_the_right_password_in_between() -> None:
    alice = person(organization())
    turned_on(acting_as(alice))
    for _ in range(5):
        with pytest.raises(WrongCode):
            sign_in.with_code(half_signed_in(alice), "000000", OFFICE)
    cookie = half_signed_in(alice)
    with pytest.raises(Paused):
        sign_in.with_code(cookie, "000000", OFFICE)


@pytest.mark.parametrize(
    "verb",
    [second_factor.turn_off, second_factor.renew_recovery_codes, second_factor.confirm],
)
def test_guessing_codes_at_an_open_page_is_slowed_down(verb: Callable[..., Any]) -> None:
    """Three codes of a million are good at a time: at 25 guesses a second one fits within hours."""
    alice = person(organization())
    actor = acting_as(alice)
    if verb is second_factor.confirm:
        with transaction(actor.scope) as session:
            second_factor.begin(session, actor)
    else:
        turned_on(actor)
    for _ in range(5):
        with pytest.raises(WrongCode):
            second_factor.with_code(actor, verb, "abc")
    with pytest.raises(Paused):
        second_factor.with_code(actor, verb, "abc")


def test_a_right_code_forgets_the_wrong_ones_before_it() -> None:
    alice = person(organization())
    actor = acting_as(alice)
    secret, _ = turned_on(actor)
    for _ in range(4):
        with pytest.raises(WrongCode):
            second_factor.with_code(actor, second_factor.renew_recovery_codes, "abc")
    renew = second_factor.renew_recovery_codes
    assert len(second_factor.with_code(actor, renew, code_of(secret, 1))) == 10
    for _ in range(4):
        with pytest.raises(WrongCode):
            second_factor.with_code(actor, renew, "abc")


def test_a_recovery_code_gets_in_once_however_it_is_typed() -> None:
    harbor = organization()
    alice = person(harbor)
    _, codes = turned_on(acting_as(alice))
    assert len(set(codes)) == 10
    typed = codes[3].upper().replace("-", " ")
    sign_in.with_code(half_signed_in(alice), typed, OFFICE)
    assert "recovery_code.used" in trail_of(harbor)
    with pytest.raises(WrongCode):
        sign_in.with_code(half_signed_in(alice), codes[3], OFFICE)


def test_neither_secret_nor_codes_stand_in_the_database() -> None:
    alice = person(organization())
    secret, codes = turned_on(acting_as(alice))
    with owner_transaction() as session:
        sealed, hashes = session.execute(
            text(
                "SELECT totp_secret_sealed, (SELECT string_agg(code_hash, ' ') FROM recovery_code"
                " WHERE account_id = :id) FROM account WHERE id = :id"
            ),
            {"id": alice.id},
        ).one()
    assert secret.encode() not in bytes(sealed)
    assert not any(code in hashes or code.replace("-", "") in hashes for code in codes)


def test_it_is_turned_off_with_a_code_unless_the_organization_requires_it() -> None:
    harbor = organization()
    alice = person(harbor, role=Role.SCHEDULER)
    actor = acting_as(alice)
    secret, _ = turned_on(actor)
    with pytest.raises(WrongCode), transaction(actor.scope) as session:
        second_factor.turn_off(session, actor, "000000")
    with owner_transaction() as session:
        session.execute(
            text("UPDATE organization SET require_second_factor = true WHERE id = :id"),
            {"id": harbor},
        )
    with pytest.raises(Required), transaction(actor.scope) as session:
        second_factor.turn_off(session, actor, code_of(secret, 1))


def test_setting_it_up_opens_what_the_organization_kept_closed() -> None:
    harbor = organization(require_second_factor=True)
    alice = person(harbor, role=Role.SCHEDULER)
    opened = sign_in.with_password(alice.email, PASSWORD, OFFICE)
    assert opened.step is Step.SET_UP_SECOND_FACTOR
    before = actor_with(opened.token)
    assert before
    assert not before.may(Permission.BOOK)
    turned_on(before)
    after = actor_with(opened.token)
    assert after
    assert after.may(Permission.BOOK)


def test_nobody_reads_or_changes_the_second_factor_of_a_colleague() -> None:
    harbor = organization()
    alice, mallory = person(harbor), person(harbor, name="Mallory Frost", role=Role.ADMINISTRATOR)
    turned_on(acting_as(alice))
    scope = acting_as(mallory).scope
    with transaction(scope) as session:
        codes = session.execute(text("SELECT count(*) FROM recovery_code")).scalar_one()
    assert codes == 0
    with (
        pytest.raises(Exception, match="row-level security"),
        transaction(scope) as session,
    ):
        session.execute(
            text("UPDATE account SET totp_confirmed_at = NULL WHERE id = :id"), {"id": alice.id}
        )
