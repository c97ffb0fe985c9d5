"""The permanent log of a case: what every kind of entry in it has in common.

Nothing in it is ever changed. Who corrects an entry adds a row that takes its place and says why;
what stood there before can still be read. An entry that was never right is struck the same way.
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, select

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.casework.models import SEALED_ENTRY, CareCase, CaseEntry
from securecare.customers import days
from securecare.foundation import audit, clock
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import (
    Complaints,
    Overtaken,
    complain_of_text,
    refused_by,
    require_none,
)

Said = dict[str, Any]
"""What was said in words, and answers: sealed as one."""
PROSE = 4000
CORRECTED_ONCE = "case_entry_corrected_once"
_SAME_FORM = text("SELECT id FROM case_entry WHERE form_key = :key")
_FOLLOWED_BY = text("""
    SELECT coalesce(a.name, '') FROM case_entry e LEFT JOIN account a ON a.id = e.account_id
     WHERE e.corrects_id = :id
""")
_ON_STAFF = text("""
    SELECT active FROM staff WHERE organization_id = :organization AND id = :staff
""")


class CaseClosed(DomainError):
    """Nothing is added to a closed case."""

    def __init__(self) -> None:
        super().__init__("This case is closed. Reopen it to add to it.")


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry about to be written; which columns it needs depends on its kind."""

    kind: str
    at: datetime
    said: Said
    staff_id: int | None = None
    title: str = ""
    minutes: int | None = None
    quantity: int | None = None
    version_id: int | None = None
    score: int | None = None
    goal_id: int | None = None
    result: str | None = None
    due_on: date | None = None
    status: str | None = None
    reason: str = ""
    form_key: uuid.UUID | None = field(default=None, compare=False)


def write(session: Session, actor: Actor, case: CareCase, draft: Draft, **follows: Any) -> int:
    """Add a row to the log and return its id."""
    row = CaseEntry(
        organization_id=actor.organization_id,
        case_id=case.id or 0,
        account_id=actor.account_id,
        made_at=clock.now(),
        sealed=b"",
        **{name: getattr(draft, name) for name in Draft.__slots__ if name != "said"},
        **follows,
    )
    said = json.dumps(draft.said, ensure_ascii=False, separators=(",", ":"))
    row.sealed = SEALED_ENTRY.seal(said, row.public_id)
    session.add(row)
    session.flush()
    return row.id or 0


def add(session: Session, actor: Actor, case: CareCase, draft: Draft) -> int:
    """Note something in a case that is not closed; the same form sent twice notes it once.

    The case must be locked. Raises `CaseClosed`.
    """
    if draft.form_key is not None:
        known = session.execute(_SAME_FORM, {"key": draft.form_key}).scalar()
        if known is not None:
            return known
    if case.status == "closed":
        raise CaseClosed
    id_ = write(session, actor, case, draft)
    audit.record(session, actor, f"case.{draft.kind}_added", case, entry_id=id_)
    return id_


def correct(
    session: Session,
    actor: Actor,
    case: CareCase,
    former: CaseEntry,
    draft: Draft,
    why: str,
    *,
    struck: bool = False,
) -> int:
    """Put a row in the place of another, which stays readable. Raises `Overtaken`."""
    if not struck and not former.struck and said_in(former) == draft.said and _same(former, draft):
        return former.id or 0
    draft = replace(draft, said={**draft.said, "why": " ".join(why.split())})
    with refused_by(CORRECTED_ONCE, Overtaken()):
        id_ = write(
            session,
            actor,
            case,
            draft,
            corrects_id=former.id,
            root_id=former.root_id or former.id,
            struck=struck,
        )
    action = f"case.{draft.kind}_{'struck' if struck else 'corrected'}"
    audit.record(session, actor, action, case, entry_id=id_)
    return id_


def strike(session: Session, actor: Actor, case: CareCase, entry_id: int, why: str) -> None:
    """Say that an entry was never right: it counts no more, and stays readable.

    Raises `NotFound`, `NotAccepted` or `Overtaken`.
    """
    former = standing(session, case, entry_id, "service", "assessment", "goal", "outcome")
    require_none(complaints_of_reason(why))
    if not former.struck:
        copied = {
            name: getattr(former, name)
            for name in Draft.__slots__
            if name not in ("said", "form_key")
        }
        correct(
            session, actor, case, former, Draft(said=said_in(former), **copied), why, struck=True
        )


def standing(session: Session, case: CareCase, entry_id: int, *kinds: str) -> CaseEntry:
    """The entry, if it is of this case and nothing has taken its place.

    Raises `NotFound`, or `Overtaken` where something has.
    """
    query = select(CaseEntry).where(CaseEntry.id == entry_id, CaseEntry.case_id == case.id)
    row = session.exec(query).one_or_none()
    if row is None or row.kind not in kinds:
        raise NotFound("This entry")
    followed = session.execute(_FOLLOWED_BY, {"id": entry_id}).first()
    if followed is not None:
        raise Overtaken(followed[0])
    return row


def said_in(row: Any) -> Said:
    """What was said in an entry, and not why it was corrected."""
    said = opened(row)
    said.pop("why", None)
    return said


def opened(row: Any) -> Said:
    """Everything that is sealed in an entry."""
    return json.loads(SEALED_ENTRY.open(row.sealed, row.public_id))


def moment(session: Session, on: date) -> datetime:
    """A day as a place in the log: now, if it is today, and else the middle of that day there."""
    zone = days.zone(session)
    if on == clock.now().astimezone(zone).date():
        return clock.now()
    return datetime.combine(on, time(12), zone)


def kept_moment(session: Session, on: date, former: CaseEntry) -> datetime:
    """The same for a correction: an entry that stays on its day keeps its place."""
    if former.at.astimezone(days.zone(session)).date() == on:
        return former.at
    return moment(session, on)


def complaints_of_day(session: Session, case: CareCase, on: date, field_name: str) -> Complaints:
    """Whether the day lies within the case."""
    if on > days.today(session):
        return {field_name: "This day is still to come."}
    if on < case.intake_on:
        begun = f"{case.intake_on:%b} {case.intake_on.day}, {case.intake_on.year}"
        return {field_name: f"The case began on {begun}. Choose that day or a later one."}
    return {}


def complaints_of_staff(
    session: Session, actor: Actor, staff_id: int | None, former: CaseEntry | None = None
) -> Complaints:
    """Whether that is somebody of the staff, or was when it was noted first."""
    if staff_id is None or (former is not None and former.staff_id == staff_id):
        return {}
    asked: Mapping[str, Any] = {"organization": actor.organization_id, "staff": staff_id}
    if not session.execute(_ON_STAFF, asked).scalar():
        return {"staff_id": "Choose somebody who is on the active staff."}
    return {}


def complain_of_prose(
    found: Complaints, name: str, said: str, most: int | None = None, what: str = ""
) -> None:
    """Note it if a text of several lines is missing where `what` is needed, too long, or odd."""
    most = most or PROSE
    if what and not said.strip():
        found[name] = f"Enter {what}."
    elif len(said) > most:
        found[name] = f"Keep this to {most} characters; it has {len(said)}."
    elif any(ord(each) < 32 and each not in "\n\t\r" for each in said):
        found[name] = "Remove invisible characters."


def complaints_of_reason(why: str) -> Complaints:
    """Whether it was said why."""
    found: Complaints = {}
    complain_of_text(found, "why", why, "the reason", 300)
    return found


def _same(former: CaseEntry, draft: Draft) -> bool:
    return all(
        getattr(former, name) == getattr(draft, name)
        for name in Draft.__slots__
        if name not in ("said", "form_key")
    )
