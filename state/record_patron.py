"""The person's own account: whether they have one, the way to it, and what they changed there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import (
    customers,
    days,
    patron_links,
    patron_reading,
    supporters,
    visibility,
)
from securecare.customers.patron_reading import PAGE, Changed, Invitation, PatronTab
from securecare.customers.support import Support
from securecare.foundation.days import short_day
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import NotAccepted
from securecare.organization import words
from securecare.patrons import invitations
from securecare.scheduling.local_time import label
from state.filled_in import FilledIn
from state.gate import needs
from state.record_tab import RecordTab, keep_current
from state.support_form import NAMES, SupportView, view, wanted
from state.work import acting, work, work_as

SEES, CHANGES = Permission.VIEW_CUSTOMERS, Permission.EDIT_CUSTOMERS
STANDINGS = {
    "waiting": "Sent, not used yet",
    "used": "Used",
    "expired": "Expired",
    "withdrawn": "No longer valid",
}


@dataclass(frozen=True)
class AccountView:
    """The account and the last invitation to it, in words."""

    linked: bool = False
    claimed: bool = False
    name: str = ""
    email: str = ""
    since: str = ""
    invited: str = ""
    """When and by whom the last invitation was sent; empty where there was none."""
    invited_to: str = ""
    standing: str = ""
    standing_label: str = ""
    until: str = ""


@dataclass(frozen=True)
class ChangeView:
    """One field the person changed."""

    id: int
    when: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class _Read:
    """The tab, the latest changes, and what is needed to say both."""

    tab: PatronTab
    changes: list[Changed]
    email: str
    zone: ZoneInfo
    today: date
    clock24: bool
    may_change: bool


class PatronState(RecordTab, rx.State):
    """The account of the person whose record is open."""

    shown: AccountView = AccountView()
    support: SupportView = SupportView()
    former: list[str] = []
    changes: list[ChangeView] = []
    more: bool = False
    may_change: bool = False
    dialog: str = ""
    """Which dialog is open: "invite", "support", "end" or none."""
    dialog_key: int = 0
    dialog_error: str = ""
    address: str = ""
    """Where an invitation would go."""

    topic: ClassVar[str] = "record_patron"

    _last: int = 0
    _support: Support = Support()
    """What the person is; and below, as the open form was filled with it."""
    _seen: Support = Support()

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show how it stands."""
        self._close()
        await self._open()

    @rx.event
    @needs(CHANGES)
    async def make(self):
        """Make an account for the person to claim, and go on to the invitation."""
        if (refused := await self._tried(patron_links.make)) is not None:
            return refused
        self._show_dialog("invite")
        return None

    @rx.event
    @needs(CHANGES)
    async def start_invite(self):
        """Ask where the invitation is to go."""
        self._show_dialog("invite")

    @rx.event
    @needs(CHANGES)
    async def start_end(self):
        """Ask why the link is to end."""
        self._show_dialog("end")

    @rx.event
    @needs(CHANGES)
    async def start_support(self):
        """Ask what they are besides."""
        self._seen = self._support
        self.errors = dict.fromkeys(NAMES, "")
        self._show_dialog("support")

    @rx.event
    @needs(CHANGES)
    async def save_support(self, form: dict[str, Any]):
        """Note what they are besides, or say beside the field why not."""
        read = FilledIn(form)
        support = wanted(read)
        try:
            read.require_accepted({})
            await work(supporters.change_of, self._record, self._seen, support)
        except NotAccepted as refusal:
            self.errors = dict.fromkeys(NAMES, "") | refusal.complaints
            return None
        except DomainError as refusal:
            return rx.toast.error(refusal.message)
        self._close()
        await self._read_again(acting())
        return rx.toast.success("Saved.")

    @rx.event
    @needs(CHANGES)
    async def open_dialog(self, opened: Any):
        """Close the dialog; only its own button opens one."""
        if opened is not True:
            self._close()

    @rx.event
    @needs(CHANGES)
    async def invite(self, form: dict[str, Any]):
        """Send the invitation, or say why not."""
        email = FilledIn(form).text("email")
        if await self._said_why_not(invitations.invite, email):
            return None
        return rx.toast.success("The invitation is on its way.")

    @rx.event
    @needs(CHANGES)
    async def withdraw(self):
        """Close the invitation that is on its way."""
        refused = await self._tried(invitations.withdraw)
        return refused or rx.toast.success("The link in the e-mail no longer works.")

    @rx.event
    @needs(CHANGES)
    async def end(self, form: dict[str, Any]):
        """End the link, or say why not."""
        if await self._said_why_not(patron_links.end, FilledIn(form).text("reason")):
            return None
        return rx.toast.success("Account unlinked. The record stays as it is.")

    @rx.event
    @needs(SEES)
    async def show_more(self):
        """Go on in what they changed."""
        if self.more and self._last:
            read = await work(_read, self._record, self._last)
            self._add(read)

    def _show_dialog(self, dialog: str) -> None:
        self.dialog, self.dialog_error = dialog, ""
        self.dialog_key += 1

    def _close(self) -> None:
        self.dialog = self.dialog_error = ""

    async def _tried(self, verb: Any) -> Any:
        """Do it; gives what to tell the person where it cannot be done."""
        try:
            await work(verb, self._record)
        except DomainError as refusal:
            return rx.toast.error(refusal.message)
        await self._read_again(acting())
        return None

    async def _said_why_not(self, verb: Any, told: str) -> bool:
        """Do what the dialog asked for; whether it was refused, which is said in it."""
        try:
            await work(verb, self._record, told)
        except (NotAccepted, DomainError) as refusal:
            self.dialog_error = refusal.message
            return True
        self._close()
        await self._read_again(acting())
        return False

    async def _show(self, actor: Actor) -> None:
        read = await work_as(actor, _read, self._record)
        self.shown = _account(read)
        self.former = [
            f"{_when(each.since, read)} to {_when(each.until, read)}"
            + (f", ended by {each.by}" if each.by else "")
            for each in read.tab.former
        ]
        self.may_change, self.address = read.may_change, read.email
        self._support = read.tab.linked.support if read.tab.linked else Support()
        self.support = view(self._support, read.today)
        self.changes = []
        self._add(read)

    def _add(self, read: _Read) -> None:
        self.more = len(read.changes) > PAGE
        shown = read.changes[:PAGE]
        self._last = shown[-1].id if shown else 0
        self.changes = [*self.changes, *_changes(shown, read)]


