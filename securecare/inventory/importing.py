"""Items and receipts out of a CSV file: read, looked over, and stored all or not at all.

A first line names the columns, in any order and case; commas, semicolons or tabs part them. Every
row that cannot stay as it is, is named by its line with the reason.
"""

import csv
import io
import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Generic, TypeVar

from sqlalchemy import select, text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation import audit
from securecare.foundation.columns import columns_of
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import Complaints, changed_fields
from securecare.foundation.money import NotMoney, parse_cents
from securecare.inventory import documents, receipts
from securecare.inventory.items import ItemForm
from securecare.inventory.models import Item
from securecare.inventory.receipts import Receipt, ReceiptLine
from securecare.organization import places

ITEM = columns_of(Item)
MOST_BYTES = 500_000
MOST_ROWS = documents.MOST_LINES * 4
MOST_COMPLAINTS = 200

ITEM_COLUMNS = {
    "number": "sku",
    "name": "name",
    "unit": "unit",
    "category": "category",
    "barcode": "barcode",
    "description": "description",
    "cost": "wholesale_cents",
    "retail value": "retail_cents",
    "minimum": "minimum_level",
    "recommended": "recommended_level",
}
RECEIPT_COLUMNS = {
    "number": "code",
    "quantity": "quantity",
    "cost": "wholesale_cents",
    "retail value": "retail_cents",
}
NEEDED = {"items": ("number", "name"), "receipt": ("number", "quantity")}
COLUMNS = {"items": ITEM_COLUMNS, "receipt": RECEIPT_COLUMNS}
_ALSO = {
    "sku": "number",
    "item": "name",
    "wholesale": "cost",
    "wholesale cost": "cost",
    "retail": "retail value",
    "retail price": "retail value",
    "minimum level": "minimum",
    "recommended level": "recommended",
    "pieces": "quantity",
}
_MONEY, _WHOLE = {"wholesale_cents", "retail_cents"}, {"minimum_level", "recommended_level"}


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line of the file that cannot stay as it is. The line of the column names is 1."""

    line: int
    reason: str


class NotReadable(DomainError):
    """The file as a whole cannot be read."""


class BadRows(DomainError):
    """Some rows cannot stay as they are; nothing was stored."""

    def __init__(self, rows: Sequence[BadRow]) -> None:
        super().__init__("Nothing was stored: some rows have to be mended first.")
        self.rows = tuple(rows)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file: its line, and its cells under the names of their columns."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item that would be stored; `known` is the id of the one it would change."""

    line: int
    form: ItemForm
    known: int | None
    changed: bool


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A line that would be received."""

    line: int
    name: str
    received: ReceiptLine


R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Looked(Generic[R]):
    """What a file would do, and what is wrong with it. Stored only if nothing is."""

    rows: tuple[R, ...]
    bad: tuple[BadRow, ...]


def rows_of(content: str, kind: str) -> list[Row]:
    """The rows of a file of "items" or of a "receipt"; empty lines are passed over.

    Raises `NotReadable`.
    """
    if len(content.encode()) > MOST_BYTES:
        raise NotReadable(f"The file is larger than {MOST_BYTES // 1000} kB. Divide it, please.")
    # The browser puts the second in place of what is not UTF-8: names would be stored spoilt.
    if "\x00" in content or "\ufffd" in content:
        raise NotReadable("This is not a CSV file in UTF-8. Save the table as “CSV UTF-8”, please.")
    content = content.removeprefix("\ufeff")
    first = content.partition("\n")[0]
    apart = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=apart, strict=True)
    try:
        read = list(_numbered(reader))
    except csv.Error:
        raise NotReadable(
            f"Line {reader.line_num} cannot be read: a quotation mark is not closed."
        ) from None
    if not read:
        raise NotReadable("The file is empty.")
    names = _names(read[0][1], kind)
    if len(read) - 1 > MOST_ROWS:
        raise NotReadable(f"The file has more than {MOST_ROWS:,} rows. Divide it, please.")
    if len(read) == 1:
        raise NotReadable("The file has column names and no rows below them.")
    return [Row(line, dict(zip(names, cells, strict=False))) for line, cells in read[1:]]


def _numbered(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line on which each begins."""
    before = 0
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield before + 1, [cell.strip() for cell in cells]
        before = reader.line_num  # type: ignore[attr-defined]


