"""All that happens in a demo organization, around one present instant."""

from datetime import date, datetime, timedelta
from random import Random

from securecare.demo import interruptions, people
from securecare.demo.diary import Diary
from securecare.demo.plans import Away, Closed, Life, OrganizationPlan
from securecare.demo.weeks import Weeks
from securecare.scheduling.local_time import local_day


def live(plan: OrganizationPlan, now: datetime, seed: int = 1) -> Life:
    """What happens around `now`: the same for the same arguments."""
    now = now.replace(second=0, microsecond=0)
    draws = Random(f"{seed} {plan.name}")
    life = Life(plan, people.draw(plan, draws, now), _away(plan, now), _closed(plan, now))
    diary = Diary(life, Weeks(plan, life.away, life.closed), draws, now)
    diary.fill()
    interruptions.call_in_sick(life, now)
    interruptions.force(diary)
    life.visits.sort(key=lambda visit: (visit.starts_at, visit.staff))
    return life


def _today(plan: OrganizationPlan, facility: int, now: datetime) -> date:
    return local_day(now, plan.facilities[facility].time_zone)


def _away(plan: OrganizationPlan, now: datetime) -> list[Away]:
    result: list[Away] = []
    for each in plan.away:
        staff = plan.member(each.staff)
        today = _today(plan, plan.staff[staff].facility, now)
        first, last = today + timedelta(days=each.first), today + timedelta(days=each.last)
        result.append(Away(staff, first, last, each.reason, each.hours))
    return result


def _closed(plan: OrganizationPlan, now: datetime) -> list[Closed]:
    result: list[Closed] = []
    for each in plan.closed:
        day = _today(plan, each.facility, now) + timedelta(days=each.from_day)
        day += timedelta(days=(each.weekday - day.weekday()) % 7)
        result.append(Closed(each.facility, day, each.reason))
    return result
