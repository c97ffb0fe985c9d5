"""Axe finds no serious violation in any scene, light or dark."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.scenes import SCENES, Scene
from tests.support.browsing import ACTION_PATIENCE_MS
from tests.support.product import Product
from tests.support.settling import settle
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.browser

GRAVE = {"serious", "critical"}


@pytest.fixture(scope="module")
def people(chromium: Browser, product: Product) -> Iterator[Callable[[str | None], BrowserContext]]:
    """A browser for each of the demo's people, who sign in once and stay for all their scenes."""
    known: dict[str | None, BrowserContext] = {}
    with ExitStack() as open_ones:

        def person(who: str | None) -> BrowserContext:
            if who not in known:
                known[who] = context = chromium.new_context(
                    viewport={"width": 1440, "height": 900},
                    base_url=product.url,
                    reduced_motion="reduce",  # nothing is looked at on its way to another colour
                )
                open_ones.callback(context.close)
                context.set_default_timeout(ACTION_PATIENCE_MS)
                if who:
                    first = context.new_page()
                    sign_in(first, who)
                    first.close()
            return known[who]

        yield person


@pytest.fixture
def page_of(people: Callable[[str | None], BrowserContext]) -> Iterator[Callable[..., Page]]:
    """Opens a page of its own: what stood open in another scene does not stand open in it."""
    faults: list[str] = []
    with ExitStack() as open_ones:

        def opened(who: str | None) -> Page:
            page = people(who).new_page()
            open_ones.callback(page.close)
            page.on("pageerror", lambda error: faults.append(str(error)))
            return page

        yield opened
    assert not faults, faults


COLOURS_STAND = """() => !document.getAnimations().some(
    each => each instanceof CSSTransition && each.playState === 'running')"""
"""The other look comes by a transition; half way between the two nothing has its contrast."""


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_scene_is_open_to_everybody(scene: Scene, page_of: Callable[..., Page]) -> None:
    page = page_of(scene.who)
    page.goto(scene.path)
    settle(page)
    scene.arrange(page)
    told = [*faults_of(page, "light"), *faults_of(page, "dark")]
    assert not told, "\n".join(told)


def faults_of(page: Page, look: str) -> list[str]:
    """What axe finds in the page as it is, in that look."""
    page.emulate_media(color_scheme="dark" if look == "dark" else "light")
    page.wait_for_function(
        "look => getComputedStyle(document.documentElement).colorScheme === look", arg=look
    )
    settle(page)
    page.wait_for_function(COLOURS_STAND)
    found = Axe().run(page).response["violations"]
    return [
        f"{look}: {fault['id']}: {node['html'][:200]}"
        for fault in found
        if fault["impact"] in GRAVE
        for node in fault["nodes"]
    ]
