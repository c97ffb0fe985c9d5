"""When somebody works: weekly shifts, less days off, other hours and closed days.

The rules:
- Hours belong to the day they start on. A shift may end on the next day; what then lies in that
  day is still hours of the day before.
- Days off remove all hours that start on them. Other hours replace all that start on them, at
  every facility. Where both are given for a day, it is off.
- A closed facility has no hours from midnight to midnight of its closed day, whatever day they
  started on.
- All bounds are wall-clock times of the facility. One that the clocks leave out moves to the
  first time after; of one that comes twice, the first counts. So 22:00 to 06:00 is nine hours
  long in the night the clocks go back.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from securecare.foundation.spans import Span, merged, subtracted
from securecare.scheduling.local_time import (
    Zone,
    day_bounds,
    day_exists,
    first_existing,
)

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WeeklyShift:
    """Hours worked at a facility every week, `weekday` 0 being Monday.

    Minutes count from local midnight of the day the shift starts on, breaks too: 1560 is two
    o'clock in the night after. `valid_from` and `valid_until` are the first and last such day.
    """

    facility_id: int
    weekday: int
    starts_minute: int
    ends_minute: int
    breaks: tuple[tuple[int, int], ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None

    def starts_on(self, day: date) -> bool:
        return (
            day.weekday() == self.weekday
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day <= self.valid_until)
        )


@dataclass(frozen=True, slots=True)
class StaffException:
    """From `starts_on` through `ends_on` somebody is off, or works these hours at this facility.

    Raises `ValueError` when other hours lack their facility or minutes.
    """

    starts_on: date
    ends_on: date
    kind: Literal["off", "hours"]
    facility_id: int | None = None
    starts_minute: int | None = None
    ends_minute: int | None = None

    def __post_init__(self) -> None:
        if self.kind == "hours":
            self.as_shift(self.starts_on)

    def holds(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on

    def as_shift(self, day: date) -> WeeklyShift:
        """The other hours of that one day."""
        if self.facility_id is None or self.starts_minute is None or self.ends_minute is None:
            raise ValueError("Other hours need a facility, a start and an end.")
        return WeeklyShift(self.facility_id, day.weekday(), self.starts_minute, self.ends_minute)


@dataclass(frozen=True, slots=True)
class Closure:
    """The facility is closed from `starts_on` through `ends_on`."""

    facility_id: int
    starts_on: date
    ends_on: date

    def holds(self, facility_id: int, day: date) -> bool:
        return facility_id == self.facility_id and self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class OpenSpan:
    """Working time without a break in it, at one facility."""

    facility_id: int
    span: Span


@dataclass(frozen=True)
class Roster:
    """What one staff member's hours are computed from, with the zones of the facilities.

    Only facilities in `zones` are looked at. What was computed for a day is kept: the grid asks
    several times.
    """

    shifts: Sequence[WeeklyShift]
    exceptions: Sequence[StaffException]
    closures: Sequence[Closure]
    zones: Mapping[int, Zone]
    _worked: dict[tuple[int, date], tuple[Span, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )
    _open: dict[tuple[int, date], tuple[Span, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def off_on(self, day: date) -> bool:
        return any(each.kind == "off" and each.holds(day) for each in self.exceptions)

    def closed_on(self, facility_id: int, day: date) -> bool:
        return any(closure.holds(facility_id, day) for closure in self.closures)

    def starting(self, day: date) -> list[WeeklyShift]:
        """The hours that start that day; closed days are not yet taken out."""
        if self.off_on(day):
            return []
        other = [each.as_shift(day) for each in self.exceptions if each.holds(day)]
        return [
            shift
            for shift in other or self.shifts
            if shift.starts_on(day)
            and shift.facility_id in self.zones
            and day_exists(day, self.zones[shift.facility_id])
        ]

    def worked(self, facility_id: int, day: date) -> list[Span]:
        """Shifts as far as they lie in the local day, breaks included, closed days not."""
        key = (facility_id, day)
        if key not in self._worked:
            self._worked[key] = tuple(self._work_out_shifts(facility_id, day))
        return list(self._worked[key])

    def open(self, facility_id: int, day: date) -> list[Span]:
        """Working time in the local day, without breaks.

        A break interrupts its own shift only: another shift at the same time goes on.
        """
        key = (facility_id, day)
        if key not in self._open:
            self._open[key] = tuple(self._work_out_hours(facility_id, day))
        return list(self._open[key])

    def breaks(self, facility_id: int, day: date) -> list[Span]:
        """Time in the local day that is worked but for a break."""
        return subtracted(self.worked(facility_id, day), self.open(facility_id, day))

    def _work_out_shifts(self, facility_id: int, day: date) -> list[Span]:
        if not day_exists(day, self.zones[facility_id]) or self.closed_on(facility_id, day):
            return []
        spans = (
            self._span(shift, began, shift.starts_minute, shift.ends_minute)
            for shift, began in self._touching(facility_id, day)
        )
        return merged(self._within(facility_id, day, spans))

    def _work_out_hours(self, facility_id: int, day: date) -> list[Span]:
        if not day_exists(day, self.zones[facility_id]) or self.closed_on(facility_id, day):
            return []
        pieces: list[Span] = []
        for shift, began in self._touching(facility_id, day):
            whole = self._span(shift, began, shift.starts_minute, shift.ends_minute)
            breaks = (self._span(shift, began, *each) for each in shift.breaks)
            if whole:
                pieces += subtracted([whole], filter(None, breaks))
        return merged(self._within(facility_id, day, pieces))

    def _touching(self, facility_id: int, day: date) -> Iterator[tuple[WeeklyShift, date]]:
        for began in (day - _ONE_DAY, day):
            for shift in self.starting(began):
                if shift.facility_id == facility_id:
                    yield shift, began

    def _span(self, shift: WeeklyShift, began: date, first: int, last: int) -> Span | None:
        zone = self.zones[shift.facility_id]
        start, end = first_existing(began, first, zone), first_existing(began, last, zone)
        return Span(start, end) if start < end else None

    def _within(self, facility_id: int, day: date, spans: Iterable[Span | None]) -> list[Span]:
        bounds = day_bounds(day, self.zones[facility_id])
        return [part for span in spans if span and (part := span.shared_with(bounds))]


def working_hours(
    day: date,
    shifts: Sequence[WeeklyShift],
    exceptions: Sequence[StaffException],
    closures: Sequence[Closure],
    zones: Mapping[int, Zone],
) -> list[OpenSpan]:
    """One staff member's working time on `day`, the local day of each facility in `zones`.

    Breaks are taken out. By facility in the order of `zones`, then by time.
    """
    roster = Roster(shifts, exceptions, closures, zones)
    return [OpenSpan(facility, span) for facility in zones for span in roster.open(facility, day)]


def working_hours_between(
    first_day: date,
    last_day: date,
    shifts: Sequence[WeeklyShift],
    exceptions: Sequence[StaffException],
    closures: Sequence[Closure],
    zones: Mapping[int, Zone],
) -> list[OpenSpan]:
    """The same for all days through `last_day`; hours that run past midnight are one span."""
    roster = Roster(shifts, exceptions, closures, zones)
    days = [first_day + each * _ONE_DAY for each in range((last_day - first_day).days + 1)]
    return [
        OpenSpan(facility, span)
        for facility in zones
        for span in merged(span for day in days for span in roster.open(facility, day))
    ]
