"""The conversations with one customer: what stands in them, answering, and starting another one."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.customers import days
from securecare.documents import kinds
from securecare.documents import reading as documents
from securecare.foundation.days import short_day
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import NotAccepted
from securecare.foundation.live import GAP, Change
from securecare.messages import reading, recipients, writing
from securecare.messages.reading import MESSAGES, Conversation, Page, Position
from securecare.messages.recipients import Colleague
from securecare.messages.writing import LONGEST_BODY, Beginning, Settings, Words
from state.editing import NEW
from state.filled_in import FilledIn
from state.gate import needs
from state.live import Hub, Viewer, hub
from state.message_live import TABLES
from state.message_views import Clock, MessageView, ThreadView, clock_of, message_views, thread_view
from state.read import whole_number
from state.record import concerns, record_in
from state.record_tab import RecordTab
from state.work import acting, work, work_as

SEES, SENDS = Permission.VIEW_MESSAGES, Permission.SEND_MESSAGES


@dataclass(frozen=True)
class PaperView:
    """A document that may go with a message."""

    id: int
    title: str
    detail: str


@dataclass(frozen=True)
class ColleagueView:
    """Who may take part, and whether they do."""

    id: int
    name: str
    chosen: bool


@dataclass(frozen=True)
class _Read:
    """The list, what stands in the open thread, and how to say it."""

    page: Page
    opened: Conversation | None
    told: Clock
    may_send: bool
    can_read: bool


class RecordMessagesState(RecordTab, rx.State):
    """The threads on screen, the open one, and the form of a new one."""

    threads: list[ThreadView] = []
    first: bool = True
    last: bool = True
    opened: ThreadView = ThreadView()
    people: str = ""
    """Who of the staff takes part in it."""
    messages: list[MessageView] = []
    earlier: bool = False
    may_send: bool = False
    can_read: bool = True
    """Whether the customer has an account to read it with."""
    record: int = 0
    answer_key: str = ""
    """Of the answer that is being written: sent twice, it is one message."""
    answer_error: str = ""
    papers: list[PaperView] = []
    kinds: list[list[str]] = []
    colleagues: list[ColleagueView] = []
    until: str = ""
    allowed: bool = True

    names: ClassVar[Mapping[str, str]] = {
        "subject": "Subject",
        "body": "Message",
        "recipients": "Who else takes part",
        "replies_allowed": "Allow replies",
        "replies_until": "Until",
        "documents": "Attachments",
    }
    topic: ClassVar[str] = "record_messages"

    _starts: list[Position | None] = [None]
    _following: Position | None = None
    _most: int = MESSAGES
    _key: uuid.UUID = uuid.UUID(int=0)

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show the newest threads, and the one that the address names: so a page finds its way back.

        An answer that was being written there stays: it is sent once, whatever was lost meanwhile.
        """
        asked, before = whole_number(self.router.url.query_parameters.get("thread")), self.opened.id
        if asked is None or self._record != record_in(self):
            self._starts = [None]
        self._most = MESSAGES
        self.opened, self.messages = ThreadView(id=asked or 0), []
        await self._open()
        self.record = self._record
        await self._look(noted=True, again=asked == before)

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
    async def open_thread(self, thread_id: Any):
        """Show what stands in a thread; the way back of the browser leads to the list."""
        return rx.redirect(f"{self._address()}?thread={whole_number(thread_id) or 0}")

    @rx.event
    @needs(SEES)
    async def close_thread(self):
        """Back to the list, where there is no room for both."""
        return rx.redirect(self._address(), replace=True)

    @rx.event
    @needs(SEES)
    async def show_earlier(self):
        """Show more of the open thread."""
        if self.earlier:
            self._most += MESSAGES
            await self._read_again(acting())

    @rx.event
    @needs(SEES)
    async def see(self):
        """The page is in front of the person: what it shows is read."""
        if self.opened.id and self.messages and self.opened.unread:
            await work(reading.mark_read, self.opened.id, self.messages[-1].id)

    @rx.event
    @needs(SENDS)
    async def answer(self, form: dict[str, Any]):
        """Send what was written in the open thread, or say why not."""
        read = FilledIn(form)
        try:
            words = Words(read.prose("body", LONGEST_BODY + 1), _key(read), read.ids("doc-"))
            await work(writing.send, self.opened.id, words)
        except NotAccepted as refusal:
            self.answer_error = " ".join(refusal.complaints.values())
            return None
        except DomainError as refusal:
            return rx.toast.error(refusal.message)
        await self._look()
        return rx.call_script("document.querySelector('.talk__answer textarea')?.focus()")

    @rx.event
    @needs(SENDS)
    async def start_new(self):
        """Open the form of a new thread."""
        await self._offer(frozenset({acting().account_id}))
        self.allowed, self.until = True, ""
        self._key = uuid.uuid4()
        self._begin(NEW)

    @rx.event
    @needs(SENDS)
    async def edit(self):
        """Open the settings of the thread that is open."""
        await self._edit(self.opened.id)

    @rx.event
    @needs(SENDS)
    async def save(self, form: dict[str, Any]):
        """Start the thread or keep its settings, or say beside each field why not."""
        read = FilledIn(form)
        settings = await work(_settings, read, self.is_new)
        self._wish = settings
        if self.is_new:
            words = Words(read.prose("body", LONGEST_BODY + 1), self._key, read.ids("doc-"))
            self._wish = Beginning(read.text("subject"), words, settings)
        if read.complaints:
            self._complain(NotAccepted(self._wish.complaints() | read.complaints))
            return None
        begins = self.is_new and self.drawer_open
        told = await self._save()
        if begins and not self.drawer_open:
            return [told, rx.redirect(f"{self._address()}?thread={self.opened.id}")]
        return told

    async def _show(self, actor: Actor) -> None:
        read = await work_as(
            actor, _read, self._record, self._starts[-1], self.opened.id, self._most
        )
        self.threads = [thread_view(each, read.told) for each in read.page.rows]
        self._following, self.may_send = read.page.following, read.may_send
        self.can_read = read.can_read
        self.first, self.last = len(self._starts) == 1, self._following is None
        if read.opened is None:
            self.opened, self.messages, self.earlier = ThreadView(), [], False
            return
        self.opened = thread_view(read.opened.thread, read.told)
        self.people = ", ".join(read.opened.participants)
        self.messages = message_views(read.opened, read.told, as_customer=False)
        self.earlier = read.opened.earlier

    def _address(self) -> str:
        return f"/customers/{self._record}/messages"

    async def _look(self, *, noted: bool = False, again: bool = False) -> None:
        """Show the thread that is open, ready to be answered."""
        if not again or not self.answer_key:
            self.answer_key, self.answer_error = str(uuid.uuid4()), ""
        if noted and self.opened.id:
            await work(_note, self._record, self.opened.id)
        await self._read_again(acting())
        if self.opened.id and self.may_send:
            self.papers, self.kinds = await work(_papers, self._record)

    async def _edit(self, id_: int) -> None:
        settings, version, told = await work(_standing, id_)
        await self._offer(settings.recipients)
        self.allowed = settings.replies_allowed
        ends = settings.replies_until
        self.until = days.last_day_of(ends, told.zone).isoformat() if ends else ""
        self._begin(id_, version)

    async def _standing(self) -> tuple[Settings, int]:
        settings, version, _ = await work(_standing, self._editing)
        return settings, version

    async def _offer(self, chosen: frozenset[int]) -> None:
        found = await work(recipients.eligible, self._record)
        self.colleagues = [_colleague(each, chosen) for each in found]
        self.papers, self.kinds = await work(_papers, self._record)

    async def _write(self) -> str:
        if self.is_new:
            started = await work(writing.start, self._record, self._wish)
            self.opened, self._most, self._starts = ThreadView(id=started), MESSAGES, [None]
            await self._look()
            return "Message sent."
        await work(writing.change, self._editing, self._version, self._wish)
        return "Conversation saved."

    def _say(self, name: str, value: Any) -> str:
        if name == "recipients":
            return ", ".join(each.name for each in self.colleagues if each.id in value) or "–"
        if name == "replies_allowed":
            return "Yes" if value else "No"
        if name == "replies_until" and value is not None:
            return short_day(value.date())
        return super()._say(name, value)


