"""Pairs of records that may be one person's: the likeliest first, and those that were told apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import customers, duplicate_pairs, phones
from securecare.customers.duplicate_pairs import MOST_COUNTED, Listed, Page, Position
from securecare.customers.pair_sides import Side
from securecare.foundation.days import short_day
from securecare.foundation.errors import DomainError
from securecare.foundation.live import Change
from state.frame import initials
from state.gate import needs
from state.live import Hub, Viewer, hub
from state.moments import ago
from state.read import whole_number
from state.work import acting, work, work_as

TOPIC = "duplicates"
MERGES = Permission.MERGE_CUSTOMERS
COMPARE, APART = "compare", "apart"


@dataclass(frozen=True)
class RecordView:
    """One of the two records, in words."""

    id: int
    name: str
    initials: str
    about: str
    reached: str
    place: str


@dataclass(frozen=True)
class PairView:
    """Two records that may be one person's."""

    id: int
    why: str
    told: str
    """Who told them apart, and when; empty if nobody did."""
    one: RecordView
    other: RecordView
    compare: str
    """Where they are compared."""


@dataclass(frozen=True)
class _Read:
    page: Page
    count: int
    region: str


class DuplicatesState(rx.State):
    """The part of the list on screen."""

    loaded: bool = False
    tab: str = COMPARE
    rows: list[PairView] = []
    count: str = ""
    """How many wait to be compared; empty for none."""
    summary: str = ""
    first: bool = True
    last: bool = True

    _starts: list[Position | None] = [None]
    _next: Position | None = None
    _seen: dict[int, tuple[int, int, int]] = {}
    """By pair: both records, and what spoke for one person when it was shown."""

    @rx.event
    @needs(MERGES)
    async def open_page(self):
        """Show what the address asks for, and keep it current."""
        asked = self.router.url.query_parameters.get("tab", "")
        self.tab, self._starts = APART if asked == APART else COMPARE, [None]
        await self._show()

    @rx.event
    @needs(MERGES)
    async def choose_tab(self, tab: Any):
        """Look at the others."""
        self.tab, self._starts = APART if tab == APART else COMPARE, [None]
        await self._show()

    @rx.event
    @needs(MERGES)
    async def show_following(self):
        """Go on in the list."""
        if self._next is not None:
            self._starts = [*self._starts, self._next]
            await self._show()

    @rx.event
    @needs(MERGES)
    async def show_previous(self):
        """Go back in the list."""
        if len(self._starts) > 1:
            self._starts = self._starts[:-1]
            await self._show()

    @rx.event
    @needs(MERGES)
    async def tell_apart(self, pair_id: Any):
        """These are two people."""
        seen = self._seen.get(whole_number(pair_id) or 0)
        if seen is None:
            return None
        done = rx.toast.success(
            "Marked as two people. You can undo this under “Not the same person”."
        )
        return await self._done(done, duplicate_pairs.dismiss, *seen)

    @rx.event
    @needs(MERGES)
    async def take_back(self, pair_id: Any):
        """They may be one person after all."""
        number = whole_number(pair_id) or 0
        if number not in self._seen:
            return None
        done = rx.toast.success("Undone. If they still look alike, they are listed again.")
        return await self._done(done, duplicate_pairs.restore, number)

    async def _done(self, told: Any, verb: Any, *args: Any) -> Any:
        try:
            await work(verb, *args)
        except DomainError as refusal:
            told = rx.toast.error(refusal.message)
        await self._show()
        return told

    async def _show(self) -> None:
        await self._read_again(acting())
        hub.watch(TOPIC, self, self._on_screen())

    async def _read_again(self, actor: Actor) -> None:
        read = await work_as(actor, _read, self.tab, self._starts[-1])
        while not read.page.rows and len(self._starts) > 1:
            self._starts = self._starts[:-1]  # all that stood here is done
            read = await work_as(actor, _read, self.tab, self._starts[-1])
        pairs = read.page.rows
        self._seen = {each.id: (each.one.id, each.other.id, each.score) for each in pairs}
        self._next = read.page.following
        self.rows = [_view(each, read.region) for each in pairs]
        self.count = counted(read.count)
        self.first, self.last = len(self._starts) == 1, self._next is None
        self.summary = f"Page {len(self._starts)}"
        self.loaded = True

    def _on_screen(self) -> frozenset[int]:
        return frozenset(id_ for one, other, _ in self._seen.values() for id_ in (one, other))


def _read(session: Session, actor: Actor, tab: str, since: Position | None) -> _Read:
    listing = duplicate_pairs.dismissed if tab == APART else duplicate_pairs.to_compare
    return _Read(
        listing(session, actor, since),
        duplicate_pairs.how_many(session, actor),
        customers.region(session),
    )


def _view(pair: Listed, region: str) -> PairView:
    told = ""
    if pair.dismissed_at is not None:
        by = pair.dismissed_by or "Somebody"
        told = f"{by} marked them as two people {ago(pair.dismissed_at)}."
    return PairView(
        pair.id,
        pair.why[:1].upper() + pair.why[1:],
        told,
        _record(pair.one, region),
        _record(pair.other, region),
        f"/customers/{pair.one.id}/merge?with={pair.other.id}",
    )


def _record(side: Side, region: str) -> RecordView:
    born = f"born {short_day(side.born_on)}" if side.born_on else "birth date not known"
    phone = phones.shown(side.phone, region) if side.phone else ""
    return RecordView(
        side.id,
        side.name,
        initials(side.name),
        f"No. {side.number} · {born}",
        " · ".join(word for word in (phone, side.email) if word),
        " · ".join(word for word in (side.city, *side.facilities) if word),
    )


def counted(count: int) -> str:
    """How many pairs there are; empty for none."""
    if not count:
        return ""
    return f"{count}" if count < MOST_COUNTED else f"{MOST_COUNTED - 1}+"


async def _refresh(live: Hub, changes: Sequence[Change], viewers: Sequence[Viewer]) -> None:
    """Read the list again where pairs came or went, or somebody on it changed."""
    for viewer in viewers:
        if any(_concerns(change, viewer) for change in changes):
            async with live.modify(viewer, DuplicatesState) as state:
                await state._read_again(viewer.actor)
                viewer.interest = state._on_screen()


def _concerns(change: Change, viewer: Viewer) -> bool:
    if change.table == "customer":
        return change.row.get("id") in viewer.interest
    return True


hub.topic(TOPIC, ["duplicate_pair", "customer"], _refresh)
