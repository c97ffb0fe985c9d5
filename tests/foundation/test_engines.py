"""One engine for each role, however many threads ask for it first."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest.mock import Mock

import pytest

from securecare.foundation import db


@pytest.fixture
def slow_to_make(monkeypatch: pytest.MonkeyPatch) -> list[Mock]:
    """Making an engine takes a while; what was made is listed."""
    made: list[Mock] = []

    def make(*_: Any, **__: Any) -> Mock:
        time.sleep(0.05)
        made.append(Mock())
        return made[-1]

    monkeypatch.setattr(db, "create_engine", make)
    monkeypatch.setattr(db, "_engines", {})
    return made


def test_threads_that_ask_at_once_share_one_engine_and_none_is_left_open(slow_to_make: list[Mock]):
    with ThreadPoolExecutor(8) as threads:
        given = [threads.submit(db.owner_engine) for _ in range(8)]
        assert len({id(each.result()) for each in given}) == 1
    assert db.app_engine() is not db.owner_engine()
    db.dispose()
    assert [each.dispose.call_count for each in slow_to_make] == [1, 1]
    assert db.owner_engine() is slow_to_make[-1]
