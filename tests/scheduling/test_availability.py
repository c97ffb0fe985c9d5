"""When somebody works, and what stands in the way of an appointment when they do not."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from securecare.foundation.spans import Span, merged
from securecare.scheduling.availability import (
    Closure,
    OpenSpan,
    Roster,
    StaffException,
    WeeklyShift,
    working_hours,
    working_hours_between,
)
from securecare.scheduling.day_axis import DayAxis
from securecare.scheduling.local_time import (
    day_bounds,
    day_exists,
    first_existing,
    instant,
    stretches,
)
from securecare.scheduling.opening import Obstacle, OutsideHours, require_open
from securecare.scheduling.shading import ShadeKind, lane_shading, shading
from tests.scheduling.zones import days, zones

HARBOR, MESA = 1, 2
HERE = {HARBOR: "America/New_York"}
BOTH = {HARBOR: "America/New_York", MESA: "America/Phoenix"}
MONDAY = date(2026, 7, 6)
MINUTE, ONE_DAY = timedelta(minutes=1), timedelta(days=1)
OFFICE = WeeklyShift(HARBOR, 0, 540, 1020, breaks=((720, 750),))
ALL_WEEK = [WeeklyShift(HARBOR, weekday, 540, 1020, ((720, 750),)) for weekday in range(5)]


def at(day: date, minute: int, facility: int = HARBOR) -> datetime:
    return instant(day, minute, BOTH[facility])


def between(day: date, first: int, last: int, facility: int = HARBOR) -> Span:
    return Span(at(day, first, facility), at(day, last, facility))


def hours(day: date, *shifts: WeeklyShift, exceptions=(), closures=()) -> list[Span]:
    return [o.span for o in working_hours(day, shifts, exceptions, closures, HERE)]


def test_a_break_parts_the_working_day():
    assert hours(MONDAY, OFFICE) == [between(MONDAY, 540, 720), between(MONDAY, 750, 1020)]


def test_other_weekdays_are_free():
    assert hours(MONDAY + ONE_DAY, OFFICE) == []


def test_a_shift_holds_from_its_first_through_its_last_day():
    shift = WeeklyShift(HARBOR, 0, 540, 600, (), MONDAY, MONDAY)
    assert hours(MONDAY, shift)
    assert not hours(MONDAY - 7 * ONE_DAY, shift)
    assert not hours(MONDAY + 7 * ONE_DAY, shift)


def test_a_night_shift_goes_on_in_the_next_day():
    night = WeeklyShift(HARBOR, 0, 22 * 60, 30 * 60, breaks=((25 * 60, 26 * 60),))
    tuesday = MONDAY + ONE_DAY
    assert hours(MONDAY, night) == [between(MONDAY, 1320, 1440)]
    assert hours(tuesday, night) == [between(tuesday, 0, 60), between(tuesday, 120, 360)]


def test_a_night_shift_is_one_span_when_several_days_are_asked_for():
    night = WeeklyShift(HARBOR, 0, 22 * 60, 30 * 60)
    found = working_hours_between(MONDAY, MONDAY + ONE_DAY, [night], [], [], HERE)
    assert found == [OpenSpan(HARBOR, between(MONDAY, 1320, 1800))]


@pytest.mark.parametrize(("saturday", "long"), [(date(2026, 10, 31), 9), (date(2026, 3, 7), 7)])
def test_a_night_shift_is_as_long_as_the_clocks_make_it(saturday: date, long: int):
    night = WeeklyShift(HARBOR, 5, 22 * 60, 30 * 60)
    found = working_hours_between(saturday, saturday + ONE_DAY, [night], [], [], HERE)
    assert [o.span.duration for o in found] == [timedelta(hours=long)]


def test_a_shift_that_starts_in_the_hour_left_out_starts_after_it():
    spring = date(2026, 3, 8)
    assert hours(spring, WeeklyShift(HARBOR, 6, 150, 360)) == [between(spring, 180, 360)]


def test_nobody_works_the_night_of_a_day_that_was_left_out():
    nights = [WeeklyShift(HARBOR, weekday, 22 * 60, 30 * 60) for weekday in range(7)]
    found = working_hours(date(2011, 12, 31), nights, [], [], {HARBOR: "Pacific/Apia"})
    assert [o.span.duration for o in found] == [timedelta(hours=2)]


def test_a_day_off_takes_the_hours_that_start_on_it_and_no_others():
    night = [WeeklyShift(HARBOR, weekday, 22 * 60, 30 * 60) for weekday in range(7)]
    off = StaffException(MONDAY, MONDAY, "off")
    assert hours(MONDAY, *night, exceptions=[off]) == [between(MONDAY, 0, 360)]
    tuesday = MONDAY + ONE_DAY
    assert hours(tuesday, *night, exceptions=[off]) == [between(tuesday, 1320, 1440)]


def test_other_hours_replace_those_of_every_facility():
    elsewhere = WeeklyShift(MESA, 0, 540, 600)
    other = StaffException(MONDAY, MONDAY, "hours", HARBOR, 600, 660)
    found = working_hours(MONDAY, [OFFICE, elsewhere], [other], [], BOTH)
    assert found == [OpenSpan(HARBOR, between(MONDAY, 600, 660))]


def test_off_wins_over_other_hours():
    exceptions = [
        StaffException(MONDAY, MONDAY, "hours", HARBOR, 600, 660),
        StaffException(MONDAY, MONDAY, "off"),
    ]
    assert hours(MONDAY, OFFICE, exceptions=exceptions) == []


def test_other_hours_without_a_facility_are_refused():
    with pytest.raises(ValueError, match="need a facility"):
        StaffException(MONDAY, MONDAY, "hours", None, 600, 660)


def test_a_closed_facility_has_no_hours_though_the_night_before_runs_into_it():
    night = WeeklyShift(HARBOR, 0, 22 * 60, 30 * 60)
    tuesday = MONDAY + ONE_DAY
    closed = Closure(HARBOR, tuesday, tuesday)
    assert hours(tuesday, night, closures=[closed]) == []
    assert hours(MONDAY, night, closures=[closed]) == [between(MONDAY, 1320, 1440)]


def test_another_facility_stays_open():
    closed = Closure(MESA, MONDAY, MONDAY)
    assert len(working_hours(MONDAY, [OFFICE], [], [closed], BOTH)) == 2


def test_a_break_of_one_shift_does_not_stop_another_at_the_same_time():
    helping_out = WeeklyShift(HARBOR, 0, 700, 800)
    assert hours(MONDAY, OFFICE, helping_out) == [between(MONDAY, 540, 1020)]


# What stands in the way.

ROSTER = Roster(
    [*ALL_WEEK, WeeklyShift(HARBOR, 0, 22 * 60, 30 * 60), WeeklyShift(MESA, 5, 540, 1020)],
    [StaffException(MONDAY + 2 * ONE_DAY, MONDAY + 2 * ONE_DAY, "off")],
    [Closure(HARBOR, MONDAY + 3 * ONE_DAY, MONDAY + 3 * ONE_DAY)],
    BOTH,
)


@pytest.mark.parametrize(
    ("days_on", "first", "last", "obstacle", "says"),
    [
        (
            0,
            690,
            765,
            Obstacle.BREAK,
            "There is a break from 12:00 PM to 12:30 PM on Monday, July 6, 2026",
        ),
        (1, 525, 555, Obstacle.BEFORE_SHIFT, "starts before the shift does at 9:00 AM"),
        (1, 1000, 1030, Obstacle.AFTER_SHIFT, "ends after the shift does at 5:00 PM"),
        (1, 1200, 1230, Obstacle.AFTER_SHIFT, "12:00 AM to 6:00 AM and 9:00 AM to 5:00 PM"),
        (2, 600, 630, Obstacle.DAY_OFF, "Wednesday, July 8, 2026 is a day off."),
        (2, 1410, 1440, Obstacle.DAY_OFF, "Wednesday, July 8, 2026 is a day off."),
        (3, 600, 630, Obstacle.CLOSED, "The facility is closed on Thursday, July 9, 2026."),
        (5, 720, 750, Obstacle.ELSEWHERE, "works at another facility at that time"),
        (6, 720, 750, Obstacle.NO_SHIFT, "does not work at this facility on Sunday, July 12, 2026"),
    ],
)
def test_a_refusal_says_what_stands_in_the_way(
    days_on: int, first: int, last: int, obstacle: Obstacle, says: str
):
    day = MONDAY + days_on * ONE_DAY
    with pytest.raises(OutsideHours) as refused:
        require_open(ROSTER, HARBOR, between(day, first, last))
    assert refused.value.obstacle is obstacle
    assert says in refused.value.message
    assert refused.value.field == "time"


def test_an_appointment_may_fill_the_shift_to_its_edges():
    require_open(ROSTER, HARBOR, between(MONDAY, 540, 720))


def test_an_appointment_may_run_past_midnight_with_its_shift():
    require_open(ROSTER, HARBOR, between(MONDAY, 1410, 1470))


# Shading.


def test_the_parts_of_a_day_without_work_are_shaded_by_their_reason():
    off, pause = ShadeKind.OFF, ShadeKind.BREAK
    assert [(s.kind, s.span) for s in shading(MONDAY, [OFFICE], [], [], HERE)] == [
        (off, between(MONDAY, 0, 540)),
        (pause, between(MONDAY, 720, 750)),
        (off, between(MONDAY, 1020, 1440)),
    ]


def test_days_off_and_closed_days_are_shaded_whole():
    for kind, exceptions, closures in (
        (ShadeKind.DAY_OFF, [StaffException(MONDAY, MONDAY, "off")], []),
        (ShadeKind.CLOSED, [], [Closure(HARBOR, MONDAY, MONDAY)]),
    ):
        shades = shading(MONDAY, [OFFICE], exceptions, closures, HERE)
        assert [(s.kind, s.span) for s in shades] == [(kind, between(MONDAY, 0, 1440))]


def test_a_lane_of_two_facilities_is_shaded_where_neither_has_hours():
    shifts = [WeeklyShift(HARBOR, 0, 540, 780, ((720, 750),)), WeeklyShift(MESA, 0, 840, 1020)]
    axis = DayAxis.build(MONDAY, BOTH.values())
    shades = shading(MONDAY, shifts, [], [Closure(MESA, MONDAY, MONDAY)], BOTH)
    assert lane_shading(axis, shades, BOTH) == [
        (0, 540, ShadeKind.CLOSED),
        (720, 30, ShadeKind.BREAK),
        (780, 660, ShadeKind.CLOSED),
    ]


def test_an_hour_a_zone_lacks_is_no_working_time_there():
    autumn = date(2026, 11, 1)
    axis = DayAxis.build(autumn, BOTH.values())
    night = [WeeklyShift(MESA, 6, 0, 1440)]
    shades = shading(autumn, night, [], [], BOTH)
    assert lane_shading(axis, shades, BOTH) == [(120, 60, ShadeKind.OFF)]


# Against asking the clock every minute.

minutes = st.integers(0, 96).map(lambda quarter: quarter * 15)


@st.composite
def some_shifts(draw: st.DrawFn) -> WeeklyShift:
    first = draw(st.integers(0, 95)) * 15
    last = first + draw(st.integers(1, 96)) * 15
    pauses = draw(st.lists(st.tuples(minutes, minutes), max_size=2))
    breaks = tuple((first + low, first + low + long) for low, long in pauses)
    day = draw(st.none() | days)
    return WeeklyShift(draw(st.sampled_from([HARBOR, MESA])), draw(st.integers(0, 6)), first, last,
                       breaks, day, draw(st.none() | st.just(day)))  # fmt: skip


def near(day: date) -> st.SearchStrategy[date]:
    return st.integers(-2, 2).map(lambda days_on: day + days_on * ONE_DAY)


def closures_near(day: date) -> st.SearchStrategy[Closure]:
    return st.builds(lambda f, a, b: Closure(f, min(a, b), max(a, b)),
                     st.sampled_from([HARBOR, MESA]), near(day), near(day))  # fmt: skip


def exceptions_near(day: date) -> st.SearchStrategy[StaffException]:
    def made(a: date, b: date, facility: int, hours: tuple[int, int] | None) -> StaffException:
        kind, first, last = ("off", None, None) if hours is None else ("hours", *hours)
        where = None if hours is None else facility
        return StaffException(min(a, b), max(a, b), kind, where, first, last)

    hours = st.tuples(st.integers(0, 1380), st.integers(30, 900))
    known = st.none() | hours.map(lambda pair: (pair[0], pair[0] + pair[1]))
    return st.builds(made, near(day), near(day), st.sampled_from([HARBOR, MESA]), known)


def works_at(moment: datetime, facility: int, day: date, roster: Roster) -> bool:
    """The rules, asked of one minute by comparing with the bounds of each shift in turn."""
    zone = roster.zones[facility]
    if any(c.facility_id == facility and c.starts_on <= day <= c.ends_on for c in roster.closures):
        return False
    for began in (day - ONE_DAY, day):
        if not day_exists(began, zone):
            continue
        special = [e for e in roster.exceptions if e.starts_on <= began <= e.ends_on]
        if any(e.kind == "off" for e in special):
            continue
        if special:
            todays: Sequence[tuple] = [
                (e.facility_id, e.starts_minute, e.ends_minute, ()) for e in special
            ]
        else:
            todays = [
                (s.facility_id, s.starts_minute, s.ends_minute, s.breaks)
                for s in roster.shifts
                if s.weekday == began.weekday()
                and (s.valid_from or began) <= began <= (s.valid_until or began)
            ]
        for where, first, last, breaks in todays:
            pieces = [(first, last, True), *((low, high, False) for low, high in breaks)]
            inside = [
                first_existing(began, low, zone) <= moment < first_existing(began, high, zone)
                for low, high, _ in pieces
            ]
            if where == facility and inside[0] and not any(inside[1:]):
                return True
    return False


@settings(max_examples=60)
@given(st.data(), days, zones, zones, st.lists(some_shifts(), max_size=8))
def test_working_hours_are_what_asking_every_few_minutes_finds(
    data: st.DataObject, day: date, here: str, there: str, shifts: list[WeeklyShift]
):
    exceptions = data.draw(st.lists(exceptions_near(day), max_size=2))
    closures = data.draw(st.lists(closures_near(day), max_size=1))
    roster = Roster(shifts, exceptions, closures, {HARBOR: here, MESA: there})
    found = working_hours(day, shifts, exceptions, closures, roster.zones)
    shades = shading(day, shifts, exceptions, closures, roster.zones)
    for facility, zone in roster.zones.items():
        open_spans = [o.span for o in found if o.facility_id == facility]
        assert open_spans == merged(open_spans)
        whole = [s.span for s in shades if s.facility_id == facility] + open_spans
        if not day_exists(day, zone):
            assert whole == []
            continue
        assert merged(whole) == [day_bounds(day, zone)]
        assert sum(s.minutes for s in whole) == day_bounds(day, zone).minutes
        for part in stretches(day, zone):
            for minute in range(0, part.span.minutes, 5):
                moment = part.span.start + minute * MINUTE
                assert any(s.holds(moment) for s in open_spans) == works_at(
                    moment, facility, day, roster
                )


@given(days, st.sampled_from(["America/New_York", "America/Havana", "Australia/Lord_Howe"]))
def test_a_night_is_as_long_as_the_instants_of_its_bounds_say(day: date, zone: str):
    night = WeeklyShift(HARBOR, day.weekday(), 22 * 60, 30 * 60)
    found = working_hours_between(day, day + ONE_DAY, [night], [], [], {HARBOR: zone})
    ten, six = (
        datetime(d.year, d.month, d.day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        for d, hour in ((day, 22), (day + ONE_DAY, 6))
    )
    assert found[0].span == Span(ten, six)
