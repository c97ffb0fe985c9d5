"""The job process itself sends what is due, and shows that it ticks."""

import os
import sys

from securecare.running.processes import Child, stop_all
from tests.notices.office import Office, sql
from tests.support.mail_server import MailServer
from tests.support.waiting import wait_until


def test_the_job_process_sends_what_is_due(office: Office, mail: MailServer):
    child = Child("jobs", [sys.executable, "-m", "securecare", "worker"], os.environ)
    child.start()
    try:
        ids = [office.letter() for _ in range(3)]
        wait_until(lambda: len(mail.letters) == 3, "three letters arrive")
        wait_until(
            lambda: {office.state(id_) for id_ in ids} == {("sent", "")},
            "it is noted that they did",
        )
        seen = sql("SELECT runs, failures FROM job_tick WHERE name = 'send_notices'")
        assert seen[0].runs > 0
        assert seen[0].failures == 0
    finally:
        stop_all([child])
    assert child.exit_code == 0
