"""The stock list: what there is of every item, live, and the form of one."""

from dataclasses import dataclass
from typing import Any

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.inventory import finding, items, listing
from securecare.inventory.finding import NothingScanned
from securecare.inventory.listing import PAGE, Listed, Wanted
from securecare.organization import places
from state.editing import NEW
from state.filled_in import FilledIn
from state.gate import needs
from state.item_form import ItemDraft, ItemEditing
from state.live import hub
from state.read import line, whole_number
from state.stock_rows import BANDS, in_bands, view
from state.work import acting, work, work_as

TOPIC = "stock"
SEES, CHANGES = Permission.VIEW_STOCK, Permission.EDIT_STOCK


@dataclass(frozen=True)
class Screen:
    """What the hub knows of an open list: which items stand in which row, and of which facility."""

    item_ids: tuple[int, ...]
    facility_id: int | None


@dataclass(frozen=True)
class Read:
    """A page of the list with what can be chosen around it."""

    rows: tuple[Listed, ...]
    more: bool
    facilities: tuple[tuple[int, str], ...]
    categories: tuple[str, ...]


class StockState(ItemEditing, rx.State):
    """Which part of the stock is on screen, and the item whose form is open."""

    loaded: bool = False
    count: int = 0
    text: str = ""
    facilities: list[list[str]] = []
    facility: str = ""
    categories: list[list[str]] = []
    category: str = ""
    low_only: bool = False
    retired_too: bool = False
    summary: str = ""
    first: bool = True
    last: bool = True
    may_change: bool = False
    may_move: bool = False
    """Whether there is a facility whose stock the person may move."""

    _page: int = 0

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show the list, and keep it current."""
        self._saved()
        asked = self.router.url.query_parameters
        if text := line(asked.get("find"), 80):
            self.text = text
        await self._show_anew()
        if asked.get("new") and self.may_change:
            self._edit(NEW, ItemDraft(), 0)

    @rx.event
    @needs(SEES)
    async def search(self, text: Any):
        """Show the items that fit what is typed."""
        self.text, self._page = line(text, 80), 0
        await self._show_anew()

    @rx.event
    @needs(SEES)
    async def scan(self, form: dict[str, Any]):
        """Go to the item whose barcode or number was scanned, or to the one that is found."""
        code = FilledIn(form).text("stock-search")
        if not code:
            return None
        try:
            item_id = await work(finding.scanned, code)
        except NothingScanned as refusal:
            rows = await work(finding.found, None, code)
            if len(rows) != 1:
                return None if rows else rx.toast.error(refusal.message)
            item_id = rows[0].id
        return rx.redirect(f"/inventory/items/{item_id}")

    @rx.event
    @needs(SEES)
    async def choose_facility(self, facility_id: Any):
        """Show the figures of one facility, or of all added up."""
        self.facility, self._page = str(whole_number(facility_id) or ""), 0
        await self._show_anew()

    @rx.event
    @needs(SEES)
    async def choose_category(self, category: Any):
        """Show one category, or all."""
        self.category, self._page = line(category, 60), 0
        await self._show_anew()

    @rx.event
    @needs(SEES)
    async def show_low(self, only: Any):
        """Show only what is below its minimum, or everything."""
        self.low_only, self._page = only is True, 0
        await self._show_anew()

    @rx.event
    @needs(SEES)
    async def show_retired(self, too: Any):
        """Show items no longer in use as well."""
        self.retired_too, self._page = too is True, 0
        await self._show_anew()

    @rx.event
    @needs(SEES)
    async def show_following(self):
        """Go on to the next page."""
        if not self.last:
            self._page += 1
            await self._show_anew()

    @rx.event
    @needs(SEES)
    async def show_previous(self):
        """Go back a page."""
        self._page = max(self._page - 1, 0)
        await self._show_anew()

    @rx.event
    @needs(CHANGES)
    async def start_new(self):
        """Open an empty form."""
        self._edit(NEW, ItemDraft(category=self.category), 0)

    @property
    def _wanted(self) -> Wanted:
        return Wanted(
            self.text,
            whole_number(self.facility),
            self.category,
            self.low_only,
            self.retired_too,
            self._page,
        )

    async def _stored(self) -> None:
        await self._show_anew()

    async def _show_anew(self) -> None:
        """Read the list for the person at work, and hear of what changes on it."""
        hub.watch(TOPIC, self, await self._read_again(acting()))

    async def _read_again(self, actor: Actor) -> Screen:
        """Read the list; gives what is on screen now."""
        try:
            read = await work_as(actor, read_page, self._wanted)
        except NotFound:  # a facility that is out of reach by now
            self.facility = ""
            read = await work_as(actor, read_page, self._wanted)
        if not read.rows and self._page:
            self._page = 0
            read = await work_as(actor, read_page, self._wanted)
        self.may_change = actor.reach(CHANGES).everywhere
        self.may_move = not actor.reach(CHANGES).nowhere
        return await show(self, read)


async def show(state: StockState, read: Read) -> Screen:
    """Put a page on this screen; bands that look the same already are not sent again."""
    wanted = in_bands([view(row) for row in read.rows])
    for band, rows in zip(BANDS, wanted, strict=True):
        own: Any = await state.get_state(band)
        if own.rows != rows:
            own.rows = rows
    start = state._page * PAGE
    state.count = len(read.rows)
    state.facilities = [[str(id_), name] for id_, name in read.facilities]
    state.categories = [[name, name] for name in read.categories]
    state.summary = f"{start + 1:,} to {start + len(read.rows):,}" if read.rows else "Nothing"
    state.first, state.last, state.loaded = state._page == 0, not read.more, True
    ids = tuple(row.id for row in read.rows)
    return Screen(ids, whole_number(state.facility))


def read_page(session: Session, actor: Actor, wanted: Wanted) -> Read:
    """A page of the list, and what can be chosen around it."""
    page = listing.page(session, actor, wanted)
    reachable = places.facility_names(session, actor, SEES)
    return Read(page.rows, page.more, tuple(reachable), tuple(items.categories(session, actor)))
