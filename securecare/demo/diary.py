"""Who came when, and who will: an organization's appointments from its weeks and its people.

Days are filled as a front desk would fill them: each person's working time from morning to
evening, with one of their programs and somebody who is free, mostly of their own caseload. What
the rules forbid does not happen, but for what was forced and says so.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from securecare.demo import outcomes
from securecare.demo.plans import Life, ProgramPlan, Visit
from securecare.demo.weeks import Weeks
from securecare.foundation.spans import Span
from securecare.scheduling.local_time import local_day, minute_of_day

DAYS_BACK = 30
DAYS_AHEAD = 30
CASELOAD = 45
VISITS_A_DAY = 2
FULL = 0.84
"""How far demand reaches the share of time that people would like to be booked."""
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Opening:
    """Working time of one staff member without a break, to be filled."""

    span: Span
    staff: int
    facility: int


class Diary:
    """Fills the appointments of a `Life`, in the order of time."""

    def __init__(self, life: Life, weeks: Weeks, draws: Random, now: datetime) -> None:
        self.life, self.plan, self.weeks, self.draws, self.now = life, life.plan, weeks, draws, now
        self.zones = [facility.time_zone for facility in self.plan.facilities]
        self.free_from: dict[int, datetime] = {}
        self.busy: dict[int, list[Visit]] = {}
        self.seen: dict[tuple[int, int], date] = {}
        self.regulars = [
            [place for place, person in enumerate(life.people) if person.facility == facility]
            for facility in range(len(self.plan.facilities))
        ]
        self.caseloads: dict[tuple[int, int], list[int]] = {}

    def fill(self) -> None:
        """Fill all working time from `DAYS_BACK` to `DAYS_AHEAD`."""
        today = local_day(self.now, self.zones[0])
        first, last = today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD)
        openings = [
            _Opening(each.span, staff, each.facility_id)
            for staff in range(len(self.plan.staff))
            for each in self.weeks.hours(staff, first, last)
        ]
        for opening in sorted(openings, key=lambda each: (each.span.start, each.staff)):
            self._fill(opening)

    def _fill(self, opening: _Opening) -> None:
        """From its start to its end, with a pause wherever nobody happened to book."""
        member, at = self.plan.staff[opening.staff], opening.span.start
        while True:
            program = self._program(member.programs)
            start = self._start(opening, program, at)
            end = start + self.plan.programs[program].duration * _MINUTE
            if end > opening.span.end:
                return
            if self.draws.random() > member.busy * self._demand(start):
                at = start + self.draws.choice((15, 30, 30, 45)) * _MINUTE
                continue
            visit = self._visit(opening, program, Span(start, end))
            if visit is None:
                at = start + 30 * _MINUTE
                continue
            at = self._keep(visit)

    def _keep(self, visit: Visit) -> datetime:
        """Add the visit; gives the time from which the staff member may be booked again."""
        self.add(visit)
        if visit.status == "cancelled" and self.draws.random() < 0.5:
            return visit.starts_at  # somebody else gets the time
        self.free_from[visit.staff] = visit.occupied_to
        return visit.occupied_to

    def add(self, visit: Visit) -> None:
        """Write the visit down for its customer."""
        self.life.visits.append(visit)
        self.seen[visit.customer, visit.program] = visit.local_day
        if visit.holds_time:
            self.busy.setdefault(visit.customer, []).append(visit)

    def give_to_somebody(self, visit: Visit) -> bool:
        """Make it the visit of a customer of the facility who may have it, if there is one."""
        for customer in self.draws.sample(self.regulars[visit.facility], 40):
            if self._may_come(customer, visit):
                visit.customer = customer
                return True
        return False

    def _program(self, served: tuple[str, ...]) -> int:
        chosen = served[0] if self.draws.random() < 0.65 else self.draws.choice(served)
        return self.plan.program(chosen)

    def _start(self, opening: _Opening, program: int, at: datetime) -> datetime:
        """The first start on the program's step, the buffer before it clear of what was booked."""
        rule = self.plan.programs[program]
        free = self.free_from.get(opening.staff)
        if free is not None:
            at = max(at, free + rule.before * _MINUTE)
        at = max(at, opening.span.start)
        past = minute_of_day(at, self.zones[opening.facility]) % rule.step
        return at + (rule.step - past) * _MINUTE if past else at

    def _demand(self, at: datetime) -> float:
        """Full until the end of next week, thinner the further ahead."""
        days = (at - self.now).days
        return FULL if days <= 9 else max(FULL - (days - 9) * 0.022, 0.45)

    def _visit(self, opening: _Opening, program: int, span: Span) -> Visit | None:
        visit = self._draft(opening, program, span)
        for customer in self._candidates(opening):
            if self._may_come(customer, visit):
                visit.customer = customer
                self._tell(visit)
                return visit
        return None

    def _draft(self, opening: _Opening, program: int, span: Span) -> Visit:
        rule = self.plan.programs[program]
        occupied = span.widened(rule.before * _MINUTE, rule.after * _MINUTE)
        return Visit(
            facility=opening.facility,
            program=program,
            staff=opening.staff,
            customer=-1,
            starts_at=span.start,
            ends_at=span.end,
            occupied_from=occupied.start,
            occupied_to=occupied.end,
            local_day=local_day(span.start, self.zones[opening.facility]),
            made_at=self.now,
        )

    def _candidates(self, opening: _Opening) -> list[int]:
        """Some of the own caseload, then anybody who comes to this facility."""
        place, everybody = (opening.staff, opening.facility), self.regulars[opening.facility]
        if place not in self.caseloads:
            self.caseloads[place] = self.draws.sample(everybody, min(CASELOAD, len(everybody)))
        own = self.draws.choices(self.caseloads[place], k=8)
        return own + self.draws.choices(everybody, k=16)

    def _may_come(self, customer: int, visit: Visit) -> bool:
        """Whether the rules let this customer have the visit."""
        others = self.busy.get(customer, ())
        if any(
            each.occupied_from < visit.occupied_to and visit.occupied_from < each.occupied_to
            for each in others
        ):
            return False
        if sum(each.local_day == visit.local_day for each in others) >= VISITS_A_DAY:
            return False
        last = self.seen.get((customer, visit.program))
        rest = max(self.plan.programs[visit.program].days_between, 1)
        return last is None or abs((visit.local_day - last).days) >= rest

    def _tell(self, visit: Visit) -> None:
        """When it was booked, what became of it, and what the customer was told."""
        visit.made_at = outcomes.made_at(visit, self.draws, self.now)
        visit.status = outcomes.status(visit, self.draws, self.now, self.zones[visit.facility])
        visit.public_note = self._note(self.plan.programs[visit.program])

    def _note(self, program: ProgramPlan) -> str:
        told = program.notes and self.draws.random() < 0.14
        return self.draws.choice(program.notes) if told else ""
