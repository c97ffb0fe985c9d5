"""The head of a customer's record, on top of each of its tabs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.customers import alerts, header, phones
from securecare.customers.alerts import KINDS
from securecare.customers.header import Header
from securecare.foundation import clock
from securecare.foundation.days import near_day, short_day
from securecare.foundation.forms import NotAccepted
from securecare.foundation.live import GAP, Change
from securecare.merging import comparing
from securecare.organization import words
from securecare.scheduling.local_time import day_start, label, local_day, place_of
from state.filled_in import FilledIn
from state.frame import initials
from state.gate import needs
from state.live import Hub, Viewer, hub
from state.read import whole_number
from state.work import acting, work, work_as

TOPIC = "record"
SEES, CHANGES = Permission.VIEW_CUSTOMERS, Permission.EDIT_CUSTOMERS
TABS: tuple[tuple[str, str, Permission], ...] = (
    ("", "Profile", Permission.VIEW_CUSTOMERS),
    ("appointments", "Appointments", Permission.VIEW_SCHEDULE),
    ("calendar", "Calendar", Permission.VIEW_CUSTOMERS),
    ("cases", "Cases", Permission.VIEW_CASES),
    ("people", "People", Permission.VIEW_CUSTOMERS),
    ("family", "Family", Permission.VIEW_CUSTOMERS),
    ("absence", "Absence", Permission.VIEW_CUSTOMERS),
    ("insurance", "Insurance", Permission.VIEW_INSURANCE),
    ("documents", "Documents", Permission.VIEW_DOCUMENTS),
    ("messages", "Messages", Permission.VIEW_MESSAGES),
    ("calls", "Calls", Permission.READ_CALLS),
    ("texts", "Texts", Permission.VIEW_CUSTOMERS),
    ("patron", "Patron account", Permission.VIEW_CUSTOMERS),
)
"""The last part of each tab's address, its name, and the right without which it is not there."""


@dataclass(frozen=True)
class HeadView:
    """The head of a record in words."""

    id: int = 0
    name: str = ""
    initials: str = ""
    called: str = ""
    """What they want to be called, where that is another name."""
    number: str = ""
    about: str = ""
    """Age, birth date and pronouns."""
    phone: str = ""
    phone_href: str = ""
    next_when: str = ""
    next_what: str = ""


@dataclass(frozen=True)
class AlertView:
    """An alert that stands."""

    id: int
    kind: str
    label: str
    words: str
    until: str
    by: str


class RecordState(rx.State):
    """Whose record is open, and its head."""

    loaded: bool = False
    missing: bool = False
    head: HeadView = HeadView()
    alerts: list[AlertView] = []
    tabs: list[list[str]] = []
    """Address, name and last part of each tab that is there for this person."""
    may_change: bool = False
    may_merge: bool = False
    merged_into: int = 0
    """The record this one became part of, if somebody merged it."""
    adding_alert: bool = False
    alert_key: int = 0
    alert_errors: dict[str, str] = {"kind": "", "words": "", "until": ""}

    @rx.event
    @needs(SEES)
    async def open_record(self):
        """Show whose record the address names, and keep its head current."""
        self.adding_alert = False
        asked = record_in(self)
        await self._read(acting(), asked, noted=True)
        if self.merged_into:
            path = self.router.url.path.replace(f"/{asked}", f"/{self.merged_into}", 1)
            return rx.redirect(path, replace=True)
        hub.watch(TOPIC, self, self.head.id)
        return None

    @rx.event
    @needs(CHANGES)
    async def start_alert(self):
        """Open the form of a new alert."""
        self.alert_errors = dict.fromkeys(self.alert_errors, "")
        self.alert_key += 1
        self.adding_alert = True

    @rx.event
    @needs(CHANGES)
    async def open_alert(self, opened: Any):
        """Close the form; only its own button opens it."""
        if opened is not True:
            self.adding_alert = False

    @rx.event
    @needs(CHANGES)
    async def add_alert(self, form: dict[str, Any]):
        """Set the alert, or say beside each field why not."""
        read = FilledIn(form)
        kind, said, until = read.text("kind"), read.text("words"), read.day("until")
        self.alert_errors = dict.fromkeys(self.alert_errors, "") | read.complaints
        if read.complaints:
            return
        try:
            await work(alerts.add, self.head.id, kind, said, until)
        except NotAccepted as refusal:
            self.alert_errors = self.alert_errors | refusal.complaints
            return
        self.adding_alert = False
        await self._read(acting(), self.head.id)

    @rx.event
    @needs(CHANGES)
    async def lift_alert(self, alert_id: Any):
        """Take an alert off the record."""
        await work(alerts.lift, self.head.id, whole_number(alert_id) or 0)
        await self._read(acting(), self.head.id)

    async def _read(self, actor: Actor, customer_id: int, *, noted: bool = False) -> None:
        try:
            read, clock24 = await work_as(actor, _head, customer_id, noted)
        except NotFound:
            self.loaded = self.missing = True
            self.head, self.alerts, self.tabs = HeadView(), [], []
            self.merged_into = await work_as(actor, comparing.living, customer_id) or 0
            return
        self.missing, self.may_change, self.merged_into = False, read.may_change, 0
        self.may_merge = actor.may(Permission.MERGE_CUSTOMERS)
        self.head, self.alerts = _said(read, clock24), [_alert(each) for each in read.alerts]
        self.tabs = [
            [f"/customers/{read.id}/{part}".rstrip("/"), name, part]
            for part, name, permission in TABS
            if actor.may(permission) or not actor.reach(permission).nowhere
        ]
        self.loaded = True
        _due[self.router.session.client_token] = true_until(read)


