"""One time axis for a day that facilities in several zones share on screen.

The axis shows wall clocks: nine o'clock stands at one height for every facility, wherever it is.
It is the union of what the clocks of the shown zones show that day. Where clocks go back, the
repeated time comes twice, right after its first time is over; where they go forward, the time
left out is left out of the axis too if no shown zone has it. What a zone lacks of the axis is
`missing` for it.

Positions and lengths are whole minutes along the axis, from the first minute shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import accumulate, pairwise

from securecare.foundation.days import long_day
from securecare.foundation.errors import DomainError
from securecare.foundation.spans import Span
from securecare.scheduling.local_time import (
    Stretch,
    TimeDoesNotExist,
    Zone,
    clock_label,
    place_of,
    stretches,
)

_MINUTE = timedelta(minutes=1)


class OutsideDay(DomainError):
    """The time is not on the axis: on another day, or not in the part of the day shown."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A line of the grid. `minute` is what the clock shows at its top, `fold` 1 if once more."""

    position: int
    length: int
    minute: int
    fold: int
    label: str


@dataclass(frozen=True, slots=True, order=True)
class _Part:
    """Wall minutes in a row, on the axis. `after` is where it belongs: repeated time comes after
    the minute at which its first time is over, but before that minute's own part."""

    after: int
    first_time: bool
    minute: int
    length: int

    @property
    def end(self) -> int:
        return self.minute + self.length


@dataclass(frozen=True, slots=True)
class _Piece:
    """Real time of one zone, where it lies on the whole axis."""

    position: int
    span: Span

    @property
    def end(self) -> int:
        return self.position + self.span.minutes


