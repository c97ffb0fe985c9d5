"""Proof that sessions hold just what their lines need. For the owner of the tables."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlmodel import Session

from securecare.inventory.verifying import MOST_TOLD

# Needed by planned sessions, bundles taken apart, against what is kept in their name.
_HOLDS = text("""
    WITH needed AS (
        SELECT o.organization_id, o.id, o.facility_id,
               coalesce(l.item_id, c.item_id) AS item_id,
               sum(l.quantity * coalesce(c.quantity, 1)) AS pieces
          FROM outreach_session o
          JOIN session_line l ON l.session_id = o.id AND l.kind <> 'free' AND l.quantity > 0
          LEFT JOIN bundle_component c ON c.bundle_version_id = l.bundle_version_id
         WHERE o.status = 'planned' GROUP BY 1, 2, 3, 4),
    held AS (
        SELECT organization_id, holder_id AS id, facility_id, item_id, quantity
          FROM reservation WHERE holder = 'outreach_session')
    SELECT DISTINCT coalesce(n.id, h.id)
      FROM needed n FULL JOIN held h
        ON (h.organization_id, h.id, h.facility_id, h.item_id)
         = (n.organization_id, n.id, n.facility_id, n.item_id)
     WHERE coalesce(n.pieces, 0) <> coalesce(h.quantity, 0)
     ORDER BY 1 LIMIT :most
""")


def faults(session: Session) -> Iterator[str]:
    """Sessions that hold more or less than their lines need; none if all is as it should be."""
    for (session_id,) in session.execute(_HOLDS, {"most": MOST_TOLD}):
        yield f"A session does not hold what its lines need: session {session_id}"
