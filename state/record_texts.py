"""What a customer agreed to be texted and written to about, and the log of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import customers, days, phones, visibility
from securecare.foundation.days import short_day
from securecare.foundation.errors import DomainError
from securecare.notices import consent
from securecare.notices.consent import SOURCE_LABELS, USE_LABELS, Entry, Standing
from securecare.organization import words
from securecare.scheduling.local_time import first_existing, label
from state.filled_in import FilledIn
from state.gate import needs
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
    number: str = ""
    """The phone number as people write it; of texts only."""
    phone: str = ""
    """The same as E.164."""


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
    others: list[UseView] = []
    """Texts to other numbers that something was ever said about."""
    letters: list[UseView] = []
    past: list[UseView] = []
    """How it stood at the moment that was asked about."""
    past_when: str = ""
    past_errors: dict[str, str] = {"day": "", "time": ""}
    history: list[EntryView] = []
    phone: str = ""
    email: str = ""
    may_change: bool = False

    topic: ClassVar[str] = "record_texts"

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show how it stands."""
        self.past, self.past_when = [], ""
        self.past_errors = dict.fromkeys(self.past_errors, "")
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
        return await self._note(channel, use, None, given=True)

    @rx.event
    @needs(CHANGES)
    async def withdraw(self, channel: Any, use: Any, phone: Any):
        """They said no; of texts to the number in the profile, or to another one."""
        return await self._note(channel, use, phone or None, given=False)

    @rx.event
    @needs(SEES)
    async def ask_past(self, form: dict[str, Any]):
        """Show how it stood at that moment."""
        read = FilledIn(form)
        day, minute = read.day("day"), read.minute("time")
        self.past, self.past_when = [], ""
        self.past_errors = {
            "day": "" if day else "Choose a day.",
            "time": "" if minute is not None else "Enter a time.",
        }
        if day is not None and minute is not None:
            at, then = await work(_past, self._record, day, minute)
            self.past, self.past_when = then, at

    async def _note(self, channel: Any, use: Any, phone: Any, *, given: bool) -> Any:
        if channel not in ("sms", "email") or not isinstance(use, str) or use not in USE_LABELS:
            return None
        if not isinstance(phone, str | None):
            return None
        try:
            await work(consent.record, self._record, use, given, channel=channel, phone=phone)
        except DomainError as refusal:
            return rx.toast.error(refusal.message)
        await self._read_again(acting())
        return None

    async def _show(self, actor: Actor) -> None:
        read = await work_as(actor, _read, self._record, self._shown + 1)
        self.may_change = read.may_change
        self.phone = phones.shown(read.phone, read.region) if read.phone else ""
        self.email = read.email
        self.uses, self.letters = _uses("sms", read.phone, read), _uses("email", "", read)
        self.others = _others(read)
        self.history = [_entry(each, read) for each in self._part(read.history)]


def _read(session: Session, actor: Actor, record: int, most: int) -> _Read:
    return _known(
        session,
        actor,
        record,
        consent.standing(session, actor, record),
        consent.history(session, actor, record, limit=most),
    )


def _past(
    session: Session, actor: Actor, record: int, day: date, minute: int
) -> tuple[str, list[UseView]]:
    """The moment in words, and how every use of every number stood then."""
    at = first_existing(day, minute, days.zone(session))
    read = _known(session, actor, record, consent.standing(session, actor, record, at), [])
    shown = (
        each for each in read.standing if each.since is not None or each.phone in ("", read.phone)
    )
    return _when(at, read), _views(shown, read)


def _known(
    session: Session, actor: Actor, record: int, standing: list[Standing], history: list[Entry]
) -> _Read:
    row = visibility.customer(session, actor, record)
    return _Read(
        standing,
        history,
        row.phone,
        row.email,
        customers.region(session),
        days.zone(session),
        words.of(session, actor).clock24,
        customers.may_change(session, actor, record),
    )


def _uses(channel: str, phone: str, read: _Read) -> list[UseView]:
    """Every use of a channel, for one number of several."""
    by_use = {e.use: e for e in read.standing if e.channel == channel and e.phone == phone}
    return [_use(channel, use, by_use.get(use), read) for use in USE_LABELS]


def _others(read: _Read) -> list[UseView]:
    """What was said of numbers that are not, or no longer, the one in the profile."""
    return _views(
        (
            each
            for each in read.standing
            if each.channel == "sms" and each.phone != read.phone and each.since is not None
        ),
        read,
    )


def _views(standing: Iterable[Standing], read: _Read) -> list[UseView]:
    return [_use(each.channel, each.use, each, read) for each in standing]


def _use(channel: str, use: Any, standing: Standing | None, read: _Read) -> UseView:
    phone = standing.phone if standing else ""
    number = phones.shown(phone, read.region) if phone else ""
    if standing is None or standing.since is None:
        none = "No consent on file"
        return UseView(channel, use, USE_LABELS[use], False, none, False, number, phone)
    said = SOURCE_LABELS[standing.source] if standing.source else ""
    by = f", {standing.by}" if standing.by else ""
    when = _when(standing.since, read)
    yes = "Consent given" if standing.given else "Withdrawn"
    return UseView(
        channel,
        use,
        USE_LABELS[use],
        standing.given,
        f"{yes} {when} ({said}{by})",
        standing.stopped_by_text,
        number,
        phone,
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
    return f"{short_day(at.astimezone(read.zone).date())}, {label(at, read.zone, read.clock24)}"


keep_current(TextsState, "contact_consent", "customer")
