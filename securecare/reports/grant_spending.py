"""What grants were spent on: supplies and free lines of their sessions, and staff time counted against them.

Supplies are what left the shelves and did not come back, at the cost of that moment. Somebody whose
right to see grants ends at a facility sees what was spent there, and is told that it is not all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation import audit
from securecare.foundation.money import format_cents
from securecare.grants import grants
from securecare.grants.grants import GrantListed

KINDS = ("supplies", "free", "personnel", "fringe")
KIND_LABELS = {
    "supplies": "Supplies",
    "free": "Not from stock",
    "personnel": "Personnel",
    "fringe": "Fringe",
}
PAGE = 50


@dataclass(frozen=True, slots=True)
class Spending:
    """A grant with what was spent of it, in cents by kind."""

    grant: GrantListed
    by_kind: dict[str, int]
    is_all: bool
    """Whether the person sees every facility's."""

    @property
    def spent_cents(self) -> int:
        """All kinds together."""
        return sum(self.by_kind.values())

    @property
    def left_cents(self) -> int:
        """What may still be spent; below zero when it is overspent."""
        return self.grant.form.amount_cents - self.spent_cents


@dataclass(frozen=True, slots=True)
class SpendingLine:
    """One thing a grant was spent on."""

    held_on: date
    session_id: int
    service: str
    facility: str
    kind: str
    what: str
    detail: str
    cents: int


# Of each session; the condition on facilities is put in only where it is asked for.
_LINES = """
SELECT s.grant_id, s.held_on, s.id AS session, s.service_id, s.facility_id, 'supplies' AS kind,
       m.item_id AS item, m.wholesale_cents AS each, -sum(m.on_hand_change) AS quantity,
       '' AS said, -sum(m.on_hand_change * m.wholesale_cents) AS cents
  FROM outreach_session s
  JOIN stock_movement m ON m.organization_id = s.organization_id
   AND m.holder = 'outreach_session' AND m.holder_id = s.id
   AND m.kind IN ('committed', 'returned')
 WHERE {session} GROUP BY 1, 2, 3, 4, 5, 7, 8 HAVING sum(m.on_hand_change) <> 0
UNION ALL
SELECT s.grant_id, s.held_on, s.id, s.service_id, s.facility_id, 'free', NULL,
       l.wholesale_cents, l.given, l.description, l.given::bigint * l.wholesale_cents
  FROM outreach_session s
  JOIN session_line l ON l.session_id = s.id AND l.kind = 'free' AND l.given > 0
 WHERE {session} AND s.status = 'completed'
UNION ALL
SELECT c.grant_id, s.held_on, s.id, s.service_id, s.facility_id, c.claimed_as, NULL,
       t.rate_cents, t.minutes, staff.name, c.amount_cents
  FROM time_claim c
  JOIN staff_time t ON t.id = c.staff_time_id
  JOIN outreach_session s ON s.id = t.session_id
  JOIN staff ON staff.id = t.staff_id
 WHERE {claim}"""
# What was put out and came back at the same cost adds up to nothing, so the movements need not be
# told apart by item to be added up.
_TOTALS = """
SELECT s.grant_id, 'supplies' AS kind,
       -sum(m.on_hand_change * m.wholesale_cents)::bigint AS cents
  FROM outreach_session s
  JOIN stock_movement m ON m.organization_id = s.organization_id
   AND m.holder = 'outreach_session' AND m.holder_id = s.id
   AND m.kind IN ('committed', 'returned')
 WHERE {session} GROUP BY 1
UNION ALL
SELECT s.grant_id, 'free', sum(l.given::bigint * l.wholesale_cents)::bigint
  FROM outreach_session s
  JOIN session_line l ON l.session_id = s.id AND l.kind = 'free' AND l.given > 0
 WHERE {session} AND s.status = 'completed' GROUP BY 1
UNION ALL
SELECT c.grant_id, c.claimed_as, sum(c.amount_cents)::bigint
  FROM time_claim c
  JOIN staff_time t ON t.id = c.staff_time_id
  JOIN outreach_session s ON s.id = t.session_id
 WHERE {claim} GROUP BY 1, 2"""
