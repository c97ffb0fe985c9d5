"""A customer's record in a browser: every tab filled in, and what others see of it meanwhile."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import text

from securecare.foundation.db import owner_transaction

pytestmark = pytest.mark.browser
Window = Callable[..., Page]
NUMBER = 1040
"""One of whom the demo has noted nothing but a name."""


@pytest.fixture(scope="module")
def record(product) -> str:
    """The address of that record."""
    del product
    with owner_transaction() as session:
        query = text(
            "SELECT c.id FROM customer c JOIN organization o ON o.id = c.organization_id"
            " WHERE o.name LIKE 'Harbor%' AND c.number = :number"
        )
        return f"/customers/{session.execute(query, {'number': NUMBER}).scalar_one()}"


def opened(window: Window, who: str, path: str, **more: object) -> Page:
    page = window(who, **more)
    page.goto(path)
    expect(page.get_by_text(f"No. {NUMBER}")).to_be_visible()
    return page


def tabs(page: Page) -> list[str]:
    return (
        page.get_by_role("navigation", name="Parts of the record")
        .get_by_role("link")
        .all_inner_texts()
    )


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def test_tabs_that_are_not_for_somebody_are_not_there(window: Window, record: str):
    manager = opened(window, "Manager", record)
    assert tabs(manager) == [
        "Profile",
        "Appointments",
        "Calendar",
        "Cases",
        "People",
        "Family",
        "Absence",
        "Insurance",
        "Documents",
        "Messages",
        "Calls",
        "Texts",
        "Patron account",
    ]
    scheduler = opened(window, "Scheduler", record)
    assert tabs(scheduler) == [
        "Profile",
        "Appointments",
        "Calendar",
        "People",
        "Family",
        "Absence",
        "Calls",
        "Texts",
        "Patron account",
    ]
    scheduler.goto(f"{record}/insurance")
    scheduler.wait_for_url("**/no-access")
    auditor = opened(window, "Auditor", record)
    assert tabs(auditor) == [
        "Profile",
        "Appointments",
        "Calendar",
        "People",
        "Family",
        "Absence",
        "Texts",
        "Patron account",
    ]
    expect(auditor.get_by_role("button", name="Change", exact=True)).to_have_count(0)
    expect(auditor.get_by_role("button", name="Show", exact=True)).to_have_count(0)


def test_a_record_of_nobody_says_so(window: Window):
    page = window("Manager")
    for path in ("/customers/999999999", "/customers/abc/people"):
        page.goto(path)
        expect(page.get_by_text("Record not found")).to_be_visible()


def test_the_profile_is_changed_by_two_and_the_second_chooses(window: Window, record: str):
    here, there = opened(window, "Manager", record), opened(window, "Administrator", record)
    for page in (here, there):
        page.get_by_role("button", name="Change", exact=True).click()
    dialog(here).get_by_label("Pronouns").fill("they/them")
    name = dialog(here).get_by_label("Given name").input_value()
    dialog(here).get_by_label("Given name").fill("")
    dialog(here).get_by_role("button", name="Save").click()
    expect(dialog(here).get_by_text("Enter a given name.")).to_be_visible()
    expect(dialog(here).get_by_label("Pronouns")).to_have_value("they/them")
    dialog(here).get_by_label("Given name").fill(name)
    dialog(here).get_by_label("Country").select_option("US")
    dialog(here).get_by_role("button", name="Save").click()
    expect(dialog(here)).to_have_count(0)
    expect(here.locator(".record__about")).to_contain_text("they/them")
    dialog(there).get_by_label("Pronouns").fill("she/her")
    dialog(there).get_by_role("button", name="Save").click()
    expect(there.get_by_text("changed this while you had it open")).to_be_visible()
    expect(there.get_by_role("cell", name="they/them")).to_be_visible()
    there.get_by_role("button", name="Take theirs").click()
    expect(dialog(there).get_by_label("Pronouns")).to_have_value("they/them")


def test_an_alert_is_on_every_open_record_at_once(window: Window, record: str):
    here, there = opened(window, "Manager", record), opened(window, "Scheduler", f"{record}/people")
    here.get_by_role("button", name="More for this record").click()
    here.get_by_role("menuitem", name="Add alert").click()
    dialog(here).get_by_role("button", name="Save alert").click()
    expect(dialog(here).get_by_text("Enter what is to be seen.")).to_be_visible()
    dialog(here).get_by_label("Kind").select_option("medical")
    dialog(here).get_by_label("What staff should know").fill("Severe bee allergy")
    dialog(here).get_by_role("button", name="Save alert").click()
    for page in (here, there):
        expect(page.get_by_role("list", name="Alerts")).to_contain_text("Severe bee allergy")
    here.get_by_role("button", name="Remove alert: Severe bee allergy").click()
    for page in (here, there):
        expect(page.get_by_role("list", name="Alerts")).to_have_count(0)


def test_the_number_is_hidden_until_a_reason_is_given_and_hidden_again(window: Window, record: str):
    page = opened(window, "Manager", record)
    page.get_by_role("button", name="Add", exact=True).click()
    dialog(page).get_by_label("Social Security number").fill("12-34")
    dialog(page).get_by_role("button", name="Save").click()
    expect(dialog(page).get_by_text("Enter the nine digits of the number.")).to_be_visible()
    dialog(page).get_by_label("Social Security number").fill("219-09-9999")
    dialog(page).get_by_role("button", name="Save").click()
    expect(page.get_by_text("•••-••-••••")).to_be_visible()
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("button", name="Show number").click()
    expect(page.get_by_text("Enter why you need it.")).to_be_visible()
    page.get_by_label("Why do you need it?").fill("Benefit claim")
    page.get_by_role("button", name="Show number").click()
    expect(page.get_by_text("219-09-9999")).to_be_visible()
    page.get_by_role("button", name="Hide").click()
    expect(page.get_by_text("219-09-9999")).to_have_count(0)


def test_somebody_is_authorized_verified_copied_and_offered_as_caller(window: Window, record: str):
    page = opened(window, "Manager", f"{record}/people")
    page.get_by_role("button", name="Add authorized person").click()
    form = dialog(page)
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("Enter the last day of the authorization.")).to_be_visible()
    for label, value in (
        ("Name", "Rosa Okoye"),
        ("Relationship", "Mother"),
        ("Phone", "(401) 555-0188"),
        ("Authorized until", "2031-06-30"),
    ):
        form.get_by_label(label).fill(value)
    form.get_by_role("button", name="Save").click()
    people = page.get_by_role("list", name="Authorized people")
    expect(people).to_contain_text("until Jun 30, 2031")
    page.get_by_role("button", name="Verify Rosa Okoye").click()
    dialog(page).get_by_label("Full name", exact=True).check()
    dialog(page).get_by_label("Full name: document seen").fill("Passport")
    dialog(page).get_by_role("button", name="Save verification").click()
    expect(people).to_contain_text("Passport, Priscilla Vane")
    page.get_by_role("button", name="Change the Emergency contact").click()
    dialog(page).get_by_label("Name").fill("Rosa Okoye")
    dialog(page).get_by_label("Phone").fill("(401) 555-0188")
    dialog(page).get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Same as emergency contact").click()
    expect(page.get_by_text("Guarantor copied.")).to_be_visible()

    page.goto(f"{record}/calls")
    watching = opened(window, "Administrator", f"{record}/calls")
    page.get_by_role("button", name="Log a call").click()
    expect(dialog(page).get_by_role("radio", name="Rosa Okoye")).to_be_checked()
    dialog(page).get_by_label("Topic").fill("Ride home")
    dialog(page).get_by_label("Notes").fill("Comes at nine.")
    dialog(page).get_by_role("button", name="Log the call").dblclick()
    expect(page.get_by_text("Call logged.")).to_be_visible()
    calls = watching.get_by_role("list", name="Calls, the latest first")
    expect(calls).to_contain_text("Comes at nine.")
    expect(calls.get_by_text("Ride home")).to_have_count(1)
    page.get_by_role("button", name="Add to the call about Ride home").click()
    dialog(page).get_by_label("Follow-up").fill("She came at ten.")
    dialog(page).get_by_role("button", name="Save follow-up").click()
    expect(calls).to_contain_text("She came at ten.")

    page.goto(f"{record}/people")
    page.get_by_role("button", name="Revoke").click()
    page.get_by_role("button", name="Revoke").click()
    expect(people).to_contain_text("revoked")
    page.goto(f"{record}/calls")
    page.get_by_role("button", name="Log a call").click()
    expect(dialog(page).get_by_label("Who called")).to_be_visible()
    expect(dialog(page).get_by_role("radio")).to_have_count(0)


def test_two_are_linked_in_the_words_of_both_sides(window: Window, record: str):
    page = opened(window, "Manager", f"{record}/family")
    page.get_by_role("button", name="Link a person").first.click()
    form = dialog(page)
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("Find the other person and select them.")).to_be_visible()
    form.get_by_role("searchbox").fill("1041")
    form.get_by_role("list", name="Search results").get_by_role("button").first.click()
    form.get_by_label("They are this person's").fill("uncle")
    form.get_by_label("This person is their").fill("niece")
    form.get_by_role("button", name="Save").click()
    linked = page.get_by_role("list", name="Linked people")
    expect(linked).to_contain_text("uncle")
    linked.get_by_role("link").click()
    page.get_by_role("link", name="Family").click()
    expect(page.get_by_role("list", name="Linked people")).to_contain_text("niece")


def test_a_second_policy_of_the_same_priority_is_refused_beside_the_field(
    window: Window, record: str
):
    page = opened(window, "Manager", f"{record}/insurance")
    for carrier, priority in (("Harbor Mutual", "1"), ("Bay State Plan", "1")):
        page.get_by_role("button", name="Add a policy").first.click()
        dialog(page).get_by_label("Insurer").fill(carrier)
        dialog(page).get_by_label("Member number").fill("HM-1")
        dialog(page).get_by_label("Valid from").fill("2025-01-01")
        dialog(page).get_by_label("Priority").select_option(priority)
        dialog(page).get_by_role("button", name="Save").click()
        if carrier == "Harbor Mutual":
            expect(page.get_by_text("Harbor Mutual is saved.")).to_be_visible()
    expect(dialog(page).get_by_text("Another policy has this priority")).to_be_visible()
    dialog(page).get_by_label("Priority").select_option("2")
    dialog(page).get_by_role("button", name="Save").click()
    expect(page.get_by_text("Secondary")).to_be_visible()


def test_a_leave_is_noted_on_a_phone_and_withdrawn(window: Window, record: str):
    page = opened(window, "Scheduler", f"{record}/absence", width=375)
    page.get_by_role("button", name="Add absence").first.click()
    form = dialog(page)
    form.get_by_label("From").fill("2031-03-01")
    form.get_by_label("Until").fill("2031-02-01")
    form.get_by_label("Reason").select_option("family")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("The end must come after the start.")).to_be_visible()
    form.get_by_label("Until").fill("2031-03-04")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Upcoming", exact=True)).to_be_visible()
    page.get_by_role("button", name="Withdraw absence").click()
    page.get_by_role("button", name="Withdraw absence").click()
    expect(page.get_by_text("Withdrawn", exact=True)).to_be_visible()


def test_files_are_filed_refused_shown_and_renewed_while_somebody_looks_on(
    window: Window, record: str
):
    page = opened(window, "Manager", f"{record}/documents")
    watching = opened(window, "Administrator", f"{record}/documents")
    page.get_by_label("Kind of document").select_option(label="Letter")
    page.locator("input[data-vault]").set_input_files(
        [
            {"name": "A letter.txt", "mimeType": "text/plain", "buffer": b"Dear all"},
            {"name": "page.html", "mimeType": "text/html", "buffer": b"<html><script></script>"},
        ]
    )
    expect(page.get_by_role("list", name="Uploads in progress")).to_contain_text(
        "cannot be stored here"
    )
    rows = watching.get_by_role("table")
    expect(rows.get_by_text("A letter")).to_be_visible()
    expect(rows.get_by_text("page", exact=True)).to_have_count(0)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download A letter").click()
    assert saved.value.path().read_bytes() == b"Dear all"
    page.get_by_role("button", name="Change A letter").click()
    dialog(page).locator("input[data-vault-document]").set_input_files(
        {"name": "A letter.txt", "mimeType": "text/plain", "buffer": b"Dear everybody"}
    )
    expect(rows.get_by_text("version 2")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Change A letter").click()
    dialog(page).get_by_label("Title").fill("The letter")
    dialog(page).get_by_label("Share with the person").check()
    dialog(page).get_by_role("button", name="Save").click()
    expect(rows.get_by_text("The letter")).to_be_visible()
    expect(rows.get_by_text("Shared with the person")).to_be_visible()


def test_consent_is_noted_use_by_use_and_the_log_keeps_both(window: Window, record: str):
    with owner_transaction() as session:
        without = "UPDATE customer SET email = '' WHERE id = :id"
        session.execute(text(without), {"id": int(record.rpartition("/")[2])})
    page = opened(window, "Scheduler", f"{record}/texts")
    page.get_by_role("button", name="Payment notices: record consent").click()
    page.get_by_role("button", name="Payment notices: record opt-out").click()
    log = page.get_by_role("table", name="The log of consent")
    expect(log.get_by_role("cell", name="Payment notices")).to_have_count(2)
    assert page.get_by_role("button", name="by e-mail: record consent").count() == 0  # no address
    auditor = opened(window, "Auditor", f"{record}/texts")
    expect(auditor.get_by_role("button", name="Payment notices")).to_have_count(0)


def test_consent_stays_with_its_number_and_any_past_moment_can_be_asked(
    window: Window, record: str
):
    customer = int(record.rpartition("/")[2])
    page = opened(window, "Scheduler", f"{record}/texts")
    page.get_by_role("button", name="Appointment reminders: record consent").click()
    expect(page.get_by_role("list", name="Consent to texts").first).to_contain_text("Consent given")
    with owner_transaction() as session:
        moved = "UPDATE customer SET phone = '+12125550187' WHERE id = :id"
        session.execute(text(moved), {"id": customer})
    texts = page.get_by_role("list", name="Consent to texts", exact=True)
    others = page.get_by_role("list", name="Consent to texts to other numbers")
    expect(others).to_contain_text("Appointment reminders")
    expect(texts).not_to_contain_text("Consent given")

    page.get_by_role("button", name="Show consent at that time").click()
    expect(page.get_by_text("Choose a day.")).to_be_visible()
    for day, said in (("2020-01-01", "No consent on file"), ("2035-01-01", "Consent given")):
        page.get_by_label("Day").fill(day)
        page.get_by_label("Time").fill("12:00")
        page.get_by_role("button", name="Show consent at that time").click()
        then = page.get_by_role("list", name=f"Consent on Jan 1, {day[:4]}")
        expect(then.get_by_text(said).first).to_be_visible()
    expect(then.get_by_text("(212) 555-0187")).to_have_count(3)

    others.get_by_role("button", name="record opt-out").first.click()
    expect(others).to_contain_text("Withdrawn")


def test_who_looks_after_it_sees_what_runs_and_what_waits(window: Window):
    with owner_transaction() as session:
        nothing_waits = (
            "UPDATE notice SET state = 'withheld', finished_at = now() WHERE state = 'queued'"
        )
        session.execute(text(nothing_waits))
    page = window("Auditor")
    page.goto("/jobs")
    expect(page.get_by_role("heading", name="E-mails and texts")).to_be_visible()
    page.locator("[name=shown][value=waiting]").click(force=True)
    expect(page.get_by_text("No notices here")).to_be_visible()
