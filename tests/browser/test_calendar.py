"""A customer's appointments and calendar in a browser, and what of others' doings is on it at once."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import text

from securecare.foundation.db import owner_transaction
from securecare.scheduling.models import Appointment

pytestmark = pytest.mark.browser
Window = Callable[..., Page]
NUMBER = 1041
"""One of whom the demo has noted nothing but a name and appointments."""
DAY = "2031-05-14"
"""A Wednesday on which nothing is booked yet."""


@pytest.fixture(scope="module")
def customer(product) -> tuple[int, int]:
    """Organization and customer."""
    del product
    with owner_transaction() as session:
        query = text(
            "SELECT c.organization_id, c.id FROM customer c JOIN organization o"
            " ON o.id = c.organization_id WHERE o.name LIKE 'Harbor%' AND c.number = :number"
        )
        organization_id, id_ = session.execute(query, {"number": NUMBER}).one()
        return organization_id, id_


@pytest.fixture(scope="module")
def record(customer: tuple[int, int]) -> str:
    return f"/customers/{customer[1]}"


def book(customer: tuple[int, int], hour: int, status: str = "booked") -> str:
    """An appointment on that Wednesday in New York; gives the name of its program."""
    organization_id, customer_id = customer
    starts_at = datetime(2031, 5, 14, hour + 4, tzinfo=UTC)
    ends_at = starts_at + timedelta(minutes=30)
    where = text(
        "SELECT f.id, p.id, s.id, p.name FROM facility f, program p, staff s"
        " WHERE f.organization_id = :id AND p.organization_id = :id AND s.organization_id = :id"
        " AND f.time_zone = 'America/New_York' ORDER BY f.id, p.id, s.id LIMIT 1"
    )
    with owner_transaction() as session:
        facility, program, staff, name = session.execute(where, {"id": organization_id}).one()
        session.add(
            Appointment(
                organization_id=organization_id,
                facility_id=facility,
                program_id=program,
                staff_id=staff,
                customer_id=customer_id,
                starts_at=starts_at,
                ends_at=ends_at,
                occupied_from=starts_at,
                occupied_to=ends_at,
                local_day=starts_at.date(),
                status=status,
            )
        )
    return name


def opened(window: Window, who: str, path: str, **more: object) -> Page:
    page = window(who, **more)
    page.goto(path)
    expect(page.get_by_text(f"No. {NUMBER}")).to_be_visible()
    return page


def view(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation", name="View").get_by_role("link", name=name)


def test_views_and_days_are_in_the_address_and_the_way_back_works(window: Window, record: str):
    page = opened(window, "Manager", f"{record}/calendar?day={DAY}")
    title = page.locator(".calendar__title")
    expect(title).to_have_text("May 2031")
    view(page, "Week").click()
    expect(title).to_have_text("May 12 – 18, 2031")
    expect(view(page, "Week")).to_have_attribute("aria-current", "true")
    page.wait_for_url(re.compile(rf"view=week&day={DAY}"))
    page.get_by_role("link", name="Later").click()
    expect(title).to_have_text("May 19 – 25, 2031")
    page.get_by_role("link", name="Wednesday, May 21", exact=True).click()
    expect(title).to_have_text("Wednesday, May 21, 2031")
    page.get_by_role("link", name="Earlier").click()
    expect(title).to_have_text("Tuesday, May 20, 2031")
    page.go_back()
    expect(title).to_have_text("Wednesday, May 21, 2031")
    page.go_back()
    expect(title).to_have_text("May 19 – 25, 2031")
    page.go_forward()
    expect(title).to_have_text("Wednesday, May 21, 2031")
    page.reload()
    expect(title).to_have_text("Wednesday, May 21, 2031")
    page.get_by_role("link", name="Today", exact=True).click()
    expect(page.locator(".calendar__day[data-today=true]")).to_have_count(1)


def test_what_is_booked_and_what_somebody_notes_is_there_at_once(
    window: Window, record: str, customer: tuple[int, int]
):
    here = opened(window, "Manager", f"{record}/calendar?view=day&day={DAY}")
    expect(here.get_by_text("Nothing in this period.")).to_be_visible()
    program = book(customer, 9)
    booked = here.get_by_role("listitem").filter(has_text=program).last
    expect(booked).to_contain_text("9:00 – 9:30 AM")
    expect(booked).to_contain_text("Booked")
    there = opened(window, "Administrator", f"{record}/absence")
    there.get_by_role("button", name="Add absence").first.click()
    form = there.get_by_role("dialog")
    form.locator("[name=from_day]").fill(DAY)
    form.locator("[name=to_day]").fill(DAY)
    form.locator("[name=from_time]").fill("08:00")
    form.locator("[name=to_time]").fill("12:00")
    form.get_by_label("Reason").select_option("medical")
    form.get_by_role("button", name="Save").click()
    expect(here.get_by_text("Authorized absence")).to_be_visible()
    here.get_by_role("button", name="Absences").click()
    expect(here.get_by_text("Authorized absence")).to_have_count(0)
    expect(here.get_by_role("button", name="Absences")).to_have_attribute("aria-pressed", "false")
    here.get_by_role("button", name="Absences").click()
    expect(here.get_by_text("Authorized absence")).to_be_visible()


def test_what_was_missed_during_it_counts_as_absence_until_it_is_withdrawn(
    window: Window, record: str, customer: tuple[int, int]
):
    book(customer, 11, "no_show")
    here = opened(window, "Manager", f"{record}/appointments")
    row = here.get_by_role("listitem").filter(has_text="2031").filter(has_text="11:00 AM")
    expect(row).to_contain_text("Absence")
    there = opened(window, "Administrator", f"{record}/absence")
    there.get_by_role("button", name="Withdraw absence").first.click()
    there.get_by_role("button", name="Withdraw absence").click()
    expect(row).to_contain_text("No-show")
    expect(row).not_to_contain_text("Absence")
    here.get_by_label("Status").select_option("no_show")
    expect(here.get_by_role("list", name="To come").get_by_role("listitem")).to_have_count(1)
    here.get_by_label("Status").select_option("")
    expect(here.get_by_role("list", name="To come").get_by_role("listitem")).not_to_have_count(1)


def test_from_the_record_to_the_schedule_and_the_form_for_this_person(window: Window, record: str):
    page = opened(window, "Manager", f"{record}/appointments")
    name = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="Wed, May 14, 2031").first.click()
    page.wait_for_url(re.compile("/schedule"))
    expect(page.locator(".appointment")).to_contain_text(name)
    expect(page.locator(".appointment")).to_contain_text("Wednesday, May 14, 2031")
    page.goto(f"{record}/appointments")
    page.get_by_role("link", name="Book an appointment").click()
    expect(page.locator("#booking-form")).to_contain_text(name)


def test_on_a_phone_it_is_a_list_of_days_on_which_something_is(window: Window, record: str):
    page = opened(window, "Manager", f"{record}/calendar?day={DAY}", width=375)
    expect(page.locator(".calendar__day:visible")).to_have_count(1)
    expect(page.locator(".calendar__day:visible")).to_contain_text("Wed")
    current = page.get_by_role("navigation", name="Parts of the record").locator(
        "[aria-current=page]"
    )
    expect(current).to_have_text("Calendar")
    expect(current).to_be_in_viewport(ratio=0.95)
    page.goto(f"{record}/texts")
    expect(current).to_have_text("Texts")
    expect(current).to_be_in_viewport(ratio=0.95)
