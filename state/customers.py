"""The people an organization serves: their list, finding one, and adding one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import customers, duplicate_pairs, listing, patron_links, phones
from securecare.customers.customers import AlreadyKnown, CustomerForm
from securecare.customers.duplicates import Alike
from securecare.customers.listing import CustomerListed, Page, Position
from securecare.customers.search import FoundCustomer
from securecare.foundation.days import near_day, short_day
from securecare.foundation.forms import NotAccepted
from securecare.foundation.live import Change
from securecare.organization import words
from securecare.patrons import invitations
from securecare.scheduling.local_time import label, local_day
from state.duplicates import counted
from state.editing import Editing
from state.filled_in import FilledIn
from state.frame import initials
from state.gate import needs
from state.live import Hub, Viewer, hub
from state.read import line, whole_number
from state.work import acting, work, work_as

TOPIC = "customers"
SEES, CHANGES = Permission.VIEW_CUSTOMERS, (Permission.EDIT_CUSTOMERS, Permission.BOOK)
FORM, KNOWN = "customer-form", "already-known"
SHOW_KNOWN = f"const it = document.getElementById('{KNOWN}'); it?.scrollIntoView(); it?.focus()"
NAMES = {
    "given_name": "Given name",
    "family_name": "Family name",
    "born_on": "Birth date",
    "phone": "Phone",
    "email": "E-mail",
}


@dataclass(frozen=True)
class CustomerView:
    """A customer as a row shows them."""

    id: int = 0
    name: str = ""
    initials: str = ""
    number: str = ""
    given_name: str = ""
    family_name: str = ""
    born_on: str = ""
    """As a date field holds it."""
    born: str = ""
    phone: str = ""
    email: str = ""
    next_when: str = ""
    next_what: str = ""


@dataclass(frozen=True)
class KnownView:
    """Somebody who is here already and looks like the one being added."""

    id: int
    name: str
    detail: str
    why: str
    """What is alike."""


@dataclass(frozen=True)
class _Read:
    """A part of the list with what is needed to show it."""

    page: Page
    clock24: bool
    region: str
    waiting: int
    """How many patrons wait for an answer."""
    duplicates: int
    """How many pairs look like one person's."""


