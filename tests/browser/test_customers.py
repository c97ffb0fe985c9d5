"""The list of customers in a browser, and in two at once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

Window = Callable[..., Page]


def opened(window: Window, who: str, path: str = "/customers", **more: object) -> Page:
    page = window(who, **more)
    page.goto(path)
    expect(page.locator("h1")).to_have_text("Clients")
    return page


def people(page: Page) -> Locator:
    return page.get_by_role("table").locator(".row-link")


def search(page: Page, text: str) -> None:
    page.get_by_role("searchbox", name="Search clients").fill(text)


def fill(page: Page, **fields: str) -> None:
    for label, value in fields.items():
        page.get_by_label(label.replace("_", " ").capitalize()).fill(value)


def test_the_list_is_turned_page_by_page_and_back(window: Window) -> None:
    page = opened(window, "Administrator")
    expect(people(page)).to_have_count(50)
    first = people(page).all_inner_texts()
    page.get_by_role("button", name="Next page").click()
    expect(page.get_by_text("Page 2")).to_be_visible()
    assert not set(first) & set(people(page).all_inner_texts())
    page.get_by_role("button", name="Previous page").click()
    expect(page.get_by_text("Page 1")).to_be_visible()
    assert people(page).all_inner_texts() == first
    expect(page.get_by_role("button", name="Previous page")).to_be_disabled()


def test_somebody_new_is_at_once_on_the_list_of_a_colleague(window: Window) -> None:
    here, there = opened(window, "Administrator"), opened(window, "Scheduler")
    search(there, "Aaldrik")
    expect(there.get_by_text("No matches for “Aaldrik”")).to_be_visible()
    here.get_by_role("button", name="Add a client").click()
    fill(here, given_name="Aaldrik", family_name="Zonneveld", phone="212 555 0155")
    here.get_by_role("button", name="Save").click()
    expect(here.get_by_text("Aaldrik Zonneveld added as No.")).to_be_visible()
    expect(people(there)).to_have_text(["Aaldrik Zonneveld"])
    expect(there.get_by_text("(212) 555-0155")).to_be_visible()


def test_complaints_stand_beside_their_fields_and_what_was_typed_stays(window: Window) -> None:
    page = opened(window, "Scheduler", "/customers?new=1")
    fill(page, given_name="Nobody", phone="12", birth_date="1700-01-01")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Enter a family name.")).to_be_visible()
    expect(page.get_by_text("This is not a complete phone number.")).to_be_visible()
    expect(page.get_by_label("Given name")).to_have_value("Nobody")
    expect(page.get_by_label("Given name")).not_to_have_attribute("aria-invalid", "true")


def test_a_name_on_the_list_opens_the_record(window: Window) -> None:
    page = opened(window, "Auditor")
    expect(page.get_by_role("button", name="Add a client")).to_have_count(0)
    name = people(page).first.inner_text()
    people(page).first.click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    expect(page.get_by_text("Birth date")).to_be_visible()


def test_the_palette_opens_the_record_of_who_was_found(window: Window) -> None:
    page = opened(window, "Scheduler")
    name = people(page).first.inner_text()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill(name)
    page.get_by_role("option").filter(has_text=name).first.click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def test_what_is_corrected_after_the_warning_is_what_is_saved(window: Window) -> None:
    page = opened(window, "Scheduler")
    name = people(page).first.inner_text()
    given, _, family = name.partition(" ")
    page.get_by_role("button", name="Add a client").click()
    fill(page, given_name=given, family_name=family)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Nothing is saved yet")).to_be_visible()
    fill(page, phone="212 555 0198")
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_role("button", name=name)).to_be_visible()
    fill(page, phone="212 555 0199")
    page.get_by_role("button", name="Add a different person").click()
    expect(page.get_by_text(f"{name} added as No.")).to_be_visible()
    search(page, name)
    expect(page.get_by_text("(212) 555-0199")).to_be_visible()


def test_who_is_shown_for_the_first_time_is_asked_about_first(window: Window) -> None:
    page = opened(window, "Scheduler")
    one, other = (people(page).nth(n).inner_text() for n in (4, 5))
    page.get_by_role("button", name="Add a client").click()
    for name in (one, other):
        given, _, family = name.partition(" ")
        fill(page, given_name=given, family_name=family)
        if name == one:
            page.get_by_role("button", name="Save", exact=True).click()
        else:
            page.get_by_role("button", name="Add a different person").click()
        expect(page.get_by_role("button", name=name)).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("added as No.")).to_have_count(0)
