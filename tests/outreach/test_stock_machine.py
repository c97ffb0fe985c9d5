"""Whatever people do in whatever order, stock is what happened to it, and a model agrees.

A machine that plans, edits, completes, cancels, reopens, receives, adjusts, transfers, counts and
changes bundles at random, on the real database. After every step the stored figures are compared
with a model that knows nothing of movements, and the proof of the command line is run.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from securecare.foundation.db import owner_transaction
from securecare.inventory import adjustments, bundles, counts, transfers, verifying
from securecare.inventory.adjustments import Adjustment
from securecare.inventory.bundles import BundleForm, Component
from securecare.inventory.errors import HeldByOthers, NotHeld, StockShort
from securecare.inventory.transfers import Transfer, TransferLine
from securecare.outreach import planning, sessions
from securecare.outreach import verifying as verifying_sessions
from securecare.outreach.session_lines import LineWish
from tests.inventory.storeroom import build, free, of_bundle, of_item

WHICH, PLACE = st.integers(0, 2), st.integers(0, 1)
FEW = st.integers(1, 12)
CHANGE = st.integers(-15, 15).filter(bool)
LINES = st.lists(
    st.tuples(st.sampled_from(["item", "bundle", "free"]), WHICH, st.integers(0, 9)), max_size=4
)


@dataclass
class Modelled:
    """What the model knows of a session."""

    place: int
    version: int
    status: str = "planned"
    needs: list[tuple[Counter[int], int]] = field(default_factory=list)
    """For each line: the pieces of one, and how many."""
    given: Counter[int] = field(default_factory=Counter)

    @property
    def holds(self) -> Counter[int]:
        return _sum(self.needs) if self.status == "planned" else Counter()


def _sum(needs: list[tuple[Counter[int], int]]) -> Counter[int]:
    total: Counter[int] = Counter()
    for pieces, quantity in needs:
        for item, per in pieces.items():
            total[item] += per * quantity
    return +total


class StockMachine(RuleBasedStateMachine):
    """Two storerooms, three items, one bundle that keeps changing."""

    @initialize()
    def open_storerooms(self) -> None:
        self.room = build()
        self.items = [self.room.bread, self.room.jam, self.room.blanket]
        self.places = [self.room.north, self.room.south]
        self.services = [self.room.lunch, self.room.supper]
        self.on_hand: list[Counter[int]] = [Counter(), Counter()]
        self.bag = Counter({self.room.bread: 2, self.room.jam: 1})
        self.bag_version = 1
        self.sessions: dict[int, Modelled] = {}
        for place in (0, 1):
            for item in (0, 1, 2):
                self.receive_some(place, item, 40)
        self.plan_some(0, [("item", 0, 4), ("bundle", 0, 3), ("free", 0, 2)])

    def reserved(self, place: int) -> Counter[int]:
        total: Counter[int] = Counter()
        for each in self.sessions.values():
            if each.place == place:
                total += each.holds
        return total

    def free(self, place: int, item: int, besides: Modelled | None = None) -> int:
        own = besides.holds[item] if besides else 0
        return self.on_hand[place][item] - self.reserved(place)[item] + own

    def attempt(self, verb: Any, *args: Any, fails: bool, refusal: Any) -> Any:
        """Do it and see that it is refused exactly when the model says so."""
        if not fails:
            return self.room.do(verb, *args)
        with pytest.raises(refusal):
            self.room.do(verb, *args)
        return None

    # --- what comes and goes --------------------------------------------------------------------

    @rule(place=PLACE, item=WHICH, quantity=FEW)
    def receive(self, place, item, quantity):
        self.receive_some(place, item, quantity)

    def receive_some(self, place: int, item: int, quantity: int) -> None:
        self.room.receive(self.items[item], quantity, self.places[place])
        self.on_hand[place][self.items[item]] += quantity

    @rule(place=PLACE, item=WHICH, change=CHANGE)
    def adjust(self, place, item, change):
        wish = Adjustment(self.places[place], self.items[item], change, "correction")
        fails = change < 0 and -change > self.free(place, self.items[item])
        done = self.attempt(adjustments.adjust, wish, fails=fails, refusal=(NotHeld, HeldByOthers))
        if done:
            self.on_hand[place][self.items[item]] += change

    @rule(place=PLACE, first=FEW, second=FEW)
    def transfer(self, place, first, second):
        lines = (TransferLine(self.items[0], first), TransferLine(self.items[1], second))
        fails = any(line.quantity > self.free(place, line.item_id) for line in lines)
        wish = Transfer(self.places[place], self.places[1 - place], lines)
        if self.attempt(transfers.transfer, wish, fails=fails, refusal=(NotHeld, HeldByOthers)):
            for line in lines:
                self.on_hand[place][line.item_id] -= line.quantity
                self.on_hand[1 - place][line.item_id] += line.quantity

    @rule(place=PLACE, item=WHICH, counted=st.integers(0, 20))
    def count(self, place, item, counted):
        count = self.room.do(counts.start, self.places[place])
        self.room.do(counts.enter, count, self.items[item], counted)
        stamp = self.room.do(counts.sheet, count).stamp
        fails = counted < self.reserved(place)[self.items[item]]
        if self.attempt(counts.post, count, stamp, fails=fails, refusal=HeldByOthers):
            self.on_hand[place][self.items[item]] = counted

    @rule(bread=FEW, blanket=st.integers(0, 3))
    def change_bundle(self, bread, blanket):
        parts = Counter({self.room.bread: bread, self.room.blanket: blanket})
        form = BundleForm("Lunch bag", tuple(Component(*each) for each in (+parts).items()))
        self.room.do(bundles.change, self.room.lunch_bag, self.bag_version, form)
        self.bag_version += 1
        self.bag = +parts

    # --- sessions -------------------------------------------------------------------------------

    def wished(self, lines: list[tuple[str, int, int]]) -> tuple[list[LineWish], list[Any]]:
        wishes, needs = [], []
        for kind, which, quantity in lines:
            if kind == "item":
                wishes.append(of_item(self.items[which], quantity))
                needs.append((Counter({self.items[which]: 1}), quantity))
            elif kind == "bundle":
                wishes.append(of_bundle(self.room.lunch_bag, quantity))
                needs.append((Counter(self.bag), quantity))
            else:
                wishes.append(free("Tea", quantity, 10, 20))
                needs.append((Counter(), quantity))
        return wishes, needs

    def short(self, place: int, pieces: Counter[int], besides: Modelled | None = None) -> bool:
        return any(count > self.free(place, item, besides) for item, count in pieces.items())

    @rule(place=PLACE, lines=LINES)
    def plan(self, place, lines):
        self.plan_some(place, lines)

    def plan_some(self, place: int, lines: list[tuple[str, int, int]]) -> None:
        wishes, needs = self.wished(lines)
        wish = self.room.wish(*wishes, service_id=self.services[place])
        fails = self.short(place, _sum(needs))
        done = self.attempt(planning.plan, wish, fails=fails, refusal=StockShort)
        if done:
            self.sessions[done.session_id] = Modelled(place, done.version, needs=needs)

    def some(self, which: int, status: str) -> tuple[int, Modelled] | None:
        found = [(id_, each) for id_, each in self.sessions.items() if each.status == status]
        return found[which % len(found)] if found else None

    @rule(which=st.integers(0, 9), lines=LINES)
    def edit(self, which, lines):
        found = self.some(which, "planned")
        if not found:
            return
        id_, known = found
        wishes, needs = self.wished(lines)
        wish = self.room.wish(*wishes, service_id=self.services[known.place])
        fails = self.short(known.place, _sum(needs), known)
        done = self.attempt(
            sessions.change, id_, known.version, wish, fails=fails, refusal=StockShort
        )
        if done:
            known.version, known.needs = done, needs

    @rule(which=st.integers(0, 9), more=st.lists(st.integers(-3, 3), min_size=4, max_size=4))
    def complete(self, which, more):
        found = self.some(which, "planned")
        if not found:
            return
        id_, known = found
        lines = self.room.detail(id_).lines
        handed = [
            max(0, quantity + by) for (_, quantity), by in zip(known.needs, more, strict=False)
        ]
        given = _sum([(pieces, n) for (pieces, _), n in zip(known.needs, handed, strict=True)])
        fails = self.short(known.place, given, known)
        by_line = {line.id: n for line, n in zip(lines, handed, strict=True)}
        done = self.attempt(
            sessions.complete, id_, known.version, by_line, fails=fails, refusal=StockShort
        )
        if done:
            known.needs = [(pieces, n) for (pieces, _), n in zip(known.needs, handed, strict=True)]
            known.version, known.status, known.given = done, "completed", given
            self.on_hand[known.place] -= given

    @rule(which=st.integers(0, 9))
    def cancel(self, which):
        if found := self.some(which, "planned"):
            id_, known = found
            known.version = self.room.do(sessions.cancel, id_, known.version)
            known.status = "cancelled"

    @rule(which=st.integers(0, 9))
    def reopen(self, which):
        if found := self.some(which, "completed"):
            id_, known = found
            known.version = self.room.do(sessions.reopen, id_, known.version, "Miscounted")
            known.status = "planned"
            self.on_hand[known.place] += known.given

    # --- what always holds ----------------------------------------------------------------------

    @invariant()
    def the_stored_figures_are_the_models(self):
        if not hasattr(self, "room"):
            return
        for place, facility in enumerate(self.places):
            reserved = self.reserved(place)
            for item in self.items:
                expected = (self.on_hand[place][item], reserved[item])
                assert self.room.figures(item, facility) == expected

    @invariant()
    def the_proof_holds(self):
        with owner_transaction() as session:
            assert [*map(str, verifying.faults(session)), *verifying_sessions.faults(session)] == []


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_stock_is_what_happened_to_it(database: str):
    run_state_machine_as_test(
        StockMachine,
        settings=settings(
            max_examples=40,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
