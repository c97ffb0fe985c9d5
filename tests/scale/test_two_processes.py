"""Two web processes, one database, one Redis: whoever looks at either sees what is done at both."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import text

from securecare.foundation.db import owner_transaction
from tests.browser.day_page import DayPage
from tests.browser.test_schedule import a_day
from tests.support.product import Product, running_product
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def processes(demo_database: str, redis_url: str) -> Iterator[tuple[Product, Product]]:
    """Two web processes that share nothing but the database and Redis."""
    with (
        running_product(demo_database, REDIS_URL=redis_url) as one,
        running_product(demo_database, REDIS_URL=redis_url) as other,
    ):
        yield one, other


@pytest.fixture
def at(chromium: Browser) -> Iterator[Callable[[Product, str], Page]]:
    """Opens a browser at one of the processes."""
    with ExitStack() as open_ones:

        def opened(product: Product, who: str) -> Page:
            context = chromium.new_context(
                viewport={"width": 1440, "height": 900}, base_url=product.url
            )
            open_ones.callback(context.close)
            page = context.new_page()
            sign_in(page, who)
            return page

        yield opened


def test_a_move_at_one_is_seen_at_the_other(processes, at):
    here, there = processes
    mine = DayPage(at(here, "Manager"), a_day(10))
    theirs = DayPage(at(there, "Administrator"), a_day(10))
    one = mine.movable()
    mine.drag(one.staff, one.start + 5, one.free + 5)
    for page in (mine, theirs):
        page.shows(one.id, s=one.free)
    theirs.open(one.id)
    theirs.page.locator(".status-steps").get_by_text("Arrived").click()
    for page in (mine, theirs):
        page.shows(one.id, code=3)


def test_what_sql_changes_is_seen_at_both(processes, at):
    pages = [
        DayPage(at(product, who), a_day(11))
        for product, who in zip(processes, ("Manager", "Administrator"), strict=True)
    ]
    one = pages[0].movable()
    with owner_transaction() as session:
        session.connection().execute(
            text("UPDATE appointment SET status = 'completed' WHERE id = :id"), {"id": one.id}
        )
    for page in pages:
        page.shows(one.id, code=4)
