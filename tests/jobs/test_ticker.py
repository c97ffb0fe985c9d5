"""The job process: one leads, the next takes over, and a fault stops nobody."""

import os
import sys

import psycopg

from securecare.jobs.ticker import LEADER_LOCK
from securecare.running.processes import Child, stop_all
from securecare.settings import conninfo
from tests.support.waiting import wait_until


def leaders(url: str) -> list[int]:
    with psycopg.connect(conninfo(url)) as connection:
        rows = connection.execute(
            "SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
            " WHERE locktype = 'advisory' AND granted AND objid = %s"
            " AND datname = current_database()",
            [LEADER_LOCK],
        ).fetchall()
    return [pid for (pid,) in rows]


def worker() -> Child:
    child = Child("jobs", [sys.executable, "-m", "securecare", "worker"], os.environ)
    child.start()
    return child


def test_one_leads_and_the_next_takes_over_when_it_is_killed(database: str) -> None:
    first = worker()
    wait_until(lambda: leaders(database), "somebody leads")
    (leading,) = leaders(database)
    second = worker()
    try:
        first.wait_or_kill(0)
        wait_until(lambda: leaders(database) not in ([], [leading]), "the other one leads")
    finally:
        stop_all([first, second])
    assert second.exit_code == 0
