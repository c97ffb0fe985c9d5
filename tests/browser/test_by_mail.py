"""What a person does by way of their mailbox, from the form through a real letter to their portal.

The web process, the job process, the mail server and the text service are real, and so is the phone's
browser. Nothing here waits for a time, only for what must come.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from securecare.foundation.db import owner_transaction
from securecare.portal import signing_up
from tests.browser.post import Post, link_in, looked_at, running_post
from tests.portal.mailbox import asked, new_address, somewhere
from tests.support.community import PASSWORD, Someone, person
from tests.support.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
Window = Callable[..., Page]
PHONE = 375
NEW_PASSWORD = "seven quiet herons wade"


@pytest.fixture(scope="module")
def post(demo_database: str) -> Iterator[Post]:
    with running_post(demo_database) as running:
        yield running


@pytest.fixture(scope="module")
def product(post: Post) -> Product:
    """What windows open: this product, and not one without its job process."""
    return post.product


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet(product: Product) -> None:
    """All of these come from one address, which is slowed otherwise."""
    del product
    owned("DELETE FROM sign_in_throttle")


def owned(statement: str, **values: object) -> Any:
    with owner_transaction() as session:
        done = session.execute(text(statement), values)
        return done.all() if done.returns_rows else []


def signed_up() -> str:
    """A patron without any organization; gives their address."""
    email = new_address()
    signing_up.finish(asked(email).token, PASSWORD, somewhere())
    return email


def sign_in_on(page: Page, email: str, password: str = PASSWORD, path: str = "/sign-in") -> None:
    page.goto(path)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def customer(number: int) -> int:
    query = (
        "SELECT c.id FROM customer c JOIN organization o ON o.id = c.organization_id"
        " WHERE o.name LIKE 'Harbor%' AND c.number = :number"
    )
    return owned(query, number=number)[0][0]


def test_somebody_signs_up_on_a_phone_and_comes_into_a_portal_of_their_own(
    window: Window, post: Post
):
    page, email = window(width=PHONE), new_address()
    page.goto("/sign-in")
    looked_at(page)
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("First name").fill("Ada")
    page.get_by_label("Last name").fill("Quill")
    page.get_by_label("E-mail address").fill("ada@patron")
    page.get_by_role("button", name="Create my account").click()
    expect(page.get_by_text("Enter an address like name@example.org.")).to_be_visible()
    looked_at(page)
    # Nothing is lost on an error.
    expect(page.get_by_label("First name")).to_have_value("Ada")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Create my account").click()
    expect(page.get_by_role("heading", name="Check your e-mail")).to_be_visible()
    expect(page.get_by_text(email)).to_be_visible()
    looked_at(page)

    letter = post.letter_to(email, "Confirm your e-mail address")
    assert "Quill" not in letter.as_string()
    page.goto(link_in(letter))
    page.wait_for_url("**/confirm")
    looked_at(page)
    page.get_by_label("Password").fill("quill quill quill")
    page.get_by_role("button", name="Finish and sign in").click()
    expect(page.get_by_text("easy to guess")).to_be_visible()
    looked_at(page)
    page.get_by_label("Password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Finish and sign in").click()

    page.wait_for_url("**/portal/profile")
    expect(page.get_by_label("First name")).to_have_value("Ada")
    looked_at(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Enter your date of birth.")).to_be_visible()
    page.get_by_label("Date of birth").fill("1984-03-07")
    page.get_by_label("Street address").fill("9 Old Mill Road")
    page.get_by_label("City", exact=True).fill("Providence")
    page.get_by_label("ZIP or postal code").fill("02903")
    page.get_by_label("Country").select_option("US")
    page.get_by_label("Time zone").select_option("America/New_York")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("9 Old Mill Road")).to_be_visible()
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("heading", name="Hello, Ada")).to_be_visible()
    looked_at(page)
    # Used once, the link opens nothing any more.
    again = window(width=PHONE)
    again.goto(link_in(letter))
    expect(again.get_by_role("heading", name="This link no longer works")).to_be_visible()
    looked_at(again)


def test_a_forgotten_password_is_replaced_and_whoever_was_signed_in_is_out(
    window: Window, post: Post
):
    email = signed_up()
    elsewhere = window(width=PHONE)
    sign_in_on(elsewhere, email)
    elsewhere.wait_for_url("**/portal")
    expect(elsewhere.get_by_role("heading", name="Hello, Ada")).to_be_visible()

    page = window(width=PHONE)
    page.goto("/sign-in")
    page.get_by_role("link", name="Forgot your password?").click()
    expect(page.get_by_role("button", name="Send me a link")).to_be_visible()
    page.get_by_label("E-mail address").fill(email)
    looked_at(page)
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("heading", name="Check your e-mail")).to_be_visible()
    looked_at(page)
    page.goto(link_in(post.letter_to(email, "Choose a new password")))
    page.wait_for_url("**/confirm")
    looked_at(page)
    page.get_by_label("Password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Save password").click()
    expect(page.get_by_text("Sign in with it.")).to_be_visible()
    expect(page.get_by_label("E-mail address")).to_have_value(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("The e-mail address or the password is not right.")).to_be_visible()
    page.get_by_label("Password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/portal")
    elsewhere.reload()
    elsewhere.wait_for_url(re.compile(r"/sign-in\?"))
    looked_at(elsewhere)


def test_a_new_address_counts_once_its_letter_was_opened_and_the_old_one_is_told(
    window: Window, post: Post
):
    old, new = signed_up(), new_address("new")
    page = window(width=PHONE)
    sign_in_on(page, old, path="/sign-in?next=/portal/security")
    page.get_by_label("New address").fill(new)
    page.locator("#address-password").fill("not my password at all")
    page.get_by_role("button", name="Send a confirmation link").click()
    expect(page.get_by_text("This is not your current password.")).to_be_visible()
    expect(page.get_by_label("New address")).to_have_value(new)
    page.locator("#address-password").fill(PASSWORD)
    page.get_by_role("button", name="Send a confirmation link").click()
    expect(page.get_by_text(f"We sent a link to {new}")).to_be_visible()
    looked_at(page)
    expect(page.get_by_text(f"You sign in with {old}")).to_be_visible()

    reader = window(width=PHONE)
    reader.goto(link_in(post.letter_to(new, "Confirm your e-mail address")))
    expect(reader.get_by_role("heading", name="Use this address?")).to_be_visible()
    looked_at(reader)
    reader.get_by_role("button", name="Use this address").click()
    expect(reader.get_by_text("Your new address is confirmed.")).to_be_visible()
    reader.get_by_label("Password").fill(PASSWORD)
    reader.get_by_role("button", name="Sign in").click()
    reader.wait_for_url("**/portal/security")
    expect(reader.get_by_text(f"You sign in with {new}")).to_be_visible()
    told = post.letter_to(old, "was changed").get_content()
    assert new not in told
    reader.goto("/portal/profile")
    expect(reader.get_by_label("First name")).to_be_visible()


def invited(window: Window, number: int, email: str) -> Page:
    """Staff make an account for that record and send the letter; gives their window."""
    owned("UPDATE customer SET born_on = '1984-03-07' WHERE number = :n", n=number)
    manager = window("Manager")
    manager.goto(f"/customers/{customer(number)}/patron")
    manager.get_by_role("button", name="Create account").click()
    dialog = manager.get_by_role("dialog")
    dialog.get_by_label("E-mail").fill(email)
    dialog.get_by_role("button", name="Send invitation").click()
    expect(manager.get_by_text("Sent, not used yet")).to_be_visible()
    return manager


def test_an_invitation_is_claimed_with_the_date_of_birth_and_staff_see_it(
    window: Window, post: Post
):
    email = new_address("invited")
    manager = invited(window, 1041, email)
    page = window(width=PHONE)
    page.goto(link_in(post.letter_to(email, "invites you")))
    page.wait_for_url("**/portal/claim")
    expect(page.get_by_role("heading", name="Harbor & Pine Community Care")).to_be_visible()
    looked_at(page)
    page.get_by_label("Date of birth").fill("1984-07-03")
    page.get_by_label("Choose a password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Create my account").click()
    expect(page.get_by_text("does not match the invitation")).to_be_visible()
    expect(page.get_by_label("Date of birth")).to_have_value("1984-07-03")
    looked_at(page)
    page.get_by_label("Date of birth").fill("1984-03-07")
    page.get_by_label("Choose a password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Create my account").click()
    page.wait_for_url("**/portal")
    looked_at(page)
    expect(manager.get_by_text("Claimed", exact=True)).to_be_visible()


def lonely() -> Someone:
    """Somebody whose account belongs nowhere, as of a member of staff who has left."""
    return person(name="Lena Orr")


def test_who_belongs_nowhere_signs_in_and_claims_their_invitation(window: Window, post: Post):
    lena = lonely()
    manager = invited(window, 1042, lena.email)
    page = window(width=PHONE)
    page.goto(link_in(post.letter_to(lena.email, "invites you")))
    expect(page.get_by_text("You already have an account")).to_be_visible()
    looked_at(page)
    page.get_by_role("link", name="Sign in to continue").click()
    page.get_by_label("E-mail address").fill(lena.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/portal/claim")
    expect(page.get_by_text("signed in as Lena Orr")).to_be_visible()
    looked_at(page)
    # Till then they are nobody here: not in a portal, and not at work.
    elsewhere = page.context.new_page()
    for path in ("/portal", "/customers", "/schedule"):
        elsewhere.goto(path)
        elsewhere.wait_for_url(re.compile(r"/sign-in\?"))
    page.get_by_label("Date of birth").fill("1984-03-07")
    page.get_by_role("button", name="Add to my account").click()
    page.wait_for_url("**/portal")
    expect(page.get_by_role("heading", name="Upcoming appointments")).to_be_visible()
    expect(manager.get_by_text("Claimed", exact=True)).to_be_visible()


def test_who_belongs_nowhere_and_was_not_invited_gets_a_portal_by_mail(window: Window, post: Post):
    lena, page = lonely(), window(width=PHONE)
    sign_in_on(page, lena.email)
    page.wait_for_url("**/sign-in/nowhere")
    expect(page.get_by_role("heading", name="Your account isn't connected yet")).to_be_visible()
    looked_at(page)
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("heading", name="Check your e-mail")).to_be_visible()
    page.goto(link_in(post.letter_to(lena.email, "Confirm your e-mail address")))
    expect(page.get_by_role("heading", name="Add your portal")).to_be_visible()
    looked_at(page)
    page.get_by_role("button", name="Add my portal").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/portal")
    expect(page.get_by_role("heading", name="Hello, Lena")).to_be_visible()


def test_a_stranger_reads_the_same_of_every_address(window: Window, post: Post):
    known, unknown = signed_up(), new_address("unknown")
    page = window(width=PHONE)
    seen = []
    for email in (known, unknown):
        told = []
        page.goto("/forgotten")
        page.get_by_label("E-mail address").fill(email)
        with page.expect_response("**/auth/forgotten") as answer:
            page.get_by_role("button", name="Send me a link").click()
        page.get_by_role("heading", name="Check your e-mail").wait_for()
        expect(page.locator("main")).to_contain_text(email)
        told += [answer.value.status, page.url, page.locator("main").inner_text()]
        page.goto("/sign-up")
        page.get_by_label("First name").fill("Ada")
        page.get_by_label("Last name").fill("Quill")
        page.get_by_label("E-mail address").fill(email)
        with page.expect_response("**/auth/sign-up") as answer:
            page.get_by_role("button", name="Create my account").click()
        page.get_by_role("heading", name="Check your e-mail").wait_for()
        expect(page.locator("main")).to_contain_text(email)
        told += [answer.value.status, page.url, page.locator("main").inner_text()]
        sign_in_on(page, email, "not the password at all")
        expect(page.get_by_text("The e-mail address or the password is not right.")).to_be_visible()
        told += [page.url, page.locator("main").inner_text()]
        seen.append([str(each).replace(email, "…") for each in told])
    assert seen[0] == seen[1]
    # Only whoever reads the mailbox learns which it is.
    assert "already have one" in post.letter_to(known, "already have an account").get_content()
    assert "confirm" in post.letter_to(unknown, "Confirm").get_content()
    assert [each["Subject"] for each in post.letters_to(unknown)] == ["Confirm your e-mail address"]
