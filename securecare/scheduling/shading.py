"""The parts of a day that are not working time, and why: what the grid draws behind the blocks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from securecare.foundation.spans import Span, subtracted
from securecare.scheduling.availability import Closure, Roster, StaffException, WeeklyShift
from securecare.scheduling.day_axis import DayAxis
from securecare.scheduling.local_time import Zone, day_bounds, day_exists


class ShadeKind(StrEnum):
    """Why a part of the day is not working time."""

    OFF = "off"
    BREAK = "break"
    CLOSED = "closed"
    DAY_OFF = "day_off"


@dataclass(frozen=True, slots=True)
class Shade:
    facility_id: int
    kind: ShadeKind
    span: Span


_SAYS_MOST = (ShadeKind.BREAK, ShadeKind.CLOSED, ShadeKind.DAY_OFF, ShadeKind.OFF)


def shading(
    day: date,
    shifts: Sequence[WeeklyShift],
    exceptions: Sequence[StaffException],
    closures: Sequence[Closure],
    zones: Mapping[int, Zone],
) -> list[Shade]:
    """All of the local day of each facility that is not working time, and why.

    By facility, then by time; with the working hours it covers the day exactly once.
    """
    return shading_of(Roster(shifts, exceptions, closures, zones), day, zones)


def shading_of(roster: Roster, day: date, facility_ids: Iterable[int]) -> list[Shade]:
    """The same of a roster that is at hand, at these facilities."""
    return [
        Shade(facility, kind, span)
        for facility in facility_ids
        if day_exists(day, roster.zones[facility])
        for kind, span in _shades(roster, facility, day)
    ]


def lane_shading(
    axis: DayAxis, shades: Iterable[Shade], zones: Mapping[int, Zone]
) -> list[tuple[int, int, ShadeKind]]:
    """Where a lane that stands for the facilities in `zones` is shaded: position, length, kind.

    Only where none of them has working time, on the axis: nine o'clock here is beside nine
    o'clock there. What a zone lacks of the axis is no working time. A break says more than a
    closed day, that more than a day off, and that more than no shift.
    """
    stripes = [
        (shade.facility_id, place[0], place[0] + place[1], shade.kind)
        for shade in shades
        if shade.facility_id in zones
        and (place := axis.place(shade.span, zones[shade.facility_id]))
    ]
    for facility, zone in zones.items():
        stripes += [(facility, at, at + long, ShadeKind.OFF) for at, long in axis.missing(zone)]
    shaded: list[tuple[int, int, ShadeKind]] = []
    for start, end in pairwise(sorted({edge for _, *edges, _ in stripes for edge in edges})):
        here = {(facility, kind) for facility, low, high, kind in stripes if low <= start < high}
        if {facility for facility, _ in here} != set(zones):
            continue
        said = min((kind for _, kind in here), key=_SAYS_MOST.index)
        if shaded and shaded[-1][2] is said and sum(shaded[-1][:2]) == start:
            start = shaded.pop()[0]
        shaded.append((start, end - start, said))
    return shaded


def _shades(roster: Roster, facility: int, day: date) -> list[tuple[ShadeKind, Span]]:
    bounds = day_bounds(day, roster.zones[facility])
    if roster.closed_on(facility, day):
        return [(ShadeKind.CLOSED, bounds)]
    rest = ShadeKind.DAY_OFF if roster.off_on(day) else ShadeKind.OFF
    shades = [(ShadeKind.BREAK, span) for span in roster.breaks(facility, day)]
    shades += [(rest, span) for span in subtracted([bounds], roster.worked(facility, day))]
    return sorted(shades, key=lambda shade: shade[1])
