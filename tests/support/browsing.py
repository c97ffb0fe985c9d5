"""Fixtures for browser tests: Chromium, a running product with the demo in it, people signed in."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support.chromium import ARGUMENTS, NoChromium, find_chromium
from tests.support.product import Product, running_product
from tests.support.signing_in import sign_in

ACTION_PATIENCE_MS = 30_000
"""What a page may take while other tests use the machine too; nothing waits longer than it must."""

expect.set_options(timeout=ACTION_PATIENCE_MS)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A headless browser for the module; every test opens windows of its own in it.

    Not for the whole run: while Playwright works, this thread can run no event loop of its own.
    """
    try:
        path = find_chromium()
    except NoChromium as missing:
        pytest.fail(str(missing))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def product(demo_database: str) -> Iterator[Product]:
    """The product over a fresh copy of the demo database."""
    with running_product(demo_database) as running:
        yield running


@pytest.fixture
def window(chromium: Browser, product: Product) -> Iterator[Callable[..., Page]]:
    """Opens browsers that share nothing: `window("scheduler", width=820, dark=True)`.

    The first argument is who signs in, by the demo's name for them; nobody if left out. A fault in a
    page's script fails the test.
    """
    faults: list[str] = []
    with ExitStack() as open_ones:

        def opened(who: str | None = None, *, width: int = 1440, dark: bool = False) -> Page:
            context = chromium.new_context(
                viewport={"width": width, "height": 900},
                color_scheme="dark" if dark else "light",
                base_url=product.url,
                has_touch=width < 1000,
            )
            open_ones.callback(context.close)
            context.set_default_timeout(ACTION_PATIENCE_MS)
            page = context.new_page()
            page.on("pageerror", lambda error: faults.append(str(error)))
            if who:
                sign_in(page, who)
            return page

        yield opened
    assert not faults, faults
