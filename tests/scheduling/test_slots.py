"""Free times, and the nearest of them."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from securecare.foundation.spans import Span, merged
from securecare.scheduling.local_time import instant, label, minute_of_day
from securecare.scheduling.slots import SlotRule, free_starts, nearest_free
from tests.scheduling.zones import CHANGES, zones

NEW_YORK = "America/New_York"
MONDAY = date(2026, 7, 6)
MINUTE = timedelta(minutes=1)
AUTUMN = date(2026, 11, 1)


def at(minute: int, day: date = MONDAY) -> datetime:
    return instant(day, minute, NEW_YORK, fold=0)


def between(first: int, last: int) -> Span:
    return Span(at(first), at(last))


def shown(starts: list[datetime]) -> list[str]:
    return [label(start, NEW_YORK, clock24=True) for start in starts]


def test_a_start_must_leave_room_before_the_shift_ends():
    rule = SlotRule(NEW_YORK, duration_minutes=45, step_minutes=30)
    assert shown(free_starts([between(540, 645)], [], rule)) == ["09:00", "09:30", "10:00"]


def test_an_appointment_may_fill_the_only_gap():
    rule = SlotRule(NEW_YORK, 30)
    taken = [between(540, 570), between(600, 660)]
    assert shown(free_starts([between(540, 660)], taken, rule)) == ["09:30"]


def test_buffers_keep_others_away_and_may_spill_over_the_shift():
    rule = SlotRule(NEW_YORK, 30, 15, buffer_before_minutes=15, buffer_after_minutes=30)
    taken = [between(660, 720)]
    assert shown(free_starts([between(540, 780)], taken, rule)) == [
        "09:00", "09:15", "09:30", "09:45", "10:00", "12:15", "12:30",
    ]  # fmt: skip


def test_starts_lie_on_the_step_counted_from_midnight():
    rule = SlotRule(NEW_YORK, 30, 20)
    assert shown(free_starts([between(545, 620)], [], rule)) == ["09:20", "09:40"]


def test_the_first_and_the_last_start_allowed_are_kept_to():
    rule = SlotRule(NEW_YORK, 30, 15, not_before=at(550), not_after=at(585))
    assert shown(free_starts([between(540, 720)], [], rule)) == ["09:15", "09:30", "09:45"]


def test_the_repeated_hour_offers_its_starts_twice():
    span = Span(at(30, AUTUMN), at(150, AUTUMN))
    rule = SlotRule(NEW_YORK, 30, 30)
    assert shown(free_starts([span], [], rule)) == [
        "00:30", "01:00", "01:30", "01:00", "01:30", "02:00",
    ]  # fmt: skip


def test_the_three_nearest_lie_on_either_side():
    rule = SlotRule(NEW_YORK, 30, 15)
    taken = [between(600, 660)]
    found = nearest_free(at(615), [between(540, 1020)], taken, rule)
    assert shown(found) == ["09:30", "11:00", "09:15"]


def test_of_two_as_near_the_earlier_comes_first():
    rule = SlotRule(NEW_YORK, 30, 30)
    assert shown(nearest_free(at(615), [between(540, 720)], [], rule, 2)) == ["10:00", "10:30"]


def test_the_wanted_start_itself_is_the_nearest():
    found = nearest_free(at(600), [between(540, 720)], [], SlotRule(NEW_YORK, 30, 30))
    assert shown(found) == ["10:00", "09:30", "10:30"]


def test_steps_are_counted_on_the_clock_after_it_has_changed():
    spring = date(2026, 3, 8)
    span = Span(at(0, spring), at(330, spring))
    found = free_starts([span], [], SlotRule(NEW_YORK, 30, 90))
    assert shown(found) == ["00:00", "01:30", "03:00", "04:30"]


def test_nothing_is_near_when_nothing_is_free():
    assert nearest_free(at(600), [], [], SlotRule(NEW_YORK, 30)) == []


@st.composite
def some_spans(draw: st.DrawFn, count: int) -> list[Span]:
    day = draw(st.sampled_from(CHANGES))
    noon = datetime(day.year, day.month, day.day, tzinfo=UTC)
    pairs = draw(st.lists(st.tuples(st.integers(-700, 1900), st.integers(1, 400)), max_size=count))
    return [Span(noon + first * MINUTE, noon + (first + long) * MINUTE) for first, long in pairs]


@st.composite
def a_day_of_work(draw: st.DrawFn) -> tuple[list[Span], list[Span], SlotRule]:
    hours, taken = draw(some_spans(5)), draw(some_spans(8))
    allowed = [span.start for span in hours + taken] or [datetime(2026, 3, 8, tzinfo=UTC)]
    rule = SlotRule(
        draw(zones),
        draw(st.integers(1, 120)),
        draw(st.sampled_from([5, 7, 15, 20, 30, 45, 50, 60, 90])),
        draw(st.integers(0, 40)),
        draw(st.integers(0, 40)),
        draw(st.none() | st.sampled_from(allowed)),
        draw(st.none() | st.sampled_from(allowed)),
    )
    return hours, taken, rule


def by_asking_every_minute(hours: list[Span], taken: list[Span], rule: SlotRule) -> list[datetime]:
    found: list[datetime] = []
    for whole in merged(hours):
        for minute in range(whole.minutes):
            start = whole.start + minute * MINUTE
            span = Span(start, start + rule.duration_minutes * MINUTE)
            occupied = span.widened(
                rule.buffer_before_minutes * MINUTE, rule.buffer_after_minutes * MINUTE
            )
            if (
                minute_of_day(start, rule.zone) % rule.step_minutes == 0
                and whole.covers(span)
                and not any(occupied.overlaps(other) for other in taken)
                and (rule.not_before is None or rule.not_before <= start)
                and (rule.not_after is None or start <= rule.not_after)
            ):
                found.append(start)
    return found


@settings(max_examples=150)
@given(a_day_of_work())
def test_free_starts_are_what_asking_every_minute_finds(
    work: tuple[list[Span], list[Span], SlotRule],
):
    assert free_starts(*work) == by_asking_every_minute(*work)


@given(a_day_of_work(), st.integers(-900, 2500), st.integers(1, 5))
def test_the_nearest_are_the_first_of_all_by_distance(
    work: tuple[list[Span], list[Span], SlotRule], minute: int, count: int
):
    hours, taken, rule = work
    wanted = (hours[0].start if hours else datetime(2026, 3, 8, tzinfo=UTC)) + minute * MINUTE
    everything = sorted(free_starts(*work), key=lambda start: (abs(start - wanted), start))
    assert nearest_free(wanted, hours, taken, rule, count) == everything[:count]


def test_a_year_of_full_days_is_searched_to_its_end():
    day = timedelta(days=1)
    hours = [Span(at(540) + n * day, at(1020) + n * day) for n in range(365)]
    taken = [Span(s.start + n * 15 * MINUTE, s.start + (n + 1) * 15 * MINUTE)
             for s in hours[:-1] for n in range(32)]  # fmt: skip
    found = nearest_free(at(600), hours, taken, SlotRule(NEW_YORK, 30))
    assert found[0] == hours[-1].start
