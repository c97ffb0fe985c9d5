"""Working on a case in a browser: begun, assessed, its chart, closed with a reason and reopened."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import text

from securecare.foundation.db import owner_transaction

pytestmark = pytest.mark.browser
Window = Callable[..., Page]


@pytest.fixture(scope="module")
def record(product) -> str:
    """The record of somebody who comes to a program of the case worker and has no case yet."""
    del product
    with owner_transaction() as session:
        query = text(
            "SELECT a.customer_id FROM appointment a JOIN program p ON p.id = a.program_id"
            " WHERE p.name = 'Housing Navigation'"
            " AND NOT EXISTS (SELECT FROM care_case WHERE customer_id = a.customer_id)"
            " ORDER BY a.customer_id DESC LIMIT 1"
        )
        return f"/customers/{session.execute(query).scalar_one()}"


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def opened(window: Window, who: str, path: str, **more: object) -> Page:
    page = window(who, **more)
    page.goto(path)
    page.locator(".record__about").first.wait_for()
    return page


def answered(page: Page, place: int) -> None:
    """Answer every question of the open form with the choice at that place."""
    for question in dialog(page).locator(".case-question").all():
        radios = question.get_by_role("radio")
        if radios.count():
            radios.nth(place).check()


def assessed(page: Page, place: int) -> None:
    """Take an assessment with all answers alike."""
    page.get_by_role("button", name="Add assessment", exact=True).click()
    dialog(page).get_by_label("Form", exact=True).select_option("How the Week Went")
    expect(dialog(page).get_by_text("I ate at least two proper meals.")).to_be_visible()
    answered(page, place)
    dialog(page).get_by_role("button", name="Save assessment").click()
    expect(dialog(page)).to_have_count(0)


def moved(page: Page, item: str, reason: str, button: str) -> None:
    """Hold, close or reopen the case."""
    if item:
        page.get_by_role("button", name="More", exact=True).click()
        page.get_by_role("menuitem", name=item).click()
    else:
        page.get_by_role("button", name="Reopen case").click()
    dialog(page).get_by_role("button", name=button).click()
    expect(dialog(page).get_by_text("Choose a reason.")).to_be_visible()
    dialog(page).get_by_label("Reason").select_option(reason)
    dialog(page).get_by_role("button", name=button).click()
    expect(dialog(page)).to_have_count(0)


def test_a_case_is_begun_assessed_closed_and_reopened(window: Window, record: str):
    page = opened(window, "Case worker", f"{record}/cases")
    page.get_by_role("button", name="Open a case").click()
    dialog(page).get_by_role("button", name="Open case").click()
    for said in (
        "Enter what the case is about.",
        "Choose one of your programs.",
        "Enter what brings them here.",
    ):
        expect(dialog(page).get_by_text(said)).to_be_visible()
    dialog(page).get_by_label("Case title").fill("A quieter place to live")
    dialog(page).get_by_label("Program").select_option("Housing Navigation")
    dialog(page).get_by_label("Facility").select_option("Harbor House")
    dialog(page).get_by_label("What brings them here").fill("The room above the bar is too loud.")
    dialog(page).get_by_role("button", name="Open case").click()
    expect(dialog(page)).to_have_count(0)

    page.get_by_role("link", name="A quieter place to live").click()
    expect(page.get_by_role("heading", name="A quieter place to live")).to_be_visible()
    expect(page.get_by_text("The room above the bar is too loud.")).to_be_visible()
    expect(page.get_by_text("No assessments yet.")).to_be_visible()
    there = opened(window, "Manager", page.url)

    page.get_by_role("button", name="Add assessment", exact=True).click()
    dialog(page).get_by_label("Form", exact=True).select_option("How the Week Went")
    dialog(page).get_by_role("button", name="Save assessment").click()
    expect(dialog(page).get_by_text("Answer this question.").first).to_be_visible()
    page.keyboard.press("Escape")
    assessed(page, 1)
    assessed(page, 3)
    for each in (page, there):
        scores = each.get_by_role("table", name="Scores over time")
        expect(scores.get_by_role("cell", name="15 of 15")).to_be_visible()
        expect(scores.get_by_role("cell", name="+10, better")).to_be_visible()
        expect(each.locator(".recharts-line-dot")).to_have_count(2)
        expect(each.get_by_text("From 5 of 15 to 15 of 15, better.")).to_be_visible()

    page.get_by_role("button", name="Answers of").first.click()
    expect(dialog(page).get_by_text("Always").first).to_be_visible()
    page.keyboard.press("Escape")

    moved(page, "Close case", "Goals reached", "Close case")
    for each in (page, there):
        expect(each.get_by_role("button", name="Reopen case")).to_be_visible()
        expect(each.get_by_role("list", name="Timeline")).to_contain_text("Goals reached")
        expect(each.get_by_role("button", name="Add assessment", exact=True)).to_have_count(0)
    moved(there, "", "Returned", "Reopen case")
    for each in (page, there):
        expect(each.get_by_role("button", name="Add assessment", exact=True)).to_be_visible()
        expect(each.get_by_role("list", name="Timeline")).to_contain_text("Returned")


def test_a_service_is_noted_corrected_by_two_and_struck(window: Window):
    page = opened(window, "Administrator", "/customers/1/cases/1")
    page.get_by_role("button", name="Add service").click()
    dialog(page).get_by_label("Service given").fill("Moving help")
    dialog(page).get_by_role("button", name="Save service").click()
    expect(dialog(page).get_by_text("Enter how long it took")).to_be_visible()
    expect(dialog(page).get_by_label("Service given")).to_have_value("Moving help")
    dialog(page).get_by_label("Duration").fill("90")
    dialog(page).get_by_role("button", name="Save service").click()
    line = page.get_by_role("list", name="Timeline").get_by_role("listitem").first
    expect(line).to_contain_text("Moving help")
    expect(line).to_contain_text("1 h 30 min")

    there = opened(window, "Manager", "/customers/1/cases/1")
    for each in (page, there):
        each.get_by_role("button", name="Correct: Moving help").click()
        dialog(each).get_by_label("Reason for the correction").fill("Miscounted")
    dialog(page).get_by_label("Duration").fill("60")
    dialog(page).get_by_role("button", name="Save correction").click()
    expect(line).to_contain_text("Reason for the correction: Miscounted")
    dialog(there).get_by_label("Duration").fill("45")
    dialog(there).get_by_role("button", name="Save correction").click()
    expect(there.get_by_text("changed this while you had it open")).to_be_visible()
    there.get_by_role("button", name="Save mine").click()
    expect(line).to_contain_text("45 min")
    page.get_by_role("button", name="Earlier version: Moving help").click()
    for said in ("45 min", "1 h", "1 h 30 min"):
        expect(dialog(page).get_by_text(said, exact=True)).to_be_visible()
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Mark as entered in error: Moving help").click()
    dialog(page).get_by_role("button", name="Mark as entered in error").click()
    expect(dialog(page).get_by_text("Enter the reason.")).to_be_visible()
    dialog(page).get_by_label("What is wrong with it?").fill("That was somebody else")
    dialog(page).get_by_role("button", name="Mark as entered in error").click()
    expect(line).to_contain_text("Entered in error: That was somebody else")


def test_a_goal_is_set_and_what_came_of_it_noted(window: Window):
    page = opened(window, "Manager", "/customers/2/cases/3")
    page.get_by_role("button", name="Add goal").click()
    dialog(page).get_by_label("The goal").fill("Sing in the choir again")
    dialog(page).get_by_label("Target value").fill("Once a week")
    dialog(page).get_by_role("button", name="Save goal").click()
    goal = page.get_by_role("list", name="Goals").get_by_role("listitem").first
    expect(goal).to_contain_text("Sing in the choir again")
    page.get_by_role("button", name="Record outcome for: Sing in the choir again").click()
    dialog(page).get_by_role("button", name="Save outcome").click()
    expect(dialog(page).get_by_text("Choose how far it was reached.")).to_be_visible()
    dialog(page).get_by_label("Partly met").check()
    dialog(page).get_by_role("button", name="Save outcome").click()
    expect(goal).to_contain_text("Partly met")
    page.locator("[name=kinds][value=goals]").click(force=True)
    lines = page.get_by_role("list", name="Timeline")
    expect(lines).to_contain_text("Outcome: Sing in the choir again")
    expect(lines).not_to_contain_text("Intake")


def test_a_long_timeline_is_read_page_by_page(window: Window):
    page = opened(window, "Manager", "/customers/1/cases/1")
    lines = page.get_by_role("list", name="Timeline").locator("> li")
    expect(lines).to_have_count(25)
    page.get_by_role("button", name="Show earlier entries").click()
    expect(lines.nth(40)).to_be_visible()
    expect(
        page.get_by_text("Case opened").or_(page.get_by_text("Intake").last).first
    ).to_be_visible()


def test_cases_are_not_for_everybody(window: Window):
    scheduler = window("Scheduler")
    for path in ("/customers/1/cases", "/customers/1/cases/1", "/assessments"):
        scheduler.goto(path)
        scheduler.wait_for_url("**/no-access")
    worker = window("Case worker")
    worker.goto("/customers/1/cases/1")
    expect(worker.get_by_text("Record not found")).to_be_visible()
    page = opened(window, "Manager", "/customers/2/cases/1")
    expect(page.get_by_text("Case not found")).to_be_visible()


def test_a_form_is_written_published_and_asked_with(window: Window):
    page = window("Manager")
    page.goto("/assessments")
    page.get_by_role("button", name="Add a form").click()
    form = dialog(page)
    form.get_by_role("button", name="Save the draft").click()
    expect(form.get_by_text("Enter a name.")).to_be_visible()
    expect(form.get_by_text("Enter the question.")).to_be_visible()
    form.get_by_label("Name").fill("First steps")
    form.get_by_label("Question 1: what is asked").fill("Did you leave the house today?")
    for place, (words, points) in enumerate((("No", "0"), ("Yes", "2")), 1):
        form.get_by_label(f"Question 1, answer {place}", exact=True).fill(words)
        form.get_by_label(f"Question 1, answer {place}: points").fill(points)
    form.get_by_role("button", name="Add a question").click()
    form.get_by_label("Question 2: what is asked").fill("Did you meet anybody?")
    form.get_by_role("button", name="Ask Question 2 earlier").click()
    expect(form.get_by_label("Question 1: what is asked")).to_have_value("Did you meet anybody?")
    form.get_by_role("button", name="Take Question 1 out").click()
    expect(form.get_by_label("Question 1: what is asked")).to_have_value(
        "Did you leave the house today?"
    )
    form.get_by_role("button", name="Save the draft").click()
    card = page.get_by_role("article").filter(has_text="First steps")
    expect(card).to_contain_text("Not published yet")
    card.get_by_role("button", name="Publish First steps").click()
    dialog(page).get_by_role("button", name="Publish it").click()
    expect(card).to_contain_text("Version 1, published")
    expect(card).to_contain_text("0 to 2 points")
    card.get_by_role("button", name="More about First steps").click()
    page.get_by_role("menuitem", name="Published versions").click()
    expect(dialog(page).get_by_text("No (0) · Yes (2)")).to_be_visible()
    worker = opened(window, "Administrator", "/customers/1/cases/1")
    worker.get_by_role("button", name="Add assessment", exact=True).click()
    expect(dialog(worker).get_by_label("Form", exact=True)).to_contain_text("First steps")
