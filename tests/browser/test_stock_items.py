"""An item's page and the bundles in browsers: what moves is on them at once; bundles are edited."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import text

from securecare.foundation.db import owner_transaction
from tests.browser.test_stock import damaged, figure
from tests.browser.test_stock import opened as opened_list
from tests.support.settling import settle

pytestmark = pytest.mark.browser
Window = Callable[..., Page]


def opened(window: Window, who: str, path: str) -> Page:
    page = window(who)
    page.goto(path)
    settle(page)
    return page


def item_page(window: Window, who: str, name: str) -> Page:
    page = opened_list(window, who)
    page.get_by_role("link", name=name, exact=True).click()
    page.wait_for_url("**/inventory/items/*")
    page.locator(".moved tbody tr").first.wait_for()
    return page


def at(page: Page, facility: str) -> Locator:
    return page.locator(".item__standing tbody tr", has_text=facility)


def bundle(page: Page, name: str) -> Locator:
    return page.locator(".bundles tbody tr", has_text=name)


def left_over(name: str, facility: str, pieces: int) -> None:
    """All but so many of what is available of the item at the facility are damaged."""
    with owner_transaction() as session:
        session.execute(
            text(
                "WITH shelf AS (SELECT s.* FROM stock s JOIN item i ON i.id = s.item_id"
                " JOIN facility f ON f.id = s.facility_id"
                " WHERE i.name = :name AND f.name = :facility),"
                " document AS (INSERT INTO stock_document (organization_id, kind, facility_id,"
                " source, paper, note) SELECT organization_id, 'adjustment', facility_id, '', '', ''"
                " FROM shelf RETURNING id)"
                " INSERT INTO stock_movement (organization_id, facility_id, item_id, kind,"
                " on_hand_change, reserved_change, on_hand_after, reserved_after, wholesale_cents,"
                " retail_cents, reason, document_id)"
                " SELECT organization_id, facility_id, item_id, 'adjusted',"
                " :pieces - on_hand + reserved, 0, 0, 0, 1, 1, 'damaged', document.id"
                " FROM shelf, document"
            ),
            {"name": name, "facility": facility, "pieces": pieces},
        )


def test_what_moves_is_told_on_an_items_open_page(window: Window):
    mine, theirs = (
        item_page(window, "Manager", "Apple"),
        item_page(window, "Outreach lead", "Apple"),
    )
    before = figure(at(mine, "Harbor House"), "On hand")
    rows = mine.locator(".moved tbody tr")
    count = rows.count()
    damaged("Apple", 3)
    for page in (mine, theirs):
        newest = page.locator(".moved tbody tr").first
        expect(newest).to_contain_text("Adjusted")
        expect(newest).to_contain_text("Damaged")
        expect(newest).to_contain_text("−3")
    assert rows.count() == count + 1
    after = [figure(at(page, "Harbor House"), "On hand") for page in (mine, theirs)]
    assert after in ([before - 3] * 2, [before] * 2)  # it left the fuller of the shelves


def test_an_items_page_is_turned_narrowed_and_drawn(window: Window):
    page = item_page(window, "Manager", "Banana")
    expect(page.locator(".recharts-line")).to_have_count(3)
    first = page.locator(".moved tbody tr").first.inner_text()
    page.get_by_role("button", name="Next page").click()
    expect(page.get_by_text("26 to 50, the latest first")).to_be_visible()
    assert page.locator(".moved tbody tr").first.inner_text() != first
    page.get_by_label("Facility of the history").select_option(label="Harbor House")
    expect(page.get_by_text("1 to 25, the latest first")).to_be_visible()
    expect(page.locator(".moved tbody tr").first).not_to_contain_text("at Harbor House")
    page.locator("[name=days][value='30']").click(force=True)
    expect(page.locator(".recharts-line")).to_have_count(3)


def test_a_facility_gets_levels_of_its_own_and_the_mark_follows(window: Window):
    page, theirs = item_page(window, "Manager", "Banana"), item_page(window, "Auditor", "Banana")
    expect(theirs.get_by_role("button", name="Change the levels")).to_have_count(0)
    page.get_by_role("button", name="Change the levels at Harbor House").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Minimum").fill("90000")
    form.get_by_label("Recommended").fill("10")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("This is below the minimum.")).to_be_visible()
    form.get_by_label("Recommended").fill("95000")
    form.get_by_role("button", name="Save").click()
    for each in (page, theirs):
        expect(at(each, "Harbor House").locator(".badge", has_text="Low")).to_be_visible()
    page.get_by_role("button", name="Change the levels at Harbor House").click()
    page.get_by_role("button", name="Use the item's").click()
    expect(at(theirs, "Harbor House").locator(".badge")).to_have_count(0)


def test_an_item_is_found_by_its_number_from_anywhere(window: Window):
    page = opened(window, "Outreach lead", "/outreach/templates")
    page.keyboard.press("Control+k")
    page.get_by_role("dialog").get_by_role("combobox").fill("fd-106")
    page.get_by_role("option", name="Apple").click()
    page.wait_for_url("**/inventory/items/*")
    expect(page.get_by_role("heading", name="Apple", level=1)).to_be_visible()


def test_no_such_item_is_said_kindly(window: Window):
    page = opened(window, "Manager", "/inventory/items/999999999")
    expect(page.get_by_text("No such item")).to_be_visible()


def test_a_bundle_is_made_changed_and_its_versions_told(window: Window):
    page, theirs = (opened(window, w, "/inventory/bundles") for w in ("Manager", "Outreach lead"))
    expect(theirs.get_by_role("button", name="Add a bundle")).to_have_count(0)
    page.get_by_role("button", name="Add a bundle").click()
    form = page.get_by_role("dialog")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("Add at least one item.")).to_be_visible()
    form.get_by_label("Name", exact=True).fill("Fruit bag")
    for words, name in (("fd-106", "Apple"), ("banana", "Banana")):
        form.get_by_role("searchbox", name="Look for an item to add").fill(words)
        form.locator(".pick-list__option", has_text=name).click()
        form.get_by_label(f"How many of {name}").wait_for()
    form.get_by_label("How many of Apple").fill("2")
    form.get_by_role("button", name="Save").click()
    for each in (page, theirs):
        expect(bundle(each, "Fruit bag")).to_contain_text("2 × Apple, 1 × Banana")
        expect(bundle(each, "Fruit bag")).to_contain_text("v1")
    page.get_by_role("button", name="Change Fruit bag").click()
    form = page.get_by_role("dialog")
    form.get_by_role("button", name="Take out Banana").click()
    form.get_by_role("button", name="Save").click()
    expect(bundle(theirs, "Fruit bag")).to_contain_text("v2")
    bundle(theirs, "Fruit bag").get_by_role("button", name="Fruit bag").click()
    versions = theirs.get_by_role("region", name="Versions").get_by_role("listitem")
    expect(versions).to_have_count(2)
    expect(versions.nth(1)).to_contain_text("2 × Apple, 1 × Banana")


def test_what_could_be_assembled_falls_as_its_pieces_leave(window: Window):
    page = opened(window, "Outreach lead", "/inventory/bundles")
    row = bundle(page, "PB&J Lunch Bag")
    expect(row).to_contain_text("limited by")
    left_over("PB&J Sandwich", "Harbor House", 2)
    expect(row.locator(".bundle__count")).to_have_text("2")
    expect(row).to_contain_text("limited by PB&J Sandwich")
