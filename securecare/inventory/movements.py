"""The one way stock changes: movements, which a trigger applies to the figures as they are added.

Whoever adds movements of several items has looked at their stock before (`shelf.lock`), which
locks it in the order of the items' ids; so two that want the same items in opposite order wait for
each other instead of ending as a deadlock.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.foundation import clock
from securecare.foundation.db import straight


@dataclass(frozen=True, slots=True)
class Holder:
    """For whom stock is kept: a kind of thing ("outreach_session") and its id."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class Movement:
    """One change of one figure of one item at one facility.

    Costs are of one unit, in cents, at this moment. `kind` is one of `models.MOVEMENT_KINDS`.
    """

    facility_id: int
    item_id: int
    kind: str
    wholesale_cents: int
    retail_cents: int
    on_hand_change: int = 0
    reserved_change: int = 0
    reason: str = ""


_ADD = text(
    "INSERT INTO stock_movement (organization_id, facility_id, item_id, kind, on_hand_change,"
    " reserved_change, wholesale_cents, retail_cents, reason, document_id, holder, holder_id,"
    " account_id, at)"
    " SELECT :organization, facility, item, kind, on_hand, reserved, wholesale, retail, reason,"
    " :document, :holder, :holder_id, :account, :at"
    " FROM unnest(CAST(:facilities AS bigint[]), CAST(:items AS bigint[]),"
    " CAST(:kinds AS text[]), CAST(:on_hand AS int[]), CAST(:reserved AS int[]),"
    " CAST(:wholesale AS bigint[]), CAST(:retail AS bigint[]), CAST(:reasons AS text[]))"
    " WITH ORDINALITY AS moved(facility, item, kind, on_hand, reserved, wholesale, retail, reason,"
    " number)"
    " ORDER BY number RETURNING 1"
)


def add(
    session: Session,
    actor: Actor,
    movements: Iterable[Movement],
    *,
    document_id: int | None = None,
    holder: Holder | None = None,
) -> None:
    """Add movements that belong to a document or to a holder, in the order of place and item.

    Of one item they are applied in the order given. PostgreSQL refuses what would leave less than
    nothing, or less on hand than is reserved: callers look before, to say it in words.
    """
    # Python's sort keeps the order of equals.
    rows = sorted(movements, key=lambda each: (each.facility_id, each.item_id))
    if not rows:
        return
    straight(
        session,
        _ADD,
        {
            "organization": actor.organization_id,
            "account": actor.account_id,
            "at": clock.now(),
            "document": document_id,
            "holder": holder.kind if holder else None,
            "holder_id": holder.id if holder else None,
            "facilities": [row.facility_id for row in rows],
            "items": [row.item_id for row in rows],
            "kinds": [row.kind for row in rows],
            "on_hand": [row.on_hand_change for row in rows],
            "reserved": [row.reserved_change for row in rows],
            "wholesale": [row.wholesale_cents for row in rows],
            "retail": [row.retail_cents for row in rows],
            "reasons": [row.reason for row in rows],
        },
    )
