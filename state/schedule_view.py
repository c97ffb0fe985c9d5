"""A day of the schedule as the screen wants it: an axis, and lanes of blocks and shades.

Everything here is computed from a `Day` that was read; nothing is read or kept.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from typing import TypedDict
from zoneinfo import ZoneInfo

from securecare.foundation.spans import Span
from securecare.scheduling.columns import side_by_side
from securecare.scheduling.day import Day, Entry, StaffOnDay
from securecare.scheduling.day_axis import DayAxis
from securecare.scheduling.local_time import clock_label, day_bounds, day_exists, label
from securecare.scheduling.shading import lane_shading, shading_of
from securecare.scheduling.statuses import AppointmentStatus

Block = tuple[int, int, int, int, int, int, int, int, int, str, str, str]
"""An appointment on its lane, as short as it can be told, since a change re-sends its whole lane:
id, start, length (minutes along the axis), column, columns, status code, program colour, version,
forced, times, customer, program. All but the times and the place are empty where it is veiled."""

Tally = Mapping[str, int]
"""How many entries of a lane have each status."""

ShadeStrip = tuple[int, int, str]
"""Start and length along the axis, and why nobody works then."""

BLOCKS_SHARED = 8192
"""So many blocks are kept for others who look at the same: their pages then share them."""

DAY_STARTS, DAY_ENDS = 7 * 60, 19 * 60
"""What is shown of a day on which nothing lies outside."""


class LaneHead(TypedDict):
    """Whose lane it is."""

    staff: int
    name: str
    initials: str
    note: str
    zone: str
    facility: int


class AxisLine(TypedDict):
    """A line of the grid: its place, and the time where an hour begins."""

    at: int
    label: str
    again: bool


class StatusCount(TypedDict):
    """How many appointments of a day have a status."""

    status: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the day is to be shown. Empty sets and text let everything through."""

    statuses: frozenset[str] = frozenset()
    program_ids: frozenset[int] = frozenset()
    text: str = ""

    def let_through(self, entry: Entry) -> bool:
        """Whether the entry is shown. Busy time that the viewer may not look into always is."""
        if entry.veiled:
            return True
        if self.statuses:
            if entry.status not in self.statuses:
                return False
        elif entry.status == AppointmentStatus.CANCELLED:
            return False
        if self.program_ids and entry.program_id not in self.program_ids:
            return False
        words = self.text.casefold().split()
        haystack = f"{entry.customer} {entry.program}".casefold()
        return all(word in haystack for word in words)


@dataclass(frozen=True)
class Frame:
    """What the lanes of one screen have in common."""

    axis: DayAxis
    zones: Mapping[int, ZoneInfo]
    clock24: bool
    filters: Filters = field(default_factory=Filters)

    @cached_property
    def key(self) -> object:
        """The same where two screens lay the same entries out alike, and quick to compare."""
        axis = self.axis
        return _alike(axis.day, axis.zones, axis.first, axis.last, self.clock24, self.filters)


@lru_cache(maxsize=1024)
def _alike(*_: Hashable) -> object:
    return object()


def frame_of(
    day: Day, facility_ids: Sequence[int], whole: bool, clock24: bool, filters: Filters
) -> Frame:
    """The axis over the chosen facilities' zones, cut to the hours in use unless `whole`."""
    zones = {p.id: day.book.zones[p.id] for p in day.places}
    chosen = [zones[p.id] for p in day.places if not facility_ids or p.id in facility_ids]
    axis = DayAxis.build(day.day, chosen or zones.values(), clock24=clock24)
    if not whole:
        first, last = hours_in_use(day, facility_ids)
        axis = axis.window(first, last)
    return Frame(axis, day.book.zones, clock24, filters)


