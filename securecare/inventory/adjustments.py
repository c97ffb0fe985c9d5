"""Adjusting: the books follow the shelf, with a reason."""

import uuid
from dataclasses import dataclass, replace

from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.foundation.forms import (
    Complaints,
    NotAccepted,
    complain_of_number,
    require_none,
)
from securecare.inventory import documents, movements, shelf

REASONS: dict[str, str] = {
    "damaged": "Damaged",
    "expired": "Expired",
    "lost": "Lost or stolen",
    "found": "Found",
    "donated_out": "Given to another organization",
    "correction": "Correction of a mistake",
    "other": "Another reason",
}
"""What each code says. "counted", which only counts give, stands beside them."""
COUNTED = "counted"
REASON_LABELS = {**REASONS, COUNTED: "Counted"}


@dataclass(frozen=True, slots=True)
class Adjustment:
    """So many pieces more or (negative) fewer of an item, and why."""

    facility_id: int
    item_id: int
    change: int
    reason: str
    note: str = ""
    form_key: uuid.UUID | None = None

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        most = documents.MOST_PIECES
        complain_of_number(found, "quantity", self.change, -most, most)
        if self.change == 0:
            found["quantity"] = "Enter how many more or fewer there are."
        if self.reason not in REASONS:
            found["reason"] = "Choose a reason."
        elif self.reason == "other" and not self.note.strip():
            found["note"] = "Say in a few words what happened."
        documents.complain_of_note(found, self.note)
        return found


def adjust(session: Session, actor: Actor, wish: Adjustment) -> int:
    """Make the books follow; gives the adjustment's id.

    The same form sent twice finds its first adjustment. Raises `NotAccepted`, `NotFound`,
    `NotHeld`, or `HeldByOthers` naming who has reserved what would be missing.
    """
    documents.facility(session, actor, wish.facility_id)
    require_none(wish.complaints())
    document_id, known = documents.begin(
        session, actor, "adjustment", wish.facility_id, wish.form_key, note=wish.note.strip()
    )
    if known:
        return document_id
    if wish.change < 0:
        taken = {wish.item_id: -wish.change}
        shelves = documents.require_takeable(session, actor, wish.facility_id, taken)
    else:
        shelves = shelf.lock(session, actor.organization_id, wish.facility_id, [wish.item_id])
    adjusted = shelves[wish.item_id].movement("adjusted", wish.change, reason=wish.reason)
    movements.add(session, actor, [adjusted], document_id=document_id)
    documents.record(
        session, actor, "stock.adjusted", document_id, wish.facility_id, reason=wish.reason
    )
    return document_id


def adjust_to(session: Session, actor: Actor, wish: Adjustment, figure: int) -> int:
    """Make so many be on hand, whatever the books say by now; `wish.change` does not count.

    Raises what `adjust` raises, and `NotAccepted` if the books say so already.
    """
    documents.facility(session, actor, wish.facility_id)
    complaints: Complaints = {}
    complain_of_number(complaints, "quantity", figure, 0, documents.MOST_PIECES)
    require_none({**replace(wish, change=1).complaints(), **complaints})
    known = documents.known(session, actor, wish.form_key)
    if known is not None:
        return known
    each = shelf.lock(session, actor.organization_id, wish.facility_id, [wish.item_id])
    change = figure - each[wish.item_id].on_hand
    if change == 0:
        raise NotAccepted({"quantity": "The books say this already."})
    return adjust(session, actor, replace(wish, change=change))
