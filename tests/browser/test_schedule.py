"""Two people at one day: what either does is on both screens, in both orientations."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from securecare.foundation.db import owner_transaction
from tests.browser.day_page import DayPage

pytestmark = pytest.mark.browser
BOTH_WAYS = pytest.mark.parametrize("across", [False, True], ids=["columns", "rows"])


def a_day(after: int) -> str:
    """A weekday so many days ahead: each test has one of its own."""
    day = datetime.now(UTC).date() + timedelta(days=after)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day.isoformat()


@pytest.fixture
def two(window: Callable[..., Page]) -> Callable[..., tuple[DayPage, DayPage]]:
    """Opens the same day for a manager and for an administrator."""

    def opened(after: int, across: bool = False) -> tuple[DayPage, DayPage]:
        return (
            DayPage(window("Manager"), a_day(after), across),
            DayPage(window("Administrator"), a_day(after), across),
        )

    return opened


@BOTH_WAYS
def test_an_appointment_dragged_to_another_time_moves_for_both_and_back_by_undo(two, across):
    mine, theirs = two(10, across)
    one = mine.movable()
    mine.drag(one.staff, one.start + 5, one.free + 5)
    for page in (mine, theirs):
        page.shows(one.id, s=one.free, staff=one.staff)
    mine.page.get_by_role("button", name="Undo").click()
    for page in (mine, theirs):
        page.shows(one.id, s=one.start, staff=one.staff)


@BOTH_WAYS
def test_an_appointment_is_made_shorter_by_its_end(two, across):
    mine, theirs = two(11, across)
    one = mine.movable(minimum=45)
    mine.drag(one.staff, one.start + one.length - 2, one.start + one.length - 17)
    for page in (mine, theirs):
        page.shows(one.id, s=one.start, l=one.length - 15)


@BOTH_WAYS
def test_free_time_is_pressed_and_booked(two, across):
    mine, theirs = two(14, across)
    staff, minute = mine.free_time(45)
    before = theirs.page.locator(".block").count()
    x, y = mine.point(staff, minute + 2)
    mine.page.mouse.click(x, y)
    book_somebody(mine.page)
    theirs.page.wait_for_function(
        "before => document.querySelectorAll('.block').length > before", arg=before
    )
    mine.page.wait_for_function(
        "([staff, at]) => [...document.querySelectorAll("
        "`.lane__body[data-staff='${staff}'] .block`)]"
        ".some(b => +b.style.getPropertyValue('--s') === at)",
        arg=[staff, minute],
    )


def book_somebody(page: Page) -> None:
    """Fill in the booking form for whoever is new here and has nothing booked."""
    with owner_transaction() as session:
        name = (
            session.connection()
            .execute(
                text(
                    "INSERT INTO customer (organization_id, number, given_name, family_name,"
                    " phone, email, version) SELECT organization_id, max(number) + 1,"
                    " 'Newcomer', 'Arrived' || max(number), '', '', 1 FROM customer"
                    " WHERE organization_id = 1 GROUP BY 1 RETURNING family_name"
                )
            )
            .scalar_one()
        )
    page.locator("#booking-form [name=customer_search]").fill(name)
    page.locator(".found button").first.click()
    page.locator("#booking-form [name=program_id]").select_option(label="Case Management · 45 min")
    page.locator("#booking-form [name=duration]").fill("30")
    page.get_by_role("button", name="Book appointment").click()
    page.get_by_text("Booked.").first.wait_for()


def test_a_taken_time_is_refused_with_what_stands_there_and_when_it_would_be_free(two):
    mine, _ = two(15)
    one = mine.movable()
    other = mine.page.evaluate(
        "([id, staff]) => { const b = [...document.querySelectorAll("
        "`.lane__body[data-staff='${staff}'] .block`)].find(b => +b.dataset.id !== id"
        " && ['1', '2'].includes(b.dataset.code));"
        " return b && { s: +b.dataset.s, who: b.querySelector('.block__who').textContent } }",
        [one.id, one.staff],
    )
    assert other, "somebody should have two appointments on a weekday"
    mine.drag(one.staff, one.start + 5, other["s"] + 5)
    dialog = mine.page.get_by_role("dialog", name="Not possible as asked")
    expect(dialog).to_contain_text(other["who"])
    offers = dialog.locator(".refusal__offers button")
    assert 1 <= offers.count() <= 3
    offers.first.click()
    mine.toast("Moved.")
    expect(dialog).to_be_hidden()


def test_who_may_insists_with_a_reason_and_who_may_not_is_not_asked(two, window):
    mine, _ = two(16)
    one = mine.movable()
    free_but_shaded = 23 * 60
    mine.open(one.id)
    move_by_form(mine.page, free_but_shaded)
    dialog = mine.page.get_by_role("dialog", name="Not possible as asked")
    dialog.get_by_label("Or insist, and say why").fill("The family can only come at night.")
    dialog.get_by_role("button", name="Book anyway").click()
    mine.toast("Moved.")
    expect(mine.page.locator(".appointment")).to_contain_text("The family can only come at night.")
    scheduler = DayPage(window("Scheduler"), a_day(17))
    two_ = scheduler.movable()
    scheduler.open(two_.id)
    move_by_form(scheduler.page, free_but_shaded)
    refused = scheduler.page.get_by_role("dialog", name="Not possible as asked")
    refused.wait_for()
    expect(refused.get_by_label("Or insist, and say why")).to_have_count(0)


def move_by_form(page: Page, minute: int) -> None:
    page.get_by_text("Change time or staff").click()
    page.locator("#move_time").fill(f"{minute // 60:02}:{minute % 60:02}")
    page.get_by_role("button", name="Move appointment").click()


def test_an_appointment_is_moved_by_keys_alone(two):
    mine, theirs = two(18)
    one = mine.movable()
    mine.drag(one.staff, one.start + 5, one.free + 5)
    mine.shows(one.id, s=one.free)
    mine.page.locator(f'.block[data-id="{one.id}"]').focus()
    mine.page.keyboard.press("Alt+ArrowDown")
    for page in (mine, theirs):
        page.shows(one.id, s=one.free + 15)


def test_each_sees_that_the_other_is_there_and_what_they_set(two):
    mine, theirs = two(21)
    one = mine.movable()
    mine.open(one.id)
    theirs.open(one.id)
    expect(mine.page.locator(".appointment")).to_contain_text("is looking at this now")
    theirs.page.locator(".status-steps").get_by_text("Arrived").click()
    mine.shows(one.id, code=3)
    expect(mine.page.locator(".appointment .badge").first).to_contain_text("Arrived")


def test_of_two_who_write_notes_the_second_chooses(two):
    mine, theirs = two(22)
    one = mine.movable()
    for page in (mine, theirs):
        page.open(one.id)
        page.page.locator("#edit_public_note").click()
    expect(theirs.page.locator(".appointment")).to_contain_text("is editing this now")
    mine.page.locator("#edit_public_note").fill("Bring the letter.")
    mine.page.get_by_role("button", name="Save notes").click()
    mine.toast("Notes saved.")
    theirs.page.locator("#edit_public_note").fill("Use the back door.")
    theirs.page.get_by_role("button", name="Save notes").click()
    conflict = theirs.page.locator(".conflict")
    expect(conflict).to_contain_text("Use the back door.")
    expect(conflict).to_contain_text("Bring the letter.")
    conflict.get_by_role("button", name="Keep mine").click()
    theirs.toast("Notes saved.")
    with owner_transaction() as session:
        kept = session.connection().execute(
            text("SELECT public_note FROM appointment WHERE id = :id"), {"id": one.id}
        )
        assert kept.scalar_one() == "Use the back door."


def test_what_sql_changes_is_on_both_screens(two):
    mine, theirs = two(23)
    one = mine.movable()
    with owner_transaction() as session:
        session.connection().execute(
            text("UPDATE appointment SET status = 'completed' WHERE id = :id"), {"id": one.id}
        )
    for page in (mine, theirs):
        page.shows(one.id, code=4)


def test_filters_show_what_fits_and_are_kept_for_the_next_sign_in(two, window):
    mine, _ = two(24)
    page = mine.page
    everything = page.locator(".block").count()
    page.locator(".chips--statuses").get_by_text("Confirmed").click()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.block')].every(b => b.dataset.code === '2')"
    )
    assert 0 < page.locator(".block").count() < everything
    again = window("Manager")
    again.goto(f"/schedule?day={a_day(24)}")
    again.wait_for_selector(".block")
    chip = again.locator(".chips--statuses button", has_text="Confirmed")
    expect(chip).to_have_attribute("aria-pressed", "true")
    chip.click()
    again.wait_for_function("() => document.querySelector('.block[data-code=\"1\"]')")
