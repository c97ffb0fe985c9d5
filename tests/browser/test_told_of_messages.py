"""That a message waits is told by mail and by text: never what, only with consent, and to be answered.

The web process, the job process, the mail server and the text service are real.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from securecare.foundation.db import owner_transaction
from tests.browser.post import Post, link_in, looked_at, running_post
from tests.portal.mailbox import asked, new_address, owned
from tests.support.product import Product
from tests.support.signing_in import credentials_of

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
Window = Callable[..., Page]
PHONE = 375


@pytest.fixture(scope="module")
def post(demo_database: str) -> Iterator[Post]:
    with running_post(demo_database) as running:
        yield running


@pytest.fixture(scope="module")
def product(post: Post) -> Product:
    """What windows open: this product, and not one without its job process."""
    return post.product


@pytest.fixture
def patron(product: Product) -> Any:
    """The demo's patron, with a phone and without any consent to alerts."""
    del product
    row = owned(
        "SELECT l.customer_id, a.email, p.id FROM patron_link l JOIN patron p ON p.id = l.patron_id"
        " JOIN account a ON a.id = p.account_id"
        " WHERE a.email = 'patron@harborpine.example' AND l.status = 'linked'"
    )[0]
    with owner_transaction() as session:
        phone = text("UPDATE patron SET phone = '+12125550177' WHERE id = :id")
        session.execute(phone, {"id": row.id})
    return row


def agree(page: Page, by: str, wished: bool) -> None:
    """Say in the portal whether alerts may come that way."""
    page.goto("/portal/reaching")
    switch = page.get_by_role("switch", name=f"Alerts about new messages: {by}")
    expect(switch).to_be_visible()
    if switch.is_checked() != wished:
        switch.click()
    expect(switch).to_be_checked(checked=wished)


def write(staff: Page, customer_id: int, subject: str, words: str) -> None:
    staff.goto(f"/customers/{customer_id}/messages")
    staff.get_by_role("button", name="Start a conversation").first.click()
    form = staff.get_by_role("dialog")
    form.get_by_label("Subject").fill(subject)
    form.get_by_label("Message").fill(words)
    form.get_by_role("button", name="Send").click()
    expect(form).to_have_count(0)


def test_a_message_is_told_of_by_mail_and_text_and_answered_on_the_phone(
    window: Window, post: Post, patron: Any
):
    at_home = window("Patron", width=PHONE)
    for by in ("Text", "E-mail"):
        agree(at_home, by, True)
    before = len(post.letters_to(patron.email))
    staff = window("Manager")
    write(staff, patron.customer_id, "Kanarienvogel", "The Kanarienvogel sings on Monday.")
    post.waits_for(lambda: len(post.letters_to(patron.email)) > before, "the letter arrives")
    post.waits_for(lambda: post.texts_to("+12125550177"), "the text arrives")
    (letter,) = post.letters_to(patron.email)[before:]
    (words,) = post.texts_to("+12125550177")
    for told in (letter.as_string(), letter.get_content(), words):
        assert not re.search("Kanarienvogel|sings|Vane|Priscilla", told)
    assert "Reply STOP" in words
    assert link_in(letter) in words

    page = window(width=PHONE)
    page.goto(link_in(letter))
    page.wait_for_url(re.compile(r"/sign-in\?"))
    email, password = credentials_of("Patron")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/portal/messages")
    looked_at(page)
    page.get_by_role("button", name="Kanarienvogel").click()
    expect(page.locator(".talk__body", has_text="sings on Monday")).to_be_visible()
    looked_at(page)
    expect(staff.get_by_text("Read", exact=True)).to_be_visible()
    page.get_by_label("Write a reply").fill("Then I will listen.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(staff.locator(".talk__body", has_text="Then I will listen.")).to_be_visible()


def test_nobody_is_told_on_a_channel_they_did_not_agree_to(window: Window, post: Post, patron: Any):
    page = window("Patron", width=PHONE)
    agree(page, "E-mail", True)
    agree(page, "Text", False)
    letters, texts = len(post.letters_to(patron.email)), len(post.texts.texts)
    staff = window("Manager")
    write(staff, patron.customer_id, "By mail alone", "Only this once.")
    post.waits_for(lambda: len(post.letters_to(patron.email)) > letters, "the letter arrives")
    agree(page, "E-mail", False)
    write(staff, patron.customer_id, "Silently", "Not a word of it outside.")
    # What was wished for after it has come: nothing of the silent one is still on its way.
    later = new_address()
    asked(later)
    post.letter_to(later, "Confirm your e-mail address")
    assert len(post.letters_to(patron.email)) == letters + 1
    assert len(post.texts.texts) == texts
