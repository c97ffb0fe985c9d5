"""Every page in its main states: what `make screens` takes pictures of and axe looks at.

A scene names who looks, at which path, and what they do there before the picture is taken. Whoever
adds a page adds its scenes.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page


def nothing(_page: Page) -> None:
    """The page as it opens."""


@dataclass(frozen=True)
class Scene:
    """`who` is the demo's name for the person, or nobody; `arrange` brings the page into its state."""

    name: str
    path: str
    who: str | None = None
    arrange: Callable[[Page], None] = nothing


def pressing(selector: str, then: str = "[role=dialog]") -> Callable[[Page], None]:
    """Press the first thing of that selector, and wait for what it opens."""

    def press(page: Page) -> None:
        page.locator(selector).first.click()
        page.locator(then).first.wait_for()

    return press


SCENES: list[Scene] = [
    Scene("sign-in", "/sign-in"),
    Scene("schedule", "/schedule", "Scheduler"),
    Scene("organization", "/organization", "Administrator"),
    Scene("facilities", "/facilities", "Administrator"),
    Scene("facility", "/facilities", "Administrator", pressing(".row-link")),
    Scene("closed-days", "/facilities/closed-days", "Administrator"),
    Scene("programs", "/programs", "Administrator"),
    Scene("program", "/programs", "Administrator", pressing(".row-link")),
    Scene("staff", "/staff", "Administrator"),
    Scene("staff-member", "/staff", "Administrator", pressing(".row-link")),
    Scene("hours", "/staff/hours", "Administrator"),
    Scene("shift", "/staff/hours", "Administrator", pressing(".week__shift")),
]
