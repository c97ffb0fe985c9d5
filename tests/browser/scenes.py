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


SCENES: list[Scene] = [
    Scene("sign-in", "/sign-in"),
    Scene("schedule", "/schedule", "Scheduler"),
]
