"""Bundles: how many could be assembled at a facility, live, and the form of one with its versions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation.days import short_day
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.foundation.money import format_cents
from securecare.inventory import bundle_reading, bundles, listing
from securecare.inventory.bundle_reading import BundleRead, Part, VersionRead
from securecare.inventory.bundles import BundleForm, BundleListed, Component
from securecare.inventory.listing import Wanted
from securecare.organization import places
from state.editing import NEW, Difference, Editing
from state.filled_in import FilledIn
from state.gate import needs
from state.live import hub
from state.read import line, whole_number
from state.work import acting, work, work_as

TOPIC = "bundles"
SEES, CHANGES = Permission.VIEW_STOCK, Permission.EDIT_STOCK
NAMES = {"name": "Name", "description": "Description", "components": "Made of"}
OFFERED = 6


@dataclass(frozen=True)
class BundleView:
    """A bundle as its row says it, apart from what changes with the stock."""

    id: int = 0
    key: str = ""
    name: str = ""
    description: str = ""
    made_of: str = ""
    version: str = ""
    cost: str = ""
    retail: str = ""
    active: bool = True


@dataclass(frozen=True)
class PartView:
    """A component in the open form."""

    item_id: int
    name: str
    detail: str
    quantity: str


@dataclass(frozen=True)
class VersionView:
    """What it was made of, from when on, and by whom."""

    label: str
    said: str
    made: str


@dataclass(frozen=True)
class OfferedItem:
    """An item that may be added."""

    id: int
    name: str
    detail: str


@dataclass(frozen=True)
class Draft:
    """What the fields of the form hold when it opens."""

    name: str = ""
    description: str = ""
    active: bool = True
    versions: list[VersionView] = field(default_factory=list)


@dataclass(frozen=True)
class Screen:
    """What the hub knows of an open list: the facility, and the items the bundles are made of."""

    facility_id: int
    item_ids: frozenset[int]


class BundlesState(Editing, rx.State):
    """The bundles of a facility, and the one that is open."""

    loaded: bool = False
    rows: list[BundleView] = []
    figures: dict[str, list[str]] = {}
    """By the key of the row: how many could be assembled, and by what that is limited."""
    facilities: list[list[str]] = []
    facility: str = ""
    may_change: bool = False
    is_new: bool = True
    draft: Draft = Draft()
    parts: list[PartView] = []
    offered: list[OfferedItem] = []
    looked_for: str = ""
    looking: bool = False

    _editing: int = 0
    _version: int = 0
    _wish: BundleForm | None = None

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show the bundles, and keep them current."""
        self._saved()
        self.looking = False
        await self._show_anew()
        if self.router.url.query_parameters.get("new") and self.may_change:
            self._edit(NEW, Draft(), (), 0)

    @rx.event
    @needs(SEES)
    async def choose_facility(self, facility_id: Any):
        """Show how many could be assembled at another facility."""
        self.facility = str(whole_number(facility_id) or "")
        await self._show_anew()

    @rx.event
    @needs(SEES)
    async def look(self, bundle_id: Any):
        """Show what a bundle is and was made of."""
        read = await work(bundle_reading.one, whole_number(bundle_id) or 0)
        self.draft, self.parts, self.looking = _draft(read), _parts(read.parts), True

    @rx.event
    @needs(SEES)
    async def open_look(self, opened: Any):
        """Close what was looked at."""
        if opened is not True:
            self.looking = False

    @rx.event
    @needs(CHANGES)
    async def start_new(self):
        """Open an empty form."""
        self._edit(NEW, Draft(), (), 0)

    @rx.event
    @needs(CHANGES)
    async def edit(self, bundle_id: Any):
        """Open the form of a bundle."""
        read = await work(bundle_reading.one, whole_number(bundle_id) or 0)
        self._edit(read.id, _draft(read), read.parts, read.version)

    @rx.event
    @needs(CHANGES)
    async def find_item(self, text: Any):
        """Offer items that fit what is typed, and are not in it yet."""
        self.looked_for = line(text, 80)
        if not self.looked_for:
            self.offered = []
            return
        page = await work(listing.page, Wanted(self.looked_for))
        known = {part.item_id for part in self.parts}
        fit = [row for row in page.rows if row.id not in known][:OFFERED]
        self.offered = [OfferedItem(row.id, row.name, f"{row.sku} · {row.unit}") for row in fit]

    @rx.event
    @needs(CHANGES)
    async def add_part(self, item_id: Any):
        """Put an item that was offered into the bundle."""
        chosen = [each for each in self.offered if each.id == item_id]
        if chosen and len(self.parts) < bundles.MOST_COMPONENTS:
            each = chosen[0]
            self.parts = [*self.parts, PartView(each.id, each.name, each.detail, "1")]
            self.offered = [other for other in self.offered if other.id != each.id]

    @rx.event
    @needs(CHANGES)
    async def drop_part(self, item_id: Any):
        """Take an item out of the bundle."""
        self.parts = [part for part in self.parts if part.item_id != item_id]

    @rx.event
    @needs(CHANGES)
    async def save(self, form: dict[str, Any]):
        """Save the open form, or say beside each field why not."""
        read = FilledIn(form)
        components = tuple(
            Component(part.item_id, whole_number(read.text(f"quantity-{part.item_id}"), 0) or 0)
            for part in self.parts
        )
        wish = BundleForm(
            read.text("name"), components, read.text("description"), read.flag("active")
        )
        try:
            read.require_accepted(_complaints(wish, {p.item_id: p.name for p in self.parts}))
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
        self._version = (await work(bundle_reading.one, self._editing)).version
        return await self._store()

    @rx.event
    @needs(CHANGES)
    async def take_theirs(self):
        """Leave what was typed, and show what is saved."""
        read = await work(bundle_reading.one, self._editing)
        self._edit(read.id, _draft(read), read.parts, read.version)

    def _edit(self, id_: int, draft: Draft, parts: Iterable[Part], version: int) -> None:
        self._start(NAMES)
        self._editing, self._version, self.draft = id_, version, draft
        self.parts, self.is_new = _parts(parts), id_ == NEW
        self.offered, self.looked_for, self.looking = [], "", False

    async def _store(self) -> Any:
        wish = self._wish
        if wish is None or not self._editing:
            return None
        try:
            if self._editing == NEW:
                await work(bundles.add, wish)
            else:
                await work(bundles.change, self._editing, self._version, wish)
        except NotAccepted as refusal:
            self._complain(refusal)
            return None
        except Overtaken as refusal:
            theirs = await work(bundle_reading.one, self._editing)
            self._overtaken(refusal, _differences(wish, theirs, self.parts))
            return None
        self._saved()
        await self._show_anew()
        return rx.toast.success(f"{wish.name} is saved.")

    async def _show_anew(self) -> None:
        """Read the list for the person at work, and hear of what changes on it."""
        hub.watch(TOPIC, self, await self._read_again(acting()))

    async def _read_again(self, actor: Actor) -> Screen:
        """Read the list; gives what is on screen now."""
        known, rows = await work_as(actor, _read, whole_number(self.facility))
        names = [[str(id_), name] for id_, name in known]
        if self.facility not in dict(names):
            self.facility = names[0][0] if names else ""
        self.facilities = names
        self.figures = _figures(rows)
        self.rows = [_view(row) for row in rows]
        self.may_change = actor.reach(CHANGES).everywhere
        self.loaded = True
        items = frozenset(part.item_id for row in rows for part in row.components)
        return Screen(whole_number(self.facility) or 0, items)

    def _refigure(self, rows: Iterable[BundleListed]) -> None:
        """Put new figures beside the rows that are on screen."""
        figures = _figures(rows)
        if figures != self.figures:
            self.figures = figures


