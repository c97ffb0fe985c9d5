"""What stands on a facility's shelf right now, locked for whoever is about to move it."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.errors import NotFound
from securecare.foundation.db import straight
from securecare.inventory.movements import Movement


@dataclass(frozen=True, slots=True)
class Shelf:
    """One item at one facility."""

    facility_id: int
    item_id: int
    name: str
    unit: str
    active: bool
    wholesale_cents: int
    retail_cents: int
    on_hand: int
    reserved: int

    @property
    def available(self) -> int:
        """What nobody has reserved."""
        return self.on_hand - self.reserved

    def movement(
        self, kind: str, on_hand_change: int = 0, reserved_change: int = 0, reason: str = ""
    ) -> Movement:
        """A movement of this item here, at its costs of this moment."""
        return Movement(
            self.facility_id,
            self.item_id,
            kind,
            self.wholesale_cents,
            self.retail_cents,
            on_hand_change,
            reserved_change,
            reason,
        )


QUEUED = """
    SELECT count(pg_advisory_xact_lock(hashint8(:facility), key)) AS number
      FROM (SELECT DISTINCT hashint8(item_id) AS key FROM wanted ORDER BY 1) AS shelf"""
"""Waiting for the shelves of the items in `wanted`, in turn: those who wait for a row alone are all
woken by each change of it, and whoever came last may be served first."""

# The lock is taken before anything is joined: what it waited for is read as it has become.
# Not FOR UPDATE, which would make movements of other transactions wait that refer to the row.
_LOCK = text(f"""
    WITH wanted AS (SELECT unnest(CAST(:items AS bigint[])) AS item_id),
    queued AS MATERIALIZED ({QUEUED}),
    locked AS MATERIALIZED (
        SELECT item_id, on_hand, reserved FROM stock
         WHERE organization_id = :organization AND facility_id = :facility
           AND item_id = ANY(CAST(:items AS bigint[])) AND (SELECT number FROM queued) > 0
         ORDER BY item_id FOR NO KEY UPDATE)
    SELECT item.id, item.name, item.unit, item.active, item.wholesale_cents, item.retail_cents,
           coalesce(locked.on_hand, 0) AS on_hand, coalesce(locked.reserved, 0) AS reserved
      FROM item LEFT JOIN locked ON locked.item_id = item.id
     WHERE item.organization_id = :organization AND item.id = ANY(CAST(:items AS bigint[]))
""")  # noqa: S608  (nothing but constants)


def lock(
    session: Session, organization_id: int, facility_id: int, item_ids: Collection[int]
) -> dict[int, Shelf]:
    """Each item as it stands there, kept so until the transaction ends; in the order of ids.

    Whoever needs several facilities locks them in the order of their ids. A holder's own row is
    locked before. Raises `NotFound` if an item is not the organization's.
    """
    wanted = sorted(set(item_ids))
    rows = straight(
        session,
        _LOCK,
        {
            "organization": organization_id,
            "facility": facility_id,
            "items": wanted,
        },
    )
    found = {row[0]: Shelf(facility_id, *row) for row in rows}
    if len(found) != len(wanted):
        raise NotFound("An item")
    return {item_id: found[item_id] for item_id in wanted}
