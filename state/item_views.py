"""The words and figures of an item's page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation import clock
from securecare.foundation.money import format_cents
from securecare.inventory.history import KIND_LABELS, AtFacility, Moved, Point
from securecare.inventory.holders import Held
from securecare.inventory.items import ItemRead
from securecare.scheduling.local_time import label, local_day

MARKS = {"": "", "low": "Low", "out": "None left"}
SESSION = "outreach_session"


@dataclass(frozen=True)
class ItemView:
    """An item as the head of its page says it."""

    id: int = 0
    name: str = ""
    sku: str = ""
    unit: str = ""
    category: str = ""
    barcode: str = ""
    description: str = ""
    cost: str = ""
    retail: str = ""
    active: bool = True


@dataclass(frozen=True)
class PlaceView:
    """What there is at one facility. `mark` is "low", "out" or ""."""

    id: int = 0
    name: str = ""
    on_hand: str = ""
    reserved: str = ""
    available: str = ""
    level: str = ""
    own_levels: bool = False
    mark: str = ""
    mark_label: str = ""
    may_change: bool = False


@dataclass(frozen=True)
class HeldView:
    """Who has how many reserved, and where that can be looked at."""

    name: str
    facility: str
    quantity: str
    href: str


@dataclass(frozen=True)
class MovedView:
    """A movement as its row says it."""

    id: int
    day: str
    time: str
    facility: str
    kind: str
    label: str
    change: str
    on_hand: str
    reserved: str
    cost: str
    retail: str
    who: str
    why: str
    note: str
    href: str


class Drawn(TypedDict):
    """A moment of the chart."""

    name: str
    h: int
    r: int
    a: int


def item_view(read: ItemRead) -> ItemView:
    """The head of the page."""
    form = read.form
    return ItemView(
        read.id,
        form.name,
        form.sku,
        form.unit,
        form.category,
        form.barcode,
        form.description,
        format_cents(form.wholesale_cents),
        format_cents(form.retail_cents),
        read.active,
    )


def place_view(here: AtFacility, actor: Actor) -> PlaceView:
    """The row of a facility."""
    return PlaceView(
        here.facility_id,
        here.facility,
        f"{here.on_hand:,}",
        f"{here.reserved:,}",
        f"{here.available:,}",
        f"{here.minimum:,} / {here.recommended:,}",
        here.own_levels,
        here.mark,
        MARKS[here.mark],
        actor.may(Permission.EDIT_STOCK, here.facility_id),
    )


def summed(places: Iterable[AtFacility]) -> PlaceView:
    """What there is at all of them together."""
    known = list(places)
    on_hand, reserved = (sum(getattr(p, name) for p in known) for name in ("on_hand", "reserved"))
    return PlaceView(0, "Together", f"{on_hand:,}", f"{reserved:,}", f"{on_hand - reserved:,}")


def held_view(held: Held, facility: str, actor: Actor, facility_id: int) -> HeldView:
    """Who holds some of it; a link for those who may follow it."""
    seen = held.kind == SESSION and actor.may(Permission.VIEW_OUTREACH, facility_id)
    href = f"/outreach/sessions/{held.id}" if seen else ""
    return HeldView(held.name, facility, f"{held.quantity:,}", href)


def moved_view(moved: Moved, actor: Actor, clock24: bool) -> MovedView:
    """A movement, at the time its facility's clock showed."""
    zone = ZoneInfo(moved.time_zone)
    seen = moved.holder == SESSION and actor.may(Permission.VIEW_OUTREACH, moved.facility_id)
    return MovedView(
        moved.id,
        _day(moved.at, zone),
        label(moved.at, zone, clock24),
        moved.facility,
        moved.kind,
        KIND_LABELS[moved.kind],
        f"{moved.change:+,}".replace("-", "−"),
        f"{moved.on_hand_after:,}",
        f"{moved.reserved_after:,}",
        format_cents(moved.wholesale_cents),
        format_cents(moved.retail_cents),
        moved.who,
        moved.why,
        moved.note,
        f"/outreach/sessions/{moved.holder_id}" if seen else "",
    )


def drawn(point: Point, zone: ZoneInfo, clock24: bool, days: int) -> Drawn:
    """A moment of the chart; the shorter the time it shows, the more exactly named."""
    day = local_day(point.at, zone)
    name = f"{day:%b} {day.day}" + (f", {day.year}" if days > 300 else "")
    if days <= 30:
        name = f"{name}, {label(point.at, zone, clock24)}"
    return Drawn(name=name, h=point.on_hand, r=point.reserved, a=point.available)


def _day(at: datetime, zone: ZoneInfo) -> str:
    day = local_day(at, zone)
    this_year = local_day(clock.now(), zone).year == day.year
    return f"{day:%b} {day.day}" + ("" if this_year else f", {day.year}")
