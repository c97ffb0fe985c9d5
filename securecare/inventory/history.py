"""What became of an item: where it stands now, every movement of it, and its figures over time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation import clock
from securecare.inventory import holders
from securecare.inventory.adjustments import REASON_LABELS
from securecare.inventory.holders import Held
from securecare.organization import places

PAGE = 25
POINTS = 120
"""So many moments a chart has at most, whatever happened between them."""
LONGEST_DAYS = 3650
KIND_LABELS = {
    "received": "Received",
    "adjusted": "Adjusted",
    "transferred": "Transferred",
    "reserved": "Reserved",
    "released": "Released",
    "committed": "Given out",
    "returned": "Returned",
}


@dataclass(frozen=True, slots=True)
class AtFacility:
    """What there is of an item at one facility, and the levels that count there."""

    facility_id: int
    facility: str
    time_zone: str
    on_hand: int
    reserved: int
    minimum: int
    recommended: int
    own_levels: bool
    """Whether the levels are this facility's own, and not those of the item."""
    kept_here: bool
    """Whether the facility ever had any of it, or levels of its own."""

    @property
    def available(self) -> int:
        """What nobody has reserved."""
        return self.on_hand - self.reserved

    @property
    def mark(self) -> str:
        """ "out" where nothing is left of what should be there, "low" below the minimum, or ""."""
        if self.available >= self.minimum or not self.kept_here:
            return ""
        return "low" if self.available > 0 else "out"


@dataclass(frozen=True, slots=True)
class Moved:
    """One movement, in words. Costs are of one unit, in cents, as they were then."""

    id: int
    facility_id: int
    facility: str
    time_zone: str
    at: datetime
    kind: str
    on_hand_change: int
    reserved_change: int
    on_hand_after: int
    reserved_after: int
    wholesale_cents: int
    retail_cents: int
    who: str
    why: str
    """What it belongs to, in words."""
    note: str
    holder: str | None
    holder_id: int | None

    @property
    def change(self) -> int:
        """How many pieces came or went, or came to be reserved or free again."""
        return self.on_hand_change or self.reserved_change


@dataclass(frozen=True, slots=True)
class Point:
    """The figures as they stood at a moment."""

    at: datetime
    on_hand: int
    reserved: int

    @property
    def available(self) -> int:
        """What nobody had reserved."""
        return self.on_hand - self.reserved


_FIGURES = text("""
    SELECT f.id, f.name, f.time_zone, coalesce(s.on_hand, 0), coalesce(s.reserved, 0),
           coalesce(s.minimum_level, i.minimum_level),
           coalesce(s.recommended_level, i.recommended_level), s.minimum_level IS NOT NULL,
           s.item_id IS NOT NULL
      FROM item i
      JOIN facility f ON f.organization_id = i.organization_id
      LEFT JOIN stock s ON s.organization_id = i.organization_id
                       AND s.facility_id = f.id AND s.item_id = i.id
     WHERE i.organization_id = :organization AND i.id = :item
       AND (:everywhere OR f.id = ANY(CAST(:facilities AS bigint[])))
       AND (f.active OR s.on_hand > 0)
     ORDER BY f.name, f.id
""")


def figures(session: Session, actor: Actor, item_id: int) -> list[AtFacility]:
    """What there is at each facility within reach, by name. Raises `NotFound`."""
    reach = actor.reach(Permission.VIEW_STOCK)
    asked = {
        "organization": actor.organization_id,
        "item": item_id,
        "everywhere": reach.everywhere,
        "facilities": sorted(reach.facility_ids),
    }
    found = [AtFacility(*row) for row in session.execute(_FIGURES, asked)]
    if not found:
        raise NotFound("This item")
    return found


def kept_for(session: Session, actor: Actor, item_id: int, facility_id: int) -> list[Held]:
    """Who has pieces of it reserved at the facility, the most first. Raises `NotFound`."""
    places.facility(session, actor, facility_id, Permission.VIEW_STOCK)
    return holders.of(session, actor.organization_id, facility_id, item_id)


# The newest of each facility are found in the index, one facility after the other; only these few
# are put in order, and only what is shown is joined.
_MOVEMENTS = text("""
    SELECT m.*, f.name AS facility, f.time_zone, a.name AS who, d.kind AS document,
           d.source, d.paper, d.note, d.facility_id AS from_id, other.name AS to_name,
           origin.name AS from_name
      FROM (SELECT each.* FROM unnest(CAST(:facilities AS bigint[])) AS here
             CROSS JOIN LATERAL (
                   SELECT * FROM stock_movement
                    WHERE organization_id = :organization AND item_id = :item
                      AND facility_id = here AND id < :before AND id > :after
                    ORDER BY id DESC LIMIT :most) AS each
             ORDER BY each.id DESC LIMIT :most) AS m
      JOIN facility f ON f.id = m.facility_id
      LEFT JOIN account a ON a.id = m.account_id
      LEFT JOIN stock_document d ON d.id = m.document_id
      LEFT JOIN facility origin ON origin.id = d.facility_id
      LEFT JOIN facility other ON other.id = d.other_facility_id
     ORDER BY m.id DESC
""")
_LAST = 2**63 - 1


