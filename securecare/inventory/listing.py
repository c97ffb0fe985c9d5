"""The list of items with what there is of each, at one facility or at all that one may see."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.organization import places

PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """What part of the list: words of the name, number, barcode or category; a facility, or all."""

    words: str = ""
    facility_id: int | None = None
    category: str = ""
    low_only: bool = False
    retired_too: bool = False
    page: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """An item with its figures. `low_at` counts the facilities where it is below its minimum."""

    id: int
    sku: str
    name: str
    unit: str
    category: str
    active: bool
    wholesale_cents: int
    retail_cents: int
    on_hand: int
    reserved: int
    low_at: int
    empty_at: int
    """How many of those have nothing available at all."""
    minimum_level: int
    recommended_level: int

    @property
    def available(self) -> int:
        """What nobody has reserved."""
        return self.on_hand - self.reserved


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list."""

    rows: tuple[Listed, ...]
    more: bool


# Low is counted by facility: two that have too little are not made up for by a third's plenty.
# Levels are those of the facility where it has its own.
_FIGURES = """
      FROM item i
      LEFT JOIN LATERAL (
           SELECT sum(s.on_hand)::int AS on_hand, sum(s.reserved)::int AS reserved,
                  count(*) FILTER (WHERE s.on_hand - s.reserved < level.minimum)::int AS low_at,
                  count(*) FILTER (WHERE s.on_hand <= s.reserved AND level.minimum > 0)::int
                      AS empty_at,
                  sum(level.minimum)::int AS minimum, sum(level.recommended)::int AS recommended
             FROM stock s, LATERAL (
                  SELECT coalesce(s.minimum_level, i.minimum_level) AS minimum,
                         coalesce(s.recommended_level, i.recommended_level) AS recommended) level
            WHERE s.organization_id = i.organization_id AND s.item_id = i.id
              AND (:everywhere OR s.facility_id = ANY(CAST(:facilities AS bigint[])))
      ) f ON true
     WHERE i.organization_id = :organization
"""
_COLUMNS = """
    SELECT i.id, i.sku, i.name, i.unit, i.category, i.active, i.wholesale_cents, i.retail_cents,
           coalesce(f.on_hand, 0), coalesce(f.reserved, 0), coalesce(f.low_at, 0),
           coalesce(f.empty_at, 0), coalesce(f.minimum, i.minimum_level),
           coalesce(f.recommended, i.recommended_level)
"""
# Constant texts, put together here; what people say only ever comes as a parameter.
_PAGE = text(f"""
    {_COLUMNS} {_FIGURES}
       AND (i.active OR :retired)
       AND (:category = '' OR i.category = :category)
       AND (NOT :low OR coalesce(f.low_at, 0) > 0)
       AND (SELECT coalesce(bool_and(
                strpos(lower(i.name || ' ' || i.sku || ' ' || i.barcode || ' ' || i.category), word)
                > 0), true)
              FROM unnest(CAST(:words AS text[])) AS word)
     ORDER BY i.name, i.id LIMIT :most OFFSET :skip
""")  # noqa: S608
_THESE = text(f"{_COLUMNS} {_FIGURES} AND i.id = ANY(CAST(:items AS bigint[]))")


def page(session: Session, actor: Actor, wanted: Wanted) -> Page:
    """A page of items, by name. Raises `NotFound` for a facility out of reach."""
    rows = session.execute(
        _PAGE,
        {
            **_where(session, actor, wanted.facility_id),
            "retired": wanted.retired_too,
            "category": wanted.category,
            "low": wanted.low_only,
            "words": wanted.words.lower().split()[:8],
            "most": PAGE + 1,
            "skip": wanted.page * PAGE,
        },
    )
    found = [Listed(*row) for row in rows]
    return Page(tuple(found[:PAGE]), len(found) > PAGE)


def these(
    session: Session, actor: Actor, item_ids: Collection[int], facility_id: int | None
) -> dict[int, Listed]:
    """The same of some items only, as when their figures changed."""
    asked = {**_where(session, actor, facility_id), "items": sorted(item_ids)}
    return {row[0]: Listed(*row) for row in session.execute(_THESE, asked)}


def _where(session: Session, actor: Actor, facility_id: int | None) -> dict[str, Any]:
    reach = actor.reach(Permission.VIEW_STOCK)
    if reach.nowhere:
        raise NotFound("The stock")
    if facility_id is not None:
        places.facility(session, actor, facility_id, Permission.VIEW_STOCK)
        return {
            "organization": actor.organization_id,
            "everywhere": False,
            "facilities": [facility_id],
        }
    return {
        "organization": actor.organization_id,
        "everywhere": reach.everywhere,
        "facilities": sorted(reach.facility_ids),
    }
