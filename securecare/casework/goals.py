"""Goals of a case, how each is measured, and what came of it."""

import json
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.casework import cases, entries
from securecare.casework.models import RESULTS, CareCase
from securecare.foundation.forms import Complaints, complain_of_text, require_none

RESULT_LABELS = {"met": "Met", "partly": "Partly met", "not_met": "Not met"}
FARTHEST = timedelta(days=10 * 366)
MOST = 40
# Not `coalesce` where a row is looked for: beneath row-level security no index is found by what it gives.
_LISTED = text("""
    SELECT g.id, coalesce(g.root_id, g.id) AS goal_id, g.at, g.due_on, g.public_id, g.sealed,
           o.result, o.at AS result_at, o.public_id AS result_public_id, o.sealed AS result_sealed
      FROM case_entry g
      LEFT JOIN LATERAL (
           SELECT result, at, public_id, sealed FROM case_entry o
            WHERE o.goal_id = CASE WHEN g.root_id IS NULL THEN g.id ELSE g.root_id END
              AND NOT o.struck
              AND NOT EXISTS (SELECT FROM case_entry later WHERE later.corrects_id = o.id)
            ORDER BY o.at DESC, o.id DESC LIMIT 1) o ON true
     WHERE g.organization_id = :organization AND g.case_id = :case AND g.kind = 'goal'
       AND NOT g.struck
       AND NOT EXISTS (SELECT FROM case_entry later WHERE later.corrects_id = g.id)
     ORDER BY g.at DESC, g.id DESC LIMIT :most
""")
_STANDS = text("""
    SELECT FROM case_entry g
     WHERE g.case_id = :case AND g.kind = 'goal' AND NOT g.struck
       AND (g.id = :goal AND g.root_id IS NULL OR g.root_id = :goal)
       AND NOT EXISTS (SELECT FROM case_entry later WHERE later.corrects_id = g.id)
""")
_WORDS = text("""
    SELECT coalesce(g.root_id, g.id) AS goal_id, g.public_id, g.sealed FROM case_entry g
     WHERE g.organization_id = :organization AND g.case_id = :case AND g.kind = 'goal'
       AND (g.id = ANY(:goals) OR g.root_id = ANY(:goals))
       AND NOT EXISTS (SELECT FROM case_entry later WHERE later.corrects_id = g.id)
""")


@dataclass(frozen=True, slots=True)
class GoalForm:
    """A goal as it is entered."""

    on: date
    words: str
    measure: str = ""
    target: str = ""
    due_on: date | None = None
    form_key: uuid.UUID | None = field(default=None, compare=False)

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        complain_of_text(found, "words", self.words, "the goal", 200)
        complain_of_text(found, "measure", self.measure, "how it is measured", 200, needed=False)
        complain_of_text(found, "target", self.target, "the target", 100, needed=False)
        if self.due_on and self.due_on < self.on:
            found["due_on"] = "This day lies before the goal was set."
        elif self.due_on and self.due_on > self.on + FARTHEST:
            found["due_on"] = "Ten years at most: set a goal that is nearer."
        return found


