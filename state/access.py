"""Roles and access on screen: who is here, what they may do, and who comes and goes."""

from typing import Any, TypedDict

import reflex as rx

from securecare.access import grants, people
from securecare.access.errors import NotFound
from securecare.access.grants import EVERYWHERE, Place
from securecare.access.links import Link
from securecare.access.people import Person
from securecare.access.roles import ROLE_LABELS, Permission, Role
from securecare.foundation.errors import DomainError
from securecare.settings import settings
from state.gate import needs
from state.moments import ago
from state.read import line, whole_number
from state.work import acting, work


class Held(TypedDict):
    """A role somebody holds."""

    grant_id: int
    label: str


class Row(TypedDict):
    """A person of the organization."""

    account_id: int
    name: str
    email: str
    initials: str
    roles: list[Held]
    seen: str
    second_factor: bool
    invited: bool
    is_me: bool


NOBODY = Row(
    account_id=0,
    name="",
    email="",
    initials="",
    roles=[],
    seen="",
    second_factor=False,
    invited=False,
    is_me=False,
)

NO_ERRORS = {"form": "", "name": "", "email": "", "role": "", "place": ""}


class AccessState(rx.State):
    """The people of the organization, page by page, and the one who is looked at."""

    tab: str = "people"
    rows: list[Row] = []
    search: str = ""
    role: str = ""
    page: int = 0
    summary: str = ""
    last: bool = True
    loaded: bool = False
    places: list[tuple[str, str]] = []
    """What a role may be given for: the whole organization, or a facility, or a program."""
    chosen: Row = NOBODY
    looking: bool = False
    errors: dict[str, str] = NO_ERRORS
    link: str = ""
    """A one-time link just made, and shown this once."""
    link_for: str = ""

    @rx.event
    @needs(Permission.MANAGE_ACCESS)
    async def open(self):
        """Read the people and the places."""
        facilities, programs = await work(people.places)
        self.places = [
            ("", "The whole organization"),
            *[(f"facility:{id_}", f"Facility: {name}") for id_, name in facilities],
            *[(f"program:{id_}", f"Program: {name}") for id_, name in programs],
        ]
        await self._read()

    @rx.event
    @needs(Permission.MANAGE_ACCESS)
    async def turn_to(self, tab: str):
        """Show the people, or the table of rights."""
        self.tab = "roles" if tab == "roles" else "people"

    @rx.event
    @needs(Permission.MANAGE_ACCESS)
    async def look_for(self, text: str):
        """Show only people whose name or address holds this."""
        self.search, self.page = line(text, 80), 0
        await self._read()

    @rx.event
    @needs(Permission.MANAGE_ACCESS)
    async def only(self, role: str):
        """Show only people with this role."""
        self.role, self.page = role if isinstance(role, str) and role in _ROLES else "", 0
        await self._read()

    @rx.event
    @needs(Permission.MANAGE_ACCESS)
    async def turn(self, by: int):
        """Go to the next page or the one before."""
        step = whole_number(by, -1, 1)
        if step and self.page + step >= 0 and not (step > 0 and self.last):
            self.page += step
            await self._read()

    @rx.event
    @needs(Permission.MANAGE_ACCESS)
    async def look_at(self, account_id: int):
        """Open one person."""
        found = [row for row in self.rows if row["account_id"] == account_id]
        if found:
            self.chosen, self.looking, self.errors = found[0], True, NO_ERRORS

    @rx.event
    @needs(Permission.MANAGE_ACCESS)
    async def look_away(self, shown: bool = False):
        """Close the person."""
        self.looking = shown is True

    @rx.event
    @needs(Permission.MANAGE_ACCESS)
    async def give(self, form: dict[str, Any]):
        """Give the person a role."""
        self.errors = NO_ERRORS
        try:
            role, place = _role_of(form), _place_of(form)
            await work(grants.give, self.chosen["account_id"], role, place)
        except DomainError as complaint:
            self.errors = NO_ERRORS | {complaint.field or "form": complaint.message}
            return
        await self._read()

    @rx.event
    @needs(Permission.MANAGE_ACCESS)
    async def withdraw(self, grant_id: int):
        """Take a role back."""
        self.errors = NO_ERRORS
        try:
            await work(grants.withdraw, whole_number(grant_id) or 0)
        except DomainError as complaint:
            self.errors = NO_ERRORS | {"form": complaint.message}
        await self._read()

    @rx.event
    @needs(Permission.MANAGE_ACCESS)
    async def make_link(self):
        """Make a link with which the person sets a new password."""
        self.errors = NO_ERRORS
        try:
            link = await work(people.new_link, self.chosen["account_id"])
        except DomainError as complaint:
            self.errors = NO_ERRORS | {"form": complaint.message}
            return
        self._show_link(link, self.chosen["name"])

    @rx.event
    @needs(Permission.MANAGE_ACCESS)
    async def let_go(self):
        """End the person's membership, roles and sessions."""
        self.errors = NO_ERRORS
        try:
            await work(people.let_go, self.chosen["account_id"])
        except DomainError as complaint:
            self.errors = NO_ERRORS | {"form": complaint.message}
            return None
        name, self.looking = self.chosen["name"], False
        await self._read()
        return rx.toast.success(f"{name} no longer has access.")

    @rx.event
    @needs(Permission.MANAGE_ACCESS)
    async def forget_link(self, shown: bool = False):
        """Close the link; it is not shown again."""
        if shown is not True:
            self.link = self.link_for = ""

    async def _read(self) -> None:
        role = Role(self.role) if self.role else None
        found, total = await work(people.listed, self.search, role, self.page)
        me = acting().account_id
        self.rows = [_row(person, me) for person in found]
        shown = self.page * people.PAGE + len(found)
        self.summary = f"{self.page * people.PAGE + 1} to {shown} of {total}" if found else "Nobody"
        self.last, self.loaded = shown >= total, True
        again = [row for row in self.rows if row["account_id"] == self.chosen["account_id"]]
        if again:
            self.chosen = again[0]

    def _show_link(self, link: Link, name: str) -> None:
        self.link, self.link_for = settings().public_url + link.path, name


