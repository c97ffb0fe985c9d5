"""Everything of a case by time, what is noted of it and the customer's leaves in one."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.casework import cases, entries, goals
from securecare.casework.models import KINDS, CareCase
from securecare.customers import absences, days
from securecare.customers.absences import AbsenceListed
from securecare.foundation import audit

PAGE = 25
_COLUMNS = """
    SELECT e.id, e.kind, e.at, e.staff_id, coalesce(s.name, '') AS staff, e.title, e.minutes,
           e.quantity, e.version_id, coalesce(v.name, '') AS form, v.number, e.score, v.lowest,
           v.highest, e.goal_id, e.result, e.due_on, e.status, e.reason, e.public_id, e.sealed,
           e.root_id, e.struck, coalesce(who.name, '') AS by, e.made_at
      FROM case_entry e
      LEFT JOIN staff s ON s.id = e.staff_id
      LEFT JOIN assessment_version v ON v.id = e.version_id
      LEFT JOIN account who ON who.id = e.account_id
"""
_STANDING = """
     WHERE e.organization_id = :organization AND e.case_id = :case{of_kind}
       AND (CAST(:before AS timestamptz) IS NULL OR (e.at, e.id) < (:before, :before_id))
       AND NOT EXISTS (SELECT FROM case_entry later WHERE later.corrects_id = e.id)
     ORDER BY e.at DESC, e.id DESC LIMIT :most
"""
_PAGE = text(_COLUMNS + _STANDING.format(of_kind=""))
# The latest of each kind stand together in an index, however many others there are.
_PAGE_OF_KINDS = text(f"""{_COLUMNS}
     WHERE e.id IN (
           SELECT latest.id FROM unnest(CAST(:kinds AS varchar[])) AS wanted (kind)
            CROSS JOIN LATERAL (
                  SELECT e.id FROM case_entry e
                  {_STANDING.format(of_kind=" AND e.kind = wanted.kind")}) AS latest)
     ORDER BY e.at DESC, e.id DESC LIMIT :most
""")  # noqa: S608  both halves stand above
_FORMER = text(
    _COLUMNS
    + """
     WHERE e.organization_id = :organization AND e.case_id = :case
       AND (e.id = :root OR e.root_id = :root)
     ORDER BY e.id DESC
"""
)
_ONE = text(
    _COLUMNS + " WHERE e.organization_id = :organization AND e.case_id = :case AND e.id = :id"
)
_SUMS = text("""
    SELECT count(*) AS times, coalesce(sum(e.minutes), 0) AS minutes
      FROM case_entry e
     WHERE e.organization_id = :organization AND e.case_id = :case AND e.kind = 'service'
       AND NOT e.struck
       AND NOT EXISTS (SELECT FROM case_entry later
                        WHERE later.organization_id = :organization AND later.case_id = :case
                          AND later.corrects_id = e.id)
""")
_INTAKE = text(
    _COLUMNS
    + """
     WHERE e.organization_id = :organization AND e.case_id = :case AND e.kind = 'intake'
       AND NOT EXISTS (SELECT FROM case_entry later WHERE later.corrects_id = e.id)
     LIMIT 1
