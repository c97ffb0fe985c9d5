"""What community service gave out: per service, facility, item, grant or month, for a span of days.

Costs are those of the moment: they stand on the movements themselves, what came back is taken off,
and free lines carry their own. What an item costs today is never asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import TextClause, text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotAllowed
from securecare.access.roles import Permission
from securecare.foundation import audit

By = Literal["service", "facility", "item", "grant", "month"]
BY: tuple[By, ...] = ("service", "facility", "item", "grant", "month")
BY_LABELS: dict[By, str] = {
    "service": "Service",
    "facility": "Facility",
    "item": "Item",
    "grant": "Grant",
    "month": "Month",
}
NOT_FROM_STOCK = "Not from stock"
NO_GRANT = "No grant"
LONGEST_DAYS = 3700


@dataclass(frozen=True, slots=True)
class Question:
    """Which sessions are counted, and by what they are grouped. None and empty mean all."""

    first: date
    last: date
    by: By = "service"
    facility_id: int | None = None
    service_id: int | None = None
    item_id: int | None = None
    grant_id: int | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums. Of items there are neither people nor hours: those belong to whole sessions."""

    sessions: int = 0
    units: int = 0
    cost_cents: int = 0
    retail_cents: int = 0
    people: int | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the report; `id` is that of what it is about, 0 for none."""

    id: int
    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Report:
    """The lines, their total, and the same month by month for the chart."""

    question: Question
    rows: tuple[Row, ...]
    total: Figures
    months: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be chosen in the filters."""

    facilities: tuple[tuple[int, str], ...] = ()
    services: tuple[tuple[int, str], ...] = ()
    items: tuple[tuple[int, str], ...] = ()
    grants: tuple[tuple[int, str], ...] = ()
    by: tuple[By, ...] = field(default=BY)


_KEYS: dict[By, str] = {
    "service": "s.service_id",
    "facility": "s.facility_id",
    "item": "0",
    "grant": "coalesce(s.grant_id, 0)",
    "month": "0",
}
_MONTH = "to_char(s.held_on, 'YYYYMM')::int"
# Conditions are put in only where something is asked: a planner that must allow for "or all of
# them" expects a handful of rows and is slow with a million.
_CONDITIONS = {
    "facilities": "s.facility_id = ANY(:facilities)",
    "service": "s.service_id = :service",
    "grant": "s.grant_id = :grant",
}
_COMPLETED = (
    "s.organization_id = :organization AND s.status = 'completed'"
    " AND s.held_on BETWEEN :first AND :last"
)
_HELD = """
SELECT {key} AS key, {month} AS month, count(*) AS sessions, sum(s.people_served)::bigint AS people
  FROM outreach_session s WHERE {chosen} GROUP BY 1, 2"""
_WORKED = """
SELECT {key} AS key, {month} AS month, sum(t.minutes)::bigint AS minutes
  FROM outreach_session s
  JOIN staff_time t ON t.session_id = s.id AND t.organization_id = s.organization_id
 WHERE {chosen} GROUP BY 1, 2"""
# What left and did not come back: of each session first, so that one that gave out nothing in the
# end is not counted as having given.
_GIVEN = """
SELECT {key} AS key, {month} AS month, count(*) AS sessions, sum(given.units)::bigint AS units,
       sum(given.cost)::bigint AS cost, sum(given.retail)::bigint AS retail
  FROM (SELECT s.id, -sum(m.on_hand_change) AS units,
               -sum(m.on_hand_change * m.wholesale_cents) AS cost,
               -sum(m.on_hand_change * m.retail_cents) AS retail
          FROM outreach_session s
          JOIN stock_movement m ON m.organization_id = s.organization_id
           AND m.holder = 'outreach_session' AND m.holder_id = s.id
           AND m.kind IN ('committed', 'returned'){item}
         WHERE {chosen} GROUP BY s.id HAVING sum(m.on_hand_change) <> 0) AS given
  JOIN outreach_session s ON s.id = given.id
 GROUP BY 1, 2"""
