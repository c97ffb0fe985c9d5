"""The schedule in a real browser, signed in."""

from playwright.sync_api import Browser, BrowserContext, Page

PATIENCE_MS = 30_000


def signed_in_window(browser: Browser, url: str, cookie: str) -> BrowserContext:
    """A window that shares nothing with others, with the session's cookie in it."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=url)
    name, _, value = cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": url}])
    return context


def shown_day(browser: Browser, url: str, cookie: str) -> Page:
    """A page with the day's appointments on it."""
    page = signed_in_window(browser, url, cookie).new_page()
    page.goto("/schedule")
    wait_for_appointments(page)
    return page


def wait_for_appointments(page: Page) -> None:
    page.wait_for_selector("#day-grid [data-version]", timeout=PATIENCE_MS)
    page.wait_for_load_state("networkidle")
