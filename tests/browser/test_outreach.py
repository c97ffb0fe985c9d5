"""Two tablets at once: what one reserves the other sees, and nothing that was typed is lost."""

import itertools
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from securecare.access.roles import Role
from securecare.foundation.db import transaction
from securecare.inventory import receipts
from securecare.inventory.receipts import Receipt, ReceiptLine
from securecare.outreach import planning
from securecare.outreach.session_lines import LineWish
from securecare.outreach.sessions import SessionWish
from tests.support.line import line_to
from tests.support.product import Product
from tests.support.settling import settle
from tests.support.signing_in import sign_in
from tests.support.street import one, place, rows

pytestmark = pytest.mark.browser
Window = Callable[..., Page]
PATIENCE_MS = 45_000
ITEM = "Duffel Bag"
days = (date(2027, 3, 1) + timedelta(days=n) for n in itertools.count())


def shelf() -> tuple[int, int]:
    """On hand and reserved of the item at Harbor House."""
    return tuple(
        one(
            f"SELECT coalesce((SELECT {column} FROM stock s JOIN item i ON i.id = s.item_id"
            " WHERE i.name = :name AND s.facility_id = :facility), 0)",
            name=ITEM,
            facility=place().harbor,
        )
        for column in ("on_hand", "reserved")
    )  # pyright: ignore[reportReturnType]


def with_available(wanted: int) -> None:
    """Receive until so many of the item are free at Harbor House."""
    on_hand, reserved = shelf()
    missing = wanted - (on_hand - reserved)
    assert missing >= 0, "The demo has more of it than the test wants."
    at = place()
    actor = at.as_(Role.MANAGER)
    if missing:
        with transaction(actor.scope) as session:
            line = ReceiptLine(item_id(), missing)
            receipts.receive(session, actor, Receipt(at.harbor, (line,)))


def item_id() -> int:
    return one("SELECT id FROM item WHERE name = :name ORDER BY id LIMIT 1", name=ITEM)


def planned(service: str, quantity: int) -> int:
    """A session of the service on a day of its own, which holds so many."""
    at = place()
    actor = at.as_(Role.MANAGER)
    service_id = one("SELECT id FROM community_service WHERE name = :name", name=service)
    wish = SessionWish(service_id, next(days), (LineWish("item", quantity, item_id=item_id()),))
    with transaction(actor.scope) as session:
        return planning.plan(session, actor, wish).session_id


def opened(page: Page, session_id: int) -> Locator:
    """The line of the item on the session's page."""
    page.goto(f"/outreach/sessions/{session_id}")
    settle(page)
    line = page.locator(".handout__line", has_text=ITEM)
    line.wait_for()
    return line


def left(line: Locator) -> Locator:
    return line.locator("[data-left]")


def count(line: Locator) -> Locator:
    return line.get_by_role("spinbutton")


def save(page: Page) -> None:
    page.get_by_role("button", name="Save quantities").click()


def test_two_tablets_see_each_others_reservations_and_the_second_is_told_what_is_short(
    window: Window,
):
    with_available(60)
    first = planned("Breakfast Cart", 10)
    second = planned("Evening Soup Round", 10)
    mine, theirs = window("Outreach lead", width=820), window("Manager", width=820)
    my_line, their_line = opened(mine, first), opened(theirs, second)
    expect(left(my_line)).to_have_text("40")
    my_line.get_by_role("button", name=f"One {ITEM} more").click(click_count=3)
    expect(left(my_line)).to_have_text("37")
    expect(mine.get_by_text("1 quantity not saved yet.")).to_be_visible()
    expect(left(their_line)).to_have_text("40")
    count(their_line).fill("50")
    expect(left(their_line)).to_have_text("0")
    save(mine)
    expect(mine.get_by_text("not saved yet")).to_have_count(0)
    # The other's page turns red by itself, before anything is pressed.
    expect(left(their_line)).to_have_text("3")
    expect(their_line).to_contain_text("short")
    save(theirs)
    on_hand, reserved = shelf()
    refusal = (
        f"Insufficient inventory: '{ITEM}': need 50, available 47"
        f" (on hand {on_hand}, reserved {reserved - 10})."
    )
    expect(their_line).to_contain_text(refusal)
    expect(count(their_line)).to_have_value("50")
    assert shelf() == (on_hand, reserved)
    count(their_line).fill("47")
    save(theirs)
    expect(left(my_line)).to_have_text("0")
    expect(theirs.get_by_text("Insufficient inventory")).to_have_count(0)


