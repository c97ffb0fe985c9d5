"""Another address to sign in with: proven, told to the old one, and nobody else's."""

from datetime import timedelta

import pytest

from securecare.access import accounts, links, people, sign_in
from securecare.access.accounts import WrongPassword
from securecare.access.actor import Actor
from securecare.access.links import LinkGone
from securecare.access.roles import Role
from securecare.access.sign_in import WrongSignIn
from securecare.access.throttle import Paused
from securecare.foundation import clock
from securecare.foundation.db import transaction
from securecare.foundation.forms import NotAccepted
from securecare.portal import addresses, new_password
from tests.customers.conftest import House
from tests.customers.test_own import customer_of
from tests.portal.mailbox import (
    Letter,
    letters_to,
    new_address,
    owned,
    signed_in,
    signed_up,
    somewhere,
)
from tests.races.at_once import at_once, kinds
from tests.support import community
from tests.support.community import PASSWORD

pytestmark = pytest.mark.usefixtures("database")


def asked(actor: Actor, email: str) -> Letter:
    addresses.ask(actor, email, PASSWORD)
    return letters_to(email)[-1]


def address_of(actor: Actor) -> str:
    return owned("SELECT email FROM account WHERE id = :id", id=actor.account_id)[0][0]


def test_the_new_address_is_used_once_it_is_proven_and_the_old_one_is_told(ours: House):
    email, actor = signed_up()
    customer_id = customer_of(ours)
    owned(
        "INSERT INTO patron_link (organization_id, patron_id, customer_id, status)"
        " SELECT :organization, id, :customer, 'linked' FROM patron WHERE account_id = :account"
        " RETURNING 1",
        organization=ours.id,
        customer=customer_id,
        account=actor.account_id,
    )
    new = new_address()
    letter = asked(actor, new)
    assert letter.template == "confirm_address"
    assert address_of(actor) == email
    assert addresses.confirm(letter.token, somewhere()) == new
    assert address_of(actor) == new
    assert letters_to(email)[-1].template == "address_changed"
    assert signed_in(new).account_id == actor.account_id
    with pytest.raises(WrongSignIn):
        sign_in.with_password(email, PASSWORD, somewhere())
    # It is the address of the person everywhere they are known, and staff see what it was.
    assert owned("SELECT email FROM customer WHERE id = :id", id=customer_id) == [(new,)]
    log = owned(
        "SELECT changes FROM patron_change WHERE account_id = :id ORDER BY id", id=actor.account_id
    )
    assert log[-1][0] == {"email": [email, new]}


def test_the_password_is_asked_for_and_guessing_at_it_is_slowed():
    email, actor = signed_up()
    for _ in range(5):
        with pytest.raises(WrongPassword):
            addresses.ask(actor, new_address(), "not my password")
    with pytest.raises(Paused):
        addresses.ask(actor, new_address(), PASSWORD)
    assert address_of(actor) == email


@pytest.mark.parametrize("wrong", ["", "nobody", "a@b", "two@example.org, three@example.org"])
def test_what_is_no_address_is_said_so(wrong: str):
    _, actor = signed_up()
    with pytest.raises(NotAccepted):
        addresses.ask(actor, wrong, PASSWORD)


def test_an_address_of_somebody_else_gets_the_same_answer_and_another_letter():
    (theirs, _), (mine, actor) = signed_up(), signed_up()
    assert addresses.ask(actor, theirs, PASSWORD) == theirs
    letter = letters_to(theirs)[-1]
    assert letter.template == "address_in_use"
    assert letter.token == ""
    assert address_of(actor) == mine
    with pytest.raises(NotAccepted):
        addresses.ask(actor, mine.upper(), PASSWORD)


def test_a_link_works_once_until_its_end_and_not_after_a_later_one():
    _, actor = signed_up()
    first, second = asked(actor, new_address()), asked(actor, new_address())
    with pytest.raises(LinkGone):
        addresses.confirm(first.token, somewhere())
    with clock.frozen(clock.now() + timedelta(hours=25)), pytest.raises(LinkGone):
        addresses.confirm(second.token, somewhere())
    results = at_once([lambda: addresses.confirm(second.token, somewhere())] * 6)
    assert kinds(results) == {"str": 1, "LinkGone": 5}
    changed = owned("SELECT 1 FROM patron_change WHERE account_id = :id", id=actor.account_id)
    assert len(changed) == 1


def test_of_two_people_who_prove_one_address_at_once_one_has_it():
    for _ in range(5):
        actors = [signed_up()[1] for _ in range(4)]
        wanted = new_address()
        tokens = [asked(actor, wanted).token for actor in actors]
        results = at_once([lambda t=token: addresses.confirm(t, somewhere()) for token in tokens])
        assert kinds(results) == {"str": 1, "LinkGone": 3}
        assert len(owned("SELECT 1 FROM account WHERE email = :email", email=wanted)) == 1


def test_a_new_password_and_a_new_address_at_once_leave_one_of_them_done():
    for _ in range(5):
        email, actor = signed_up()
        wanted = new_address()
        change = asked(actor, wanted).token
        new_password.send(new_password.ask(email, somewhere()))
        reset = letters_to(email)[-1].token
        results = at_once(
            [
                lambda t=change: addresses.confirm(t, somewhere()),
                lambda t=reset: new_password.set_with(t, "a long walk elsewhere", somewhere()),
            ]
        )
        # The first takes the other's link away: it was mailed when things stood differently.
        assert kinds(results) == {"str": 1, "LinkGone": 1}


def test_a_changed_password_undoes_what_somebody_else_asked_for():
    """Who found a page open asks for an address of theirs; the owner notices and is quicker."""
    email, actor = signed_up()
    letter = asked(actor, new_address("eve"))
    accounts.change_password(actor, PASSWORD, "lanterns along another river")
    with pytest.raises(LinkGone):
        addresses.confirm(letter.token, somewhere())
    assert address_of(actor) == email


def test_a_link_of_an_administrator_undoes_it_too():
    harbor = community.organization()
    boss = community.acting_as(community.person(harbor, role=Role.ADMINISTRATOR))
    alice = community.person(harbor)
    letter = asked(community.acting_as(alice), new_address("eve"))
    with transaction(boss.scope) as session:
        token = people.new_link(session, boss, alice.id).token
    links.redeem(token, "lanterns along another river", somewhere())
    with pytest.raises(LinkGone):
        addresses.confirm(letter.token, somewhere())


def test_a_changed_password_and_a_proven_address_at_once_leave_one_of_them_done():
    for _ in range(6):
        _, actor = signed_up()
        letter = asked(actor, new_address())
        results = at_once(
            [
                lambda actor=actor: accounts.change_password(
                    actor, PASSWORD, "lanterns along another river"
                ),
                lambda letter=letter: addresses.confirm(letter.token, somewhere()),
            ]
        )
        assert set(kinds(results)) <= {"int", "str", "LinkGone"}, results
