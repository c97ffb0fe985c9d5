"""One's own documents: what the staff of each organization marked public to the person."""

from dataclasses import dataclass, field
from typing import Any

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.customers.own import Own
from securecare.documents import reading
from securecare.documents.reading import Page
from state.gate import needs
from state.portal import OWN_PORTAL, in_each, portal_topic, watch_own, within
from state.portal_views import FileView, file_view
from state.read import whole_number
from state.work import acting, work_as

TOPIC = "portal_documents"
PAGE = 20
MOST = 400
"""So many of one organization are read again at most when something changes."""


@dataclass(frozen=True)
class Folder:
    """The documents that one organization shows to the person."""

    organization_id: int
    organization: str
    has_more: bool
    files: list[FileView] = field(default_factory=list)


class PortalDocumentsState(rx.State):
    """The documents of each organization, and the one that is looked at."""

    loaded: bool = False
    folders: list[Folder] = []
    known: bool = True
    """Whether any organization knows the person."""
    shown: FileView = FileView(0, "", "", "", "", "", False)

    @rx.event
    @needs(OWN_PORTAL)
    async def open(self):
        """Show the newest of each organization."""
        self.folders, self.shown = [], FileView(0, "", "", "", "", "", False)
        await self._read_again(acting())
        await watch_own(TOPIC, self)

    @rx.event
    @needs(OWN_PORTAL)
    async def show_more(self, organization_id: Any):
        """Read on in the documents of one organization."""
        wanted = whole_number(organization_id) or 0
        known, actor = await within(acting(), wanted)
        before = next((len(f.files) for f in self.folders if f.organization_id == wanted), 0)
        page = await work_as(actor, _read, known, {wanted: before + PAGE})
        self.folders = [
            _folder(known, page) if each.organization_id == wanted else each
            for each in self.folders
        ]

    @rx.event
    @needs(OWN_PORTAL)
    async def look(self, organization_id: Any, document_id: Any):
        """Look at one within the page."""
        for folder in self.folders:
            for each in folder.files:
                if (folder.organization_id, each.id) == (organization_id, document_id):
                    self.shown = each
                    return
        raise NotFound("This document")

    @rx.event
    @needs(OWN_PORTAL)
    async def open_look(self, opened: Any):
        """Close it again."""
        if opened is not True:
            self.shown = FileView(0, "", "", "", "", "", False)

    async def _read_again(self, actor: Actor) -> None:
        sizes = {each.organization_id: len(each.files) for each in self.folders}
        read = await in_each(actor, _read, sizes)
        self.known = bool(read)
        self.folders = [_folder(known, page) for known, page in read if page.rows]
        self.loaded = True


def _read(session: Session, actor: Actor, known: Own, sizes: dict[int, int]) -> Page:
    size = min(max(PAGE, sizes.get(known.organization_id, 0)), MOST)
    return reading.of_patron(session, actor, known.customer_ids, size=size)


def _folder(known: Own, page: Page) -> Folder:
    return Folder(
        known.organization_id,
        known.organization,
        page.following is not None,
        [file_view(each, known.organization_id, known.organization) for each in page.rows],
    )


portal_topic(TOPIC, ["document"], PortalDocumentsState)
