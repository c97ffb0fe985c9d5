"""Stocktakes: the list of counts, and one with what was counted so far."""

from dataclasses import dataclass
from typing import Any

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.foundation.money import format_cents
from securecare.inventory import counts, finding, items, listing
from securecare.inventory.counts import CountListed, Sheet, SheetLine
from securecare.inventory.finding import NothingScanned
from securecare.inventory.listing import Listed
from securecare.organization import places
from state.filled_in import FilledIn
from state.gate import needs
from state.live import hub
from state.live_pages import live_page
from state.moments import ago
from state.read import line, whole_number
from state.work import acting, work, work_as

TOPIC = "counts"
SEES, EDITS = Permission.VIEW_STOCK, Permission.EDIT_STOCK
STATUS_WORDS = {"open": "Being counted", "posted": "Posted", "abandoned": "Abandoned"}
FIELDS = ("facility_id", "category", "note", "counted")


@dataclass(frozen=True)
class CountView:
    """A count as the list and the head of its page show it."""

    id: int = 0
    facility: str = ""
    what: str = ""
    note: str = ""
    started: str = ""
    status: str = ""
    status_word: str = ""
    counted: str = ""
    differing: str = ""


@dataclass(frozen=True)
class CountedView:
    """An item that was counted. `mark` is "more", "fewer" or ""."""

    key: str
    name: str
    sku: str
    expected: str
    counted: str
    difference: str
    value: str
    mark: str


@dataclass(frozen=True)
class AskedView:
    """An item that may be counted next."""

    key: str = ""
    name: str = ""
    sku: str = ""
    unit: str = ""
    available: str = ""


