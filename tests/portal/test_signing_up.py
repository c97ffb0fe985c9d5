"""Signing up: an address is proven before there is an account, and strangers learn nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from securecare.access import sign_in
from securecare.access.links import LinkGone
from securecare.access.passwords import WeakPassword
from securecare.access.roles import Permission, Role
from securecare.access.sessions import Device, hash_of
from securecare.access.throttle import Paused
from securecare.foundation import clock
from securecare.foundation.db import NOBODY, SIGN_IN, Scope, transaction
from securecare.foundation.forms import NotAccepted
from securecare.jobs import housekeeping
from securecare.portal import letters, signing_up
from securecare.portal.signing_up import Wish
from tests.portal.mailbox import (
    actor_with,
    asked,
    letters_to,
    new_address,
    owned,
    signed_in,
    signed_up,
    somewhere,
)
from tests.races.at_once import at_once
from tests.support import community
from tests.support.community import PASSWORD

pytestmark = pytest.mark.usefixtures("database")


def test_the_address_is_proven_first_and_then_there_is_an_account_and_a_portal():
    email = new_address()
    letter = asked(email, "/portal/documents")
    assert letter.template == "confirm_address"
    assert not owned("SELECT 1 FROM account WHERE email = :email", email=email)
    with transaction(SIGN_IN) as session:
        opened = letters.look(session, letter.token)
    assert (opened.purpose, opened.email, opened.asks_password) == ("sign_up", email, True)
    finished = signing_up.finish(letter.token, PASSWORD, somewhere())
    assert (finished.email, finished.onward) == (email, "/portal/documents")
    actor = actor_with(finished.token)
    assert actor.in_portal
    assert actor.name == "Ada Quill"
    assert [p for p in Permission if actor.may(p)] == [Permission.OWN_PORTAL]
    assert signed_in(email).account_id == actor.account_id


def test_a_link_works_once_until_its_end_and_not_after_a_later_one():
    email = new_address()
    first, second = asked(email), asked(email)
    with pytest.raises(LinkGone):
        signing_up.finish(first.token, PASSWORD, somewhere())
    with clock.frozen(clock.now() + timedelta(hours=25)), pytest.raises(LinkGone):
        signing_up.finish(second.token, PASSWORD, somewhere())
    signing_up.finish(second.token, PASSWORD, somewhere())
    for token in (second.token, "", "x" * 43):
        with pytest.raises(LinkGone):
            signing_up.finish(token, PASSWORD, somewhere())


def test_a_weak_password_leaves_the_link_as_it_is():
    email = new_address()
    letter = asked(email)
    with pytest.raises(WeakPassword):
        signing_up.finish(letter.token, "Quill Quill Quill", somewhere())
    assert signing_up.finish(letter.token, PASSWORD, somewhere()).token


def test_a_link_that_many_press_at_once_makes_one_account():
    email = new_address()
    token = asked(email).token
    results = at_once([lambda: signing_up.finish(token, PASSWORD, somewhere())] * 8)
    made = [each for each in results if not isinstance(each, Exception)]
    assert len(made) == 1
    assert all(isinstance(each, LinkGone) for each in results if isinstance(each, Exception))
    assert len(owned("SELECT 1 FROM patron WHERE email = :email", email=email)) == 1


def test_whoever_has_a_portal_is_told_so_by_mail_and_nothing_else_happens():
    email, actor = signed_up()
    before = owned("SELECT * FROM account WHERE id = :id", id=actor.account_id)
    signing_up.send(signing_up.ask(Wish("Ada", "Quill", email.upper()), somewhere()))
    letter = letters_to(email)[-1]
    assert letter.template == "address_in_use"
    assert letter.link.endswith("/sign-in")
    assert owned("SELECT * FROM account WHERE id = :id", id=actor.account_id) == before


def test_whoever_works_somewhere_gets_a_portal_and_keeps_their_password():
    harbor = community.organization()
    alice = community.person(harbor, role=Role.CASE_WORKER)
    letter = asked(alice.email)
    assert letter.template == "confirm_address"
    finished = signing_up.finish(letter.token, "", somewhere())
    assert finished.token == ""
    opened = sign_in.with_password(alice.email, PASSWORD, somewhere())
    with transaction(SIGN_IN) as session:
        places = sign_in.choices(session, hash_of(opened.token))
    assert [id_ for id_, _ in places] == [harbor, 0]
    assert "account.portal_opened" in community.trail_of(harbor)


def test_another_mailbox_that_is_compared_alike_gets_nothing_of_the_account():
    """`straße.example` and `strasse.example` are two houses, and have one key."""
    key = new_address("vera").replace("patron.example", "strasse.example")
    signing_up.send(Wish("Vera", "Vale", key))
    signing_up.finish(letters_to(key)[-1].token, PASSWORD, somewhere())
    lookalike = key.replace("strasse", "straße")
    signing_up.send(signing_up.ask(Wish("Eve", "Vale", lookalike), somewhere()))
    assert letters_to(lookalike) == []
    assert letters_to(key)[-1].template == "address_in_use"


def test_who_had_their_password_from_an_organization_chooses_one_for_their_portal():
    harbor = community.organization()
    alice = community.person(harbor, role=Role.CASE_WORKER)
    owned("UPDATE account SET vouched_by = :o WHERE id = :id RETURNING id", o=harbor, id=alice.id)
    token = asked(alice.email).token
    with transaction(SIGN_IN) as session:
        assert letters.look(session, token).asks_password
    with pytest.raises(WeakPassword):
        signing_up.finish(token, "", somewhere())
    signing_up.finish(token, "lanterns along another river", somewhere())
    with pytest.raises(sign_in.WrongSignIn):
        sign_in.with_password(alice.email, PASSWORD, somewhere())
    opened = sign_in.with_password(alice.email, "lanterns along another river", somewhere())
    with transaction(SIGN_IN) as session:
        assert [id_ for id_, _ in sign_in.choices(session, hash_of(opened.token))] == [harbor, 0]


@pytest.mark.parametrize(
    ("wish", "fields"),
    [
        (Wish("", "", "no address"), {"given_name", "family_name", "email"}),
        (Wish("A" * 61, "Q\nuill", "a@example.org"), {"given_name"}),
        (Wish("Ada", "Quill", "ada@example"), {"email"}),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(wish: Wish, fields: set[str]):
    with pytest.raises(NotAccepted) as refused:
        signing_up.ask(wish, somewhere())
    assert set(refused.value.complaints) == fields


def test_asking_again_and_again_is_slowed_by_address_and_by_sender():
    email, place = new_address(), somewhere()

    def allowed(times: int, address: Callable[[], str], where: Callable[[], Device]) -> int:
        for before in range(times):
            try:
                signing_up.ask(Wish("Ada", "Quill", address()), where())
            except Paused:
                return before
        return times

    assert allowed(9, lambda: email, lambda: place) == 3
    assert allowed(9, lambda: email, somewhere) == 3  # from elsewhere each time, to one mailbox
    assert allowed(30, new_address, lambda: place) == 17  # from one place, to anybody


def test_who_never_signed_up_is_forgotten():
    email = new_address()
    asked(email)
    with clock.frozen(clock.now() + timedelta(days=9)):
        housekeeping.forget_what_is_over()
    assert not owned("SELECT 1 FROM mailed_link WHERE email = :email", email=email)


def test_links_and_letters_of_the_product_are_out_of_everybodys_sight():
    _, actor = signed_up()
    asked(new_address())
    harbor = community.organization()
    staff = community.acting_as(community.person(harbor, role=Role.ADMINISTRATOR))
    for scope in (actor.scope, staff.scope, NOBODY, Scope(account_id=actor.account_id)):
        with transaction(scope) as session:
            for table in ("mailed_link", "notice"):
                assert session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0
    token = asked(new_address()).token
    dump = owned("SELECT m::text || coalesce(n::text, '') FROM mailed_link m, notice n")
    assert not any(token in row[0] for row in dump)