def test_a_session_is_completed_once_opened_again_and_cancelled(window: Window):
    with_available(100)
    session_id = planned("Breakfast Cart", 20)
    on_hand, reserved = shelf()
    page = window("Outreach lead", width=820)
    opened(page, session_id)
    page.get_by_role("button", name="Complete session").click()
    form = page.get_by_role("dialog")
    form.get_by_label(ITEM).fill("15")
    form.get_by_label("People served").fill("12")
    form.get_by_role("button", name="Complete session").dblclick()
    expect(page.get_by_text("Breakfast Cart is completed.")).to_be_visible()
    expect(page.get_by_text("already")).to_have_count(0)
    expect(page.get_by_role("cell", name="15", exact=True)).to_be_visible()
    assert shelf() == (on_hand - 15, reserved - 20)
    page.get_by_role("button", name="Open again").click()
    form = page.get_by_role("dialog")
    form.get_by_role("button", name="Open again").click()
    expect(form.get_by_text("Say why it has to be opened again")).to_be_visible()
    form.get_by_label("Why").fill("Counted wrongly")
    form.get_by_role("button", name="Open again").click()
    expect(count(page.locator(".handout__line", has_text=ITEM))).to_have_value("15")
    assert shelf() == (on_hand, reserved - 5)
    page.get_by_role("button", name="Cancel session").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel session").click()
    expect(page.get_by_text("Breakfast Cart is cancelled.")).to_be_visible()
    assert shelf() == (on_hand, reserved - 20)
    expect(page.locator(".deeds")).to_contain_text("Counted wrongly")


def test_two_leads_who_change_the_same_line_are_told_and_nothing_is_overwritten(window: Window):
    with_available(200)
    session_id = planned("Breakfast Cart", 5)
    mine, theirs = window("Outreach lead", width=820), window("Manager", width=820)
    my_line, their_line = opened(mine, session_id), opened(theirs, session_id)
    count(my_line).fill("8")
    count(their_line).fill("9")
    save(theirs)
    expect(my_line).to_contain_text("Somebody set this to 9 meanwhile.")
    expect(count(my_line)).to_have_value("8")
    save(mine)
    expect(mine.get_by_text("changed this session a moment ago")).to_be_visible()
    assert one("SELECT quantity FROM session_line WHERE session_id = :id", id=session_id) == 9


def test_items_and_other_lines_are_added_by_words_by_barcode_and_by_hand(window: Window):
    session_id = planned("Breakfast Cart", 1)
    page = window("Outreach lead", width=820)
    opened(page, session_id)
    find = page.get_by_role("searchbox")
    find.fill("apple")
    page.locator(".handout__found").get_by_role("button").first.click()
    expect(page.locator(".handout__line", has_text="Apple")).to_be_visible()
    expect(find).to_have_value("")
    code = one("SELECT barcode FROM item WHERE name = 'Banana' AND barcode <> '' LIMIT 1")
    find.fill(code)
    find.press("Enter")
    expect(page.locator(".handout__line", has_text="Banana")).to_be_visible()
    page.get_by_role("button", name="Something else").click()
    form = page.get_by_role("dialog")
    form.get_by_role("button", name="Put it on").click()
    expect(form.get_by_text("Enter what it is.")).to_be_visible()
    form.get_by_label("What it is").fill("Coffee from the corner")
    form.get_by_label("Cost of one").fill("0.75")
    form.get_by_role("button", name="Put it on").click()
    coffee = page.locator(".handout__line", has_text="Coffee from the corner")
    expect(coffee).to_contain_text("$0.75 each")
    coffee.get_by_role("button", name="Take Coffee from the corner off").click()
    expect(coffee).to_have_count(0)


