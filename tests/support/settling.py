"""When a page is done changing: connected, filled, its fonts there, nothing marked as busy."""

from playwright.sync_api import Page

SETTLED = """() => document.fonts.status === 'loaded'
    && !document.querySelector('[aria-busy="true"]')
    && document.readyState === 'complete'"""


def settle(page: Page) -> None:
    """Return once the page has been quiet for half a second and says it is not busy."""
    page.wait_for_load_state("networkidle")
    page.wait_for_function(SETTLED)
    # Two frames: what the last message brought is painted.
    page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