class CustomersState(Editing, rx.State):
    """The part of the list on screen, and the form of somebody new."""

    loaded: bool = False
    rows: list[CustomerView] = []
    asked: str = ""
    summary: str = ""
    first: bool = True
    last: bool = True
    may_add: bool = False
    may_invite: bool = False
    waiting: str = ""
    """How many patrons asked to be linked with a record; empty for none."""
    may_merge: bool = False
    duplicates: str = ""
    """How many pairs look like one person's; empty for none."""
    known: list[KnownView] = []

    _starts: list[Position | None] = [None]
    _next: Position | None = None
    _others: frozenset[int] = frozenset()
    """Who the person being added is not, as was just said."""

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show the beginning of the list, and whom or what the address asks for."""
        self._saved()
        self.known = []
        self.asked, self._starts = "", [None]
        await self._show()
        if self.router.url.query_parameters.get("new") and self.may_add:
            self._begin()

    @rx.event
    @needs(SEES)
    async def search(self, text: str):
        """List those who fit what is typed; everybody again once nothing is."""
        self.asked, self._starts = line(text, 100), [None]
        await self._show()

    @rx.event
    @needs(SEES)
    async def show_following(self):
        """Go on in the list."""
        if self._next is not None and not self.asked:
            self._starts = [*self._starts, self._next]
            await self._show()

    @rx.event
    @needs(SEES)
    async def show_previous(self):
        """Go back in the list."""
        if len(self._starts) > 1:
            self._starts = self._starts[:-1]
            await self._show()

    @rx.event
    @needs(*CHANGES)
    async def start_new(self):
        """Open an empty form."""
        self._begin()

    @rx.event
    @needs(*CHANGES)
    async def save(self, form: dict[str, Any]):
        """Save the open form, or say beside each field why not."""
        read = FilledIn(form)
        others, self._others = self._others, frozenset()
        self.known = []
        wish = CustomerForm(
            read.text("given_name"),
            read.text("family_name"),
            read.day("born_on"),
            read.text("phone"),
            read.text("email"),
        )
        account = self.may_invite and read.flag("account")
        if read.complaints:  # then all that is wrong is said at once
            more = await work(customers.complaints, wish)
            self._complain(NotAccepted(more | read.complaints))
            return None
        return await self._store(wish, account, others)

    @rx.event
    @needs(*CHANGES)
    async def save_another(self):
        """It is none of those who are shown: add the person as the form reads now."""
        if not self.known:
            return None
        self._others = frozenset(each.id for each in self.known)
        return rx.call_script(f"document.getElementById('{FORM}')?.requestSubmit()")

    @rx.event
    @needs(SEES)
    async def open_known(self, customer_id: int):
        """It is the one who is here already: open that record instead."""
        number = whole_number(customer_id)
        if any(each.id == number for each in self.known):
            return rx.redirect(f"/customers/{number}")
        return None

    def _begin(self) -> None:
        self._start(NAMES)
        self.known, self._others = [], frozenset()

    async def _store(self, wish: CustomerForm, account: bool, others: frozenset[int]) -> Any:
        try:
            made = await _registered(wish, account, others)
        except NotAccepted as refusal:
            self._complain(refusal)
            return None
        except AlreadyKnown as refusal:
            self.errors = dict.fromkeys(self.errors, "")
            self.known = [_known(each) for each in refusal.known]
            return rx.call_script(SHOW_KNOWN)
        self._saved()
        await self._show()
        invited = " An invitation is on its way." if account else ""
        return rx.toast.success(f"{made.name} added as No. {made.number}.{invited}")

    async def _read_again(self, actor: Actor) -> None:
        read = await work_as(actor, _read, self.asked, self._starts[-1])
        self.rows = [_view(row, read) for row in read.page.rows]
        self._next = read.page.following
        self.first, self.last = len(self._starts) == 1, self._next is None
        self.summary = _summary(len(self.rows), self.asked, len(self._starts))
        self.may_add = any(actor.may(permission) for permission in CHANGES)
        self.may_invite = actor.may(Permission.EDIT_CUSTOMERS)
        self.waiting = _waiting(read.waiting)
        self.may_merge = actor.may(Permission.MERGE_CUSTOMERS)
        self.duplicates = counted(read.duplicates)
        self.loaded = True

    async def _show(self) -> None:
        """Read the list for the person at it, and keep it current."""
        await self._read_again(acting())
        hub.watch(TOPIC, self, _on_screen(self))


async def _registered(wish: CustomerForm, account: bool, others: frozenset[int]) -> FoundCustomer:
    """The person, added: unless somebody looks like them of whom nothing was said."""
    try:
        return await work(invitations.register, wish, account=account)
    except AlreadyKnown as refusal:
        if not others.issuperset(each.id for each in refusal.known):
            raise
    return await work(invitations.register, wish, account=account, another_person=True)


def _read(session: Session, actor: Actor, text: str, since: Position | None) -> _Read:
    page = listing.found(session, actor, text) if text else listing.page(session, actor, since)
    may_answer = actor.may(Permission.EDIT_CUSTOMERS)
    waiting = patron_links.how_many_asked(session, actor) if may_answer else 0
    return _Read(
        page,
        words.of(session, actor).clock24,
        customers.region(session),
        waiting,
        duplicate_pairs.how_many(session, actor),
    )


def _view(row: CustomerListed, read: _Read) -> CustomerView:
    form = CustomerForm(row.given_name, row.family_name, row.born_on, row.phone, row.email)
    view = _form_view(row.id, row.number, form, read.region)
    if row.next is None:
        return view
    at, zone = row.next.starts_at, row.next.time_zone
    day = local_day(at, zone)
    when = f"{near_day(day)}, {label(at, zone, read.clock24)}"
    return replace(view, next_when=when, next_what=f"{row.next.program} · {row.next.facility}")


def _form_view(id_: int, number: int, form: CustomerForm, region: str) -> CustomerView:
    name = f"{form.given_name} {form.family_name}"
    born = form.born_on
    return CustomerView(
        id=id_,
        name=name,
        initials=initials(name),
        number=str(number),
        given_name=form.given_name,
        family_name=form.family_name,
        born_on=born.isoformat() if born else "",
        born=short_day(born) if born else "",
        phone=phones.shown(form.phone, region) if form.phone else "",
        email=form.email,
    )


def _known(found: Alike) -> KnownView:
    return KnownView(found.id, found.name, found.detail, found.why)


def _waiting(count: int) -> str:
    if count == 0:
        return ""
    return "1 person asks" if count == 1 else f"{count} people ask"


def _summary(count: int, asked: str, page: int) -> str:
    if asked and count >= listing.MOST_FOUND:
        return f"The {count} best matches. Keep typing to narrow them down."
    if asked:
        return "1 match" if count == 1 else f"{count} matches"
    return f"Page {page}"


async def _refresh(live: Hub, changes: Sequence[Change], viewers: Sequence[Viewer]) -> None:
    """Read the list again on the pages that show somebody something has changed about."""
    for viewer in viewers:
        if any(_concerns(change, viewer) for change in changes):
            async with live.modify(viewer, CustomersState) as state:
                await state._read_again(viewer.actor)
                viewer.interest = _on_screen(state)


def _on_screen(state: CustomersState) -> frozenset[int]:
    return frozenset(row.id for row in state.rows)


def _concerns(change: Change, viewer: Viewer) -> bool:
    if change.table == "customer":
        return change.organization_id == viewer.actor.organization_id
    if change.table == "appointment":
        return change.row.get("customer_id") in viewer.interest
    return True  # something was missed, or the words on the page have changed


hub.topic(TOPIC, ["customer", "appointment", "patron_link"], _refresh)
