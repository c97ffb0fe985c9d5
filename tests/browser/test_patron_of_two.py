"""One person in two organizations: their portal shows both, and neither staff learns of the other."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from securecare.foundation import clock
from securecare.foundation.db import owner_transaction
from tests.support.settling import settle

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
Window = Callable[..., Page]
HARBOR, MIRANTE = "Harbor & Pine Community Care", "Mirante"
PHONE = 375


def owned(statement: str, **values: object) -> Any:
    with owner_transaction() as session:
        done = session.execute(text(statement), values)
        return done.all() if done.returns_rows else []


def mirante() -> Any:
    return owned("SELECT id, name FROM organization WHERE name LIKE 'Mirante%'")[0]


def records() -> dict[str, int]:
    """The patron's record in each organization."""
    rows = owned(
        "SELECT o.name, l.customer_id FROM patron_link l JOIN organization o"
        " ON o.id = l.organization_id JOIN patron p ON p.id = l.patron_id"
        " JOIN account a ON a.id = p.account_id"
        " WHERE a.email = 'patron@harborpine.example' AND l.status = 'linked'"
    )
    return {row.name.split()[0]: row.customer_id for row in rows}


def an_appointment_at(organization_id: int, customer_id: int) -> None:
    """One that lies ahead, in a gap that nobody else has, with somebody who works there."""
    starts = (clock.now() + timedelta(days=200)).replace(minute=0, second=0, microsecond=0)
    owned(
        "UPDATE appointment SET customer_id = :customer, starts_at = :starts, ends_at = :ends,"
        " occupied_from = :starts, occupied_to = :ends, local_day = CAST(:starts AS date),"
        " status = 'booked'"
        " WHERE id = (SELECT min(id) FROM appointment WHERE organization_id = :organization)",
        customer=customer_id,
        organization=organization_id,
        starts=starts,
        ends=starts + timedelta(minutes=45),
    )


def started(staff: Page, customer_id: int, subject: str) -> None:
    staff.goto(f"/customers/{customer_id}/messages")
    staff.get_by_role("button", name="Start a conversation").first.click()
    form = staff.get_by_role("dialog")
    form.get_by_label("Subject").fill(subject)
    form.get_by_label("Message").fill("Please call us.")
    form.get_by_role("button", name="Send").click()
    expect(form).to_have_count(0)


def test_a_second_organization_is_asked_and_each_sees_its_own_alone(window: Window):
    there = mirante()
    page, staff_there = window("Patron", width=PHONE), window("Another organization")
    page.goto("/portal/organizations")
    settle(page)
    page.get_by_role("button", name="Connect", exact=True).click()
    page.get_by_label("Organization name or code").fill("Mirant")
    page.get_by_label("I receive services").check()
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_text("We can't find an organization")).to_be_visible()
    expect(page.get_by_label("Organization name or code")).to_have_value("Mirant")
    page.get_by_label("Organization name or code").fill(there.name.lower())
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_text("Waiting for an answer")).to_be_visible()

    staff_there.goto("/customers/requests")
    staff_there.get_by_role("button", name="Answer Josephine Adler").click()
    staff_there.get_by_role("button", name="Make a new record").click()
    expect(page.get_by_role("listitem").filter(has_text=" since ")).to_have_count(2)
    known = records()
    assert set(known) == {"Harbor", "Mirante"}

    # The person sees both, each thing with whose it is.
    an_appointment_at(there.id, known["Mirante"])
    page.goto("/portal/appointments")
    listed = page.locator("#tab-panel-coming .portal__whose")
    expect(listed.filter(has_text=HARBOR).first).to_be_visible()
    expect(listed.filter(has_text=MIRANTE)).to_have_count(1)
    started(staff_there, known["Mirante"], "A word from the garden")
    page.goto("/portal/messages")
    page.get_by_role("button", name="A word from the garden").click()
    expect(page.get_by_text("Please call us.")).to_be_visible()
    expect(page.locator(".talk__words")).to_contain_text(there.name)
    page.goto("/portal/reaching")
    expect(page.get_by_role("heading", name=HARBOR)).to_be_visible()
    expect(page.get_by_role("heading", name=there.name)).to_be_visible()

    _changes_their_city(page)
    _sees_nothing_of(staff_there, known["Mirante"], "Harbor|Pine Street|Quayside|Individual Couns")
    staff_here = window("Manager")
    _sees_nothing_of(staff_here, known["Harbor"], "Mirante|from the garden")
    # What is the other's is not even there by its address.
    for staff, customer in ((staff_here, known["Mirante"]), (staff_there, known["Harbor"])):
        staff.goto(f"/customers/{customer}")
        expect(staff.get_by_text("Josephine")).to_have_count(0)


def _changes_their_city(page: Page) -> None:
    page.goto("/portal/profile")
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("City", exact=True).fill("Pawtucket")
    page.get_by_label("Marital status").select_option("Widowed")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Pawtucket")).to_be_visible()


def _sees_nothing_of(staff: Page, customer_id: int, other: str) -> None:
    """Each page of the record, after what the person changed has come in."""
    staff.goto(f"/customers/{customer_id}")
    expect(staff.get_by_text("Pawtucket")).to_be_visible()
    expect(staff.get_by_text("Widowed")).to_be_visible()
    for tab in ("", "appointments", "calendar", "people", "documents", "messages", "calls"):
        staff.goto(f"/customers/{customer_id}/{tab}".rstrip("/"))
        _reads_nothing_of(staff, other)
    for tab in ("texts", "patron"):
        staff.goto(f"/customers/{customer_id}/{tab}")
        _reads_nothing_of(staff, other)


def _reads_nothing_of(staff: Page, other: str) -> None:
    staff.wait_for_load_state("networkidle")
    expect(staff.get_by_text(re.compile("Josephine")).first).to_be_visible()
    expect(staff.locator('[aria-busy="true"]')).to_have_count(0)
    main = staff.locator("main").inner_text()
    assert not re.search(other, main), re.search(f".*({other}).*", main)