def hours_in_use(day: Day, facility_ids: Sequence[int]) -> tuple[int, int]:
    """From which to which minute of the wall clock anything happens, in whole hours."""
    first, last = DAY_STARTS, DAY_ENDS
    for zone, span in _extent_by_zone(day, facility_ids).items():
        placed = DayAxis.build(day.day, [zone], step=60).place(span, zone)
        if placed:
            first = min(first, placed[0] // 60 * 60)
            last = max(last, -(-(placed[0] + placed[1]) // 60) * 60)
    return first, last


def _extent_by_zone(day: Day, facility_ids: Sequence[int]) -> dict[ZoneInfo, Span]:
    """From the first start to the last end within the day as each zone has it."""
    zones = day.book.zones
    days = {zone: day_bounds(day.day, zone) for zone in zones.values() if day_exists(day.day, zone)}
    found: dict[ZoneInfo, tuple[datetime, datetime]] = {}
    for facility, start, end in _in_use(day, facility_ids):
        zone = zones[facility]
        if zone in days and start < days[zone].end and end > days[zone].start:
            low, high = found.get(zone, (start, end))
            found[zone] = (min(low, start), max(high, end))
    return {zone: Span(*extent) for zone, extent in found.items()}


def _in_use(day: Day, facility_ids: Sequence[int]) -> Iterable[tuple[int, datetime, datetime]]:
    for entry in day.entries:
        yield entry.facility_id, entry.starts_at, entry.ends_at
    for person in day.staff:
        roster = day.book.rosters[person.id]
        for facility in day.book.zones:
            if not facility_ids or facility in facility_ids:
                for span in roster.worked(facility, day.day):
                    yield facility, span.start, span.end


def head_of(day: Day, person: StaffOnDay) -> LaneHead:
    """Who the lane belongs to, and where they work that day."""
    roster = day.book.rosters[person.id]
    at = [p for p in day.places if roster.worked(p.id, day.day)]
    home = next((p for p in day.places if p.id == person.facility_id), None)
    place = at[0] if at else home
    return LaneHead(
        staff=person.id,
        name=person.name,
        initials=_initials(person.name),
        note=" · ".join(p.name for p in at) if at else "No shift",
        zone=place.zone if place else "UTC",
        facility=place.id if place else person.facility_id,
    )


def _initials(name: str) -> str:
    words = [word for word in name.split() if word[0].isalpha()]
    return "".join(word[0].upper() for word in (words[:1] + words[1:][-1:]))


def blocks_of(entries: Iterable[Entry], frame: Frame) -> list[Block]:
    """The blocks of one lane, overlapping ones side by side."""
    placed: list[tuple[int, int, Entry]] = []
    for entry in entries:
        if frame.filters.let_through(entry):
            span = Span(entry.starts_at, entry.ends_at)
            place = frame.axis.place(span, _zone_on_axis(frame, entry.facility_id))
            if place:
                placed.append((*place, entry))
    columns = side_by_side((start, length, n) for n, (start, length, _) in enumerate(placed))
    return [
        _block(start, length, *columns[n], entry, frame.zones[entry.facility_id], frame.clock24)
        for n, (start, length, entry) in enumerate(placed)
    ]


def blocks_if_they_fit(entries: Sequence[Entry], frame: Frame) -> list[Block] | None:
    """The same, or None if one of them lies on this day but beside the hours that are shown."""
    whole = DayAxis.build(frame.axis.day, frame.axis.zones)
    for entry in entries:
        zone = _zone_on_axis(frame, entry.facility_id)
        span = Span(entry.starts_at, entry.ends_at)
        if frame.filters.let_through(entry) and (
            _length(whole.place(span, zone)) > _length(frame.axis.place(span, zone))
        ):
            return None
    return blocks_of(entries, frame)


def _length(place: tuple[int, int] | None) -> int:
    return place[1] if place else 0


def _zone_on_axis(frame: Frame, facility_id: int) -> ZoneInfo:
    zone = frame.zones[facility_id]
    return zone if zone in frame.axis.zones else frame.axis.zones[0]  # pyright: ignore[reportReturnType]


@lru_cache(maxsize=BLOCKS_SHARED)
def _block(
    start: int, length: int, column: int, columns: int, entry: Entry, zone: ZoneInfo, clock24: bool
) -> Block:
    from_, to = (label(at, zone, clock24) for at in (entry.starts_at, entry.ends_at))
    code = 0 if entry.veiled else AppointmentStatus(entry.status).code
    return (
        entry.id,
        start,
        length,
        column,
        columns,
        code,
        entry.colour,
        entry.version,
        int(entry.forced),
        f"{from_.removesuffix(from_[-3:]) if from_[-3:] == to[-3:] and not clock24 else from_}–{to}",
        entry.customer or "Busy",
        entry.program,
    )


def shades_of(
    day: Day, person: StaffOnDay, facility_ids: Sequence[int], frame: Frame
) -> list[ShadeStrip]:
    """When the person does not work at any of the chosen facilities, and why."""
    roster = day.book.rosters[person.id]
    zones = {
        p.id: frame.zones[p.id] for p in day.places if not facility_ids or p.id in facility_ids
    }
    worked = (
        [f for f in zones if roster.worked(f, day.day)]
        or [f for f in zones if f == person.facility_id]
        or list(zones)[:1]
    )
    within = {f: zones[f] for f in worked}
    shades = shading_of(roster, day.day, within)
    return [
        (at, length, str(kind)) for at, length, kind in lane_shading(frame.axis, shades, within)
    ]


def lines_of(axis: DayAxis) -> list[AxisLine]:
    """The lines at which an hour begins, with their times."""
    return [
        AxisLine(
            at=slot.position,
            label=clock_label(slot.minute, axis.clock24).replace(":00 ", " "),
            again=slot.fold == 1,
        )
        for slot in axis.slots
        if slot.minute % 60 == 0
    ]


def tally_of(entries: Iterable[Entry]) -> Tally:
    """How many entries of one lane have each status."""
    return Counter(entry.status for entry in entries if not entry.veiled)


def counts_of(tally: Tally) -> list[StatusCount]:
    """How many of each status, those of which there are none too, in the order of a visit."""
    return [
        StatusCount(status=status, label=label, count=tally.get(status, 0))
        for status, label in _STATUSES
    ]


_STATUSES = [(status, status.label) for status in AppointmentStatus]
