"""The documents of a customer. Files themselves go over plain HTTP: see assets/scripts/vault.js."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import days
from securecare.documents import documents, kinds, reading
from securecare.documents.documents import DocumentForm
from securecare.documents.kinds import KindListed
from securecare.documents.reading import DocumentListed, Page, Position, VersionListed
from securecare.foundation.days import short_day
from securecare.foundation.errors import DomainError
from state.filled_in import FilledIn
from state.gate import needs
from state.read import whole_number
from state.record_tab import RecordTab, keep_current
from state.sizes import said_size
from state.work import acting, work, work_as

SEES, CHANGES = Permission.VIEW_DOCUMENTS, Permission.EDIT_DOCUMENTS


@dataclass(frozen=True)
class VersionView:
    """One version of a file."""

    id: int
    said: str
    name: str


@dataclass(frozen=True)
class DocumentView:
    """A document in words."""

    id: int = 0
    title: str = ""
    kind_id: str = ""
    kind: str = ""
    type: str = ""
    size: str = ""
    number: str = ""
    version: int = 0
    version_id: int = 0
    stored: str = ""
    kept: str = ""
    public: bool = False
    shown: bool = False
    """Whether a browser can show it."""
    picture: bool = False
    deletable: bool = False


@dataclass(frozen=True)
class _Read:
    """A part of the list, and what forms need."""

    page: Page
    kinds: list[KindListed]
    zone: Any
    may_change: bool


class DocumentsState(RecordTab, rx.State):
    """The documents on screen, and the form of one."""

    documents: list[DocumentView] = []
    kinds: list[list[str]] = []
    may_change: bool = False
    record: int = 0
    first: bool = True
    last: bool = True
    draft: DocumentView = DocumentView()
    versions: list[VersionView] = []
    looking: bool = False
    looked_at: DocumentView = DocumentView()

    names: ClassVar[Mapping[str, str]] = {
        "title": "Title",
        "kind_id": "Kind",
        "public_to_customer": "Shared with the person",
    }
    topic: ClassVar[str] = "record_documents"

    _starts: list[Position | None] = [None]
    _following: Position | None = None

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show the newest documents."""
        self._starts, self.looking = [None], False
        await self._open()
        self.record = self._record

    @rx.event
    @needs(SEES)
    async def show_following(self):
        """Go on in the list."""
        if self._following is not None:
            self._starts = [*self._starts, self._following]
            await self._read_again(acting())

    @rx.event
    @needs(SEES)
    async def show_previous(self):
        """Go back in the list."""
        if len(self._starts) > 1:
            self._starts = self._starts[:-1]
            await self._read_again(acting())

    @rx.event
    @needs(SEES)
    async def look(self, document_id: Any):
        """Show a PDF or a picture within the page."""
        wanted = whole_number(document_id)
        self.looked_at = next((d for d in self.documents if d.id == wanted), DocumentView())
        self.looking = self.looked_at.shown

    @rx.event
    @needs(SEES)
    async def open_look(self, opened: Any):
        """Close what was looked at."""
        if opened is not True:
            self.looking, self.looked_at = False, DocumentView()

    @rx.event
    @needs(CHANGES)
    async def edit(self, document_id: Any):
        """Open the form of one, with all its versions."""
        await self._edit(whole_number(document_id) or 0)

    @rx.event
    @needs(CHANGES)
    async def save(self, form: dict[str, Any]):
        """Save the open form, or say beside each field why not."""
        read = FilledIn(form)
        self._wish = DocumentForm(
            read.text("title"), read.id("kind_id") or 0, read.flag("public_to_customer")
        )
        return await self._save()

    @rx.event
    @needs(CHANGES)
    async def delete(self, document_id: Any):
        """Delete a document whose retention has ended."""
        wanted = whole_number(document_id)
        document = next((d for d in self.documents if d.id == wanted), None)
        if document is None:
            return None
        try:
            await work(documents.delete, document.id, document.version)
        except DomainError as refusal:
            return rx.toast.error(refusal.message)
        await self._read_again(acting())
        return rx.toast.success(f"{document.title} is deleted.")

    async def _show(self, actor: Actor) -> None:
        read = await work_as(actor, _read, self._record, self._starts[-1])
        self.documents = [_view(each, read.zone) for each in read.page.rows]
        self._following = read.page.following
        self.first, self.last = len(self._starts) == 1, self._following is None
        self.kinds = [[str(each.id), each.name] for each in read.kinds]
        self.may_change = read.may_change

    async def _edit(self, id_: int) -> None:
        document, versions, zone = await work(_one, id_)
        self.draft = _view(document, zone)
        self.versions = [_version(each, zone) for each in versions]
        self._begin(id_, document.version)

    async def _standing(self) -> tuple[DocumentForm, int]:
        document, _, _ = await work(_one, self._editing)
        return document.form, document.version

    async def _write(self) -> str:
        await work(documents.change, self._editing, self._version, self._wish)
        return f"{self._wish.title} is saved."

    def _say(self, name: str, value: Any) -> str:
        if name == "kind_id":
            return dict(self.kinds).get(str(value), "–")
        if name == "public_to_customer":
            return "Yes" if value else "No"
        return super()._say(name, value)


def _read(session: Session, actor: Actor, record: int, since: Position | None) -> _Read:
    return _Read(
        reading.of_customer(session, actor, record, since),
        kinds.listed(session, actor),
        days.zone(session),
        actor.may(CHANGES) or not actor.reach(CHANGES).nowhere,
    )


def _one(
    session: Session, actor: Actor, document_id: int
) -> tuple[DocumentListed, list[VersionListed], Any]:
    return (
        reading.detail(session, actor, document_id),
        reading.versions(session, actor, document_id),
        days.zone(session),
    )


def _view(row: DocumentListed, zone: Any) -> DocumentView:
    stored = short_day(row.stored_at.astimezone(zone).date())
    return DocumentView(
        row.id,
        row.title,
        str(row.kind_id),
        row.kind,
        row.type,
        said_size(row.size_bytes),
        str(row.number),
        row.version,
        row.version_id,
        f"{stored}, {row.stored_by}",
        short_day(row.retained_until),
        row.public_to_customer,
        row.previewed,
        row.media_type.startswith("image/"),
        row.may_be_deleted,
    )


def _version(each: VersionListed, zone: Any) -> VersionView:
    stored = short_day(each.stored_at.astimezone(zone).date())
    said = f"Version {each.number} · {said_size(each.size_bytes)} · {stored}, {each.stored_by}"
    return VersionView(each.id, said, each.file_name)


keep_current(DocumentsState, "document", "document_kind")
