"""Children are watched, and none is left behind."""

import os
import sys
import time

import psutil

from securecare.running.processes import Child, stop_all
from tests.support.waiting import wait_until

STUBBORN_WITH_A_CHILD = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
time.sleep(600)
"""


def child_running(code: str) -> Child:
    child = Child("test", [sys.executable, "-c", code], os.environ)
    child.start()
    return child


def test_a_stubborn_child_and_what_it_started_are_ended() -> None:
    child = child_running(STUBBORN_WITH_A_CHILD)
    assert child.process
    parent = psutil.Process(child.process.pid)
    wait_until(parent.children, "the child has a child")
    grandchild = parent.children()[0]
    child.ask_to_stop()
    child.wait_or_kill(0.2)
    wait_until(
        lambda: not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE,
        "the grandchild is gone",
    )


def test_stopping_takes_no_longer_than_the_slowest_child() -> None:
    children = [child_running("import time; time.sleep(600)") for _ in range(3)]
    began = time.monotonic()
    stop_all(children)
    assert time.monotonic() - began < 5
    assert all(child.exit_code is not None for child in children)


def test_what_will_not_stay_up_is_given_up() -> None:
    child = Child("test", [sys.executable, "-c", ""], os.environ)
    starts = 0
    while child.may_start_again() and starts < 10:
        child.start()
        child.wait_or_kill()
        starts += 1
    assert starts == 4
