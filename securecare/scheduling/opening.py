"""Whether an appointment lies within working hours, and what stands in its way if not."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from securecare.foundation.days import long_day
from securecare.foundation.errors import DomainError
from securecare.foundation.spans import Span, merged
from securecare.scheduling.availability import Roster
from securecare.scheduling.local_time import Zone, label, local_day

_MICROSECOND = timedelta(microseconds=1)


class Obstacle(StrEnum):
    """What stands in the way of an appointment."""

    CLOSED = "closed"
    DAY_OFF = "day_off"
    BREAK = "break"
    ELSEWHERE = "elsewhere"
    NO_SHIFT = "no_shift"
    BEFORE_SHIFT = "before_shift"
    AFTER_SHIFT = "after_shift"


class OutsideHours(DomainError):
    """The appointment is not within working hours; `obstacle` is the message for programs."""

    def __init__(self, message: str, obstacle: Obstacle) -> None:
        super().__init__(message, field="time")
        self.obstacle = obstacle


def is_open(roster: Roster, facility_id: int, span: Span) -> bool:
    """Whether all of `span` is working time there, across midnight too."""
    days = _days(span, roster.zones[facility_id])
    hours = merged(part for day in days for part in roster.open(facility_id, day))
    return any(part.covers(span) for part in hours)


def require_open(roster: Roster, facility_id: int, span: Span, *, clock24: bool = False) -> None:
    """Let an appointment within working hours pass, or raise `OutsideHours` saying why not.

    `span` is the appointment itself. The program's buffers are not asked about: they may spill
    over the edge of a shift or into a break, since nobody meets the customer in them.
    """
    if is_open(roster, facility_id, span):
        return
    days = _days(span, roster.zones[facility_id])
    raise (
        _closed(roster, facility_id, days)
        or _in_break(roster, facility_id, span, days, clock24)
        or _past_the_edge(roster, facility_id, span, days, clock24)
        or _no_hours(roster, facility_id, span, days)
    )


def _closed(roster: Roster, facility_id: int, days: list[date]) -> OutsideHours | None:
    for day in days:
        if roster.closed_on(facility_id, day):
            message = f"The facility is closed on {long_day(day)}."
            return OutsideHours(message, Obstacle.CLOSED)
    return None


def _in_break(
    roster: Roster, facility_id: int, span: Span, days: list[date], clock24: bool
) -> OutsideHours | None:
    for day in days:
        for pause in roster.breaks(facility_id, day):
            if pause.overlaps(span):
                times = _times(pause, roster.zones[facility_id], clock24)
                message = f"There is a break from {times} on {long_day(day)}."
                return OutsideHours(message, Obstacle.BREAK)
    return None


def _past_the_edge(
    roster: Roster, facility_id: int, span: Span, days: list[date], clock24: bool
) -> OutsideHours | None:
    """Before, between or after the shifts of a day that has some."""
    zone = roster.zones[facility_id]
    worked = merged(part for day in days for part in roster.worked(facility_id, day))
    if not worked or (roster.off_on(days[0]) and not any(part.overlaps(span) for part in worked)):
        return None
    day = long_day(days[0])
    times = " and ".join(_times(part, zone, clock24) for part in worked)
    ahead = [part for part in worked if span.start < part.start]
    behind = [part for part in worked if part.end < span.end]
    if ahead and (not behind or ahead[0].overlaps(span)):
        edge = f"starts before the shift does at {label(ahead[0].start, zone, clock24)}"
        return OutsideHours(
            f"The appointment {edge}. Working hours on {day} are {times}.", Obstacle.BEFORE_SHIFT
        )
    edge = f"ends after the shift does at {label(behind[-1].end, zone, clock24)}"
    return OutsideHours(
        f"The appointment {edge}. Working hours on {day} are {times}.", Obstacle.AFTER_SHIFT
    )


def _no_hours(roster: Roster, facility_id: int, span: Span, days: list[date]) -> OutsideHours:
    for day in days:
        if roster.off_on(day):
            return OutsideHours(f"{long_day(day)} is a day off.", Obstacle.DAY_OFF)
    day = long_day(days[0])
    if any(
        part.overlaps(span)
        for other in roster.zones
        for each in _days(span, roster.zones[other])
        for part in roster.worked(other, each)
    ):
        message = f"The staff member works at another facility at that time on {day}."
        return OutsideHours(message, Obstacle.ELSEWHERE)
    message = f"The staff member does not work at this facility on {day}."
    return OutsideHours(message, Obstacle.NO_SHIFT)


def _days(span: Span, zone: Zone) -> list[date]:
    first, last = local_day(span.start, zone), local_day(span.end - _MICROSECOND, zone)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _times(span: Span, zone: Zone, clock24: bool) -> str:
    def shown(at: datetime) -> str:
        return label(at, zone, clock24)

    return f"{shown(span.start)} to {shown(span.end)}"
