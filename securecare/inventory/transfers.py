"""Transferring: from one facility's shelf to another's, in one step."""

import uuid
from dataclasses import dataclass

from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.foundation.forms import Complaints, require_none
from securecare.inventory import documents, movements, shelf


@dataclass(frozen=True, slots=True)
class TransferLine:
    """So many pieces of an item."""

    item_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """What goes from one facility to another. Lines of the same item are added up."""

    from_facility_id: int
    to_facility_id: int
    lines: tuple[TransferLine, ...]
    note: str = ""
    form_key: uuid.UUID | None = None

    @property
    def pieces(self) -> dict[int, int]:
        """How many of each item."""
        found: dict[int, int] = {}
        for line in self.lines:
            found[line.item_id] = found.get(line.item_id, 0) + line.quantity
        return found

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        if self.from_facility_id == self.to_facility_id:
            found["to_facility_id"] = "Choose another facility to send it to."
        documents.complain_of_lines(found, self.pieces)
        if any(line.quantity < 1 for line in self.lines):
            found["lines"] = "Enter at least one piece on each line."
        documents.complain_of_note(found, self.note)
        return found


def transfer(session: Session, actor: Actor, wish: Transfer) -> int:
    """Take the items from one shelf and put them on the other; gives the transfer's id.

    Needs the right at both. The same form sent twice finds its first transfer. Raises
    `NotAccepted`, `NotFound`, `NotHeld` or `HeldByOthers`.
    """
    for facility_id in (wish.from_facility_id, wish.to_facility_id):
        documents.facility(session, actor, facility_id)
    require_none(wish.complaints())
    document_id, known = documents.begin(
        session,
        actor,
        "transfer",
        wish.from_facility_id,
        wish.form_key,
        other_facility_id=wish.to_facility_id,
        note=wish.note.strip(),
    )
    if known:
        return document_id
    pieces, organization_id = wish.pieces, actor.organization_id
    # The shelf with the lower id first, whichever way it goes: two transfers that cross wait.
    if wish.to_facility_id < wish.from_facility_id:
        shelf.lock(session, organization_id, wish.to_facility_id, pieces)
    leaving = documents.require_takeable(session, actor, wish.from_facility_id, pieces)
    arriving = shelf.lock(session, organization_id, wish.to_facility_id, pieces)
    moved = [leaving[item].movement("transferred", -count) for item, count in pieces.items()]
    moved += [arriving[item].movement("transferred", count) for item, count in pieces.items()]
    movements.add(session, actor, moved, document_id=document_id)
    documents.record(session, actor, "stock.transferred", document_id, wish.from_facility_id)
    return document_id
