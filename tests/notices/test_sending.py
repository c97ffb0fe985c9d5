"""From the wish to what became of it: once, in time, and with several senders at once."""

import threading
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from securecare.foundation import clock
from securecare.foundation.db import transaction
from securecare.notices import checking, leasing, outbox, retrying, sending
from securecare.notices.channels import Letter, Postponed, Refused, Unreachable
from securecare.notices.outbox import NoAddress
from securecare.notices.sending import Sender
from securecare.notices.templates import UnknownValues
from tests.notices.office import Memory, Office, drain, sql
from tests.support.mail_server import (
    MailServer,
)
from tests.support.sms_service import SmsService, sid

pytestmark = pytest.mark.usefixtures("afternoon")


def test_the_same_occasion_is_one_notice(office: Office, mail: MailServer):
    first, again = office.letter(key="password:a"), office.letter(key="password:a")
    assert first == again
    assert sending.send_due() == 1
    assert len(mail.letters) == 1


def test_the_same_occasion_wished_for_at_once_is_one_notice(office: Office):
    ids: list[int] = []
    start = threading.Barrier(8)

    def wish() -> None:
        start.wait(60)
        ids.append(office.letter(key="password:b"))

    threads = [threading.Thread(target=wish) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(ids) == 8
    assert len(set(ids)) == 1


def test_a_deed_that_does_not_hold_sends_nothing(office: Office, mail: MailServer):
    notice = outbox.Notice(
        office.id,
        "email",
        "a@example.org",
        "address_changed",
        {"organization": "Alder"},
        "changed:1",
    )

    def deed_that_fails() -> None:
        with transaction(office.administrator.scope) as session:
            outbox.queue(session, notice)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        deed_that_fails()
    assert sending.send_due() == 0
    assert mail.letters == []


def test_what_no_server_is_named_for_waits(office: Office, mail: MailServer):
    office.agree()
    waiting, sent = office.text(), office.letter()
    assert sending.send_due() == 1
    assert len(mail.letters) == 1
    assert (office.state(waiting)[0], office.state(sent)[0]) == ("queued", "sent")


def test_nothing_is_sent_before_its_time(office: Office, afternoon: datetime):
    later = office.letter(not_before=afternoon + timedelta(hours=1))
    post = Memory()
    assert drain("email", post) == 0
    with clock.frozen(afternoon + timedelta(hours=1)):
        assert drain("email", post) == 1
    assert post.keys == [office.key(later)]


def test_what_is_not_needed_any_more_is_not_sent(office: Office):
    id_ = office.letter(key="password:gone")
    with transaction(office.administrator.scope) as session:
        assert outbox.cancel(session, office.id, "password:gone")
        assert not outbox.cancel(session, office.id, "password:gone")
    assert drain("email", Memory()) == 0
    assert office.state(id_) == ("withheld", "not_needed")


@pytest.mark.parametrize("to", ["", "cleo", "a@b@c", "cleo@example.org\nBcc: x@example.org"])
def test_what_is_no_address_is_refused_at_once(office: Office, to: str):
    with pytest.raises(NoAddress):
        office.letter(to)


def test_a_template_carries_only_what_it_names(office: Office):
    with pytest.raises(UnknownValues):
        office.queue(
            outbox.Notice(
                office.id,
                "email",
                "a@example.org",
                "new_password",
                {"link": "x", "until": "y", "diagnosis": "z"},
                "k",
            )
        )


def test_a_server_that_is_away_is_tried_again_and_then_given_up(
    office: Office, afternoon: datetime
):
    id_, now = office.letter(), afternoon
    waits: list[float] = []

    def away(_letter: Letter) -> None:
        raise Unreachable("smtp_unreachable")

    for _ in range(retrying.MOST_ATTEMPTS):
        with clock.frozen(now):
            assert drain("email", Memory(before=away)) == 1
        row = office.row(id_)
        waits.append((row.due_at - now).total_seconds())
        now = row.due_at
    row = office.row(id_)
    assert (row.state, row.last_error, row.attempts) == ("dead", "smtp_unreachable", 5)
    for waited, expected in zip(waits, (60, 900, 3600, 21_600), strict=False):
        assert expected * 0.9 <= waited <= expected * 1.1
    with clock.frozen(now + timedelta(days=30)):
        assert drain("email", Memory()) == 0


def test_when_nobody_answers_the_others_keep_their_attempts(office: Office):
    ids = [office.letter() for _ in range(5)]
    tried: list[str] = []

    def away(letter: Letter) -> None:
        tried.append(letter.key)
        raise Unreachable("smtp_unreachable")

    drain("email", Memory(before=away))
    assert len(tried) == 1
    assert sorted(office.row(id_).attempts for id_ in ids) == [0, 0, 0, 0, 1]


def test_one_that_must_wait_does_not_hold_up_the_others(office: Office):
    first, second, third = (office.letter() for _ in range(3))
    troubles = {office.key(first): Postponed("smtp_451"), office.key(second): Refused("smtp_550")}

    def trouble(letter: Letter) -> None:
        if letter.key in troubles:
            raise troubles[letter.key]

    assert drain("email", Memory(before=trouble)) == 3
    assert office.state(first) == ("queued", "smtp_451")
    assert office.state(second) == ("failed", "smtp_550")
    assert office.state(third) == ("sent", "")


def test_a_fault_of_ours_with_one_notice_stops_no_other(office: Office):
    broken, fine = office.letter(), office.letter()
    sql("UPDATE notice SET values_sealed = recipient_sealed WHERE id = :id", id=broken)
    assert drain("email", Memory()) == 2
    assert office.state(broken) == ("failed", "unreadable")
    assert office.state(fine) == ("sent", "")


def test_consent_withdrawn_while_a_slow_provider_takes_the_others_still_counts(office: Office):
    office.agree()
    ids = [office.text() for _ in range(8)]

    def withdraw(letter: Letter) -> None:
        if letter.key == office.key(ids[4]):  # asked about together with those after it
            office.agree(given=False)
            time.sleep(sending.CURRENT_SECONDS)

    assert drain("sms", Memory(before=withdraw)) == 8
    assert [office.state(id_) for id_ in ids] == [("sent", "")] * 5 + [
        ("withheld", checking.NO_CONSENT)
    ] * 3


def test_of_many_organizations_each_notice_is_held_against_its_own(office: Office):
    other = Office()
    office.agree()
    whose = (office, other, office, other, office, office, other)
    ids = [each.text() for each in whose]
    assert drain("sms", Memory()) == 7
    assert [office.state(id_)[0] for id_ in ids] == [
        "sent" if each is office else "withheld" for each in whose
    ]


def test_one_that_cannot_be_asked_about_stops_no_other(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    office.agree()
    ids = [office.text() for _ in range(6)]
    asking = checking.straight

    def straight(session: Session, statement: Any, given: dict[str, Any]) -> Any:
        if None in given["customer_ids"]:
            raise RuntimeError("cannot be asked about")
        return asking(session, statement, given)

    sql("UPDATE notice SET customer_id = NULL WHERE id = :id", id=ids[3])
    monkeypatch.setattr(checking, "straight", straight)
    drain("sms", Memory())
    assert [office.state(id_) for id_ in ids] == [("sent", "")] * 3 + [("queued", "fault")] + [
        ("sent", "")
    ] * 2


def test_two_senders_hand_over_each_notice_once(office: Office):
    ids = [office.letter() for _ in range(300)]
    posts = [Memory(), Memory()]
    start = threading.Barrier(2)
    done: list[int] = []

    def send(post: Memory) -> None:
        start.wait(60)
        done.append(Sender("email", post, size=7).drain())

    threads = [threading.Thread(target=send, args=(post,)) for post in posts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(done) == 300
    assert all(post.letters for post in posts)
    keys = posts[0].keys + posts[1].keys
    assert sorted(keys) == sorted(office.key(id_) for id_ in ids)
    assert {office.state(id_) for id_ in ids} == {("sent", "")}


def test_who_was_stopped_beyond_the_lease_notes_nothing_over_the_one_who_took_over(
    office: Office, sms: SmsService, afternoon: datetime
):
    office.agree()
    id_ = office.text()
    reached, released = threading.Event(), threading.Event()

    def stopped(_letter: Letter) -> None:
        reached.set()
        assert released.wait(60)

    slow = Memory(before=stopped)
    done: list[int] = []
    thread = threading.Thread(target=lambda: done.append(drain("sms", slow)))
    thread.start()
    assert reached.wait(60)
    with clock.frozen(afternoon + leasing.LEASE - timedelta(seconds=1)):
        assert sending.send_due(workers=1) == 0
    with clock.frozen(afternoon + leasing.LEASE):
        assert sending.send_due(workers=1) == 1
    taken_over = office.row(id_)
    released.set()
    thread.join(60)
    assert done == [0]
    assert office.row(id_) == taken_over
    assert (taken_over.state, taken_over.provider_id) == ("sent", sid(1))
    assert slow.keys == list(sms.texts)


def test_little_of_the_lease_left_is_not_begun_with(office: Office):
    ids = [office.letter() for _ in range(3)]
    post = Memory()
    assert Sender("email", post, spare_seconds=1e9).drain(0.05) >= 0
    assert post.letters == []
    assert {(*office.state(id_), office.row(id_).attempts) for id_ in ids} == {("queued", "", 0)}


def test_a_notice_that_kills_every_sender_is_given_up(office: Office, afternoon: datetime):
    id_ = office.letter()
    now = afternoon
    for _ in range(retrying.MOST_ATTEMPTS):
        with clock.frozen(now):
            assert len(leasing.lease("email", "killed").notices) == 1
        now += leasing.LEASE
    post = Memory()
    with clock.frozen(now):
        drain("email", post)
    assert post.letters == []
    assert office.state(id_) == ("dead", "lost")


def test_nothing_is_handed_over_inside_a_transaction(office: Office):
    office.agree()
    office.text()
    open_ones: list[int] = []

    def look(_letter: Letter) -> None:
        rows = sql(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL AND backend_type ="
            " 'client backend'"
        )
        open_ones.append(rows[0][0])

    drain("sms", Memory(before=look))
    assert open_ones == [0]
