"""Kinds of documents: their list with how long each is kept, and the form of one."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.documents import kinds
from securecare.documents.kinds import KindForm, KindListed
from securecare.foundation.forms import NotAccepted, Overtaken
from state.editing import NEW, Editing, differences
from state.filled_in import FilledIn
from state.gate import needs
from state.live import hub
from state.live_pages import live_page
from state.read import whole_number
from state.work import acting, work, work_as

TOPIC = "document_kinds"
RIGHT = Permission.CONFIGURE_ORGANIZATION
NAMES = {"name": "Name", "retention_years": "Kept for", "active": "Offered"}


@dataclass(frozen=True)
class KindView:
    """A kind as its row and its form show it."""

    id: int = 0
    name: str = ""
    years: int = 6
    kept: str = ""
    active: bool = True


class DocumentKindsState(Editing, rx.State):
    """The kinds of the organization, and the one whose form is open."""

    loaded: bool = False
    rows: list[KindView] = []
    draft: KindView = KindView()

    _editing: int = 0
    _version: int = 0
    _wish: KindForm | None = None

    @rx.event
    @needs(RIGHT)
    async def open_page(self):
        """Show the list, and keep it current."""
        hub.watch(TOPIC, self, None)
        self._saved()
        await self._read_again(acting())

    @rx.event
    @needs(RIGHT)
    async def start_new(self):
        """Open an empty form."""
        self._open(KindView(), NEW, 0)

    @rx.event
    @needs(RIGHT)
    async def edit(self, kind_id: int):
        """Open the form of a kind."""
        row = await self._row(kind_id)
        self._open(_view(row), row.id, row.version)

    @rx.event
    @needs(RIGHT)
    async def save(self, form: dict[str, Any]):
        """Save the open form, or say beside each field why not."""
        read = FilledIn(form)
        years = read.number("retention_years", 6)
        self._wish = KindForm(read.text("name"), years, self.draft.active)
        try:
            read.require_accepted(self._wish.complaints())
        except NotAccepted as refusal:
            self._complain(refusal)
            return None
        return await self._store()

    @rx.event
    @needs(RIGHT)
    async def offer(self, kind_id: int, active: bool):
        """Offer a kind for new documents, or offer it no more."""
        row = await self._row(kind_id)
        wish = KindForm(row.name, row.retention_years, active is True)
        await work(kinds.change, row.id, row.version, wish)
        await self._read_again(acting())
        said = "is offered again" if active is True else "is not offered for new documents any more"
        return rx.toast.success(f"{row.name} {said}.")

    @rx.event
    @needs(RIGHT)
    async def keep_mine(self):
        """Save what was typed over what somebody else saved."""
        if not self.differences or self._wish is None:
            return None
        self._version = (await self._row(self._editing)).version
        return await self._store()

    @rx.event
    @needs(RIGHT)
    async def take_theirs(self):
        """Leave what was typed, and show what is saved."""
        if self._editing not in (0, NEW):
            row = await self._row(self._editing)
            self._open(_view(row), row.id, row.version)

    async def _store(self) -> Any:
        if not self.drawer_open or self._wish is None:
            return None  # pressed twice
        try:
            if self._editing == NEW:
                await work(kinds.add, self._wish)
            else:
                await work(kinds.change, self._editing, self._version, self._wish)
        except NotAccepted as refusal:
            self._complain(refusal)
            return None
        except Overtaken as refusal:
            theirs = await self._row(self._editing)
            saved = KindForm(theirs.name, theirs.retention_years, theirs.active)
            self._overtaken(refusal, differences(self._wish, saved, NAMES, _said))
            return None
        self._saved()
        await self._read_again(acting())
        return rx.toast.success(f"{self._wish.name} is saved.")

    def _open(self, draft: KindView, editing: int, version: int) -> None:
        self.draft, self._editing, self._version, self._wish = draft, editing, version, None
        self._start(NAMES)

    async def _row(self, kind_id: Any) -> KindListed:
        wanted = whole_number(kind_id)
        listed = await work(kinds.listed, also_inactive=True)
        row = next((each for each in listed if each.id == wanted), None)
        if row is None:
            raise NotFound("This kind of document")
        return row

    async def _read_again(self, actor: Actor) -> None:
        listed = await work_as(actor, kinds.listed, also_inactive=True)
        self.rows = [_view(each) for each in sorted(listed, key=lambda each: not each.active)]
        self.loaded = True


def _view(row: KindListed) -> KindView:
    return KindView(row.id, row.name, row.retention_years, _kept(row.retention_years), row.active)


def _kept(years: int) -> str:
    if years == 0:
        return "May be deleted at any time"
    return f"{years} year{'s' if years != 1 else ''}"


def _said(name: str, value: Any) -> str:
    if name == "retention_years":
        return _kept(value)
    if name == "active":
        return "Yes" if value else "No"
    return str(value)


live_page(TOPIC, ["document_kind"], DocumentKindsState)
