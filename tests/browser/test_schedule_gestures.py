"""What hands do on the day grid: with a mouse from one person to another, with a finger, by keys."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.day_page import DayPage, Movable

pytestmark = pytest.mark.browser
BOTH_WAYS = pytest.mark.parametrize("across", [False, True], ids=["columns", "rows"])

FIND_ELSEWHERE = """([id, start, length, margin]) => {
  const span = e => [+e.style.getPropertyValue('--s'), +e.style.getPropertyValue('--l')];
  const own = document.querySelector(`.block[data-id="${id}"]`).closest('.lane__body');
  const lanes = [...document.querySelectorAll('.lane__body')];
  const here = lanes.indexOf(own);
  for (const body of lanes.slice(here + 1, here + 4)) {
    if (body.dataset.zone !== own.dataset.zone) continue;
    const taken = [...body.querySelectorAll('.shade, .block')].map(span);
    for (const at of [start + 30, start + 60, start - 30, start - 60, start + 90, start - 90, start])
      if (taken.every(([s, l]) => at - margin >= s + l || at + length + margin <= s))
        return [+body.dataset.staff, at];
  }
  return null;
}"""


def a_day(after: int) -> str:
    """A weekday so many days ahead: each test has one of its own."""
    day = datetime.now(UTC).date() + timedelta(days=after)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day.isoformat()


def elsewhere(day: DayPage) -> tuple[Movable, int, int]:
    """An appointment, and somebody else near it who is free at another time: staff and minute."""
    blocks = day.page.locator('.block[data-code="1"], .block[data-code="2"]')
    for number in range(blocks.count()):
        one = day.block(blocks.nth(number))
        found = day.page.evaluate(FIND_ELSEWHERE, [one.id, one.start, one.length, 45])
        if found:
            return one, *found
    raise AssertionError("the demo should leave somebody else free")


@BOTH_WAYS
def test_an_appointment_dragged_to_somebody_else_and_another_time_goes_back_by_undo(window, across):
    mine = DayPage(window("Manager"), a_day(3), across)
    theirs = DayPage(window("Administrator"), a_day(3), across)
    one, staff, free = elsewhere(mine)
    mine.drag(one.staff, one.start + 5, free + 5, staff)
    for page in (mine, theirs):
        page.shows(one.id, s=free, staff=staff)
    mine.page.get_by_role("button", name="Undo").click()
    for page in (mine, theirs):
        page.shows(one.id, s=one.start, staff=one.staff)


@BOTH_WAYS
def test_a_new_length_goes_back_by_undo(window, across):
    mine = DayPage(window("Manager"), a_day(4), across)
    one = mine.movable(minimum=45)
    mine.drag(one.staff, one.start + one.length - 2, one.start + one.length - 17)
    mine.shows(one.id, s=one.start, l=one.length - 15)
    mine.page.get_by_role("button", name="Undo").click()
    mine.shows(one.id, s=one.start, l=one.length)


@BOTH_WAYS
def test_free_time_dragged_over_asks_for_just_that_time(window, across):
    mine = DayPage(window("Manager"), a_day(7), across)
    staff, minute = mine.free_time(45)
    mine.drag(staff, minute + 2, minute + 45)
    form = mine.page.locator("#booking-form")
    expect(form.locator("[name=duration]")).to_have_value("45")


@BOTH_WAYS
def test_a_block_dragged_onto_a_taken_time_stays_and_three_free_times_are_offered(window, across):
    mine = DayPage(window("Manager"), a_day(8), across)
    one, other = mine.two_of_one_person()
    mine.drag(one.staff, one.start + 5, other.start + 5)
    dialog = mine.page.get_by_role("dialog", name="Not possible as asked")
    expect(dialog.locator(".refusal__offers button")).to_have_count(3)
    mine.shows(one.id, s=one.start, staff=one.staff)
    mine.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    mine.shows(one.id, s=one.start, staff=one.staff)


class Finger:
    """One finger on the screen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wire: CDPSession = page.context.new_cdp_session(page)

    def down(self, x: float, y: float) -> None:
        self._send("touchStart", x, y)

    def to(self, x: float, y: float) -> None:
        self._send("touchMove", x, y)

    def up(self) -> None:
        self.wire.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def hold(self, x: float, y: float) -> None:
        """Press until the page says that it has taken hold."""
        self.down(x, y)
        self.page.wait_for_selector("body.is-dragging")

    def pull(self, *way: tuple[float, float]) -> None:
        for x, y in way:
            self.to(x, y)

    def _send(self, kind: str, x: float, y: float) -> None:
        point: dict[str, Any] = {"x": x, "y": y}
        self.wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})


@pytest.fixture(params=[375, 820], ids=["phone", "tablet"])
def touched(window: Callable[..., Page], request: pytest.FixtureRequest) -> Page:
    """A page of a manager on a screen that is touched."""
    return window("Manager", width=request.param)


