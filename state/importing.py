"""Importing items or received goods: choose a file, look it over, then store all of it or nothing.

The browser reads the file and sends its text with the form; it is never kept anywhere.
"""

import uuid
from dataclasses import dataclass
from typing import Any

import reflex as rx

from securecare.access.roles import Permission
from securecare.foundation.errors import DomainError
from securecare.foundation.money import format_cents
from securecare.inventory import importing
from securecare.inventory.importing import BadRow, BadRows, ItemRow, ReceiptRow
from securecare.organization import places
from state.filled_in import FilledIn
from state.gate import needs
from state.work import acting, work

EDITS = Permission.EDIT_STOCK
SHOWN = 100
ITEMS, RECEIPT = "items", "receipt"


@dataclass(frozen=True)
class PreviewRow:
    """A row of the file as it would be stored."""

    line: int
    name: str
    what: str
    does: str


@dataclass(frozen=True)
class WrongRow:
    """A row that cannot stay as it is."""

    line: int
    reason: str


class ImportState(rx.State):
    """The file that is looked over."""

    kind: str = RECEIPT
    may_items: bool = False
    facilities: list[tuple[str, str]] = []
    facility: str = ""
    file: str = ""
    looked: bool = False
    rows: list[PreviewRow] = []
    more_rows: int = 0
    bad: list[WrongRow] = []
    more_bad: int = 0
    summary: str = ""
    error: str = ""
    facility_error: str = ""
    form_key: int = 0

    _content: str = ""
    _source: str = ""
    _paper: str = ""
    _key: uuid.UUID | None = None

    @rx.event
    @needs(EDITS)
    async def open_page(self):
        """Show what may be imported; a file that is looked over stays."""
        rows = await work(places.facility_names, EDITS)
        self.facilities = [(str(id_), name) for id_, name in rows]
        self.may_items = acting().reach(EDITS).everywhere
        if not self.may_items:
            self.kind = RECEIPT

    @rx.event
    @needs(EDITS)
    async def choose_kind(self, kind: Any):
        """Items, or received goods."""
        if kind == RECEIPT or (kind == ITEMS and self.may_items):
            self.kind = kind
            self._forget()

    @rx.event
    @needs(EDITS)
    async def look(self, form: dict[str, Any]):
        """Look the file over, and show what it would do; nothing is stored."""
        self._forget()
        filled = FilledIn(form)
        self._content = filled.whole("content", importing.MOST_BYTES + 1)
        self.file = filled.text("file_name")[:120]
        self._source, self._paper = filled.text("source"), filled.text("paper")
        self.facility = str(filled.id("facility_id") or "")
        if not self._content.strip():
            self.error = "Choose a file that has something in it."
            return
        try:
            if self.kind == ITEMS:
                self._show_items(await work(importing.look_at_items, self._content))
            elif not self.facility:
                self.facility_error = "Choose a facility."
            else:
                at = int(self.facility)
                self._show_receipt(await work(importing.look_at_receipt, at, self._content))
        except DomainError as refusal:
            self.error = refusal.message

    @rx.event
    @needs(EDITS)
    async def store(self):
        """Store all rows of the file that was looked over."""
        if not self.looked or self.bad or self._key is None:
            return None
        try:
            if self.kind == ITEMS:
                added, changed = await work(importing.store_items, self._content)
                said = f"{_rows(added, 'item')} added, {changed:,} changed."
            else:
                await work(
                    importing.store_receipt,
                    int(self.facility),
                    self._content,
                    source=self._source,
                    paper=self._paper,
                    form_key=self._key,
                )
                said = f"{self.file or 'The file'} is received."
        except BadRows as refusal:
            self._show_bad(refusal.rows)
            self.error = refusal.message
            return None
        except DomainError as refusal:
            self.error = refusal.message
            return None
        self._forget()
        self.form_key += 1
        return rx.toast.success(said)

    @rx.event
    @needs(EDITS)
    async def leave(self):
        """Store nothing, and choose another file."""
        self._forget()

    def _forget(self) -> None:
        self.looked, self.rows, self.bad, self.summary, self.error = False, [], [], "", ""
        self.more_rows = self.more_bad = 0
        self.facility_error, self.file = "", ""
        self._content, self._key = "", uuid.uuid4()

    def _show_items(self, looked: importing.Looked[ItemRow]) -> None:
        added = sum(row.known is None for row in looked.rows)
        changed = sum(row.known is not None and row.changed for row in looked.rows)
        same = len(looked.rows) - added - changed
        self.summary = f"{_rows(added, 'new item')}, {changed:,} to change, {same:,} as they are."
        self._show([_item_row(row) for row in looked.rows], looked.bad)

    def _show_receipt(self, looked: importing.Looked[ReceiptRow]) -> None:
        pieces = sum(row.received.quantity for row in looked.rows)
        self.summary = f"{_rows(len(looked.rows), 'line')}, {pieces:,} pieces to receive."
        self._show([_receipt_row(row) for row in looked.rows], looked.bad)

    def _show(self, rows: list[PreviewRow], bad: tuple[BadRow, ...]) -> None:
        self.rows, self.more_rows = rows[:SHOWN], max(len(rows) - SHOWN, 0)
        self._show_bad(bad)
        self.looked = True

    def _show_bad(self, bad: tuple[BadRow, ...]) -> None:
        shown = bad[: importing.MOST_COMPLAINTS]
        self.bad = [WrongRow(each.line, each.reason) for each in shown]
        self.more_bad = len(bad) - len(shown)


def _item_row(row: ItemRow) -> PreviewRow:
    does = "New" if row.known is None else "Changed" if row.changed else "As it is"
    form = row.form
    cost = f"{format_cents(form.wholesale_cents)}, worth {format_cents(form.retail_cents)}"
    return PreviewRow(row.line, form.name, f"{form.sku} · {form.unit} · {cost}", does)


def _receipt_row(row: ReceiptRow) -> PreviewRow:
    cents = row.received.wholesale_cents
    cost = "at its present cost" if cents is None else f"at {format_cents(cents)} each"
    return PreviewRow(row.line, row.name, f"{row.received.quantity:,} {cost}", "Received")


def _rows(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count:,} {what}s"
