"""What may be put onto a session: items and bundles found by words, number or barcode."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.inventory import bundles, finding

MOST_FOUND = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """An item or a bundle, with the most there is of it at the facility."""

    kind: str
    id: int
    name: str
    detail: str
    """The unit of an item, the pieces of a bundle."""
    available: int


# A word may begin anywhere in a name: people look for "blanket" among fleece blankets.
_ITEMS = text("""
    SELECT i.id, i.name, i.unit, coalesce(s.on_hand - s.reserved, 0) AS available
      FROM item i
      LEFT JOIN stock s ON s.organization_id = i.organization_id
                       AND s.facility_id = :facility AND s.item_id = i.id
     WHERE i.organization_id = :organization AND i.active
       AND (lower(i.name) LIKE ALL(CAST(:parts AS text[])) OR lower(i.sku) = :words
            OR i.barcode = :words)
     ORDER BY coalesce(s.on_hand, 0) = 0, lower(i.name), i.id LIMIT :most
""")


def found(session: Session, actor: Actor, facility_id: int, words: str) -> list[Choice]:
    """At most a few bundles and items that answer the words, bundles first. Raises `NotFound`."""
    _require(actor, facility_id)
    typed = words.casefold().split()
    if not typed:
        return []
    listed = [
        Choice("bundle", each.id, each.name, _pieces(each.components), each.available)
        for each in bundles.listing(session, actor, facility_id)
        if each.active and all(word in each.name.casefold() for word in typed)
    ]
    rows = session.execute(
        _ITEMS,
        {
            "organization": actor.organization_id,
            "facility": facility_id,
            "parts": [f"%{_plainly(word)}%" for word in typed],
            "words": " ".join(typed),
            "most": MOST_FOUND,
        },
    )
    items = [Choice("item", *row) for row in rows]
    return [*listed[: MOST_FOUND // 2], *items][:MOST_FOUND]


def scanned(session: Session, actor: Actor, facility_id: int, code: str) -> int:
    """The id of the item with that barcode or number. Raises `NotFound` or `NothingScanned`."""
    _require(actor, facility_id)
    return finding.by_code(session, actor.organization_id, code)


def _require(actor: Actor, facility_id: int) -> None:
    if not actor.may(Permission.RUN_OUTREACH, facility_id):
        raise NotFound("This facility")


def _plainly(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _pieces(components: Collection[bundles.ComponentListed]) -> str:
    return ", ".join(
        each.name if each.quantity == 1 else f"{each.quantity} {each.name}" for each in components
    )