@dataclass(frozen=True, slots=True)
class OutcomeForm:
    """What came of a goal by a certain day."""

    on: date
    result: str
    value: str = ""
    note: str = ""
    form_key: uuid.UUID | None = field(default=None, compare=False)

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        if self.result not in RESULTS:
            found["result"] = "Choose how far it was reached."
        complain_of_text(found, "value", self.value, "the value", 100, needed=False)
        entries.complain_of_prose(found, "note", self.note)
        return found


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal as it reads now, and what came of it last."""

    id: int
    """Of the goal, however often its words were corrected."""
    entry_id: int
    """Of the row that reads so."""
    at: datetime
    words: str
    measure: str
    target: str
    due_on: date | None
    result: str
    """"" while nothing is noted."""
    result_at: datetime | None
    value: str


def listed(session: Session, actor: Actor, customer_id: int, case_id: int) -> list[Goal]:
    """The goals of a case, the latest first, at most `MOST`. Raises `NotFound`."""
    cases.of(session, actor, customer_id, case_id)
    asked = {"organization": actor.organization_id, "case": case_id, "most": MOST}
    found = []
    for row in session.execute(_LISTED, asked):
        said = entries.opened(row)
        value = ""
        if row.result is not None:
            outcome = entries.SEALED_ENTRY.open(row.result_sealed, row.result_public_id)
            value = json.loads(outcome).get("value", "")
        found.append(
            Goal(
                row.goal_id,
                row.id,
                row.at,
                said["words"],
                said["measure"],
                said["target"],
                row.due_on,
                row.result or "",
                row.result_at,
                value,
            )
        )
    return found


def words_of(session: Session, actor: Actor, case_id: int, goals: set[int]) -> dict[int, str]:
    """How goals of a case that the actor has open read now, by id."""
    if not goals:
        return {}
    asked = {"organization": actor.organization_id, "case": case_id, "goals": list(goals)}
    return {row.goal_id: entries.opened(row)["words"] for row in session.execute(_WORDS, asked)}


def add(session: Session, actor: Actor, customer_id: int, case_id: int, form: GoalForm) -> int:
    """Set a goal. Raises `NotFound`, `NotAccepted` or `CaseClosed`."""
    case = cases.of(session, actor, customer_id, case_id, Permission.EDIT_CASES, lock=True)
    require_none(form.complaints() | entries.complaints_of_day(session, case, form.on, "on"))
    draft = _goal(form, entries.moment(session, form.on))
    return entries.add(session, actor, case, draft)


def correct(
    session: Session,
    actor: Actor,
    customer_id: int,
    case_id: int,
    entry_id: int,
    form: GoalForm,
    why: str,
) -> int:
    """Word a goal anew; what was noted of it goes on counting. Raises as `add`, or `Overtaken`."""
    case = cases.of(session, actor, customer_id, case_id, Permission.EDIT_CASES, lock=True)
    former = entries.standing(session, case, entry_id, "goal")
    require_none(
        form.complaints()
        | entries.complaints_of_day(session, case, form.on, "on")
        | entries.complaints_of_reason(why)
    )
    draft = _goal(form, entries.kept_moment(session, form.on, former))
    return entries.correct(session, actor, case, former, draft, why)


def note(
    session: Session, actor: Actor, customer_id: int, case_id: int, goal_id: int, form: OutcomeForm
) -> int:
    """Note what came of a goal by a certain day. Raises `NotFound`, `NotAccepted`, `CaseClosed`."""
    case = cases.of(session, actor, customer_id, case_id, Permission.EDIT_CASES, lock=True)
    _require_goal(session, case, goal_id)
    require_none(form.complaints() | entries.complaints_of_day(session, case, form.on, "on"))
    draft = _outcome(form, entries.moment(session, form.on), goal_id)
    return entries.add(session, actor, case, draft)


def correct_outcome(
    session: Session,
    actor: Actor,
    customer_id: int,
    case_id: int,
    entry_id: int,
    form: OutcomeForm,
    why: str,
) -> int:
    """Put right what came of a goal. Raises `NotFound`, `NotAccepted` or `Overtaken`."""
    case = cases.of(session, actor, customer_id, case_id, Permission.EDIT_CASES, lock=True)
    former = entries.standing(session, case, entry_id, "outcome")
    require_none(
        form.complaints()
        | entries.complaints_of_day(session, case, form.on, "on")
        | entries.complaints_of_reason(why)
    )
    at = entries.kept_moment(session, form.on, former)
    return entries.correct(
        session, actor, case, former, _outcome(form, at, former.goal_id or 0), why
    )


def _require_goal(session: Session, case: CareCase, goal_id: int) -> None:
    if session.execute(_STANDS, {"case": case.id, "goal": goal_id}).first() is None:
        raise NotFound("This goal")


def _goal(form: GoalForm, at: datetime) -> entries.Draft:
    said = {name: " ".join(getattr(form, name).split()) for name in ("words", "measure", "target")}
    return entries.Draft("goal", at, said, due_on=form.due_on, form_key=form.form_key)


def _outcome(form: OutcomeForm, at: datetime, goal_id: int) -> entries.Draft:
    return entries.Draft(
        "outcome",
        at,
        {"value": " ".join(form.value.split()), "note": form.note.strip()},
        goal_id=goal_id,
        result=form.result,
        form_key=form.form_key,
    )
