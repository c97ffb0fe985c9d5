"""The schedule page as its tests handle it: where blocks are, where free time is, and dragging."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page

SPANS = "e => [+e.style.getPropertyValue('--s'), +e.style.getPropertyValue('--l')]"
MARGIN = 45
"""Minutes kept free around what is chosen: programs keep pauses around appointments."""

FIND_MOVABLE = """([minimum, margin]) => {
  const span = e => [+e.style.getPropertyValue('--s'), +e.style.getPropertyValue('--l')];
  for (const body of document.querySelectorAll('.lane__body')) {
    const taken = [...body.querySelectorAll('.shade, .block')].map(span);
    for (const block of body.querySelectorAll('.block[data-code="1"], .block[data-code="2"]')) {
      const [s, l] = span(block);
      if (l < minimum) continue;
      const others = [...body.querySelectorAll('.shade, .block')].filter(e => e !== block).map(span);
      for (let at = 480; at < 1140; at += 15) {
        const clear = others.every(([s2, l2]) => at - margin >= s2 + l2 || at + l + margin <= s2);
        if (clear && Math.abs(at - s) >= 30) return {
          id: +block.dataset.id, staff: +body.dataset.staff, start: s, length: l, free: at };
      }
    }
  }
  return null;
}"""

FIND_FREE = """([length, margin]) => {
  const span = e => [+e.style.getPropertyValue('--s'), +e.style.getPropertyValue('--l')];
  for (const body of document.querySelectorAll('.lane__body')) {
    const taken = [...body.querySelectorAll('.shade, .block')].map(span);
    for (let at = 480; at < 1140; at += 15) {
      if (taken.every(([s, l]) => at - margin >= s + l || at + length + margin <= s))
        return { staff: +body.dataset.staff, at };
    }
  }
  return null;
}"""


@dataclass(frozen=True)
class Movable:
    """An appointment, and a free time on its own lane."""

    id: int
    staff: int
    start: int
    length: int
    free: int


class DayPage:
    """One browser on the schedule of one day."""

    def __init__(self, page: Page, day: str, across: bool = False) -> None:
        self.page = page
        page.goto(f"/schedule?day={day}")
        page.wait_for_selector(f'#day-grid[data-day="{day}"] .block')
        # The orientation is kept from one sign-in to the next: another test may have turned it.
        if page.locator("#day-grid").get_attribute("data-across") != str(across).lower():
            way = "across" if across else "down"
            page.locator(f"[name=orientation][value={way}]").click(force=True)
        # It scrolls to where the day begins, once, and is then left to whoever scrolls.
        page.wait_for_selector(f'#day-grid[data-opened="{day} {str(across).lower()}"] .block')
        self.across = across

    def movable(self, minimum: int = 30) -> Movable:
        """Some appointment that can be moved to a free time of the same person."""
        found = self.page.evaluate(FIND_MOVABLE, [minimum, MARGIN])
        assert found, "the demo should leave somebody a free hour"
        return Movable(**found)

    def movable_nearby(self, within: int = 45) -> Movable:
        """One whose free time is near enough to be seen on a small screen together with it."""
        found = self.page.evaluate(
            FIND_MOVABLE.replace(">= 30)", f">= 30 && Math.abs(at - s) <= {within})"), [30, 15]
        )
        assert found, "the demo should leave somebody free near an appointment"
        return Movable(**found)

    def block(self, locator: Locator) -> Movable:
        """What a block on screen says of itself; `free` is where it stands."""
        read = locator.evaluate(
            "b => ({ id: +b.dataset.id, staff: +b.closest('.lane__body').dataset.staff,"
            " start: +b.dataset.s, length: +b.dataset.l, free: +b.dataset.s })"
        )
        return Movable(**read)

    def two_of_one_person(self) -> tuple[Movable, Movable]:
        """Two appointments of the same staff member that are not over."""
        lanes = self.page.locator(".lane__body")
        for number in range(lanes.count()):
            blocks = lanes.nth(number).locator('.block[data-code="1"], .block[data-code="2"]')
            if blocks.count() > 1:
                return self.block(blocks.nth(0)), self.block(blocks.nth(1))
        raise AssertionError("somebody should have two appointments on a weekday")

    def pixels(self) -> float:
        """How long a minute is on screen."""
        return self.page.evaluate(
            "() => parseFloat(getComputedStyle(document.getElementById('day-grid'))"
            ".getPropertyValue('--px'))"
        )

    def scrolled(self) -> float:
        """How far the grid and the page are scrolled."""
        return self.page.evaluate(
            "() => { const g = document.getElementById('day-grid');"
            " return g.scrollLeft + g.scrollTop + window.scrollY }"
        )

    def move_by_form(self, minute: int) -> None:
        """Fill in a time in the open drawer, and send it."""
        self.page.locator("#move_time").fill(f"{minute // 60:02}:{minute % 60:02}")
        self.page.get_by_role("button", name="Move appointment").click()

    def free_time(self, length: int = 60) -> tuple[int, int]:
        """Staff member and minute of some free time."""
        found = self.page.evaluate(FIND_FREE, [length, MARGIN])
        assert found, "the demo should leave somebody a free hour"
        return found["staff"], found["at"]

    def point(
        self, staff: int, minute: float, earliest: float | None = None
    ) -> tuple[float, float]:
        """Where a minute of a lane is on screen; it (or `earliest`) is scrolled into view first."""
        return tuple(
            self.page.evaluate(
                """([staff, minute, first]) => {
              const grid = document.getElementById('day-grid');
              const body = document.querySelector(`.lane__body[data-staff="${staff}"]`);
              const lane = body.closest('.lane');
              const px = parseFloat(getComputedStyle(grid).getPropertyValue('--px'));
              const across = grid.dataset.across === 'true';
              grid.scrollTo(across
                ? { top: lane.offsetTop - 150, left: first * px - grid.clientWidth * 0.1 }
                : { left: lane.offsetLeft - 150, top: first * px - 150 });
              const box = body.getBoundingClientRect();
              return across
                ? [box.left + minute * px, box.top + box.height / 2]
                : [box.left + box.width / 2, box.top + minute * px];
            }""",
                [staff, minute, minute if earliest is None else earliest],
            )
        )

    def drag(
        self, staff: int, minute: float, to_minute: float, to_staff: int | None = None
    ) -> None:
        """Press, pull in several steps, let go. Both ends must be near each other on screen."""
        x, y = self.point(staff, minute, min(minute, to_minute))
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        px = 2.2 if self.across else 1.2
        along = (to_minute - minute) * px
        aside = self._distance(staff, to_staff) if to_staff else 0
        dx, dy = (along, aside) if self.across else (aside, along)
        for part in (0.1, 0.5, 0.9, 1.0):
            self.page.mouse.move(x + dx * part, y + dy * part)
        self.page.mouse.up()

    def _distance(self, staff: int, other: int) -> float:
        return self.page.evaluate(
            """([a, b]) => {
              const middle = staff => {
                const box = document.querySelector(`.lane__body[data-staff="${staff}"]`)
                  .getBoundingClientRect();
                return document.getElementById('day-grid').dataset.across === 'true'
                  ? box.top + box.height / 2 : box.left + box.width / 2;
              };
              return middle(b) - middle(a);
            }""",
            [staff, other],
        )

    def shows(self, appointment_id: int, **expected: Any) -> None:
        """Wait until the block is there with these values: s, l, staff, code."""
        self.page.wait_for_function(
            """([id, wanted]) => {
              const block = document.querySelector(`.block[data-id="${id}"]`);
              if (!block) return false;
              const is = {
                s: +block.style.getPropertyValue('--s'), l: +block.style.getPropertyValue('--l'),
                staff: +block.closest('.lane__body').dataset.staff, code: +block.dataset.code };
              return Object.entries(wanted).every(([name, value]) => is[name] === value);
            }""",
            arg=[appointment_id, expected],
        )

    def open(self, appointment_id: int) -> None:
        """Open the drawer of an appointment, by keyboard."""
        self.page.locator(f'.block[data-id="{appointment_id}"]').focus()
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector(".appointment")

    def toast(self, words: str) -> None:
        """Wait for a message."""
        self.page.get_by_text(words).first.wait_for()
