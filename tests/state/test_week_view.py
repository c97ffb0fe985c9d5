from datetime import date

from securecare.scheduling.shift_form import ShiftForm
from securecare.scheduling.shifts import ShiftListed
from state import week_view

NIGHT = ShiftListed(1, ShiftForm(6, 1, 22 * 60, 30 * 60, ((25 * 60, 25 * 60 + 30),)), "North")
DAY = ShiftListed(2, ShiftForm(0, 1, 540, 1020, ((720, 765),)), "North")


def test_a_night_shift_reaches_into_the_next_day_round_the_week():
    monday, *_, sunday = week_view.week([NIGHT], clock24=False)
    assert sunday.shifts[0].hours == "10:00 PM – 6:00 AM next day"
    assert [bar.kind for bar in monday.bars] == ["night"]
    assert monday.total == ""
    assert sunday.total == "7 h 30 min"


def test_a_day_shows_its_hours_and_breaks():
    monday = week_view.week([DAY], clock24=True)[0]
    assert monday.shifts[0].hours == "09:00 – 17:00"
    assert monday.shifts[0].breaks == "Break 12:00 – 12:45"
    assert [(bar.kind, bar.left) for bar in monday.bars] == [
        ("work", "37.500%"),
        ("break", "50.000%"),
    ]


def test_days_are_said_as_short_as_they_can_be():
    first = date(2027, 3, 3)
    assert week_view.days_label(first, first) == "Mar 3, 2027"
    assert week_view.days_label(first, date(2027, 3, 5)) == "Mar 3 – 5, 2027"
    assert week_view.days_label(first, date(2027, 4, 1)) == "Mar 3 – Apr 1, 2027"
    assert (
        week_view.days_label(date(2026, 12, 30), date(2027, 1, 2)) == "Dec 30, 2026 – Jan 2, 2027"
    )
