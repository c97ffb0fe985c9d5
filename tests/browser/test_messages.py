"""Secure messages in several browsers at once: written here, read there, marked everywhere."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import text

from securecare.access.actor import Actor, Grant
from securecare.access.roles import Role
from securecare.foundation.db import owner_transaction, transaction
from securecare.messages import portal

pytestmark = pytest.mark.browser
Window = Callable[..., Page]
NUMBER = 1040
"""One of whom the demo has noted nothing but a name."""


@pytest.fixture(scope="module")
def customer(product) -> int:
    del product
    with owner_transaction() as session:
        query = text(
            "SELECT c.id FROM customer c JOIN organization o ON o.id = c.organization_id"
            " WHERE o.name LIKE 'Harbor%' AND c.number = :number"
        )
        return session.execute(query, {"number": NUMBER}).scalar_one()


@pytest.fixture(scope="module")
def as_customer(customer: int) -> Callable[..., Any]:
    """What the person themselves does, over whatever page of theirs."""
    with owner_transaction() as session:
        query = "SELECT organization_id FROM customer WHERE id = :id"
        organization = session.execute(text(query), {"id": customer}).scalar_one()
        query = "SELECT id FROM account WHERE email = 'patron@harborpine.example'"
        account = session.execute(text(query)).scalar_one()
    actor = Actor(account, organization, 0, "Themselves", (Grant(Role.PATRON),))

    def do(verb: Callable[..., Any], *given: Any) -> Any:
        with transaction(actor.scope) as session:
            return verb(session, actor, {customer}, *given)

    return do


def opened(window: Window, who: str, customer: int, **more: Any) -> Page:
    page = window(who, **more)
    page.goto(f"/customers/{customer}/messages")
    expect(page.get_by_text(f"No. {NUMBER}")).to_be_visible()
    return page


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def badge(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Main").locator(".nav__unread")


def started(page: Page, subject: str, words: str, *others: str) -> None:
    page.get_by_role("button", name="Start a conversation").first.click()
    form = dialog(page)
    form.get_by_label("Subject").fill(subject)
    form.get_by_label("Message").fill(words)
    for name in others:
        form.get_by_label(name).check()
    form.get_by_role("button", name="Send").click()
    expect(form).to_have_count(0)
    expect(page.get_by_role("heading", name=subject)).to_be_visible()


def messages(page: Page) -> Locator:
    return page.get_by_role("list", name="Messages, the latest last").locator(".talk__message")


def answer(page: Page, words: str) -> None:
    page.get_by_label("Write a message").fill(words)
    page.get_by_role("button", name="Send", exact=True).click()


def newest_thread(as_customer: Callable[..., Any]) -> Any:
    return as_customer(portal.threads_of_patron).rows[0]


def test_who_may_not_read_messages_has_neither_tab_nor_place(window: Window, customer: int):
    page = window("Scheduler")
    page.goto(f"/customers/{customer}")
    expect(page.get_by_text(f"No. {NUMBER}")).to_be_visible()
    expect(page.get_by_role("link", name="Messages")).to_have_count(0)
    for path in (f"/customers/{customer}/messages", "/messages"):
        page.goto(path)
        page.wait_for_url("**/no-access")


def test_two_of_the_staff_and_the_customer_write_at_once(
    window: Window, customer: int, as_customer: Callable[..., Any]
):
    here = opened(window, "Manager", customer)
    here.get_by_role("button", name="Start a conversation").first.click()
    dialog(here).get_by_role("button", name="Send").click()
    expect(dialog(here).get_by_text("Enter what it is about.")).to_be_visible()
    expect(dialog(here).get_by_text("Write something first.")).to_be_visible()
    dialog(here).get_by_role("button", name="Cancel").click()

    there = window("Administrator")
    there.goto("/messages")
    expect(there.get_by_role("table")).to_be_visible()
    before = int(badge(there).locator("span").first.inner_text()) if badge(there).count() else 0
    started(here, "A first word", "Good morning!", "Morgan Ellery")
    expect(badge(there)).to_contain_text(f"{before + 1} with something new")
    row = there.get_by_role("row", name="A first word")
    expect(row.get_by_text("1 unread")).to_be_visible()
    there.get_by_role("link", name="A first word").click()
    expect(messages(there)).to_have_count(1)
    if before:
        expect(badge(there)).to_contain_text(f"{before} with something new")
    else:
        expect(badge(there)).to_have_count(0)

    answer(there, "And from me.")
    expect(messages(here)).to_have_count(2)
    expect(messages(here).last).to_contain_text("And from me.")
    expect(there.get_by_label("Write a message")).to_have_value("")

    here.get_by_label("Write a message").fill("Not yet sent")
    thread = newest_thread(as_customer)
    assert (thread.subject, thread.unread) == ("A first word", 2)
    as_customer(portal.reply, thread.id, "Good morning to you both.", uuid.uuid4())
    for page in (here, there):
        expect(messages(page)).to_have_count(3)
        expect(messages(page).last).to_contain_text("Good morning to you both.")
    expect(here.get_by_label("Write a message")).to_have_value("Not yet sent")
    as_customer(portal.mark_read, thread.id, 2**62)
    for page in (here, there):
        expect(messages(page).nth(1).get_by_text("Read", exact=True)).to_be_visible()


def test_pressed_twice_it_is_sent_once(
    window: Window, customer: int, as_customer: Callable[..., Any]
):
    page = opened(window, "Manager", customer)
    started(page, "Only once", "One")
    page.get_by_label("Write a message").fill("Two")
    page.get_by_role("button", name="Send", exact=True).dblclick()
    expect(messages(page)).to_have_count(2)
    page.get_by_label("Write a message").fill("Three")
    page.get_by_label("Write a message").press("Control+Enter")
    expect(messages(page)).to_have_count(3)
    seen = as_customer(portal.thread_of_patron, newest_thread(as_customer).id)
    assert [each.body for each in seen.messages] == ["One", "Two", "Three"]
    answer(page, "  ")
    expect(page.get_by_text("Write something first.")).to_be_visible()


def test_documents_go_along_old_ones_and_new_ones(
    window: Window, customer: int, as_customer: Callable[..., Any]
):
    page = opened(window, "Manager", customer)
    page.goto(f"/customers/{customer}/documents")
    page.locator("input[data-vault]").set_input_files(
        {"name": "Plan.txt", "mimeType": "text/plain", "buffer": b"The plan"}
    )
    expect(page.get_by_role("table").get_by_text("Plan", exact=True)).to_be_visible()
    page.goto(f"/customers/{customer}/messages")
    started(page, "Something to read", "Attached soon")
    page.locator(".talk .attach__opens").click()
    page.get_by_label("Plan").check()
    page.locator(".talk input[data-vault]").set_input_files(
        [
            {"name": "New page.txt", "mimeType": "text/plain", "buffer": b"A new page"},
            {"name": "Mistaken.txt", "mimeType": "text/plain", "buffer": b"Not this one"},
            {"name": "page.html", "mimeType": "text/html", "buffer": b"<html><script></script>"},
        ]
    )
    on_the_way = page.locator(".talk").get_by_role("list", name="Uploads in progress")
    expect(on_the_way).to_contain_text("cannot be stored here")
    expect(on_the_way.get_by_text("goes along.")).to_have_count(2)
    page.get_by_role("button", name="Leave Mistaken.txt out").click()
    answer(page, "Here they are.")
    attached = messages(page).last.get_by_role("list", name="Attached").get_by_role("link")
    expect(attached).to_have_count(2)
    assert sorted(attached.all_inner_texts()) == ["New page.txt", "Plan.txt"]
    with page.expect_download() as saved:
        page.get_by_role("link", name="New page.txt").click()
    assert saved.value.path().read_bytes() == b"A new page"
    seen = as_customer(portal.thread_of_patron, newest_thread(as_customer).id)
    for file in seen.messages[-1].attachments:
        opening = as_customer(portal.open_attachment_of_patron, file.version_id)
        with opening.opened() as content:
            assert b"".join(content.chunks()) in (b"A new page", b"The plan")


def test_who_takes_part_and_whether_it_is_answered_is_set_later(
    window: Window, customer: int, as_customer: Callable[..., Any]
):
    page = opened(window, "Manager", customer)
    started(page, "Not for long", "Hello")
    page.get_by_role("button", name="Participants and replies").click()
    dialog(page).get_by_label("Until").fill("2020-01-01")
    dialog(page).get_by_role("button", name="Save").click()
    expect(dialog(page).get_by_text("This day is over.")).to_be_visible()
    dialog(page).get_by_label("Until").fill("2035-06-30")
    dialog(page).get_by_label("Morgan Ellery").check()
    dialog(page).get_by_role("button", name="Save").click()
    head = page.locator(".talk__head")
    expect(head).to_contain_text("Replies until Jun 30, 2035")
    expect(head).to_contain_text("With Morgan Ellery, Priscilla Vane")
    page.get_by_role("button", name="Participants and replies").click()
    expect(dialog(page).get_by_label("Until")).to_have_value("2035-06-30")
    dialog(page).get_by_label("Allow replies").uncheck()
    dialog(page).get_by_role("button", name="Save").click()
    expect(head).to_contain_text("No replies")
    thread = newest_thread(as_customer)
    with pytest.raises(Exception, match="Replies are turned off"):
        as_customer(portal.reply, thread.id, "But I want to", uuid.uuid4())


def test_on_a_phone_the_list_gives_way_to_what_is_opened(window: Window, customer: int):
    page = opened(window, "Manager", customer, width=375)
    started(page, "On the go", "Short")
    listed = page.get_by_role("list", name="Conversations, the newest first")
    expect(listed).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.get_by_role("button", name="All conversations").click()
    expect(listed).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    listed.get_by_role("button", name="On the go").click()
    expect(messages(page)).to_have_count(1)


def test_consent_to_alerts_by_e_mail_is_noted_beside_that_to_texts(window: Window):
    page = window("Manager")
    with owner_transaction() as session:
        query = text("SELECT id FROM customer WHERE email <> '' ORDER BY number OFFSET 30 LIMIT 1")
        somebody = session.execute(query).scalar_one()
    page.goto(f"/customers/{somebody}/texts")
    page.get_by_role("button", name="Alerts about new messages by e-mail: record consent").click()
    log = page.get_by_role("table", name="The log of consent")
    expect(log.get_by_role("cell", name="E-mail")).to_have_count(1)
    page.get_by_role("button", name="Alerts about new messages by e-mail: record opt-out").click()
    expect(log.get_by_role("cell", name="E-mail")).to_have_count(2)


def test_an_answer_outlives_a_lost_connection_and_the_conversation_stays_open(
    window: Window, customer: int
):
    subject = f"About the bus {uuid.uuid4().hex[:6]}"
    page = opened(window, "Manager", customer)
    started(page, subject, "It leaves at nine.")
    expect(page).to_have_url(re.compile(r"\?thread=\d+$"))
    page.get_by_label("Write a message").fill("No, at ten.")
    page.context.set_offline(True)
    expect(page.get_by_text("Not connected.")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("Not connected.")).to_be_hidden(timeout=30_000)
    expect(page.get_by_role("heading", name=subject)).to_be_visible()
    expect(page.get_by_label("Write a message")).to_have_value("No, at ten.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(messages(page).filter(has_text="No, at ten.")).to_have_count(1)
    page.reload()
    expect(messages(page).filter(has_text="No, at ten.")).to_have_count(1)
    page.go_back()
    expect(page.get_by_role("heading", name=subject)).to_have_count(0)
