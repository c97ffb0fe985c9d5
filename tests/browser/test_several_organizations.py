"""A person who works for two organizations goes from one to the other, by the menu and by typing."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from securecare.foundation.db import owner_transaction

pytestmark = pytest.mark.browser


@pytest.fixture
def in_both(window) -> Page:
    """The manager of the large organization, who also schedules for its small neighbour."""
    with owner_transaction() as session:
        session.execute(
            text(
                "WITH person AS (SELECT id FROM account WHERE email = 'manager@harborpine.example'),"
                " neighbour AS (SELECT id FROM organization WHERE name LIKE 'Mirante%'),"
                " joined AS (INSERT INTO membership (organization_id, account_id)"
                " SELECT neighbour.id, person.id FROM neighbour, person)"
                " INSERT INTO role_grant (organization_id, account_id, role)"
                " SELECT neighbour.id, person.id, 'scheduler' FROM neighbour, person"
            )
        )
    page = window("Manager")
    page.goto("/sign-in/organization")
    page.get_by_role("button", name="Harbor & Pine").click()
    page.get_by_role("link", name="Schedule").first.wait_for()
    return page


def test_the_menu_leads_from_one_organization_to_the_other_and_back(in_both):
    page = in_both
    page.locator(".person-button").first.click()
    page.get_by_role("menuitem", name="Switch organization").click()
    page.get_by_role("button", name="Mirante").click()
    expect(page.locator(".brand__name").first).to_contain_text("Mirante")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("switch org")
    page.get_by_role("option", name="Switch organization").click()
    page.get_by_role("link", name="Stay where I am").wait_for()
    page.get_by_role("button", name="Harbor & Pine").click()
    expect(page.locator(".brand__name").first).to_contain_text("Harbor")


def test_who_belongs_to_one_organization_is_offered_no_other(window):
    page = window("Scheduler")
    page.goto("/")
    page.locator(".person-button").first.click()
    page.get_by_role("menuitem", name="Sign out").wait_for()
    expect(page.get_by_role("menuitem", name="Switch organization")).to_have_count(0)
