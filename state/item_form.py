"""The form of an item, wherever it is opened: from the stock list, and from the item's own page."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from securecare.access.roles import Permission
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.foundation.money import NotMoney, format_cents, parse_cents, plain_cents
from securecare.inventory import items
from securecare.inventory.items import ItemForm
from state.editing import NEW, Editing, differences
from state.filled_in import FilledIn
from state.gate import needs
from state.read import whole_number
from state.work import work

CHANGES = Permission.EDIT_STOCK
LABELS = {
    "sku": "Number",
    "name": "Name",
    "unit": "Unit",
    "category": "Category",
    "barcode": "Barcode",
    "description": "Description",
    "wholesale_cents": "Cost",
    "retail_cents": "Retail value",
    "minimum_level": "Minimum",
    "recommended_level": "Recommended",
}
NAMES = {**LABELS, "wholesale": "", "retail": ""}


@dataclass(frozen=True)
class ItemDraft:
    """What the fields of the form hold when it opens."""

    sku: str = ""
    name: str = ""
    unit: str = "each"
    category: str = ""
    barcode: str = ""
    description: str = ""
    wholesale: str = ""
    retail: str = ""
    minimum_level: str = "0"
    recommended_level: str = "0"


class ItemEditing(Editing, mixin=True):
    """The item whose form is open. Whoever mixes this in says in `_stored` what to show then."""

    is_new: bool = True
    is_active: bool = True
    draft: ItemDraft = ItemDraft()

    _editing: int = 0
    _version: int = 0
    _wish: ItemForm | None = None

    @rx.event
    @needs(CHANGES)
    async def edit(self, item_id: Any):
        """Open an item."""
        read = await work(items.read, whole_number(item_id) or 0)
        self._edit(read.id, _draft(read.form), read.version, active=read.active)

    @rx.event
    @needs(CHANGES)
    async def save(self, form: dict[str, Any]):
        """Save the open form, or say beside each field why not."""
        read = FilledIn(form)
        wish = ItemForm(
            *(read.text(name) for name in ("sku", "name", "unit", "category", "barcode")),
            read.text("description"),
            _cents(read, "wholesale"),
            _cents(read, "retail"),
            read.number("minimum_level"),
            read.number("recommended_level"),
        )
        try:
            read.require_accepted(wish.complaints())
        except NotAccepted as refusal:
            self._complain(refusal)
            return None
        self._wish = wish
        return await self._store()

    @rx.event
    @needs(CHANGES)
    async def keep_mine(self):
        """Save what was typed over what somebody else saved."""
        if not self.differences:
            return None
        self._version = (await work(items.read, self._editing)).version
        return await self._store()

    @rx.event
    @needs(CHANGES)
    async def take_theirs(self):
        """Leave what was typed, and show what is saved."""
        read = await work(items.read, self._editing)
        self._edit(read.id, _draft(read.form), read.version, active=read.active)

    @rx.event
    @needs(CHANGES)
    async def set_active(self, active: Any):
        """Take the open item out of use, or back into it."""
        await work(items.set_active, self._editing, active is True)
        self._saved()
        await self._stored()
        now = "in use again" if active is True else "no longer in use"
        return rx.toast.success(f"{self.draft.name} is {now}.")

    def _edit(self, id_: int, draft: ItemDraft, version: int, *, active: bool = True) -> None:
        self._start(NAMES)
        self._editing, self._version, self.draft = id_, version, draft
        self.is_new, self.is_active = id_ == NEW, active

    async def _store(self) -> Any:
        wish = self._wish
        if wish is None or not self._editing:
            return None
        try:
            if self._editing == NEW:
                await work(items.add, wish)
            else:
                await work(items.change, self._editing, self._version, wish)
        except NotAccepted as refusal:
            self._complain(refusal)
            return None
        except Overtaken as refusal:
            theirs = await work(items.read, self._editing)
            self._overtaken(refusal, differences(wish, theirs.form, LABELS, _said))
            return None
        self._saved()
        await self._stored()
        return rx.toast.success(f"{wish.name} is saved.")

    async def _stored(self) -> None:
        """Read again what is on screen."""
        raise NotImplementedError


def _draft(form: ItemForm) -> ItemDraft:
    return ItemDraft(
        form.sku,
        form.name,
        form.unit,
        form.category,
        form.barcode,
        form.description,
        plain_cents(form.wholesale_cents),
        plain_cents(form.retail_cents),
        str(form.minimum_level),
        str(form.recommended_level),
    )


def _cents(read: FilledIn, name: str) -> int:
    try:
        return parse_cents(read.text(name) or "0")
    except NotMoney as complaint:
        read.complaints[name] = complaint.message
        return 0


def _said(field: str, value: Any) -> str:
    return format_cents(value) if field.endswith("_cents") else str(value or "None")
