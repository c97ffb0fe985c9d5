"""What people agreed to, at any moment; and that nothing goes out to whoever did not."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from securecare.access.errors import NotAllowed, NotFound
from securecare.access.roles import Role
from securecare.customers import customers
from securecare.foundation import clock
from securecare.foundation.db import SYSTEM, Scope, owner_transaction, transaction
from securecare.notices import consent, reports, sending
from securecare.notices.channels import Letter
from securecare.notices.consent import NoPhone, StoppedByText
from securecare.notices.outbox import USES, Notice, Use
from tests.notices.office import Memory, Office, drain, sql
from tests.support.community import trail_of
from tests.support.sms_service import SmsService

pytestmark = pytest.mark.usefixtures("afternoon")
REMINDERS: Use = "appointment_reminders"


def allowed(office: Office, use: Use = REMINDERS, at: datetime | None = None, **more) -> bool:
    with transaction(office.administrator.scope) as session:
        return consent.allowed(session, office.customer, use, at, **more)


def texted(phone: str, words: str, id_: str = "") -> int:
    with transaction(SYSTEM) as session:
        keyword = reports.keyword_of(words)
        return reports.heed(session, phone, keyword, id_ or f"SM{clock.now()}{words}{phone}")


def test_silence_is_not_consent(office: Office):
    assert not allowed(office)


def test_each_use_is_agreed_to_by_itself(office: Office):
    office.agree(REMINDERS)
    assert [allowed(office, use) for use in USES] == [True, False, False]


def test_another_number_has_to_be_agreed_to_anew(office: Office):
    office.agree(REMINDERS)
    assert allowed(office, phone=office.phone)
    assert not allowed(office, phone="+12125559999")


def test_consent_by_text_and_by_e_mail_are_two_things(office: Office):
    office.agree(REMINDERS, channel="email")
    assert allowed(office, channel="email")
    assert not allowed(office, channel="sms")


def test_a_number_is_compared_however_it_was_written(office: Office):
    office.agree(REMINDERS, phone="(312) 555-0144")
    assert allowed(office, phone="+13125550144")


def test_a_number_that_cannot_be_is_refused(office: Office):
    with pytest.raises(NoPhone):
        office.agree(REMINDERS, phone="12")


def test_every_past_moment_can_be_asked(office: Office, afternoon: datetime):
    for days, given in ((0, True), (2, False), (4, True)):
        with clock.frozen(afternoon + timedelta(days=days)):
            office.agree(REMINDERS, given=given)
    asked = [allowed(office, at=afternoon + timedelta(days=days)) for days in range(-1, 6)]
    assert asked == [False, True, True, False, False, True, True]
    just_before = afternoon + timedelta(days=2) - timedelta(microseconds=1)
    assert allowed(office, at=just_before)


def test_saying_the_same_again_notes_nothing(office: Office):
    assert office.do(consent.record, office.customer, REMINDERS, True)
    assert not office.do(consent.record, office.customer, REMINDERS, True)
    assert len(office.do(consent.history, office.customer)) == 1


def test_the_log_says_when_how_and_by_whom(office: Office, afternoon: datetime):
    office.agree(REMINDERS)
    (entry,) = office.do(consent.history, office.customer)
    assert (entry.at, entry.source, entry.by) == (afternoon, "staff", "Alice Moreau")
    assert trail_of(office.id)[-1] == "consent.given"
    shown = office.do(consent.standing, office.customer)
    assert [(each.channel, each.phone, each.given) for each in shown] == [
        *(("sms", office.phone, use == REMINDERS) for use in USES),
        *(("email", "", False) for _ in USES),
    ]


def test_who_may_not_change_records_changes_no_consent(office: Office):
    auditor = office.somebody(Role.AUDITOR)
    with pytest.raises(NotAllowed):
        office.do(consent.record, office.customer, REMINDERS, True, by=auditor)
    assert office.do(consent.history, office.customer, by=auditor) == []
    with pytest.raises(NotAllowed):
        office.do(consent.standing, office.customer, by=office.somebody(Role.OUTREACH_LEAD))


def test_another_organizations_customer_is_not_there(office: Office):
    other = Office("Birch")
    office.agree(REMINDERS)
    for verb, *given in (
        (consent.record, office.customer, REMINDERS, False),
        (consent.standing, office.customer),
        (consent.history, office.customer),
    ):
        with pytest.raises(NotFound):
            other.do(verb, *given)
    with transaction(other.administrator.scope) as session:
        assert not consent.allowed(session, office.customer, REMINDERS)


@pytest.mark.parametrize(
    "words",
    ["STOP", "stop", " Quit. ", "END", "cancel!", "Unsubscribe", "stop texting me", "“STOP”"],
)
def test_stop_takes_back_every_use(office: Office, words: str):
    office.agree()
    assert texted(office.phone, words) == len(USES)
    assert not any(allowed(office, use) for use in USES)
    assert trail_of(office.id)[-3:] == ["consent.withdrawn"] * 3


@pytest.mark.parametrize(
    "words", ["", "End of my shift is at 9", "cancel Monday please", "I cannot stop", "Yes", "停"]
)
def test_other_words_take_nothing_back(office: Office, words: str):
    office.agree()
    assert texted(office.phone, words) == 0
    assert all(allowed(office, use) for use in USES)


def test_start_gives_back_what_was_taken_back_by_text_and_nothing_else(office: Office):
    office.agree(REMINDERS, "payment_notices")
    office.agree("payment_notices", given=False)
    texted(office.phone, "STOP", "SM1")
    texted(office.phone, "START", "SM2")
    assert [allowed(office, use) for use in USES] == [True, False, False]


def test_the_same_text_told_twice_counts_once(office: Office):
    office.agree()
    id_ = f"SM-twice-{office.id}"
    assert texted(office.phone, "STOP", id_) == 3
    texted(office.phone, "START", id_ + "b")
    assert texted(office.phone, "STOP", id_) == 0
    assert allowed(office)


def test_stop_counts_wherever_the_number_is_known(office: Office):
    other = Office("Birch")
    office.agree()
    other.agree(phone=office.phone)
    assert texted(office.phone, "STOP") == 6
    assert not allowed(office) and not allowed(other)


def test_staff_cannot_give_what_the_phone_took_back(office: Office):
    office.agree()
    texted(office.phone, "STOP", f"a{office.id}")
    with pytest.raises(StoppedByText):
        office.agree(REMINDERS)
    shown = office.do(consent.standing, office.customer)
    assert [each.stopped_by_text for each in shown if each.channel == "sms"] == [True] * 3
    texted(office.phone, "START", f"b{office.id}")
    assert allowed(office)


def test_what_was_taken_back_between_wish_and_sending_is_not_sent(office: Office, sms: SmsService):
    office.agree()
    by_staff = office.text(use="message_alerts")
    office.agree("message_alerts", given=False)
    sending.send_due()
    assert office.state(by_staff) == ("withheld", "no_consent")
    assert sms.calls == []


def test_what_is_taken_back_while_others_are_sent_is_not_sent(office: Office):
    """Both are leased together; the second is stopped while the first is on its way."""
    office.agree()
    first, second = office.text(), office.text()

    def stop(_letter: Letter) -> None:
        texted(office.phone, "STOP", f"while{office.id}")

    post = Memory(before=stop)
    drain("sms", post)
    assert post.keys == [office.key(first)]
    assert office.state(second) == ("withheld", "stopped")


def test_to_a_number_that_said_stop_nothing_goes_at_all(office: Office):
    """Not even what needs no consent, nor for a customer who came after."""
    phone = f"+1312555{office.id:04}"
    texted(phone, "STOP", f"x{office.id}")
    newcomer = office.add_customer(phone)
    with transaction(office.administrator.scope) as session:
        consent.record(session, office.administrator, newcomer, "message_alerts", True)
    one, other = office.text(to=phone, use=None), office.text(to=phone)
    post = Memory()
    drain("sms", post)
    assert post.letters == []
    assert office.state(one) == ("withheld", "stopped")
    assert office.state(other)[0] == "withheld"


def test_of_two_records_that_become_one_the_no_holds(office: Office):
    kept = office.add_customer(office.phone)
    office.agree()
    for use, given in ((REMINDERS, True), ("payment_notices", True), ("payment_notices", False)):
        office.do(consent.record, kept, use, given)
    office.do(consent.carry_over, office.customer, kept)
    with transaction(office.administrator.scope) as session:
        assert [consent.allowed(session, kept, use) for use in USES] == [True, False, True]


@pytest.mark.parametrize("table", ["contact_consent", "inbound_text"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET at = now()",
        "DELETE FROM {}",
        "TRUNCATE {}",
        "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (id) DO UPDATE SET at = now()",
    ],
)
def test_the_log_cannot_be_changed(office: Office, table: str, statement: str):
    office.agree()
    texted(office.phone, "STOP", f"{table}{statement}{office.id}")
    words = statement.format(table, table=table)
    for scope in (office.administrator.scope, SYSTEM, Scope(office.id, purpose="system")):
        with (
            pytest.raises(DBAPIError, match=r"permission denied|permanent"),
            transaction(scope) as session,
        ):
            session.connection().execute(text(words))
    with pytest.raises(DBAPIError, match="permanent"), owner_transaction() as session:
        session.connection().execute(text(words))


def test_nobody_but_a_job_heeds_texts(office: Office):
    with (
        pytest.raises(DBAPIError, match="insufficient_privilege"),
        transaction(office.administrator.scope) as session,
    ):
        reports.heed(session, office.phone, "stop", "SM-by-hand")
    assert sql("SELECT 1 FROM inbound_text WHERE provider_id = 'SM-by-hand'") == []


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("stop", "stop"),
        (" STOP!! ", "stop"),
        ("«Stop»", "stop"),
        ("ＳＴＯＰ", "stop"),
        ("st\u200bop", "stop"),
        ("\u202estop", "stop"),
        ("_stop_", "stop"),
        ("Stop texting me", "stop"),
        ("please stop", "stop"),
        ("Quit", "stop"),
        ("end.", "stop"),
        ("Revoke", "stop"),
        ("opt out", "stop"),
        ("Opt-Out", "stop"),
        ("OPTOUT", "stop"),
        ("cancel", "stop"),
        ("unsubscribe me", "stop"),
        ("cancel Monday", "other"),
        ("end of my shift", "other"),
        ("stoplight", "other"),
        ("please", "other"),
        ("don't stop", "other"),
        ("START", "start"),
        ("unstop", "start"),
        ("help?", "help"),
    ],
)
def test_what_a_text_asks_for_is_understood_however_it_is_typed(words: str, meant: str):
    """What the Federal Communications Commission says must count: 47 CFR 64.1200(a)(10)."""
    assert reports.keyword_of(words) == meant


def test_what_was_agreed_to_goes_to_no_number_or_address_of_before(office: Office):
    """Between the wish and the sending somebody's number may have become another person's."""
    office.agree("message_alerts")
    office.agree("message_alerts", channel="email")
    waiting = office.text()
    letter = Notice(
        office.id,
        "email",
        "cleo@example.org",
        "message_waiting",
        {"organization": "Alder", "link": "https://care.example.org/m"},
        "message:moved:email",
        "message_alerts",
        office.customer,
    )
    mailed = office.queue(letter)
    row = office.do(customers.look_at, office.customer)
    now = replace(customers.form_of(row), phone="+12125559876", email="other@example.org")
    office.do(customers.change, office.customer, row.version, now)
    sms, post = Memory(), Memory()
    drain("sms", sms)
    drain("email", post)
    assert sms.letters == post.letters == []
    assert office.state(waiting) == ("withheld", "moved")
    assert office.state(mailed) == ("withheld", "moved")
