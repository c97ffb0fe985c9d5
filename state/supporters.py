"""Donors and volunteers: their list, finding one, and what one of them is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.customers import (
    customers,
    days,
    patron_links,
    phones,
    supporter_listing,
    supporters,
    visibility,
)
from securecare.customers.patron_links import ReasonMissing
from securecare.customers.support import Support
from securecare.customers.supporter_listing import SINCE, Position, Supporter, SupporterPage
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import NotAccepted
from securecare.foundation.live import Change
from state.editing import Editing
from state.filled_in import FilledIn
from state.frame import initials
from state.gate import needs
from state.live import Hub, Viewer, hub
from state.read import line, whole_number
from state.support_form import NAMES, NOTHING, SupportView, view, wanted
from state.work import acting, work, work_as

TOPIC = "supporters"
CHANGES = Permission.EDIT_CUSTOMERS


@dataclass(frozen=True)
class SupporterView:
    """A donor or volunteer in words."""

    id: int = 0
    name: str = ""
    initials: str = ""
    phone: str = ""
    email: str = ""
    record: str = ""
    """Where their record is; empty without one that the reader may see."""
    support: SupportView = NOTHING


@dataclass(frozen=True)
class _Read:
    """A part of the list with what is needed to show it."""

    page: SupporterPage
    region: str
    today: date


class SupportersState(Editing, rx.State):
    """The part of the list on screen, and the one that is open."""

    loaded: bool = False
    rows: list[SupporterView] = []
    asked: str = ""
    kind: str = ""
    """Whom to list: "donor", "volunteer", or both."""
    summary: str = ""
    first: bool = True
    last: bool = True
    shown: SupporterView = SupporterView()
    """Who is open, as the form was filled with them."""
    may_link: bool = False
    """Whether they may be given a record here: they have none, and the person sees every record."""
    dialog: bool = False
    """Whether it is asked why the connection ends."""
    dialog_key: int = 0
    number_error: str = ""

    _starts: list[Position | None] = [None]
    _next: Position | None = None
    _seen: Support = Support()

    @rx.event
    @needs(CHANGES)
    async def open_page(self):
        """Show the beginning of the list, and keep it current."""
        self._saved()
        self.dialog = False
        self.asked, self.kind, self._starts = "", "", [None]
        await self._read_again(acting())
        hub.watch(TOPIC, self, None)

    @rx.event
    @needs(CHANGES)
    async def search(self, text: str):
        """List those who fit what is typed; everybody again once nothing is."""
        self.asked, self._starts = line(text, 100), [None]
        await self._read_again(acting())

    @rx.event
    @needs(CHANGES)
    async def choose(self, kind: Any):
        """List donors, volunteers, or both."""
        self.kind = kind if isinstance(kind, str) and kind in SINCE else ""
        self._starts = [None]
        await self._read_again(acting())

    @rx.event
    @needs(CHANGES)
    async def show_following(self):
        """Go on in the list."""
        if self._next is not None:
            self._starts = [*self._starts, self._next]
            await self._read_again(acting())

    @rx.event
    @needs(CHANGES)
    async def show_previous(self):
        """Go back in the list."""
        if len(self._starts) > 1:
            self._starts = self._starts[:-1]
            await self._read_again(acting())

    @rx.event
    @needs(CHANGES)
    async def open_one(self, link_id: Any):
        """Open one of them."""
        try:
            found, region, today = await work(_one, whole_number(link_id) or 0)
        except DomainError as refusal:
            return rx.toast.error(refusal.message)
        self.shown, self._seen = _view(found, region, today), found.support
        everywhere = acting().reach(CHANGES).everywhere
        self.may_link = everywhere and found.customer_id is None
        self.number_error, self.dialog = "", False
        self._start(NAMES | {"reason": "Reason"})
        return None

    @rx.event
    @needs(CHANGES)
    async def save(self, form: dict[str, Any]):
        """Note what they are, or say beside the field why not."""
        read = FilledIn(form)
        support = wanted(read)
        try:
            read.require_accepted({})
            if not support:
                self._ask_why()
                return None
            await work(supporters.change, self.shown.id, self._seen, support)
        except ReasonMissing:  # somebody else has taken away the rest meanwhile
            self._ask_why()
            return None
        except NotAccepted as refusal:
            self._complain(refusal)
            return None
        except DomainError as refusal:
            return rx.toast.error(refusal.message)
        return await self._done("Saved.")

    @rx.event
    @needs(CHANGES)
    async def start_end(self):
        """Ask why the connection ends."""
        self._ask_why()

    @rx.event
    @needs(CHANGES)
    async def open_dialog(self, opened: Any):
        """Leave the connection as it is."""
        if opened is not True:
            self.dialog = False

    @rx.event
    @needs(CHANGES)
    async def end(self, form: dict[str, Any]):
        """They are neither any more, or say why that cannot be."""
        reason = FilledIn(form).text("reason")
        try:
            await work(supporters.end, self.shown.id, reason)
        except ReasonMissing as refusal:
            self.errors = self.errors | {"reason": refusal.message}
            return None
        except DomainError as refusal:
            return rx.toast.error(refusal.message)
        return await self._done(f"{self.shown.name} is no longer on this list.")

    @rx.event
    @needs(CHANGES)
    async def link_number(self, form: dict[str, Any]):
        """They are the customer with this number as well."""
        number = whole_number(FilledIn(form).text("number")) or 0
        try:
            found = await work(visibility.numbered, number)
            await work(patron_links.give_record, self.shown.id, found)
        except NotFound:
            self.number_error = "No record has this number."
            return None
        except DomainError as refusal:
            self.number_error = refusal.message
            return None
        return await self._done(f"{self.shown.name} is linked with the record.")

    def _ask_why(self) -> None:
        self.errors = dict.fromkeys(self.errors, "")
        self.dialog = True
        self.dialog_key += 1

    async def _done(self, words: str) -> Any:
        self._saved()
        self.dialog = False
        await self._read_again(acting())
        return rx.toast.success(words)

    async def _read_again(self, actor: Actor) -> None:
        read = await work_as(actor, _read, self.asked, self.kind, self._starts[-1])
        while not read.page.rows and len(self._starts) > 1:  # the last of a page went
            self._starts = self._starts[:-1]
            read = await work_as(actor, _read, self.asked, self.kind, self._starts[-1])
        self.rows = [_view(row, read.region, read.today) for row in read.page.rows]
        self._next = read.page.following
        self.first, self.last = len(self._starts) == 1, self._next is None
        self.summary = f"Page {len(self._starts)}"
        self.loaded = True

    async def _hear(self, actor: Actor) -> None:
        """Something changed: read the list again, and close who is no longer on it."""
        await self._read_again(actor)
        if self.drawer_open:
            try:
                await work_as(actor, supporter_listing.one, self.shown.id)
            except NotFound:
                self._saved()
                self.dialog = False


def _read(session: Session, actor: Actor, text: str, kind: str, since: Position | None) -> _Read:
    page = supporter_listing.page(session, actor, text, kind, since)
    return _Read(page, customers.region(session), days.today(session))


def _one(session: Session, actor: Actor, link_id: int) -> tuple[Supporter, str, date]:
    found = supporter_listing.one(session, actor, link_id)
    return found, customers.region(session), days.today(session)


def _view(row: Supporter, region: str, today: date) -> SupporterView:
    return SupporterView(
        row.link_id,
        row.name,
        initials(row.name),
        phones.shown(row.phone, region) if row.phone else "",
        row.email,
        f"/customers/{row.customer_id}" if row.customer_id else "",
        view(row.support, today),
    )


async def _refresh(live: Hub, changes: Sequence[Change], viewers: Sequence[Viewer]) -> None:
    """Read the list again wherever it is on screen."""
    del changes
    for viewer in viewers:
        async with live.modify(viewer, SupportersState) as state:
            await state._hear(viewer.actor)


hub.topic(TOPIC, ["patron_link"], _refresh)
