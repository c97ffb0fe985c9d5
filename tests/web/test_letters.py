"""Signing up and links by mail over plain HTTP: cookies, redirects, and what a stranger learns."""

import pytest
from sqlalchemy import event, text

from securecare.foundation.db import app_engine, owner_transaction
from securecare.portal import new_password, signing_up
from securecare.web import auth, letters
from tests.portal.mailbox import actor_with, letters_to, new_address, signed_up
from tests.support.community import PASSWORD, organization, person
from tests.support.http import Browser


@pytest.fixture
def browser(database: str) -> Browser:
    with owner_transaction() as session:
        session.execute(text("DELETE FROM sign_in_throttle"))
    return Browser([*auth.routes(), *letters.routes()])


def forget_attempts() -> None:
    with owner_transaction() as session:
        session.execute(text("DELETE FROM sign_in_throttle"))


def wish(email: str, **more: str) -> dict[str, str]:
    return {"given_name": "Ada", "family_name": "Quill", "email": email, **more}


def test_from_the_form_to_the_portal(browser: Browser) -> None:
    email = new_address()
    answer = browser.post("/auth/sign-up", data=wish(email, next="/portal/documents"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-up/sent")
    answer = browser.get("/auth/letter", params={"token": letters_to(email)[-1].token})
    assert answer.headers["location"] == "/confirm"
    weak = browser.post("/auth/confirm", data={"password": "short"})
    assert weak.headers["location"] == "/confirm?error=weak"
    answer = browser.post("/auth/confirm", data={"password": PASSWORD})
    assert answer.headers["location"] == "/portal/documents"
    assert actor_with(browser.cookies["securecare_session"]).in_portal
    assert "securecare_letter" not in browser.cookies
    again = Browser([*auth.routes(), *letters.routes()])
    again.get("/auth/letter", params={"token": letters_to(email)[-1].token})
    answer = again.post("/auth/confirm", data={"password": PASSWORD})
    assert answer.headers["location"] == "/confirm?error=link"


def test_opening_a_link_does_nothing_but_take_its_token_out_of_the_address(
    browser: Browser,
) -> None:
    email, _ = signed_up()
    browser.post("/auth/forgotten", data={"email": email})
    token = letters_to(email)[-1].token
    for _ in range(3):  # as programs that look through people's mail do
        assert (
            browser.get("/auth/letter", params={"token": token}).headers["location"] == "/confirm"
        )
    answer = browser.post("/auth/confirm", data={"password": "a river without a bridge"})
    assert answer.headers["location"] == "/sign-in?done=password-set"
    assert "securecare_session" not in browser.cookies


@pytest.mark.parametrize("path", ["/auth/sign-up", "/auth/forgotten"])
def test_a_stranger_is_told_the_same_of_every_address(browser: Browser, path: str) -> None:
    patron, _ = signed_up()
    staff = person(organization()).email
    answers = []
    for email in (patron, staff, new_address(), patron.upper()):
        forget_attempts()
        answer = browser.post(path, data=wish(email))
        cookies = sorted(line.split("=")[0] for line in answer.headers.get_list("set-cookie"))
        answers.append((answer.status_code, answer.headers["location"], answer.text, cookies))
    assert len(set(map(str, answers))) == 1


@pytest.mark.parametrize("path", ["/auth/sign-up", "/auth/forgotten"])
def test_before_the_answer_nothing_is_asked_that_depends_on_the_address(
    browser: Browser, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is mailed is found out after the answer; so the answer's time is that of any address."""
    patron, _ = signed_up()
    for module in (signing_up, new_password):
        monkeypatch.setattr(module, "send", lambda *_: None)
    with statements() as asked:
        seen = []
        for email in (patron, new_address("stranger")):
            forget_attempts()
            asked.clear()
            browser.post(path, data=wish(email))
            seen.append(
                [words for words in asked if "sign_in_throttle" in words or "account" in words]
            )
    assert seen[0] == seen[1]
    assert not any("FROM account" in words for words in seen[0])


def test_what_is_wrong_comes_back_to_the_form_and_not_into_the_address(browser: Browser) -> None:
    answer = browser.post("/auth/sign-up", data=wish("no address", next="/portal"))
    assert answer.headers["location"] == "/sign-up?error=form&next=/portal"
    answer = browser.post("/auth/forgotten", data={"email": "no address"})
    assert answer.headers["location"] == "/forgotten?error=form"


@pytest.mark.parametrize("next_", ["https://evil.example", "//evil.example", "/auth/logout"])
def test_signing_up_leads_nowhere_but_to_a_page_of_this_site(browser: Browser, next_: str) -> None:
    email = new_address()
    browser.post("/auth/sign-up", data=wish(email, next=next_))
    browser.get("/auth/letter", params={"token": letters_to(email)[-1].token})
    answer = browser.post("/auth/confirm", data={"password": PASSWORD})
    assert answer.headers["location"] == "/portal/profile"


def test_many_wishes_are_slowed_in_the_same_words(browser: Browser) -> None:
    patron, _ = signed_up()
    for email in (patron, new_address()):
        forget_attempts()
        locations = [
            browser.post("/auth/forgotten", data={"email": email}).headers["location"]
            for _ in range(5)
        ]
        assert locations == ["/forgotten/sent"] * 3 + ["/forgotten?error=paused"] * 2


class statements:  # noqa: N801 - reads as a word where it is used
    """What is asked of the database meanwhile."""

    def __enter__(self) -> list[str]:
        self._asked: list[str] = []
        event.listen(app_engine(), "before_cursor_execute", self._hear)
        return self._asked

    def __exit__(self, *_: object) -> None:
        event.remove(app_engine(), "before_cursor_execute", self._hear)

    def _hear(self, _connection, _cursor, statement: str, *_: object) -> None:
        self._asked.append(statement)
