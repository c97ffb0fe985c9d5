"""Keeping stock for somebody, and what becomes of it: given out, given back or set free.

Every function speaks of one holder at one facility, whose own row the caller has locked: that is
what makes each step happen once. Quantities are whole pieces by item, bundles taken apart already.
All or nothing: if one item is short, nothing is kept of any.
"""

import json
from collections.abc import Mapping

import psycopg
from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.foundation import clock
from securecare.foundation.db import REFUSED, straight, straight_at_last
from securecare.inventory import movements, shelf
from securecare.inventory.errors import Shortage, StockShort
from securecare.inventory.movements import Holder, Movement

Pieces = Mapping[int, int]
"""How many pieces, by the id of the item."""

# In one statement, because everybody who wants the same items waits for it. The lock is taken
# before anything is judged: what it waited for is read as it has become. Not FOR UPDATE, which would
# make movements of other transactions wait that refer to the row. What is short is refused.
_SET = text(f"""
    WITH kept AS MATERIALIZED (
        SELECT item_id, quantity FROM reservation
         WHERE organization_id = :organization AND holder = :holder AND holder_id = :holder_id
           AND facility_id = :facility),
    wanted AS MATERIALIZED (
        SELECT coalesce(asked.item_id, kept.item_id) AS item_id,
               coalesce(asked.pieces, 0) AS pieces, coalesce(kept.quantity, 0) AS held
          FROM (SELECT key::bigint, value::int FROM jsonb_each_text(CAST(:wanted AS jsonb)))
               AS asked(item_id, pieces)
          FULL JOIN kept ON kept.item_id = asked.item_id),
    queued AS MATERIALIZED ({shelf.QUEUED}),
    locked AS MATERIALIZED (
        SELECT item_id, on_hand, reserved FROM stock
         WHERE organization_id = :organization AND facility_id = :facility
           AND item_id = ANY(ARRAY(SELECT item_id FROM wanted))
           AND (SELECT number FROM queued) > 0
         ORDER BY item_id FOR NO KEY UPDATE),
    shelf AS MATERIALIZED (
        SELECT wanted.item_id, item.name, wanted.pieces, wanted.held,
               coalesce(locked.on_hand, 0) AS on_hand,
               coalesce(locked.reserved, 0) - wanted.held AS reserved_by_others,
               item.wholesale_cents, item.retail_cents
          FROM wanted
          LEFT JOIN locked ON locked.item_id = wanted.item_id
          LEFT JOIN item ON item.organization_id = :organization AND item.id = wanted.item_id),
    short AS MATERIALIZED (
        SELECT item_id, name, pieces, on_hand, reserved_by_others FROM shelf
         WHERE name IS NULL OR pieces > on_hand - reserved_by_others),
    moved AS (
        INSERT INTO stock_movement (organization_id, facility_id, item_id, kind, on_hand_change,
                    reserved_change, wholesale_cents, retail_cents, reason, holder, holder_id,
                    account_id, at)
        SELECT :organization, :facility, item_id, step.kind, step.on_hand, step.reserved,
               wholesale_cents, retail_cents, '', :holder, :holder_id, :account,
               CAST(:at AS timestamptz)
          FROM shelf,
               LATERAL (VALUES
                   (1, CASE WHEN pieces > held THEN 'reserved' ELSE 'released' END, 0,
                    pieces - held, pieces <> held),
                   (2, 'committed', -pieces, -pieces, CAST(:takes AS boolean) AND pieces > 0))
               AS step(number, kind, on_hand, reserved, due)
         WHERE step.due AND NOT EXISTS (SELECT FROM short)
         ORDER BY item_id, step.number)
    SELECT refuse(jsonb_agg(jsonb_build_array(item_id, name, pieces, on_hand, reserved_by_others)
                            ORDER BY name))
      FROM short HAVING count(*) > 0
""")  # noqa: S608  (nothing but constants)
# What was given out and not yet taken back, at the costs it was counted at.
_GIVEN = text(
    "SELECT item_id, wholesale_cents, retail_cents, -sum(on_hand_change) AS pieces"
    " FROM stock_movement WHERE organization_id = :organization"
    " AND holder = :holder AND holder_id = :holder_id AND facility_id = :facility"
    " AND kind IN ('committed', 'returned')"
    " GROUP BY item_id, wholesale_cents, retail_cents HAVING sum(on_hand_change) < 0"
    " ORDER BY item_id, wholesale_cents, retail_cents"
)


def keep(
    session: Session,
    actor: Actor,
    holder: Holder,
    facility_id: int,
    wanted: Pieces,
    *,
    ends: bool = False,
) -> None:
    """Make what is kept for the holder be exactly `wanted`; what is no longer wanted is set free.

    With `ends`, the transaction is committed along with it. Raises `StockShort` with every item of which less is available than is wanted.
    """
    _set(session, actor, holder, facility_id, wanted, takes=False, ends=ends)


def commit(session: Session, actor: Actor, holder: Holder, facility_id: int, given: Pieces) -> None:
    """Take what was really given out from the shelf, and set the rest of what was kept free.

    More than was kept is taken only if it is available: else `StockShort`, and nothing is done.
    """
    _set(session, actor, holder, facility_id, given, takes=True)


def release(session: Session, actor: Actor, holder: Holder, facility_id: int) -> None:
    """Set free all that is kept for the holder."""
    keep(session, actor, holder, facility_id, {})


def give_back(session: Session, actor: Actor, holder: Holder, facility_id: int) -> dict[int, int]:
    """Put back on the shelf what was given out, at the costs it was counted at.

    Reports so forget the session as if it had not been held, whatever the items cost by now.
    Gives the pieces that came back.
    """
    rows = session.execute(_GIVEN, _of(actor, holder, facility_id)).all()
    shelf.lock(session, actor.organization_id, facility_id, {row.item_id for row in rows})
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


def _set(
    session: Session,
    actor: Actor,
    holder: Holder,
    facility_id: int,
    wanted: Pieces,
    *,
    takes: bool,
    ends: bool = False,
) -> None:
    """Keep just that for the holder, and then take it from the shelf, or do nothing at all."""
    ask = straight_at_last if ends else straight
    asked = {str(item_id): pieces for item_id, pieces in wanted.items() if pieces}
    values = _of(actor, holder, facility_id) | {
        "wanted": asked,
        "account": actor.account_id,
        "at": clock.now(),
        "takes": takes,
    }
    try:
        ask(session, _SET, values)
    except psycopg.Error as error:
        if error.sqlstate != REFUSED:
            raise
        short = [Shortage(*each) for each in json.loads(error.diag.message_detail or "[]")]
        if any(each.name is None for each in short):
            raise NotFound("An item") from None
        raise StockShort(short) from None


def _of(actor: Actor, holder: Holder, facility_id: int) -> dict[str, object]:
    return {
        "organization": actor.organization_id,
        "holder": holder.kind,
        "holder_id": holder.id,
        "facility": facility_id,
    }
