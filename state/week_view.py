"""A week of shifts as the screen shows it. Pure: no session, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from securecare.foundation.days import short_day
from securecare.scheduling.local_time import DAY_MINUTES, clock_label
from securecare.scheduling.shift_form import WEEKDAYS, ShiftForm
from securecare.scheduling.shifts import ShiftListed


@dataclass(frozen=True)
class BarView:
    """A stretch of a day's 24 hours, in percent of it."""

    left: str
    width: str
    kind: str
    """"work", "break", or "night" for what reaches in from the day before."""


@dataclass(frozen=True)
class ShiftView:
    """One shift of a day."""

    id: int
    hours: str
    facility: str
    breaks: str
    season: str


@dataclass(frozen=True)
class DayView:
    """One day of the week with its shifts."""

    weekday: int
    name: str
    total: str
    shifts: list[ShiftView] = field(default_factory=list)
    bars: list[BarView] = field(default_factory=list)


def week(listed: Sequence[ShiftListed], clock24: bool) -> list[DayView]:
    """The seven days, Monday first."""
    return [_day(number, name, listed, clock24) for number, name in enumerate(WEEKDAYS)]


def week_total(listed: Sequence[ShiftListed]) -> str:
    """The hours of a week without breaks, as in "38 h 30 min"."""
    return hours_label(sum(_worked(each.form) for each in listed))


def ticks(clock24: bool) -> list[str]:
    """What stands above a line of 24 hours: midnight, six, noon, six."""
    return [clock_label(hour * 60, clock24).replace(":00 ", " ") for hour in (0, 6, 12, 18)]


def hours_label(minutes: int) -> str:
    """ "7 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    return " ".join(
        filter(None, (f"{hours} h" if hours or not rest else "", f"{rest} min" * bool(rest)))
    )


def times_label(start: int, end: int, clock24: bool) -> str:
    """ "9:00 AM – 5:00 PM", or with "next day" where it ends past midnight."""
    later = " next day" if end > DAY_MINUTES else ""
    return f"{clock_label(start, clock24)} – {clock_label(end, clock24)}{later}"


def days_label(first: date, last: date) -> str:
    """ "Mar 3, 2027", or "Mar 3 – 5, 2027" and the like for several days."""
    if first == last:
        return short_day(first)
    if first.year != last.year:
        return f"{short_day(first)} – {short_day(last)}"
    start = f"{first:%b} {first.day}"
    if first.month == last.month:
        return f"{start} – {last.day}, {last.year}"
    return f"{start} – {short_day(last)}"


def clock_value(minute: int) -> str:
    """What a time field holds: "09:00"."""
    return clock_label(minute, True)


def _day(weekday: int, name: str, listed: Sequence[ShiftListed], clock24: bool) -> DayView:
    own = [each for each in listed if each.form.weekday == weekday]
    before = [each.form for each in listed if each.form.weekday == (weekday - 1) % 7]
    bars = [_bar(0, f.ends_minute - DAY_MINUTES, "night") for f in before if _over_night(f)]
    for form in (each.form for each in own):
        bars.append(_bar(form.starts_minute, min(form.ends_minute, DAY_MINUTES), "work"))
        bars += [
            _bar(first, min(last, DAY_MINUTES), "break")
            for first, last in form.breaks
            if first < DAY_MINUTES
        ]
    total = sum(_worked(each.form) for each in own)
    return DayView(
        weekday,
        name,
        hours_label(total) if total else "",
        [_shift(each, clock24) for each in own],
        bars,
    )


def _shift(listed: ShiftListed, clock24: bool) -> ShiftView:
    form = listed.form
    breaks = [times_label(first, last, clock24) for first, last in form.breaks]
    return ShiftView(
        listed.id,
        times_label(form.starts_minute, form.ends_minute, clock24),
        listed.facility,
        "Break " + ", ".join(breaks).replace(" next day", "") if breaks else "",
        _season(form.valid_from, form.valid_until),
    )


def _season(first: date | None, last: date | None) -> str:
    if first and last:
        return days_label(first, last)
    if first:
        return f"from {short_day(first)}"
    return f"until {short_day(last)}" if last else ""


def _worked(form: ShiftForm) -> int:
    return form.ends_minute - form.starts_minute - sum(b - a for a, b in form.breaks)


def _over_night(form: ShiftForm) -> bool:
    return form.ends_minute > DAY_MINUTES


def _bar(start: int, end: int, kind: str) -> BarView:
    return BarView(f"{start / 14.4:.3f}%", f"{(end - start) / 14.4:.3f}%", kind)
