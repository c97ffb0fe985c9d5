"""Family and groups: whom a customer is linked to, and the household that makes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import customers, family, search
from securecare.customers.family import Member, Relative
from securecare.foundation.days import short_day
from securecare.foundation.forms import NotAccepted
from state.editing import NEW
from state.filled_in import FilledIn
from state.gate import needs
from state.read import line, whole_number
from state.record_tab import RecordTab, keep_current
from state.work import acting, work, work_as

SEES, CHANGES = Permission.VIEW_CUSTOMERS, Permission.EDIT_CUSTOMERS
OFFERED = 6


@dataclass(frozen=True)
class RelativeView:
    """Somebody linked to the customer."""

    id: int = 0
    """Of the link."""
    href: str = ""
    name: str = ""
    detail: str = ""
    they_are: str = ""
    this_is: str = ""


@dataclass(frozen=True)
class MemberView:
    """Somebody of the household."""

    href: str
    name: str
    detail: str
    words: str
    here: bool


@dataclass(frozen=True)
class OfferedView:
    """Somebody who may be linked."""

    id: int
    name: str
    detail: str


@dataclass(frozen=True)
class LinkForm:
    """The two words of a link."""

    they_are: str
    this_is: str


class FamilyState(RecordTab, rx.State):
    """Whom the customer is linked to, and the form of one link."""

    relatives: list[RelativeView] = []
    household: list[MemberView] = []
    draft: RelativeView = RelativeView()
    offered: list[OfferedView] = []
    chosen: OfferedView = OfferedView(0, "", "")
    may_change: bool = False

    names: ClassVar[Mapping[str, str]] = {
        "other": "Person",
        "they_are": "They are",
        "this_is": "This person is",
    }
    topic: ClassVar[str] = "record_family"

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show everybody who is linked."""
        await self._open()

    @rx.event
    @needs(SEES)
    async def show_more(self):
        """Show more of those who are linked."""
        await self._show_more()

    @rx.event
    @needs(CHANGES)
    async def start_new(self):
        """Open an empty form."""
        self.draft, self.offered, self.chosen = RelativeView(), [], OfferedView(0, "", "")
        self._begin(NEW)

    @rx.event
    @needs(CHANGES)
    async def find(self, text: Any):
        """Offer those who answer the words."""
        words = line(text, 80)
        found = await work(search.find, words, OFFERED) if words else []
        known = {self._record} | {self._id_in(each.href) for each in self.relatives}
        self.offered = [
            OfferedView(each.id, each.name, each.detail) for each in found if each.id not in known
        ]

    @rx.event
    @needs(CHANGES)
    async def choose(self, customer_id: Any):
        """It is that one."""
        wanted = whole_number(customer_id)
        chosen = next((each for each in self.offered if each.id == wanted), None)
        if chosen is not None:
            self.chosen, self.offered = chosen, []
            self.errors = self.errors | {"other": ""}

    @rx.event
    @needs(CHANGES)
    async def choose_another(self):
        """It is somebody else."""
        self.chosen = OfferedView(0, "", "")

    @rx.event
    @needs(CHANGES)
    async def edit(self, link_id: Any):
        """Open the form of one link."""
        await self._edit(whole_number(link_id) or 0)

    @rx.event
    @needs(CHANGES)
    async def save(self, form: dict[str, Any]):
        """Save the open form, or say beside each field why not."""
        read = FilledIn(form)
        self._wish = LinkForm(read.text("they_are"), read.text("this_is"))
        if self._editing == NEW and not self.chosen.id:
            self._complain(NotAccepted({"other": "Find the other person and select them."}))
            return None
        return await self._save()

    @rx.event
    @needs(CHANGES)
    async def unlink(self, link_id: Any):
        """Take a link away."""
        await work(family.unlink, self._record, whole_number(link_id) or 0)
        await self._read_again(acting())
        return rx.toast.success("Link removed.")

    def _id_in(self, href: str) -> int:
        return whole_number(href.rpartition("/")[2]) or 0

    async def _show(self, actor: Actor) -> None:
        most = self._shown + 1
        relatives, household, self.may_change = await work_as(actor, _read, self._record, most)
        self.relatives = [_relative(each) for each in self._part(relatives)]
        self.household = [_member(each, self._record) for each in household]

    async def _edit(self, id_: int) -> None:
        relatives, _, _ = await work(_read, self._record, self._shown + 1)
        found = next((each for each in relatives if each.link_id == id_), None)
        if found is not None:
            self.draft = _relative(found)
            self.chosen = OfferedView(found.customer_id, found.name, self.draft.detail)
            self._begin(id_, found.version)

    async def _standing(self) -> tuple[LinkForm, int]:
        relatives, _, _ = await work(_read, self._record, self._shown + 1)
        found = next(each for each in relatives if each.link_id == self._editing)
        return LinkForm(found.they_are, found.this_is), found.version

    async def _write(self) -> str:
        wish = self._wish
        if self._editing == NEW:
            other = self.chosen.id
            await work(family.link, self._record, other, wish.this_is, wish.they_are)
            return f"{self.chosen.name} is linked."
        await work(
            family.reword, self._record, self._editing, self._version, wish.this_is, wish.they_are
        )
        return "Relationship saved."


def _read(
    session: Session, actor: Actor, record: int, most: int
) -> tuple[list[Relative], list[Member], bool]:
    relatives = family.relatives(session, actor, record, most)
    household = family.household(session, actor, record) if relatives else []
    return relatives, household, customers.may_change(session, actor, record)


def _relative(each: Relative) -> RelativeView:
    return RelativeView(
        each.link_id,
        f"/customers/{each.customer_id}",
        each.name,
        _detail(each.number, each.born_on),
        each.they_are,
        each.this_is,
    )


def _member(each: Member, record: int) -> MemberView:
    return MemberView(
        f"/customers/{each.customer_id}",
        each.name,
        _detail(each.number, each.born_on),
        ", ".join(each.words),
        each.customer_id == record,
    )


def _detail(number: int, born_on: Any) -> str:
    born = f" · born {short_day(born_on)}" if born_on else ""
    return f"No. {number}{born}"


keep_current(FamilyState, "family_link", "customer")