_LISTED = (
    """
SELECT spent.*, service.name AS service, facility.name AS facility, item.name AS item_name,
       item.unit
  FROM ("""
    + _LINES
    + """) AS spent
  JOIN community_service service ON service.id = spent.service_id
  JOIN facility ON facility.id = spent.facility_id
  LEFT JOIN item ON item.id = spent.item
 WHERE CAST(:kind AS text) IS NULL OR kind = :kind
 ORDER BY spent.held_on DESC, spent.session DESC, kind DESC, item_name, said, each
 LIMIT :most OFFSET :skipped"""
)


def listed(session: Session, actor: Actor) -> list[Spending]:
    """All grants with what was spent of each, active ones first. Raises `NotAllowed`."""
    rows = grants.listed(session, actor)
    spent = _totals(session, actor, None)
    is_all = actor.reach(Permission.VIEW_GRANTS).everywhere
    return [Spending(row, _by_kind(spent.get(row.id, {})), is_all) for row in rows]


def of_grant(session: Session, actor: Actor, grant_id: int) -> Spending:
    """One grant. Raises `NotFound`."""
    row = grants.one(session, actor, grant_id)
    spent = _totals(session, actor, grant_id).get(grant_id, {})
    return Spending(row, _by_kind(spent), actor.reach(Permission.VIEW_GRANTS).everywhere)


def lines(
    session: Session,
    actor: Actor,
    grant_id: int,
    kind: str | None = None,
    skipped: int = 0,
    most: int = PAGE,
) -> list[SpendingLine]:
    """What the grant was spent on, the latest first, from the line after `skipped` of them.

    Raises `NotFound`.
    """
    grants.one(session, actor, grant_id)
    query, values = _asked(_LISTED, actor, grant_id)
    asked = values | {"kind": kind, "skipped": skipped, "most": most}
    return [_line(row) for row in session.execute(text(query), asked)]


def export(session: Session, actor: Actor, grant_id: int) -> tuple[Spending, list[SpendingLine]]:
    """All of it, to be taken out of the system. Audited. Raises `NotFound` or `NotAllowed`."""
    actor.require(Permission.EXPORT)
    spending = of_grant(session, actor, grant_id)
    found = lines(session, actor, grant_id, most=1_000_000)
    audit.record(session, actor, "funding_grant.exported", ("funding_grant", grant_id))
    return spending, found


def _totals(session: Session, actor: Actor, grant_id: int | None) -> dict[int, dict[str, int]]:
    query, values = _asked(_TOTALS, actor, grant_id)
    found: dict[int, dict[str, int]] = {}
    for row in session.execute(text(query), values):
        found.setdefault(row.grant_id, {})[row.kind] = row.cents
    return found


def _asked(query: str, actor: Actor, grant_id: int | None) -> tuple[str, dict[str, Any]]:
    """The query for what the person may see; made of constants of this module alone."""
    reach = actor.reach(Permission.VIEW_GRANTS)
    near = "" if reach.everywhere else " AND s.facility_id = ANY(:facilities)"
    one = "" if grant_id is None else "{}.grant_id = :grant AND "
    within = "s.organization_id = :organization AND s.grant_id IS NOT NULL"
    said = query.format(
        session=one.format("s") + within + near,
        claim=one.format("c") + "c.organization_id = :organization" + near,
    )
    values: dict[str, Any] = {"organization": actor.organization_id}
    if grant_id is not None:
        values["grant"] = grant_id
    if not reach.everywhere:
        values["facilities"] = sorted(reach.facility_ids)
    return said, values


def _by_kind(spent: Mapping[str, int]) -> dict[str, int]:
    return {kind: spent.get(kind, 0) for kind in KINDS}


def _line(row: Any) -> SpendingLine:
    return SpendingLine(
        row.held_on,
        row.session,
        row.service,
        row.facility,
        row.kind,
        row.item_name if row.kind == "supplies" else row.said,
        _detail(row),
        int(row.cents),
    )


def _detail(row: Any) -> str:
    each = format_cents(row.each)
    if row.kind in ("personnel", "fringe"):
        hours = f"{row.quantity // 60} h {row.quantity % 60:02} min"
        return f"{hours} at {each} an hour"
    return f"{row.quantity:,} × {each}"
