"""Days, weeks and months of a customer's calendar, also where clocks change."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securecare.customers.activity import Happening, Kind
from state import calendar_view
from state.calendar_view import VIEWS, DayView, lay_out, shown_days, span_of, stepped, title_of

NEW_YORK, PHOENIX = ZoneInfo("America/New_York"), ZoneInfo("America/Phoenix")
ANY_DAY = st.dates(date(1990, 1, 1), date(2150, 12, 31))
VIEW = st.sampled_from([view for view, _ in VIEWS])


def happening(
    starts: datetime, ends: datetime | None = None, zone: str = "", key: str = "thing 1"
) -> Happening:
    return Happening(key, Kind.OTHER, starts, ends, "Thing", place="Place", time_zone=zone)


def there(day: date, hour: int, minute: int = 0, fold: int = 0) -> datetime:
    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=NEW_YORK, fold=fold)
    return local.astimezone(UTC)


def laid(*happenings: Happening, view: Any = "week", day: date, clock24: bool = False) -> Any:
    made = lay_out(
        happenings,
        shown_days(view, day),
        NEW_YORK,
        view=view,
        inside=day.month,
        today=day,
        address="/c",
        clock24=clock24,
    )
    return {each.day: each for each in made}


def said(days: dict[str, DayView]) -> dict[str, list[str]]:
    return {name: [each.when for each in day.things] for name, day in days.items() if day.things}


@given(ANY_DAY)
def test_a_month_is_whole_weeks_from_monday_that_hold_all_of_it(day: date):
    days = shown_days("month", day)
    assert len(days) % 7 == 0
    assert days[0].weekday() == 0
    assert day in days
    own = [each for each in days if each.month == day.month and each.year == day.year]
    assert own[0].day == 1
    assert (own[-1] + timedelta(days=1)).day == 1
    assert sum(each.month != day.month for each in days[:7]) < 7, "no week of other months"
    assert sum(each.month != day.month for each in days[-7:]) < 7


@given(ANY_DAY, VIEW)
def test_a_step_there_and_back_shows_the_same(day: date, view: Any):
    there_ = stepped(view, day, 1)
    assert shown_days(view, stepped(view, there_, -1)) == shown_days(view, day)
    last, first = shown_days(view, day)[-1], shown_days(view, there_)[0]
    assert first <= last + timedelta(days=1), "no day is left out between"


def test_titles():
    assert title_of("month", date(2027, 1, 18)) == "January 2027"
    assert title_of("week", date(2027, 1, 20)) == "January 18 – 24, 2027"
    assert title_of("week", date(2027, 1, 30)) == "January 25 – 31, 2027"
    assert title_of("week", date(2027, 2, 28)) == "February 22 – 28, 2027"
    assert title_of("week", date(2027, 3, 31)) == "Mar 29 – Apr 4, 2027"
    assert title_of("week", date(2026, 12, 31)) == "Dec 28, 2026 – Jan 3, 2027"
    assert title_of("day", date(2027, 1, 18)) == "Monday, January 18, 2027"


def test_a_leave_of_several_days_says_on_each_what_of_it_there_is():
    monday = date(2027, 1, 18)
    leave = happening(there(monday, 9), there(monday + timedelta(days=2), 17))
    assert said(laid(leave, day=monday)) == {
        "2027-01-18": ["from 9:00 AM"],
        "2027-01-19": ["All day"],
        "2027-01-20": ["until 5:00 PM"],
    }


def test_where_there_is_little_room_it_is_said_when_it_begins():
    monday = date(2027, 1, 18)
    short = happening(there(monday, 9), there(monday, 9, 40), key="thing 1")
    leave = happening(there(monday, 14), there(monday + timedelta(days=2), 17), key="thing 2")
    days = laid(short, leave, day=monday)
    said_ = [[each.begins for each in days[f"2027-01-{n}"].things] for n in (18, 19, 20)]
    assert said_ == [["9:00 AM", "2:00 PM"], ["All day"], ["until 5:00 PM"]]


def test_what_ends_at_midnight_is_not_on_the_next_day():
    monday = date(2027, 1, 18)
    whole = happening(there(monday, 0), there(monday + timedelta(days=1), 0))
    evening = happening(there(monday, 22), there(monday + timedelta(days=1), 0), key="thing 2")
    moment = happening(there(monday + timedelta(days=1), 0), key="thing 3")
    assert said(laid(whole, evening, moment, day=monday)) == {
        "2027-01-18": ["All day", "10:00 PM – 12:00 AM"],
        "2027-01-19": ["12:00 AM"],
    }


def test_each_place_goes_by_its_own_clock_and_says_so():
    tuesday = date(2027, 1, 19)
    late = there(tuesday, 0, 30)  # half past ten on Monday evening in Phoenix
    far = happening(late, late + timedelta(hours=1), "America/Phoenix")
    near = happening(late, late + timedelta(hours=1), "America/New_York", "thing 2")
    days = laid(far, near, day=tuesday)
    assert said(days) == {"2027-01-18": ["10:30 – 11:30 PM"], "2027-01-19": ["12:30 – 1:30 AM"]}
    assert days["2027-01-18"].things[0].place == "Place, Phoenix time"
    assert days["2027-01-19"].things[0].place == "Place"


def test_a_day_on_which_the_clocks_change_is_whole():
    for day in (date(2027, 3, 14), date(2027, 11, 7)):
        whole = happening(there(day, 0), there(day + timedelta(days=1), 0))
        assert said(laid(whole, day=day)) == {day.isoformat(): ["All day"]}
        last = happening(there(day, 23, 59))
        assert said(laid(last, day=day)) == {day.isoformat(): ["11:59 PM"]}


def test_of_the_hour_that_comes_twice_it_is_said_which():
    day = date(2027, 11, 7)
    first, second = there(day, 1, 30, 0), there(day, 1, 30, 1)
    assert second - first == timedelta(hours=1)
    days = laid(happening(first), happening(second, key="thing 2"), day=day)
    assert said(days) == {day.isoformat(): ["1:30 AM (first)", "1:30 AM (second)"]}
    over = happening(first, second)
    assert said(laid(over, day=day)) == {day.isoformat(): ["1:30 AM (first) – 1:30 AM (second)"]}
    spring = date(2027, 3, 14)
    assert said(laid(happening(there(spring, 1, 59)), day=spring)) == {
        spring.isoformat(): ["1:59 AM"]
    }


def test_a_day_of_the_month_lists_a_few_and_counts_the_rest():
    day = date(2027, 1, 18)
    many = [happening(there(day, 8 + n), key=f"thing {n}") for n in range(7)]
    month = laid(*many, view="month", day=day)["2027-01-18"]
    assert (len(month.things), month.more) == (calendar_view.IN_A_MONTH, 3)
    assert month.href == "/c?view=day&day=2027-01-18"
    assert [each.when for each in month.things] == ["8:00 AM", "9:00 AM", "10:00 AM", "11:00 AM"]
    assert len(laid(*many, view="day", day=day)["2027-01-18"].things) == 7


def test_the_days_around_the_month_are_told_from_it():
    days = laid(view="month", day=date(2027, 1, 18))
    assert not days["2026-12-31"].inside
    assert days["2027-01-01"].inside
    assert [each.day for each in days.values() if each.today] == ["2027-01-18"]


@given(
    ANY_DAY,
    VIEW,
    st.sampled_from(
        ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata", "America/New_York"]
    ),
)
def test_what_is_asked_for_holds_these_days_everywhere(day: date, view: Any, zone: str):
    days = shown_days(view, day)
    span = span_of(days)
    home = ZoneInfo(zone)
    first = datetime(days[0].year, days[0].month, days[0].day, tzinfo=home)
    end = days[-1] + timedelta(days=1)
    assert span.start <= first
    assert datetime(end.year, end.month, end.day, tzinfo=home) <= span.end


@pytest.mark.parametrize(
    ("clock24", "when"), [(False, "9:00 AM – 1:00 PM"), (True, "09:00 – 13:00")]
)
def test_times_are_written_as_the_organization_writes_them(clock24: bool, when: str):
    day = date(2027, 1, 18)
    one = happening(there(day, 9), there(day, 13))
    assert said(laid(one, day=day, clock24=clock24)) == {day.isoformat(): [when]}
