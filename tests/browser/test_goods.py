"""Goods come, are counted, change and go elsewhere, by hand and by scanner."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.settling import settle
from tests.support.street import does, one, place

pytestmark = pytest.mark.browser
Window = Callable[..., Page]


def opened(window: Window, path: str, who: str = "Manager", width: int = 1440) -> Page:
    page = window(who, width=width)
    page.goto(path)
    settle(page)
    return page


def on_hand(name: str, facility: str = "Harbor House") -> int:
    return one(
        "SELECT coalesce((SELECT s.on_hand FROM stock s JOIN item i ON i.id = s.item_id"
        " JOIN facility f ON f.id = s.facility_id WHERE i.name = :name AND f.name = :at), 0)",
        name=name,
        at=facility,
    )


def barcode(name: str) -> str:
    does(
        "UPDATE item SET barcode = '40' || lpad(id::text, 11, '0') WHERE name = :name"
        " AND barcode = ''",
        name=name,
    )
    return one("SELECT barcode FROM item WHERE name = :name LIMIT 1", name=name)


def scanned(page: Page, code: str) -> None:
    """As a keyboard scanner does: faster than any hand, wherever the focus is."""
    page.evaluate(
        """code => {
            const at = document.activeElement ?? document.body;
            for (const key of [...code, 'Enter']) {
                const pressed = new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true});
                const goesOn = at.dispatchEvent(pressed);
                if (goesOn && key.length === 1 && 'value' in at) {
                    const set = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(at), 'value');
                    set.set.call(at, at.value + key);
                    at.dispatchEvent(new Event('input', {bubbles: true}));
                }
            }
        }""",
        code,
    )


def test_goods_are_received_by_scanner_and_what_stood_in_another_field_stays(window: Window):
    before = on_hand("Apple")
    code = barcode("Apple")
    page = opened(window, "/inventory/receive")
    page.get_by_label("Received at").select_option(label="Harbor House")
    source = page.get_by_label("From whom")
    source.fill("Third Street Market")
    source.focus()
    scanned(page, code)
    line = page.locator(".goods__line", has_text="Apple")
    expect(line).to_be_visible()
    expect(source).to_have_value("Third Street Market")
    scanned(page, code)
    expect(page.locator(".goods__line")).to_have_count(1)
    page.get_by_role("button", name="Receive", exact=True).click()
    expect(line).to_contain_text("Choose between 1 and 1,000,000.")
    line.get_by_label("How many").fill("12")
    line.get_by_label("Cost of one").fill("0.33")
    page.get_by_role("button", name="Receive", exact=True).dblclick()
    expect(page.get_by_text("12 pieces received at Harbor House.")).to_be_visible()
    expect(page.locator(".deeds")).to_contain_text("Third Street Market")
    assert on_hand("Apple") == before + 12


def test_an_unknown_code_says_so_and_slow_typing_is_left_alone(window: Window):
    page = opened(window, "/inventory/receive")
    page.get_by_label("Received at").select_option(label="Harbor House")
    scanned(page, "9999999999999")
    expect(page.get_by_text("Nothing in stock has the barcode or number")).to_be_visible()
    note = page.get_by_label("Note")
    note.press_sequentially("slow hands", delay=60)
    expect(note).to_have_value("slow hands")


def test_an_adjustment_below_what_is_reserved_names_the_session_and_keeps_what_was_typed(
    window: Window,
):
    held = one(
        "SELECT i.name FROM reservation r JOIN item i ON i.id = r.item_id"
        " WHERE r.facility_id = :at AND r.quantity > 0 ORDER BY i.name LIMIT 1",
        at=place().harbor,
    )
    before = on_hand(held)
    item_id = one("SELECT id FROM item WHERE name = :name", name=held)
    page = opened(window, f"/inventory/adjust?item={item_id}&facility={place().harbor}")
    expect(page.locator(".goods__line", has_text=held)).to_be_visible()
    page.get_by_label("By how many").fill(str(before))
    page.get_by_label("Reason").select_option(label="Damaged")
    page.get_by_label("Note").fill("The roof leaked")
    page.get_by_role("button", name="Adjust", exact=True).click()
    expect(page.get_by_text("Change or cancel what holds them first")).to_be_visible()
    expect(page.get_by_label("By how many")).to_have_value(str(before))
    expect(page.get_by_label("Note")).to_have_value("The roof leaked")
    assert on_hand(held) == before


def test_a_figure_becomes_what_is_on_hand_and_pressing_twice_says_nothing_more(window: Window):
    page = opened(window, "/inventory/adjust")
    page.get_by_label("At", exact=True).select_option(label="Harbor House")
    scanned(page, barcode("Apple"))
    quantity = page.get_by_label("By how many")
    expect(quantity).to_be_focused()
    page.locator("[name=way][value=figure]").click(force=True)
    wanted = on_hand("Apple") + 40
    page.get_by_label("How many there are").fill(str(wanted))
    page.get_by_label("Reason").select_option(label="Found")
    page.get_by_role("button", name="Adjust", exact=True).dblclick()
    expect(page.get_by_text(f"Apple: {wanted:,} pieces in the books now.")).to_be_visible()
    expect(page.get_by_text("Choose the item first.")).to_have_count(0)
    assert on_hand("Apple") == wanted


def test_scanning_on_the_stock_list_opens_the_item(window: Window):
    page = opened(window, "/inventory", "Outreach lead", width=820)
    scanned(page, "9999999999999")
    expect(page.get_by_text("Nothing in stock has the barcode or number")).to_be_visible()
    scanned(page, barcode("Banana"))
    expect(page.get_by_role("heading", name="Banana")).to_be_visible()


def test_a_transfer_leaves_one_shelf_and_stands_on_the_other(window: Window):
    name = "Beanie, Knit"
    item_id = one(
        "SELECT s.item_id FROM stock s JOIN item i ON i.id = s.item_id WHERE s.facility_id = :at"
        " AND s.on_hand - s.reserved >= 5 AND i.active ORDER BY i.name LIMIT 1",
        at=place().harbor,
    )
    name = one("SELECT name FROM item WHERE id = :id", id=item_id)
    here, there = on_hand(name), on_hand(name, "Pine Street Clinic")
    page = opened(window, f"/inventory/transfer?item={item_id}&facility={place().harbor}")
    page.locator(".goods__line").get_by_label("How many").fill("5")
    page.get_by_role("button", name="Transfer", exact=True).click()
    expect(page.get_by_text("Choose a facility.")).to_be_visible()
    page.get_by_label("To", exact=True).select_option(label="Pine Street Clinic")
    page.get_by_role("button", name="Transfer", exact=True).click()
    expect(
        page.get_by_text("5 pieces went from Harbor House to Pine Street Clinic.")
    ).to_be_visible()
    assert (on_hand(name), on_hand(name, "Pine Street Clinic")) == (here - 5, there + 5)


def test_two_people_count_and_the_differences_are_looked_over_before_they_are_posted(
    window: Window,
):
    before = on_hand("Banana")
    mine = opened(window, "/inventory/counts", width=820)
    mine.get_by_role("button", name="Start a count").first.click()
    form = mine.get_by_role("dialog")
    form.get_by_role("button", name="Start", exact=True).click()
    expect(form.get_by_text("Choose a facility.")).to_be_visible()
    form.get_by_label("Facility").select_option(label="Harbor House")
    form.get_by_role("button", name="Start", exact=True).click()
    mine.wait_for_url(re.compile(r"/inventory/counts/\d+"))
    theirs = window("Administrator")
    theirs.goto(mine.url)
    settle(theirs)
    scanned(mine, barcode("Banana"))
    mine.get_by_label("How many Banana are there?").fill(str(before + 3))
    mine.get_by_label("How many Banana are there?").press("Enter")
    row = theirs.get_by_role("row", name="Banana")
    expect(row).to_contain_text("+3")
    assert on_hand("Banana") == before
    mine.get_by_role("button", name="Look over and post").click()
    expect(mine.get_by_role("dialog")).to_contain_text("1 of 1 items differ")
    mine.get_by_role("button", name="Post the count").click()
    expect(mine.get_by_text("The count is posted.")).to_be_visible()
    expect(theirs.get_by_text("Posted")).to_be_visible()
    assert on_hand("Banana") == before + 3


def test_a_file_with_bad_rows_stores_nothing_and_the_mended_one_all(window: Window):
    page = opened(window, "/inventory/import")
    page.locator("[name=kind][value=items]").click(force=True)
    expect(page.get_by_text("minimum")).to_be_visible()

    def choose(content: str) -> None:
        page.locator("input[type=file]").set_input_files(
            {"name": "new-items.csv", "mimeType": "text/csv", "buffer": content.encode()}
        )
        page.get_by_role("button", name="Look it over").click()

    choose("number,name,cost\nIMP-1,Imported lamp,4.50\nIMP-2,Imported mug,cheap\n")
    expect(page.get_by_role("cell", name="Cost: “cheap” is not an amount")).to_be_visible()
    expect(page.get_by_role("button", name="Store all of it")).to_have_count(0)
    assert one("SELECT count(*) FROM item WHERE sku LIKE 'IMP-%'") == 0
    choose("number,name,cost\nIMP-1,Imported lamp,4.50\nIMP-2,Imported mug,1.25\n")
    expect(page.get_by_text("2 new items, 0 to change, 0 as they are.")).to_be_visible()
    page.get_by_role("button", name="Store all of it").dblclick()
    expect(page.get_by_text("2 items added, 0 changed.")).to_be_visible()
    assert one("SELECT count(*) FROM item WHERE sku LIKE 'IMP-%'") == 2


def test_labels_are_made_of_what_is_low(window: Window):
    page = opened(window, "/inventory/labels", "Outreach lead")
    page.get_by_role("button", name="Take what is low").click()
    pictures = page.locator(".labels__one img")
    expect(pictures.first).to_be_visible()
    before = pictures.count()
    page.get_by_label("Copies").first.fill("3")
    expect(pictures).to_have_count(before + 2)
    assert pictures.first.evaluate("image => image.naturalWidth") > 50
