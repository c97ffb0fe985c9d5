"""An item's own page: where it stands, who holds it, what moved, and its figures over time; live."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation.forms import NotAccepted
from securecare.inventory import history, items
from securecare.inventory.history import PAGE, AtFacility, Moved, Point
from securecare.inventory.holders import Held
from securecare.inventory.items import ItemRead
from securecare.organization import words
from securecare.outreach import session_reading  # noqa: F401  says what sessions are called
from state.filled_in import FilledIn
from state.gate import needs
from state.item_form import CHANGES, ItemEditing
from state.item_views import (
    Drawn,
    HeldView,
    ItemView,
    MovedView,
    PlaceView,
    drawn,
    held_view,
    item_view,
    moved_view,
    place_view,
    summed,
)
from state.live import hub
from state.read import line, whole_number
from state.work import acting, work, work_as

TOPIC = "stock-item"
SEES = Permission.VIEW_STOCK
SPANS = {"30": 30, "90": 90, "365": 365}
NEWS = 10
"""So many movements are put above the list one by one before the list is sent anew."""


@dataclass(frozen=True)
class Screen:
    """What the hub knows of an open page: the item, the facility or all, the newest movement shown."""

    item_id: int
    facility_id: int | None
    newest: int


@dataclass(frozen=True)
class Standing:
    """What changes with every movement: figures, holders, and what moved since."""

    places: tuple[AtFacility, ...]
    held: tuple[tuple[int, Held], ...]
    moved: tuple[Moved, ...]
    clock24: bool


@dataclass(frozen=True)
class Read:
    """The page as it opens."""

    item: ItemRead
    standing: Standing
    points: tuple[Point, ...]


class ItemState(ItemEditing, rx.State):
    """The item the address names, and which facility and time are looked at."""

    loaded: bool = False
    missing: bool = False
    item: ItemView = ItemView()
    places: list[PlaceView] = []
    total: PlaceView = PlaceView()
    facilities: list[list[str]] = []
    facility: str = ""
    days: str = "90"
    held: list[HeldView] = []
    series: list[Drawn] = []
    now: Drawn = Drawn(name="Now", h=0, r=0, a=0)
    """The last moment of the chart, apart from the others, so that it can move on its own."""
    news: list[MovedView] = []
    """What moved since the list was read; it stands above the list."""
    rows: list[MovedView] = []
    first: bool = True
    last: bool = True
    summary: str = ""
    may_change: bool = False
    may_move: bool = False
    levels_of: PlaceView = PlaceView()
    levels_open: bool = False
    levels_key: int = 0
    minimum: str = ""
    recommended: str = ""
    level_errors: dict[str, str] = {"minimum_level": "", "recommended_level": ""}

    _item_id: int = 0
    _before: list[int] = []
    """Where each page that was turned began: the id its movements lie below."""
    _newest: int = 0

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show the item that the address names, and keep it current."""
        self._item_id = whole_number(self.router.url.path.rstrip("/").rpartition("/")[2]) or 0
        self._before, self.facility, self.loaded = [], "", False
        self._saved()
        await self._stored()

    @rx.event
    @needs(SEES)
    async def choose_facility(self, facility_id: Any):
        """Show the history of one facility, or of all added up."""
        self.facility, self._before = str(whole_number(facility_id) or ""), []
        await self._stored()

    @rx.event
    @needs(SEES)
    async def show_days(self, days: Any):
        """Draw another stretch of time."""
        if (known := line(days)) in SPANS:
            self.days = known
            await self._stored()

    @rx.event
    @needs(SEES)
    async def show_following(self):
        """Go on to earlier movements."""
        if not self.last and self.rows:
            self._before = [*self._before, self.rows[-1].id]
            await self._stored()

    @rx.event
    @needs(SEES)
    async def show_previous(self):
        """Go back to later movements."""
        self._before = self._before[:-1]
        await self._stored()

    @rx.event
    @needs(CHANGES)
    async def edit_levels(self, facility_id: Any):
        """Ask for the levels of one facility."""
        known = [place for place in self.places if place.id == facility_id and place.may_change]
        if known:
            self.levels_of, self.levels_open = known[0], True
            self.minimum, _, self.recommended = known[0].level.replace(",", "").partition(" / ")
            self.level_errors = dict.fromkeys(self.level_errors, "")
            self.levels_key += 1

    @rx.event
    @needs(CHANGES)
    async def open_levels(self, opened: Any):
        """Close the question; only its own button opens it."""
        if opened is not True:
            self.levels_open = False

    @rx.event
    @needs(CHANGES)
    async def save_levels(self, form: dict[str, Any]):
        """Give the facility levels of its own, or say beside each field why not."""
        read = FilledIn(form)
        levels = (read.number("minimum_level"), read.number("recommended_level"))
        try:
            read.require_accepted({})
            await work(items.set_levels, self._item_id, self.levels_of.id, levels)
        except NotAccepted as refusal:
            self.level_errors = dict.fromkeys(self.level_errors, "") | refusal.complaints
            return None
        return await self._levels_saved()

    @rx.event
    @needs(CHANGES)
    async def use_item_levels(self):
        """Let the item's own levels count at the facility again."""
        await work(items.set_levels, self._item_id, self.levels_of.id, None)
        return await self._levels_saved()

    async def _levels_saved(self) -> Any:
        self.levels_open = False
        await self._stored()
        return rx.toast.success(f"Levels at {self.levels_of.name} are saved.")

    async def _stored(self) -> None:
        """Read the page for the person at work, and hear of what changes on it."""
        await self._read_again(acting())
        hub.watch(TOPIC, self, self._screen)

    @property
    def _screen(self) -> Screen:
        return Screen(self._item_id, whole_number(self.facility), self._newest)

    async def _read_again(self, actor: Actor) -> None:
        """Read everything that is on the page."""
        try:
            read = await work_as(actor, _read, self._screen, self._before, SPANS[self.days])
        except NotFound:
            self.missing, self.loaded = True, True
            return
        self.item, self.missing = item_view(read.item), False
        self.may_change = actor.reach(CHANGES).everywhere
        self.may_move = not actor.reach(CHANGES).nowhere
        standing = read.standing
        self.facilities = [[str(p.facility_id), p.facility] for p in standing.places]
        self._show_standing(standing, actor)
        zone = ZoneInfo(self._chosen(standing)[0].time_zone)
        self.series = [
            drawn(point, zone, standing.clock24, SPANS[self.days]) for point in read.points[:-1]
        ]
        shown = [moved_view(each, actor, standing.clock24) for each in standing.moved]
        self.news, self.rows, self.last = [], shown[:PAGE], len(shown) <= PAGE
        self.first = not self._before
        if self.first:
            self._newest = shown[0].id if shown else 0
        start = PAGE * len(self._before)
        self.summary = f"{start + 1:,} to {start + len(self.rows):,}, the latest first"
        self.loaded = True

    def _show_standing(self, standing: Standing, actor: Actor) -> None:
        """Put the figures on the page, and who holds what."""
        names = {place.facility_id: place.facility for place in standing.places}
        rows = [place_view(place, actor) for place in standing.places]
        held = [held_view(each, names[at], actor, at) for at, each in standing.held]
        chosen = self._chosen(standing)
        on_hand, reserved = (sum(getattr(p, n) for p in chosen) for n in ("on_hand", "reserved"))
        now = Drawn(name="Now", h=on_hand, r=reserved, a=on_hand - reserved)
        for name, value in (
            ("places", rows),
            ("total", summed(standing.places)),
            ("held", held),
            ("now", now),
        ):
            if getattr(self, name) != value:  # what looks the same is not sent again
                setattr(self, name, value)

    def _chosen(self, standing: Standing) -> list[AtFacility]:
        wanted = whole_number(self.facility)
        return [p for p in standing.places if wanted in (None, p.facility_id)]

    def _move_on(self, standing: Standing, actor: Actor) -> None:
        """Show what moved since: new figures, and on the first page new rows above the others."""
        self._show_standing(standing, actor)
        fresh = [moved_view(each, actor, standing.clock24) for each in standing.moved]
        if not fresh:
            return
        self._newest = fresh[0].id
        if self._before:
            return
        news = [*fresh, *self.news]
        if len(news) <= NEWS:
            self.news = news
        else:
            every = [*news, *self.rows]
            self.news, self.rows, self.last = [], every[:PAGE], self.last and len(every) <= PAGE


def standing_of(session: Session, actor: Actor, screen: Screen) -> Standing:
    """What changed since the newest movement that the screen shows."""
    moved = history.movements(
        session, actor, screen.item_id, screen.facility_id, after=screen.newest, most=PAGE
    )
    return _standing(session, actor, screen, moved)


def _read(session: Session, actor: Actor, screen: Screen, before: list[int], days: int) -> Read:
    item = items.read(session, actor, screen.item_id)
    below = before[-1] if before else None
    moved = history.movements(
        session, actor, item.id, screen.facility_id, before=below, most=PAGE + 1
    )
    points = history.series(session, actor, item.id, screen.facility_id, days)
    return Read(item, _standing(session, actor, screen, moved), tuple(points))


def _standing(session: Session, actor: Actor, screen: Screen, moved: list[Moved]) -> Standing:
    places = tuple(history.figures(session, actor, screen.item_id))
    held = tuple(
        (place.facility_id, each)
        for place in places
        if place.reserved
        for each in history.kept_for(session, actor, screen.item_id, place.facility_id)
    )
    return Standing(places, held, tuple(moved), words.of(session, actor).clock24)