"""
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log as it reads now."""

    id: int
    kind: str
    at: datetime
    staff_id: int | None
    staff: str
    title: str
    minutes: int | None
    quantity: int | None
    version_id: int | None
    form: str
    number: int | None
    score: int | None
    lowest: int | None
    highest: int | None
    goal_id: int | None
    result: str
    due_on: date | None
    status: str
    reason: str
    struck: bool
    root_id: int | None
    """Of the row that stood there first, if this one took its place."""
    by: str
    made_at: datetime
    said: entries.Said
    goal: str = ""
    """The words of the goal that an outcome is about."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: the next one begins after it."""

    at: datetime
    id: int
    is_leave: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the timeline, the latest first, and where the next one begins, if there is one."""

    lines: tuple[Entry | AbsenceListed, ...]
    next: Place | None


@dataclass(frozen=True, slots=True)
class Sums:
    """What was given in a case altogether."""

    services: int
    minutes: int


def page(
    session: Session,
    actor: Actor,
    customer_id: int,
    case_id: int,
    kinds: tuple[str, ...] = (),
    before: Place | None = None,
    most: int = PAGE,
    *,
    noted: bool = False,
) -> Page:
    """A page of what happened in a case, the latest first. Raises `NotFound`.

    `kinds` are those of entries, and "absence"; none means all of them. With `noted` the trail
    keeps that the case was read.
    """
    case = cases.of(session, actor, customer_id, case_id)
    if noted:
        audit.record(session, actor, "case.read", case)
    wanted = [kind for kind in kinds if kind in KINDS]
    lines: list[Entry | AbsenceListed] = []
    if not kinds or wanted:
        lines += _entries(session, actor, case_id, wanted, before, most + 1)
    if not kinds or "absence" in kinds:
        lines += _leaves(session, actor, case, before, most + 1)
    lines.sort(key=_order, reverse=True)
    shown, more = lines[:most], len(lines) > most
    return Page(tuple(shown), _place(shown[-1]) if more and shown else None)


def intake(session: Session, actor: Actor, customer_id: int, case_id: int) -> Entry:
    """What was said when the case was begun, as it reads now. Raises `NotFound`."""
    cases.of(session, actor, customer_id, case_id)
    asked = {"organization": actor.organization_id, "case": case_id}
    return _entry(session.execute(_INTAKE, asked).one())


def one(session: Session, actor: Actor, customer_id: int, case_id: int, entry_id: int) -> Entry:
    """One line of the log. Raises `NotFound`."""
    cases.of(session, actor, customer_id, case_id)
    asked = {"organization": actor.organization_id, "case": case_id, "id": entry_id}
    row = session.execute(_ONE, asked).one_or_none()
    if row is None:
        raise NotFound("This entry")
    return _entry(row)


def former(
    session: Session,
    actor: Actor,
    customer_id: int,
    case_id: int,
    root_id: int,
    *,
    noted: bool = True,
) -> list[Entry]:
    """Everything an entry ever read, as it reads now first; that it was looked at is noted.

    Raises `NotFound`.
    """
    case = cases.of(session, actor, customer_id, case_id)
    asked = {"organization": actor.organization_id, "case": case_id, "root": root_id}
    found = [_entry(row) for row in session.execute(_FORMER, asked)]
    if not found:
        raise NotFound("This entry")
    if noted:
        audit.record(session, actor, "case.corrections_read", case, entry_id=root_id)
    return found


def sums(session: Session, actor: Actor, customer_id: int, case_id: int) -> Sums:
    """How many services were given in a case, and how long they took. Raises `NotFound`."""
    cases.of(session, actor, customer_id, case_id)
    asked = {"organization": actor.organization_id, "case": case_id}
    return Sums(*session.execute(_SUMS, asked).one())


def _entries(
    session: Session,
    actor: Actor,
    case_id: int,
    kinds: list[str],
    before: Place | None,
    most: int,
) -> list[Entry]:
    asked = {
        "organization": actor.organization_id,
        "case": case_id,
        "before": before.at if before else None,
        # Of one moment entries come before leaves: after a leave there are none left of it.
        "before_id": before.id if before and not before.is_leave else 0,
        "most": most,
    }
    statement = _PAGE_OF_KINDS if kinds else _PAGE
    rows = session.execute(statement, asked | ({"kinds": kinds} if kinds else {}))
    found = [_entry(row) for row in rows]
    about = {each.goal_id for each in found if each.goal_id is not None}
    words = goals.words_of(session, actor, case_id, about)
    return [replace(each, goal=words.get(each.goal_id or 0, "")) for each in found]


def _leaves(
    session: Session, actor: Actor, case: CareCase, before: Place | None, most: int
) -> list[AbsenceListed]:
    zone = days.zone(session)
    since = datetime.combine(case.intake_on, time(0), zone)
    until = case.status_at if case.status == "closed" else None
    after = None
    if before is not None:
        after = (before.at, before.id if before.is_leave else 2**62)
    return absences.within(
        session, actor, case.customer_id, case.program_id, since, until, after, most
    )


def _entry(row: Any) -> Entry:
    return Entry(
        row.id,
        row.kind,
        row.at,
        row.staff_id,
        row.staff,
        row.title,
        row.minutes,
        row.quantity,
        row.version_id,
        row.form,
        row.number,
        row.score,
        row.lowest,
        row.highest,
        row.goal_id,
        row.result or "",
        row.due_on,
        row.status or "",
        row.reason,
        row.struck,
        row.root_id,
        row.by,
        row.made_at,
        entries.opened(row),
    )


def _order(line: Entry | AbsenceListed) -> tuple[datetime, bool, int]:
    if isinstance(line, Entry):
        return line.at, True, line.id
    return line.starts_at, False, line.id


def _place(line: Entry | AbsenceListed) -> Place:
    at, is_entry, id_ = _order(line)
    return Place(at, id_, not is_entry)
