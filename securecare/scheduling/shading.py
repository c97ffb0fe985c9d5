"""The parts of a day that are not working time, and why: what the grid draws behind the blocks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from securecare.foundation.spans import Span, subtracted
from securecare.scheduling.availability import Closure, Roster, StaffException, WeeklyShift
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
    roster = Roster(shifts, exceptions, closures, zones)
    return [
        Shade(facility, kind, span)
        for facility, zone in zones.items()
        if day_exists(day, zone)
        for kind, span in _shades(roster, facility, day)
    ]


def shared_shading(shades: Iterable[Shade], facilities: Sequence[int]) -> list[Shade]:
    """For a lane that stands for several facilities: the time shaded at every one of them.

    A break says more than a closed day, that more than a day off, and that more than no shift;
    the result is said of the facility whose reason is shown.
    """
    known = [shade for shade in shades if shade.facility_id in facilities]
    edges = sorted({edge for shade in known for edge in (shade.span.start, shade.span.end)})
    result: list[Shade] = []
    for start, end in pairwise(edges):
        here = [shade for shade in known if shade.span.holds(start)]
        if {shade.facility_id for shade in here} != set(facilities):
            continue
        said = min(here, key=lambda shade: _SAYS_MOST.index(shade.kind))
        last = result[-1] if result else None
        if last and (last.facility_id, last.kind, last.span.end) == (
            said.facility_id,
            said.kind,
            start,
        ):
            start = result.pop().span.start
        result.append(Shade(said.facility_id, said.kind, Span(start, end)))
    return result


def _shades(roster: Roster, facility: int, day: date) -> list[tuple[ShadeKind, Span]]:
    bounds = day_bounds(day, roster.zones[facility])
    if roster.closed_on(facility, day):
        return [(ShadeKind.CLOSED, bounds)]
    rest = ShadeKind.DAY_OFF if roster.off_on(day) else ShadeKind.OFF
    shades = [(ShadeKind.BREAK, span) for span in roster.breaks(facility, day)]
    shades += [(rest, span) for span in subtracted([bounds], roster.worked(facility, day))]
    return sorted(shades, key=lambda shade: shade[1])
