"""Cases of some of the demo's customers with all that was done, written by the product's own verbs."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor, Grant
from securecare.access.roles import Role
from securecare.casework import cases, forms, goals, services, standing, taking
from securecare.casework.cases import CaseForm
from securecare.casework.definitions import Answer, Question
from securecare.casework.forms import FormForm, Version
from securecare.casework.goals import GoalForm, OutcomeForm
from securecare.casework.services import ServiceForm
from securecare.casework.standing import MoveForm
from securecare.casework.taking import TakenForm
from securecare.customers import days
from securecare.demo.stories import ROOF, ROOF_LATER, STORIES, WEEK, WORRIES, Story
from securecare.foundation import clock

CUSTOMERS = 14
_LATER = 60
"""So many days ago one of the forms was published anew."""
_WISHES = (
    "A quiet hour to fill in the forms.",
    "That somebody comes along.",
    "A call before Friday.",
)
_PLACES = text("""
    SELECT c.id, coalesce(
           (SELECT facility_id FROM appointment WHERE customer_id = c.id
             GROUP BY facility_id ORDER BY count(*) DESC, facility_id LIMIT 1),
           (SELECT min(id) FROM facility WHERE organization_id = c.organization_id)) AS facility_id
      FROM customer c WHERE c.organization_id = :id ORDER BY c.number LIMIT :most
""")
_SERVED = text("""
    SELECT c.id, a.facility_id FROM customer c
      JOIN LATERAL (SELECT facility_id FROM appointment
                     WHERE customer_id = c.id AND program_id = :program LIMIT 1) a ON true
     WHERE c.organization_id = :id
       AND NOT EXISTS (SELECT FROM care_case WHERE customer_id = c.id)
     ORDER BY c.number LIMIT 3
""")
_PROGRAM = text("""
    SELECT id FROM program WHERE organization_id = :id ORDER BY name <> :name, id LIMIT 1
""")
_SERVING = text("""
    SELECT s.id FROM staff s
      LEFT JOIN program_staff p ON p.staff_id = s.id AND p.program_id = :program
     WHERE s.organization_id = :id AND s.active
     ORDER BY p.program_id IS NULL, s.facility_id <> :facility, s.id LIMIT 3