_due: dict[str, datetime] = {}
"""When the head on a page is true no more though nothing was changed: time goes by."""


def record_in(state: rx.State) -> int:
    """Whose record the address names; 0 where it names none."""
    parts = state.router.url.path.split("/")
    return whole_number(parts[2]) or 0 if len(parts) > 2 else 0


def _head(session: Session, actor: Actor, customer_id: int, noted: bool) -> tuple[Header, bool]:
    read = header.of(session, actor, customer_id, noted=noted)
    return read, words.of(session, actor).clock24


def _said(read: Header, clock24: bool) -> HeadView:
    form = read.form
    name = f"{form.given_name} {form.family_name}"
    years = "" if read.age is None else f"{read.age} years"
    born = f"born {short_day(form.born_on)}" if form.born_on else ""
    called = read.preferred_name if read.preferred_name not in ("", form.given_name) else ""
    when = what = ""
    if read.next is not None:
        at, zone = read.next.starts_at, read.next.time_zone
        day = local_day(at, zone)
        when = f"{near_day(day)}, {label(at, zone, clock24)}"
        if zone != read.zone.key:
            when += f" {place_of(zone)} time"
        what = f"{read.next.program} · {read.next.facility}"
    return HeadView(
        read.id,
        name,
        initials(name),
        called,
        str(read.number),
        " · ".join(word for word in (years, born, read.pronouns) if word),
        phones.shown(form.phone, read.region) if form.phone else "",
        f"tel:{form.phone}" if form.phone else "",
        when,
        what,
    )


def _alert(each: alerts.Alert) -> AlertView:
    until = f"until {short_day(each.until)}" if each.until else ""
    return AlertView(each.id, each.kind, KINDS[each.kind], each.words, until, each.set_by)


async def _refresh(live: Hub, changes: Sequence[Change], viewers: Sequence[Viewer]) -> None:
    """Read the heads of the records again that something has changed about."""
    for viewer in viewers:
        if any(concerns(change, viewer) for change in changes):
            async with live.modify(viewer, RecordState) as state:
                await state._read(viewer.actor, viewer.interest)


def concerns(change: Change, viewer: Viewer) -> bool:
    """Whether a change is about the record that a viewer has open."""
    if change is GAP:
        return True
    if change.organization_id != viewer.actor.organization_id:
        return False
    named = (change.row.get(name) for name in ("customer_id", "first_id", "second_id"))
    if change.table == "customer":
        named = (change.row.get("id"),)
    told = [id_ for id_ in named if id_ is not None]
    # A check or an addition names the row it belongs to, and not whose it is.
    return viewer.interest in told if told else True


def true_until(read: Header) -> datetime:
    """The next appointment begins, or a day on which somebody is older and alerts are over."""
    midnight = day_start(read.today + timedelta(days=1), read.zone)
    return min(midnight, read.next.starts_at) if read.next else midnight


async def keep_true(viewers: Sequence[Viewer]) -> None:
    """Read those heads again that time has overtaken."""
    open_now = {viewer.token for viewer in viewers}
    for token in _due.keys() - open_now:
        del _due[token]
    for viewer in viewers:
        if viewer.token in _due and _due[viewer.token] <= clock.now():
            async with hub.modify(viewer, RecordState) as state:
                await state._read(viewer.actor, viewer.interest)


hub.topic(
    TOPIC,
    ["customer", "customer_profile", "customer_alert", "appointment", "facility", "program"],
    _refresh,
    keep_true,
)
