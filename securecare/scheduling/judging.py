"""Whether somebody may have a time, whether they may insist, and what to say if neither.

The exclusion constraints have the last word on overlaps. Judged here is what they cannot know:
working hours, appointments that were forced and so stand outside the constraints, and days between
two appointments of a program. Whoever judges holds the locks that keep all of it as it is.
"""

from dataclasses import dataclass
from typing import NoReturn

from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation.spans import Span
from securecare.scheduling import conflicts
from securecare.scheduling.booking_facts import BookingFacts, Surroundings
from securecare.scheduling.errors import (
    CoolingDown,
    FreeTime,
    NotWorking,
    ReasonNeeded,
    SlotTaken,
    TimeRefused,
)
from securecare.scheduling.hours import HoursBook
from securecare.scheduling.local_time import local_day
from securecare.scheduling.opening import OutsideHours, require_open


@dataclass(frozen=True, slots=True)
class Force:
    """What a person with the right insisted on, and why."""

    overlap: bool = False
    hours: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A time that is wished for, by whom; `besides` is the appointment that wishes to move."""

    session: Session
    actor: Actor
    known: BookingFacts
    span: Span
    around: Surroundings
    besides: int | None = None

    @property
    def book(self) -> HoursBook:
        """The staff member's hours at that time, and near it for what could be had instead."""
        return self.around.book

    @property
    def may_force(self) -> bool:
        """Whether this person could insist."""
        place = (self.known.facility_id, self.known.program_id)
        return self.actor.may(Permission.OVERRIDE_CONFLICTS, *place)


def judge(case: Case, override_reason: str | None) -> Force:
    """Let the wish pass, forced where it must be and may be, or raise what stands in the way."""
    refusal = not_working(case) or forced_in_the_way(case) or _cooling_down(case)
    if override_reason is None:
        if refusal:
            raise refusal
        return Force()
    known = case.known
    case.actor.require(Permission.OVERRIDE_CONFLICTS, known.facility_id, known.program_id)
    reason = override_reason.strip()
    if not reason:
        raise ReasonNeeded()
    in_the_way = bool(obstacles(case))
    works = case.book.covers(known.staff_id, known.facility_id, case.span)
    forced = in_the_way or not works or refusal is not None
    return Force(in_the_way, not works, reason if forced else "")


def require_still_possible(case: Case, was_forced: bool) -> bool:
    """Let a time be had again without another word, if nothing came in its way meanwhile.

    Says whether it still has to be forced. What was forced before may be so again only by who has
    the right. Raises `SlotTaken`.
    """
    if was_forced and case.may_force:
        return bool(obstacles(case))
    if was_forced and obstacles(case):
        refuse_taken(case)
    if refusal := forced_in_the_way(case):
        raise refusal
    return False


def require_worked(case: Case) -> None:
    """Raise `NotWorking` unless the time lies within working hours."""
    if refusal := not_working(case):
        raise refusal


def not_working(case: Case) -> TimeRefused | None:
    """What to say if the time lies outside working hours."""
    known = case.known
    try:
        require_open(
            case.book.rosters[known.staff_id], known.facility_id, case.span, clock24=known.clock24
        )
    except OutsideHours as refused:
        message = f"{known.staff_name}: {refused.message}"
        return NotWorking(message, nearest_free(case), case.may_force)
    return None


def forced_in_the_way(case: Case) -> TimeRefused | None:
    """What to say if an appointment that the constraints do not speak about has the time."""
    if not case.around.forced_near:
        return None
    found = obstacles(case, forced_only=True)
    if not found:
        return None
    return SlotTaken(
        conflicts.sentence(case.known, found, case.span), nearest_free(case), case.may_force
    )


def refuse_taken(case: Case) -> NoReturn:
    """Say who has the time and when there is another one."""
    message = conflicts.sentence(case.known, obstacles(case), case.span)
    raise SlotTaken(message, nearest_free(case), case.may_force)


def obstacles(case: Case, forced_only: bool = False) -> list[conflicts.Obstacle]:
    """The appointments in the way, of the staff member or the customer, earliest first."""
    return conflicts.obstacles(
        case.session,
        case.actor,
        case.known,
        case.known.occupied(case.span),
        case.besides,
        forced_only,
    )


def nearest_free(case: Case) -> tuple[FreeTime, ...]:
    """What could be had instead."""
    return conflicts.nearest_free(case.session, case.known, case.span, case.book, case.besides)


def _cooling_down(case: Case) -> TimeRefused | None:
    known = case.known
    day = local_day(case.span.start, known.zone)
    near = conflicts.near_of_program(case.session, known, day, day, case.besides)
    if not near:
        return None
    days = known.minimum_days_between
    message = (
        f"{known.program_name} needs {days} {'day' if days == 1 else 'days'} between appointments,"
        f" and {known.customer_name} has one on {near[0]:%B} {near[0].day}."
    )
    return CoolingDown(message, nearest_free(case), case.may_force)
