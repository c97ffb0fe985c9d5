"""A weekly shift as it is entered, and the rules it has to keep. Minutes as in `availability`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from securecare.foundation.forms import Complaints
from securecare.scheduling.local_time import DAY_MINUTES, clock_label

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SHORTEST_MINUTES = 15
MOST_BREAKS = 6
_WEEK_MINUTES = 7 * DAY_MINUTES


@dataclass(frozen=True, slots=True)
class ShiftForm:
    """Hours on one weekday of every week; `breaks` are pairs of minutes within them."""

    weekday: int
    facility_id: int
    starts_minute: int
    ends_minute: int
    breaks: tuple[tuple[int, int], ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        if not 0 <= self.weekday < len(WEEKDAYS):
            found["weekday"] = "Choose a day of the week."
        if not self.facility_id:
            found["facility_id"] = "Choose the facility these hours are worked at."
        if not 0 <= self.starts_minute < DAY_MINUTES:
            found["starts"] = "Enter the time this shift starts."
        elif not SHORTEST_MINUTES <= self.ends_minute - self.starts_minute <= DAY_MINUTES:
            found["ends"] = f"A shift lasts from {SHORTEST_MINUTES} minutes to 24 hours."
        elif complaint := self._of_breaks():
            found["breaks"] = complaint
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            found["valid_until"] = "The last day lies before the first. Choose a later one."
        return found

    def on(self, weekday: int) -> "ShiftForm":
        """The same hours on another day of the week."""
        return replace(self, weekday=weekday)

    def hours_label(self, clock24: bool) -> str:
        """ "9:00 AM to 5:00 PM"."""
        start, end = (clock_label(each, clock24) for each in (self.starts_minute, self.ends_minute))
        return f"{start} to {end}"

    def _of_breaks(self) -> str | None:
        breaks = sorted(self.breaks)
        if len(breaks) > MOST_BREAKS:
            return f"A shift has at most {MOST_BREAKS} breaks."
        if any(first >= last for first, last in breaks):
            return "Each break ends after it starts."
        if any(first < self.starts_minute or last > self.ends_minute for first, last in breaks):
            return "Each break lies within the shift."
        if any(later[0] < earlier[1] for earlier, later in pairwise(breaks)):
            return "Two breaks overlap. Make them one, or move one of them."
        if sum(last - first for first, last in breaks) >= self.ends_minute - self.starts_minute:
            return "The breaks leave no time to work. Shorten one of them."
        return None


Offsets = Mapping[int, tuple[int, ...]]
"""Minutes that each facility's clock is ahead of UTC, in winter and in summer."""


def offsets(zones: Mapping[int, str]) -> Offsets:
    """The offsets of facilities whose IANA zones are these."""
    seasons = (datetime(2025, 1, 15, 12, tzinfo=UTC), datetime(2025, 7, 15, 12, tzinfo=UTC))
    return {
        facility_id: tuple(
            (season.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()) // timedelta(minutes=1)
            for season in seasons
        )
        for facility_id, zone in zones.items()
    }


def first_overlap(
    shift: ShiftForm, others: Iterable[ShiftForm], ahead: Offsets
) -> ShiftForm | None:
    """The first of the others that asks the person to be at work twice at once.

    Clocks of different zones are compared as they differ in winter and in summer. The weeks between
    two changes of the clocks are not looked at: what is booked can never overlap anyway.
    """
    for other in others:
        if _in_the_same_weeks(shift, other) and any(
            _at_the_same_time(_in_week(shift, here), _in_week(other, there))
            for here, there in zip(ahead[shift.facility_id], ahead[other.facility_id], strict=True)
        ):
            return other
    return None


def _at_the_same_time(one: tuple[int, int], other: tuple[int, int]) -> bool:
    (start, end), (first, last) = one, other
    return any(
        first + turn < end and start < last + turn for turn in (-_WEEK_MINUTES, 0, _WEEK_MINUTES)
    )


def _in_the_same_weeks(one: ShiftForm, other: ShiftForm) -> bool:
    first = max(one.valid_from or date.min, other.valid_from or date.min)
    last = min(one.valid_until or date.max, other.valid_until or date.max)
    return first <= last


def _in_week(shift: ShiftForm, ahead: int) -> tuple[int, int]:
    monday = shift.weekday * DAY_MINUTES - ahead
    return monday + shift.starts_minute, monday + shift.ends_minute
