"""The one axis of a day that facilities in several zones share."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from securecare.foundation.spans import Span
from securecare.scheduling.day_axis import DayAxis, OutsideDay
from securecare.scheduling.local_time import (
    TimeDoesNotExist,
    day_bounds,
    day_exists,
    instant,
    minute_of_day,
)
from tests.scheduling.zones import days, zones

NEW_YORK, PHOENIX, LONDON, BERLIN = (
    "America/New_York",
    "America/Phoenix",
    "Europe/London",
    "Europe/Berlin",
)
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)
MINUTE = timedelta(minutes=1)
several = st.lists(zones, min_size=1, max_size=4, unique=True)


def test_an_ordinary_day_has_96_slots():
    axis = DayAxis.build(date(2026, 7, 1), [NEW_YORK, PHOENIX, LONDON])
    assert len(axis.slots) == 96
    assert axis.slots[36].label == "9:00 AM"
    assert axis.missing(LONDON) == []


def test_the_same_wall_clock_stands_at_the_same_height_everywhere():
    day = date(2026, 7, 1)
    axis = DayAxis.build(day, [NEW_YORK, LONDON])
    assert {axis.position(instant(day, 540, zone), zone) for zone in (NEW_YORK, LONDON)} == {540}


def test_a_repeated_hour_comes_twice_and_is_marked():
    axis = DayAxis.build(AUTUMN, [NEW_YORK])
    assert [s.label for s in axis.slots[4:13:4]] == ["1:00 AM", "1:00 AM (again)", "2:00 AM"]
    assert len(axis.slots) == 100
    assert [s.fold for s in axis.slots] == [0] * 8 + [1] * 4 + [0] * 88


def test_a_zone_without_the_repeated_hour_lacks_it():
    axis = DayAxis.build(AUTUMN, [NEW_YORK, PHOENIX])
    assert axis.missing(PHOENIX) == [(120, 60)]
    assert axis.missing(NEW_YORK) == []
    for position, text in ((120, "1:00 AM"), (150, "1:30 AM")):
        with pytest.raises(TimeDoesNotExist, match=f"{text} does not come a second time in Ph"):
            axis.instant_at(position, PHOENIX)
    assert axis.instant_at(180, PHOENIX) == instant(AUTUMN, 120, PHOENIX)


def test_a_left_out_hour_is_left_out_if_all_lack_it():
    axis = DayAxis.build(SPRING, [NEW_YORK, "America/Chicago"])
    assert len(axis.slots) == 92
    assert axis.slots[8].label == "3:00 AM"
    assert axis.position(instant(SPRING, 180, NEW_YORK), NEW_YORK) == 120


def test_a_left_out_hour_is_kept_for_those_who_have_it():
    axis = DayAxis.build(SPRING, [NEW_YORK, PHOENIX])
    assert len(axis.slots) == 96
    assert axis.missing(NEW_YORK) == [(120, 60)]
    with pytest.raises(TimeDoesNotExist, match="There is no 2:30 AM in New York"):
        axis.instant_at(150, NEW_YORK)


def test_half_an_hour_can_be_repeated():
    axis = DayAxis.build(date(2026, 4, 5), ["Australia/Lord_Howe"])
    assert len(axis.slots) == 98
    assert [s.label for s in axis.slots if s.fold] == ["1:30 AM (again)", "1:45 AM (again)"]


def test_the_hour_after_midnight_can_be_repeated():
    axis = DayAxis.build(AUTUMN, ["America/Havana", PHOENIX])
    assert [(s.minute, s.fold) for s in axis.slots[3:6]] == [(45, 0), (0, 1), (15, 1)]
    assert axis.missing(PHOENIX) == [(60, 60)]


def test_zones_that_repeat_different_hours_each_get_theirs():
    axis = DayAxis.build(date(2026, 10, 25), [LONDON, BERLIN])
    hours = [(s.minute // 60, s.fold) for s in axis.slots[::4]]
    assert hours[:6] == [(0, 0), (1, 0), (1, 1), (2, 0), (2, 1), (3, 0)]
    assert axis.missing(LONDON) == [(240, 60)]
    assert axis.missing(BERLIN) == [(120, 60)]


def test_half_of_a_repeated_hour_can_be_missing():
    axis = DayAxis.build(date(2026, 4, 5), ["Australia/Lord_Howe", "Australia/Sydney"])
    assert axis.length == 1440 + 30 + 60
    assert axis.missing("Australia/Sydney") == [(120, 30)]
    assert axis.missing("Australia/Lord_Howe") == [(210, 60)]


def test_repeated_times_of_unequal_length_that_end_together_share_their_lines():
    axis = DayAxis.build(date(2026, 10, 25), [BERLIN, "Antarctica/Troll"])
    assert axis.length == 1440 + 120
    assert axis.missing(BERLIN) == [(180, 60)]
    assert axis.missing("Antarctica/Troll") == []


def test_what_a_zone_lacks_before_the_window_is_not_told():
    axis = DayAxis.build(AUTUMN, [NEW_YORK, PHOENIX])
    assert axis.window(480, 1080).missing(PHOENIX) == []
    assert axis.window(90, 1080).missing(PHOENIX) == [(30, 60)]


def test_a_day_left_out_whole_has_no_axis_of_its_own():
    skipped = date(2011, 12, 30)
    assert DayAxis.build(skipped, ["Pacific/Apia"]).slots == ()
    shared = DayAxis.build(skipped, ["Pacific/Apia", "UTC"])
    assert shared.missing("Pacific/Apia") == [(0, 1440)]
    with pytest.raises(OutsideDay):
        shared.position(datetime(2011, 12, 30, 10, tzinfo=UTC), "Pacific/Apia")


def test_a_block_does_not_grow_into_time_its_zone_lacks():
    axis = DayAxis.build(AUTUMN, [NEW_YORK, PHOENIX])
    until_two = Span(instant(AUTUMN, 90, PHOENIX), instant(AUTUMN, 120, PHOENIX))
    assert axis.place(until_two, PHOENIX) == (90, 30)
    assert axis.span_at(90, 30, PHOENIX) == until_two


def test_a_block_of_another_day_is_not_placed_and_one_over_midnight_is_clipped():
    axis = DayAxis.build(date(2026, 7, 1), [NEW_YORK])
    day = day_bounds(axis.day, NEW_YORK)
    assert axis.place(Span(day.end, day.end + MINUTE), NEW_YORK) is None
    assert axis.place(Span(day.end - 30 * MINUTE, day.end + MINUTE), NEW_YORK) == (1410, 30)
    assert axis.place(Span(day.start - MINUTE, day.start + 30 * MINUTE), NEW_YORK) == (0, 30)


def test_times_of_other_days_stand_at_the_edge_if_asked_to():
    axis = DayAxis.build(date(2026, 7, 1), [NEW_YORK]).window(8 * 60, 18 * 60)
    day = day_bounds(axis.day, NEW_YORK)
    for at, edge in (
        (day.start - MINUTE, 0),
        (day.start, 0),
        (day.end, 600),
        (day.end + MINUTE, 600),
    ):
        assert axis.position(at, NEW_YORK, clamp=True) == edge
        with pytest.raises(OutsideDay):
            axis.position(at, NEW_YORK)


def test_a_window_shows_whole_lines_of_part_of_the_day():
    axis = DayAxis.build(date(2026, 7, 1), [NEW_YORK]).window(7 * 60 + 50, 18 * 60)
    assert (axis.slots[0].label, axis.slots[-1].label) == ("7:45 AM", "5:45 PM")
    assert axis.slots[0].position == 0
    assert axis.instant_at(15, NEW_YORK) == instant(axis.day, 480, NEW_YORK)
    with pytest.raises(OutsideDay):
        axis.instant_at(axis.length, NEW_YORK)


def test_a_window_that_begins_in_the_repeated_hour_shows_it_twice():
    axis = DayAxis.build(AUTUMN, [NEW_YORK]).window(90, 180)
    assert [(s.minute, s.fold) for s in axis.slots[:4]] == [(90, 0), (105, 0), (60, 1), (75, 1)]


@given(days, several)
def test_every_minute_of_every_zone_has_a_place_of_its_own(day: date, shown: list[str]):
    axis = DayAxis.build(day, shown)
    slots = {s.position + n: s.minute + n for s in axis.slots for n in range(s.length)}
    assert sorted(slots) == list(range(axis.length))
    for zone in filter(lambda zone: day_exists(day, zone), shown):
        at, end = day_bounds(day, zone).start, day_bounds(day, zone).end
        last, lacking = -1, {p + n for p, length in axis.missing(zone) for n in range(length)}
        while at < end:
            place = axis.position(at, zone)
            assert last < place < axis.length
            assert lacking >= set(range(last + 1, place))
            assert place not in lacking
            assert slots[place] == minute_of_day(at, zone)
            assert axis.instant_at(place, zone) == at
            last, at = place, at + MINUTE
        assert set(range(last + 1, axis.length)) <= lacking


@given(days, several, st.integers(0, 1439), st.integers(1, 300), st.booleans())
def test_a_block_taken_off_the_axis_is_the_same_time(
    day: date, shown: list[str], minute: int, length: int, windowed: bool
):
    zone = shown[0]
    assume(day_exists(day, zone))
    axis = DayAxis.build(day, shown)
    if windowed:
        axis = axis.window(minute - 60, minute + 400)
    bounds = day_bounds(day, zone)
    start = bounds.start + minute * MINUTE
    span = Span(start, start + length * MINUTE)
    placed = axis.place(span, zone)
    if placed is None:
        assert windowed or not span.overlaps(bounds)
        return
    assert 0 <= placed[0] < sum(placed) <= axis.length
    if not windowed:
        assert axis.span_at(*placed, zone) == span.shared_with(bounds)


@given(days, several)
def test_time_is_missing_for_a_zone_only_if_another_shown_one_has_it(day: date, shown: list[str]):
    axis = DayAxis.build(day, shown)
    lacking = [{p + n for p, length in axis.missing(zone) for n in range(length)} for zone in shown]
    assert not set.intersection(*lacking)
