"""What a scene is: a page in one of its states."""

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


def pressed(name: str) -> Callable[[Page], None]:
    """A form that a button opens."""

    def press(page: Page) -> None:
        page.get_by_role("button", name=name).first.click()
        page.get_by_role("dialog").wait_for()

    return press
