"""Receiving: what was given or bought comes onto the shelf."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.foundation.forms import (
    Complaints,
    complain_of_number,
    complain_of_text,
    require_none,
)
from securecare.inventory import documents, movements, shelf
from securecare.inventory.models import MOST_CENTS
from securecare.inventory.movements import Movement
from securecare.inventory.shelf import Shelf


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """So many pieces of an item, at what one of them cost; None takes the item's present costs."""

    item_id: int
    quantity: int
    wholesale_cents: int | None = None
    retail_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came in. Lines of the same item stay apart: they may have cost differently."""

    facility_id: int
    lines: tuple[ReceiptLine, ...]
    source: str = ""
    paper: str = ""
    note: str = ""
    happened_on: date | None = None
    form_key: uuid.UUID | None = None

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        pieces = _pieces(self.lines)
        documents.complain_of_lines(found, pieces)
        for line in self.lines:
            complain_of_number(
                found, f"quantity_{line.item_id}", line.quantity, 1, documents.MOST_PIECES
            )
            for name in ("wholesale_cents", "retail_cents"):
                cents = getattr(line, name)
                if cents is not None:
                    complain_of_number(found, f"{name}_{line.item_id}", cents, 0, MOST_CENTS)
        complain_of_text(found, "source", self.source, "who it came from", 120, needed=False)
        complain_of_text(found, "paper", self.paper, "a number", 60, needed=False)
        documents.complain_of_note(found, self.note)
        return found


def receive(session: Session, actor: Actor, receipt: Receipt) -> int:
    """Put what came in on the shelf; gives the receipt's id.

    The same form sent twice finds its first receipt. Raises `NotAccepted` and `NotFound`.
    """
    place = documents.facility(session, actor, receipt.facility_id)
    require_none(receipt.complaints())
    facility_id = place.id or 0
    document_id, known = documents.begin(
        session,
        actor,
        "receipt",
        facility_id,
        receipt.form_key,
        source=receipt.source.strip(),
        paper=receipt.paper.strip(),
        note=receipt.note.strip(),
        happened_on=receipt.happened_on,
    )
    if known:
        return document_id
    shelves = shelf.lock(session, actor.organization_id, facility_id, _pieces(receipt.lines))
    received = [_movement(shelves[line.item_id], line) for line in receipt.lines]
    movements.add(session, actor, received, document_id=document_id)
    documents.record(session, actor, "stock.received", document_id, facility_id)
    return document_id


def _movement(each: Shelf, line: ReceiptLine) -> Movement:
    costs = {
        name: cents
        for name in ("wholesale_cents", "retail_cents")
        if (cents := getattr(line, name)) is not None
    }
    return replace(each.movement("received", line.quantity), **costs)


def _pieces(lines: tuple[ReceiptLine, ...]) -> Mapping[int, int]:
    pieces: dict[int, int] = {}
    for line in lines:
        pieces[line.item_id] = pieces.get(line.item_id, 0) + line.quantity
    return pieces
