"""Weeks after a notice is done with, nobody can read whom it went to and what it said; that it went,
when, to which customer and what became of it stays."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from securecare.foundation import clock
from securecare.foundation.db import SIGN_IN, SYSTEM, Scope, owner_transaction, transaction
from securecare.jobs.housekeeping import forget_what_was_sent, little_by_little
from securecare.notices import checking, dead_letters, forgetting, outbox, reports, watching
from securecare.notices.channels import Letter, Refused
from securecare.notices.forgetting import KEPT_AFTER_END, erase_what_was_sent
from securecare.notices.outbox import Notice
from securecare.notices.reports import Report
from securecare.notices.watching import NotForRetry
from tests.notices.office import Memory, Office, drain, sql
from tests.support.community import trail_of

WEEKS = KEPT_AFTER_END + timedelta(minutes=1)
pytestmark = pytest.mark.usefixtures("afternoon")


@pytest.fixture(autouse=True)
def _nothing_else(office: Office) -> None:
    """Of other tests nothing is left to be erased."""
    del office
    with clock.frozen(clock.now() + timedelta(days=4000)):
        forget_what_was_sent()


def refuse(_letter: Letter) -> None:
    raise Refused("smtp_550")


def weeks_later() -> int:
    with clock.frozen(clock.now() + WEEKS):
        return little_by_little(erase_what_was_sent)


def is_erased(office: Office, notice_id: int) -> bool:
    row = office.row(notice_id)
    assert (row.recipient_sealed is None) == (row.values_sealed is None)
    return row.values_sealed is None


def sent_text(office: Office) -> int:
    office.agree()
    id_ = office.text()
    drain("sms", Memory())
    assert office.state(id_)[0] == "sent"
    return id_


def test_address_and_words_go_and_the_fact_stays(office: Office):
    id_ = sent_text(office)
    before = office.row(id_)._asdict()
    with clock.frozen(clock.now() + KEPT_AFTER_END - timedelta(minutes=1)):
        assert little_by_little(erase_what_was_sent) == 0
    assert weeks_later() == 1
    after = office.row(id_)._asdict()
    assert {name for name in before if before[name] != after[name]} == {
        "recipient_sealed",
        "values_sealed",
    }
    assert after["values_sealed"] is None
    (line,) = office.do(watching.listing, "sent")
    assert (line.id, line.recipient, line.customer_id) == (id_, "", office.customer)


def test_what_was_delivered_or_withheld_is_erased_as_well(office: Office):
    delivered, withheld = sent_text(office), office.text(use="payment_notices")
    sql("UPDATE notice SET state = 'delivered', finished_at = sent_at WHERE id = :id", id=delivered)
    office.agree("payment_notices", given=False)
    drain("sms", Memory())
    assert office.state(withheld)[0] == "withheld"
    assert weeks_later() == 2
    assert is_erased(office, delivered)
    assert is_erased(office, withheld)


def test_what_waits_is_kept_however_long_it_waits(office: Office, afternoon: datetime):
    waiting = office.letter()
    later = office.letter(not_before=afternoon + timedelta(days=300))
    assert weeks_later() == 0
    assert not is_erased(office, waiting)
    assert not is_erased(office, later)


@pytest.mark.parametrize("state", ["failed", "dead"])
def test_what_failed_is_kept_until_somebody_has_seen_to_it(office: Office, state: str):
    id_ = office.letter()
    drain("email", Memory(before=refuse))
    sql("UPDATE notice SET state = :state WHERE id = :id", state=state, id=id_)
    assert weeks_later() == 0
    with clock.frozen(clock.now() + timedelta(days=400)):
        office.do(dead_letters.set_aside, id_)
        assert little_by_little(erase_what_was_sent) == 0
        assert weeks_later() == 1
    assert is_erased(office, id_)
    assert office.state(id_) == ("set_aside", "smtp_550")


def test_setting_aside_is_in_the_trail_and_out_of_the_list(office: Office):
    one, other = office.letter(), office.letter()
    drain("email", Memory(before=refuse))
    office.do(dead_letters.set_aside, one)
    office.do(dead_letters.set_aside, one)
    assert trail_of(office.id)[-1] == "notice.set_aside"
    assert trail_of(office.id).count("notice.set_aside") == 1
    assert [line.id for line in office.do(watching.listing)] == [other]
    assert office.do(dead_letters.set_all_aside) == 1
    assert office.do(watching.listing) == []
    assert {line.id for line in office.do(watching.listing, "withheld")} == {one, other}
    with pytest.raises(NotForRetry):
        office.do(watching.retry, one)


def test_what_is_erased_is_not_sent_a_second_time_under_its_key(office: Office):
    id_ = sent_text(office)
    weeks_later()
    assert office.text(office.row(id_).business_key) == id_
    post = Memory()
    assert drain("sms", post) == 0
    assert post.letters == []


def test_a_late_report_finds_its_notice_and_nobody_is_offered_to_send_it_again(office: Office):
    id_ = sent_text(office)
    weeks_later()
    row = office.row(id_)
    report = Report(f"{row.public_id.hex}.1", row.provider_id, "undelivered", "30005")
    with transaction(SYSTEM) as session:
        assert reports.note_report(session, report)
    (line,) = office.do(watching.listing)
    assert (line.id, line.failed, line.may_retry) == (id_, True, False)
    with pytest.raises(NotForRetry):
        office.do(watching.retry, id_)
    office.do(watching.retry_all_dead)
    assert office.state(id_)[0] == "failed"


def test_the_database_lets_nothing_wait_that_is_erased(office: Office):
    id_ = sent_text(office)
    weeks_later()
    with pytest.raises(DBAPIError, match="ck_notice_erased"):
        sql("UPDATE notice SET state = 'queued' WHERE id = :id", id=id_)


def test_a_batch_that_is_cut_off_leaves_those_before_it_done(office: Office):
    office.agree()
    ids = [office.text() for _ in range(5)]
    drain("sms", Memory())
    calls = 0

    def cut_off_in_the_third(session: Session, most: int) -> int:
        nonlocal calls
        calls += 1
        gone = erase_what_was_sent(session, most)
        if calls == 3:
            raise KeyboardInterrupt
        return gone

    with clock.frozen(clock.now() + WEEKS), pytest.raises(KeyboardInterrupt):
        little_by_little(cut_off_in_the_third, size=2)
    assert [is_erased(office, id_) for id_ in ids] == [True] * 4 + [False]
    assert weeks_later() == 1
    assert weeks_later() == 0


def test_without_time_one_batch_is_done_and_the_rest_is_left_for_later(office: Office):
    office.agree()
    ids = [office.text() for _ in range(5)]
    drain("sms", Memory())
    with clock.frozen(clock.now() + WEEKS):
        assert little_by_little(erase_what_was_sent, size=2, patience_seconds=-1) == 2
    assert sum(is_erased(office, id_) for id_ in ids) == 2


def test_what_somebody_holds_is_passed_over(office: Office):
    held, free = sent_text(office), sent_text(office)
    with owner_transaction() as session:
        session.connection().execute(
            text("SELECT id FROM notice WHERE id = :id FOR UPDATE"), {"id": held}
        )
        assert weeks_later() == 1
    assert not is_erased(office, held)
    assert is_erased(office, free)


def letter_of_nobody(key: str) -> int:
    values = {"link": "https://care.example.org/p", "until": "tomorrow"}
    with transaction(SIGN_IN) as session:
        return outbox.queue(
            session, Notice(None, "email", "ada@example.org", "new_password", values, key)
        )


def test_letters_of_nobody_go_as_a_whole_whatever_became_of_them(office: Office):
    sent, failed, ours = letter_of_nobody("n:1"), letter_of_nobody("n:2"), office.letter()
    drain("email", Memory())
    sql("UPDATE notice SET state = 'failed', finished_at = sent_at WHERE id = :id", id=failed)
    waiting = letter_of_nobody("n:3")
    with clock.frozen(clock.now() + WEEKS):
        assert little_by_little(forgetting.forget_letters_of_nobody) == 2
    left = {row.id for row in sql("SELECT id FROM notice")}
    assert not {sent, failed} & left
    assert {waiting, ours} <= left


@pytest.mark.parametrize("purpose", ["", "sign-in", "system"])
def test_an_organizations_notice_cannot_be_deleted_by_the_product(office: Office, purpose: str):
    id_ = sent_text(office)
    delete = text("DELETE FROM notice WHERE id = :id")
    with transaction(Scope(office.id, purpose=purpose)) as session:
        assert _rows(session, delete, id_) == 0


def _rows(session: Session, statement: Any, id_: int) -> int:
    return session.connection().execute(statement, {"id": id_}).rowcount


def inbound(phone: str, keyword: str, days_ago: int) -> int:
    (row,) = sql(
        "INSERT INTO inbound_text (phone, keyword, provider_id, at) VALUES (:phone, :keyword,"
        " gen_random_uuid()::text, now() - make_interval(days => :days)) RETURNING id",
        phone=phone,
        keyword=keyword,
        days=days_ago,
    )
    return row.id


def test_texts_that_asked_for_nothing_are_forgotten_and_stop_holds(office: Office):
    real_now = datetime.now(clock.now().tzinfo)
    old = [inbound(office.phone, keyword, 40) for keyword in ("stop", "start", "help", "other")]
    stop, new = inbound(office.phone, "stop", 39), inbound(office.phone, "other", 10)
    with clock.frozen(real_now):
        assert little_by_little(forgetting.forget_texts_that_asked_for_nothing) == 2
        assert little_by_little(forgetting.forget_texts_that_asked_for_nothing) == 0
    left = {row.id for row in sql("SELECT id FROM inbound_text WHERE phone = :p", p=office.phone)}
    assert left == {old[0], old[1], stop, new}
    id_ = office.text(use=None)
    drain("sms", Memory())
    assert office.state(id_) == ("withheld", checking.STOPPED)


@pytest.mark.parametrize("scope", [SIGN_IN, Scope(1), SYSTEM])
def test_what_was_texted_lately_cannot_be_forgotten_by_anybody(office: Office, scope: Scope):
    inbound(office.phone, "other", 1)
    lately = text("SELECT forget_inbound_texts(now(), 10)")
    with pytest.raises(DBAPIError, match="insufficient_privilege"), transaction(scope) as session:
        session.connection().execute(lately)
