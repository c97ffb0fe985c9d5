"""What came between: people who called in sick, and appointments that had to be forced."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from securecare.demo.diary import Diary
from securecare.demo.plans import Away, Life, Visit
from securecare.demo.weeks import Weeks
from securecare.foundation.spans import Span
from securecare.scheduling.local_time import local_day

FORCED_BECAUSE = (
    "Discharged from hospital this morning; cannot wait.",
    "Interpreter is only here at this hour.",
    "Court date moved up; papers are due tomorrow.",
)
STAYED_BECAUSE = "Works days; staff member agreed to stay."
SICK_AFTER_DAYS = range(1, 9)
ENOUGH_TO_STRAND = 3


def call_in_sick(life: Life, now: datetime) -> None:
    """Take some people out of a day that was booked already: their appointments are stranded."""
    for name in life.plan.called_in_sick:
        staff = life.plan.member(name)
        today = local_day(now, life.plan.facilities[life.plan.staff[staff].facility].time_zone)
        for ahead in SICK_AFTER_DAYS:
            day = today + timedelta(days=ahead)
            booked = [
                visit
                for visit in life.visits
                if visit.staff == staff and visit.local_day == day and visit.holds_time
            ]
            if len(booked) >= ENOUGH_TO_STRAND:
                life.away.append(Away(staff, day, day, "Called in sick"))
                _strand(life, booked)
                break


def _strand(life: Life, visits: list[Visit]) -> None:
    weeks = Weeks(life.plan, life.away, life.closed)
    for visit in visits:
        if not weeks.covers(visit.staff, visit.facility, Span(visit.starts_at, visit.ends_at)):
            visit.former_status, visit.status = visit.status, "pending_reassignment"


def force(diary: Diary) -> None:
    """Put some appointments over others, and one after hours; each says why it had to be."""
    life = diary.life
    weeks = Weeks(life.plan, life.away, life.closed)
    near = [
        visit
        for visit in life.visits
        if timedelta(hours=3) < visit.starts_at - diary.now < timedelta(days=6)
        and visit.status in ("booked", "confirmed")
    ]
    diary.draws.shuffle(near)
    over = _over_others(diary, weeks, near)
    for reason, visit in zip(FORCED_BECAUSE[: life.plan.forced], over, strict=False):
        visit.override_reason = reason
        diary.add(visit)
    late = next(_after_hours(diary, weeks, near), None) if life.plan.forced else None
    if late:
        diary.add(late)


def _over_others(diary: Diary, weeks: Weeks, near: list[Visit]) -> Iterator[Visit]:
    """Appointments within hours that begin in the middle of another one."""
    for visit in near:
        other = _later(visit, 15, status="confirmed", forced_overlap=True, public_note="")
        span = Span(other.starts_at, other.ends_at)
        if weeks.covers(other.staff, other.facility, span) and diary.give_to_somebody(other):
            other.made_at = diary.now - timedelta(minutes=diary.draws.randrange(10, 300))
            yield other


def _after_hours(diary: Diary, weeks: Weeks, near: list[Visit]) -> Iterator[Visit]:
    """Appointments after the last one of somebody's day, when the day is over."""
    last: dict[tuple, datetime] = {}
    for visit in diary.life.visits:
        day = visit.staff, visit.local_day
        last[day] = max(visit.starts_at, last.get(day, visit.starts_at))
    for visit in near:
        late = _later(
            visit, 120, status="booked", forced_hours=True, override_reason=STAYED_BECAUSE
        )
        is_last = last[visit.staff, visit.local_day] == visit.starts_at
        if (
            is_last
            and not weeks.covers(late.staff, late.facility, Span(late.starts_at, late.ends_at))
            and diary.give_to_somebody(late)
        ):
            late.public_note = "The front door is locked by then: please ring."
            yield late


def _later(visit: Visit, minutes: int, **changes: object) -> Visit:
    by = timedelta(minutes=minutes)
    return replace(
        visit,
        starts_at=visit.starts_at + by,
        ends_at=visit.ends_at + by,
        occupied_from=visit.occupied_from + by,
        occupied_to=visit.occupied_to + by,
        **changes,  # pyright: ignore[reportArgumentType]
    )