def _names(heads: Sequence[str], kind: str) -> list[str]:
    plain = [" ".join(head.casefold().replace("_", " ").split()) for head in heads]
    names = [_ALSO.get(head, head) for head in plain]
    for needed in NEEDED[kind]:
        if needed not in names:
            listed = ", ".join(COLUMNS[kind])
            raise NotReadable(
                f"The first line names no column “{needed}”. These can be named: {listed}."
            )
    for name in names:
        if name and name in COLUMNS[kind] and names.count(name) > 1:
            raise NotReadable(f"The column “{name}” is named twice.")
    return names


def look_at_items(session: Session, actor: Actor, content: str) -> Looked[ItemRow]:
    """What a file of items would add and change. Cells that are empty leave an item as it is.

    Raises `NotReadable` and `NotAllowed`.
    """
    actor.require_everywhere(Permission.EDIT_STOCK)
    rows = rows_of(content, "items")
    known = {row.sku.casefold(): row for row in _items(session, actor)}
    codes = {row.barcode: row.sku.casefold() for row in known.values() if row.barcode}
    good: list[ItemRow] = []
    bad: list[BadRow] = []
    seen: dict[str, int] = {}
    for row in rows:
        sku = row.cells.get("number", "").casefold()
        present = known.get(sku)
        form, complaints = _item_form(row, present)
        complaints |= form.complaints() if not complaints else {}
        if sku and sku in seen:
            complaints["sku"] = f"The number stands on line {seen[sku]} already."
        elif sku:
            seen[sku] = row.line
        if form.barcode and codes.setdefault(form.barcode, sku) != sku:
            complaints["barcode"] = f"Another item has the barcode {form.barcode}."
        if complaints:
            bad += [BadRow(row.line, said) for said in _said(complaints, ITEM_COLUMNS)]
            continue
        before = None if present is None else _form_of(present)
        good.append(ItemRow(row.line, form, present.id if present else None, form != before))
    return Looked(tuple(good), tuple(bad))


def store_items(session: Session, actor: Actor, content: str) -> tuple[int, int]:
    """Add and change all items of the file; gives how many were added and how many changed.

    Sent twice, nothing is left to do the second time. Raises `NotReadable`, or `BadRows`: then
    nothing is stored.
    """
    # One import at a time: two of the same file do not both add.
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('item import', 0))"))
    looked = look_at_items(session, actor, content)
    if looked.bad:
        raise BadRows(looked.bad)
    added = [row for row in looked.rows if row.known is None]
    changed = [row for row in looked.rows if row.known is not None and row.changed]
    for row in added:
        item = Item(organization_id=actor.organization_id, **asdict(row.form))
        session.add(item)
        session.flush()
        audit.record(session, actor, "item.added", item)
    present = {row.id: row for row in _items(session, actor)} if changed else {}
    for row in changed:
        item = present[row.known]
        fields = changed_fields(_form_of(item), row.form)
        item.sqlmodel_update({**asdict(row.form), "version": item.version + 1})
        session.add(item)
        session.flush()
        audit.record(session, actor, "item.changed", item, fields=fields)
    audit.record(
        session, actor, "items.imported", ("", None), added=len(added), changed=len(changed)
    )
    return len(added), len(changed)


def look_at_receipt(
    session: Session, actor: Actor, facility_id: int, content: str
) -> Looked[ReceiptRow]:
    """What a file of received goods would put on the shelf. Raises `NotReadable` and `NotFound`."""
    places.facility(session, actor, facility_id, Permission.EDIT_STOCK)
    rows = rows_of(content, "receipt")
    by_code: dict[str, Item] = {}
    for item in _items(session, actor):
        if item.active:
            by_code[item.sku.casefold()] = item
    for item in list(by_code.values()):
        if item.barcode:
            by_code.setdefault(item.barcode.casefold(), item)
    good: list[ReceiptRow] = []
    bad: list[BadRow] = []
    for row in rows:
        code = row.cells.get("number", "")
        item = by_code.get(code.casefold())
        line, complaints = _receipt_line(row, item.id or 0 if item else 0)
        if not code:
            complaints["code"] = "The number or barcode is missing."
        elif item is None:
            complaints["code"] = f"No item in use has the number or barcode {code}."
        if complaints or item is None:
            bad += [BadRow(row.line, said) for said in _said(complaints, RECEIPT_COLUMNS)]
        else:
            good.append(ReceiptRow(row.line, item.name, line))
    if len({row.received.item_id for row in good}) > documents.MOST_LINES:
        raise NotReadable(f"A receipt holds {documents.MOST_LINES} items. Divide the file, please.")
    return Looked(tuple(good), tuple(bad))


