"""A new password by mail: for whoever reads the mailbox, once, and never past a second factor."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
from pyotp.totp import TOTP

from securecare.access import second_factor, sessions, sign_in
from securecare.access.links import LinkGone
from securecare.access.passwords import WeakPassword
from securecare.access.roles import Role
from securecare.access.sign_in import Step, WrongSignIn
from securecare.foundation import clock
from securecare.foundation.db import SIGN_IN, owner_transaction, transaction
from securecare.foundation.forms import NotAccepted
from securecare.portal import letters, new_password
from tests.portal.mailbox import Letter, letters_to, new_address, owned, signed_up, somewhere
from tests.races.at_once import at_once
from tests.support import community
from tests.support.community import PASSWORD, acting_as

pytestmark = pytest.mark.usefixtures("database")

OTHER = "another walk along another river"


def asked(email: str) -> Letter:
    new_password.send(new_password.ask(email, somewhere()))
    return letters_to(email)[-1]


def test_a_new_password_replaces_the_old_and_ends_every_session():
    email, actor = signed_up()
    letter = asked(email)
    assert letter.template == "new_password"
    assert new_password.set_with(letter.token, OTHER, somewhere()) == email
    assert owned(
        "SELECT 1 FROM login_session WHERE id = :id AND end_reason = 'password reset'",
        id=actor.session_id,
    )
    with pytest.raises(WrongSignIn):
        sign_in.with_password(email, PASSWORD, somewhere())
    assert sign_in.with_password(email, OTHER, somewhere()).step is Step.DONE


def test_staff_get_one_too_and_their_organization_sees_it_in_its_trail():
    harbor = community.organization()
    alice = community.person(harbor, role=Role.CASE_WORKER)
    new_password.set_with(asked(alice.email).token, OTHER, somewhere())
    assert sign_in.with_password(alice.email, OTHER, somewhere()).step is Step.DONE
    assert "password.reset_by_mail" in community.trail_of(harbor)


def test_who_reads_the_mailbox_goes_wherever_they_belong():
    harbor, lakeside = community.organization("Harbor"), community.organization("Lakeside")
    alice = community.person(harbor, lakeside)
    owned("UPDATE account SET vouched_by = :o WHERE id = :id RETURNING id", o=harbor, id=alice.id)
    assert sign_in.with_password(alice.email, PASSWORD, somewhere()).step is Step.DONE
    new_password.set_with(asked(alice.email).token, OTHER, somewhere())
    assert sign_in.with_password(alice.email, OTHER, somewhere()).step is Step.ORGANIZATION


def test_a_second_factor_stays_in_force():
    alice = community.person(community.organization(), role=Role.MANAGER)
    actor = acting_as(alice)
    with transaction(actor.scope) as session:
        secret = second_factor.begin(session, actor).secret
    totp = TOTP(secret.replace(" ", ""))
    with transaction(actor.scope) as session:
        second_factor.confirm(session, actor, totp.now())
    new_password.set_with(asked(alice.email).token, OTHER, somewhere())
    opened = sign_in.with_password(alice.email, OTHER, somewhere())
    assert opened.step is Step.SECOND_FACTOR


def test_nobody_gets_nothing_and_neither_does_a_disabled_account():
    email, _ = signed_up()
    stranger = new_address()
    new_password.send(new_password.ask(stranger, somewhere()))
    assert letters_to(stranger) == []
    with owner_transaction() as session:
        session.connection().exec_driver_sql(
            "UPDATE account SET disabled_at = now() WHERE email = %s", (email,)
        )
    before = len(letters_to(email))
    new_password.send(new_password.ask(email, somewhere()))
    assert len(letters_to(email)) == before


def test_a_link_works_once_until_its_end_and_not_after_a_later_one():
    email, _ = signed_up()
    first, second = asked(email), asked(email)
    with clock.frozen(clock.now() + timedelta(hours=3)), pytest.raises(LinkGone):
        new_password.set_with(second.token, OTHER, somewhere())
    with pytest.raises(LinkGone):
        new_password.set_with(first.token, OTHER, somewhere())
    with pytest.raises(WeakPassword):
        new_password.set_with(second.token, "short", somewhere())
    results = at_once([lambda: new_password.set_with(second.token, OTHER, somewhere())] * 6)
    assert sorted(isinstance(each, LinkGone) for each in results) == [False] + [True] * 5


def test_a_link_that_was_claimed_is_good_for_nothing_more():
    email, _ = signed_up()
    token = asked(email).token
    for refused in (False, True):
        with (
            pytest.raises(LinkGone) if refused else nullcontext(),
            transaction(SIGN_IN) as session,
        ):
            letters.usable(session, token, claim=True)


def test_a_link_for_something_else_sets_no_password():
    from tests.portal import mailbox

    signing_up = mailbox.asked(new_address()).token
    with pytest.raises(LinkGone):
        new_password.set_with(signing_up, OTHER, somewhere())


def test_what_is_no_address_is_said_so():
    with pytest.raises(NotAccepted):
        new_password.ask("nobody", somewhere())


def test_the_present_session_is_looked_up_no_more():
    email, actor = signed_up()
    new_password.set_with(asked(email).token, OTHER, somewhere())
    with transaction(SIGN_IN) as session:
        standing = sessions.list_mine(session, actor)
    assert standing == []
