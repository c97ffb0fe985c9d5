"""Signing in with a password: right, wrong, too often, and while others guess."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from securecare.access import sessions, sign_in
from securecare.access.actor import NO_ORGANIZATION, Actor
from securecare.access.roles import Permission, Role
from securecare.access.sessions import Device, hash_of
from securecare.access.sign_in import Step, WrongSignIn
from securecare.access.throttle import Paused
from securecare.foundation import clock
from securecare.foundation.db import SIGN_IN, owner_transaction, transaction
from tests.support.community import (
    OFFICE,
    PASSWORD,
    actor_with,
    organization,
    person,
    signed_in,
    trail_of,
)

pytestmark = pytest.mark.usefixtures("database")


def wrongly(email: str, device: Device = OFFICE) -> Exception:
    with pytest.raises((WrongSignIn, Paused)) as refusal:
        sign_in.with_password(email, "not the password at all", device)
    return refusal.value


def test_a_person_signs_in_whatever_the_case_of_their_address() -> None:
    alice = person(organization(), role=Role.SCHEDULER)
    opened = sign_in.with_password(f"  {alice.email.upper()} ", PASSWORD, OFFICE)
    actor = actor_with(opened.token)
    assert opened.step is Step.DONE
    assert actor
    assert (actor.account_id, actor.name) == (alice.id, "Alice Moreau")


def test_a_wrong_password_and_an_unknown_address_are_answered_alike() -> None:
    alice = person(organization())
    known, unknown = wrongly(alice.email), wrongly("nobody@example.org")
    assert type(known) is type(unknown)
    assert str(known) == str(unknown)


def test_a_failure_is_in_the_trail_of_every_organization_of_the_person() -> None:
    harbor, lakeside = organization("Harbor"), organization("Lakeside")
    alice = person(harbor, lakeside)
    wrongly(alice.email)
    assert trail_of(harbor) == ["sign_in.failed"]
    assert trail_of(lakeside) == ["sign_in.failed"]


def test_five_failures_make_a_pause_that_grows_and_ends() -> None:
    alice = person(organization())
    with clock.frozen(clock.now()):
        start = clock.now()
        for _ in range(5):
            assert isinstance(wrongly(alice.email), WrongSignIn)
        first = wrongly(alice.email)
    assert isinstance(first, Paused)
    with clock.frozen(start + timedelta(seconds=first.seconds + 1)):
        assert isinstance(wrongly(alice.email), WrongSignIn)
        second = wrongly(alice.email)
        assert isinstance(second, Paused)
        assert second.seconds > first.seconds
    with clock.frozen(start + timedelta(minutes=16)):
        assert signed_in(alice)


def test_no_pause_is_longer_than_a_quarter_of_an_hour_and_none_is_for_good() -> None:
    alice = person(organization())
    at, longest = clock.now(), 0
    for _ in range(40):
        with clock.frozen(at):
            refusal = wrongly(alice.email)
        if isinstance(refusal, Paused):
            longest = max(longest, refusal.seconds)
            at += timedelta(seconds=refusal.seconds + 1)
    assert longest == 900
    with clock.frozen(at + timedelta(minutes=15)):
        assert signed_in(alice)


def test_a_pause_says_nothing_about_whether_the_account_exists() -> None:
    refusals = [wrongly("ghost@example.org") for _ in range(6)]
    assert isinstance(refusals[-1], Paused)


def test_many_at_once_do_not_slip_past_the_count() -> None:
    alice = person(organization())
    with ThreadPoolExecutor(12) as crowd:
        refusals = list(crowd.map(lambda _: wrongly(alice.email), range(24)))
    assert sum(isinstance(each, WrongSignIn) for each in refusals) == 5


def test_a_strangers_failures_do_not_keep_a_known_browser_out() -> None:
    alice = person(organization())
    home = replace(OFFICE, address="192.0.2.77", mark=sessions.hash_of(signed_in(alice)))
    for number in range(30):
        wrongly(alice.email, Device(f"198.51.100.{number}"))
    assert isinstance(wrongly(alice.email, Device("198.51.100.200")), Paused)
    assert sign_in.with_password(alice.email, PASSWORD, home).step is Step.DONE


def test_the_mark_of_another_persons_browser_makes_nobody_known() -> None:
    harbor = organization()
    alice, mallory = person(harbor), person(harbor, name="Mallory Frost")
    marked = replace(OFFICE, mark=sessions.hash_of(signed_in(mallory)))
    refusals = [wrongly(alice.email, marked) for _ in range(6)]
    assert isinstance(refusals[-1], Paused)
    assert isinstance(wrongly(alice.email), Paused)  # counted with the address, mark or no mark


def test_addresses_of_one_network_are_counted_together() -> None:
    alice = person(organization())
    refusals = [wrongly(alice.email, Device(f"2001:db8:1:2::{n}")) for n in range(1, 7)]
    assert isinstance(refusals[-1], Paused)


def test_a_success_forgets_the_failures_before_it() -> None:
    alice = person(organization())
    for _ in range(3):
        for _ in range(4):
            wrongly(alice.email)
        assert signed_in(alice)


def test_a_person_of_several_organizations_chooses_one() -> None:
    harbor, lakeside = organization("Harbor"), organization("Lakeside")
    alice = person(harbor, lakeside)
    opened = sign_in.with_password(alice.email, PASSWORD, OFFICE)
    assert opened.step is Step.ORGANIZATION
    assert actor_with(opened.token) is None
    chosen = sign_in.into_organization(opened.token, lakeside, OFFICE)
    actor = actor_with(chosen.token)
    assert actor
    assert actor.organization_id == lakeside
    assert actor_with(opened.token) is None


def test_nobody_gets_into_an_organization_they_do_not_belong_to() -> None:
    harbor, lakeside = organization("Harbor"), organization("Lakeside")
    alice = person(harbor)
    cookie = signed_in(alice)
    with pytest.raises(sign_in.StartAgain):
        sign_in.into_organization(cookie, lakeside, OFFICE)
    assert actor_with(cookie)


def identified(token: str) -> Actor | None:
    with transaction(SIGN_IN) as session:
        return sign_in.identified(session, hash_of(token))


def test_who_belongs_nowhere_is_known_and_may_do_nothing() -> None:
    alice, harbor = person(), organization()
    opened = sign_in.with_password(alice.email, PASSWORD, OFFICE)
    assert opened.step is Step.NOWHERE
    assert actor_with(opened.token) is None
    known = identified(opened.token)
    assert known
    assert known.account_id == alice.id
    assert not any(known.may(permission) for permission in Permission)
    with transaction(SIGN_IN) as session:
        assert sign_in.choices(session, hash_of(opened.token)) == []
    for place in (NO_ORGANIZATION, harbor):
        with pytest.raises(sign_in.StartAgain):
            sign_in.into_organization(opened.token, place, OFFICE)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        assert identified(opened.token) is None
    sign_in.out(opened.token, OFFICE)
    assert identified(opened.token) is None


def test_who_is_somewhere_or_owes_a_code_is_not_told_apart_as_nowhere() -> None:
    alice = person(organization())
    assert identified(signed_in(alice)) is None
    with owner_transaction() as session:
        session.connection().exec_driver_sql(
            "UPDATE account SET totp_confirmed_at = now() WHERE id = %s", (alice.id,)
        )
    opened = sign_in.with_password(alice.email, PASSWORD, OFFICE)
    assert opened.step is Step.SECOND_FACTOR
    assert identified(opened.token) is None
    assert identified("no cookie of ours") is None


def test_a_closed_account_is_refused_like_a_wrong_password() -> None:
    alice = person(organization())
    cookie = signed_in(alice)
    with owner_transaction() as session:
        session.connection().exec_driver_sql(
            "UPDATE account SET disabled_at = now() WHERE id = %s", (alice.id,)
        )
    assert actor_with(cookie) is None
    with pytest.raises(WrongSignIn):
        signed_in(alice)


def test_signing_out_ends_the_session_at_once() -> None:
    cookie = signed_in(person(organization()))
    sign_in.out(cookie, OFFICE)
    assert actor_with(cookie) is None
