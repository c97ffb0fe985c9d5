"""Several people reach for the same shelf at the same moment: real threads, real commits."""

import uuid

import pytest

from securecare.inventory import adjustments, bundles, transfers
from securecare.inventory.adjustments import Adjustment
from securecare.inventory.bundles import BundleForm, Component
from securecare.inventory.transfers import Transfer, TransferLine
from securecare.outreach import planning, sessions
from securecare.outreach.planning import Planned
from tests.inventory.storeroom import Storeroom, build, of_bundle, of_item
from tests.races.at_once import at_once, kinds

ROUNDS = 6


@pytest.fixture
def storeroom(database: str) -> Storeroom:
    return build()


def test_thirty_two_sessions_that_each_want_fifty_of_a_thousand_are_exactly_twenty(
    storeroom: Storeroom,
):
    storeroom.receive(storeroom.bread, 1000)
    wishes = [
        storeroom.wish(of_item(storeroom.bread, 50), service_id=service)
        for service in storeroom.services(32)
    ]
    results = at_once([lambda w=wish: storeroom.do(planning.plan, w) for wish in wishes])
    assert kinds(results) == {"Planned": 20, "StockShort": 12}
    assert storeroom.figures(storeroom.bread) == (1000, 1000)
    refused = next(each for each in results if not isinstance(each, Planned))
    assert refused.message == (
        "Insufficient inventory: 'Bread': need 50, available 0 (on hand 1000, reserved 1000)."
    )


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_completing_and_cancelling_at_once_happen_to_one_of_them(storeroom, round_):
    storeroom.receive(storeroom.bread, 10)
    planned = storeroom.plan(of_item(storeroom.bread, 10))
    results = at_once(
        [
            lambda: storeroom.do(sessions.complete, planned.session_id, planned.version, {}),
            lambda: storeroom.do(sessions.cancel, planned.session_id, planned.version),
        ]
    )
    assert kinds(results) == {"int": 1, "SessionEnded": 1}
    status = storeroom.detail(planned.session_id).status
    left = {"completed": (0, 0), "cancelled": (10, 0)}
    assert storeroom.figures(storeroom.bread) == left[status]


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_completing_twice_at_once_takes_the_stock_once(storeroom, round_):
    storeroom.receive(storeroom.bread, 10)
    planned = storeroom.plan(of_item(storeroom.bread, 6))
    deed = lambda: storeroom.do(sessions.complete, planned.session_id, planned.version, {})  # noqa: E731
    assert kinds(at_once([deed] * 4)) == {"int": 1, "SessionEnded": 3}
    assert storeroom.figures(storeroom.bread) == (4, 0)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_editing_and_completing_at_once_leave_one_whole_and_the_other_told(storeroom, round_):
    storeroom.receive(storeroom.bread, 100)
    planned = storeroom.plan(of_item(storeroom.bread, 10))
    more = storeroom.wish(of_item(storeroom.bread, 60))
    results = at_once(
        [
            lambda: storeroom.do(sessions.change, planned.session_id, planned.version, more),
            lambda: storeroom.do(sessions.complete, planned.session_id, planned.version, {}),
        ]
    )
    assert kinds(results) in ({"int": 1, "SessionEnded": 1}, {"int": 1, "Overtaken": 1})
    completed = storeroom.detail(planned.session_id).status == "completed"
    assert storeroom.figures(storeroom.bread) == ((90, 0) if completed else (100, 60))


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_planning_and_taking_away_at_once_never_leave_less_than_is_reserved(storeroom, round_):
    storeroom.receive(storeroom.bread, 10)
    gone = Adjustment(storeroom.north, storeroom.bread, -8, "damaged")
    wish = storeroom.wish(of_item(storeroom.bread, 5))
    results = at_once(
        [
            lambda: storeroom.do(adjustments.adjust, gone),
            lambda: storeroom.do(planning.plan, wish),
        ]
    )
    assert kinds(results) in (
        {"int": 1, "StockShort": 1},
        {"HeldByOthers": 1, "Planned": 1},
    )


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_transfers_that_cross_wait_for_each_other(storeroom, round_):
    for item in (storeroom.bread, storeroom.jam, storeroom.blanket):
        for place in (storeroom.north, storeroom.south):
            storeroom.receive(item, 20, place)
    there = (storeroom.north, storeroom.south)
    lines = tuple(TransferLine(i, 5) for i in (storeroom.bread, storeroom.jam, storeroom.blanket))
    crossing = [Transfer(*there, lines), Transfer(*there[::-1], lines[::-1])] * 4
    results = at_once([lambda w=w: storeroom.do(transfers.transfer, w) for w in crossing])
    assert kinds(results) == {"int": 8}
    assert storeroom.figures(storeroom.jam) == storeroom.figures(storeroom.jam, storeroom.south)


def test_bundles_that_share_components_in_opposite_order_never_deadlock(storeroom: Storeroom):
    for item in (storeroom.bread, storeroom.jam, storeroom.blanket):
        storeroom.receive(item, 1000)
    forth = (
        Component(storeroom.bread, 1),
        Component(storeroom.jam, 1),
        Component(storeroom.blanket, 1),
    )
    one = storeroom.do(bundles.add, BundleForm("Forth", forth))
    two = storeroom.do(bundles.add, BundleForm("Back", forth[::-1]))
    wishes = [
        storeroom.wish(*lines, service_id=service)
        for service, lines in zip(
            storeroom.services(24),
            [(of_bundle(one, 3), of_bundle(two, 4)), (of_bundle(two, 4), of_bundle(one, 3))] * 12,
            strict=True,
        )
    ]
    results = at_once([lambda w=wish: storeroom.do(planning.plan, w) for wish in wishes])
    assert kinds(results) == {"Planned": 24}
    assert storeroom.figures(storeroom.blanket) == (1000, 24 * 7)


def test_the_same_form_at_once_plans_one_session_and_receives_once(storeroom: Storeroom):
    storeroom.receive(storeroom.bread, 100)
    wish = storeroom.wish(of_item(storeroom.bread, 10), form_key=uuid.uuid4())
    results = at_once([lambda: storeroom.do(planning.plan, wish)] * 6)
    assert len(set(results)) == 1
    gone = Adjustment(storeroom.north, storeroom.bread, -5, "lost", form_key=uuid.uuid4())
    results = at_once([lambda: storeroom.do(adjustments.adjust, gone)] * 6)
    assert len(set(results)) == 1
    assert storeroom.figures(storeroom.bread) == (95, 10)


def test_two_who_plan_the_same_day_make_one_session_and_numbers_have_no_gap(storeroom: Storeroom):
    wish = storeroom.wish()
    results = at_once([lambda: storeroom.do(planning.plan, wish)] * 5)
    assert kinds(results) == {"Planned": 1, "DayTaken": 4}
    others = [storeroom.wish() for _ in range(6)]
    at_once([lambda w=w: storeroom.do(planning.plan, w) for w in others])
    numbers = storeroom.sql(
        "SELECT number FROM outreach_session WHERE service_id = :s ORDER BY 1", s=storeroom.lunch
    )
    assert [row[0] for row in numbers] == list(range(1, 8))
