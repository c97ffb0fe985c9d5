"""Finding anything by typing: people, things in stock, pages, and things to do."""

from collections.abc import Callable, Iterable
from typing import Any, TypedDict

import reflex as rx
from sqlmodel import Session

from securecare.access import accounts
from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import search
from securecare.inventory import listing
from securecare.inventory.listing import Wanted
from securecare.organization import staff, words
from state.frame import RECENT_PLACES, FrameState
from state.navigation import DEEDS, PLACES, Deed, Place, capitalized, spoken, within_reach
from state.policies import at_work
from state.read import line
from state.work import work

STAFF_SHOWN = 5
CUSTOMERS_SHOWN = 8
ITEMS_SHOWN = 6


class Found(TypedDict):
    """Something that can be opened or done."""

    id: str
    label: str
    detail: str
    icon: str
    href: str
    does: str


class FoundGroup(TypedDict):
    """Found things of one kind, under their heading."""

    label: str
    items: list[Found]


class PaletteState(rx.State):
    """What the palette offers for what was typed so far."""

    asked: str = ""
    """The text these groups answer."""
    groups: list[FoundGroup] = []

    @rx.event
    @at_work
    async def opened(self, is_open: Any):
        """Begin with nothing typed: where the person was, where they may go, what they may do."""
        if is_open is True:
            frame = await self.get_state(FrameState)
            groups = await work(offered, frame._recent[1:])
            self.asked, self.groups = "", groups
        else:
            self.asked, self.groups = "", []

    @rx.event
    @at_work
    async def search(self, typed: Any):
        """Find people, pages and things to do for the text."""
        text = line(typed, 80)
        if text:
            groups = await work(found, text)
        else:
            frame = await self.get_state(FrameState)
            groups = await work(offered, frame._recent[1:])
        self.asked, self.groups = text, groups


def offered(session: Session, actor: Actor, recent: list[str]) -> list[FoundGroup]:
    """What there is before anything was typed; `recent` are keys of places, the latest first."""
    own = words.of(session, actor)
    open_places = [place for place in PLACES if within_reach(actor, place.permissions)]
    been = [place for key in recent for place in open_places if place.key == key]
    others = [place for place in open_places if place not in been[:RECENT_PLACES]]
    deeds = [deed for deed in _deeds(session, actor) if within_reach(actor, deed.permissions)]
    return _filled(
        ("Recent", [_place(place, own) for place in been[:RECENT_PLACES]]),
        ("Pages", [_place(place, own) for place in others]),
        ("Actions", [_deed(deed, own) for deed in deeds]),
    )


def found(session: Session, actor: Actor, text: str) -> list[FoundGroup]:
    """Everything within the person's reach that answers the text."""
    own = words.of(session, actor)
    return _filled(
        *((heading(own), find(session, actor, text)) for heading, find in FINDERS),
        ("Pages", [_place(p, own) for p in PLACES if _open(actor, p, own, text)]),
        ("Actions", [_deed(d, own) for d in _deeds(session, actor) if _open(actor, d, own, text)]),
    )


def find_customers(session: Session, actor: Actor, text: str) -> list[Found]:
    """The people the organization serves, as far as the person may see them."""
    if not actor.may(Permission.VIEW_CUSTOMERS):
        return []
    return [
        Found(
            id=f"customer-{customer.id}",
            label=customer.name,
            detail=customer.detail,
            icon="user",
            href=f"/customers/{customer.id}",
            does="",
        )
        for customer in search.find(session, actor, text, CUSTOMERS_SHOWN)
    ]


def find_staff(session: Session, actor: Actor, text: str) -> list[Found]:
    """Members of the staff by name or title, for those who may see their schedule."""
    if not actor.may(Permission.VIEW_SCHEDULE):
        return []
    listed = staff.reachable(session, actor, Permission.VIEW_SCHEDULE)
    hits = [m for m in listed if m.active and answers(text, m.form.name, m.form.title)]
    return [
        Found(
            id=f"staff-{member.id}",
            label=member.form.name,
            detail=" · ".join(part for part in (member.form.title, member.facility) if part),
            icon="id_card",
            href=f"/schedule?staff={member.id}",
            does="",
        )
        for member in hits[:STAFF_SHOWN]
    ]


def find_items(session: Session, actor: Actor, text: str) -> list[Found]:
    """What is kept in stock, by name, number, barcode or category, for those who may see stock."""
    if actor.reach(Permission.VIEW_STOCK).nowhere:
        return []
    return [
        Found(
            id=f"item-{item.id}",
            label=item.name,
            detail=f"{item.sku} · {item.available:,} available",
            icon="package",
            href=f"/inventory/items/{item.id}",
            does="",
        )
        for item in listing.page(session, actor, Wanted(text)).rows[:ITEMS_SHOWN]
    ]


Finder = Callable[[Session, Actor, str], list[Found]]
FINDERS: list[tuple[Callable[[words.Words], str], Finder]] = [
    (lambda own: capitalized(own.customers), find_customers),
    (lambda own: "Staff", find_staff),
    (lambda own: "Stock", find_items),
]
"""Who finds people and things, each under its heading. Every finder asks for rights itself."""


def answers(text: str, *said: str) -> bool:
    """Whether every word of the text begins a word of what is said."""
    begun = " ".join(said).casefold().split()
    return all(any(word.startswith(part) for word in begun) for part in text.casefold().split())


def _open(actor: Actor, entry: Place | Deed, own: words.Words, text: str) -> bool:
    told = answers(text, spoken(entry.label, own), entry.also)
    return told and within_reach(actor, entry.permissions)


def _deeds(session: Session, actor: Actor) -> list[Deed]:
    elsewhere = accounts.belongs_elsewhere(session, actor)
    return [deed for deed in DEEDS if elsewhere or not deed.for_members_elsewhere]


def _place(place: Place, own: words.Words) -> Found:
    return Found(
        id=f"place-{place.key}",
        label=spoken(place.label, own),
        detail=place.group,
        icon=place.icon,
        href=place.href,
        does="",
    )


def _deed(deed: Deed, own: words.Words) -> Found:
    return Found(
        id=f"deed-{deed.key}",
        label=spoken(deed.label, own),
        detail="",
        icon=deed.icon,
        href=deed.href,
        does=deed.does,
    )


def _filled(*groups: Iterable[Any]) -> list[FoundGroup]:
    return [FoundGroup(label=label, items=items) for label, items in groups if items]