# A session gives out an item by one movement, and takes it back by one before it gives it again.
_GIVEN_OF_EACH = """
SELECT m.item_id AS key, sum(CASE m.kind WHEN 'committed' THEN 1 ELSE -1 END)::bigint AS sessions,
       -sum(m.on_hand_change)::bigint AS units,
       -sum(m.on_hand_change * m.wholesale_cents)::bigint AS cost,
       -sum(m.on_hand_change * m.retail_cents)::bigint AS retail
  FROM outreach_session s
  JOIN stock_movement m ON m.organization_id = s.organization_id
   AND m.holder = 'outreach_session' AND m.holder_id = s.id
   AND m.kind IN ('committed', 'returned'){item}
 WHERE {chosen} GROUP BY 1 HAVING sum(m.on_hand_change) <> 0"""
_TYPED = """
SELECT key, month, count(*) AS sessions, sum(units)::bigint AS units, sum(cost)::bigint AS cost,
       sum(retail)::bigint AS retail
  FROM (SELECT s.id, {key} AS key, {month} AS month, sum(l.given) AS units,
               sum(l.given::bigint * l.wholesale_cents) AS cost,
               sum(l.given::bigint * l.retail_cents) AS retail
          FROM outreach_session s
          JOIN session_line l ON l.session_id = s.id AND l.organization_id = s.organization_id
           AND l.kind = 'free' AND l.given > 0
         WHERE {chosen} GROUP BY 1, 2, 3) AS typed
 GROUP BY 1, 2"""
_NAMES: dict[str, str] = {
    "service": "SELECT id, name FROM community_service WHERE id = ANY(:ids)",
    "facility": "SELECT id, name FROM facility WHERE id = ANY(:ids)",
    "item": "SELECT id, name FROM item WHERE id = ANY(:ids)",
    "grant": "SELECT id, name FROM funding_grant WHERE id = ANY(:ids)",
}


def read(session: Session, actor: Actor, question: Question) -> Report:
    """The report over the sessions that were completed on these days, as far as the actor may see.

    Grants are a way to group and to choose only for those who may see grants.
    Raises `NotAllowed`.
    """
    cells = _cells(session, _values(actor, question), question)
    grouped: dict[int, list[Figures]] = {}
    monthly: dict[int, list[Figures]] = {}
    for (key, month), figures in cells.items():
        monthly.setdefault(month, []).append(figures)
        grouped.setdefault(month if question.by == "month" else key, []).append(figures)
    whole = question.item_id is None
    months = {month: _together(parts, whole) for month, parts in monthly.items()}
    sums = {key: _together(parts, whole) for key, parts in grouped.items()}
    if question.by == "item":
        sums = _by_item(session, _values(actor, question), question)
    return Report(
        question,
        _named(session, question.by, sums),
        _together(list(months.values()), whole),
        _named(session, "month", months),
    )


def export(session: Session, actor: Actor, question: Question) -> Report:
    """The same, to be taken out of the system. Audited. Raises `NotAllowed`."""
    actor.require(Permission.EXPORT)
    report = read(session, actor, question)
    audit.record(
        session,
        actor,
        "outreach_report.exported",
        ("report", None),
        facility_id=question.facility_id,
        by=question.by,
        first=question.first.isoformat(),
        last=question.last.isoformat(),
    )
    return report


def choices(session: Session, actor: Actor) -> Choices:
    """What the filters offer this person."""
    actor.require(Permission.VIEW_OUTREACH)
    reach = actor.reach(Permission.VIEW_OUTREACH)
    at = None if reach.everywhere else sorted(reach.facility_ids)
    sees_grants = actor.may(Permission.VIEW_GRANTS)

    def listed(query: str) -> tuple[tuple[int, str], ...]:
        values = {"id": actor.organization_id} | ({"at": at} if ":at" in query else {})
        rows = session.execute(text(query), values)
        return tuple((row.id, row.name) for row in rows)

    return Choices(
        listed(
            "SELECT id, name FROM facility WHERE organization_id = :id"
            " AND (CAST(:at AS bigint[]) IS NULL OR id = ANY(:at)) ORDER BY name"
        ),
        listed(
            "SELECT id, name FROM community_service WHERE organization_id = :id"
            " AND (CAST(:at AS bigint[]) IS NULL OR facility_id = ANY(:at)) ORDER BY name"
        ),
        listed("SELECT id, name FROM item WHERE organization_id = :id ORDER BY name"),
        listed("SELECT id, name FROM funding_grant WHERE organization_id = :id ORDER BY name")
        if sees_grants
        else (),
        BY if sees_grants else tuple(each for each in BY if each != "grant"),
    )