def _read(
    session: Session, actor: Actor, record: int, since: Position | None, thread_id: int, most: int
) -> _Read:
    page = reading.of_customer(session, actor, record, since)
    opened = _opened(session, actor, record, thread_id, most)
    may_send = not actor.reach(SENDS).nowhere
    can_read = recipients.can_read(session, record)
    return _Read(page, opened, clock_of(session, actor), may_send, can_read)


def _opened(
    session: Session, actor: Actor, record: int, thread_id: int, most: int
) -> Conversation | None:
    """What stands in the thread, if it is one with this customer."""
    if not thread_id:
        return None
    try:
        found = reading.thread(session, actor, thread_id, size=most, noted=False)
    except NotFound:
        return None
    return found if found.thread.customer_id == record else None


def _note(session: Session, actor: Actor, record: int, thread_id: int) -> None:
    """Leave in the trail that the thread was opened."""
    if _opened(session, actor, record, thread_id, 1) is not None:
        reading.thread(session, actor, thread_id, size=1, noted=True)


def _papers(session: Session, actor: Actor, record: int) -> tuple[list[PaperView], list[list[str]]]:
    """The newest documents of the record, and the kinds that a new one may be of."""
    if actor.reach(Permission.VIEW_DOCUMENTS).nowhere:
        return [], []
    rows = documents.of_customer(session, actor, record).rows
    zone = days.zone(session)
    papers = [
        PaperView(
            each.id, each.title, f"{each.kind}, {short_day(each.stored_at.astimezone(zone).date())}"
        )
        for each in rows
    ]
    if actor.reach(Permission.EDIT_DOCUMENTS).nowhere:
        return papers, []
    return papers, [[str(each.id), each.name] for each in kinds.listed(session, actor)]


