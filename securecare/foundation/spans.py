"""Stretches of time, half-open: the start belongs to a span, the end does not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From `start` up to, but not including, `end`; both aware instants."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("A span needs instants with a time zone.")
        if self.end <= self.start:
            raise ValueError("A span ends after it starts.")

    @property
    def duration(self) -> timedelta:
        return self.end - self.start

    @property
    def minutes(self) -> int:
        """Whole minutes of real time; a local day may well have 1,380 or 1,500."""
        return int(self.duration.total_seconds() // 60)

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share any time. Spans that only touch do not."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: "Span") -> bool:
        """Whether all of `other` lies inside this span."""
        return self.start <= other.start and other.end <= self.end

    def holds(self, at: datetime) -> bool:
        return self.start <= at < self.end

    def shared_with(self, other: "Span") -> "Span | None":
        """The time both have, or nothing."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start < end else None

    def widened(self, before: timedelta, after: timedelta) -> "Span":
        """The same span with a buffer on either side."""
        return Span(self.start - before, self.end + after)

    def without(self, other: "Span") -> "Iterator[Span]":
        """What is left of this span when `other` is taken out: none, one or two pieces."""
        if not self.overlaps(other):
            yield self
            return
        if self.start < other.start:
            yield Span(self.start, other.start)
        if other.end < self.end:
            yield Span(other.end, self.end)


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time as as few spans as possible, in order; spans that touch become one."""
    result: list[Span] = []
    for span in sorted(spans):
        if result and span.start <= result[-1].end:
            result[-1] = Span(result[-1].start, max(result[-1].end, span.end))
        else:
            result.append(span)
    return result


def subtracted(spans: Iterable[Span], holes: Iterable[Span]) -> list[Span]:
    """What is left of `spans` once every hole is taken out."""
    left = merged(spans)
    for hole in merged(holes):
        left = [piece for span in left for piece in span.without(hole)]
    return left
