"""Pairs that may be one person's, in browsers: compared, told apart, taken back, live."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from securecare.jobs import alike
from tests.support.settling import settle

pytestmark = pytest.mark.browser
Window = Callable[..., Page]
PHONE = 375


def opened(window: Window, who: str = "Manager", **more: object) -> Page:
    page = window(who, **more)
    page.goto("/customers/duplicates")
    expect(page.locator("h1")).to_have_text("Likely duplicates")
    return page


def pairs(page: Page) -> Locator:
    return page.locator(".pairs__pair")


def test_the_list_is_reached_from_the_customers_page_and_the_palette(window: Window):
    page = window("Manager")
    page.goto("/customers")
    page.get_by_role("link", name="Likely duplicates").click()
    expect(pairs(page)).to_have_count(3)
    expect(pairs(page).first).to_contain_text("Similar name, same birth date, same phone")
    expect(pairs(page).first).to_contain_text("No. 1031")
    expect(pairs(page).first).to_contain_text("No. 1032")
    page.goto("/schedule")
    settle(page)
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("duplicates")
    page.get_by_role("option", name="Likely duplicates").click()
    expect(page.locator("h1")).to_have_text("Likely duplicates")


def test_who_may_not_merge_is_not_led_there(window: Window):
    page = window("Scheduler")
    page.goto("/customers")
    expect(page.get_by_role("button", name="Add a client")).to_be_visible()
    expect(page.get_by_role("link", name="Likely duplicates")).to_have_count(0)
    page.goto("/customers/duplicates")
    page.wait_for_url("**/no-access**")


def test_two_are_told_apart_on_a_phone_seen_by_a_colleague_and_taken_back(window: Window):
    colleague, phone = opened(window, "Administrator"), opened(window, width=PHONE)
    expect(pairs(colleague)).to_have_count(3)
    pairs(phone).filter(has_text="No. 1033").get_by_role(
        "button", name=re.compile("^Not the same person")
    ).click()
    expect(pairs(phone)).to_have_count(2)
    expect(pairs(colleague)).to_have_count(2)
    colleague.get_by_role("tab", name="Not the same person").click()
    told = pairs(colleague).filter(has_text="No. 1033")
    expect(told).to_contain_text("marked them as two people")
    told.get_by_role("button", name=re.compile("^Undo")).click()
    expect(told).to_have_count(0)
    expect(pairs(phone)).to_have_count(3)


def test_two_are_compared_and_told_apart_where_they_stand_side_by_side(window: Window):
    page = opened(window)
    pair = pairs(page).filter(has_text="No. 1035")
    pair.get_by_role("link", name=re.compile("^Compare")).click()
    page.wait_for_url("**/merge?with=*")
    page.get_by_role("button", name="Not the same person", exact=True).click()
    page.wait_for_url("**/customers/duplicates")
    expect(pairs(page)).to_have_count(2)
    page.get_by_role("tab", name="Not the same person").click()
    told = pairs(page).filter(has_text="No. 1035")
    told.get_by_role("link", name=re.compile("^Hassan H")).click()
    page.wait_for_url(re.compile(r"/customers/\d+$"))
    page.goto(f"{page.url}/merge")
    expect(page.get_by_text("No likely matches")).to_be_visible()


def test_somebody_noted_twice_is_listed_once_the_job_has_looked(window: Window):
    page, scheduler = opened(window), window("Scheduler")
    before = pairs(page).count()
    scheduler.goto("/customers?new=1")
    scheduler.get_by_label("Given name").fill("Genevieve")
    scheduler.get_by_label("Family name").fill("Munoz")
    scheduler.get_by_role("button", name="Save", exact=True).click()
    scheduler.get_by_role("button", name=re.compile("different person")).click()
    expect(scheduler.get_by_text("added as No.")).to_be_visible()
    alike.find_duplicates()
    expect(pairs(page)).to_have_count(before + 1)
    expect(pairs(page).last).to_contain_text("Same name")
