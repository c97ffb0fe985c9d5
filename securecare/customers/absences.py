"""Authorized absences: planned leaves, so that nobody who said so counts as a no-show."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select, text, true
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.customers import visibility
from securecare.customers.record_models import ABSENCE_REASONS, Absence
from securecare.foundation import audit, clock
from securecare.foundation.columns import columns_of
from securecare.foundation.forms import (
    Complaints,
    Overtaken,
    changed_fields,
    complain_of_text,
    require_none,
)
from securecare.organization import places

ABSENCE = columns_of(Absence)
REASONS = {
    "family": "Family event",
    "medical": "Medical treatment",
    "court": "Court or authority",
    "work": "Work or school",
    "travel": "Travel",
    "break": "Planned break",
    "other": "Other reason",
}
LONGEST_DAYS = 366
LONGEST = timedelta(days=LONGEST_DAYS + 1)
_LISTED = text("""
    SELECT a.id, a.starts_at, a.ends_at, a.reason, a.words, a.program_id,
           coalesce(p.name, ''), a.approver, a.approved_at, a.withdrawn_at, a.version
      FROM absence a LEFT JOIN program p ON p.id = a.program_id
     WHERE a.organization_id = :organization AND a.customer_id = :customer
       AND (:everywhere OR a.program_id IS NULL OR a.program_id = ANY(:programs))
       AND (CAST(:before AS timestamptz) IS NULL OR (a.starts_at, a.id) < (:before, :before_id))
     ORDER BY a.starts_at DESC, a.id DESC LIMIT :most
""")
_WITHIN = text("""
    SELECT a.id, a.starts_at, a.ends_at, a.reason, a.words, a.program_id,
           coalesce(p.name, ''), a.approver, a.approved_at, a.withdrawn_at, a.version
      FROM absence a LEFT JOIN program p ON p.id = a.program_id
     WHERE a.organization_id = :organization AND a.customer_id = :customer
       AND a.withdrawn_at IS NULL AND (a.program_id IS NULL OR a.program_id = :program)
       AND a.ends_at > :since AND (CAST(:until AS timestamptz) IS NULL OR a.starts_at < :until)
       AND (CAST(:before AS timestamptz) IS NULL OR (a.starts_at, a.id) < (:before, :before_id))
     ORDER BY a.starts_at DESC, a.id DESC LIMIT :most
