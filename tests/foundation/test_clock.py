"""The one clock."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest

from securecare.foundation import clock

AT = datetime(2027, 1, 13, 12, tzinfo=UTC)


def test_the_clock_says_utc() -> None:
    assert clock.now().utcoffset() == timedelta(0)


def test_a_frozen_clock_says_the_same_in_every_thread() -> None:
    heard: list[datetime] = []
    with clock.frozen(AT):
        thread = threading.Thread(target=lambda: heard.append(clock.now()))
        thread.start()
        thread.join()
    assert heard == [AT]
    assert clock.now() != AT


def test_freezes_nest_and_turn_to_utc() -> None:
    with clock.frozen(AT):
        with clock.frozen(datetime(2027, 1, 1, tzinfo=timezone(timedelta(hours=-7)))):
            assert clock.now() == datetime(2027, 1, 1, 7, tzinfo=UTC)
        assert clock.now() == AT


def test_a_freeze_of_this_context_alone_is_not_seen_by_a_thread() -> None:
    heard: list[datetime] = []
    with clock.frozen(AT, everywhere=False):
        assert clock.now() == AT
        thread = threading.Thread(target=lambda: heard.append(clock.now()))
        thread.start()
        thread.join()
    assert heard[0] != AT


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"), clock.frozen(datetime(2027, 1, 1)):  # noqa: DTZ001
        pass
