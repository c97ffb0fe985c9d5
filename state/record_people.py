"""Authorized people, the emergency contact and the guarantor of a customer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import authorized, contacts, customers, phones
from securecare.customers.authorized import CHECKED_LABELS, Person, PersonForm
from securecare.customers.contacts import LABELS, Contact, ContactForm
from securecare.foundation.days import short_day
from securecare.foundation.forms import NotAccepted
from state.editing import NEW
from state.filled_in import FilledIn
from state.gate import needs
from state.read import whole_number
from state.record_tab import RecordTab, keep_current
from state.work import acting, work, work_as

SEES, CHANGES = Permission.VIEW_CUSTOMERS, Permission.EDIT_CUSTOMERS


@dataclass(frozen=True)
class CheckView:
    """What can be made sure of about somebody, and whether it was."""

    what: str
    label: str
    done: bool
    said: str


@dataclass(frozen=True)
class PersonView:
    """An authorized person in words."""

    id: int = 0
    name: str = ""
    relationship: str = ""
    phone: str = ""
    href: str = ""
    expires_on: str = ""
    until: str = ""
    valid: bool = True
    ended: bool = False
    checks: list[CheckView] = field(default_factory=list)


class PeopleState(RecordTab, rx.State):
    """Who may act for the customer, and the form of one of them."""

    people: list[PersonView] = []
    draft: PersonView = PersonView()
    checking: PersonView = PersonView()
    """Whom something is being made sure of about."""
    check_open: bool = False
    check_error: str = ""
    may_change: bool = False

    names: ClassVar[Mapping[str, str]] = {
        "name": "Name",
        "relationship": "Relationship",
        "phone": "Phone",
        "expires_on": "Authorized until",
    }
    topic: ClassVar[str] = "record_people"

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show everybody who may act for the customer, or once might."""
        self.check_open = False
        await self._open()

    @rx.event
    @needs(SEES)
    async def show_more(self):
        """Show more of those who once might."""
        await self._show_more()

    @rx.event
    @needs(CHANGES)
    async def start_new(self):
        """Open an empty form."""
        self.draft = PersonView()
        self._begin(NEW)

    @rx.event
    @needs(CHANGES)
    async def edit(self, person_id: Any):
        """Open the form of one of them."""
        await self._edit(whole_number(person_id) or 0)

    @rx.event
    @needs(CHANGES)
    async def save(self, form: dict[str, Any]):
        """Save the open form, or say beside each field why not."""
        read = FilledIn(form)
        self._wish = PersonForm(
            read.text("name"),
            read.text("relationship"),
            read.text("phone"),
            read.day("expires_on"),
        )
        if read.complaints:
            self._complain(NotAccepted(read.complaints))
            return None
        return await self._save()

    @rx.event
    @needs(CHANGES)
    async def end(self, person_id: Any):
        """The customer took it back."""
        await work(authorized.end, self._record, whole_number(person_id) or 0)
        await self._read_again(acting())
        return rx.toast.success("Authorization revoked.")

    @rx.event
    @needs(CHANGES)
    async def start_check(self, person_id: Any):
        """Show what can be made sure of about somebody."""
        wanted = whole_number(person_id)
        self.checking = next((p for p in self.people if p.id == wanted), PersonView())
        self.check_open, self.check_error = self.checking.id != 0, ""

    @rx.event
    @needs(CHANGES)
    async def open_check(self, opened: Any):
        """Close it."""
        if opened is not True:
            self.check_open = False

    @rx.event
    @needs(CHANGES)
    async def check(self, form: dict[str, Any]):
        """Record what was made sure of, and what no longer is."""
        read, self.check_error = FilledIn(form), ""
        for each in self.checking.checks:
            wanted = read.flag(each.what)
            if wanted == each.done:
                continue
            seen = read.text(f"seen_{each.what}") if wanted else ""
            try:
                await work(
                    authorized.check, self._record, self.checking.id, each.what, wanted, seen
                )
            except NotAccepted as refusal:
                self.check_error = refusal.message
                break
        await self._read_again(acting())
        if self.check_error:
            await self._check_again()
            return None
        self.check_open = False
        return rx.toast.success("Verification saved.")

    async def _check_again(self) -> None:
        self.checking = next((p for p in self.people if p.id == self.checking.id), PersonView())

    async def _show(self, actor: Actor) -> None:
        people, region, may_change = await work_as(actor, _read, self._record, self._shown + 1)
        self.people = [_view(each, region) for each in self._part(people)]
        self.may_change = may_change

    async def _edit(self, id_: int) -> None:
        people, region, _ = await work(_read, self._record, self._shown + 1)
        person = next((each for each in people if each.id == id_), None)
        if person is not None and person.ended_at is None:
            self.draft = _view(person, region)
            self._begin(id_, person.version)

    async def _standing(self) -> tuple[PersonForm, int]:
        people, _, _ = await work(_read, self._record, self._shown + 1)
        person = next(each for each in people if each.id == self._editing)
        form = PersonForm(person.name, person.relationship, person.phone, person.expires_on)
        return form, person.version

    async def _write(self) -> str:
        if self._editing == NEW:
            await work(authorized.add, self._record, self._wish)
            return f"{self._wish.name} is authorized."
        await work(authorized.change, self._record, self._editing, self._version, self._wish)
        return f"{self._wish.name} is saved."


