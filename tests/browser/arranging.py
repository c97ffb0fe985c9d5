"""What is done on a page before a picture of it is taken: opened, pressed, filled in."""

import re
from collections.abc import Callable

from playwright.sync_api import Page


def refused(page: Page) -> None:
    """A wrong password."""
    page.get_by_label("E-mail address").fill("somebody@example.org")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/sign-in?error=wrong")
    page.get_by_text("is not right").wait_for()


def setting_up(page: Page) -> None:
    """The second factor's QR code."""
    page.get_by_role("button", name="Set up", exact=True).click()
    page.get_by_alt_text("QR code").wait_for()


def one_person(page: Page) -> None:
    """Somebody's roles."""
    page.get_by_role("button", name="Hedda Lyle").click()
    page.get_by_role("heading", name="Give a role").wait_for()


def table_of_rights(page: Page) -> None:
    """What each role may do."""
    page.get_by_role("tab", name="What each role may do").click()
    page.get_by_role("cell", name="Read private notes").wait_for()


def adding_somebody(page: Page) -> None:
    """The form for a new person."""
    page.get_by_role("button", name="Add a person").click()
    page.get_by_role("button", name="Add this person").wait_for()


def pressing(selector: str, then: str = "[role=dialog]") -> Callable[[Page], None]:
    """Press the first thing of that selector, and wait for what it opens."""

    def press(page: Page) -> None:
        page.locator(selector).first.click()
        page.locator(then).first.wait_for()

    return press


def find_nobody(page: Page) -> None:
    page.get_by_role("searchbox", name="Search clients").fill("zzyx")
    page.get_by_text("No matches for").wait_for()


def open_the_first_customer(page: Page) -> None:
    page.get_by_role("table").locator(".row-link").first.click()
    page.locator(".record__about").wait_for()


def a_case(page: Page) -> None:
    """A case with its chart drawn."""
    page.locator(".recharts-line-dot").first.wait_for()
    page.get_by_role("list", name="Timeline").wait_for()


def assessing(page: Page) -> None:
    """The questions of a form."""
    page.get_by_role("button", name="Add assessment", exact=True).click()
    page.get_by_role("dialog").locator(".case-question").nth(2).wait_for()


def the_versions(page: Page) -> None:
    """What was published of a form."""
    page.get_by_role("button", name="More about A Roof That Lasts").click()
    page.get_by_role("menuitem", name="Published versions").click()
    page.get_by_role("dialog").get_by_text("Version 1").wait_for()


def add_somebody_known(page: Page) -> None:
    name = page.get_by_role("table").locator(".row-link").first.inner_text()
    page.get_by_role("button", name="Add a client").click()
    given, _, family = name.partition(" ")
    page.get_by_label("Given name").fill(given)
    page.get_by_label("Family name").fill(family)
    page.get_by_role("button", name="Save").click()
    page.get_by_text("may already have a record").wait_for()


def across(page: Page) -> None:
    """Turn the day so that staff are rows."""
    page.locator("[name=orientation][value=across]").click(force=True)
    page.wait_for_selector('#day-grid[data-across="true"] .block')


def open_an_appointment(page: Page) -> None:
    """Open the first appointment of the day, by keyboard."""
    page.locator(".block").first.focus()
    page.keyboard.press("Enter")
    page.locator(".appointment").wait_for()


def start_booking(page: Page) -> None:
    """Open the form for a new appointment."""
    page.get_by_role("button", name="New appointment").click()
    page.locator("#booking-form").wait_for()


def find_or_do(page: Page) -> None:
    """Open the palette and search in it."""
    page.keyboard.press("Control+k")
    page.get_by_role("dialog").get_by_role("combobox").fill("mar")
    page.get_by_role("option").first.wait_for()


def the_history(page: Page) -> None:
    """An item with what became of it."""
    page.locator(".recharts-line").first.wait_for()
    page.locator(".moved tbody tr").nth(3).wait_for()


def the_spending(page: Page) -> None:
    """A grant with what it was spent on."""
    page.locator(".grant--whole").wait_for()
    page.get_by_role("table").get_by_role("row").nth(3).wait_for()


def the_templates(page: Page) -> None:
    """The templates, one of them asleep."""
    page.get_by_text("Dormant", exact=True).last.wait_for()


def a_template(page: Page) -> None:
    """The form of one with its lines."""
    page.get_by_role("button", name="More about Saturday lunch run").click()
    page.get_by_role("menuitem", name="Change").click()
    page.get_by_role("dialog").get_by_label("How many").first.wait_for()