def movements(
    session: Session,
    actor: Actor,
    item_id: int,
    facility_id: int | None = None,
    *,
    before: int | None = None,
    after: int = 0,
    most: int = PAGE,
) -> list[Moved]:
    """What moved, the latest first; of one facility, or of all within reach.

    Only movements with ids below `before` and above `after`. Raises `NotFound`.
    """
    here = _facility_ids(session, actor, item_id, facility_id)
    asked = {
        "organization": actor.organization_id,
        "item": item_id,
        "facilities": here,
        "before": _LAST if before is None else before,
        "after": after,
        "most": most,
    }
    rows = session.execute(_MOVEMENTS, asked).all()
    named = holders.names_of(session, {(row.holder, row.holder_id) for row in rows if row.holder})
    return [_moved(row, named.get((row.holder, row.holder_id), "")) for row in rows]


def _moved(row: Any, holder: str) -> Moved:
    return Moved(
        row.id,
        row.facility_id,
        row.facility,
        row.time_zone,
        row.at,
        row.kind,
        row.on_hand_change,
        row.reserved_change,
        row.on_hand_after,
        row.reserved_after,
        row.wholesale_cents,
        row.retail_cents,
        row.who or "",
        holder or _document_in_words(row),
        row.note or "",
        row.holder,
        row.holder_id,
    )


def _document_in_words(row: Any) -> str:
    if row.document == "receipt":
        paper = f", paper {row.paper}" if row.paper else ""
        return (f"From {row.source}" if row.source else "Receipt") + paper
    if row.document == "transfer":
        return f"To {row.to_name}" if row.from_id == row.facility_id else f"From {row.from_name}"
    return REASON_LABELS.get(row.reason or "", str(row.document).capitalize())


# One row for each stretch of time in which anything happened, with how it ended and how the first
# one began: the rest follows, since figures stand still where nothing moves.
_SERIES = text("""
    SELECT facility_id, stretch, on_hand, reserved, on_hand_before, reserved_before
      FROM (SELECT facility_id, on_hand_after AS on_hand, reserved_after AS reserved,
                   on_hand_after - on_hand_change AS on_hand_before,
                   reserved_after - reserved_change AS reserved_before, stretch,
                   row_number() OVER (PARTITION BY facility_id, stretch ORDER BY id DESC) AS nth,
                   first_value(id) OVER (PARTITION BY facility_id ORDER BY id) = id AS opening
              FROM (SELECT *, floor(extract(epoch FROM at - :since) / :seconds)::int AS stretch
                      FROM stock_movement
                     WHERE organization_id = :organization AND item_id = :item
                       AND facility_id = ANY(CAST(:facilities AS bigint[])) AND at >= :since) m) m
     WHERE nth = 1 OR opening
     ORDER BY facility_id, stretch, nth DESC
""")


def series(
    session: Session, actor: Actor, item_id: int, facility_id: int | None = None, days: int = 90
) -> list[Point]:
    """The figures over the last `days`, at `POINTS` moments; all facilities within reach added up.

    Each moment shows how a stretch of time ended. Raises `NotFound`.
    """
    now = clock.now()
    since = now - timedelta(days=days)
    standing = {f.facility_id: f for f in figures(session, actor, item_id)}
    here = _facility_ids(session, actor, item_id, facility_id)
    seconds = days * 86_400 / POINTS
    rows = session.execute(
        _SERIES,
        {
            "organization": actor.organization_id,
            "item": item_id,
            "facilities": here,
            "since": since,
            "seconds": seconds,
        },
    ).all()
    totals = [[0, 0] for _ in range(POINTS + 1)]
    for each in here:
        now_there = (standing[each].on_hand, standing[each].reserved)
        own = [row for row in rows if row.facility_id == each]
        for sums, figure in zip(totals, _carried(own, now_there), strict=True):
            sums[0] += figure[0]
            sums[1] += figure[1]
    step = timedelta(seconds=seconds)
    return [Point(since + step * n, *sums) for n, sums in enumerate(totals)]


def _carried(rows: list[Any], now_there: tuple[int, int]) -> Iterable[tuple[int, int]]:
    """The figures at the beginning, and at the end of every stretch."""
    figure = (rows[0].on_hand_before, rows[0].reserved_before) if rows else now_there
    ends = {min(max(row.stretch, 0), POINTS - 1): (row.on_hand, row.reserved) for row in rows}
    yield figure
    for stretch in range(POINTS):
        figure = ends.get(stretch, figure)
        yield figure


def _facility_ids(
    session: Session, actor: Actor, item_id: int, facility_id: int | None
) -> list[int]:
    known = [each.facility_id for each in figures(session, actor, item_id)]
    if facility_id is None:
        return known
    if facility_id not in known:
        raise NotFound("This facility")
    return [facility_id]