""")


@dataclass(frozen=True, slots=True)
class AbsenceForm:
    """A leave as it is entered. Moments are aware; `program_id` None means all programs."""

    starts_at: datetime
    ends_at: datetime
    reason: str
    approver: str
    words: str = ""
    program_id: int | None = None

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        if self.ends_at <= self.starts_at:
            found["ends_at"] = "The end must come after the start."
        elif (self.ends_at - self.starts_at).days > LONGEST_DAYS:
            found["ends_at"] = "An absence can last up to a year. Add another one after that."
        if self.reason not in ABSENCE_REASONS:
            found["reason"] = "Choose a reason."
        complain_of_text(found, "approver", self.approver, "who approved it", 120)
        complain_of_text(found, "words", self.words, "details", 500, needed=False)
        return found


@dataclass(frozen=True, slots=True)
class AbsenceListed:
    """A leave as the record shows it."""

    id: int
    starts_at: datetime
    ends_at: datetime
    reason: str
    words: str
    program_id: int | None
    program: str
    approver: str
    approved_at: datetime
    withdrawn_at: datetime | None
    version: int


def listed(
    session: Session,
    actor: Actor,
    customer_id: int,
    before: tuple[datetime, int] | None = None,
    most: int = 50,
) -> list[AbsenceListed]:
    """A customer's leaves, the latest first. Raises `NotFound`.

    `before` is when the last one on the page before began, and its id.
    """
    visibility.customer(session, actor, customer_id)
    asked = {
        "organization": actor.organization_id,
        "customer": customer_id,
        "before": before[0] if before else None,
        "before_id": before[1] if before else None,
        "most": most,
        "everywhere": _sees_all_programs(actor),
        "programs": list(actor.reach(Permission.VIEW_CUSTOMERS).program_ids),
    }
    return [AbsenceListed(*row) for row in session.execute(_LISTED, asked)]


def within(
    session: Session,
    actor: Actor,
    customer_id: int,
    program_id: int,
    since: datetime,
    until: datetime | None,
    before: tuple[datetime, int] | None = None,
    most: int = 50,
) -> list[AbsenceListed]:
    """The leaves from a program that stand and touch a span, the latest first. Raises `NotFound`.

    `before` is when the last one on the page before began, and its id.
    """
    visibility.customer(session, actor, customer_id)
    asked = {
        "organization": actor.organization_id,
        "customer": customer_id,
        "program": program_id,
        "since": since,
        "until": until,
        "before": before[0] if before else None,
        "before_id": before[1] if before else None,
        "most": most,
    }
    return [AbsenceListed(*row) for row in session.execute(_WITHIN, asked)]


def add(session: Session, actor: Actor, customer_id: int, form: AbsenceForm) -> int:
    """Note a leave. Raises `NotFound` or `NotAccepted`."""
    customer = _reachable(session, actor, customer_id)
    _require_good(session, actor, form)
    _require_program(actor, form)
    row = Absence(
        organization_id=actor.organization_id,
        customer_id=customer_id,
        approved_by=actor.account_id,
        approved_at=clock.now(),
        **_columns(form),
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "absence.added", customer, program_id=form.program_id)
    return row.id or 0


def change(
    session: Session,
    actor: Actor,
    customer_id: int,
    absence_id: int,
    version: int,
    form: AbsenceForm,
) -> None:
    """Correct a leave. Raises `NotFound`, `NotAccepted` or `Overtaken`."""
    customer = _reachable(session, actor, customer_id)
    row = _of(session, actor, customer_id, absence_id)
    if row.version != version or row.withdrawn_at is not None:
        raise Overtaken(places.last_changed_by(session, "customer", customer_id))
    _require_good(session, actor, form)
    if form.program_id != row.program_id:
        _require_program(actor, form)
    changed = changed_fields(form_of(row), form)
    if changed:
        row.sqlmodel_update({**_columns(form), "version": version + 1})
        session.flush()
        audit.record(session, actor, "absence.changed", customer, fields=changed)


def withdraw(session: Session, actor: Actor, customer_id: int, absence_id: int) -> None:
    """Take a leave back: what was missed counts as missed again. Raises `NotFound`."""
    customer = _reachable(session, actor, customer_id)
    row = _of(session, actor, customer_id, absence_id)
    if row.withdrawn_at is None:
        gone = {"withdrawn_at": clock.now(), "withdrawn_by": actor.account_id}
        row.sqlmodel_update({**gone, "version": row.version + 1})
        session.flush()
        audit.record(session, actor, "absence.withdrawn", customer)


def covers(
    session: Session, organization_id: int, customer_id: int, program_id: int, at: datetime
) -> bool:
    """Whether who was expected in that program at that moment was on leave.

    An appointment that begins within a leave and was missed is an absence and not a no-show.
    """
    return bool(
        session.execute(select(covering(organization_id, customer_id, program_id, at))).scalar()
    )


def covering(
    organization_id: Any, customer_id: Any, program_id: Any, at: Any
) -> ColumnElement[bool]:
    """The same as a condition on columns, for lists: the one place where the rule stands."""
    return exists().where(
        ABSENCE.organization_id == organization_id,
        ABSENCE.customer_id == customer_id,
        ABSENCE.withdrawn_at.is_(None),
        ABSENCE.starts_at <= at,
        ABSENCE.starts_at > at - LONGEST,  # says nothing new, but bounds how far is looked
        ABSENCE.ends_at > at,
        or_(ABSENCE.program_id.is_(None), ABSENCE.program_id == program_id),
    )


def within_reach(actor: Actor) -> ColumnElement[bool]:
    """Which leaves somebody may see of a customer whom they may see.

    Who works for some programs only does not learn from a leave what else somebody takes part in.
    """
    if _sees_all_programs(actor):
        return true()
    programs = actor.reach(Permission.VIEW_CUSTOMERS).program_ids
    return or_(ABSENCE.program_id.is_(None), ABSENCE.program_id.in_(programs))


def _sees_all_programs(actor: Actor) -> bool:
    reach = actor.reach(Permission.VIEW_CUSTOMERS)
    return reach.everywhere or bool(reach.facility_ids)  # at a facility, any program may run


def _sees(actor: Actor, program_id: int | None) -> bool:
    """The same for one leave."""
    programs = actor.reach(Permission.VIEW_CUSTOMERS).program_ids
    return program_id is None or program_id in programs or _sees_all_programs(actor)


def _require_program(actor: Actor, form: AbsenceForm) -> None:
    if not _sees(actor, form.program_id):
        require_none({"program_id": "Choose one of your programs, or all of them."})


def form_of(row: Absence) -> AbsenceForm:
    """The leave as noted now."""
    return AbsenceForm(
        row.starts_at, row.ends_at, row.reason, row.approver, row.words, row.program_id
    )


def _require_good(session: Session, actor: Actor, form: AbsenceForm) -> None:
    found = form.complaints()
    if form.program_id is not None:
        known = session.execute(
            text("SELECT FROM program WHERE organization_id = :organization AND id = :id"),
            {"organization": actor.organization_id, "id": form.program_id},
        )
        if known.first() is None:
            found["program_id"] = "Choose one of your programs, or all of them."
    require_none(found)


def _reachable(session: Session, actor: Actor, customer_id: int):
    actor.require(Permission.EDIT_CUSTOMERS)
    return visibility.customer(session, actor, customer_id, Permission.EDIT_CUSTOMERS)


def _of(session: Session, actor: Actor, customer_id: int, absence_id: int) -> Absence:
    """The row, held; what the actor may not see is not there for them to change either."""
    row = session.get(Absence, absence_id, with_for_update=True, populate_existing=True)
    if row is None or row.customer_id != customer_id or not _sees(actor, row.program_id):
        raise NotFound("This absence")
    return row


def _columns(form: AbsenceForm) -> dict[str, object]:
    return {
        "starts_at": form.starts_at,
        "ends_at": form.ends_at,
        "reason": form.reason,
        "words": " ".join(form.words.split()),
        "approver": " ".join(form.approver.split()),
        "program_id": form.program_id,
    }
