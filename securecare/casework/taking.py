"""Assessments taken within a case, each with the version of the form it was asked with."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.casework import cases, entries, forms
from securecare.casework.definitions import Answer
from securecare.casework.forms import Version
from securecare.foundation.forms import Complaints, require_none

MOST = 120
"""How many scores of one form a chart shows, the latest ones."""
_FORMS = text("""
    SELECT v.form_id, f.name, count(*) AS times
      FROM case_entry e
      JOIN assessment_version v ON v.id = e.version_id
      JOIN assessment_form f ON f.id = v.form_id
     WHERE e.organization_id = :organization AND e.case_id = :case AND e.kind = 'assessment'
       AND NOT e.struck
       AND NOT EXISTS (SELECT FROM case_entry later
                        WHERE later.organization_id = :organization AND later.case_id = :case
                          AND later.corrects_id = e.id)
     GROUP BY v.form_id, f.name ORDER BY f.name
""")
_SCORES = text("""
    SELECT e.id, e.at, e.score, v.number, v.lowest, v.highest, v.definition ->> 'better' AS better
      FROM case_entry e JOIN assessment_version v ON v.id = e.version_id
     WHERE e.organization_id = :organization AND e.case_id = :case AND e.kind = 'assessment'
       AND v.form_id = :form AND NOT e.struck
       AND NOT EXISTS (SELECT FROM case_entry later WHERE later.corrects_id = e.id)
     ORDER BY e.at DESC, e.id DESC LIMIT :most
""")


@dataclass(frozen=True, slots=True)
class TakenForm:
    """Answers as they are entered, one for each question of the version."""

    on: date
    version_id: int
    answers: tuple[Answer, ...]
    note: str = ""
    staff_id: int | None = None
    form_key: uuid.UUID | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """A form that a case was assessed with."""

    form_id: int
    name: str
    times: int


@dataclass(frozen=True, slots=True)
class Score:
    """What one assessment came to."""

    entry_id: int
    at: datetime
    score: int
    number: int
    """Of the version it was asked with."""
    lowest: int
    highest: int
    better: str


def asked(session: Session, actor: Actor, customer_id: int, case_id: int) -> list[Asked]:
    """With which forms a case was assessed, by name. Raises `NotFound`."""
    cases.of(session, actor, customer_id, case_id)
    values = {"organization": actor.organization_id, "case": case_id}
    return [Asked(*row) for row in session.execute(_FORMS, values)]


def scores(
    session: Session, actor: Actor, customer_id: int, case_id: int, form_id: int
) -> list[Score]:
    """What the latest `MOST` assessments with a form came to, the first one first.

    Raises `NotFound`.
    """
    cases.of(session, actor, customer_id, case_id)
    values = {
        "organization": actor.organization_id,
        "case": case_id,
        "form": form_id,
        "most": MOST,
    }
    return [Score(*row) for row in session.execute(_SCORES, values)][::-1]


def take(session: Session, actor: Actor, customer_id: int, case_id: int, form: TakenForm) -> int:
    """Note an assessment for good; what it comes to is found from its version.

    A version that was followed by another while it was being filled in still counts: the answers
    were given to its questions. Raises `NotFound`, `NotAccepted` or `CaseClosed`.
    """
    case = cases.of(session, actor, customer_id, case_id, Permission.EDIT_CASES, lock=True)
    version = forms.version(session, actor, form.version_id)
    require_none(
        complaints(version, form)
        | entries.complaints_of_day(session, case, form.on, "on")
        | entries.complaints_of_staff(session, actor, form.staff_id)
    )
    draft = _draft(version, form, entries.moment(session, form.on))
    return entries.add(session, actor, case, draft)


def correct(
    session: Session,
    actor: Actor,
    customer_id: int,
    case_id: int,
    entry_id: int,
    form: TakenForm,
    why: str,
) -> int:
    """Put answers right, within the version they were given to; what stood there stays readable.

    Raises `NotFound`, `NotAccepted` or `Overtaken`.
    """
    case = cases.of(session, actor, customer_id, case_id, Permission.EDIT_CASES, lock=True)
    former = entries.standing(session, case, entry_id, "assessment")
    version = forms.version(session, actor, former.version_id or 0)
    require_none(
        complaints(version, form)
        | entries.complaints_of_day(session, case, form.on, "on")
        | entries.complaints_of_staff(session, actor, form.staff_id, former)
        | entries.complaints_of_reason(why)
    )
    draft = _draft(version, form, entries.kept_moment(session, form.on, former))
    return entries.correct(session, actor, case, former, draft, why)


def complaints(version: Version, form: TakenForm) -> Complaints:
    """What cannot stay as it is, by field; answers by "answer.0" and so on."""
    wrong = version.definition.unanswered(form.answers)
    found: Complaints = {f"answer.{number}": said for number, said in wrong.items()}
    entries.complain_of_prose(found, "note", form.note)
    return found


def _draft(version: Version, form: TakenForm, at: datetime) -> entries.Draft:
    answers = form.answers[: len(version.definition.questions)]
    return entries.Draft(
        "assessment",
        at,
        {"answers": list(answers), "note": form.note.strip()},
        staff_id=form.staff_id,
        version_id=version.id,
        score=version.definition.score(answers),
        form_key=form.form_key,
    )
