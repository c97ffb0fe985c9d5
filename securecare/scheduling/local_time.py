"""Between what a clock on the wall shows and the instant it shows it.

A zone is a `ZoneInfo` or its name. Instants are aware; those returned are in UTC. Minutes count
from local midnight on the wall clock, so 1500 is one o'clock on the next day whatever happens in
the night between.
"""

import itertools
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from securecare.foundation.days import long_day
from securecare.foundation.errors import DomainError
from securecare.foundation.spans import Span

Zone = ZoneInfo | str

DAY_MINUTES = 1440
_MINUTE = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)


class TimeDoesNotExist(DomainError):
    """The clocks are put forward past this time.

    `last_before` and `first_after` are the nearest instants whose times do exist, when known.
    """

    def __init__(
        self,
        message: str,
        last_before: datetime | None = None,
        first_after: datetime | None = None,
    ) -> None:
        super().__init__(message, field="time")
        self.last_before = last_before
        self.first_after = first_after


@dataclass(frozen=True, slots=True)
class Reading:
    """One of the two instants at which the clock shows the same time."""

    fold: int
    at: datetime
    label: str


class TimeIsAmbiguous(DomainError):
    """The clocks are put back over this time: it comes twice, and `readings` holds both."""

    def __init__(self, message: str, readings: tuple[Reading, Reading]) -> None:
        super().__init__(message, field="time")
        self.readings = readings


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a local day without a clock change: at `span.start` it is `first_minute`."""

    span: Span
    first_minute: int

    @property
    def last_minute(self) -> int:
        """The minute of the day at which it ends, itself not included."""
        return self.first_minute + self.span.minutes

    def minute_at(self, at: datetime) -> int:
        return self.first_minute + (at - self.span.start) // _MINUTE

    def instant_at(self, minute: int) -> datetime:
        return self.span.start + (minute - self.first_minute) * _MINUTE


def instant(
    day: date, minute: int, zone: Zone, fold: int | None = None, *, clock24: bool = False
) -> datetime:
    """The instant at which clocks in `zone` show `minute` of `day`.

    `fold` chooses among two such instants: 0 the first, 1 the second; it does not matter
    otherwise. `clock24` is only for the wording of the refusal. Raises `TimeDoesNotExist`, or
    `TimeIsAmbiguous` when there are two and no `fold` was given.
    """
    readings = _readings(_wall(day, minute), _info(zone))
    if not readings:
        raise _does_not_exist(day, minute, _info(zone), clock24)
    if len(readings) == 2 and fold is None:
        raise _is_ambiguous(day, minute, _info(zone), readings, clock24)
    return readings[-1] if fold else readings[0]


@lru_cache(maxsize=16384)
def first_existing(day: date, minute: int, zone: Zone) -> datetime:
    """The same, never refused: the first of two, or the first time after those left out."""
    wall, info = _wall(day, minute), _info(zone)
    readings = _readings(wall, info)
    return readings[0] if readings else _end_of_gap(wall, info)


def day_start(day: date, zone: Zone) -> datetime:
    """When `day` begins: for a day that is left out whole, when the next one does."""
    info = _info(zone)
    midnights = _readings(_wall(day, 0), info)
    if len(midnights) == 2 and local_day(midnights[1] - _SECOND, info) < day:
        return midnights[1]  # the clocks went back into yesterday
    return first_existing(day, 0, info)


def day_exists(day: date, zone: Zone) -> bool:
    """False for a day that was left out whole, as 30 December 2011 was in Apia."""
    return bool(stretches(day, zone))


def day_bounds(day: date, zone: Zone) -> Span:
    """The whole local day: mostly 24 hours, 23 or 25 when the clocks change.

    Raises `TimeDoesNotExist` for a day that was left out whole.
    """
    parts = stretches(day, zone)
    if not parts:
        raise _does_not_exist(day, 0, _info(zone), clock24=False)
    return Span(parts[0].span.start, parts[-1].span.end)


@lru_cache(maxsize=4096)
def stretches(day: date, zone: Zone) -> tuple[Stretch, ...]:
    """The local day cut where the clocks change: none, one or two parts.

    The zone database knows no zone that changes its clocks twice within a day.
    """
    info = _info(zone)
    start, end = day_start(day, info), day_start(day + timedelta(days=1), info)
    if start >= end:
        return ()
    bounds = [start, end]
    if _offset(start, info) != _offset(end - _SECOND, info):
        bounds.insert(1, _change_between(start, end - _SECOND, info))
    midnight = _wall(day, 0)
    return tuple(
        Stretch(Span(first, last), (_shown(first, info) - midnight) // _MINUTE)
        for first, last in itertools.pairwise(bounds)
    )


def local_day(at: datetime, zone: Zone) -> date:
    """The date a calendar in `zone` shows at that instant."""
    return at.astimezone(_info(zone)).date()


def minute_of_day(at: datetime, zone: Zone) -> int:
    """The minutes the wall clock shows, 0 to 1439; not the minutes gone by since midnight."""
    local = at.astimezone(_info(zone))
    return local.hour * 60 + local.minute


def label(at: datetime, zone: Zone, clock24: bool) -> str:
    """The time of day as people write it there: "1:30 PM" or "13:30"."""
    return clock_label(minute_of_day(at, zone), clock24)


def clock_label(minute: int, clock24: bool) -> str:
    """The same for a minute of the day; 1500 reads like 60."""
    hour, past = divmod(minute % DAY_MINUTES, 60)
    if clock24:
        return f"{hour:02}:{past:02}"
    return f"{hour % 12 or 12}:{past:02} {'PM' if hour >= 12 else 'AM'}"


def place_of(zone: Zone) -> str:
    """ "New York" for America/New_York: the name people know the zone by."""
    return str(zone).rsplit("/", 1)[-1].replace("_", " ")


def _info(zone: Zone) -> ZoneInfo:
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone)


def _wall(day: date, minute: int) -> datetime:
    return datetime.combine(day, time()) + minute * _MINUTE


def _shown(at: datetime, info: ZoneInfo) -> datetime:
    return at.astimezone(info).replace(tzinfo=None, fold=0)


def _offset(at: datetime, info: ZoneInfo) -> timedelta | None:
    return at.astimezone(info).utcoffset()


def _guesses(wall: datetime, info: ZoneInfo) -> list[datetime]:
    # Reading the clock with the offset before and after a change, whether or not there is one.
    return sorted({wall.replace(tzinfo=info, fold=fold).astimezone(UTC) for fold in (0, 1)})


def _readings(wall: datetime, info: ZoneInfo) -> list[datetime]:
    return [at for at in _guesses(wall, info) if _shown(at, info) == wall]


def _end_of_gap(wall: datetime, info: ZoneInfo) -> datetime:
    before, after = _guesses(wall, info)
    return _change_between(before, after, info)


def _change_between(before: datetime, after: datetime, info: ZoneInfo) -> datetime:
    # The first instant with the later offset, by halving.
    old = _offset(before, info)
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0) if middle.microsecond else middle
        if _offset(middle, info) == old:
            before = middle
        else:
            after = middle
    return after


def _does_not_exist(day: date, minute: int, info: ZoneInfo, clock24: bool) -> TimeDoesNotExist:
    wall = _wall(day, minute)
    change = _end_of_gap(wall, info)
    before = change - _MINUTE
    asked, asked_day = clock_label(minute, clock24), wall.date()
    near = " and ".join(
        label(at, info, clock24)
        + ("" if local_day(at, info) == asked_day else f" on {long_day(local_day(at, info))}")
        for at in (before, change)
    )
    message = (
        f"There is no {asked} on {long_day(asked_day)} in {place_of(info)}: "
        f"the clocks go forward past it. The nearest times are {near}."
    )
    return TimeDoesNotExist(message, last_before=before, first_after=change)


def _is_ambiguous(
    day: date, minute: int, info: ZoneInfo, readings: list[datetime], clock24: bool
) -> TimeIsAmbiguous:
    asked = clock_label(minute, clock24)
    first = Reading(0, readings[0], f"{asked} (first, before the clocks go back)")
    second = Reading(1, readings[1], f"{asked} (second, after the clocks go back)")
    message = (
        f"{asked} comes twice on {long_day(_wall(day, minute).date())} in {place_of(info)}, "
        "because the clocks go back. Choose the first or the second."
    )
    return TimeIsAmbiguous(message, (first, second))
