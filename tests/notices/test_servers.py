"""What arrives at a mail server and a text service, and what comes of their answers."""

from pathlib import Path

import pytest

from securecare.notices import outbox, sending
from securecare.notices.mail import Mail
from securecare.settings import settings
from tests.notices.office import Office, drain, sql
from tests.support.mail_server import (
    PASSWORD,
    USER,
    MailServer,
    certificate_in,
    running_mail_server,
)
from tests.support.sms_service import SmsService, sid

pytestmark = pytest.mark.usefixtures("afternoon")


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