def using_a_template(page: Page) -> None:
    """Where its lines are to go."""
    page.get_by_role("button", name="Use", exact=True).first.click()
    page.get_by_role("dialog").get_by_label("Planned session").last.wait_for()


def the_figures(page: Page) -> None:
    """The report with its charts drawn."""
    page.locator(".figures").wait_for()
    page.locator(".recharts-bar-rectangle").first.wait_for()


def by_item(page: Page) -> None:
    """The same, item by item."""
    the_figures(page)
    page.locator("[name=by][value=item]").click(force=True)
    page.get_by_role("columnheader", name="Item").wait_for()


def a_sheet(page: Page) -> None:
    """The lines of a session, with what is left of each."""
    page.locator(".handout__line [data-left]:not(:empty)").first.wait_for()


def counted(page: Page) -> None:
    """A line that was changed, and things found to be put on."""
    a_sheet(page)
    page.locator(".handout__line [data-step='1']").first.click()
    page.get_by_role("searchbox").fill("kit")
    page.locator(".handout__found").wait_for()


def completing(page: Page) -> None:
    """What was really given out."""
    a_sheet(page)
    page.get_by_role("button", name="Complete session").click()
    page.get_by_role("dialog").get_by_label("People served").wait_for()


def a_line_of_its_own(page: Page) -> None:
    """Something that is not in stock."""
    a_sheet(page)
    page.get_by_role("button", name="Something else").click()
    page.get_by_role("dialog").get_by_label("What it is").wait_for()


def a_session_held(page: Page) -> None:
    """One that was completed, with its costs then."""
    page.get_by_role("link", name="Breakfast Cart", exact=True).first.click()
    page.get_by_role("row", name="Completed").first.get_by_role("link").click()
    page.get_by_role("columnheader", name="Given").wait_for()


def goods(page: Page) -> None:
    """An item on the form, and what else was found."""
    page.get_by_role("combobox").first.select_option(index=1)
    page.get_by_role("searchbox").fill("apple")
    page.locator(".handout__found button").first.click()
    page.locator(".goods__line").wait_for()
    page.get_by_role("searchbox").fill("soap")
    page.locator(".handout__found").wait_for()


def starting_a_count(page: Page) -> None:
    """The first question of a count."""
    page.get_by_role("button", name="Start a count").first.click()
    page.get_by_role("dialog").get_by_label("Facility").wait_for()


def counting(page: Page) -> None:
    """A sheet with a difference, and the next item asked for."""
    starting_a_count(page)
    form = page.get_by_role("dialog")
    form.get_by_label("Facility").select_option(index=1)
    form.get_by_role("button", name="Start").click()
    page.wait_for_url(re.compile(r"/inventory/counts/\d+"))
    for name, much in (("apple", "7"), ("banana", "")):
        page.get_by_role("searchbox").fill(name)
        page.locator(".handout__found button").first.click()
        page.get_by_label("How many").wait_for()
        if much:
            page.get_by_label("How many").fill(much)
            page.get_by_role("button", name="Enter", exact=True).click()
            page.locator(".count__difference").first.wait_for()


def a_file_with_mistakes(page: Page) -> None:
    """Every bad row named."""
    page.locator("[name=kind][value=items]").click(force=True)
    page.locator("input[type=file]").set_input_files(
        {
            "name": "items.csv",
            "mimeType": "text/csv",
            "buffer": b"number,name,cost\nA-1,Soap,x\n,B,1",
        }
    )
    page.get_by_role("button", name="Look it over").click()
    page.get_by_role("cell", name="Cost: ").wait_for()


def some_labels(page: Page) -> None:
    """A sheet with barcodes."""
    page.get_by_role("button", name="Take what is low").click()
    page.locator(".labels__one img").first.wait_for()


def an_answer(page: Page) -> None:
    """Somebody who asks, and who they may be."""
    page.get_by_role("button", name=re.compile("^Answer ")).first.click()
    page.get_by_role("dialog").get_by_text("This is them").first.wait_for()


def ending_a_connection(page: Page) -> None:
    """One of the donors and volunteers, and why they are none any more."""
    page.locator(".row-link").first.click()
    page.get_by_role("button", name="End the connection").click()
    page.get_by_label("Why does it end?").wait_for()


def its_support(page: Page) -> None:
    """What somebody is besides a customer, as a form."""
    card = page.locator(".card", has_text="Volunteer and donor")
    card.get_by_role("button", name="Change").click()
    page.get_by_role("dialog").get_by_label("Volunteer since").wait_for()


def a_conversation(page: Page) -> None:
    """What was written, and what may be attached to an answer."""
    page.locator(".talks__one").last.click()
    page.locator(".talk__message").first.wait_for()
    page.locator(".attach__opens").first.click()
