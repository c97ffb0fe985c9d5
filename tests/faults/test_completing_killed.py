"""A process is killed in the middle of completing a session: all of it has happened, or nothing."""

import signal
import subprocess
import sys

import pytest

from securecare.foundation.db import owner_transaction
from securecare.inventory import verifying as stock
from securecare.outreach import sessions
from securecare.outreach import verifying as held
from securecare.settings import ROOT
from tests.inventory.storeroom import Storeroom, build, of_bundle, of_item
from tests.support.waiting import wait_until

BEFORE_COMMIT = 0
STATEMENTS = range(1, 40)


@pytest.fixture
def storeroom(database: str) -> Storeroom:
    return build()


def killed_at(storeroom: Storeroom, session_id: int, version: int, statement: int) -> str:
    """How far the process came, "inside" or "done", before it was killed."""
    who = (storeroom.organization_id, storeroom.manager.account_id, session_id, version, statement)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.completing", *map(str, who)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    word = process.stdout.readline().strip()
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    process.stdout.close()
    return word


def gone(storeroom: Storeroom) -> bool:
    """Whether the server has noticed that nobody is there any more."""
    others = storeroom.sql(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()"
    )
    return others[0][0] == 0


def test_a_completion_killed_at_any_statement_is_whole_or_never_was(storeroom: Storeroom):
    storeroom.receive(storeroom.bread, 100)
    storeroom.receive(storeroom.jam, 50)
    planned = storeroom.plan(of_item(storeroom.bread, 10), of_bundle(storeroom.lunch_bag, 5))
    before = (storeroom.figures(storeroom.bread), storeroom.figures(storeroom.jam))
    assert before == ((100, 20), (50, 5))
    came: list[str] = []
    for statement in (*STATEMENTS, BEFORE_COMMIT):
        came.append(killed_at(storeroom, planned.session_id, planned.version, statement))
        wait_until(lambda: gone(storeroom), "the server to let go of a killed process")
        now = (storeroom.figures(storeroom.bread), storeroom.figures(storeroom.jam))
        status = storeroom.detail(planned.session_id).status
        if came[-1] == "done":
            assert (status, now) == ("completed", ((80, 0), (45, 0)))
            break
        assert (came[-1], status, now) == ("inside", "planned", before)
    assert came.count("inside") > 5
    assert came[-1] == "done"
    with owner_transaction() as session:
        assert not list(stock.faults(session))
        assert not list(held.faults(session))


def test_what_was_killed_before_its_commit_can_be_done_again(storeroom: Storeroom):
    storeroom.receive(storeroom.bread, 10)
    planned = storeroom.plan(of_item(storeroom.bread, 10))
    assert killed_at(storeroom, planned.session_id, planned.version, BEFORE_COMMIT) == "inside"
    storeroom.do(sessions.complete, planned.session_id, planned.version, {})
    assert storeroom.figures(storeroom.bread) == (0, 0)
    assert storeroom.detail(planned.session_id).status == "completed"
