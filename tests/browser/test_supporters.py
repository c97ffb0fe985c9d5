"""Somebody asks on a phone to be a volunteer; staff answer, change and end it; both see it live."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from securecare.access import passwords
from securecare.foundation import clock
from securecare.foundation.days import short_day
from securecare.foundation.db import owner_transaction

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
Window = Callable[..., Page]
PASSWORD = "seven quiet herons wade"
Person = tuple[int, str]


def person(given: str) -> Person:
    """Somebody with an account of their own and a whole profile, known nowhere yet; gives the
    patron's id and the address."""
    email = f"{given}.tallow@example.net".lower()
    with owner_transaction() as session:
        account = session.execute(
            text(
                "INSERT INTO account (email, email_key, name, password_hash)"
                " VALUES (:email, :email, :name, :password) RETURNING id"
            ),
            {
                "email": email,
                "name": f"{given} Tallow",
                "password": passwords.hashed(PASSWORD),
            },
        ).scalar_one()
        patron = session.execute(
            text(
                "INSERT INTO patron (account_id, given_name, family_name, born_on, phone, email,"
                " street, city, region, postal_code, country, time_zone, preferred_name, pronouns,"
                " gender, ethnicity, language, needs_interpreter, version)"
                " VALUES (:id, :given, 'Tallow', '1991-05-06', '+12125550186', :email, '3 Quay',"
                " 'New York', 'NY', '10004', 'US', 'America/New_York', '', '', '', '', '', false, 1)"
                " RETURNING id"
            ),
            {"id": account, "email": email, "given": given},
        ).scalar_one()
    return patron, email


def volunteering(patron_id: int) -> None:
    """The person is a volunteer of the demo's organization."""
    with owner_transaction() as session:
        session.execute(
            text(
                "INSERT INTO patron_link (organization_id, patron_id, status, volunteer_since)"
                " SELECT id, :patron, 'known', '2026-01-05' FROM organization"
                " WHERE name LIKE 'Harbor%'"
            ),
            {"patron": patron_id},
        )


def portal(window: Window, email: str) -> Page:
    phone = window(width=375)
    answer = phone.request.post("/auth/login", form={"email": email, "password": PASSWORD})
    assert answer.ok
    phone.goto("/portal/organizations")
    return phone


def test_a_wish_becomes_a_connection_that_both_sides_see_live(window: Window):
    _, email = person("Wren")
    phone, manager = portal(window, email), window("Manager")
    manager.goto("/customers/requests")
    expect(phone.get_by_text(re.compile("connected"))).to_be_visible()
    phone.get_by_role("button", name=re.compile("^Connect")).first.click()
    form = phone.get_by_role("dialog")
    form.get_by_role("textbox").fill("Harbor & Pine Community Care")
    send = form.locator("button[type=submit]")
    send.click()
    expect(form.get_by_text("Choose what fits")).to_be_visible()
    form.get_by_label("I volunteer").check()
    form.get_by_label("I donate").check()
    send.click()
    expect(form).to_have_count(0)

    row = manager.get_by_role("row", name="Wren Tallow")
    expect(row.get_by_text("I volunteer and donate")).to_be_visible()
    row.get_by_role("button", name="Answer Wren Tallow").click()
    answer = manager.get_by_role("dialog")
    expect(answer.get_by_label("Volunteer")).to_be_checked()
    answer.get_by_label("Donor").uncheck()
    answer.get_by_label("Volunteer").uncheck()
    without = answer.get_by_role("button", name="Without a record")
    expect(without).to_be_disabled()
    answer.get_by_label("Volunteer").check()
    without.click()
    expect(row).to_have_count(0)
    expect(phone.get_by_text("Volunteer since")).to_be_visible()
    expect(phone.get_by_text("donor since")).to_have_count(0)


def test_staff_find_them_change_what_they_are_and_end_it_with_a_reason(window: Window):
    patron_id, email = person("Lark")
    volunteering(patron_id)
    phone, manager = portal(window, email), window("Manager")
    expect(phone.get_by_text("Volunteer since Jan 5, 2026")).to_be_visible()
    manager.goto("/customers/supporters")
    manager.get_by_label("Search donors and volunteers").fill("tal lar")
    one = manager.get_by_role("row", name="Lark Tallow")
    expect(one.get_by_text("(212) 555-0186")).to_be_visible()
    expect(manager.get_by_role("row")).to_have_count(2)
    manager.get_by_role("radio", name="Donors").click()
    expect(manager.get_by_text("No matches for")).to_be_visible()
    manager.get_by_role("radio", name="All").click()
    one.get_by_role("button", name="Lark Tallow").click()
    form = manager.get_by_role("dialog")
    form.get_by_label("Donor", exact=True).check()
    form.get_by_label("Donor since").fill((clock.now().date() + timedelta(days=40)).isoformat())
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("This day lies in the future")).to_be_visible()
    form.get_by_label("Donor since").fill("2026-02-03")
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    expect(phone.get_by_text(f"donor since {short_day(date(2026, 2, 3))}")).to_be_visible()

    one.get_by_role("button", name="Lark Tallow").click()
    form.get_by_label("Donor", exact=True).uncheck()
    form.get_by_label("Volunteer", exact=True).uncheck()
    form.get_by_role("button", name="Save").click()
    why = manager.get_by_role("dialog").filter(has_text="End the connection with Lark Tallow?")
    why.get_by_role("button", name="End the connection").click()
    expect(why.get_by_text("Enter a reason")).to_be_visible()
    why.get_by_label("Why does it end?").fill("Moved to another city")
    why.get_by_role("button", name="End the connection").click()
    expect(manager.get_by_text("No matches for")).to_be_visible()
    expect(phone.get_by_text("Volunteer since")).to_have_count(0)


def test_a_client_who_volunteers_is_on_the_list_and_leads_to_the_record(window: Window):
    manager, phone = window("Manager"), window("Patron", width=375)
    phone.goto("/portal/organizations")
    expect(phone.get_by_text("Client since")).to_be_visible()
    manager.goto("/customers/supporters")
    manager.get_by_role("link", name="Open the record of Josephine Adler").click()
    manager.wait_for_url("**/customers/3")
    manager.goto("/customers/3/patron")
    card = manager.locator(".card", has_text="Volunteer and donor")
    card.get_by_role("button", name="Change").click()
    form = manager.get_by_role("dialog")
    form.get_by_label("Volunteer", exact=True).uncheck()
    form.get_by_label("Donor", exact=True).check()
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    expect(phone.get_by_text("donor since")).to_be_visible()
    expect(phone.get_by_text("volunteer since")).to_have_count(0)
