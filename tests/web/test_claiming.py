"""Claiming over plain HTTP by who has an account that belongs nowhere: no right before, none beyond."""

import pytest
from sqlalchemy import text

from securecare.access.models import Account
from securecare.access.sessions import hash_of
from securecare.foundation import clock
from securecare.foundation.db import owner_transaction
from securecare.web import auth, claiming, letters
from tests.access.conftest import _no_failures_yet  # noqa: F401
from tests.customers.conftest import House
from tests.patrons.people import BORN, customer, invited, office, one
from tests.portal.mailbox import actor_with, letters_to
from tests.support import community
from tests.support.community import PASSWORD, Someone
from tests.support.http import Browser

SESSION = "securecare_session"


@pytest.fixture(scope="module")
def ours(database: str) -> House:
    del database
    return office("Alder")


@pytest.fixture
def browser(database: str) -> Browser:
    del database
    return Browser([*auth.routes(), *claiming.routes(), *letters.routes()])


def signed_in(browser: Browser, someone: Someone, onward: str = "") -> str:
    """Signs in by the form; gives where that leads."""
    form = {"email": someone.email, "password": PASSWORD, "next": onward}
    return browser.post("/auth/login", data=form).headers["location"]


def claims(browser: Browser, born_on: str = BORN.isoformat()) -> str:
    return browser.post("/auth/claim-mine", data={"born_on": born_on}).headers["location"]


def test_from_the_letter_over_the_sign_in_to_ones_own_portal(browser: Browser, ours: House):
    ada = community.person()
    token = invited(ours, customer(ours), ada.email)
    browser.get("/auth/invitation", params={"token": token})
    assert signed_in(browser, ada, "/portal/claim") == "/portal/claim"
    before = browser.cookies[SESSION]
    assert claims(browser, "1990-01-01") == "/portal/claim?error=birth-date"
    assert claims(browser) == "/portal"
    actor = actor_with(browser.cookies[SESSION])
    assert actor.in_portal
    assert actor.account_id == ada.id
    ended = one("SELECT ended_at FROM login_session WHERE token_hash = :h", h=hash_of(before))
    assert ended.ended_at is not None


def test_signing_in_first_leads_to_a_page_that_says_what_can_be_done(browser: Browser):
    ada = community.person()
    for onward in ("", "/customers", "/portal", "/portal/claim/else"):
        assert signed_in(browser, ada, onward) == "/sign-in/nowhere"


def test_without_an_invitation_of_ones_own_nothing_is_claimed(browser: Browser, ours: House):
    ada = community.person()
    signed_in(browser, ada)
    assert claims(browser) == "/portal/claim?error=gone"
    assert one("SELECT count(*) AS n FROM patron WHERE account_id = :id", id=ada.id).n == 0
    stranger = Browser([*auth.routes(), *claiming.routes()])
    stranger.get("/auth/invitation", params={"token": invited(ours, customer(ours))})
    assert claims(stranger) == "/portal/claim"


def test_a_second_factor_that_is_due_claims_nothing(browser: Browser, ours: House):
    ada = community.person()
    with owner_transaction() as session:
        session.get_one(Account, ada.id).totp_confirmed_at = clock.now()
    browser.get("/auth/invitation", params={"token": invited(ours, customer(ours), ada.email)})
    assert signed_in(browser, ada, "/portal/claim").startswith("/sign-in/code")
    assert claims(browser) == "/portal/claim"
    assert one("SELECT count(*) AS n FROM patron WHERE account_id = :id", id=ada.id).n == 0


def test_a_portal_of_ones_own_comes_by_mail_to_the_accounts_own_address(browser: Browser):
    ada = community.person()
    assert browser.post("/auth/own-portal").headers["location"] == "/sign-in"
    signed_in(browser, ada)
    assert browser.post("/auth/own-portal").headers["location"] == "/sign-up/sent"
    (letter,) = letters_to(ada.email)
    assert letter.template == "confirm_address"
    browser.get("/auth/letter", params={"token": letter.token})
    assert browser.post("/auth/confirm").headers["location"] == "/sign-in?done=portal-added"
    assert signed_in(browser, ada) == "/"
    assert actor_with(browser.cookies[SESSION]).in_portal


def test_asking_for_it_again_and_again_is_slowed(browser: Browser):
    ada = community.person()
    signed_in(browser, ada)
    seen = [browser.post("/auth/own-portal").headers["location"] for _ in range(4)]
    assert seen[0] == "/sign-up/sent"
    assert seen[-1] == "/sign-in/nowhere?error=paused"
    with owner_transaction() as session:
        query = text("SELECT count(*) FROM mailed_link WHERE email = :email AND used_at IS NULL")
        assert session.execute(query, {"email": ada.email}).scalar_one() == 1
