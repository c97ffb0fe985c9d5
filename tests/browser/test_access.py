"""Signing in, one's own account, roles and the trail, as people meet them on screen."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pyotp.totp import TOTP

from tests.support.signing_in import credentials_of

pytestmark = pytest.mark.browser

Window = Callable[..., Page]
BETTER = "seven herons over the harbor"


def fill_sign_in(page: Page, email: str, password: str) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_a_wrong_password_keeps_the_address_and_the_right_one_leads_where_one_wanted(
    window: Window,
) -> None:
    page = window()
    email, password = credentials_of("Auditor")
    page.goto("/audit")
    page.wait_for_url("**/sign-in?next=/audit")
    fill_sign_in(page, email, "certainly not this one")
    expect(page.get_by_text("The e-mail address or the password is not right.")).to_be_visible()
    expect(page.get_by_label("E-mail address")).to_have_value(email)
    assert email not in page.url
    fill_sign_in(page, email, password)
    page.wait_for_url("**/audit")
    expect(page.get_by_role("cell", name="Sign in failed")).to_be_visible()


def test_script_sees_no_cookie_of_ours(window: Window) -> None:
    page = window("Scheduler")
    page.goto("/account")
    expect(page.get_by_text("This one")).to_be_visible()
    assert "securecare" not in page.evaluate("document.cookie")
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    cookies = {each.get("name"): each.get("value", "") for each in page.context.cookies()}
    assert cookies["securecare_session"] not in stored


def test_a_second_factor_is_set_up_asked_for_and_good_once(window: Window) -> None:
    page = window("Billing clerk")
    email, password = credentials_of("Billing clerk")
    page.goto("/account")
    page.get_by_role("button", name="Set up", exact=True).click()
    secret = page.locator(".account__secret").inner_text().replace(" ", "")
    page.get_by_label("Code from your app").fill("000000")
    page.get_by_role("button", name="Turn it on").click()
    expect(page.get_by_text("This code is not right.")).to_be_visible()
    used = TOTP(secret).now()
    page.get_by_label("Code from your app").fill(used)
    page.get_by_role("button", name="Turn it on").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    recovery = page.locator(".account__codes li").first.inner_text()

    other = window()
    other.goto("/sign-in")
    fill_sign_in(other, email, password)
    other.wait_for_url("**/sign-in/code")
    other.get_by_label("Code").fill(used)
    other.get_by_role("button", name="Continue").click()
    expect(other.get_by_text("This code is not right.")).to_be_visible()
    other.get_by_label("Code").fill(recovery)
    other.get_by_role("button", name="Continue").click()
    other.wait_for_url(re.compile(r"(?<!sign-in)(?<!code)/?$"))
    other.goto("/account")
    expect(other.get_by_text("Recovery codes left: 9.")).to_be_visible()


def test_ending_a_session_signs_that_browser_out_at_once(window: Window) -> None:
    here, there = window("Manager"), window("Manager")
    there.goto("/account")
    expect(there.get_by_text("This one")).to_be_visible()
    here.goto("/account")
    here.get_by_role("button", name="End all others").click()
    expect(here.get_by_role("button", name="End this session")).to_have_count(0)
    there.wait_for_url(re.compile("/sign-in"))


def test_somebody_is_added_sets_a_password_gets_a_role_and_loses_it(window: Window) -> None:
    boss = window("Administrator")
    boss.goto("/access")
    boss.get_by_role("button", name="Add a person").click()
    dialog = boss.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Noor Haddad")
    dialog.get_by_label("E-mail address").fill("noor@example")
    dialog.get_by_role("button", name="Add this person").click()
    expect(dialog.get_by_text("This is not an e-mail address.")).to_be_visible()
    dialog.get_by_label("E-mail address").fill("noor@example.org")
    dialog.get_by_role("button", name="Add this person").click()
    link = boss.get_by_label("The one-time link").input_value()
    boss.keyboard.press("Escape")

    page = window()
    page.goto(link[link.index("/auth/") :])
    page.wait_for_url("**/set-password")
    expect(page.get_by_text("noor@example.org")).to_be_visible()
    page.get_by_label("New password").fill("passwordpassword")
    page.get_by_role("button", name="Save password").click()
    expect(page.get_by_text("This password is easy to guess.")).to_be_visible()
    page.get_by_label("New password").fill(BETTER)
    page.get_by_role("button", name="Save password").click()
    expect(page.get_by_text("Your password is set. Sign in with it.")).to_be_visible()
    fill_sign_in(page, "noor@example.org", BETTER)
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto("/audit")
    expect(page.get_by_role("heading", name="Audit", exact=True)).to_have_count(0)

    boss.get_by_role("button", name="Noor Haddad").click()
    person = boss.get_by_role("dialog")
    person.get_by_label("Role").select_option("auditor")
    person.get_by_role("button", name="Give this role").click()
    expect(person.get_by_role("button", name="Withdraw")).to_have_count(1)
    page.goto("/audit")
    expect(page.get_by_role("cell", name="Role given")).to_be_visible()

    person.get_by_role("button", name="Withdraw").click()
    expect(person.get_by_text("No role yet")).to_be_visible()
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_role("cell", name="Role given")).to_have_count(0)


def test_the_trail_is_filtered_and_taken_out_as_it_is_filtered(window: Window) -> None:
    page = window("Auditor")
    page.goto("/audit")
    page.get_by_label("Action", exact=True).select_option("sign_in.succeeded")
    page.get_by_label("Person", exact=True).fill("Ambrose")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_role("cell", name="Sign in failed")).to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as CSV").click()
    rows = download.value.path().read_text("utf-8-sig").splitlines()
    assert len(rows) > 1
    assert all('"Ambrose Tuck","sign_in.succeeded"' in row for row in rows[1:])
    page.get_by_label("From", exact=True).fill("2026-02-02")
    page.get_by_label("To", exact=True).fill("2026-02-01")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_text("The last day lies before the first.")).to_be_visible()
