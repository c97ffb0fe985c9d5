"""Keeping stock for somebody, and what becomes of it: given out, given back or set free.

Every function speaks of one holder at one facility, whose own row the caller has locked: that is
what makes each step happen once. Quantities are whole pieces by item, bundles taken apart already.
All or nothing: if one item is short, nothing is kept of any.
"""

from collections.abc import Mapping

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.foundation.db import straight
from securecare.inventory import movements, shelf
from securecare.inventory.errors import Shortage, StockShort
from securecare.inventory.movements import Holder, Movement
from securecare.inventory.shelf import Shelf

Pieces = Mapping[int, int]
"""How many pieces, by the id of the item."""

_HELD = text(
    "SELECT item_id, quantity FROM reservation WHERE organization_id = :organization"
    " AND holder = :holder AND holder_id = :holder_id AND facility_id = :facility"
)
# What was given out and not yet taken back, at the costs it was counted at.
_GIVEN = text(
    "SELECT item_id, wholesale_cents, retail_cents, -sum(on_hand_change) AS pieces"
    " FROM stock_movement WHERE organization_id = :organization"
    " AND holder = :holder AND holder_id = :holder_id AND facility_id = :facility"
    " AND kind IN ('committed', 'returned')"
    " GROUP BY item_id, wholesale_cents, retail_cents HAVING sum(on_hand_change) < 0"
    " ORDER BY item_id, wholesale_cents, retail_cents"
)


def held(session: Session, actor: Actor, holder: Holder, facility_id: int) -> dict[int, int]:
    """What is kept for the holder there."""
    return dict(straight(session, _HELD, _of(actor, holder, facility_id)))  # type: ignore[arg-type]


def keep(session: Session, actor: Actor, holder: Holder, facility_id: int, wanted: Pieces) -> None:
    """Make what is kept for the holder be exactly `wanted`; what is no longer wanted is set free.

    Raises `StockShort` with every item of which less is available than is wanted.
    """
    shelves = _shelves(session, actor, holder, facility_id, wanted)
    _require_enough(shelves, wanted)
    movements.add(session, actor, _kept(shelves, wanted), holder=holder)


def commit(session: Session, actor: Actor, holder: Holder, facility_id: int, given: Pieces) -> None:
    """Take what was really given out from the shelf, and set the rest of what was kept free.

    More than was kept is taken only if it is available: else `StockShort`, and nothing is done.
    """
    shelves = _shelves(session, actor, holder, facility_id, given)
    _require_enough(shelves, given)
    out = [
        each.movement("committed", -given[item_id], -given[item_id])
        for item_id, each in shelves.items()
        if given.get(item_id)
    ]
    movements.add(session, actor, [*_kept(shelves, given), *out], holder=holder)


def release(session: Session, actor: Actor, holder: Holder, facility_id: int) -> None:
    """Set free all that is kept for the holder."""
    keep(session, actor, holder, facility_id, {})


def give_back(session: Session, actor: Actor, holder: Holder, facility_id: int) -> dict[int, int]:
    """Put back on the shelf what was given out, at the costs it was counted at.

    Reports so forget the session as if it had not been held, whatever the items cost by now.
    Gives the pieces that came back.
    """
    rows = session.execute(_GIVEN, _of(actor, holder, facility_id)).all()
    shelf.lock(session, actor.organization_id, facility_id, {row.item_id for row in rows}, holder)
    back = [
        Movement(
            facility_id,
            row.item_id,
            "returned",
            row.wholesale_cents,
            row.retail_cents,
            on_hand_change=int(row.pieces),
        )
        for row in rows
    ]
    movements.add(session, actor, back, holder=holder)
    pieces: dict[int, int] = {}
    for each in back:
        pieces[each.item_id] = pieces.get(each.item_id, 0) + each.on_hand_change
    return pieces


def _shelves(
    session: Session, actor: Actor, holder: Holder, facility_id: int, wanted: Pieces
) -> dict[int, Shelf]:
    items = {item_id for item_id, pieces in wanted.items() if pieces} | set(
        held(session, actor, holder, facility_id)
    )
    if not items:
        return {}
    return shelf.lock(session, actor.organization_id, facility_id, items, holder)


def _require_enough(shelves: Mapping[int, Shelf], wanted: Pieces) -> None:
    short = [
        Shortage(item_id, each.name, wanted[item_id], each.on_hand, each.reserved_by_others)
        for item_id, each in shelves.items()
        if wanted.get(item_id, 0) > each.on_hand - each.reserved_by_others
    ]
    if short:
        raise StockShort(sorted(short, key=lambda each: each.name))


def _kept(shelves: Mapping[int, Shelf], wanted: Pieces) -> list[Movement]:
    kept: list[Movement] = []
    for item_id, each in shelves.items():
        more = wanted.get(item_id, 0) - each.held
        if more:
            kind = "reserved" if more > 0 else "released"
            kept.append(each.movement(kind, reserved_change=more))
    return kept


def _of(actor: Actor, holder: Holder, facility_id: int) -> dict[str, object]:
    return {
        "organization": actor.organization_id,
        "holder": holder.kind,
        "holder_id": holder.id,
        "facility": facility_id,
    }