class NewPerson(rx.State):
    """Adding somebody to the organization."""

    open: bool = False
    errors: dict[str, str] = NO_ERRORS
    times_opened: int = 0
    """Empties the form: each time starts it anew."""

    @rx.event
    @needs(Permission.MANAGE_ACCESS)
    async def show(self, shown: bool = True):
        """Open or close the form."""
        if shown is True and not self.open:
            self.times_opened += 1
            self.errors = NO_ERRORS
        self.open = shown is True

    @rx.event
    @needs(Permission.MANAGE_ACCESS)
    async def add(self, form: dict[str, Any]):
        """Make somebody a member, and show the link for them."""
        self.errors = NO_ERRORS
        name, email = _text(form, "name", 120), _text(form, "email", 320)
        try:
            role = _role_of(form) if _text(form, "role", 40) else None
            link = await work(people.add, name, email, role, _place_of(form))
        except DomainError as complaint:
            self.errors = NO_ERRORS | {complaint.field or "form": complaint.message}
            return
        self.open = False
        access = await self.get_state(AccessState)
        access._show_link(link, name)
        await access._read()


_ROLES = frozenset(Role)


def _role_of(form: Any) -> Role:
    role = _text(form, "role", 40)
    if role not in _ROLES:
        raise DomainError("Choose a role.", field="role")
    return Role(role)


def _place_of(form: Any) -> Place:
    kind, _, number = _text(form, "place", 40).partition(":")
    id_ = whole_number(number)
    if not kind:
        return EVERYWHERE
    if id_ is None or kind not in ("facility", "program"):
        raise NotFound("This place")
    return Place(facility_id=id_) if kind == "facility" else Place(program_id=id_)


def _text(form: Any, name: str, most: int) -> str:
    return line(form.get(name), most) if isinstance(form, dict) else ""


def _row(person: Person, me: int) -> Row:
    words = [word for word in person.name.split() if word[0].isalpha()]
    return Row(
        account_id=person.account_id,
        name=person.name,
        email=person.email,
        initials="".join(word[0].upper() for word in words[:1] + words[1:][-1:]),
        roles=[Held(grant_id=held.grant_id, label=held.label) for held in person.roles],
        seen=ago(person.seen_at) if person.seen_at else "never",
        second_factor=person.second_factor,
        invited=person.invited,
        is_me=person.account_id == me,
    )


ROLE_CHOICES = [(role.value, label) for role, label in ROLE_LABELS.items()]
