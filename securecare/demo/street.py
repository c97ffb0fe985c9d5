"""What came into the storerooms and went out on the street, without a database.

Everything happens in the order of time, on shelves of its own arithmetic: nothing is given out that
is not there. Items, facilities, services and templates are places in the plan's lists.
"""

import calendar
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from securecare.demo.street_plans import LinePlan, ServicePlan, StreetPlan
from securecare.scheduling.local_time import first_existing

Pieces = dict[int, int]
Deed = Callable[[datetime], None]


@dataclass(slots=True)
class Move:
    """A stock movement; it belongs to a document or a session, by their place in `Street`."""

    at: datetime
    facility: int
    item: int
    kind: str
    on_hand: int
    reserved: int
    wholesale_cents: int
    retail_cents: int
    reason: str = ""
    document: int | None = None
    session: int | None = None


@dataclass(slots=True)
class Paper:
    """A receipt, adjustment, transfer or count."""

    kind: str
    facility: int
    at: datetime
    happened_on: date
    other: int | None = None
    source: str = ""
    paper: str = ""
    note: str = ""


@dataclass(slots=True)
class Line:
    """A line of a session; `version` of a bundle counts from 1."""

    plan: LinePlan
    quantity: int
    version: int = 1
    given: int | None = None


@dataclass(slots=True)
class Outing:
    """A session; `place` is where it stands in `Street`."""

    service: int
    number: int
    held_on: date
    made_at: datetime
    place: int = 0
    lines: list[Line] = field(default_factory=list)
    template: int | None = None
    form_key: uuid.UUID | None = None
    status: str = "planned"
    ended_at: datetime | None = None
    notes: str = ""
    people_served: int | None = None
    work: list[tuple[str, int, int]] = field(default_factory=list)
    """Name, minutes, and cents an hour."""


@dataclass(slots=True)
class Tally:
    """A stocktake: expected and counted by item; open while it has no document."""

    facility: int
    category: str
    note: str
    at: datetime
    lines: dict[int, tuple[int, int]]
    document: int | None = None


@dataclass(slots=True)
class Street:
    """All of it, in the order it happened."""

    plan: StreetPlan
    today: list[date]
    """At each facility."""
    now: datetime
    assortment: list[list[int]] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    outings: list[Outing] = field(default_factory=list)
    tallies: list[Tally] = field(default_factory=list)


class Agenda:
    """What will be done when; done in the order of time."""

    def __init__(self, zones: list[str]) -> None:
        self.zones = zones
        self._deeds: list[tuple[datetime, int, Deed]] = []

    def at(self, facility: int, day: date, minute: int) -> datetime:
        """That minute of the facility's day."""
        return first_existing(day, minute, self.zones[facility])

    def later(self, at: datetime, deed: Deed) -> None:
        """Do it then."""
        self._deeds.append((at, len(self._deeds), deed))

    def run(self, now: datetime) -> None:
        """Do all that is due."""
        for at, _, deed in sorted(self._deeds, key=lambda each: each[:2]):
            if at <= now:
                deed(at)


class Shelves:
    """What is where, as the movements so far have left it."""

    def __init__(self, street: Street) -> None:
        self.street = street
        plan = street.plan
        self.places = {item.name: place for place, item in enumerate(plan.items)}
        self.changes = {self.places[each.item]: each for each in plan.prices}
        self.on_hand: dict[tuple[int, int], int] = {}
        self.reserved: dict[tuple[int, int], int] = {}

    def available(self, facility: int, item: int) -> int:
        """What nobody has reserved there."""
        place = facility, item
        return self.on_hand.get(place, 0) - self.reserved.get(place, 0)

    def move(
        self,
        at: datetime,
        facility: int,
        item: int,
        kind: str,
        on_hand: int = 0,
        reserved: int = 0,
        **belongs: int | str | None,
    ) -> None:
        """One movement, at the costs of its moment."""
        place = facility, item
        self.on_hand[place] = self.on_hand.get(place, 0) + on_hand
        self.reserved[place] = self.reserved.get(place, 0) + reserved
        if not 0 <= self.reserved[place] <= self.on_hand[place]:
            raise ValueError(f"{self.street.plan.items[item].name}: not on the shelf")
        wholesale, retail = self.costs(item, at)
        self.street.moves.append(
            Move(at, facility, item, kind, on_hand, reserved, wholesale, retail, **belongs)  # type: ignore[arg-type]
        )

    def costs(self, item: int, at: datetime) -> tuple[int, int]:
        """What one costs at that time, wholesale and retail."""
        change, plan = self.changes.get(item), self.street.plan.items[item]
        if change and at < self.street.now - timedelta(days=change.days_ago):
            return change.wholesale_cents, change.retail_cents
        return plan.wholesale_cents, plan.retail_cents


def days_of(service: ServicePlan, today: date, until: date) -> Iterator[date]:
    """The days its pattern names, from its first to `until`."""
    first = today + timedelta(days=service.first)
    last = until if service.last is None else min(until, today + timedelta(days=service.last))
    weekdays = {today.weekday() if day == 7 else day for day in service.weekdays}
    monday = first - timedelta(days=first.weekday())
    day = first
    while day <= last:
        months = (day.year - first.year) * 12 + day.month - first.month
        if {
            "once": day == first,
            "daily": (day - first).days % service.interval == 0,
            "weekly": day.weekday() in weekdays
            and (day - monday).days // 7 % service.interval == 0,
            "monthly": service.month_day is not None
            and day.day == min(service.month_day, calendar.monthrange(day.year, day.month)[1])
            and months % service.interval == 0,
        }[service.pattern]:
            yield day
        day += timedelta(days=1)
