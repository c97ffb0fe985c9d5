"""What the clock on the wall shows, and when."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securecare.scheduling.local_time import (
    TimeDoesNotExist,
    TimeIsAmbiguous,
    clock_label,
    day_bounds,
    day_exists,
    day_start,
    first_existing,
    instant,
    label,
    local_day,
    minute_of_day,
    stretches,
)
from tests.scheduling.zones import days, zones

NEW_YORK = "America/New_York"
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_an_ordinary_time_is_one_instant():
    assert instant(date(2026, 7, 1), 9 * 60, NEW_YORK) == utc(2026, 7, 1, 13)


def test_minutes_past_midnight_belong_to_the_next_day():
    assert instant(date(2026, 7, 1), 1440 + 60, NEW_YORK) == utc(2026, 7, 2, 5)


def test_a_time_the_clocks_leave_out_is_refused_and_its_neighbours_are_offered():
    with pytest.raises(TimeDoesNotExist) as refused:
        instant(SPRING, 150, NEW_YORK)
    assert refused.value.last_before == utc(2026, 3, 8, 6, 59)
    assert refused.value.first_after == utc(2026, 3, 8, 7)
    assert refused.value.field == "time"
    assert refused.value.message == (
        "There is no 2:30 AM on Sunday, March 8, 2026 in New York: the clocks go forward past it. "
        "The nearest times are 1:59 AM and 3:00 AM."
    )


def test_a_time_that_comes_twice_is_asked_about():
    with pytest.raises(TimeIsAmbiguous) as asked:
        instant(AUTUMN, 90, NEW_YORK, clock24=True)
    first, second = asked.value.readings
    assert (first.at, second.at) == (utc(2026, 11, 1, 5, 30), utc(2026, 11, 1, 6, 30))
    assert first.label == "01:30 (first, before the clocks go back)"
    assert second.label == "01:30 (second, after the clocks go back)"


def test_the_answer_chooses_between_the_two():
    assert instant(AUTUMN, 90, NEW_YORK, fold=0) == utc(2026, 11, 1, 5, 30)
    assert instant(AUTUMN, 90, NEW_YORK, fold=1) == utc(2026, 11, 1, 6, 30)


def test_an_answer_nobody_asked_for_changes_nothing():
    assert instant(AUTUMN, 600, NEW_YORK, fold=1) == instant(AUTUMN, 600, NEW_YORK)


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (SPRING, NEW_YORK, 23),
        (AUTUMN, NEW_YORK, 25),
        (AUTUMN, "America/Phoenix", 24),
        (AUTUMN, "America/Havana", 25),
        (date(2026, 4, 5), "Australia/Lord_Howe", 24.5),
        (date(2026, 10, 24), "America/Nuuk", 25),
        (date(2026, 3, 29), "Antarctica/Troll", 22),
    ],
)
def test_a_day_is_as_long_as_its_clocks_make_it(day: date, zone: str, hours: float):
    assert day_bounds(day, zone).duration == timedelta(hours=hours)


def test_a_day_left_out_whole_has_no_bounds():
    skipped = date(2011, 12, 30)
    assert not day_exists(skipped, "Pacific/Apia")
    with pytest.raises(TimeDoesNotExist, match="Saturday, December 31, 2011"):
        day_bounds(skipped, "Pacific/Apia")


def test_clocks_that_go_back_past_midnight_do_not_cut_the_new_day_in_two():
    bounds = day_bounds(date(2010, 11, 7), "America/St_Johns")
    assert bounds.duration == timedelta(hours=24)
    assert label(bounds.start, "America/St_Johns", clock24=True) == "00:00"


def test_a_left_out_bound_moves_to_the_first_time_after():
    assert first_existing(SPRING, 150, NEW_YORK) == utc(2026, 3, 8, 7)


@pytest.mark.parametrize(
    ("minute", "twelve", "twenty_four"),
    [(0, "12:00 AM", "00:00"), (90, "1:30 AM", "01:30"), (720, "12:00 PM", "12:00"),
     (1439, "11:59 PM", "23:59"), (1500, "1:00 AM", "01:00")],
)  # fmt: skip
def test_times_read_as_people_write_them(minute: int, twelve: str, twenty_four: str):
    assert clock_label(minute, clock24=False) == twelve
    assert clock_label(minute, clock24=True) == twenty_four


@given(days, st.integers(0, 1439), zones)
def test_what_is_read_from_the_clock_is_what_it_shows(day: date, minute: int, zone: str):
    at = first_existing(day, minute, zone)
    if (local_day(at, zone), minute_of_day(at, zone)) == (day, minute):
        later = instant(day, minute, zone, fold=1)
        assert instant(day, minute, zone, fold=0) == at <= later
        assert (local_day(later, zone), minute_of_day(later, zone)) == (day, minute)
        return
    with pytest.raises(TimeDoesNotExist) as refused:
        instant(day, minute, zone)
    assert refused.value.first_after == at
    shown = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    before = (at - timedelta(minutes=1)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert before < datetime.combine(day, time()) + timedelta(minutes=minute) < shown


@given(days, zones)
def test_days_follow_each_other_without_a_gap(day: date, zone: str):
    parts = stretches(day, zone)
    bounds = [edge for part in parts for edge in (part.span.start, part.span.end)]
    assert [day_start(day, zone), *bounds[1:-1:2]] == bounds[::2] or not parts
    if parts:
        assert bounds[-1] == day_start(day + timedelta(days=1), zone)


@given(days, zones, st.integers(0, 1559))
def test_every_minute_of_a_day_is_in_its_bounds(day: date, zone: str, minutes: int):
    at = day_start(day, zone) + timedelta(minutes=minutes)
    assert day_bounds(local_day(at, zone), zone).holds(at)
    part = next(p for p in stretches(local_day(at, zone), zone) if p.span.holds(at))
    assert part.minute_at(at) == minute_of_day(at, zone)
    assert part.instant_at(part.minute_at(at)) == at
