"""What a customer agreed to be texted and written to about, and the log of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import customers, days, phones, visibility
from securecare.foundation.errors import DomainError
from securecare.notices import consent
from securecare.notices.consent import SOURCE_LABELS, USE_LABELS, Entry, Standing
from securecare.organization import words
from securecare.scheduling.local_time import label
from state.gate import needs
from state.moments import said_day
from state.record_tab import RecordTab, keep_current
from state.work import acting, work, work_as

SEES, CHANGES = Permission.VIEW_CUSTOMERS, Permission.EDIT_CUSTOMERS


@dataclass(frozen=True)
class UseView:
    """One use of a channel, and whether it is agreed to."""

    channel: str
    use: str
    label: str
    given: bool
    said: str
    held: bool
    """Whether only a text from the phone itself can bring it back."""


@dataclass(frozen=True)
class EntryView:
    """One line of the log."""

    id: int
    when: str
    what: str
    given: bool
    phone: str
    source: str


@dataclass(frozen=True)
class _Read:
    """How it stands, the log, and what is needed to say both."""

    standing: list[Standing]
    history: list[Entry]
    phone: str
    email: str
    region: str
    zone: ZoneInfo
    clock24: bool
    may_change: bool


class TextsState(RecordTab, rx.State):
    """What was agreed to, use by use."""

    uses: list[UseView] = []
    """Of texts, and below, of e-mails."""
    letters: list[UseView] = []
    history: list[EntryView] = []
    phone: str = ""
    email: str = ""
    may_change: bool = False

    topic: ClassVar[str] = "record_texts"

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show how it stands."""
        await self._open()

    @rx.event
    @needs(SEES)
    async def show_more(self):
        """Show earlier entries of the log as well."""
        await self._show_more()

    @rx.event
    @needs(CHANGES)
    async def agree(self, channel: Any, use: Any):
        """They said yes."""
        return await self._note(channel, use, given=True)

    @rx.event
    @needs(CHANGES)
    async def withdraw(self, channel: Any, use: Any):
        """They said no."""
        return await self._note(channel, use, given=False)

    async def _note(self, channel: Any, use: Any, *, given: bool) -> Any:
        if channel not in ("sms", "email") or not isinstance(use, str) or use not in USE_LABELS:
            return None
        try:
            await work(consent.record, self._record, use, given, channel=channel)
        except DomainError as refusal:
            return rx.toast.error(refusal.message)
        await self._read_again(acting())
        return None

    async def _show(self, actor: Actor) -> None:
        read = await work_as(actor, _read, self._record, self._shown + 1)
        self.may_change = read.may_change
        self.phone = phones.shown(read.phone, read.region) if read.phone else ""
        self.email = read.email
        self.uses, self.letters = _uses("sms", read), _uses("email", read)
        self.history = [_entry(each, read) for each in self._part(read.history)]


def _read(session: Session, actor: Actor, record: int, most: int) -> _Read:
    row = visibility.customer(session, actor, record)
    return _Read(
        consent.standing(session, actor, record),
        consent.history(session, actor, record, limit=most),
        row.phone,
        row.email,
        customers.region(session),
        days.zone(session),
        words.of(session, actor).clock24,
        customers.may_change(session, actor, record),
    )


def _uses(channel: str, read: _Read) -> list[UseView]:
    by_use = {each.use: each for each in read.standing if each.channel == channel}
    return [_use(channel, use, by_use.get(use), read) for use in USE_LABELS]


def _use(channel: str, use: Any, standing: Standing | None, read: _Read) -> UseView:
    if standing is None or standing.since is None:
        return UseView(channel, use, USE_LABELS[use], False, "Never agreed to", False)
    said = SOURCE_LABELS[standing.source] if standing.source else ""
    by = f", {standing.by}" if standing.by else ""
    when = _when(standing.since, read)
    yes = "Agreed to" if standing.given else "Withdrawn"
    return UseView(
        channel,
        use,
        USE_LABELS[use],
        standing.given,
        f"{yes} {when} ({said}{by})",
        standing.stopped_by_text,
    )


def _entry(each: Entry, read: _Read) -> EntryView:
    phone = phones.shown(each.phone, read.region) if each.phone else "E-mail"
    by = f", {each.by}" if each.by else ""
    return EntryView(
        each.id,
        _when(each.at, read),
        USE_LABELS[each.use],
        each.given,
        phone,
        f"{SOURCE_LABELS[each.source]}{by}",
    )


def _when(at: datetime, read: _Read) -> str:
    return f"{said_day(at.astimezone(read.zone).date())}, {label(at, read.zone, read.clock24)}"


keep_current(TextsState, "contact_consent", "customer")