def _read(
    session: Session, actor: Actor, facility_id: int | None
) -> tuple[list[tuple[int, str]], list[BundleListed]]:
    known = places.facility_names(session, actor, SEES)
    if not known:
        raise NotFound("The stock")
    here = facility_id if facility_id in dict(known) else known[0][0]
    return known, bundles.listing(session, actor, here or 0)


def _figures(rows: Iterable[BundleListed]) -> dict[str, list[str]]:
    return {str(row.id): [f"{row.available:,}", f"limited by {row.limited_by}"] for row in rows}


def _view(row: BundleListed) -> BundleView:
    return BundleView(
        row.id,
        str(row.id),
        row.name,
        row.description,
        ", ".join(f"{each.quantity:,} × {each.name}" for each in row.components),
        f"v{row.number}",
        format_cents(row.wholesale_cents),
        format_cents(row.retail_cents),
        row.active,
    )


def _draft(read: BundleRead) -> Draft:
    form = read.form
    versions = [_version(each) for each in read.versions]
    return Draft(form.name, form.description, form.active, versions)


def _version(each: VersionRead) -> VersionView:
    by = f" by {each.made_by}" if each.made_by else ""
    made = f"Since {short_day(each.made_at.date())}{by}"
    return VersionView(f"Version {each.number}", _said(each.parts), made)


def _parts(parts: Iterable[Part]) -> list[PartView]:
    return [PartView(p.item_id, p.name, f"{p.sku} · {p.unit}", str(p.quantity)) for p in parts]


def _said(parts: Iterable[Part]) -> str:
    return ", ".join(f"{part.quantity:,} × {part.name}" for part in parts)


def _complaints(wish: BundleForm, names: Mapping[int, str]) -> dict[str, str]:
    """The domain's, those about quantities together at the list they stand in."""
    found = dict[str, str]()
    for name, complaint in wish.complaints().items():
        if name.startswith("quantity_"):
            item = names[int(name.removeprefix("quantity_"))]
            found.setdefault("components", f"How many of {item}? {complaint}")
        else:
            found[name] = complaint
    return found


def _differences(mine: BundleForm, theirs: BundleRead, parts: list[PartView]) -> list[Difference]:
    names = {part.item_id: part.name for part in parts}
    made_of = ", ".join(f"{c.quantity:,} × {names[c.item_id]}" for c in mine.components)
    pairs = (
        ("Name", mine.name, theirs.form.name),
        ("Description", mine.description or "–", theirs.form.description or "–"),
        ("Made of", made_of, _said(theirs.parts)),
        ("In use", *("Yes" if form.active else "No" for form in (mine, theirs.form))),
    )
    return [Difference(label, own, other) for label, own, other in pairs if own != other]