def _read(session: Session, actor: Actor, record: int, before_id: int | None = None) -> _Read:
    row = visibility.customer(session, actor, record)
    return _Read(
        patron_reading.of(session, actor, record),
        patron_reading.changes(session, actor, record, before_id, PAGE + 1),
        row.email,
        days.zone(session),
        days.today(session),
        words.of(session, actor).clock24,
        customers.may_change(session, actor, record),
    )


def _account(read: _Read) -> AccountView:
    linked = read.tab.linked
    if linked is None:
        return AccountView()
    since = _when(linked.since, read) + (f", {linked.by}" if linked.by else "")
    sent = read.tab.invitation
    if sent is None:
        return AccountView(True, linked.claimed, linked.name, linked.email, since)
    return AccountView(
        True, linked.claimed, linked.name, linked.email, since, *_invited(sent, read)
    )


def _invited(sent: Invitation, read: _Read) -> tuple[str, str, str, str, str]:
    by = f", {sent.by}" if sent.by else ""
    until = short_day(sent.expires_at.astimezone(read.zone).date())
    when = f"{_when(sent.sent_at, read)}{by}"
    return when, sent.email, sent.standing, STANDINGS[sent.standing], until


def _changes(rows: Sequence[Changed], read: _Read) -> list[ChangeView]:
    return [
        ChangeView(row.id, _when(row.at, read), each.label, each.before or "–", each.after or "–")
        for row in rows
        for each in row.fields
    ]


def _when(at: datetime, read: _Read) -> str:
    return f"{short_day(at.astimezone(read.zone).date())}, {label(at, read.zone, read.clock24)}"


keep_current(PatronState, "customer", "customer_profile", "patron_link", "patron_invitation")
