"""The pages to configure, with two people at them."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.support.settling import settle

pytestmark = pytest.mark.browser

Window = Callable[..., Page]


def opened(window: Window, path: str, **more: object) -> Page:
    page = window("Administrator", **more)
    page.goto(path)
    settle(page)
    return page


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def test_a_new_facility_appears_in_another_browser_without_a_reload(window: Window) -> None:
    mine, theirs = opened(window, "/facilities"), opened(window, "/facilities")
    mine.get_by_role("button", name="Add a facility").click()
    save(mine)
    expect(mine.get_by_text("Enter a name.")).to_be_visible()
    mine.get_by_label("Name", exact=True).fill("Lighthouse")
    mine.get_by_label("Time zone").fill("honolulu")
    mine.locator(".pick-list__option").first.click()
    save(mine)
    expect(theirs.get_by_role("button", name="Lighthouse", exact=True)).to_be_visible()


def test_the_second_of_two_people_chooses_between_both_versions(window: Window) -> None:
    mine, theirs = opened(window, "/staff"), opened(window, "/staff")
    for page, title in ((theirs, "Lead nurse"), (mine, "Head nurse")):
        page.locator(".row-link").first.click()
        page.get_by_label("Title").fill(title)
    save(theirs)
    expect(theirs.get_by_role("dialog")).to_have_count(0)
    save(mine)
    versions = mine.locator(".both-versions")
    expect(versions).to_contain_text("Lead nurse")
    expect(versions).to_contain_text("Head nurse")
    expect(mine.get_by_label("Title")).to_have_value("Head nurse")
    mine.get_by_role("button", name="Save mine").click()
    expect(theirs.get_by_role("table")).to_contain_text("Head nurse")
    expect(theirs.get_by_role("table")).not_to_contain_text("Lead nurse")


def test_a_shorter_shift_asks_before_it_strands_and_says_what_waits(window: Window) -> None:
    page = opened(window, "/staff/hours")
    page.locator(".week__shift").first.click()
    page.get_by_role("button", name="Remove this break").first.click()
    expect(page.get_by_role("button", name="Remove this break")).to_have_count(0)
    page.get_by_label("Ends", exact=True).fill("09:00")
    save(page)
    expect(page.get_by_text("would lie outside working hours")).to_be_visible()
    page.get_by_role("button", name="Go ahead anyway").click()
    expect(page.get_by_text("wait for reassignment")).to_be_visible()
    expect(page.locator(".week__shift").first).to_contain_text("9:00 AM")


def test_a_day_off_is_added_and_removed(window: Window) -> None:
    page = opened(window, "/staff/hours")
    page.get_by_role("button", name="Add days").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("First day").fill(f"{date.today().year + 1}-12-31")  # noqa: DTZ011
    dialog.get_by_label("Reason").fill("Moving house")
    save(page)
    row = page.locator(".day-list__item", has_text="Moving house")
    expect(row).to_contain_text("Day off")
    row.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Remove it").click()
    expect(row).to_have_count(0)


def test_the_organizations_words_reach_an_open_page(window: Window) -> None:
    mine, theirs = opened(window, "/organization"), opened(window, "/organization")
    mine.get_by_label("You say for one").fill("neighbor")
    mine.get_by_label("And for several").fill("neighbors")
    mine.get_by_role("button", name="Save changes").click()
    expect(theirs.get_by_label("You say for one")).to_have_value("neighbor")


def test_a_program_with_numbers_out_of_bounds_is_not_saved_and_nothing_is_lost(
    window: Window,
) -> None:
    page = opened(window, "/programs")
    page.locator(".row-link").first.click()
    page.get_by_label("Duration").fill("2")
    page.get_by_label("Short name").fill("Kept")
    save(page)
    expect(page.get_by_text("Choose between 5 and 1,440 minutes.")).to_be_visible()
    expect(page.get_by_label("Short name")).to_have_value("Kept")


def test_the_second_of_two_people_who_change_a_day_off_chooses(window: Window) -> None:
    mine, theirs = opened(window, "/staff/hours"), opened(window, "/staff/hours")
    mine.get_by_role("button", name="Add days").first.click()
    mine.get_by_label("First day").fill(f"{date.today().year + 1}-11-03")  # noqa: DTZ011
    mine.get_by_label("Reason").fill("A course")
    save(mine)
    for page, reason in ((theirs, "A longer course"), (mine, "A short course")):
        row = page.locator(".day-list__item", has_text="A course")
        row.get_by_role("button", name="Change").click()
        expect(page.get_by_label("Reason")).to_have_value("A course")
        page.get_by_label("Reason").fill(reason)
    save(theirs)
    expect(theirs.get_by_role("dialog")).to_have_count(0)
    save(mine)
    expect(mine.locator(".both-versions")).to_contain_text("A longer course")
    mine.get_by_role("button", name="Take theirs").click()
    expect(mine.get_by_label("Reason")).to_have_value("A longer course")


def test_closed_days_are_made_longer(window: Window) -> None:
    page = opened(window, "/facilities/closed-days")
    year = date.today().year + 1  # noqa: DTZ011
    page.get_by_role("button", name="Add closed days").first.click()
    page.get_by_label("First day").fill(f"{year}-12-24")
    page.get_by_label("Reason").fill("Winter feast")
    page.get_by_role("button", name="Close on these days").click()
    row = page.locator(".day-list__item", has_text="Winter feast")
    row.get_by_role("button", name="Change").click()
    page.get_by_label("Last day").fill(f"{year}-12-26")
    save(page)
    expect(row).to_contain_text("Closed for 3 days")


def test_a_kind_of_document_is_kept_as_long_as_was_said_and_seen_elsewhere(window: Window) -> None:
    mine, theirs = opened(window, "/document-kinds"), opened(window, "/document-kinds")
    mine.get_by_role("button", name="Add a kind").click()
    form = mine.get_by_role("dialog")
    form.get_by_label("Kept for").fill("500")
    save(mine)
    expect(form.get_by_text("Enter a name.")).to_be_visible()
    expect(form.get_by_text(re.compile("Choose between 0 and"))).to_be_visible()
    form.get_by_label("Name", exact=True).fill("Court order")
    form.get_by_label("Kept for").fill("10")
    save(mine)
    expect(form).to_have_count(0)
    row = theirs.get_by_role("row").filter(has_text="Court order")
    expect(row).to_contain_text("10 years")
    row.get_by_role("button", name="More about Court order").click()
    theirs.get_by_role("menuitem", name="Offer it no more").click()
    expect(mine.get_by_role("row").filter(has_text="Court order")).to_contain_text("Inactive")
