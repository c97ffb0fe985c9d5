"""Half-open stretches of time."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securecare.foundation.spans import Span, merged, subtracted

MIDNIGHT = datetime(2027, 1, 13, tzinfo=UTC)


def span(start: int, end: int) -> Span:
    return Span(MIDNIGHT + timedelta(minutes=start), MIDNIGHT + timedelta(minutes=end))


def minutes_of(spans: list[Span]) -> set[int]:
    first = [int((one.start - MIDNIGHT).total_seconds() // 60) for one in spans]
    return {
        minute
        for start, one in zip(first, spans, strict=True)
        for minute in range(start, start + one.minutes)
    }


spans = st.builds(
    lambda start, length: span(start, start + length), st.integers(0, 200), st.integers(1, 60)
)


def test_spans_that_only_touch_share_nothing() -> None:
    assert not span(0, 60).overlaps(span(60, 120))
    assert span(0, 60).shared_with(span(60, 120)) is None


def test_the_start_belongs_to_a_span_and_the_end_does_not() -> None:
    assert span(0, 60).holds(MIDNIGHT)
    assert not span(0, 60).holds(MIDNIGHT + timedelta(minutes=60))


def test_a_span_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="ends after"):
        span(60, 60)


def test_buffers_widen_a_span_on_both_sides() -> None:
    assert span(60, 90).widened(timedelta(minutes=10), timedelta(minutes=5)) == span(50, 95)


@given(st.lists(spans), st.lists(spans))
def test_what_is_left_is_exactly_the_time_in_no_hole(ones: list[Span], holes: list[Span]) -> None:
    assert minutes_of(subtracted(ones, holes)) == minutes_of(ones) - minutes_of(holes)


@given(st.lists(spans))
def test_merging_keeps_the_time_and_leaves_gaps_between(ones: list[Span]) -> None:
    result = merged(ones)
    assert minutes_of(result) == minutes_of(ones)
    assert all(one.end < after.start for one, after in pairwise(result))


@given(spans, spans)
def test_overlapping_is_sharing_some_time(one: Span, other: Span) -> None:
    assert one.overlaps(other) == bool(minutes_of([one]) & minutes_of([other]))
    shared = one.shared_with(other)
    assert (minutes_of([shared]) if shared else set()) == minutes_of([one]) & minutes_of([other])