""")


@dataclass(slots=True)
class _Writer:
    """Somebody of the staff who notes it all, day by day."""

    session: Session
    actor: Actor
    dice: Random
    now: datetime
    versions: dict[str, list[tuple[datetime, Version]]] = field(default_factory=dict)

    def publish(self) -> None:
        """The forms, one of which asks one thing more since a while."""
        begun = self.now - timedelta(days=max(story.days_ago for story in STORIES) + 30)
        ids = {form.name: self._published(form, None, 1, begun) for form in (ROOF, WEEK, WORRIES)}
        again = self.now - timedelta(days=_LATER)
        with clock.frozen(again, everywhere=False):
            forms.change(self.session, self.actor, ids[ROOF.name], 2, ROOF_LATER)
        self._published(ROOF_LATER, ids[ROOF.name], 3, again)

    def _published(self, form: FormForm, form_id: int | None, version: int, at: datetime) -> int:
        with clock.frozen(at, everywhere=False):
            id_ = form_id or forms.add(self.session, self.actor, form)
            forms.publish(self.session, self.actor, id_, version)
        latest = forms.versions(self.session, self.actor, id_)[0]
        self.versions.setdefault(form.name, []).append((at, latest))
        return id_

    def program(self, story: Story) -> int:
        """The program of a story, or another one where there is none of that name."""
        wanted = {"id": self.actor.organization_id, "name": story.program}
        return self.session.execute(_PROGRAM, wanted).scalar_one()

    def case(self, customer_id: int, facility_id: int, story: Story, shift: int) -> None:
        """A whole case, moved by a few days so that not all begin alike."""
        begun = self.now - timedelta(days=story.days_ago - shift)
        program_id = self.program(story)
        places = {
            "id": self.actor.organization_id,
            "program": program_id,
            "facility": facility_id,
        }
        staff = list(self.session.execute(_SERVING, places).scalars())
        zone = days.zone(self.session)
        form = CaseForm(
            story.title, program_id, facility_id, begun.astimezone(zone).date(), staff[0]
        )
        with clock.frozen(begun, everywhere=False):
            case = cases.begin(self.session, self.actor, customer_id, form, story.intake)
        told = _Told(self, customer_id, case, story, staff)
        plan = [*told.assessments(shift), *told.given(shift), *told.outcomes(), *told.moves()]
        last = self.now - timedelta(hours=3)
        for day, _, deed in sorted(plan, key=lambda each: each[:2]):
            at = begun + timedelta(days=day, minutes=7 * self.dice.randint(1, 40))
            if at < last:
                with clock.frozen(at, everywhere=False):
                    deed()


@dataclass(slots=True)
class _Told:
    """One case, as a list of deeds with the days on which they are done."""

    writer: _Writer
    customer: int
    case: int
    story: Story
    staff: list[int]
    goals: list[int] = field(default_factory=list)

    def moves(self):
        """When it was held, closed and reopened: first or last of what is done on that day."""
        seen = "open"
        for day, status, reason, words in self.story.moves:
            turn = 0 if status == "open" else 4
            yield day, turn, self._doing(standing.move, seen, MoveForm(status, reason, words))
            seen = status

    def assessments(self, shift: int):
        """About once a month with each form, a little better each time, now and then worse."""
        story, dice = self.story, self.writer.dice
        for form in story.forms:
            for day in range(2, story.days_ago, 24 + shift % 5):
                if not self._rests(day):
                    way = day / story.days_ago
                    level = story.first + (story.last - story.first) * way
                    yield day, 2, self._assessing(form, level + dice.uniform(-0.12, 0.1))

    def given(self, shift: int):
        """Services, about one a week."""
        day = 3
        while day < self.story.days_ago:
            if not self._rests(day):
                yield day, 2, self._serving(day + shift)
            day += self.writer.dice.randint(4, 11)

    def outcomes(self):
        """Goals set in the first days, and looked at now and then."""
        for number, (words, measure, target) in enumerate(self.story.goals):
            yield 1, 1, self._setting(words, measure, target)
            for step, day in enumerate((30 + number, 65 + number, 100 + number)):
                if day < self.story.days_ago and not self._rests(day):
                    yield day, 3, self._measuring(number, step)

    def _rests(self, day: int) -> bool:
        """Whether the case is closed or on hold on that day."""
        status = "open"
        for since, moved, *_ in self.story.moves:
            status = moved if since <= day else status
        return status != "open"

    def _doing(self, verb, *args):
        return lambda: verb(self.writer.session, self.writer.actor, self.customer, self.case, *args)

    def _today(self):
        return clock.now().astimezone(days.zone(self.writer.session)).date()

    def _setting(self, words: str, measure: str, target: str):
        def deed() -> None:
            due = self._today() + timedelta(days=self.writer.dice.randint(60, 180))
            form = GoalForm(self._today(), words, measure, target, due)
            self.goals.append(self._doing(goals.add, form)())

        return deed

    def _measuring(self, number: int, step: int):
        def deed() -> None:
            better = self.story.last > 0.7
            result = ("not_met", "partly", "met" if better else "partly")[step]
            note = ("Just begun.", "Half the way.", "As it was meant.")[step]
            form = OutcomeForm(self._today(), result, "", note)
            self._doing(goals.note, self.goals[number], form)()

        return deed

    def _serving(self, turn: int):
        def deed() -> None:
            dice = self.writer.dice
            title, note, counted = self.story.services[turn % len(self.story.services)]
            form = ServiceForm(
                self._today(),
                title,
                None if counted else dice.choice((15, 30, 45, 45, 60, 90)),
                dice.randint(1, 4) if counted else None,
                dice.choice(self.staff),
                note,
            )
            id_ = self._doing(services.add, form)()
            if dice.random() < 0.06 and not counted:
                right = ServiceForm(form.on, title, 20, None, form.staff_id, note)
                self._doing(services.correct, id_, right, "It was shorter than noted.")()

        return deed

    def _assessing(self, form: FormForm, level: float):
        def deed() -> None:
            known = self.writer.versions[form.name]
            version = [each for since, each in known if since <= clock.now()][-1]
            good = level if version.definition.better == "higher" else 1 - level
            answers = tuple(self._answer(each, good) for each in version.definition.questions)
            wish = TakenForm(self._today(), version.id, answers, "", self.staff[0])
            self._doing(taking.take, wish)()

        return deed

    def _answer(self, question: Question, level: float) -> Answer:
        dice = self.writer.dice
        if not question.choices:
            return dice.choice(_WISHES) if dice.random() < 0.4 else None
        place = (level + dice.uniform(-0.2, 0.2)) * (len(question.choices) - 1)
        return min(max(round(place), 0), len(question.choices) - 1)


def write_cases(
    session: Session, organization_id: int, account_id: int, name: str, seed: int
) -> None:
    """Forms to assess with, and cases of the first customers of an organization."""
    actor = Actor(account_id, organization_id, 0, name, (Grant(Role.MANAGER),), "")
    writer = _Writer(session, actor, Random(seed), clock.now())
    writer.publish()
    known = session.execute(_PLACES, {"id": organization_id, "most": CUSTOMERS}).all()
    for number, (customer_id, facility_id) in enumerate(known):
        writer.case(customer_id, facility_id, STORIES[number % len(STORIES)], number % 9)
        if number % 5 == 0:
            writer.case(customer_id, facility_id, STORIES[(number + 2) % len(STORIES)], number % 7)
    # Some for people who come to the program itself: who works in that one alone sees them.
    for story in (STORIES[0], STORIES[-1]):
        wanted = {"id": organization_id, "program": writer.program(story)}
        for number, (customer_id, facility_id) in enumerate(session.execute(_SERVED, wanted).all()):
            writer.case(customer_id, facility_id, story, 2 * number)
