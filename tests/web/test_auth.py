"""Signing in over plain HTTP: cookies, redirects, and requests of other sites."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from securecare.access import sign_in
from securecare.foundation.db import SIGN_IN, owner_transaction, transaction
from securecare.web import auth, policy
from securecare.web.policy import safe_path
from tests.support.community import PASSWORD, actor_with, organization, person
from tests.support.http import Browser


@pytest.fixture
def browser(database: str) -> Browser:
    with owner_transaction() as session:
        session.execute(text("DELETE FROM sign_in_throttle"))
    return Browser(auth.routes())


def test_signing_in_sets_a_cookie_that_no_script_and_no_other_site_gets(
    browser: Browser,
) -> None:
    alice = person(organization())
    answer = browser.post("/auth/login", data={"email": alice.email, "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    kept = next(
        line
        for line in answer.headers.get_list("set-cookie")
        if line.startswith("securecare_session")
    )
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(kept.split("; "))
    assert "Max-Age" not in kept
    assert actor_with(browser.cookies["securecare_session"])


def test_a_refusal_goes_back_to_the_form_without_a_word_about_the_account(
    browser: Browser,
) -> None:
    alice = person(organization())
    wrong = {"email": alice.email, "password": "certainly not this one", "next": "/schedule"}
    known = browser.post("/auth/login", data=wrong)
    unknown = browser.post("/auth/login", data=wrong | {"email": "nobody@example.org"})
    assert known.headers["location"] == "/sign-in?error=wrong&next=/schedule"
    assert unknown.headers["location"] == known.headers["location"]
    assert alice.email not in known.headers["location"]
    assert "securecare_session" not in browser.cookies


@pytest.mark.parametrize(
    "elsewhere",
    [
        "/.//evil.example",
        "/..//evil.example",
        "/a/..//evil.example",
        "/schedule//evil.example",
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "schedule",
        "",
        "http:evil.example",
        "/auth/logout",
        "/sign-in",
    ],
)
def test_signing_in_leads_nowhere_but_to_a_page_of_this_site(
    browser: Browser, elsewhere: str
) -> None:
    assert safe_path(elsewhere) == "/"
    alice = person(organization())
    answer = browser.post(
        "/auth/login", data={"email": alice.email, "password": PASSWORD, "next": elsewhere}
    )
    assert answer.headers["location"] == "/"


def test_a_path_of_this_site_is_kept() -> None:
    assert safe_path("/schedule?day=2027-01-13") == "/schedule?day=2027-01-13"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://localhost:8000.evil.example"},
    ],
)
def test_a_form_of_another_site_is_refused(browser: Browser, headers: dict[str, str]) -> None:
    alice = person(organization())
    answer = browser.post(
        "/auth/login", data={"email": alice.email, "password": PASSWORD}, headers=headers
    )
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("site", ["same-site", "none", "cross-site"])
def test_a_form_that_names_no_origin_but_comes_from_elsewhere_is_refused(
    browser: Browser, site: str
) -> None:
    """As of a page of a neighbour under the same domain, or typed into the address."""
    asked = browser._ask("POST", "/auth/logout", headers={"Sec-Fetch-Site": site})
    assert asyncio.run(asked).status_code == 403


def test_signing_out_ends_the_session_and_takes_the_cookie(browser: Browser) -> None:
    alice = person(organization())
    browser.post("/auth/login", data={"email": alice.email, "password": PASSWORD})
    cookie = browser.cookies["securecare_session"]
    browser.post("/auth/logout")
    assert actor_with(cookie) is None
    assert "securecare_session" not in browser.cookies


def test_signing_out_needs_a_post(browser: Browser) -> None:
    assert browser.get("/auth/logout").status_code == 405


@pytest.mark.parametrize("chosen", ["", "x", "-1", "9" * 40, "1; DROP TABLE account"])
def test_choosing_no_real_organization_starts_over(browser: Browser, chosen: str) -> None:
    alice = person(organization("Harbor"), organization("Lakeside"))
    answer = browser.post("/auth/login", data={"email": alice.email, "password": PASSWORD})
    assert answer.headers["location"] == "/sign-in/organization"
    answer = browser.post("/auth/organization", data={"organization_id": chosen})
    assert answer.headers["location"] == "/sign-in?error=again"


def test_a_form_that_is_too_long_has_no_fields(browser: Browser) -> None:
    answer = browser.post("/auth/login", data={"email": "a@example.org", "password": "x" * 20_000})
    assert answer.headers["location"] == "/sign-in?error=wrong"


def test_a_links_token_leaves_the_address_for_a_cookie(browser: Browser) -> None:
    answer = browser.get("/auth/link", params={"token": "t" * 43})
    assert answer.headers["location"] == "/set-password"
    assert browser.cookies["securecare_link"] == "t" * 43


def test_what_no_database_takes_is_a_wrong_sign_in_and_no_fault(browser: Browser) -> None:
    for email in ("a\0b@example.org", "\0", "a@example.org\0"):
        answer = browser.post("/auth/login", data={"email": email, "password": "x\0"})
        assert answer.headers["location"] == "/sign-in?error=wrong"


def test_a_fault_says_nothing_of_what_was_typed_in_the_answer_or_the_log(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(email: str, password: str, device: object) -> None:
        del password, device
        with transaction(SIGN_IN) as session:
            session.execute(text("SELECT CAST(:email AS int)"), {"email": email})

    monkeypatch.setattr(sign_in, "with_password", broken)
    answer = browser.post("/auth/login", data={"email": "canary@example.org", "password": "x"})
    assert answer.status_code == 500
    assert "reference" in answer.text
    assert "Fault" in caplog.text
    assert "canary" not in answer.text + caplog.text


def test_errors_of_the_database_do_not_carry_what_was_asked_with(database: str) -> None:
    del database
    with pytest.raises(DBAPIError) as fault, transaction(SIGN_IN) as session:
        session.execute(
            text("SELECT :canary, 1/0, CAST(:canary AS text)"), {"canary": "canary@example.org"}
        )
    assert "canary@" not in str(fault.value)


def test_a_form_that_trickles_in_is_let_go(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def trickling() -> AsyncIterator[bytes]:
        yield b"email="
        await asyncio.Event().wait()

    monkeypatch.setattr(policy, "FORM_SECONDS", 0.05)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = browser.post("/auth/login", content=trickling(), headers=headers)
    assert answer.headers["location"] == "/sign-in?error=wrong"
