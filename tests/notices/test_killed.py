"""A sender is killed at every step: each notice arrives once, by the key its provider knows it by."""

import signal
import subprocess
import sys
from datetime import datetime

import pytest

from securecare.foundation import clock
from securecare.notices import leasing, sending
from securecare.settings import ROOT
from tests.notices.office import Office, sql
from tests.support.mail_server import MailServer
from tests.support.sms_service import SmsService
from tests.support.waiting import wait_until

STEPS = range(1, 20)


def killed_at(channel: str, now: datetime, step: int) -> str:
    """How far the process came, "inside" or "done", before it was killed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.handing_over", channel, now.isoformat(), str(step)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    word = process.stdout.readline().strip()
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    process.stdout.close()
    wait_until(nobody_inside, "the server to let go of a killed process")
    return word


def nobody_inside() -> bool:
    others = sql(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()"
    )
    return others[0][0] == 0


def test_a_text_is_handed_over_once_wherever_its_sender_was_killed(
    office: Office, sms: SmsService, afternoon: datetime
):
    office.agree()
    repeated = 0
    came, step = "", 0
    for step in STEPS:
        sms.texts.clear()
        sms.calls.clear()
        id_ = office.text()
        came = killed_at("sms", afternoon, step)
        with clock.frozen(afternoon + leasing.LEASE):
            sending.send_due()
        assert office.state(id_) == ("sent", ""), step
        assert list(sms.texts) == [office.key(id_)], step
        repeated += len(sms.calls) > 1
        if came == "done":
            break
    assert (came, step) == ("done", 9)
    assert repeated == 3, "killed between handing over and noting it, somebody has to ask again"


def test_a_letter_has_one_message_id_wherever_its_sender_was_killed(
    office: Office, mail: MailServer, afternoon: datetime
):
    came, step = "", 0
    for step in STEPS:
        mail.letters.clear()
        id_ = office.letter()
        came = killed_at("email", afternoon, step)
        with clock.frozen(afternoon + leasing.LEASE):
            sending.send_due()
        assert office.state(id_) == ("sent", ""), step
        assert {letter["Message-ID"] for letter in mail.letters} == {office.row(id_).provider_id}
        if came == "done":
            break
    assert (came, step) == ("done", 7)


@pytest.mark.usefixtures("afternoon")
def test_a_report_settles_what_a_killed_sender_left_open(
    office: Office, sms: SmsService, afternoon: datetime
):
    """The service says by itself that the text is on its way: nobody asks it to send again."""
    from securecare.foundation.db import SYSTEM, transaction
    from securecare.notices.reports import Report, note_report
    from tests.support.sms_service import sid

    office.agree()
    id_ = office.text()
    assert killed_at("sms", afternoon, 7) == "inside"
    assert office.state(id_)[0] == "leased"
    reference = sms.texts[office.key(id_)]["StatusCallback"].rpartition("=")[2]
    with transaction(SYSTEM) as session:
        assert note_report(session, Report(reference, sid(1), "queued"))
    with clock.frozen(afternoon + leasing.LEASE):
        assert sending.send_due() == 0
    assert (office.state(id_)[0], len(sms.calls)) == ("sent", 1)