def _values(actor: Actor, question: Question) -> dict[str, object]:
    actor.require(Permission.VIEW_OUTREACH)
    if question.by == "grant" or question.grant_id is not None:
        actor.require(Permission.VIEW_GRANTS)
    reach = actor.reach(Permission.VIEW_OUTREACH)
    facilities = None if reach.everywhere else reach.facility_ids
    if question.facility_id is not None:
        if not reach.covers(question.facility_id):
            raise NotAllowed
        facilities = frozenset({question.facility_id})
    return {
        "organization": actor.organization_id,
        "first": question.first,
        "last": question.last,
        "facilities": None if facilities is None else sorted(facilities),
        "service": question.service_id,
        "item": question.item_id,
        "grant": question.grant_id,
    }


Cell = tuple[int, int]
"""What the report is grouped by, and the month."""


def _cells(session: Session, values: dict[str, object], question: Question) -> dict[Cell, Figures]:
    """All sums by key and month. Asked for one item, only sessions that gave it count."""

    def ask(query: str) -> Sequence[Any]:
        return session.execute(_asked(query, question, values), values).all()

    of_item = question.item_id is not None
    found: dict[Cell, Figures] = {}
    for row in () if of_item else ask(_HELD):
        found[row.key, row.month] = Figures(row.sessions, people=row.people or 0, minutes=0)
    for row in () if of_item else ask(_WORKED):
        found[row.key, row.month] = replace(found[row.key, row.month], minutes=row.minutes)
    for row in [*ask(_GIVEN), *(() if of_item else ask(_TYPED))]:
        cell = row.key, row.month
        before = found.get(cell, Figures(row.sessions))
        found[cell] = _plus(before, row)
    return found


def _by_item(session: Session, values: dict[str, object], question: Question) -> dict[int, Figures]:
    """Sums by item; 0 stands for what was not from stock."""
    found: dict[int, Figures] = {}
    typed = () if question.item_id is not None else (_TYPED,)
    for query in (_GIVEN_OF_EACH, *typed):
        for row in session.execute(_asked(query, question, values), values):
            before = found.get(row.key, Figures())
            found[row.key] = replace(_plus(before, row), sessions=before.sessions + row.sessions)
    return found


def _asked(query: str, question: Question, values: Mapping[str, object]) -> TextClause:
    """The query with the conditions that are asked for; made of constants of this module alone."""
    asked = [said for name, said in _CONDITIONS.items() if values[name] is not None]
    return text(
        query.format(
            key=_KEYS[question.by],
            month=_MONTH,
            chosen=" AND ".join((_COMPLETED, *asked)),
            item="" if question.item_id is None else " AND m.item_id = :item",
        )
    )


def _plus(before: Figures, row: Any) -> Figures:
    return replace(
        before,
        units=before.units + row.units,
        cost_cents=before.cost_cents + row.cost,
        retail_cents=before.retail_cents + row.retail,
    )


def _together(parts: Sequence[Figures], whole_sessions: bool) -> Figures:
    return Figures(
        sum(each.sessions for each in parts),
        sum(each.units for each in parts),
        sum(each.cost_cents for each in parts),
        sum(each.retail_cents for each in parts),
        sum(each.people or 0 for each in parts) if whole_sessions else None,
        sum(each.minutes or 0 for each in parts) if whole_sessions else None,
    )


def _named(session: Session, by: str, sums: Mapping[int, Figures]) -> tuple[Row, ...]:
    if by == "month":
        return tuple(
            Row(key, f"{date(key // 100, key % 100, 1):%b %Y}", figures)
            for key, figures in sorted(sums.items())
        )
    ids = [key for key in sums if key]
    found = session.execute(text(_NAMES[by]), {"ids": ids}).all() if ids else ()
    names: Mapping[int, str] = {row.id: row.name for row in found}
    nothing = NO_GRANT if by == "grant" else NOT_FROM_STOCK
    rows = [Row(key, names.get(key, nothing), figures) for key, figures in sums.items()]
    return tuple(sorted(rows, key=lambda row: (row.id == 0, -row.figures.cost_cents, row.name)))
