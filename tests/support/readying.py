"""What a test needs of this machine is there before its time runs: built or fetched, once for all.

Building takes a minute on a slow machine. Processes that test side by side take turns, since neither
the build nor apt can run twice at once.
"""

import fcntl
import os
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.support.chromium import NoChromium, find_chromium
from tests.support.redis_server import find_redis

_ready: set[str] = set()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Outside of whatever measures how long a test takes."""
    if needs_the_interface(item):
        _once("interface")
    asked = getattr(item, "fixturenames", ())
    if "chromium" in asked:
        _once("chromium")
    if "redis_url" in asked:
        _once("redis")
    return (yield)


def needs_the_interface(item: pytest.Item) -> bool:
    """Whether the test looks at a running product."""
    asked = getattr(item, "fixturenames", ())
    return item.get_closest_marker("browser") is not None or "product" in asked


def _once(what: str) -> None:
    if what not in _ready:
        READYING[what]()
        _ready.add(what)


def _build_the_interface() -> None:
    from securecare.running import frontend

    frontend.ensure_built()  # takes turns by itself


def _fetch_chromium() -> None:
    with _turn(), suppress(NoChromium):  # the test that has no browser says so
        find_chromium()


def _fetch_redis() -> None:
    with _turn():
        find_redis()


READYING = {
    "interface": _build_the_interface,
    "chromium": _fetch_chromium,
    "redis": _fetch_redis,
}


@contextmanager
def _turn() -> Iterator[None]:
    """One of this user's test processes at a time."""
    lock = Path(tempfile.gettempdir()) / f"securecare-tests-{os.getuid()}.lock"
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