@BOTH_WAYS
def test_a_held_finger_moves_an_appointment(touched, across):
    day = DayPage(touched, a_day(10 + (touched.viewport_size["width"] > 400)), across)
    finger = Finger(touched)
    one = day.movable_nearby()
    # Both places amid what is seen beside the names: at its edge the grid would scroll by itself.
    amid = (one.start + one.free + one.length) / 2
    before = 0.4 * touched.viewport_size["width"] - 65 if across else 80
    first = amid - before / day.pixels()
    x, y = day.point(one.staff, one.start + one.length / 2, first)
    finger.hold(x, y)
    far = (one.free - one.start) * day.pixels()
    dx, dy = (far, 0) if across else (0, far)
    finger.pull((x + dx / 2, y + dy / 2), (x + dx, y + dy))
    finger.up()
    day.shows(one.id, s=one.free, staff=one.staff)
    day.toast("Moved.")


@BOTH_WAYS
def test_a_held_finger_marks_free_time_and_a_tap_opens_an_appointment(touched, across):
    day = DayPage(touched, a_day(14 + (touched.viewport_size["width"] > 400)), across)
    finger = Finger(touched)
    one = day.movable()
    x, y = day.point(one.staff, one.start + one.length / 2)
    finger.down(x, y)
    finger.up()
    touched.locator(".appointment").wait_for()
    touched.keyboard.press("Escape")
    expect(touched.locator(".appointment")).to_have_count(0)
    staff, minute = day.free_time(45)
    x, y = day.point(staff, minute + 2)
    finger.hold(x, y)
    far = 43 * day.pixels()
    finger.pull((x + far / 2, y) if across else (x, y + far / 2))
    finger.pull((x + far, y) if across else (x, y + far))
    finger.up()
    expect(touched.locator("#booking-form [name=duration]")).to_have_value("45")


@BOTH_WAYS
def test_a_finger_that_wipes_scrolls_and_moves_nothing(touched, across):
    day = DayPage(touched, a_day(18), across)
    one = day.movable()
    x, y = day.point(one.staff, one.start + one.length / 2)
    before = day.scrolled()
    finger = Finger(touched)
    finger.down(x, y)
    for step in range(1, 9):
        finger.to(x - 12 * step, y) if across else finger.to(x, y - 12 * step)
    finger.up()
    touched.wait_for_function(
        "before => { const g = document.getElementById('day-grid');"
        " return g.scrollLeft + g.scrollTop + window.scrollY > before + 40 }",
        arg=before,
    )
    assert touched.locator(".ghost").count() == 0
    day.shows(one.id, s=one.start, staff=one.staff)


def test_of_two_who_move_one_appointment_the_second_is_shown_both_times_and_chooses(window):
    mine = DayPage(window("Manager"), a_day(21))
    theirs = DayPage(window("Administrator"), a_day(21))
    one = mine.movable()
    for page in (mine, theirs):
        page.open(one.id)
        page.page.get_by_text("Change time or staff").click()
    wanted = theirs.page.locator("#move_time").input_value()
    mine.move_by_form(one.free)
    mine.toast("Moved.")
    theirs.shows(one.id, s=one.free)
    # What the second had begun to fill in is still theirs, and not sent without a choice.
    theirs.page.locator("#move_time").fill(wanted)
    theirs.page.get_by_role("button", name="Move appointment").click()
    conflict = theirs.page.locator(".conflict")
    expect(conflict).to_be_visible()
    theirs.shows(one.id, s=one.free)
    conflict.get_by_role("button", name="Keep mine").click()
    for page in (mine, theirs):
        page.shows(one.id, s=one.start)


def test_a_drawer_and_a_form_take_the_focus_and_give_it_back(window):
    mine = DayPage(window("Manager"), a_day(22))
    one = mine.movable()
    block = mine.page.locator(f'.block[data-id="{one.id}"]')
    mine.open(one.id)
    mine.page.wait_for_function(
        "() => document.querySelector('.appointment').closest('[role=dialog]')"
        ".contains(document.activeElement)"
    )
    mine.page.keyboard.press("Escape")
    expect(block).to_be_focused()
    book = mine.page.get_by_role("button", name="New appointment")
    book.focus()
    mine.page.keyboard.press("Enter")
    expect(mine.page.locator("#booking-form [name=customer_search]")).to_be_focused()
    mine.page.keyboard.press("Escape")
    expect(book).to_be_focused()


def test_an_hour_that_comes_twice_is_asked_about_and_one_that_does_not_come_is_refused(window):
    day = DayPage(window("Manager"), a_day(23))
    day.page.get_by_role("button", name="New appointment").click()
    form = day.page.locator("#booking-form")
    form.locator("[name=customer_search]").fill("an")
    day.page.locator(".found button").first.click()
    form.locator("[name=program_id]").select_option(index=1)
    form.locator("[name=staff_id]").select_option(index=1)
    form.locator("[name=facility_id]").select_option(label="Harbor House")
    book = day.page.get_by_role("button", name="Book appointment")
    form.locator("[name=day]").fill("2027-03-14")
    form.locator("[name=time]").fill("02:30")
    book.click()
    expect(form.get_by_text("There is no 2:30 AM")).to_be_visible()
    form.locator("[name=day]").fill("2027-11-07")
    form.locator("[name=time]").fill("01:30")
    book.click()
    dialog = day.page.get_by_role("dialog", name="Which of the two?")
    expect(dialog.locator(".refusal__offers button")).to_have_count(2)
    expect(dialog).to_contain_text("second, after the clocks go back")
