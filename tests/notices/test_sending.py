"""From the wish to what became of it: over real servers, and with several senders at once."""

import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from securecare.foundation import clock
from securecare.foundation.db import transaction
from securecare.notices import leasing, outbox, retrying, sending
from securecare.notices.channels import Letter, Postponed, Refused, Unreachable
from securecare.notices.mail import Mail
from securecare.notices.outbox import NoAddress
from securecare.notices.sending import Sender
from securecare.notices.templates import UnknownValues
from securecare.settings import settings
from tests.notices.office import Memory, Office, drain, sql
from tests.support.mail_server import (
    PASSWORD,
    USER,
    MailServer,
    certificate_in,
    running_mail_server,
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
        start.wait(10)
        ids.append(office.letter(key="password:b"))

    threads = [threading.Thread(target=wish) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
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


def test_a_letter_arrives_as_it_was_meant(office: Office, mail: MailServer):
    sent = office.letter("cleo@example.org")
    sending.send_due()
    (letter,) = mail.letters
    assert (mail.recipients, letter["Subject"]) == (["cleo@example.org"], "Choose a new password")
    assert letter["From"] == "Harbor & Pine <care@example.org>"
    assert "https://care.example.org/p" in letter.get_content()
    assert office.state(sent) == ("sent", "")
    assert letter["Message-ID"] == office.row(sent).provider_id
    assert office.key(sent) not in letter.as_string()


def test_values_cannot_write_headers(office: Office, mail: MailServer):
    office.queue(
        outbox.Notice(
            office.id,
            "email",
            "cleo@example.org",
            "message_waiting",
            {"organization": "A\r\nBcc: spy@example.org", "link": "https://x"},
            "m:1",
        )
    )
    sending.send_due()
    (letter,) = mail.letters
    assert letter["Bcc"] is None
    assert mail.recipients == ["cleo@example.org"]


def test_a_text_arrives_with_the_way_to_stop_it(office: Office, sms: SmsService):
    office.agree()
    sent = office.text()
    sending.send_due()
    (form,) = sms.texts.values()
    assert form["To"] == office.phone
    assert form["Body"].endswith("Reply STOP to end these texts.")
    assert form["StatusCallback"] == (
        f"{settings().public_url}/hooks/sms/status?notice={office.row(sent).public_id.hex}.1"
    )
    assert office.state(sent) == ("sent", "")
    assert office.row(sent).provider_id == sid(1)


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


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (
            (400, {"code": 21211, "message": "'To' number +1212... is not valid"}),
            "failed sms_21211",
        ),
        ((400, {"code": 21610}), "failed stopped"),
        ((429, {}), "queued sms_429"),
        ((503, {}), "queued sms_503"),
        ((401, {}), "queued sms_sign_in"),
    ],
)
def test_what_the_text_service_answers(
    office: Office, sms: SmsService, answer: tuple[int, dict[str, object]], state: str
):
    office.agree()
    id_ = office.text()
    sms.answers = [answer]
    sending.send_due(workers=1)
    assert " ".join(office.state(id_)) == state


@pytest.mark.parametrize(
    ("refusal", "state"),
    [
        ("550 no such mailbox", "failed smtp_550"),
        ("451 later", "queued smtp_451"),
        ("421 closing", "queued smtp_421"),
    ],
)
def test_what_the_mail_server_answers(office: Office, mail: MailServer, refusal: str, state: str):
    ids = [office.letter(), office.letter()]
    mail.refusals = [refusal]
    sending.send_due(workers=1)
    states = sorted(" ".join(office.state(id_)).strip() for id_ in ids)
    assert state in states
    if "421" not in refusal:
        assert "sent" in states


def test_a_mail_server_that_is_not_there(office: Office, mail: MailServer, monkeypatch):
    id_ = office.letter()
    monkeypatch.setenv("SECURECARE_MAIL_URL", "smtp://127.0.0.1:1")
    settings.cache_clear()
    sending.send_due(workers=1)
    assert office.state(id_) == ("queued", "smtp_unreachable")


def test_mail_goes_encrypted_and_signed_in(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with running_mail_server(tmp_path) as server:
        password = PASSWORD.replace("@", "%40").replace("/", "%2F")
        url = f"smtp+starttls://{USER}:{password}@127.0.0.1:{server.port}"
        monkeypatch.setenv("SECURECARE_MAIL_URL", url)
        monkeypatch.setenv("SECURECARE_MAIL_FROM", "care@example.org")
        settings.cache_clear()
        stranger, known = office.letter(), office.letter()
        sending.send_due(workers=1)
        assert office.state(stranger) == ("queued", "smtp_tls")
        assert server.letters == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate_in(tmp_path)))
        sending.send_due(workers=1)
        assert office.state(known) == ("sent", "")
        assert server.signed_in == [True]
        monkeypatch.setenv("SECURECARE_MAIL_URL", url.replace(password, "wrong"))
        settings.cache_clear()
        third = office.letter()
        sending.send_due(workers=1)
        assert office.state(third) == ("queued", "smtp_sign_in")
    monkeypatch.undo()
    settings.cache_clear()


def test_two_senders_hand_over_each_notice_once(office: Office):
    ids = [office.letter() for _ in range(300)]
    posts = [Memory(), Memory()]
    start = threading.Barrier(2)
    done: list[int] = []

    def send(post: Memory) -> None:
        start.wait(10)
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
        assert released.wait(30)

    slow = Memory(before=stopped)
    done: list[int] = []
    thread = threading.Thread(target=lambda: done.append(drain("sms", slow)))
    thread.start()
    assert reached.wait(30)
    with clock.frozen(afternoon + leasing.LEASE - timedelta(seconds=1)):
        assert sending.send_due(workers=1) == 0
    with clock.frozen(afternoon + leasing.LEASE):
        assert sending.send_due(workers=1) == 1
    taken_over = office.row(id_)
    released.set()
    thread.join(30)
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


def test_a_second_copy_of_a_letter_has_the_same_message_id(office: Office, mail: MailServer):
    id_ = office.letter()
    sending.send_due()
    sql("UPDATE notice SET state = 'queued', due_at = queued_at WHERE id = :id", id=id_)
    sending.send_due()
    first, second = mail.letters
    assert first["Message-ID"] == second["Message-ID"]


def test_mail_that_was_closed_can_be_opened_again(office: Office, mail: MailServer):
    told = settings().mail
    assert told
    post = Mail(told)
    for _ in range(2):
        office.letter()
        assert drain("email", post) == 1
        post.close()
    assert len(mail.letters) == 2