@dataclass(frozen=True)
class DayAxis:
    """The axis of `day` for `zones`, in lines of `step` minutes. Made by `build`."""

    day: date
    zones: tuple[Zone, ...]
    step: int
    clock24: bool
    first: int
    """Where the part shown begins and, with `last`, ends on the axis of the whole day."""
    last: int
    _parts: tuple[_Part, ...] = field(repr=False)
    _pieces: dict[Zone, tuple[_Piece, ...]] = field(repr=False, compare=False)

    @classmethod
    def build(
        cls, day: date, zones: Iterable[Zone], step: int = 15, *, clock24: bool = False
    ) -> "DayAxis":
        """The axis of the whole day: 96 slots of 15 minutes unless a clock changes.

        It has no slot at all when no zone has that day, or none is given.
        """
        shown = tuple(dict.fromkeys(zones))
        days = {zone: stretches(day, zone) for zone in shown}
        parts = _parts_of(days.values())
        starts = tuple(accumulate((part.length for part in parts), initial=0))
        pieces = {zone: _pieces_of(days[zone], parts, starts) for zone in shown}
        return cls(day, shown, step, clock24, 0, starts[-1], parts, pieces)

    @property
    def length(self) -> int:
        """Minutes shown, along the axis."""
        return self.last - self.first

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The lines shown, in order; one is shorter than `step` where a clock change cuts it."""
        return tuple(
            replace(slot, position=slot.position - self.first)
            for slot in self._all_slots()
            if self.first <= slot.position < self.last
        )

    def window(self, first_minute: int, last_minute: int) -> "DayAxis":
        """The same axis, showing only what clocks show from `first_minute` up to `last_minute`.

        Whole lines, and without a hole: a repeated hour that begins in the window is shown.
        """
        shown = [
            slot
            for slot in self._all_slots()
            if slot.minute < last_minute and first_minute < slot.minute + slot.length
        ]
        if not shown:
            return replace(self, first=0, last=0)
        return replace(self, first=shown[0].position, last=shown[-1].position + shown[-1].length)

    def position(self, at: datetime, zone: Zone, *, clamp: bool = False) -> int:
        """Where the instant stands. The end of the day stands at the end of the axis.

        `clamp` puts what is before or after the part shown at its edge; without it, that raises
        `OutsideDay`.
        """
        return self._shown(self._position(at, zone), clamp=clamp)

    def place(self, span: Span, zone: Zone) -> tuple[int, int] | None:
        """Position and length of the part of `span` that is shown; None if nothing is.

        Longer than the span lasts where it runs across time its zone lacks.
        """
        pieces = [piece for piece in self._pieces[zone] if piece.span.overlaps(span)]
        if not pieces:
            return None
        start = max(self._position(max(span.start, pieces[0].span.start), zone), self.first)
        last = pieces[-1]
        used = min(span.end, last.span.end) - last.span.start
        end = min(last.position - (-used // _MINUTE), self.last)  # a begun minute counts
        return (start - self.first, end - start) if start < end else None

    def instant_at(self, position: int, zone: Zone) -> datetime:
        """The instant that stands there.

        Raises `TimeDoesNotExist` where the zone lacks that time, and `OutsideDay` off the axis.
        """
        if not 0 <= position < self.length:
            raise self._off()
        place = self.first + position
        for piece in self._pieces[zone]:
            if piece.position <= place < piece.end:
                return piece.span.start + (place - piece.position) * _MINUTE
        raise self._lacking(place, zone)

    def span_at(self, start: int, length: int, zone: Zone) -> Span:
        """The time somebody marks who drags from `start` over `length` minutes of the axis.

        It ends when its last minute does, so it may reach the end of the day. Raises like
        `instant_at`, for its first and its last minute.
        """
        last = self.instant_at(start + max(length, 1) - 1, zone)
        return Span(self.instant_at(start, zone), last + _MINUTE)

    def missing(self, zone: Zone) -> list[tuple[int, int]]:
        """What is shown of the axis and does not exist in `zone`, as positions and lengths."""
        holes: list[tuple[int, int]] = []
        reached = self.first
        for piece in (*self._pieces[zone], None):
            until = min(piece.position, self.last) if piece else self.last
            if until > reached:
                holes.append((reached - self.first, until - reached))
            reached = max(reached, piece.end) if piece else reached
        return holes

    def _all_slots(self) -> Iterable[Slot]:
        position = 0
        for part in self._parts:
            minute = part.minute
            while minute < part.end:
                length = min(self.step - minute % self.step, part.end - minute)
                again = "" if part.first_time else " (again)"
                text = clock_label(minute, self.clock24) + again
                yield Slot(position, length, minute, int(not part.first_time), text)
                minute, position = minute + length, position + length

    def _position(self, at: datetime, zone: Zone) -> int:
        # On the whole axis; before and after the zone's day: just off the part shown.
        pieces = self._pieces[zone]
        if not pieces or at < pieces[0].span.start:
            return -1
        for piece in pieces:
            if piece.span.holds(at):
                return piece.position + (at - piece.span.start) // _MINUTE
        if at == pieces[-1].span.end:
            return pieces[-1].end
        return self.last + 1

    def _shown(self, place: int, *, clamp: bool) -> int:
        if clamp:
            return min(max(place - self.first, 0), self.length)
        if not self.first <= place <= self.last:
            raise self._off()
        return place - self.first

    def _off(self) -> OutsideDay:
        return OutsideDay(
            f"That time is not on the part of {long_day(self.day)} that is shown.", field="time"
        )

    def _lacking(self, place: int, zone: Zone) -> TimeDoesNotExist:
        slot = next(s for s in self._all_slots() if s.position <= place < s.position + s.length)
        text = clock_label(slot.minute + place - slot.position, self.clock24)
        if slot.fold:
            why = f"{text} does not come a second time in {place_of(zone)}"
        else:
            why = f"There is no {text} in {place_of(zone)}"
        return TimeDoesNotExist(f"{why} on {long_day(self.day)}. Choose another time.")


def _cut(day: tuple[Stretch, ...]) -> list[tuple[Stretch, int | None]]:
    """The stretches of a day, repeated time apart: that with the minute its first time ended at."""
    if len(day) < 2 or day[1].first_minute >= day[0].last_minute:
        return [(stretch, None) for stretch in day]
    earlier, later = day
    again_until = min(earlier.last_minute, later.last_minute)
    turn = later.instant_at(again_until)
    cut: list[tuple[Stretch, int | None]] = [
        (earlier, None),
        (Stretch(Span(later.span.start, turn), later.first_minute), earlier.last_minute),
    ]
    if turn < later.span.end:
        cut.append((Stretch(Span(turn, later.span.end), again_until), None))
    return cut


def _parts_of(days: Iterable[tuple[Stretch, ...]]) -> tuple[_Part, ...]:
    cut = [each for day in days for each in _cut(day)]
    repeated: dict[int, tuple[int, int]] = {}
    for stretch, after in cut:
        if after is not None:
            low, high = repeated.get(after, (stretch.first_minute, stretch.last_minute))
            low, high = min(low, stretch.first_minute), max(high, stretch.last_minute)
            repeated[after] = (low, high)
    parts = [_Part(after, False, low, high - low) for after, (low, high) in repeated.items()]
    once = sorted((s.first_minute, s.last_minute) for s, after in cut if after is None)
    marks = sorted({*repeated, *(minute for bounds in once for minute in bounds)})
    for low, high in pairwise(marks):
        if any(first <= low and high <= last for first, last in once):
            parts.append(_Part(low, True, low, high - low))
    return tuple(sorted(parts))


def _pieces_of(
    day: tuple[Stretch, ...], parts: tuple[_Part, ...], starts: tuple[int, ...]
) -> tuple[_Piece, ...]:
    pieces: list[_Piece] = []
    for stretch, after in _cut(day):
        for part, start in zip(parts, starts, strict=False):
            if part.first_time != (after is None) or (after is not None and part.after != after):
                continue
            low, high = max(part.minute, stretch.first_minute), min(part.end, stretch.last_minute)
            if low < high:
                span = Span(stretch.instant_at(low), stretch.instant_at(high))
                pieces.append(_Piece(start + low - part.minute, span))
    return tuple(pieces)