@dataclass(frozen=True)
class ContactView:
    """The emergency contact or the guarantor in words."""

    role: str = ""
    label: str = ""
    name: str = ""
    relationship: str = ""
    phone: str = ""
    email: str = ""


class ContactsState(RecordTab, rx.State):
    """The emergency contact and the guarantor, and the form of one of the two."""

    emergency: ContactView = ContactView()
    guarantor: ContactView = ContactView()
    draft: ContactView = ContactView()
    may_change: bool = False

    names: ClassVar[Mapping[str, str]] = {
        "name": "Name",
        "relationship": "Relationship",
        "phone": "Phone",
        "email": "E-mail",
    }
    topic: ClassVar[str] = "record_contacts"

    _role: str = ""
    _versions: dict[str, int] = {}

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show both."""
        await self._open()

    @rx.event
    @needs(CHANGES)
    async def edit(self, role: Any):
        """Open the form of one of the two."""
        if isinstance(role, str) and role in LABELS:
            self._role = role
            await self._edit(1)

    @rx.event
    @needs(CHANGES)
    async def save(self, form: dict[str, Any]):
        """Save the open form, or say beside each field why not."""
        read = FilledIn(form)
        self._wish = ContactForm(*(read.text(name) for name in self.names))
        return await self._save()

    @rx.event
    @needs(CHANGES)
    async def copy(self, role: Any):
        """Make it the same person as the other one."""
        if not isinstance(role, str) or role not in LABELS:
            return None
        try:
            version = self._versions.get(role, 0)
            await work(contacts.copy_other, self._record, role, version)
        except NotAccepted as refusal:
            self._role = role
            await self._edit(1, from_other=True)
            self._complain(refusal)
            return None
        await self._read_again(acting())
        return rx.toast.success(f"{LABELS[role]} copied.")

    async def _show(self, actor: Actor) -> None:
        both, region, self.may_change = await work_as(actor, _both, self._record)
        self.emergency, self.guarantor = (_contact(r, both[r], region) for r in LABELS)
        self._versions = {role: each.version for role, each in both.items()}

    async def _edit(self, id_: int, *, from_other: bool = False) -> None:
        both, region, _ = await work(_both, self._record)
        other = next(role for role in LABELS if role != self._role)
        shown = both[other if from_other else self._role]
        self.draft = _contact(self._role, shown, region)
        self._begin(id_, both[self._role].version)

    async def _standing(self) -> tuple[ContactForm, int]:
        both, _, _ = await work(_both, self._record)
        return both[self._role].form, both[self._role].version

    async def _write(self) -> str:
        await work(contacts.write, self._record, self._role, self._version, self._wish)
        return f"{LABELS[self._role]} is saved."


def _read(session: Session, actor: Actor, record: int, most: int) -> tuple[list[Person], str, bool]:
    people = authorized.listed(session, actor, record, most)
    may_change = customers.may_change(session, actor, record)
    return people, customers.region(session), may_change


def _both(session: Session, actor: Actor, record: int) -> tuple[dict[str, Contact], str, bool]:
    both = contacts.of_customer(session, actor, record)
    return both, customers.region(session), customers.may_change(session, actor, record)


def _view(person: Person, region: str) -> PersonView:
    day = short_day(person.expires_on)
    until = f"until {day}"
    if person.ended_at is not None:
        until = "revoked"
    elif not person.valid:
        until = f"expired {day}"
    return PersonView(
        person.id,
        person.name,
        person.relationship,
        phones.shown(person.phone, region),
        f"tel:{person.phone}",
        person.expires_on.isoformat(),
        until,
        person.valid,
        person.ended_at is not None,
        [_check(person, what) for what in CHECKED_LABELS],
    )


def _check(person: Person, what: str) -> CheckView:
    done = person.checks.get(what)
    if done is None:
        return CheckView(what, CHECKED_LABELS[what], False, "")
    seen = f"{done.seen}, " if done.seen else ""
    said = f"{seen}{done.by}, {short_day(done.at.date())}"
    return CheckView(what, CHECKED_LABELS[what], True, said)


def _contact(role: str, contact: Contact, region: str) -> ContactView:
    form = contact.form
    phone = phones.shown(form.phone, region) if form.phone else ""
    return ContactView(role, LABELS[role], form.name, form.relationship, phone, form.email)


keep_current(PeopleState, "authorized_person", "identity_check")
keep_current(ContactsState, "contact_person")