class CountsState(rx.State):
    """The counts on screen, and the one that is open."""

    loaded: bool = False
    missing: bool = False
    rows: list[CountView] = []
    one: CountView = CountView()
    lines: list[CountedView] = []
    only_different: bool = False
    total: str = ""
    """What all differences are worth together."""
    facilities: list[tuple[str, str]] = []
    categories: list[tuple[str, str]] = []
    may_edit: bool = False
    dialog: str = ""
    """ "start", "post" or "abandon"."""
    dialog_key: int = 0
    found: list[AskedView] = []
    find_error: str = ""
    find_key: int = 0
    asked: AskedView = AskedView()
    """The item whose count is asked for now."""
    asked_key: int = 0
    errors: dict[str, str] = dict.fromkeys(FIELDS, "")
    refused: str = ""

    _one: int = 0
    _stamp: int = 0
    _facility: int = 0
    _category: str = ""
    _scanned: str = ""
    _all: list[CountedView] = []

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show the list, and keep it current."""
        self._one = 0
        hub.watch(TOPIC, self, None)
        await self._read_again(acting())

    @rx.event
    @needs(SEES)
    async def open_one(self):
        """Show the count that the address names, and keep it current."""
        named = whole_number(self.router.url.path.rstrip("/").rpartition("/")[2]) or 0
        if named != self._one:
            self.loaded, self.asked, self.found, self.dialog = False, AskedView(), [], ""
            self.refused, self.find_error = "", ""
            self.find_key += 1
        self._one = named
        hub.watch(TOPIC, self, None)
        await self._read_again(acting())

    @rx.event
    @needs(EDITS)
    async def ask(self, what: Any):
        """Open one of the dialogs."""
        if what not in ("start", "post", "abandon"):
            return
        if what == "start":
            rows, categories = await work(_choices)
            self.facilities = [(str(id_), name) for id_, name in rows]
            self.categories = [(name, name) for name in categories]
        self.errors, self.refused = dict.fromkeys(FIELDS, ""), ""
        self.dialog, self.dialog_key = what, self.dialog_key + 1

    @rx.event
    @needs(SEES)
    async def open_dialog(self, opened: bool):
        """Leave the dialog; only its own button opens one."""
        if opened is not True:
            self.dialog = ""

    @rx.event
    @needs(SEES)
    async def show_different(self, only: Any):
        """Show only what differs from the books, or everything that was counted."""
        self.only_different = only is True
        self._filter()

    @rx.event
    @needs(EDITS)
    async def start(self, form: dict[str, Any]):
        """Begin a count, and go to its sheet."""
        filled = FilledIn(form)
        if self.dialog != "start":
            return None
        try:
            count_id = await work(
                counts.start,
                filled.id("facility_id") or 0,
                filled.text("category"),
                filled.text("note"),
            )
        except NotFound:
            self.errors = self.errors | {"facility_id": "Choose a facility."}
            return None
        except NotAccepted as refusal:
            self._complain(refusal)
            return None
        self.dialog = ""
        return rx.redirect(f"/inventory/counts/{count_id}")

    @rx.event
    @needs(EDITS)
    async def find(self, text: Any):
        """Show what answers the words."""
        if self._scanned and line(text, 80) == self._scanned:
            self._scanned = ""  # a scanner's keys reach this a moment after its Enter
            return
        self.find_error = ""
        if self._facility:
            rows = await work(finding.found, self._facility, line(text, 80))
            self.found = [_asked(row) for row in rows]

    @rx.event
    @needs(EDITS)
    async def scan(self, form: dict[str, Any]):
        """Ask how many there are of what was scanned, or of the one thing that was found."""
        code = FilledIn(form).text("find")
        if not code or not self._facility:
            return None
        self._scanned = line(code, 80)
        try:
            return await self._ask_for(await work(finding.scanned, code))
        except NothingScanned as refusal:
            rows = await work(finding.found, self._facility, code)
            if len(rows) == 1:
                return await self._ask_for(rows[0].id)
            self.find_error = "" if rows else refusal.message
            return None

    @rx.event
    @needs(EDITS)
    async def put_on(self, item_id: Any):
        """Ask how many there are of an item."""
        return await self._ask_for(whole_number(item_id) or 0)

    @rx.event
    @needs(EDITS)
    async def enter(self, form: dict[str, Any]):
        """Keep what was counted."""
        self.errors = dict.fromkeys(FIELDS, "")
        counted = whole_number(FilledIn(form).text("counted"), 0)
        item_id = whole_number(self.asked.key)
        if counted is None or item_id is None:
            self.errors = self.errors | {"counted": "Enter a whole number, 0 or more."}
            return None
        try:
            await work(counts.enter, self._one, item_id, counted)
        except NotAccepted as refusal:
            self.errors = self.errors | {"counted": refusal.message}
            return None
        self.asked, self.find_key = AskedView(), self.find_key + 1
        await self._read_again(acting())
        return rx.call_script("document.querySelector('form[data-scan] input')?.focus()")

    @rx.event
    @needs(EDITS)
    async def leave_item(self):
        """Do not count it after all."""
        self.asked = AskedView()

    @rx.event
    @needs(EDITS)
    async def forget(self, key: Any):
        """Take an item off the sheet, as if it had not been counted."""
        await work(counts.forget, self._one, whole_number(key) or 0)
        await self._read_again(acting())

    @rx.event
    @needs(EDITS)
    async def post(self):
        """Make the books follow what was counted, or say why not."""
        if self.dialog != "post":
            return None
        try:
            await work(counts.post, self._one, self._stamp)
        except Overtaken:
            self.refused = "Somebody counted something else meanwhile. Look at the differences again, then post."
        except DomainError as refusal:
            self.refused = refusal.message
        else:
            self.dialog = ""
            await self._read_again(acting())
            return rx.toast.success("The count is posted. The books follow the shelf.")
        await self._read_again(acting())
        return None

    @rx.event
    @needs(EDITS)
    async def abandon(self):
        """End the count without posting anything."""
        if self.dialog == "abandon":
            await work(counts.abandon, self._one)
            self.dialog = ""
            await self._read_again(acting())

    async def _ask_for(self, item_id: int) -> Any:
        rows = await work(listing.these, [item_id], self._facility)
        row = rows.get(item_id)
        self.found, self.find_error, self.find_key = [], "", self.find_key + 1
        if row is None:
            return None
        if self._category and row.category != self._category:
            self.find_error = f"{row.name} is not of the category {self._category}."
            return None
        self.asked, self.asked_key = _asked(row), self.asked_key + 1
        self.errors = dict.fromkeys(FIELDS, "")
        return None

    def _complain(self, refusal: NotAccepted) -> None:
        self.errors = dict.fromkeys(FIELDS, "") | refusal.complaints

    async def _read_again(self, actor: Actor) -> None:
        if not self._one:
            self.rows = [_view(row) for row in await work_as(actor, counts.listing)]
            self.may_edit = not actor.reach(EDITS).nowhere
        else:
            try:
                sheet = await work_as(actor, counts.sheet, self._one)
            except NotFound:
                self.missing, self.loaded = True, True
                return
            self.may_edit = actor.may(EDITS, sheet.facility_id)
            self._show(sheet)
        self.missing, self.loaded = False, True

    def _show(self, sheet: Sheet) -> None:
        self._stamp, self._facility, self._category = sheet.stamp, sheet.facility_id, sheet.category
        self.one = _head(sheet)
        self._all = [_counted(each) for each in sheet.lines]
        self.total = _signed_cents(sum(each.difference_cents for each in sheet.lines))
        self._filter()

    def _filter(self) -> None:
        self.lines = [each for each in self._all if each.mark or not self.only_different]


def _choices(session: Session, actor: Actor) -> tuple[list[tuple[int, str]], list[str]]:
    return places.facility_names(session, actor, EDITS), list(items.categories(session, actor))


def _view(row: CountListed) -> CountView:
    return CountView(
        row.id,
        row.facility,
        row.category or "Everything",
        row.note,
        ago(row.started_at),
        row.status,
        STATUS_WORDS[row.status],
        f"{row.lines:,}",
        f"{row.differing:,}",
    )


def _head(sheet: Sheet) -> CountView:
    differing = sum(1 for each in sheet.lines if each.difference)
    return CountView(
        sheet.id,
        sheet.facility,
        sheet.category or "Everything",
        sheet.note,
        ago(sheet.started_at),
        sheet.status,
        STATUS_WORDS[sheet.status],
        f"{len(sheet.lines):,}",
        f"{differing:,}",
    )


def _counted(each: SheetLine) -> CountedView:
    change = each.difference
    return CountedView(
        str(each.item_id),
        each.name,
        each.sku,
        f"{each.expected:,}",
        f"{each.counted:,}",
        f"{change:+,}" if change else "0",
        _signed_cents(each.difference_cents),
        "more" if change > 0 else "fewer" if change < 0 else "",
    )


def _signed_cents(cents: int) -> str:
    sign = "+" if cents > 0 else "−" if cents < 0 else ""
    return sign + format_cents(abs(cents))


def _asked(row: Listed) -> AskedView:
    free = f"{row.on_hand - row.reserved:,}"
    return AskedView(str(row.id), row.name, row.sku, row.unit, free)


live_page(TOPIC, ("stock_count", "stock_count_line"), CountsState)
