"""A customer's calendar as the screen shows it: days, and what is on each. Pure: nothing is read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from securecare.customers.activity import Happening
from securecare.foundation.spans import Span
from securecare.scheduling.local_time import day_start, label, place_of

View = Literal["month", "week", "day"]
VIEWS: tuple[tuple[View, str], ...] = (("month", "Month"), ("week", "Week"), ("day", "Day"))
IN_A_MONTH = 4
"""So many things stand on a day of the month; the rest is counted, and the day says it all."""
_INSTANT = timedelta(microseconds=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class EntryView:
    """One thing on one day."""

    key: str
    kind: str
    when: str
    begins: str
    """The same where there is little room: when it begins on that day, if it does."""
    what: str
    detail: str
    place: str
    """Facility, and whose clock it is where it is not the one at home."""
    status: str
    href: str


@dataclass(frozen=True)
class DayView:
    """One day with what is on it."""

    day: str
    number: str
    weekday: str
    said: str
    inside: bool
    """Whether it belongs to the month, and not to the weeks around it."""
    today: bool
    past: bool
    href: str
    things: list[EntryView] = field(default_factory=list)
    more: int = 0
    """How many things are not listed."""


def shown_days(view: View, day: date) -> list[date]:
    """The days on screen: whole weeks from Monday on around a month, a week, or the one day."""
    if view == "day":
        return [day]
    first = day.replace(day=1) if view == "month" else day
    first -= timedelta(days=first.weekday())
    if view == "week":
        return [first + n * _DAY for n in range(7)]
    last = (day.replace(day=1) + timedelta(days=31)).replace(day=1) - _DAY
    weeks = ((last - first).days // 7) + 1
    return [first + n * _DAY for n in range(7 * weeks)]


def span_of(days: Sequence[date]) -> Span:
    """All the time that is one of these days anywhere."""
    first, last = (
        datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (days[0], days[-1])
    )
    return Span(first - _DAY, last + 2 * _DAY)


def stepped(view: View, day: date, by: int) -> date:
    """The same view one step later or earlier."""
    if view == "month":
        months = day.year * 12 + day.month - 1 + by
        return date(months // 12, months % 12 + 1, 1)
    return day + by * (timedelta(days=7) if view == "week" else _DAY)


def title_of(view: View, day: date) -> str:
    """ "January 2027", "January 18 – 24, 2027", "Monday, January 18, 2027"."""
    if view == "month":
        return f"{day:%B} {day.year}"
    if view == "day":
        return f"{day:%A}, {day:%B} {day.day}, {day.year}"
    days = shown_days(view, day)
    first, last = days[0], days[-1]
    if first.year != last.year:
        return f"{first:%b} {first.day}, {first.year} – {last:%b} {last.day}, {last.year}"
    if first.month != last.month:
        return f"{first:%b} {first.day} – {last:%b} {last.day}, {last.year}"
    return f"{first:%B} {first.day} – {last.day}, {last.year}"


def lay_out(
    happenings: Iterable[Happening],
    days: Sequence[date],
    zone: ZoneInfo,
    *,
    view: View,
    inside: int,
    today: date,
    address: str,
    clock24: bool,
) -> list[DayView]:
    """The days with what is on each: what fills the day first, then by time.

    Each thing is told by the clock of its place, and by that of `zone` where it has none. A thing
    of several days stands on each of them. `inside` is the month that is shown; `address` is that
    of the calendar itself.
    """
    on: dict[date, list[_Placed]] = {day: [] for day in days}
    for each in happenings:
        own = ZoneInfo(each.time_zone) if each.time_zone else zone
        for day in _days_of(each, own, days):
            on[day].append(_placed(each, day, own))
    most = IN_A_MONTH if view == "month" else None
    made: list[DayView] = []
    for day in days:
        placed = sorted(on[day], key=lambda each: each.order)
        listed = [_entry(each, zone, clock24) for each in placed[:most]]
        made.append(
            DayView(
                day.isoformat(),
                str(day.day),
                f"{day:%a}",
                f"{day:%A}, {day:%B} {day.day}",
                view != "month" or day.month == inside,
                day == today,
                day < today,
                f"{address}?view=day&day={day.isoformat()}",
                listed,
                len(placed) - len(listed),
            )
        )
    return made


def _days_of(each: Happening, zone: ZoneInfo, days: Sequence[date]) -> Iterable[date]:
    first = last = each.starts_at.astimezone(zone).date()
    if each.ends_at:
        last = (each.ends_at - _INSTANT).astimezone(zone).date()
    at, end = max(first, days[0]), min(last, days[-1])
    while at <= end:
        yield at
        at += _DAY


class _Placed(NamedTuple):
    """A thing on one of its days."""

    each: Happening
    own: ZoneInfo
    ends: datetime
    """Of the day."""
    whole: bool
    from_before: bool

    @property
    def order(self) -> tuple:
        """What fills the day first, then what reaches into it, then by time."""
        return (not self.whole, not self.from_before, self.each.starts_at, self.each.key)


def _placed(each: Happening, day: date, own: ZoneInfo) -> _Placed:
    starts, ends = _bounds(day, own)
    from_before = each.starts_at < starts
    whole = from_before or each.starts_at == starts
    whole = whole and each.ends_at is not None and each.ends_at >= ends
    return _Placed(each, own, ends, whole, from_before)


@lru_cache(maxsize=1024)
def _bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return day_start(day, zone), day_start(day + _DAY, zone)


def _entry(placed: _Placed, home: ZoneInfo, clock24: bool) -> EntryView:
    each, own = placed.each, placed.own
    at = each.starts_at
    when = "All day"
    if not placed.whole:
        when = _when(each, placed.from_before, placed.ends, own, clock24)
    return EntryView(
        each.key,
        each.kind.value,
        when,
        when if placed.whole or placed.from_before or not when else _time(at, own, clock24),
        each.what,
        each.detail,
        _place(each, own, home),
        each.status,
        each.href,
    )


def _when(
    each: Happening, from_before: bool, day_ends: datetime, zone: ZoneInfo, clock24: bool
) -> str:
    if each.of_day:
        return ""
    begins = _time(each.starts_at, zone, clock24)
    if each.ends_at is None:
        return begins
    if from_before:
        return f"until {_time(each.ends_at, zone, clock24)}"
    if each.ends_at > day_ends:
        return f"from {begins}"
    ends = _time(each.ends_at, zone, clock24)
    if not clock24 and begins[-3:] == ends[-3:] and begins[-3] == " ":
        begins = begins[:-3]  # "9:00 – 10:30 AM"
    return f"{begins} – {ends}"


def _time(at: datetime, zone: ZoneInfo, clock24: bool) -> str:
    """The time of day; of an hour that comes twice, which of the two."""
    local = at.astimezone(zone)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    said = label(at, zone, clock24)
    if not twice or _skipped(local):
        return said
    return f"{said} ({'second' if local.fold else 'first'})"


def _skipped(local: datetime) -> bool:
    # Offsets differ by fold also in the hour that is left out, but no instant has such a time.
    before, after = (local.replace(fold=fold).utcoffset() for fold in (0, 1))
    return before is not None and after is not None and before < after


def _place(each: Happening, zone: ZoneInfo, home: ZoneInfo) -> str:
    at = each.starts_at
    if at.astimezone(zone).utcoffset() == at.astimezone(home).utcoffset():
        return each.place
    return f"{each.place}, {place_of(zone)} time"
