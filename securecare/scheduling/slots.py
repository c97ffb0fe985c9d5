"""Free times: where an appointment fits, and the nearest such times."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import islice

from securecare.foundation.spans import Span, merged
from securecare.scheduling.local_time import Zone, local_day, stretches

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SlotRule:
    """What a start must satisfy.

    Starts are multiples of `step_minutes` after local midnight in `zone`. The buffers keep other
    appointments away, but may spill over the edges of working hours. `not_before` and
    `not_after` are the first and the last start allowed.
    """

    zone: Zone
    duration_minutes: int
    step_minutes: int = 15
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 0
    not_before: datetime | None = None
    not_after: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Starts:
    """From `first` through `last`, both allowed: unlike a span it may be a single instant."""

    first: datetime
    last: datetime


def free_starts(hours: Iterable[Span], occupied: Iterable[Span], rule: SlotRule) -> list[datetime]:
    """All starts, in order, at which the appointment fits.

    `hours` is the working time at the facility; `occupied` what is taken, other appointments'
    own buffers included. The appointment lies within hours, and with its buffers overlaps
    nothing that is occupied.
    """
    return [at for run in _free_runs(hours, occupied, rule) for at in _aligned(run, rule)]


def nearest_free(
    wanted_start: datetime,
    hours: Iterable[Span],
    occupied: Iterable[Span],
    rule: SlotRule,
    count: int = 3,
) -> list[datetime]:
    """The `count` free starts nearest to the wanted one, nearest first, the earlier of two as near.

    The wanted start itself is among them if it is free and aligned.
    """
    wanted = wanted_start.astimezone(UTC)
    runs = _free_runs(hours, occupied, rule)
    later = (at for run in _from(runs, wanted) for at in _aligned(run, rule))
    earlier = (
        at
        for run in reversed(_until(runs, wanted - timedelta(microseconds=1)))
        for at in reversed(_aligned(run, rule))
    )
    by_distance = merge(earlier, later, key=lambda at: abs(at - wanted))
    return list(islice(by_distance, count))


def _from(runs: Sequence[_Starts], at: datetime) -> list[_Starts]:
    return [_Starts(max(run.first, at), run.last) for run in runs if run.last >= at]


def _until(runs: Sequence[_Starts], at: datetime) -> list[_Starts]:
    return [_Starts(run.first, min(run.last, at)) for run in runs if run.first <= at]


def _free_runs(hours: Iterable[Span], occupied: Iterable[Span], rule: SlotRule) -> list[_Starts]:
    """Where starts are free, whatever the step: one pass over both, sorted."""
    duration = rule.duration_minutes * _MINUTE
    ahead = duration + rule.buffer_after_minutes * _MINUTE
    behind = rule.buffer_before_minutes * _MINUTE
    # A start is taken strictly between these two: on either it only touches.
    taken = [(span.start - ahead, span.end + behind) for span in merged(occupied)]
    runs: list[_Starts] = []
    passed = 0
    for span in merged(hours):
        first, last = span.start, span.end - duration
        while passed < len(taken) and taken[passed][1] <= first:
            passed += 1
        runs += _around(first, last, taken, passed)
    if rule.not_before:
        runs = _from(runs, rule.not_before)
    return _until(runs, rule.not_after) if rule.not_after else runs


def _around(
    first: datetime, last: datetime, taken: Sequence[tuple[datetime, datetime]], index: int
) -> Iterator[_Starts]:
    while first <= last and index < len(taken) and taken[index][0] < last:
        if first <= taken[index][0]:
            yield _Starts(first, taken[index][0])
        first = max(first, taken[index][1])
        index += 1
    if first <= last:
        yield _Starts(first, last)


def _aligned(run: _Starts, rule: SlotRule) -> list[datetime]:
    """The starts of a run that lie on the step, as the wall clock counts."""
    step = rule.step_minutes * _MINUTE
    found: list[datetime] = []
    day, last_day = local_day(run.first, rule.zone), local_day(run.last, rule.zone)
    while day <= last_day:
        for stretch in stretches(day, rule.zone):
            midnight = stretch.span.start - stretch.first_minute * _MINUTE
            start = max(run.first, stretch.span.start)
            at = midnight - (midnight - start) // step * step
            while at <= run.last and at < stretch.span.end:
                found.append(at)
                at += step
        day += timedelta(days=1)
    return found
