"""Waiting for a fact instead of sleeping for luck."""

import time
from collections.abc import Callable


def wait_until(fact: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Return as soon as `fact()` is true; fail with `what` if it never becomes so."""
    deadline = time.monotonic() + seconds
    while not fact():
        if time.monotonic() > deadline:
            raise AssertionError(f"Not within {seconds} s: {what}")
        time.sleep(0.02)