def _standing(session: Session, actor: Actor, thread_id: int) -> tuple[Settings, int, Clock]:
    settings, version = writing.standing(session, actor, thread_id)
    return settings, version, clock_of(session, actor)


def _settings(session: Session, actor: Actor, read: FilledIn, is_new: bool) -> Settings:
    """Who takes part and until when it may be answered, as the form says."""
    allowed, day = read.flag("replies_allowed"), read.day("replies_until")
    until = days.end_of(session, day) if allowed and day else None
    chosen = read.ids("who-")
    return Settings(chosen | {actor.account_id} if is_new else chosen, allowed, until)


def _key(read: FilledIn) -> uuid.UUID:
    """The key of the form that was sent."""
    try:
        return uuid.UUID(read.text("key"))
    except ValueError:
        raise NotAccepted({"body": "Reload the page and send this again."}) from None


def _colleague(each: Colleague, chosen: frozenset[int]) -> ColleagueView:
    return ColleagueView(each.account_id, each.name, each.account_id in chosen)


async def _refresh(live: Hub, changes: Sequence[Change], viewers: Sequence[Viewer]) -> None:
    """Read the tab again where a thread of its record, or one that it shows, has changed."""
    for viewer in viewers:
        theirs = [each for each in changes if each is GAP or concerns(each, viewer)]
        named = {each.row.get("thread_id") for each in theirs if each.table in TABLES[1:]}
        whole = any(each is GAP or each.table == "message_thread" for each in theirs)
        if not (whole or named):
            continue
        async with live.modify(viewer, RecordMessagesState) as state:
            if whole or named & {each.id for each in [*state.threads, state.opened]}:
                await state._read_again(viewer.actor)


hub.topic(RecordMessagesState.topic, TABLES, _refresh)
