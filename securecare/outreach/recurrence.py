"""When a service is meant to be held: its pattern in words, and the date that comes next.

Only dates, no instants: nothing here knows of time zones or of clocks that change. Intervals count
from the week (Monday to Sunday) or the month of the first day, so that "every 2 weeks" stays in
step whatever is held or left out.
"""

from calendar import monthrange
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from securecare.foundation.days import short_day
from securecare.foundation.forms import Complaints, complain_of_number
from securecare.outreach.models import PATTERNS
from securecare.scheduling.local_time import clock_label

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MOST_INTERVAL = 99
LAST_YEAR = 2199
_SIMPLE = {"daily": "Daily", "weekly": "Weekly", "monthly": "Monthly"}
_UNITS = {"daily": "days", "weekly": "weeks", "monthly": "months"}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pattern:
    """How often, from its first day on. `kind` is "once", "daily", "weekly" or "monthly"."""

    kind: str
    valid_from: date
    """Of a one-time service, its date."""
    valid_until: date | None = None
    """The last day it may be held."""
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    """For weekly ones; 0 is Monday."""
    month_day: int | None = None
    """For monthly ones; in months that have no such day, their last."""

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        if self.kind not in PATTERNS:
            found["pattern"] = "Choose how often it is held."
        if self.kind != "once":
            complain_of_number(found, "interval", self.interval, 1, MOST_INTERVAL)
        if self.kind == "weekly" and not (self.weekdays and set(self.weekdays) <= set(range(7))):
            found["weekdays"] = "Choose at least one day of the week."
        if self.kind == "monthly" and not 1 <= (self.month_day or 0) <= 31:
            found["month_day"] = "Choose a day of the month, 1 to 31."
        if self.valid_until is not None and self.valid_until < self.valid_from:
            found["valid_until"] = "The last day lies before the first."
        elif not found and self.kind != "once" and next(self.dates(), None) is None:
            found["valid_until"] = "No date of the pattern lies between these days."
        return found

    def dates(self, since: date | None = None) -> Iterator[date]:
        """Its dates in order, from `since` on, which itself may be one."""
        first = max(since or self.valid_from, self.valid_from)
        last = self.valid_until or date(LAST_YEAR, 12, 31)
        for day in self._endless(first):
            if day > last:
                return
            if day >= first:
                yield day

    def _endless(self, first: date) -> Iterator[date]:
        """Dates in order that may begin a little before `first`."""
        step = max(self.interval, 1)
        if self.kind == "once":
            yield self.valid_from
        elif self.kind == "daily":
            late = -(self.valid_from - first).days % step
            yield from _every(first + (step - late) % step * _DAY, step)
        elif self.kind == "weekly" and self.weekdays:
            start = _monday(self.valid_from)
            behind = (first - start).days // 7 % step
            for monday in _every(_monday(first) - behind * 7 * _DAY, 7 * step):
                yield from (monday + day * _DAY for day in sorted(self.weekdays))
        elif self.kind == "monthly" and self.month_day:
            start, month = _month(self.valid_from), _month(first)
            month -= (month - start) % step
            while month < _month(date(LAST_YEAR + 1, 1, 1)):
                yield _day_of(month, self.month_day)
                month += step


def next_date(
    pattern: Pattern, after: date | None, today: date, taken: Collection[date] = ()
) -> date | None:
    """The date to suggest: the first of the pattern after the last session held, and not past.

    `after` is that session's date, None before the first; `taken` are days with a session planned
    already. None when the pattern has come to its end.
    """
    since = today if after is None else max(today, after + _DAY)
    planned = set(taken)
    return next((day for day in pattern.dates(since) if day not in planned), None)


def summary(
    pattern: Pattern,
    starts_minute: int | None = None,
    ends_minute: int | None = None,
    *,
    clock24: bool = False,
) -> str:
    """The pattern as people say it.

    As in "Every 2 weeks on Saturday, 10:00 AM – 2:00 PM, May 1 – Aug 1, 2026".
    """
    parts = [how_often(pattern)]
    if starts_minute is not None and ends_minute is not None:
        parts.append(hours(starts_minute, ends_minute, clock24))
    if pattern.kind != "once":
        parts.append(validity(pattern.valid_from, pattern.valid_until))
    return ", ".join(parts)


def how_often(pattern: Pattern) -> str:
    """As in "Weekly on Saturday", "Every 3 months on the 5th", "Once on Saturday, May 9, 2026"."""
    if pattern.kind == "once":
        return f"Once on {WEEKDAYS[pattern.valid_from.weekday()]}, {short_day(pattern.valid_from)}"
    rhythm = (
        _SIMPLE[pattern.kind]
        if pattern.interval == 1
        else f"Every {pattern.interval} {_UNITS[pattern.kind]}"
    )
    if pattern.kind == "weekly":
        return f"{rhythm} on {_weekdays(pattern.weekdays)}"
    if pattern.kind == "monthly":
        return f"{rhythm} on the {_month_day(pattern.month_day or 1)}"
    return rhythm


def hours(starts_minute: int, ends_minute: int, clock24: bool) -> str:
    """As in "10:00 AM – 2:00 PM", or "10:00 – 14:00"."""
    return f"{clock_label(starts_minute, clock24)} – {clock_label(ends_minute, clock24)}"


def validity(first: date, last: date | None) -> str:
    """As in "May 1 – Aug 1, 2026", "Nov 1, 2026 – Feb 1, 2027", "from May 1, 2026"."""
    if last is None:
        return f"from {short_day(first)}"
    if first == last:
        return f"on {short_day(first)}"
    if first.year == last.year:
        return f"{first:%b} {first.day} – {short_day(last)}"
    return f"{short_day(first)} – {short_day(last)}"


def _every(first: date, days: int) -> Iterator[date]:
    at = first
    while at.year <= LAST_YEAR:
        yield at
        at += days * _DAY


def _monday(value: date) -> date:
    return value - value.weekday() * _DAY


def _month(value: date) -> int:
    return value.year * 12 + value.month - 1


def _day_of(month: int, wanted: int) -> date:
    year, number = divmod(month, 12)
    return date(year, number + 1, min(wanted, monthrange(year, number + 1)[1]))


def _weekdays(chosen: Collection[int]) -> str:
    numbers = sorted(set(chosen))
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{WEEKDAYS[numbers[0]]} to {WEEKDAYS[numbers[-1]]}"
    *before, last = [WEEKDAYS[number] for number in numbers] or ["no day"]
    return f"{', '.join(before)} and {last}" if before else last


def _month_day(number: int) -> str:
    if number == 31:
        return "last day"
    suffix = "th" if 10 < number < 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}" + (" or the last day" if number > 28 else "")
