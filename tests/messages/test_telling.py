"""Telling the customer that something waits: with consent, once, and never what."""

import uuid
from datetime import UTC, datetime

import pytest

from securecare.foundation import clock
from securecare.messages import portal
from securecare.notices.models import RECIPIENT
from tests.messages.desk import EMAIL, PHONE, Desk
from tests.notices.office import Memory, drain
from tests.races.at_once import at_once

AFTERNOON = datetime(2027, 1, 13, 20, tzinfo=UTC)
"""Two in the afternoon in Chicago."""


@pytest.fixture(autouse=True)
def afternoon():
    with clock.frozen(AFTERNOON):
        yield


def test_nobody_is_told_who_did_not_agree(desk: Desk):
    desk.start()
    assert desk.notices() == []


def test_each_channel_has_a_consent_of_its_own(desk: Desk):
    desk.agree(channel="email")
    id_ = desk.start()
    first = desk.seen(id_).messages[0].id
    assert desk.notices() == [("email", f"message:{first}:email")]
    desk.settle()
    desk.agree()
    id_ = desk.start()
    first = desk.seen(id_).messages[0].id
    assert desk.notices() == [("sms", f"message:{first}:sms")]
    desk.settle()
    desk.agree(phone="+12125550199")  # another phone than the one in the record
    desk.start()
    assert desk.notices() == []


def test_a_notice_says_that_something_waits_and_never_what(desk: Desk):
    desk.agree()
    desk.agree(channel="email")
    desk.start("Kanarienvogel", body="Kanarienvogel")
    query = "SELECT * FROM notice WHERE state = 'queued' ORDER BY channel"
    email, sms = desk.sql(query)
    assert RECIPIENT.open(email.recipient_sealed, email.public_id) == EMAIL
    assert RECIPIENT.open(sms.recipient_sealed, sms.public_id) == PHONE
    for row in (email, sms):
        assert (row.template, row.use) == ("message_waiting", "message_alerts")
        assert row.customer_id == desk.alice
    memory, texts = Memory(), Memory()
    assert (drain("email", memory), drain("sms", texts)) == (1, 1)
    for letter in (*memory.letters, *texts.letters):
        said = f"{letter.words.subject} {letter.words.body}"
        assert "Kanarienvogel" not in said
        assert "Wilma" not in said
        assert "Alice" not in said
        assert "/portal/messages" in said
        assert "Harbor" in said


def test_the_recipients_own_time_zone_goes_along(desk: Desk):
    desk.agree()
    desk.sql(
        "INSERT INTO customer_profile (organization_id, customer_id, public_id, preferred_name,"
        " pronouns, gender, ethnicity, language, needs_interpreter, street, city, region,"
        " postal_code, country, time_zone, reached_by, staff_note, version)"
        " VALUES (:of, :id, gen_random_uuid(), '', '', '', '', '', false, '', '', '', '', '',"
        " 'Asia/Tokyo', '', '', 1)",
        of=desk.worker.organization_id,
        id=desk.alice,
    )
    desk.start()
    (row,) = desk.sql("SELECT time_zone FROM notice WHERE state = 'queued'")
    assert row.time_zone == "Asia/Tokyo"
    desk.sql("DELETE FROM customer_profile WHERE customer_id = :id", id=desk.alice)


def test_one_thread_tells_once_until_it_was_read(desk: Desk):
    desk.agree()
    id_ = desk.start()
    desk.send(id_)
    desk.send(id_)
    assert len(desk.notices()) == 1
    other = desk.start()
    assert len(desk.notices()) == 2  # another thread is another matter
    desk.settle()
    desk.agree()
    desk.sql("UPDATE message_thread SET told_message_id = last_message_id WHERE id = :id", id=id_)
    desk.read(id_)
    last = desk.send(id_)
    assert desk.notices() == [("sms", f"message:{last}:sms")]
    assert other


def test_what_was_read_before_it_went_out_is_taken_back(desk: Desk):
    desk.agree()
    desk.agree(channel="email")
    id_ = desk.start()
    assert len(desk.notices()) == 2
    desk.read(id_)
    assert desk.notices() == []
    last = desk.send(id_)
    assert {key for _, key in desk.notices()} == {f"message:{last}:{c}" for c in ("email", "sms")}


def test_what_came_while_they_were_reading_is_told_then(desk: Desk):
    desk.agree()
    id_ = desk.start()
    first = desk.seen(id_).messages[0].id
    more = desk.send(id_)
    assert desk.notices() == [("sms", f"message:{first}:sms")]
    desk.read(id_, first)
    assert desk.notices() == [("sms", f"message:{more}:sms")]
    desk.read(id_)
    assert desk.notices() == []


def test_answers_tell_nobody(desk: Desk):
    desk.agree()
    id_ = desk.start()
    desk.read(id_)
    desk.reply(id_)
    assert desk.notices() == []


def test_consent_withdrawn_before_it_is_sent_means_not_sent(desk: Desk):
    desk.agree()
    id_ = desk.start()
    desk.agree(given=False)
    memory = Memory()
    drain("sms", memory)
    assert memory.letters == []
    assert len(desk.notices("withheld")) >= 1
    desk.send(id_)
    assert desk.notices() == []
    desk.agree()  # nothing reached them, so the next message may tell
    last = desk.send(id_)
    assert desk.notices() == [("sms", f"message:{last}:sms")]


def test_many_messages_at_once_tell_of_one(desk: Desk):
    desk.agree()
    id_ = desk.start()
    desk.read(id_)
    desk.settle()
    desk.agree()
    at_once([lambda: desk.send(id_) for _ in range(8)])
    assert len(desk.notices()) == 1
    assert len(desk.seen(id_).messages) == 9


def test_a_form_pressed_twice_at_once_is_one_message_and_one_thread(desk: Desk):
    desk.agree()
    key = uuid.uuid4()
    assert len(set(at_once([lambda: desk.start(key=key) for _ in range(6)]))) == 1
    assert len(desk.notices()) == 1
    id_, key = desk.start(), uuid.uuid4()
    assert len(set(at_once([lambda: desk.reply(id_, key=key) for _ in range(6)]))) == 1
    assert len(desk.seen(id_).messages) == 2


def test_who_writes_and_reads_at_once_misses_nothing(desk: Desk):
    """However it falls out: what is unread was told of after the last reading, or was read."""
    desk.agree()
    for _ in range(10):
        id_ = desk.start()
        seen = desk.seen(id_).messages[-1].id
        at_once(
            [
                lambda: desk.send(id_),  # noqa: B023
                lambda: desk.read(id_, seen),  # noqa: B023
            ]
        )
        last = desk.seen(id_).messages[-1].id
        assert ("sms", f"message:{last}:sms") in desk.notices()
        own = {desk.alice}
        rows = desk.do(portal.threads_of_patron, own, by=desk.patron).rows
        assert next(row for row in rows if row.id == id_).unread == 1
