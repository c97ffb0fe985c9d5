"""Working time of the demo's staff, by the same rules as everywhere else in the product."""

from collections.abc import Sequence
from datetime import date
from itertools import chain

from securecare.demo.plans import Away, Closed, HoursPlan, OrganizationPlan
from securecare.foundation.spans import Span
from securecare.scheduling.availability import (
    Closure,
    OpenSpan,
    Roster,
    StaffException,
    WeeklyShift,
    working_hours_between,
)
from securecare.scheduling.opening import is_open


class Weeks:
    """Everybody's shifts and exceptions; facilities and staff are places in the plan's lists."""

    def __init__(
        self, plan: OrganizationPlan, away: Sequence[Away], closed: Sequence[Closed]
    ) -> None:
        zones = {n: facility.time_zone for n, facility in enumerate(plan.facilities)}
        closures = [Closure(each.facility, each.day, each.day) for each in closed]
        self.rosters = [
            Roster(
                list(chain.from_iterable(map(_shifts, member.hours))),
                [_exception(each) for each in away if each.staff == place],
                closures,
                zones,  # pyright: ignore[reportArgumentType]
            )
            for place, member in enumerate(plan.staff)
        ]

    def hours(self, staff: int, first: date, last: date) -> list[OpenSpan]:
        """One person's working time, breaks taken out."""
        week = self.rosters[staff]
        return working_hours_between(
            first, last, week.shifts, week.exceptions, week.closures, week.zones
        )

    def covers(self, staff: int, facility: int, span: Span) -> bool:
        """Whether the person works there all that time."""
        return is_open(self.rosters[staff], facility, span)


def _shifts(hours: HoursPlan) -> list[WeeklyShift]:
    return [
        WeeklyShift(hours.facility, weekday, hours.starts, hours.ends, hours.breaks)
        for weekday in hours.weekdays
    ]


def _exception(away: Away) -> StaffException:
    if away.hours is None:
        return StaffException(away.first, away.last, "off")
    return StaffException(
        away.first,
        away.last,
        "hours",
        away.hours.facility,
        away.hours.starts,
        away.hours.ends,
    )
