"""Receiving, adjusting and transferring: what is on the form, and what is done with it.

Quantities and costs live in the browser until they are sent; here stand the items they are about.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import NotAccepted
from securecare.foundation.live import GAP, Change
from securecare.foundation.money import NotMoney, parse_cents, plain_cents
from securecare.inventory import adjustments, documents, finding, listing, receipts, transfers
from securecare.inventory.adjustments import Adjustment
from securecare.inventory.documents import DocumentListed
from securecare.inventory.finding import NothingScanned
from securecare.inventory.listing import Listed
from securecare.inventory.receipts import Receipt, ReceiptLine
from securecare.inventory.transfers import Transfer, TransferLine
from securecare.organization import places, words
from state.filled_in import FilledIn
from state.gate import needs
from state.live import Hub, Viewer, hub
from state.read import line, whole_number
from state.session_view import moment
from state.work import acting, work, work_as

TOPIC = "goods"
EDITS = Permission.EDIT_STOCK
RECEIVE, ADJUST, TRANSFER = "receipt", "adjustment", "transfer"
FIELDS = (
    *("facility_id", "to_facility_id", "source", "paper", "note", "happened_on", "lines"),
    *("quantity", "reason"),
)


@dataclass(frozen=True)
class GoodsLine:
    """An item on the form, with what there is of it at the facility."""

    key: str = ""
    name: str = ""
    sku: str = ""
    unit: str = ""
    on_hand: str = ""
    reserved: str = ""
    available: str = ""
    cost: str = ""
    value: str = ""


@dataclass(frozen=True)
class DoneView:
    """A deed of the same kind, done before."""

    when: str
    place: str
    what: str
    about: str
    by: str


@dataclass(frozen=True)
class Screen:
    """What the hub knows of an open form: whose figures stand on it."""

    facility_id: int
    item_ids: frozenset[int]


class GoodsState(rx.State):
    """One form of three: what comes, what changes, what goes elsewhere."""

    loaded: bool = False
    deed: str = ""
    facilities: list[tuple[str, str]] = []
    facility: str = ""
    lines: list[GoodsLine] = []
    found: list[GoodsLine] = []
    find_error: str = ""
    find_key: int = 0
    form_key: int = 0
    way: str = "fewer"
    errors: dict[str, str] = dict.fromkeys(FIELDS, "")
    line_errors: dict[str, str] = {}
    refused: str = ""
    done: list[DoneView] = []

    _key: uuid.UUID | None = None
    _asked: str = ""
    _scanned: str = ""

    @rx.event
    @needs(EDITS)
    async def open_receiving(self):
        """Show the form of what comes in."""
        await self._open(RECEIVE)

    @rx.event
    @needs(EDITS)
    async def open_adjusting(self):
        """Show the form of what is more or fewer than the books say."""
        await self._open(ADJUST)

    @rx.event
    @needs(EDITS)
    async def open_transferring(self):
        """Show the form of what goes to another facility."""
        await self._open(TRANSFER)

    @rx.event
    @needs(EDITS)
    async def choose_facility(self, facility_id: Any):
        """Choose whose shelf it is; the items stay on the form, with the figures there."""
        wanted = str(whole_number(facility_id) or "")
        if wanted in {id_ for id_, _ in self.facilities}:
            self.facility = wanted
            self.found = []
            await self._figures_again(acting())
            self._watch()

    @rx.event
    @needs(EDITS)
    async def choose_way(self, way: Any):
        """Whether there are fewer, more, or just so many."""
        if way in ("fewer", "more", "figure"):
            self.way = way

    @rx.event
    @needs(EDITS)
    async def find(self, text: Any):
        """Show what answers the words."""
        if self._scanned and line(text, 80) == self._scanned:
            self._scanned = ""  # a scanner's keys reach this a moment after its Enter
            return
        self.find_error = ""
        rows = await work(finding.found, whole_number(self.facility), line(text, 80))
        self.found = [_line(row) for row in rows]

    @rx.event
    @needs(EDITS)
    async def scan(self, form: dict[str, Any]):
        """Put on the item whose barcode or number was scanned, or the one thing that was found."""
        code = FilledIn(form).text("find")
        if not code:
            return None
        self._scanned = line(code, 80)
        try:
            return await self._put(await work(finding.scanned, code))
        except NothingScanned as refusal:
            rows = await work(finding.found, whole_number(self.facility), code)
            if len(rows) == 1:
                return await self._put(rows[0].id)
            self.find_error = "" if rows else refusal.message
            return None

    @rx.event
    @needs(EDITS)
    async def put_on(self, item_id: Any):
        """Put an item on the form."""
        return await self._put(whole_number(item_id) or 0)

    @rx.event
    @needs(EDITS)
    async def take_out(self, key: Any):
        """Take an item off the form."""
        self.lines = [each for each in self.lines if each.key != key]
        self.line_errors = {}
        self._watch()

    @rx.event
    @needs(EDITS)
    async def save(self, form: dict[str, Any]):
        """Do it, or say beside each field why not; then nothing is stored."""
        filled = FilledIn(form)
        if filled.text("form") != str(self.form_key):
            return None  # pressed twice: the first has done it, and the form is another one by now
        self.errors, self.line_errors, self.refused = dict.fromkeys(FIELDS, ""), {}, ""
        if not self.facility:
            self.errors = self.errors | {"facility_id": "Choose a facility."}
            return None
        if self._key is None:
            return None
        try:
            said = await self._does(filled, int(self.facility), self._key)
        except NotAccepted as refusal:
            self._complain(filled.complaints | refusal.complaints)
            return None
        except DomainError as refusal:
            self.refused = refusal.message
            return None
        self._clear()
        await self._read_done()
        self._watch()
        return rx.toast.success(said)

    async def _does(self, filled: FilledIn, facility_id: int, key: uuid.UUID) -> str:
        if self.deed == RECEIVE:
            return await self._receive(filled, facility_id, key)
        if self.deed == TRANSFER:
            return await self._transfer(filled, facility_id, key)
        return await self._adjust(filled, facility_id, key)

    async def _receive(self, filled: FilledIn, facility_id: int, key: uuid.UUID) -> str:
        lines = tuple(
            ReceiptLine(
                int(each.key),
                _pieces(filled, each.key),
                _cents(filled, f"cost_{each.key}"),
                _cents(filled, f"value_{each.key}"),
            )
            for each in self.lines
        )
        wish = Receipt(
            facility_id,
            lines,
            filled.text("source"),
            filled.text("paper"),
            filled.text("note"),
            filled.day("happened_on"),
            key,
        )
        filled.require_accepted(wish.complaints())
        await work(receipts.receive, wish)
        return f"{_many(sum(each.quantity for each in lines))} received at {self._place()}."

    async def _transfer(self, filled: FilledIn, facility_id: int, key: uuid.UUID) -> str:
        to_id = filled.id("to_facility_id")
        lines = tuple(TransferLine(int(each.key), _pieces(filled, each.key)) for each in self.lines)
        wish = Transfer(facility_id, to_id or 0, lines, filled.text("note"), key)
        missing = {} if to_id else {"to_facility_id": "Choose a facility."}
        filled.require_accepted(wish.complaints() | missing)
        await work(transfers.transfer, wish)
        pieces = sum(each.quantity for each in lines)
        to = dict(self.facilities).get(str(to_id), "")
        return f"{_many(pieces)} went from {self._place()} to {to}."

    async def _adjust(self, filled: FilledIn, facility_id: int, key: uuid.UUID) -> str:
        if not self.lines:
            raise NotAccepted({"lines": "Choose the item first."})
        item, pieces = self.lines[0], whole_number(filled.text("quantity"), 0)
        change = -(pieces or 0) if self.way == "fewer" else pieces or 0
        wish = Adjustment(
            facility_id, int(item.key), change, filled.text("reason"), filled.text("note"), key
        )
        if self.way == "figure":
            missing = {"quantity": "Enter a whole number, 0 or more."} if pieces is None else {}
            filled.require_accepted(replace(wish, change=1).complaints() | missing)
            await work(adjustments.adjust_to, wish, pieces or 0)
            return f"{item.name}: {_many(pieces or 0)} in the books now."
        filled.require_accepted(wish.complaints())
        await work(adjustments.adjust, wish)
        return f"{item.name}: {_many(abs(change))} {self.way} in the books."

    def _complain(self, complaints: dict[str, str]) -> None:
        self.errors = self.errors | {n: w for n, w in complaints.items() if n in FIELDS}
        found: dict[str, str] = {}
        for name, said in complaints.items():
            _, _, key = name.rpartition("_")
            if name not in FIELDS and any(each.key == key for each in self.lines):
                found[key] = f"{found[key]} {said}" if key in found else said
        self.line_errors = found

    async def _open(self, deed: str) -> None:
        """Begin anew, unless the page only found its way back: what is on the form then stays."""
        asked = f"{deed} {self.router.url.query}"
        if asked != self._asked or self._key is None:
            self._asked, self.deed = asked, deed
            named = self.router.url.query_parameters
            rows = await work(places.facility_names, EDITS)
            self.facilities = [(str(id_), name) for id_, name in rows]
            known = {id_ for id_, _ in self.facilities}
            given = str(whole_number(named.get("facility")) or "")
            only = next(iter(known)) if len(known) == 1 else ""
            self.facility = given if given in known else only
            self._clear()
            if item_id := whole_number(named.get("item")):
                await self._put(item_id)
        await self._figures_again(acting())
        await self._read_done()
        self._watch()
        self.loaded = True

    def _clear(self) -> None:
        self.lines, self.found, self.find_error, self.refused = [], [], "", ""
        self.errors, self.line_errors = dict.fromkeys(FIELDS, ""), {}
        self._key = uuid.uuid4()
        self.form_key += 1
        self.find_key += 1

    async def _put(self, item_id: int) -> Any:
        """Put an item on, and begin with how many: a new field takes the focus by itself."""
        there = any(each.key == str(item_id) for each in self.lines)
        if all(each.key != str(item_id) for each in self.lines):
            rows = await work(listing.these, [item_id], whole_number(self.facility))
            added = [_line(row) for row in rows.values() if row.active]
            self.lines = added if self.deed == ADJUST and added else [*self.lines, *added]
        self.found, self.find_error, self.find_key = [], "", self.find_key + 1
        self._watch()
        field = "field-quantity" if self.deed == ADJUST else f"quantity_{item_id}"
        return rx.call_script(f"document.getElementById('{field}')?.select()") if there else None

    async def _figures_again(self, actor: Actor) -> None:
        if not self.lines:
            return
        ids = [int(each.key) for each in self.lines]
        try:
            rows = await work_as(actor, listing.these, ids, whole_number(self.facility))
        except NotFound:
            return
        lines = [_line(rows[id_]) for id_ in ids if id_ in rows]
        if lines != self.lines:
            self.lines = lines

    async def _read_done(self) -> None:
        rows, clock24 = await work(_recent, self.deed)
        self.done = [_done(row, clock24) for row in rows]

    def _watch(self) -> None:
        items = frozenset(int(each.key) for each in self.lines)
        hub.watch(TOPIC, self, Screen(whole_number(self.facility) or 0, items))

    def _place(self) -> str:
        return dict(self.facilities).get(self.facility, "")


def _recent(session: Session, actor: Actor, kind: str) -> tuple[list[DocumentListed], bool]:
    return documents.recent(session, actor, kind), words.of(session, actor).clock24


def _line(row: Listed) -> GoodsLine:
    return GoodsLine(
        str(row.id),
        row.name,
        row.sku,
        row.unit,
        f"{row.on_hand:,}",
        f"{row.reserved:,}",
        f"{row.on_hand - row.reserved:,}",
        plain_cents(row.wholesale_cents),
        plain_cents(row.retail_cents),
    )


def _done(row: DocumentListed, clock24: bool) -> DoneView:
    reason = adjustments.REASON_LABELS.get(row.reason, "")
    about = " · ".join(word for word in (reason, row.source, row.paper, row.note) if word)
    way = "" if not reason else " more" if row.change > 0 else " fewer"
    place = f"{row.facility} → {row.other_facility}" if row.other_facility else row.facility
    return DoneView(
        moment(row.made_at, row.zone, clock24),
        place,
        f"{_many(row.pieces)}{way}: {row.items}",
        about,
        row.by,
    )


def _many(pieces: int) -> str:
    return "1 piece" if pieces == 1 else f"{pieces:,} pieces"


def _pieces(filled: FilledIn, key: str) -> int:
    return whole_number(filled.text(f"quantity_{key}"), 0) or 0


def _cents(filled: FilledIn, name: str) -> int | None:
    said = filled.text(name)
    try:
        return parse_cents(said) if said else None
    except NotMoney as refusal:
        filled.complaints[name] = refusal.message
        return None


async def _refresh(live: Hub, changes: Sequence[Change], viewers: Sequence[Viewer]) -> None:
    for viewer in viewers:
        screen: Screen = viewer.interest
        if any(
            change is GAP
            or (
                (change.row["item_id"] in screen.item_ids)
                and screen.facility_id in (0, change.row["facility_id"])
            )
            for change in changes
        ):
            async with live.modify(viewer, GoodsState) as state:
                await state._figures_again(viewer.actor)


hub.topic(TOPIC, ("stock",), _refresh)