def store_receipt(
    session: Session,
    actor: Actor,
    facility_id: int,
    content: str,
    *,
    source: str = "",
    paper: str = "",
    happened_on: date | None = None,
    form_key: uuid.UUID | None = None,
) -> int:
    """Receive all lines of the file as one receipt; gives its id.

    The same form sent twice finds its first receipt. Raises `NotReadable`, `NotAccepted`, `NotFound`
    or `BadRows`: then nothing is stored.
    """
    looked = look_at_receipt(session, actor, facility_id, content)
    if looked.bad:
        raise BadRows(looked.bad)
    lines = tuple(row.received for row in looked.rows)
    receipt = Receipt(facility_id, lines, source, paper, happened_on=happened_on, form_key=form_key)
    return receipts.receive(session, actor, receipt)


def _items(session: Session, actor: Actor) -> Sequence[Item]:
    query = select(Item).where(ITEM.organization_id == actor.organization_id)
    return session.scalars(query.execution_options(populate_existing=True)).all()


def _form_of(row: Item) -> ItemForm:
    return ItemForm(**{name: getattr(row, name) for name in ITEM_COLUMNS.values()})


def _item_form(row: Row, present: Item | None) -> tuple[ItemForm, Complaints]:
    complaints: Complaints = {}
    given: dict[str, object] = {}
    for column, name in ITEM_COLUMNS.items():
        cell = row.cells.get(column, "")
        if not cell:
            continue
        if name in _MONEY:
            given[name] = _read(parse_cents, cell, name, complaints)
        elif name in _WHOLE:
            given[name] = _read(_whole, cell, name, complaints)
        else:
            given[name] = _plain(cell)
    form = ItemForm("", "") if present is None else _form_of(present)
    if present is not None:
        given.pop("sku", None)  # found by it, in whatever case it was written
    return replace(form, **{k: v for k, v in given.items() if v is not None}), complaints


def _receipt_line(row: Row, item_id: int) -> tuple[ReceiptLine, Complaints]:
    complaints: Complaints = {}
    read: dict[str, int | None] = {}
    for column, name in RECEIPT_COLUMNS.items():
        cell = row.cells.get(column, "")
        if name in _MONEY:
            read[name] = _read(parse_cents, cell, name, complaints) if cell else None
        elif name == "quantity":
            read[name] = _read(_whole, cell, name, complaints)
    line = ReceiptLine(
        item_id, read["quantity"] or 0, read["wholesale_cents"], read["retail_cents"]
    )
    if not complaints:
        for name, said in Receipt(1, (line,)).complaints().items():
            complaints[re.sub(r"_\d+$", "", name)] = said
    return line, complaints


def _read(reader: Callable[[str], int], cell: str, name: str, complaints: Complaints) -> int | None:
    try:
        return reader(cell)
    except (NotMoney, ValueError):
        wanted = "an amount such as 12.34" if name in _MONEY else "a whole number"
        complaints[name] = f"“{cell[:40]}” is not {wanted}."
        return None


def _whole(cell: str) -> int:
    if not cell.isascii() or not cell.isdecimal() or len(cell) > 9:
        raise ValueError(cell)
    return int(cell)


def _plain(cell: str) -> str:
    """A text as our own exports write it begins with an apostrophe where it looks like a formula."""
    return cell[1:] if re.match(r"'[=+\-@]", cell) else cell


def _said(complaints: Complaints, columns: Mapping[str, str]) -> list[str]:
    named = {name: column for column, name in columns.items()} | {
        "wholesale": "cost",
        "retail": "retail value",
    }
    return [f"{named.get(name, name).capitalize()}: {said}" for name, said in complaints.items()]
