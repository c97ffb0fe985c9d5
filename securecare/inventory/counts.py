"""Stocktakes: what is counted is kept line by line, and posted as adjustments once it is looked over.

What is posted of an item is the difference found at the moment it was counted. What moved since
then, a meal handed out in the meantime, stays as right as it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session
from sqlmodel import select as model_select

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation import audit, clock
from securecare.foundation.columns import columns_of, table_of
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import (
    Complaints,
    Overtaken,
    complain_of_number,
    complain_of_text,
    require_none,
)
from securecare.inventory import documents, movements, shelf
from securecare.inventory.adjustments import COUNTED
from securecare.inventory.models import Item, StockCount, StockCountLine
from securecare.organization import places
from securecare.organization.models import Facility

COUNT, LINE, ITEM = columns_of(StockCount), columns_of(StockCountLine), columns_of(Item)
COUNTS_LISTED = 50


class CountEnded(DomainError):
    """The count was posted or abandoned."""

    def __init__(self) -> None:
        super().__init__("This count has ended. Start another one to count again.")


class NothingCounted(DomainError):
    """There is nothing to post."""

    def __init__(self) -> None:
        super().__init__("Nothing has been counted yet. Enter what you counted, then post it.")


@dataclass(frozen=True, slots=True)
class SheetLine:
    """An item that was counted. `expected` is what the books said at that moment."""

    item_id: int
    name: str
    sku: str
    unit: str
    expected: int
    counted: int
    wholesale_cents: int
    counted_at: datetime

    @property
    def difference(self) -> int:
        """Pieces more or (negative) fewer than the books say."""
        return self.counted - self.expected

    @property
    def difference_cents(self) -> int:
        """What the difference is worth, at what the item costs now."""
        return self.difference * self.wholesale_cents


@dataclass(frozen=True, slots=True)
class Sheet:
    """A count with all that was counted, by name of the item."""

    id: int
    facility_id: int
    facility: str
    status: str
    category: str
    note: str
    started_at: datetime
    ended_at: datetime | None
    lines: tuple[SheetLine, ...]

    @property
    def stamp(self) -> int:
        """Differs once any line does: `post` is given it, so that nobody posts what they did not see."""
        return _stamp(self.lines)


@dataclass(frozen=True, slots=True)
class CountListed:
    """A count as the list shows it."""

    id: int
    facility_id: int
    facility: str
    status: str
    category: str
    note: str
    started_at: datetime
    ended_at: datetime | None
    lines: int
    differing: int


def start(
    session: Session, actor: Actor, facility_id: int, category: str = "", note: str = ""
) -> int:
    """Begin a count of a facility, of one category or of everything; gives its id."""
    documents.facility(session, actor, facility_id)
    complaints: Complaints = {}
    complain_of_text(complaints, "category", category, "a category", 60, needed=False)
    documents.complain_of_note(complaints, note)
    require_none(complaints)
    row = StockCount(
        organization_id=actor.organization_id,
        facility_id=facility_id,
        category=category.strip(),
        note=note.strip(),
        started_by=actor.account_id,
        started_at=clock.now(),
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "count.started", row)
    return row.id or 0


def enter(session: Session, actor: Actor, count_id: int, item_id: int, counted: int) -> SheetLine:
    """Keep what was counted of an item, in place of what was entered for it before."""
    count = _open_count(session, actor, count_id)
    complaints: Complaints = {}
    complain_of_number(complaints, f"counted_{item_id}", counted, 0, documents.MOST_PIECES)
    require_none(complaints)
    each = shelf.lock(session, actor.organization_id, count.facility_id, [item_id])[item_id]
    found = {
        "counted": counted,
        "expected": each.on_hand,
        "account_id": actor.account_id,
        "counted_at": clock.now(),
    }
    session.execute(
        insert(table_of(StockCountLine))
        .values(organization_id=actor.organization_id, count_id=count_id, item_id=item_id, **found)
        .on_conflict_do_update(index_elements=["count_id", "item_id"], set_=found)
    )
    return next(line for line in _lines(session, count_id) if line.item_id == item_id)


def forget(session: Session, actor: Actor, count_id: int, item_id: int) -> None:
    """Take an item off the sheet, as if it had not been counted."""
    _open_count(session, actor, count_id)
    session.execute(
        delete(table_of(StockCountLine)).where(LINE.count_id == count_id, LINE.item_id == item_id)
    )


def sheet(session: Session, actor: Actor, count_id: int) -> Sheet:
    """The count with all its lines. Raises `NotFound`."""
    row = _readable(session, actor, count_id)
    name = session.execute(
        select(columns_of(Facility).name).where(columns_of(Facility).id == row.facility_id)
    ).scalar_one()
    return Sheet(
        count_id,
        row.facility_id,
        name,
        row.status,
        row.category,
        row.note,
        row.started_at,
        row.ended_at,
        tuple(_lines(session, count_id)),
    )


def listing(session: Session, actor: Actor) -> list[CountListed]:
    """The counts of the facilities within reach, open ones first, then the latest."""
    place = columns_of(Facility)
    query = (
        select(
            COUNT.id,
            COUNT.facility_id,
            place.name.label("facility"),
            COUNT.status,
            COUNT.category,
            COUNT.note,
            COUNT.started_at,
            COUNT.ended_at,
            func.count(LINE.item_id).label("lines"),
            func.count(LINE.item_id).filter(LINE.counted != LINE.expected).label("differing"),
        )
        .join_from(table_of(StockCount), table_of(Facility), place.id == COUNT.facility_id)
        .outerjoin(table_of(StockCountLine), LINE.count_id == COUNT.id)
        .where(places.facilities_in_reach(actor, Permission.VIEW_STOCK))
        .group_by(COUNT.id, place.name)
        .order_by(COUNT.status != "open", COUNT.started_at.desc())
        .limit(COUNTS_LISTED)
    )
    return [CountListed(*row) for row in session.execute(query)]


def post(session: Session, actor: Actor, count_id: int, stamp: int) -> int:
    """Make the books follow what was counted; gives the document's id.

    A count that has been posted is found again. Raises `NotFound`, `CountEnded`, `NothingCounted`,
    `Overtaken` if a line came or went since the person looked, `NotHeld`, and `HeldByOthers` naming
    who has reserved what would be missing.
    """
    count = _changeable(session, actor, count_id)
    if count.document_id is not None:
        return count.document_id
    if count.status != "open":
        raise CountEnded
    lines = _lines(session, count_id)
    if not lines:
        raise NothingCounted
    if stamp != _stamp(lines):
        raise Overtaken
    document_id, _ = documents.begin(
        session, actor, "count", count.facility_id, None, note=count.note
    )
    _adjust(session, actor, count.facility_id, lines, document_id)
    count.sqlmodel_update({"status": "posted", "ended_at": clock.now(), "document_id": document_id})
    session.add(count)
    session.flush()
    audit.record(session, actor, "count.posted", count)
    return document_id


def abandon(session: Session, actor: Actor, count_id: int) -> None:
    """End a count without posting anything. Raises `NotFound` or `CountEnded`."""
    count = _open_count(session, actor, count_id)
    count.sqlmodel_update({"status": "abandoned", "ended_at": clock.now()})
    session.add(count)
    session.flush()
    audit.record(session, actor, "count.abandoned", count)


def _stamp(lines: Sequence[SheetLine]) -> int:
    return hash(tuple((line.item_id, line.expected, line.counted) for line in lines))


def _adjust(
    session: Session, actor: Actor, facility_id: int, lines: list[SheetLine], document_id: int
) -> None:
    changes = {line.item_id: line.difference for line in lines if line.difference}
    fewer = {item_id: -change for item_id, change in changes.items() if change < 0}
    shelves = shelf.lock(session, actor.organization_id, facility_id, changes)
    documents.require_takeable(session, actor, facility_id, fewer)
    adjusted = [
        each.movement("adjusted", changes[item_id], reason=COUNTED)
        for item_id, each in shelves.items()
    ]
    movements.add(session, actor, adjusted, document_id=document_id)


_LINES = text("""
    SELECT line.item_id, item.name, item.sku, item.unit, line.expected, line.counted,
           item.wholesale_cents, line.counted_at
      FROM stock_count_line line JOIN item ON item.id = line.item_id
     WHERE line.count_id = :count_id ORDER BY item.name, item.id
""")


def _lines(session: Session, count_id: int) -> list[SheetLine]:
    return [SheetLine(*row) for row in session.execute(_LINES, {"count_id": count_id})]


def _readable(session: Session, actor: Actor, count_id: int) -> StockCount:
    return _found(session, actor, count_id, Permission.VIEW_STOCK, lock=False)


def _changeable(session: Session, actor: Actor, count_id: int) -> StockCount:
    return _found(session, actor, count_id, Permission.EDIT_STOCK, lock=True)


def _open_count(session: Session, actor: Actor, count_id: int) -> StockCount:
    count = _changeable(session, actor, count_id)
    if count.status != "open":
        raise CountEnded
    return count


def _found(
    session: Session, actor: Actor, count_id: int, permission: Permission, *, lock: bool
) -> StockCount:
    query = model_select(StockCount).where(COUNT.id == count_id)
    if lock:
        # One at a time on one sheet: nobody enters a line while it is being posted.
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    row = session.exec(query).one_or_none()
    if row is None or not actor.may(permission, row.facility_id):
        raise NotFound("This count")
    return row
