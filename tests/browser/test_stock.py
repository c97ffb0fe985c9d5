"""The stock list in two browsers: what moves anywhere is on both, and marks say what is low."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import text

from securecare.foundation.db import owner_transaction
from tests.support.settling import settle

pytestmark = pytest.mark.browser


def opened(window: Callable[..., Page], who: str) -> Page:
    page = window(who)
    page.goto("/inventory")
    settle(page)
    page.locator(".stock-table tbody tr").first.wait_for()
    return page


def row_of(page: Page, name: str) -> Locator:
    return page.locator(".stock-table tbody tr", has_text=name)


def damaged(name: str, pieces: int) -> None:
    """So many pieces of the item leave the shelf that has the most of it."""
    with owner_transaction() as session:
        session.execute(
            text(
                "WITH shelf AS (SELECT s.* FROM stock s JOIN item i ON i.id = s.item_id"
                " WHERE i.name = :name ORDER BY s.on_hand - s.reserved DESC LIMIT 1),"
                " document AS (INSERT INTO stock_document (organization_id, kind, facility_id,"
                " source, paper, note) SELECT organization_id, 'adjustment', facility_id, '', '', ''"
                " FROM shelf RETURNING id)"
                " INSERT INTO stock_movement (organization_id, facility_id, item_id, kind,"
                " on_hand_change, reserved_change, on_hand_after, reserved_after, wholesale_cents,"
                " retail_cents, reason, document_id)"
                " SELECT organization_id, facility_id, item_id, 'adjusted', -:pieces, 0, 0, 0, 1, 1,"
                " 'damaged', document.id FROM shelf, document"
            ),
            {"name": name, "pieces": pieces},
        )


def figure(row: Locator, column: str) -> int:
    return int(row.locator(f'td[data-label="{column}"] .numeric').inner_text().replace(",", ""))


def test_what_leaves_the_shelf_anywhere_leaves_both_screens(window):
    mine, theirs = opened(window, "Manager"), opened(window, "Outreach lead")
    before = figure(row_of(mine, "Apple"), "Available")
    damaged("Apple", 7)
    for page in (mine, theirs):
        available = row_of(page, "Apple").locator(".stock__available")
        expect(available).to_have_text(f"{before - 7:,}")


def test_an_item_is_added_found_and_named_where_its_number_is_taken(window):
    page, theirs = opened(window, "Manager"), opened(window, "Administrator")
    page.get_by_role("button", name="Add an item").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Enter a name.")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Aardvark Plush Toy")
    page.get_by_label("Number").fill("fd-106")
    page.get_by_label("Cost").fill("a lot")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Enter an amount such as 12.34.")).to_be_visible()
    page.get_by_label("Cost").fill("3.50")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Another item has the number fd-106 already.")).to_be_visible()
    page.get_by_label("Number").fill("TOY-1")
    page.get_by_role("button", name="Save").click()
    for each in (page, theirs):
        expect(row_of(each, "Aardvark Plush Toy")).to_be_visible()
    page.get_by_role("searchbox", name="Search the stock").fill("toy-1 aard")
    expect(page.locator(".stock-table tbody tr")).to_have_count(1)


def test_the_second_of_two_who_change_an_item_chooses(window):
    mine, theirs = opened(window, "Manager"), opened(window, "Administrator")
    for page in (mine, theirs):
        row_of(page, "Banana").get_by_role("button").click()
    theirs.get_by_role("dialog").get_by_label("Category").fill("Fruit")
    theirs.get_by_role("button", name="Save").click()
    expect(row_of(mine, "Banana")).to_contain_text("Fruit")
    mine.get_by_role("dialog").get_by_label("Category").fill("Produce")
    mine.get_by_role("button", name="Save").click()
    expect(mine.locator(".both-versions")).to_contain_text("Fruit")
    mine.get_by_role("button", name="Save mine").click()
    expect(row_of(theirs, "Banana")).to_contain_text("Produce")


def test_low_items_are_marked_in_words_and_can_be_shown_alone(window):
    page = opened(window, "Outreach lead")
    everything = page.locator(".stock-table tbody tr").count()
    page.get_by_label("Only what is low").check(force=True)
    expect(page.locator(".stock-table tbody tr .badge").first).to_be_visible()
    rows = page.locator(".stock-table tbody tr")
    page.wait_for_function(
        "n => document.querySelectorAll('.stock-table tbody tr').length < n", arg=everything
    )
    assert rows.count() == page.locator(".stock__free:not([data-mark=''])").count() > 0
    expect(page.get_by_role("button", name="Add an item")).to_have_count(0)
