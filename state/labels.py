"""Labels to be printed: which items, and how many of each."""

from dataclasses import dataclass, replace
from typing import Any

import reflex as rx

from securecare.access.roles import Permission
from securecare.inventory import finding, labels, listing
from securecare.inventory.finding import NothingScanned
from securecare.inventory.listing import Listed, Wanted
from state.filled_in import FilledIn
from state.gate import needs
from state.read import line, whole_number
from state.work import work

SEES = Permission.VIEW_STOCK
MOST_COPIES = 60


@dataclass(frozen=True)
class LabelView:
    """An item's label, and how often it is printed."""

    key: str = ""
    name: str = ""
    sku: str = ""
    code: str = ""
    copies: int = 1


@dataclass(frozen=True)
class FoundView:
    """An item that may be labelled."""

    key: str
    name: str
    sku: str
    unit: str
    available: str


class LabelsState(rx.State):
    """The sheet of labels on screen."""

    labels: list[LabelView] = []
    pictures: dict[str, str] = {}
    """The barcodes by item: sent once, however often a label is printed."""
    found: list[FoundView] = []
    find_error: str = ""
    find_key: int = 0

    _scanned: str = ""

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show the sheet; an item that the address names is on it."""
        item_id = whole_number(self.router.url.query_parameters.get("item"))
        if item_id:
            await self._add([item_id])

    @rx.event
    @needs(SEES)
    async def find(self, text: Any):
        """Show what answers the words."""
        if self._scanned and line(text, 80) == self._scanned:
            self._scanned = ""  # a scanner's keys reach this a moment after its Enter
            return
        self.find_error = ""
        rows = await work(finding.found, None, line(text, 80))
        self.found = [_found(row) for row in rows]

    @rx.event
    @needs(SEES)
    async def scan(self, form: dict[str, Any]):
        """Put on what was scanned, or the one thing that was found."""
        code = FilledIn(form).text("find")
        if not code:
            return
        self._scanned = line(code, 80)
        try:
            await self._add([await work(finding.scanned, code)])
        except NothingScanned as refusal:
            rows = await work(finding.found, None, code)
            if len(rows) == 1:
                await self._add([rows[0].id])
            else:
                self.find_error = "" if rows else refusal.message

    @rx.event
    @needs(SEES)
    async def put_on(self, item_id: Any):
        """Put an item's label on the sheet."""
        await self._add([whole_number(item_id) or 0])

    @rx.event
    @needs(SEES)
    async def put_on_low(self):
        """Put on every item of which there is too little: those will be received next."""
        page = await work(listing.page, Wanted(low_only=True))
        await self._add([row.id for row in page.rows])

    @rx.event
    @needs(SEES)
    async def count(self, key: Any, copies: Any):
        """Print so many of a label; none takes it off."""
        number = whole_number(copies, 0, MOST_COPIES)
        if number is None:
            return
        changed = [
            replace(each, copies=number) if each.key == key else each for each in self.labels
        ]
        self._show([each for each in changed if each.copies])

    @rx.event
    @needs(SEES)
    async def clear(self):
        """Begin anew."""
        self._show([])

    async def _add(self, item_ids: list[int]) -> None:
        known = {each.key for each in self.labels}
        fresh = [id_ for id_ in item_ids if str(id_) not in known]
        made = await work(labels.of_items, fresh) if fresh else []
        self.pictures = self.pictures | {str(m.item_id): m.picture for m in made}
        self._show(
            [*self.labels, *(LabelView(str(m.item_id), m.name, m.sku, m.code) for m in made)]
        )
        self.found, self.find_error, self.find_key = [], "", self.find_key + 1

    def _show(self, chosen: list[LabelView]) -> None:
        """Keep what fits onto the sheet."""
        room, kept = labels.MOST_LABELS, []
        for each in chosen:
            if copies := min(each.copies, room):
                kept.append(each if copies == each.copies else replace(each, copies=copies))
                room -= copies
        self.labels = kept


def _found(row: Listed) -> FoundView:
    free = f"{row.on_hand - row.reserved:,}"
    return FoundView(str(row.id), row.name, row.sku, row.unit, free)
