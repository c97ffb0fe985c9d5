"""The demo's storerooms over a year: filled, counted, moved between places and sometimes damaged."""

from datetime import datetime, timedelta
from random import Random

from securecare.demo.street import Agenda, Paper, Pieces, Shelves, Street, Tally
from securecare.demo.street_plans import counted
from securecare.scheduling.local_time import local_day

DAMAGE = (
    ("damaged", "Crushed in the delivery."),
    ("expired", "Past its date at the shelf check."),
    ("lost", "Missing after the move of the storeroom."),
    ("donated_out", "Given to the parish next door."),
    ("found", "Behind the freezer."),
)
SUPPLIERS = ("Northgate Food Bank", "Allied Relief Supply", "Caring Threads", "Mercer Wholesale")
YEAR = 370
_HOUR = timedelta(hours=1)


class Storerooms:
    """Sees to it that the shelves are full, mostly."""

    def __init__(self, street: Street, shelves: Shelves, agenda: Agenda, draws: Random) -> None:
        self.street, self.shelves, self.agenda, self.draws = street, shelves, agenda, draws
        self.plan = street.plan
        self.bundles = {each.name: each for each in self.plan.bundles}
        self.scarce = {(place, shelves.places[item]) for place, item, _ in self.plan.scarce}
        self._choose_assortments()

    def _choose_assortments(self) -> None:
        """The first storeroom has everything, the others what they need and most of the rest."""
        for facility in range(len(self.agenda.zones)):
            kept = {
                self.shelves.places[name]
                for service in self.plan.services
                if service.facility == facility
                for line in service.lines
                for name in self._names(line.what)
            } | {item for place, item in self.scarce if place == facility}
            share = (1.0, 0.82, 0.66)[min(facility, 2)]
            for item in range(len(self.plan.items)):
                if facility == 0 or self.draws.random() < share:
                    kept.add(item)
            if facility and not any(each.facility == facility for each in self.plan.services):
                kept = set()
            self.street.assortment.append(sorted(kept))

    def _names(self, what: str) -> set[str]:
        if what in self.bundles:
            return {*counted(self.bundles[what].pieces), *counted(self.bundles[what].before)}
        return {what} & self.shelves.places.keys()

    def foresee(self) -> None:
        """Put a year of deliveries, damage, transfers and a stocktake on the agenda."""
        stocked = [place for place, kept in enumerate(self.street.assortment) if kept]
        for facility in stocked:
            today = self.street.today[facility]
            opened = today - timedelta(days=YEAR)
            self.agenda.later(
                self.agenda.at(facility, opened, 540), lambda at, f=facility: self._open(f, at)
            )
            for week in range(1, YEAR // 7 + 1):
                day = opened + timedelta(days=7 * week + 1)
                at = self.agenda.at(facility, day, 545 + 10 * facility)
                self.agenda.later(at, lambda at, f=facility: self._restock(f, at))
            if any(place == facility for place, _ in self.scarce):
                at = self.agenda.at(facility, today - timedelta(days=31 + facility), 960)
                self.agenda.later(at, lambda at, f=facility: self._give_away(f, at))
        for days_ago in range(YEAR - 12, 1, -6 if len(self.plan.items) > 50 else -40):
            facility = self.draws.choice(stocked)
            day = self.street.today[facility] - timedelta(days=days_ago)
            at = self.agenda.at(facility, day, self.draws.randrange(500, 1000))
            self.agenda.later(at, lambda at, f=facility: self._adjust(f, at))
        for days_ago in range(YEAR - 25, 3, -17):
            at = self.agenda.at(0, self.street.today[0] - timedelta(days=days_ago), 800)
            if len(stocked) > 1:
                self.agenda.later(at, lambda at: self._transfer(self.draws.choice(stocked[1:]), at))
        self.agenda.later(
            self.agenda.at(0, self.street.today[0] - timedelta(days=33), 1010),
            lambda at: self._count(0, at),
        )

    def _paper(self, kind: str, facility: int, at: datetime, **more: str | int) -> int:
        day = local_day(at, self.agenda.zones[facility])
        self.street.papers.append(Paper(kind, facility, at, day, **more))  # type: ignore[arg-type]
        return len(self.street.papers) - 1

    def receive(self, facility: int, at: datetime, pieces: Pieces, source: str) -> None:
        paper = f"{source[0]}{self.draws.randrange(20_000, 99_999)}"
        document = self._paper("receipt", facility, at, source=source, paper=paper)
        for item, quantity in sorted(pieces.items()):
            self.shelves.move(at, facility, item, "received", quantity, document=document)

    def _open(self, facility: int, at: datetime) -> None:
        kept = self.street.assortment[facility]
        for supplier in range(len(SUPPLIERS)):
            pieces = {
                item: self.plan.items[item].recommended_level
                for item in kept
                if item % len(SUPPLIERS) == supplier
            }
            if pieces:
                self.receive(facility, at, pieces, SUPPLIERS[supplier])

    def _restock(self, facility: int, at: datetime) -> None:
        """Fill up what is halfway down to its minimum, in round dozens."""
        wanted: Pieces = {}
        for item in self.street.assortment[facility]:
            plan, there = self.plan.items[item], self.shelves.available(facility, item)
            if (facility, item) in self.scarce:
                continue
            if there < (plan.minimum_level + plan.recommended_level) / 2:
                wanted[item] = -(-(plan.recommended_level - there) // 12) * 12
        if wanted:
            self.receive(facility, at, wanted, self.draws.choice(SUPPLIERS))

    def _give_away(self, facility: int, at: datetime) -> None:
        for place, name, left in self.plan.scarce:
            item = self.shelves.places[name]
            there = self.shelves.available(place, item)
            if place == facility and there > left:
                note = "Sent to the county's emergency shelter; delivery is late since."
                document = self._paper("adjustment", place, at, note=note)
                self.shelves.move(
                    at,
                    place,
                    item,
                    "adjusted",
                    left - there,
                    reason="donated_out",
                    document=document,
                )

    def _adjust(self, facility: int, at: datetime) -> None:
        item = self.draws.choice(self.street.assortment[facility])
        reason, note = self.draws.choice(DAMAGE)
        change = self.draws.randrange(1, 5) * (1 if reason == "found" else -1)
        if (facility, item) in self.scarce or self.shelves.available(facility, item) + change < 0:
            return
        document = self._paper("adjustment", facility, at, note=note)
        self.shelves.move(at, facility, item, "adjusted", change, reason=reason, document=document)

    def _transfer(self, to: int, at: datetime) -> None:
        both = set(self.street.assortment[0]) & set(self.street.assortment[to])
        ready = [
            item
            for item in sorted(both)
            if self.shelves.available(0, item) >= 30 and (to, item) not in self.scarce
        ]
        chosen = sorted(self.draws.sample(ready, min(len(ready), self.draws.randrange(1, 5))))
        if not chosen:
            return
        document = self._paper("transfer", 0, at, other=to, note="With the Thursday van.")
        for item in chosen:
            quantity = self.draws.choice((6, 12, 12, 24))
            self.shelves.move(at, 0, item, "transferred", -quantity, document=document)
            self.shelves.move(at, to, item, "transferred", quantity, document=document)

    def _count(self, facility: int, at: datetime) -> None:
        """A stocktake of one category, with a few differences, posted."""
        if not self._items_of(facility, "Hygiene"):
            return
        tally = self._counted(facility, at, "Hygiene", "Quarterly stocktake", 5)
        tally.document = self._paper("count", facility, at, note=tally.note)
        for item, (expected, found) in tally.lines.items():
            if found != expected:
                self.shelves.move(
                    at,
                    facility,
                    item,
                    "adjusted",
                    found - expected,
                    reason="correction",
                    document=tally.document,
                )

    def begin_count(self) -> None:
        """One that is still open, half done."""
        facility = next((n for n, kept in enumerate(self.street.assortment) if n and kept), None)
        if facility is not None:
            self._counted(facility, self.street.now - _HOUR, "Medical", "Before the audit", 2, 7)

    def _counted(
        self, facility: int, at: datetime, category: str, note: str, wrong: int, most: int = 99
    ) -> Tally:
        items = self._items_of(facility, category)[:most]
        lines = {item: (self._there(facility, item),) * 2 for item in items}
        for item in self.draws.sample(items, min(wrong, len(items))):
            there = lines[item][0]
            shelf = self.shelves.available(facility, item)
            lines[item] = (there, there - min(shelf, self.draws.randrange(1, 4)))
        tally = Tally(facility, category, note, at, lines)
        self.street.tallies.append(tally)
        return tally

    def _items_of(self, facility: int, category: str) -> list[int]:
        kept = self.street.assortment[facility]
        return [item for item in kept if self.plan.items[item].category == category]

    def _there(self, facility: int, item: int) -> int:
        return self.shelves.on_hand.get((facility, item), 0)
