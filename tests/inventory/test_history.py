"""The history of an item: every movement in words, within reach, and its figures over time."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from securecare.access.errors import NotFound
from securecare.foundation import clock
from securecare.inventory import adjustments, history, receipts, transfers
from securecare.inventory.adjustments import Adjustment
from securecare.inventory.receipts import Receipt, ReceiptLine
from securecare.inventory.transfers import Transfer, TransferLine
from securecare.outreach import sessions
from tests.inventory.storeroom import Storeroom, of_bundle, of_item

NOON = datetime(2027, 1, 13, 12, tzinfo=UTC)


def told(storeroom: Storeroom, item_id: int, facility_id: int | None = None, **more: object):
    moved = storeroom.do(history.movements, item_id, facility_id, **more)
    return [(each.kind, each.change, each.on_hand_after, each.why) for each in moved]


def test_every_movement_says_what_it_belongs_to(storeroom: Storeroom):
    bread = storeroom.bread
    donated = Receipt(
        storeroom.north,
        (ReceiptLine(bread, 50, wholesale_cents=99),),
        source="Bakery",
        paper="B-7",
        form_key=uuid.uuid4(),
    )
    storeroom.do(receipts.receive, donated)
    storeroom.do(adjustments.adjust, Adjustment(storeroom.north, bread, -2, "damaged", "Wet box"))
    there = Transfer(storeroom.north, storeroom.south, (TransferLine(bread, 8),))
    storeroom.do(transfers.transfer, there)
    storeroom.set_cost(bread, 150, 310)
    planned = storeroom.plan(of_item(bread, 10))
    name = storeroom.do(history.kept_for, bread, storeroom.north)[0].name
    assert name.startswith("Saturday Lunch, ")
    line = storeroom.detail(planned.session_id).lines[0].id
    storeroom.do(sessions.complete, planned.session_id, planned.version, {line: 9})
    assert told(storeroom, bread, storeroom.north) == [
        ("committed", -9, 31, name),
        ("released", -1, 40, name),
        ("reserved", 10, 40, name),
        ("transferred", -8, 40, "To South"),
        ("adjusted", -2, 48, "Damaged"),
        ("received", 50, 50, "From Bakery, paper B-7"),
    ]
    assert told(storeroom, bread, storeroom.south) == [("transferred", 8, 8, "From North")]
    moved = storeroom.do(history.movements, bread, storeroom.north)
    assert [each.wholesale_cents for each in moved] == [150, 150, 150, 120, 120, 99]
    assert {each.who for each in moved} == {"Mo Manager"}
    assert moved[-2].note == "Wet box"
    assert storeroom.do(history.kept_for, bread, storeroom.north) == []


def test_history_comes_in_pages_and_news_alone(storeroom: Storeroom):
    for pieces in (1, 2, 3, 4):
        storeroom.receive(storeroom.jam, pieces, (storeroom.north, storeroom.south)[pieces % 2])
    everywhere = storeroom.do(history.movements, storeroom.jam)
    assert [each.change for each in everywhere] == [4, 3, 2, 1]
    first = storeroom.do(history.movements, storeroom.jam, most=2)
    rest = storeroom.do(history.movements, storeroom.jam, before=first[-1].id)
    assert [*first, *rest] == everywhere
    news = storeroom.do(history.movements, storeroom.jam, after=everywhere[1].id)
    assert news == everywhere[:1]


def test_a_person_of_one_facility_sees_its_history_alone(storeroom: Storeroom):
    storeroom.receive(storeroom.bread, 5, storeroom.north)
    storeroom.receive(storeroom.bread, 7, storeroom.south)
    seen = storeroom.do(history.movements, storeroom.bread, by=storeroom.lead)
    assert [each.change for each in seen] == [5]
    (here,) = storeroom.do(history.figures, storeroom.bread, by=storeroom.lead)
    assert (here.facility, here.on_hand) == ("North", 5)
    last = storeroom.do(history.series, storeroom.bread, by=storeroom.lead)[-1]
    assert last.on_hand == 5
    for verb in (history.movements, history.series, history.kept_for):
        with pytest.raises(NotFound):
            storeroom.do(verb, storeroom.bread, storeroom.south, by=storeroom.lead)
        with pytest.raises(NotFound):
            storeroom.do(verb, storeroom.bread, storeroom.north, by=storeroom.stranger)
    with pytest.raises(NotFound):
        storeroom.do(history.figures, storeroom.bread, by=storeroom.stranger)


def test_figures_stand_still_where_nothing_moves_and_add_up_over_facilities(storeroom: Storeroom):
    for days, pieces, facility in (
        (200, 40, storeroom.north),
        (45, 10, storeroom.north),
        (30, 5, storeroom.south),
    ):
        with clock.frozen(NOON - timedelta(days=days)):
            storeroom.receive(storeroom.blanket, pieces, facility)
    with clock.frozen(NOON):
        storeroom.plan(of_item(storeroom.blanket, 20))
        everywhere = storeroom.do(history.series, storeroom.blanket, days=90)
        north = storeroom.do(history.series, storeroom.blanket, storeroom.north, days=90)
        year = storeroom.do(history.series, storeroom.blanket, days=365)
    assert len(everywhere) == history.POINTS + 1
    assert (everywhere[0].at, everywhere[-1].at) == (NOON - timedelta(days=90), NOON)
    assert (everywhere[0].on_hand, year[0].on_hand) == (40, 0)
    assert sorted({point.on_hand for point in everywhere}) == [40, 50, 55]
    assert {point.on_hand for point in north} == {40, 50}
    assert (everywhere[-1].on_hand, everywhere[-1].reserved, everywhere[-1].available) == (
        55,
        20,
        35,
    )
    assert everywhere[-2].reserved == 0


def test_what_stands_still_longer_than_asked_for_is_drawn_as_it_stands(storeroom: Storeroom):
    with clock.frozen(NOON - timedelta(days=50)):
        storeroom.receive(storeroom.jam, 12)
        storeroom.plan(of_item(storeroom.jam, 2))
        storeroom.receive(storeroom.bread, 2)
        storeroom.plan(of_bundle(storeroom.lunch_bag, 1))
    with clock.frozen(NOON):
        points = storeroom.do(history.series, storeroom.jam, days=30)
    assert {(point.on_hand, point.available) for point in points} == {(12, 9)}


def test_low_is_marked_by_the_levels_that_count_there(storeroom: Storeroom):
    storeroom.sql(
        "UPDATE item SET minimum_level = 10, recommended_level = 20 WHERE id = :id",
        id=storeroom.bread,
    )
    storeroom.receive(storeroom.bread, 9, storeroom.north)
    north, south = storeroom.do(history.figures, storeroom.bread)
    assert (north.mark, south.mark) == ("low", "")
    storeroom.receive(storeroom.bread, 3, storeroom.south)
    storeroom.plan(of_item(storeroom.bread, 3), service_id=storeroom.supper)
    _, south = storeroom.do(history.figures, storeroom.bread)
    assert south.mark == "out"
    storeroom.receive(storeroom.bread, 1, storeroom.north)
    north, _ = storeroom.do(history.figures, storeroom.bread)
    assert (north.mark, north.own_levels) == ("", False)
