"""From a record to a person's own account, and two records that become one, in browsers."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from securecare.foundation.db import owner_transaction
from securecare.notices import sending
from securecare.settings import settings
from tests.support.mail_server import running_mail_server

pytestmark = pytest.mark.browser
Window = Callable[..., Page]
NUMBER = 1040
PHONE = 375


def customer(number: int) -> int:
    with owner_transaction() as session:
        query = text(
            "SELECT c.id FROM customer c JOIN organization o ON o.id = c.organization_id"
            " WHERE o.name LIKE 'Harbor%' AND c.number = :number"
        )
        return session.execute(query, {"number": number}).scalar_one()


def owned(statement: str, **values: object) -> None:
    with owner_transaction() as session:
        session.execute(text(statement), values)


def letter_to(address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The link in the letter that a mail server on this machine received."""
    with running_mail_server() as server:
        monkeypatch.setenv("SECURECARE_MAIL_URL", f"smtp://127.0.0.1:{server.port}")
        monkeypatch.setenv("SECURECARE_MAIL_FROM", "Harbor & Pine <care@example.org>")
        settings.cache_clear()
        sending.send_due()
        monkeypatch.undo()
        settings.cache_clear()
        (letter,) = [
            each
            for each, to in zip(server.letters, server.recipients, strict=True)
            if to == address
        ]
    found = re.search(r"http://\S+", letter.get_content())
    assert found is not None
    return found[0]


def test_an_invitation_is_claimed_on_a_phone_and_staff_see_what_changes(
    window: Window, monkeypatch: pytest.MonkeyPatch
):
    record = f"/customers/{customer(NUMBER)}"
    owned("UPDATE customer SET born_on = '1984-03-07' WHERE number = :n", n=NUMBER)
    manager = window("Manager")
    manager.goto(f"{record}/patron")
    manager.get_by_role("button", name="Create account").click()
    dialog = manager.get_by_role("dialog")
    dialog.get_by_label("E-mail").fill("cleo.claims@example.org")
    dialog.get_by_role("button", name="Send invitation").click()
    expect(manager.get_by_text("Sent, not used yet")).to_be_visible()

    phone = window(width=PHONE)
    phone.goto(letter_to("cleo.claims@example.org", monkeypatch))
    phone.wait_for_url("**/portal/claim")
    expect(phone.get_by_role("heading", name="Harbor & Pine")).to_be_visible()
    phone.get_by_label("Date of birth").fill("1984-07-03")
    phone.get_by_label("Choose a password").fill("seven quiet herons wade")
    phone.get_by_role("button", name="Create my account").click()
    expect(phone.get_by_text("does not match the invitation")).to_be_visible()
    phone.get_by_label("Date of birth").fill("1984-03-07")
    phone.get_by_label("Choose a password").fill("seven quiet herons wade")
    phone.get_by_role("button", name="Create my account").click()
    phone.wait_for_url("**/portal")

    # On the staff's screen it shows by itself, and what the person changes comes in live.
    expect(manager.get_by_text("Claimed", exact=True)).to_be_visible()
    owned(
        "INSERT INTO patron_change (patron_id, account_id, changes)"
        ' SELECT id, account_id, \'{"city": ["", "Reno"]}\' FROM patron'
        " WHERE email = 'cleo.claims@example.org'"
    )
    owned("UPDATE patron SET city = 'Reno' WHERE email = 'cleo.claims@example.org'")
    expect(manager.get_by_role("cell", name="Reno")).to_be_visible()

    manager.goto(record)
    expect(manager.get_by_text("They keep their own details up to date")).to_be_visible()
    manager.get_by_role("button", name="Change", exact=True).click()
    form = manager.get_by_role("dialog")
    expect(form.get_by_label("Given name")).to_have_count(0)
    form.get_by_label("Staff note").fill("Prefers mornings")
    form.get_by_role("button", name="Save", exact=True).click()
    expect(manager.get_by_text("Prefers mornings")).to_be_visible()


def test_two_records_are_compared_and_become_one(window: Window):
    one, other = customer(1031), customer(1032)
    manager = window("Manager")
    manager.goto(f"/customers/{one}/merge")
    manager.get_by_role("button", name=re.compile("^Compare with")).first.click()
    manager.get_by_role("button", name="Merge the records").click()
    expect(manager.get_by_text("Confirm that you compared both")).to_be_visible()
    manager.get_by_label("I compared both").check()
    manager.get_by_role("button", name="Merge the records").click()
    manager.wait_for_url(f"**/customers/{one}")
    manager.goto(f"/customers/{other}/people")
    manager.wait_for_url(f"**/customers/{one}/people")
    expect(manager.get_by_text("No. 1031")).to_be_visible()


def test_somebody_who_asks_is_linked_with_their_record(window: Window):
    manager = window("Manager")
    manager.goto("/customers")
    manager.get_by_role("link", name="Answer").click()
    manager.get_by_role("button", name=re.compile("^Answer ")).first.click()
    manager.get_by_role("button", name=re.compile("this is them")).first.click()
    expect(manager.get_by_text("Nobody waits for an answer")).to_be_visible()


def test_likely_duplicates_are_shown_before_anybody_is_added(window: Window):
    with owner_transaction() as session:
        row = session.execute(
            text(
                "SELECT given_name, family_name, born_on FROM customer WHERE number = 1005 LIMIT 1"
            )
        ).one()
    scheduler = window("Scheduler")
    scheduler.goto("/customers?new=1")
    scheduler.get_by_label("Given name").fill(row.given_name + "h")
    scheduler.get_by_label("Family name").fill(row.family_name)
    scheduler.get_by_label("Birth date").fill((row.born_on or date(1980, 1, 1)).isoformat())
    scheduler.get_by_role("button", name="Save", exact=True).click()
    expect(scheduler.get_by_text("similar name, same birth date")).to_be_visible()