def test_what_was_counted_while_disconnected_stays_and_is_saved_afterwards(
    chromium: Browser, product: Product
):
    with_available(300)
    session_id = planned("Breakfast Cart", 5)
    with line_to(product.url) as line:
        context = chromium.new_context(viewport={"width": 820, "height": 1180}, base_url=line.url)
        page = context.new_page()
        sign_in(page, "Outreach lead")
        row = opened(page, session_id)
        line.cut()
        page.locator(".connection").wait_for(timeout=PATIENCE_MS)
        row.get_by_role("button", name=f"One {ITEM} more").click(click_count=2)
        expect(page.get_by_text("1 quantity kept here, not saved yet")).to_be_visible()
        save(page)
        expect(page.get_by_text("nothing could be saved now")).to_be_visible()
        assert one("SELECT quantity FROM session_line WHERE session_id = :id", id=session_id) == 5
        line.mend()
        page.locator(".connection").wait_for(state="detached", timeout=PATIENCE_MS)
        expect(count(row)).to_have_value("7")
        expect(page.get_by_text("1 quantity not saved yet.")).to_be_visible()
        save(page)
        expect(page.get_by_text("not saved yet")).to_have_count(0)
        assert one("SELECT quantity FROM session_line WHERE session_id = :id", id=session_id) == 7
        context.close()


def test_a_service_is_set_up_said_in_words_and_its_suggested_date_planned(window: Window):
    page = window("Manager")
    page.goto("/outreach/services")
    settle(page)
    page.get_by_role("button", name="Add a service").click()
    form = page.get_by_role("dialog")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("Enter a name.")).to_be_visible()
    expect(form.get_by_text("Choose at least one day of the week.")).to_be_visible()
    form.get_by_label("Name").fill("Blanket Walk")
    form.get_by_label("Facility").select_option(label="Harbor House")
    form.get_by_label("Every").fill("2")
    form.get_by_label("Sat").check()
    form.get_by_label("From").fill("10:00")
    form.get_by_label("To").fill("14:00")
    form.get_by_label("First day").fill("2027-05-01")
    form.get_by_label("Last day").fill("2027-08-01")
    words = "Every 2 weeks on Saturday, 10:00 AM – 2:00 PM, May 1 – Aug 1, 2027"
    expect(form.get_by_text(words)).to_be_visible()
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Blanket Walk is saved.")).to_be_visible()
    row = page.get_by_role("row", name="Blanket Walk")
    expect(row).to_contain_text(words)
    row.get_by_role("link", name="suggested: plan it").click()
    page.wait_for_url("**/outreach/sessions/new*")
    expect(page.locator("[name=held_on]")).to_have_value("2027-05-01")
    page.get_by_role("button", name="Plan the session").dblclick()
    page.wait_for_url(re.compile(r"/outreach/sessions/\d+$"))
    expect(page.get_by_role("heading", name="Blanket Walk, session 1")).to_be_visible()
    planned_ones = "SELECT count(*) FROM outreach_session o JOIN community_service s"
    assert one(f"{planned_ones} ON s.id = o.service_id WHERE s.name = 'Blanket Walk'") == 1


def plenty() -> None:
    """Every shelf is full enough for any template."""
    actor = place().as_(Role.MANAGER)
    ours = {"ours": actor.organization_id}
    items = rows("SELECT id FROM item WHERE organization_id = :ours ORDER BY id", **ours)
    lines = tuple(ReceiptLine(item.id, 500) for item in items)
    for facility in rows("SELECT id FROM facility WHERE organization_id = :ours", **ours):
        with transaction(actor.scope) as session:
            receipts.receive(session, actor, Receipt(facility.id, lines))


def test_the_page_of_today_opens_a_session_and_applies_a_template(window: Window):
    plenty()
    page = window("Outreach lead", width=820)
    page.goto("/outreach")
    settle(page)
    card = page.locator(".today__card", has_text="Saturday Outreach Lunch").or_(
        page.locator(".today__card", has_text="Planned")
    )
    card.first.click()
    expect(page.locator(".handout__line").first).to_be_visible()
    before = page.locator(".handout__line").count()
    page.get_by_role("button", name="Use a template").click()
    page.get_by_role("dialog").locator(".pick-list__option").first.click()
    expect(page.get_by_text("The template's lines are on this session.")).to_be_visible()
    assert page.locator(".handout__line").count() >= before
