"""One's own conversations with the staff of every organization, in one list."""

import uuid
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.customers.own import Own
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import NotAccepted
from securecare.messages import portal
from securecare.messages.reading import MESSAGES, Conversation, Page
from securecare.messages.writing import LONGEST_BODY
from state.filled_in import FilledIn
from state.gate import needs
from state.message_views import (
    Clock,
    MessageView,
    ThreadView,
    clock_of,
    message_views,
    thread_view,
)
from state.portal import OWN_PORTAL, in_each, portal_topic, watch_own, within
from state.read import whole_number
from state.work import acting, work_as

TOPIC = "portal_messages"
ADDRESS = "/portal/messages"
PAGE = 20
MOST = 400


@dataclass(frozen=True)
class OwnThreadView(ThreadView):
    """A conversation, and whose staff it is with."""

    organization_id: int = 0
    organization: str = ""


class PortalMessagesState(rx.State):
    """The conversations, what stands in the open one, and the answer that is being written."""

    loaded: bool = False
    threads: list[OwnThreadView] = []
    has_more: bool = False
    opened: OwnThreadView = OwnThreadView()
    people: str = ""
    """Who of the staff takes part in it."""
    messages: list[MessageView] = []
    earlier: bool = False
    answer_key: str = ""
    """Of the answer that is being written: sent twice, it is one message."""
    answer_error: str = ""

    _shown: int = PAGE
    _most: int = MESSAGES

    @rx.event
    @needs(OWN_PORTAL)
    async def open(self):
        """Show the newest, and the one that the address names: so it does when a page comes back.

        An answer that was being written there stays: it is sent once, whatever was lost meanwhile.
        """
        asked, before = whole_number(self.router.url.query_parameters.get("thread")), self.opened.id
        self.opened, self.messages, self._shown = OwnThreadView(), [], PAGE
        await self._read_again(acting())
        await watch_own(TOPIC, self)
        while asked and self.has_more and not self._listed(asked):
            self._shown = min(self._shown + PAGE, MOST)
            await self._read_again(acting())
        if asked is not None:
            await self._open(asked, again=asked == before)

    @rx.event
    @needs(OWN_PORTAL)
    async def show_more(self):
        """Read on in the list."""
        if self.has_more:
            self._shown = min(self._shown + PAGE, MOST)
            await self._read_again(acting())

    @rx.event
    @needs(OWN_PORTAL)
    async def open_thread(self, thread_id: Any):
        """Show what stands in a conversation; the way back of the browser leads to the list."""
        return rx.redirect(f"{ADDRESS}?thread={whole_number(thread_id) or 0}")

    @rx.event
    @needs(OWN_PORTAL)
    async def close_thread(self):
        """Back to the list, where there is no room for both."""
        return rx.redirect(ADDRESS, replace=True)

    @rx.event
    @needs(OWN_PORTAL)
    async def show_earlier(self):
        """Show more of the open conversation."""
        if self.earlier:
            self._most += MESSAGES
            await self._read_opened(acting())

    @rx.event
    @needs(OWN_PORTAL)
    async def see(self):
        """The page is in front of the person: what it shows is read."""
        if self.opened.id and self.messages and self.opened.unread:
            known, actor = await within(acting(), self.opened.organization_id)
            own, last = known.customer_ids, self.messages[-1].id
            await work_as(actor, portal.mark_read, own, self.opened.id, last)

    @rx.event
    @needs(OWN_PORTAL)
    async def answer(self, form: dict[str, Any]):
        """Send what was written, or say why not."""
        read = FilledIn(form)
        patron, opened = acting(), self.opened
        known, actor = await within(patron, opened.organization_id)
        try:
            await work_as(
                actor,
                portal.reply,
                known.customer_ids,
                opened.id,
                read.prose("body", LONGEST_BODY + 1),
                _key(read),
            )
        except NotAccepted as refusal:
            self.answer_error = " ".join(refusal.complaints.values())
            return None
        except DomainError as refusal:
            await self._read_again(patron)
            return rx.toast.error(refusal.message)
        self._start_answer()
        await self._read_again(patron)
        return rx.call_script("document.querySelector('.talk__answer textarea')?.focus()")

    def _listed(self, thread_id: int) -> OwnThreadView | None:
        return next((each for each in self.threads if each.id == thread_id), None)

    async def _open(self, thread_id: int, *, again: bool) -> None:
        self.opened = self._listed(thread_id) or OwnThreadView()
        self._most = MESSAGES
        if not again:
            self._start_answer()
        await self._read_opened(acting(), noted=True)

    def _start_answer(self) -> None:
        self.answer_key, self.answer_error = str(uuid.uuid4()), ""

    async def _read_again(self, actor: Actor) -> None:
        found = await in_each(actor, _read, self._shown)
        rows = [
            (row.last_at, _view(known, thread_view(row, told)))
            for known, (page, told) in found
            for row in page.rows
        ]
        rows.sort(key=_latest, reverse=True)
        self.threads = [view for _, view in rows[: self._shown]]
        some_follow = any(page.following is not None for _, (page, _) in found)
        self.has_more = self._shown < MOST and (some_follow or len(rows) > self._shown)
        self.loaded = True
        await self._read_opened(actor)

    async def _read_opened(self, actor: Actor, *, noted: bool = False) -> None:
        """Read what stands in the open conversation, or close it if it is not there any more."""
        if not self.opened.id:
            return
        try:
            known, within_it = await within(actor, self.opened.organization_id)
            seen, told = await work_as(
                within_it, _conversation, known, self.opened.id, self._most, noted
            )
        except NotFound:
            self.opened, self.messages, self.earlier = OwnThreadView(), [], False
            return
        self.opened = _view(known, thread_view(seen.thread, told))
        self.people = ", ".join(seen.participants)
        self.messages = message_views(seen, told, as_customer=True)
        self.earlier = seen.earlier


def _read(session: Session, actor: Actor, known: Own, most: int) -> tuple[Page, Clock]:
    page = portal.threads_of_patron(session, actor, known.customer_ids, size=most)
    return page, clock_of(session, actor)


def _conversation(
    session: Session, actor: Actor, known: Own, thread_id: int, most: int, noted: bool
) -> tuple[Conversation, Clock]:
    own = known.customer_ids
    seen = portal.thread_of_patron(session, actor, own, thread_id, size=most, noted=noted)
    return seen, clock_of(session, actor)


def _view(known: Own, view: ThreadView) -> OwnThreadView:
    values = {each.name: getattr(view, each.name) for each in fields(ThreadView)}
    return OwnThreadView(
        **values, organization_id=known.organization_id, organization=known.organization
    )


def _latest(row: tuple[datetime, OwnThreadView]) -> tuple[datetime, int]:
    return row[0], row[1].id


def _key(read: FilledIn) -> uuid.UUID:
    """The key of the form that was sent."""
    try:
        return uuid.UUID(read.text("key"))
    except ValueError:
        raise NotAccepted({"body": "Reload the page and send this again."}) from None


portal_topic(TOPIC, ["message_thread", "message_read"], PortalMessagesState)
