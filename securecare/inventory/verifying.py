"""Proof that stock is the sum of what happened to it. For the owner of the tables, over all of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session

MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """A figure that is not what its movements say."""

    what: str
    organization_id: int
    facility_id: int
    item_id: int

    def __str__(self) -> str:
        """For whoever runs the proof."""
        return (
            f"{self.what}: organization {self.organization_id}, facility {self.facility_id},"
            f" item {self.item_id}"
        )


_SUMS = text("""
    SELECT coalesce(s.organization_id, m.organization_id),
           coalesce(s.facility_id, m.facility_id), coalesce(s.item_id, m.item_id)
      FROM stock s FULL JOIN (
           SELECT organization_id, facility_id, item_id,
                  sum(on_hand_change) AS on_hand, sum(reserved_change) AS reserved
             FROM stock_movement GROUP BY 1, 2, 3) m
        ON (m.organization_id, m.facility_id, m.item_id)
         = (s.organization_id, s.facility_id, s.item_id)
     WHERE coalesce(s.on_hand, 0) <> coalesce(m.on_hand, 0)
        OR coalesce(s.reserved, 0) <> coalesce(m.reserved, 0)
     LIMIT :most
""")
# Each movement of a shelf begins where the one before it ended, in the order they were applied.
_CHAIN = text("""
    SELECT DISTINCT organization_id, facility_id, item_id FROM (
        SELECT organization_id, facility_id, item_id,
               sum(on_hand_change) OVER along AS on_hand, on_hand_after,
               sum(reserved_change) OVER along AS reserved, reserved_after
          FROM stock_movement
        WINDOW along AS (PARTITION BY organization_id, facility_id, item_id ORDER BY id)) m
     WHERE on_hand <> on_hand_after OR reserved <> reserved_after
     LIMIT :most
""")
_HELD = text("""
    SELECT s.organization_id, s.facility_id, s.item_id
      FROM stock s LEFT JOIN (
           SELECT organization_id, facility_id, item_id, sum(quantity) AS held
             FROM reservation GROUP BY 1, 2, 3) r
        ON (r.organization_id, r.facility_id, r.item_id)
         = (s.organization_id, s.facility_id, s.item_id)
     WHERE s.reserved <> coalesce(r.held, 0)
     LIMIT :most
""")
CHECKS = {
    "Stock is not the sum of its movements": _SUMS,
    "A movement does not begin where the one before it ended": _CHAIN,
    "What is reserved is not what holders hold": _HELD,
}


def faults(session: Session) -> Iterator[Fault]:
    """What is wrong, at most `MOST_TOLD` of each kind; nothing if all is as it should be."""
    for what, query in CHECKS.items():
        for row in session.execute(query, {"most": MOST_TOLD}):
            yield Fault(what, *row)
