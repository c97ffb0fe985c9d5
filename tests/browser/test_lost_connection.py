"""The network goes away while somebody works: what was typed stays, and the page catches up by itself."""

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import text

from securecare.foundation.db import owner_transaction
from tests.browser.day_page import DayPage
from tests.browser.test_schedule import a_day
from tests.support.line import line_to
from tests.support.product import Product
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.browser
PATIENCE_MS = 45_000


def test_what_is_typed_stays_and_what_changed_meanwhile_appears(
    chromium: Browser, product: Product
):
    with line_to(product.url) as line:
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=line.url)
        page = context.new_page()
        sign_in(page, "Manager")
        mine = DayPage(page, a_day(25))
        one = mine.movable()
        page.get_by_role("button", name="New appointment").click()
        note = page.locator("#booking-form [name=public_note]")
        note.fill("Bring the blue folder.")
        line.cut()
        page.get_by_text("Not connected.").wait_for(timeout=PATIENCE_MS)
        with owner_transaction() as session:
            session.connection().execute(
                text("UPDATE appointment SET status = 'completed' WHERE id = :id"), {"id": one.id}
            )
        line.mend()
        page.wait_for_function(
            "id => document.querySelector(`.block[data-id='${id}']`)?.dataset.code === '4'",
            arg=one.id,
            timeout=PATIENCE_MS,
        )
        expect(page.get_by_text("Not connected.")).to_be_hidden()
        expect(note).to_have_value("Bring the blue folder.")
        context.close()


def test_what_was_typed_outlives_the_death_of_the_process_that_served_the_page(
    chromium: Browser, product: Product
):
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=product.url)
    page = context.new_page()
    sign_in(page, "Manager")
    DayPage(page, a_day(20))
    page.get_by_role("button", name="New appointment").click()
    note = page.locator("#booking-form [name=public_note]")
    note.press_sequentially("Bring the green folder.")
    page.locator("#booking-form [name=duration]").press_sequentially("35")
    product.kill()
    page.get_by_text("Not connected.").wait_for(timeout=PATIENCE_MS)
    product.start_again()
    page.get_by_text("What you typed is kept").wait_for(timeout=PATIENCE_MS)
    page.get_by_role("button", name="New appointment").click()
    expect(note).to_have_value("Bring the green folder.")
    expect(page.locator("#booking-form [name=duration]")).to_have_value("35")
    expect(page.get_by_text("What you typed is kept")).to_be_hidden()
    # Whoever closes the form has let go of what was in it.
    page.keyboard.press("Escape")
    expect(note).to_have_count(0)
    page.get_by_role("button", name="New appointment").click()
    expect(note).to_have_value("")
    context.close()
