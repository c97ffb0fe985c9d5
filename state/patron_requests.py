"""Patrons who ask to be connected: what they say they are, who they may be, and the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.customers import customers, days, patron_links, phones, supporters, visibility
from securecare.customers.customers import AlreadyKnown
from securecare.customers.duplicates import Alike
from securecare.customers.patron_links import PAGE, Request
from securecare.customers.support import DONOR, SERVICES, VOLUNTEER, Support
from securecare.foundation.days import short_day
from securecare.foundation.errors import DomainError
from securecare.foundation.live import Change
from state.filled_in import FilledIn
from state.gate import needs
from state.live import Hub, Viewer, hub
from state.moments import ago
from state.read import whole_number
from state.work import acting, work, work_as

TOPIC = "patron_requests"
CHANGES = Permission.EDIT_CUSTOMERS
SAY = {SERVICES: "receive services", VOLUNTEER: "volunteer", DONOR: "donate"}


@dataclass(frozen=True)
class RequestView:
    """Somebody who asks, in words."""

    id: int
    name: str
    about: str
    reached: str
    asked: str
    says: str
    """What they say they are here; empty where they did not say it."""
    said: tuple[str, ...] = ()


@dataclass(frozen=True)
class MatchView:
    """A record that may be theirs."""

    id: int
    name: str
    detail: str
    why: str


class RequestsState(rx.State):
    """Who waits, and the one that is being answered."""

    loaded: bool = False
    rows: list[RequestView] = []
    more: bool = False
    answering: int = 0
    """The request that is being answered; 0 for none."""
    name: str = ""
    says: str = ""
    donates: bool = False
    """Whether they will be noted as a donor, and below as a volunteer, with any answer but a no."""
    volunteers: bool = False
    is_served: bool = True
    """Whether they say that they receive services, or say nothing."""
    matches: list[MatchView] = []
    form_key: int = 0
    error: str = ""

    @rx.event
    @needs(CHANGES)
    async def open_page(self):
        """Show who waits, and keep it current."""
        self.answering = 0
        await self._read_again(acting())
        hub.watch(TOPIC, self, None)

    @rx.event
    @needs(CHANGES)
    async def answer(self, link_id: Any):
        """Look who it may be."""
        asked = next((row for row in self.rows if row.id == whole_number(link_id)), None)
        if asked is None:
            return None
        try:
            found = await work(patron_links.matches, asked.id)
        except DomainError as refusal:
            await self._read_again(acting())
            return rx.toast.error(refusal.message)
        self.matches = [_match(each) for each in found]
        self.answering, self.name, self.error = asked.id, asked.name, ""
        self.says = asked.says
        self.donates, self.volunteers = DONOR in asked.said, VOLUNTEER in asked.said
        self.is_served = not asked.said or SERVICES in asked.said
        self.form_key += 1
        return None

    @rx.event
    @needs(CHANGES)
    async def open_answer(self, opened: Any):
        """Leave it for later; only a row's own button opens it."""
        if opened is not True:
            self.answering = 0

    @rx.event
    @needs(CHANGES)
    async def mark_donor(self, ticked: Any):
        """Whether they are to be noted as a donor."""
        self.donates = ticked is True

    @rx.event
    @needs(CHANGES)
    async def mark_volunteer(self, ticked: Any):
        """Whether they are to be noted as a volunteer."""
        self.volunteers = ticked is True

    @rx.event
    @needs(CHANGES)
    async def connect(self):
        """They have no record here, and need none."""
        done = f"{self.name} is connected, without a record."
        return await self._answered(_connect, self.donates, self.volunteers, done=done)

    @rx.event
    @needs(CHANGES)
    async def link(self, customer_id: Any):
        """They are this customer."""
        return await self._link(whole_number(customer_id) or 0)

    @rx.event
    @needs(CHANGES)
    async def link_number(self, form: dict[str, Any]):
        """They are the customer with this number."""
        number = whole_number(FilledIn(form).text("number")) or 0
        try:
            found = await work(visibility.numbered, number)
        except NotFound:
            self.error = "No record has this number."
            return None
        return await self._link(found)

    @rx.event
    @needs(CHANGES)
    async def make_record(self):
        """They are new here, whoever else looks like them."""
        return await self._answered(
            _make_record,
            self.donates,
            self.volunteers,
            done=f"A record for {self.name} is made and linked.",
        )

    @rx.event
    @needs(CHANGES)
    async def decline(self):
        """They do not come here."""
        return await self._answered(patron_links.decline, done="The request is declined.")

    async def _link(self, customer_id: int) -> Any:
        done = f"{self.name} is linked with the record."
        also = (self.donates, self.volunteers)
        return await self._answered(_link, customer_id, *also, done=done)

    async def _answered(self, verb: Any, *args: Any, done: str) -> Any:
        if not self.answering:
            return None
        try:
            await work(verb, self.answering, *args)
        except AlreadyKnown as refusal:
            self.matches = [_match(each) for each in refusal.known]
            return None
        except DomainError as refusal:
            return rx.toast.error(refusal.message)
        self.answering = 0
        await self._read_again(acting())
        return rx.toast.success(done)

    async def _read_again(self, actor: Actor) -> None:
        rows, region = await work_as(actor, _read)
        self.more = len(rows) > PAGE
        self.rows = [_view(row, region) for row in rows[:PAGE]]
        if self.answering not in {row.id for row in self.rows}:
            self.answering = 0
        self.loaded = True


def _also(session: Session, donates: bool, volunteers: bool) -> Support:
    """As noted today; another day can be told later."""
    today = days.today(session)
    return Support(today if donates else None, today if volunteers else None)


def _connect(session: Session, actor: Actor, link_id: int, donates: bool, volunteers: bool) -> None:
    supporters.connect(session, actor, link_id, _also(session, donates, volunteers))


def _link(
    session: Session, actor: Actor, link_id: int, record: int, donates: bool, volunteers: bool
) -> None:
    also = _also(session, donates, volunteers)
    patron_links.accept(session, actor, link_id, record, also)


def _make_record(
    session: Session, actor: Actor, link_id: int, donates: bool, volunteers: bool
) -> None:
    also = _also(session, donates, volunteers)
    patron_links.accept_as_new(session, actor, link_id, also, another_person=True)


def _read(session: Session, actor: Actor) -> tuple[list[Request], str]:
    return patron_links.requests(session, actor, most=PAGE + 1), customers.region(session)


def _view(row: Request, region: str) -> RequestView:
    born = f"born {short_day(row.born_on)}" if row.born_on else ""
    phone = phones.shown(row.phone, region) if row.phone else ""
    return RequestView(
        row.link_id,
        row.name,
        " · ".join(word for word in (born, row.town) if word),
        " · ".join(word for word in (phone, row.email) if word),
        ago(row.asked_at),
        _says(row.asked_as),
        row.asked_as,
    )


def _says(asked_as: Sequence[str]) -> str:
    """As in "I receive services and volunteer"."""
    *others, last = [SAY[each] for each in asked_as] or [""]
    return f"I {', '.join(others)}{' and ' if others else ''}{last}" if last else ""


def _match(found: Alike) -> MatchView:
    return MatchView(found.id, found.name, found.detail, found.why)


async def _refresh(live: Hub, changes: Sequence[Change], viewers: Sequence[Viewer]) -> None:
    """Read who waits again wherever it is on screen."""
    del changes
    for viewer in viewers:
        async with live.modify(viewer, RequestsState) as state:
            await state._read_again(viewer.actor)


hub.topic(TOPIC, ["patron_link"], _refresh)
