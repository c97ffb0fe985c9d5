"""Receipts, adjustments, transfers and counts: the deeds that movements belong to."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation import audit, clock
from securecare.foundation.columns import columns_of, table_of
from securecare.foundation.forms import Complaints, complain_of_number, complain_of_text
from securecare.inventory import holders, shelf
from securecare.inventory.errors import HeldByOthers, NotHeld
from securecare.inventory.models import StockDocument
from securecare.inventory.shelf import Shelf
from securecare.organization import places
from securecare.organization.models import Facility

DOCUMENT = columns_of(StockDocument)
MOST_PIECES = 1_000_000
"""The largest quantity of one line."""
MOST_LINES = 500
NOTE_LENGTH = 500


@dataclass(frozen=True, slots=True)
class DocumentListed:
    """A receipt, an adjustment or a transfer as a list shows it."""

    id: int
    made_at: datetime
    facility: str
    zone: str
    other_facility: str
    source: str
    paper: str
    note: str
    by: str
    pieces: int
    """How many came or went, counted at the first of two facilities."""
    items: str
    """The first few items, by name."""
    reason: str
    """Why, of an adjustment."""
    change: int
    """By how much the first facility's stock became more or less."""


# The movements of a transfer at its own facility are those that leave.
_RECENT = text("""
    SELECT d.id, d.made_at, f.name, f.time_zone, coalesce(o.name, ''), d.source, d.paper, d.note,
           coalesce(a.name, ''), coalesce(m.pieces, 0), coalesce(m.items, ''),
           coalesce(m.reason, ''), coalesce(m.change, 0)
      FROM stock_document d
      JOIN facility f ON f.id = d.facility_id
      LEFT JOIN facility o ON o.id = d.other_facility_id
      LEFT JOIN account a ON a.id = d.account_id
      LEFT JOIN LATERAL (
           SELECT sum(abs(v.on_hand_change))::int AS pieces,
                  string_agg(i.name, ', ' ORDER BY i.name) AS items,
                  max(v.reason) AS reason, sum(v.on_hand_change)::int AS change
             FROM stock_movement v JOIN item i ON i.id = v.item_id
            WHERE v.document_id = d.id AND v.facility_id = d.facility_id) m ON true
     WHERE d.organization_id = :organization AND d.kind = :kind
       AND (:everywhere OR d.facility_id = ANY(CAST(:facilities AS bigint[])))
     ORDER BY d.id DESC LIMIT :most
""")


def recent(session: Session, actor: Actor, kind: str, most: int = 12) -> list[DocumentListed]:
    """The latest of a kind at the facilities within reach, the latest first."""
    reach = actor.reach(Permission.VIEW_STOCK)
    asked = {
        "organization": actor.organization_id,
        "kind": kind,
        "everywhere": reach.everywhere,
        "facilities": sorted(reach.facility_ids),
        "most": most,
    }
    return [DocumentListed(*row) for row in session.execute(_RECENT, asked)]


def facility(session: Session, actor: Actor, facility_id: int) -> Facility:
    """The facility whose stock the person may change, or `NotFound`."""
    return places.facility(session, actor, facility_id, Permission.EDIT_STOCK)


def begin(
    session: Session,
    actor: Actor,
    kind: str,
    facility_id: int,
    form_key: uuid.UUID | None,
    **more: Any,
) -> tuple[int, bool]:
    """Write the document; gives its id, and whether the same form had written it before."""
    values = {
        "organization_id": actor.organization_id,
        "kind": kind,
        "facility_id": facility_id,
        "form_key": form_key,
        "account_id": actor.account_id,
        "made_at": clock.now(),
        **dict.fromkeys(("source", "paper", "note"), ""),
        **more,
    }
    added = session.execute(
        insert(table_of(StockDocument))
        .values(values)
        .on_conflict_do_nothing(index_elements=["organization_id", "form_key"])
        .returning(DOCUMENT.id)
    ).scalar()
    if added is not None:
        return added, False
    return known(session, actor, form_key) or 0, True


def known(session: Session, actor: Actor, form_key: uuid.UUID | None) -> int | None:
    """The document that this form has written already, if it has."""
    return session.execute(
        select(DOCUMENT.id).where(
            DOCUMENT.organization_id == actor.organization_id,
            DOCUMENT.form_key == form_key,
            DOCUMENT.form_key.is_not(None),
        )
    ).scalar()


def record(
    session: Session, actor: Actor, action: str, document_id: int, facility_id: int, **more: Any
) -> None:
    """Note the deed in the trail."""
    audit.record(
        session, actor, action, ("stock_document", document_id), facility_id=facility_id, **more
    )


def complain_of_lines(complaints: Complaints, quantities: Mapping[int, int]) -> None:
    """Note what cannot stay of quantities by item; fields are called "quantity_7"."""
    if not quantities:
        complaints["lines"] = "Add at least one item."
    elif len(quantities) > MOST_LINES:
        complaints["lines"] = f"Keep this to {MOST_LINES} items, and enter the rest separately."
    for item_id, quantity in quantities.items():
        complain_of_number(complaints, f"quantity_{item_id}", quantity, 1, MOST_PIECES)


def complain_of_note(complaints: Complaints, note: str, what: str = "a note") -> None:
    """Note it if a note is too long."""
    complain_of_text(complaints, "note", note, what, NOTE_LENGTH, needed=False)


def require_takeable(
    session: Session, actor: Actor, facility_id: int, taken: Mapping[int, int]
) -> dict[int, Shelf]:
    """Lock the items there and see that so many pieces of each may leave.

    Raises `NotHeld` where there are not so many, and `HeldByOthers` where what would be left is
    less than is reserved; it names who has reserved it.
    """
    shelves = shelf.lock(session, actor.organization_id, facility_id, taken)
    for item_id, pieces in taken.items():
        each = shelves[item_id]
        if pieces > each.on_hand:
            raise NotHeld(each.name, pieces, each.on_hand)
        if each.on_hand - pieces < each.reserved:
            held = holders.of(session, actor.organization_id, facility_id, item_id)
            raise HeldByOthers(
                each.name, each.on_hand - pieces, each.reserved, list(map(str, held))
            )
    return shelves
