"""Patterns in words, and the date that comes next; compared with asking every single day."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from securecare.outreach.recurrence import LAST_YEAR, Pattern, next_date, summary

MAY = date(2026, 5, 1)
SATURDAYS = Pattern("weekly", MAY, date(2026, 8, 1), interval=2, weekdays=(5,))
DAY = timedelta(days=1)

days = st.dates(date(2023, 1, 1), date(2032, 12, 31))


@st.composite
def patterns(draw: st.DrawFn) -> Pattern:
    kind = draw(st.sampled_from(("once", "daily", "weekly", "monthly")))
    first = draw(days)
    last = first + draw(st.integers(0, 900)) * DAY if draw(st.booleans()) else None
    return Pattern(
        kind,
        first,
        first if kind == "once" else last,
        draw(st.integers(1, 14)) if kind != "once" else 1,
        tuple(sorted(draw(st.sets(st.integers(0, 6), min_size=1)))) if kind == "weekly" else (),
        draw(st.integers(1, 31)) if kind == "monthly" else None,
    )


def is_of(pattern: Pattern, day: date) -> bool:
    """Whether the pattern falls on a day, by the words of the definition and no arithmetic of ours."""
    first, last = pattern.valid_from, pattern.valid_until
    if day < first or (last is not None and day > last):
        return False
    if pattern.kind == "once":
        return day == first
    if pattern.kind == "daily":
        return (day - first).days % pattern.interval == 0
    if pattern.kind == "weekly":
        weeks = (day - day.weekday() * DAY - (first - first.weekday() * DAY)).days // 7
        return day.weekday() in pattern.weekdays and weeks % pattern.interval == 0
    months = (day.year - first.year) * 12 + day.month - first.month
    wanted = min(pattern.month_day or 0, monthrange(day.year, day.month)[1])
    return day.day == wanted and months % pattern.interval == 0


@given(patterns(), days)
@example(Pattern("monthly", date(2028, 1, 31), month_day=31), date(2028, 2, 1))
@example(Pattern("weekly", date(2027, 1, 3), interval=2, weekdays=(0, 6)), date(2027, 1, 4))
def test_dates_are_those_that_a_calendar_gone_through_day_by_day_has(pattern: Pattern, since: date):
    asked = [since + n * DAY for n in range(500)]
    expected = [day for day in asked if is_of(pattern, day)]
    found = []
    for day in pattern.dates(since):
        if day > asked[-1]:
            break
        found.append(day)
    assert found == expected


@given(patterns(), st.none() | days, days, st.sets(days, max_size=3))
def test_the_next_date_is_of_the_pattern_and_neither_past_nor_held_nor_planned(
    pattern: Pattern, after: date | None, today: date, taken: set[date]
):
    found = next_date(pattern, after, today, taken)
    if found is None:
        return
    assert is_of(pattern, found)
    assert found >= today
    assert after is None or found > after
    assert found not in taken


@given(patterns(), st.none() | days, days)
def test_nothing_is_left_out_before_the_next_date(
    pattern: Pattern, after: date | None, today: date
):
    found = next_date(pattern, after, today)
    since = today if after is None else max(today, after + DAY)
    until = min(found or since + 500 * DAY, since + 500 * DAY)
    assert not any(is_of(pattern, since + n * DAY) for n in range((until - since).days))


@given(patterns())
def test_what_is_accepted_has_a_date_and_what_is_refused_has_none(pattern: Pattern):
    has_any = next(pattern.dates(), None) is not None
    assert has_any == (pattern.complaints() == {})


def test_a_month_without_a_31st_has_its_last_day_and_february_knows_leap_years():
    last = Pattern("monthly", date(2027, 12, 1), month_day=31)
    assert next_date(last, date(2027, 12, 31), date(2028, 1, 1)) == date(2028, 1, 31)
    assert next_date(last, date(2028, 1, 31), date(2028, 2, 1)) == date(2028, 2, 29)
    assert next_date(last, date(2029, 1, 31), date(2029, 2, 1)) == date(2029, 2, 28)
    assert next_date(last, date(2029, 2, 28), date(2029, 2, 28)) == date(2029, 3, 31)
    every_year = Pattern("monthly", date(2028, 2, 29), interval=12, month_day=29)
    assert next_date(every_year, date(2028, 2, 29), date(2028, 3, 1)) == date(2029, 2, 28)


def test_past_its_end_nothing_is_suggested():
    assert next_date(SATURDAYS, date(2026, 7, 25), date(2026, 7, 26)) is None
    assert next_date(SATURDAYS, None, date(2026, 8, 2)) is None
    once = Pattern("once", MAY, MAY)
    assert next_date(once, None, MAY) == MAY
    assert next_date(once, MAY, MAY) is None
    assert next_date(once, None, MAY + DAY) is None


def test_before_its_beginning_the_first_date_is_suggested():
    assert next_date(SATURDAYS, None, date(2026, 1, 1)) == date(2026, 5, 2)


def test_two_weeks_stay_in_step_although_a_session_was_held_on_another_day():
    moved_to_sunday = date(2026, 5, 17)
    assert next_date(SATURDAYS, moved_to_sunday, moved_to_sunday) == date(2026, 5, 30)
    assert next_date(SATURDAYS, None, date(2026, 5, 3)) == date(2026, 5, 16)


def test_a_day_that_is_planned_already_is_passed_over():
    today = date(2026, 5, 10)
    assert next_date(SATURDAYS, None, today, {date(2026, 5, 16)}) == date(2026, 5, 30)


@pytest.mark.parametrize(
    ("pattern", "times", "clock24", "said"),
    [
        (
            SATURDAYS,
            (600, 840),
            False,
            "Every 2 weeks on Saturday, 10:00 AM – 2:00 PM, May 1 – Aug 1, 2026",
        ),
        (
            Pattern("weekly", MAY, weekdays=(5,)),
            (600, 840),
            True,
            "Weekly on Saturday, 10:00 – 14:00, from May 1, 2026",
        ),
        (Pattern("daily", MAY, date(2027, 2, 1)), (), False, "Daily, May 1, 2026 – Feb 1, 2027"),
        (Pattern("daily", MAY, interval=3), (), False, "Every 3 days, from May 1, 2026"),
        (
            Pattern("weekly", MAY, weekdays=(4, 0, 2)),
            (1320, 1560),
            False,
            "Weekly on Monday, Wednesday and Friday, 10:00 PM – 2:00 AM, from May 1, 2026",
        ),
        (
            Pattern("weekly", MAY, weekdays=(0, 1, 2, 3, 4)),
            (),
            False,
            "Weekly on Monday to Friday, from May 1, 2026",
        ),
        (
            Pattern("monthly", MAY, month_day=31),
            (),
            False,
            "Monthly on the last day, from May 1, 2026",
        ),
        (
            Pattern("monthly", MAY, month_day=30, interval=3),
            (),
            False,
            "Every 3 months on the 30th or the last day, from May 1, 2026",
        ),
        (
            Pattern("monthly", MAY, month_day=12),
            (),
            False,
            "Monthly on the 12th, from May 1, 2026",
        ),
        (
            Pattern("monthly", MAY, month_day=22),
            (),
            False,
            "Monthly on the 22nd, from May 1, 2026",
        ),
        (
            Pattern("once", date(2026, 5, 9), date(2026, 5, 9)),
            (600, 840),
            False,
            "Once on Saturday, May 9, 2026, 10:00 AM – 2:00 PM",
        ),
    ],
)
def test_patterns_are_said_as_people_say_them(
    pattern: Pattern, times: tuple[int, ...], clock24: bool, said: str
):
    assert summary(pattern, *times, clock24=clock24) == said


def test_what_is_missing_is_asked_for_beside_its_field():
    assert "weekdays" in Pattern("weekly", MAY).complaints()
    assert "month_day" in Pattern("monthly", MAY, month_day=32).complaints()
    assert "interval" in Pattern("daily", MAY, interval=0).complaints()
    assert "valid_until" in Pattern("daily", MAY, MAY - DAY).complaints()
    assert "pattern" in Pattern("hourly", MAY).complaints()
    within_no_saturday = Pattern("weekly", MAY, MAY, weekdays=(5,))
    assert "valid_until" in within_no_saturday.complaints()


def test_the_end_of_the_calendar_is_an_end():
    last = Pattern("monthly", date(LAST_YEAR, 12, 1), interval=99, month_day=31)
    assert list(last.dates()) == [date(LAST_YEAR, 12, 31)]
