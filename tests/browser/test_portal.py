"""Staff at a desk and the person with a phone, each seeing at once what the other does."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from securecare.foundation.db import owner_transaction

pytestmark = pytest.mark.browser
Window = Callable[..., Page]


@pytest.fixture
def customer(product) -> Iterator[int]:
    """The record of the demo's patron, as it was again afterwards."""
    del product
    kept = "SELECT city FROM patron WHERE account_id = :id"
    with owner_transaction() as session:
        row = session.execute(
            text(
                "SELECT l.customer_id, p.account_id FROM patron_link l JOIN patron p"
                " ON p.id = l.patron_id JOIN account a ON a.id = p.account_id"
                " WHERE a.email = 'patron@harborpine.example' AND l.status = 'linked'"
            )
        ).one()
        city = session.execute(text(kept), {"id": row.account_id}).scalar_one()
    yield row.customer_id
    with owner_transaction() as session:
        session.execute(
            text("UPDATE patron SET city = :city WHERE account_id = :id"),
            {"city": city, "id": row.account_id},
        )


def phone(window: Window, path: str) -> Page:
    page = window("Patron", width=375)
    page.goto(path)
    return page


def test_both_sides_of_a_conversation_are_live(window: Window, customer: int):
    staff, patron = window("Manager"), phone(window, "/portal/messages")
    expect(patron.get_by_role("heading", name="Messages", exact=True)).to_be_visible()
    staff.goto(f"/customers/{customer}/messages")
    staff.get_by_role("button", name="Start a conversation").first.click()
    form = staff.get_by_role("dialog")
    form.get_by_label("Subject").fill("The bus on Monday")
    form.get_by_label("Message").fill("It leaves at nine.")
    form.get_by_role("button", name="Send").click()
    expect(form).to_have_count(0)

    row = patron.locator(".talks__one", has_text="The bus on Monday")
    expect(row.get_by_text("unread")).to_be_attached()
    row.click()
    expect(patron.locator(".talk__body", has_text="It leaves at nine.")).to_be_visible()
    expect(staff.get_by_text("Read", exact=True)).to_be_visible()
    patron.get_by_label("Write a reply").fill("I shall be there.")
    patron.get_by_role("button", name="Send", exact=True).click()
    expect(staff.locator(".talk__body", has_text="I shall be there.")).to_be_visible()
    staff.get_by_label("Write a message").fill("Good.")
    staff.get_by_role("button", name="Send", exact=True).click()
    expect(patron.locator(".talk__body", has_text=re.compile("^Good"))).to_be_visible()
    patron.get_by_role("button", name="All conversations").click()
    expect(row.get_by_text("unread")).to_have_count(0)


def test_a_reply_outlives_a_lost_connection_and_back_leads_to_the_list(
    window: Window, customer: int
):
    del customer
    patron = phone(window, "/portal/messages")
    patron.get_by_role("button", name="Papers for the housing application").click()
    patron.get_by_label("Write a reply").fill("I am on the bus")
    patron.context.set_offline(True)
    expect(patron.get_by_text("Not connected.")).to_be_visible()
    patron.context.set_offline(False)
    expect(patron.get_by_text("Not connected.")).to_be_hidden(timeout=30_000)
    expect(patron.get_by_label("Write a reply")).to_have_value("I am on the bus")
    patron.reload()
    expect(patron.get_by_role("heading", name="Papers for the housing")).to_be_visible()
    patron.go_back()
    expect(patron.get_by_role("list", name="Conversations, the newest first")).to_be_visible()


def test_what_the_person_changes_stands_in_the_open_record(window: Window, customer: int):
    staff, patron = window("Manager"), phone(window, "/portal/profile")
    staff.goto(f"/customers/{customer}")
    expect(staff.get_by_text("They keep their own details up to date")).to_be_visible()
    patron.get_by_role("button", name="Edit").click()
    patron.get_by_label("City", exact=True).fill("Pawtucket")
    patron.get_by_role("button", name="Save").click()
    expect(patron.get_by_text("Pawtucket")).to_be_visible()
    expect(staff.get_by_text("Pawtucket")).to_be_visible()
    staff.goto(f"/customers/{customer}/patron")
    expect(staff.get_by_text("Pawtucket").first).to_be_visible()


def test_whom_to_call_and_what_may_be_sent_is_the_persons_own_word(window: Window, customer: int):
    staff, patron = window("Manager"), phone(window, "/portal/reaching")
    staff.goto(f"/customers/{customer}/people")
    patron.get_by_role("button", name="emergency contact").click()
    form = patron.get_by_role("dialog")
    form.get_by_label("Name").fill("Ines Adler")
    form.get_by_label("Phone").fill("")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("Enter the number to call")).to_be_visible()
    form.get_by_label("Phone").fill("(212) 555-0166")
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    expect(staff.get_by_text("Ines Adler")).to_be_visible()

    staff.goto(f"/customers/{customer}/texts")
    expect(staff.get_by_role("table")).to_be_visible()
    wanted = patron.get_by_role("switch", name="Payment notices: E-mail")
    was = wanted.is_checked()
    wanted.click()
    expect(wanted).to_be_checked(checked=not was)
    expect(staff.get_by_text("In the portal").first).to_be_visible()


def test_staff_have_no_portal_and_a_patron_no_desk(window: Window):
    staff, patron = window("Manager"), phone(window, "/customers")
    patron.wait_for_url("**/portal")
    staff.goto("/portal/messages")
    staff.wait_for_url(re.compile("/no-access"))
