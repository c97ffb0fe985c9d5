"""Grants and reports in a browser: added live, grouped, filtered, and taken out as a file."""

import csv
import io
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.settling import settle

pytestmark = pytest.mark.browser
Window = Callable[..., Page]


def opened(window: Window, who: str, path: str) -> Page:
    page = window(who)
    page.goto(path)
    settle(page)
    return page


def test_a_grant_that_somebody_adds_appears_for_everybody(window: Window):
    auditor, manager = (opened(window, who, "/grants") for who in ("Auditor", "Manager"))
    expect(auditor.get_by_role("button", name="Add a grant")).to_have_count(0)
    manager.get_by_role("button", name="Add a grant").click()
    form = manager.get_by_role("dialog")
    form.get_by_label("Name", exact=True).fill("Blankets of the harbor")
    form.get_by_label("Amount").fill("12,500.50")
    form.get_by_label("First day").fill("2027-01-01")
    form.get_by_label("Last day").fill("2026-01-01")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("The last day lies before the first.")).to_be_visible()
    form.get_by_label("Last day").fill("2027-12-31")
    form.get_by_role("button", name="Save").click()
    for page in (manager, auditor):
        card = page.locator(".grant", has_text="Blankets of the harbor")
        expect(card.get_by_text("$12,500.50").first).to_be_visible()
        expect(card.get_by_text("Not begun")).to_be_visible()


def test_the_page_of_a_grant_lists_its_spending_by_kind(window: Window):
    page = opened(window, "Auditor", "/grants")
    page.get_by_role("link", name="Healthy Start Supplies").click()
    page.wait_for_url("**/grants/*")
    expect(page.get_by_text("Over its amount by")).to_be_visible()
    page.locator("[name=kind][value=fringe]").click(force=True)
    expect(page.get_by_role("cell", name="Supplies", exact=True)).to_have_count(0)
    expect(page.get_by_role("cell", name="Fringe", exact=True).first).to_be_visible()


def test_a_report_is_grouped_filtered_and_taken_out_with_the_same_sum(window: Window):
    page = opened(window, "Manager", "/reports/outreach")
    page.locator("[name=by][value=item]").click(force=True)
    expect(page.get_by_role("cell", name="PB&J Sandwich", exact=True)).to_be_visible()
    page.get_by_role("combobox", name="Facility").select_option(label="Pine Street Clinic")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("cell", name="PB&J Sandwich", exact=True)).to_have_count(0)
    cost = page.locator(".figures div", has_text="Cost then").locator("dd").inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as CSV").click()
    rows = list(csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert rows[0][0] == "Item"
    assert rows[-1][0] == "Total"
    assert rows[-1][4] == cost.replace("$", "").replace(",", "")
    cents = [round(float(row[4]) * 100) for row in rows[1:]]
    assert sum(cents[:-1]) == cents[-1]


def test_a_lead_groups_by_everything_but_grants_and_exports_nothing(window: Window):
    page = opened(window, "Outreach lead", "/reports/outreach")
    expect(page.locator("[name=by][value=month]")).to_have_count(1)
    expect(page.locator("[name=by][value=grant]")).to_have_count(0)
    expect(page.get_by_role("link", name="Export as CSV")).to_have_count(0)
    answer = page.request.get(
        "/export/outreach-report.csv?by=item&first=2026-01-01&last=2026-12-31"
    )
    assert answer.status == 403


def test_dormant_templates_are_found(window: Window):
    page = opened(window, "Outreach lead", "/outreach/templates")
    page.locator("[name=shown][value=dormant]").click(force=True)
    expect(page.locator(".grant")).to_have_count(1)
    expect(page.locator(".grant").get_by_text("Cold snap")).to_be_visible()
    page.get_by_label("Days without use").fill("400")
    expect(page.get_by_text("None like that")).to_be_visible()
