"""Single lines of a planned session: counted, added, scanned and taken out by several people."""

import pytest

from securecare.access.errors import NotFound
from securecare.foundation.forms import Overtaken
from securecare.inventory.errors import StockShort
from securecare.inventory.finding import NothingScanned
from securecare.outreach import line_changes, line_choices, sessions
from securecare.outreach.errors import SessionEnded
from securecare.outreach.line_changes import Count
from tests.inventory.storeroom import Storeroom, free, of_bundle, of_item


@pytest.fixture
def planned(storeroom: Storeroom) -> int:
    for item in (storeroom.bread, storeroom.jam, storeroom.blanket):
        storeroom.receive(item, 100)
    lines = (of_item(storeroom.blanket, 10), of_bundle(storeroom.lunch_bag, 20), free("Coffee", 9))
    return storeroom.plan(*lines).session_id


def quantities(storeroom: Storeroom, session_id: int) -> list[int]:
    return [line.quantity for line in storeroom.detail(session_id).lines]


def ids(storeroom: Storeroom, session_id: int) -> list[int]:
    return [line.id for line in storeroom.detail(session_id).lines]


def test_counts_of_some_lines_are_reserved_at_once(storeroom: Storeroom, planned: int):
    blanket, bag, _ = ids(storeroom, planned)
    counts = {blanket: Count(10, 12), bag: Count(20, 15)}
    storeroom.do(line_changes.set_counts, planned, counts, by=storeroom.lead)
    assert quantities(storeroom, planned) == [12, 15, 9]
    assert storeroom.figures(storeroom.blanket) == (100, 12)
    assert storeroom.figures(storeroom.bread) == (100, 30)


def test_two_leads_change_two_lines_of_one_session(storeroom: Storeroom, planned: int):
    blanket, bag, _ = ids(storeroom, planned)
    storeroom.do(line_changes.set_counts, planned, {blanket: Count(10, 12)})
    storeroom.do(line_changes.set_counts, planned, {bag: Count(20, 25)}, by=storeroom.lead)
    assert quantities(storeroom, planned) == [12, 25, 9]


def test_the_second_at_one_line_is_told_who_was_first(storeroom: Storeroom, planned: int):
    blanket, *_ = ids(storeroom, planned)
    storeroom.do(line_changes.set_counts, planned, {blanket: Count(10, 12)})
    with pytest.raises(Overtaken, match="Mo Manager"):
        storeroom.do(line_changes.set_counts, planned, {blanket: Count(10, 14)}, by=storeroom.lead)
    assert quantities(storeroom, planned)[0] == 12


def test_the_same_counts_twice_are_no_conflict(storeroom: Storeroom, planned: int):
    blanket, *_ = ids(storeroom, planned)
    version = storeroom.detail(planned).version
    for _ in range(2):
        storeroom.do(line_changes.set_counts, planned, {blanket: Count(10, 12)})
    assert storeroom.detail(planned).version == version + 1


def test_too_much_of_one_line_changes_none(storeroom: Storeroom, planned: int):
    blanket, bag, _ = ids(storeroom, planned)
    counts = {blanket: Count(10, 11), bag: Count(20, 51)}
    with pytest.raises(StockShort) as refusal:
        storeroom.do(line_changes.set_counts, planned, counts)
    assert refusal.value.message == (
        "Insufficient inventory: 'Bread': need 102, available 100 (on hand 100, reserved 0)."
    )
    assert quantities(storeroom, planned) == [10, 20, 9]


def test_adding_what_stands_there_makes_it_more(storeroom: Storeroom, planned: int):
    storeroom.do(line_changes.add, planned, of_item(storeroom.blanket, 1))
    storeroom.do(line_changes.add, planned, of_bundle(storeroom.lunch_bag, 2))
    storeroom.do(line_changes.add, planned, of_item(storeroom.jam, 3))
    storeroom.do(line_changes.add, planned, free("Coffee", 5))
    assert quantities(storeroom, planned) == [11, 22, 9, 3, 5]


def test_a_line_is_taken_out_with_what_it_held(storeroom: Storeroom, planned: int):
    blanket, *_ = ids(storeroom, planned)
    for _ in range(2):
        storeroom.do(line_changes.remove, planned, blanket)
    assert quantities(storeroom, planned) == [20, 9]
    assert storeroom.figures(storeroom.blanket) == (100, 0)


def test_date_and_notes_change_while_the_lines_stay(storeroom: Storeroom, planned: int):
    detail = storeroom.detail(planned)
    wish = storeroom.wish(notes="Rain expected", starts_minute=600, ends_minute=840)
    storeroom.do(line_changes.set_occasion, planned, detail.version, wish)
    after = storeroom.detail(planned)
    assert (after.notes, after.starts_minute, after.held_on) == ("Rain expected", 600, wish.held_on)
    assert after.lines == detail.lines
    with pytest.raises(Overtaken):
        storeroom.do(line_changes.set_occasion, planned, detail.version, wish)


def test_after_its_end_nothing_changes_and_the_loser_reads_who_ended_it(
    storeroom: Storeroom, planned: int
):
    blanket, *_ = ids(storeroom, planned)
    storeroom.do(sessions.complete, planned, 1, {})
    for verb, wanted in (
        (line_changes.set_counts, {blanket: Count(10, 12)}),
        (line_changes.add, of_item(storeroom.jam, 1)),
        (line_changes.remove, blanket),
    ):
        with pytest.raises(SessionEnded, match="completed already by Mo Manager"):
            storeroom.do(verb, planned, wanted, by=storeroom.lead)


def test_nobody_changes_lines_out_of_reach(storeroom: Storeroom):
    planned = storeroom.plan(service_id=storeroom.supper).session_id
    for actor in (storeroom.lead, storeroom.stranger):
        with pytest.raises(NotFound):
            storeroom.do(line_changes.remove, planned, 1, by=actor)
        with pytest.raises(NotFound):
            storeroom.do(line_choices.found, storeroom.south, "bread", by=actor)


def test_things_are_found_by_parts_of_their_names_bundles_first(storeroom: Storeroom, planned: int):
    found = storeroom.do(line_choices.found, storeroom.north, "unch", by=storeroom.lead)
    assert [(c.kind, c.name, c.detail, c.available) for c in found] == [
        ("bundle", "Lunch bag", "2 Bread, Jam", 30)
    ]
    found = storeroom.do(line_choices.found, storeroom.north, "LANK")
    assert [(c.kind, c.name, c.available) for c in found] == [("item", "Blanket", 90)]
    assert storeroom.do(line_choices.found, storeroom.north, "%") == []
    assert storeroom.do(line_choices.found, storeroom.north, " ") == []


def test_a_scanned_code_is_the_item_that_carries_it(storeroom: Storeroom):
    storeroom.sql(
        "UPDATE item SET barcode = '4006381' WHERE id = :id RETURNING 1", id=storeroom.jam
    )
    assert storeroom.do(line_choices.scanned, storeroom.north, "4006381") == storeroom.jam
    assert storeroom.do(line_choices.scanned, storeroom.north, "s-bread") == storeroom.bread
    with pytest.raises(NothingScanned, match="4711"):
        storeroom.do(line_choices.scanned, storeroom.north, "4711")


def test_a_new_session_may_take_over_the_lines_of_the_last(storeroom: Storeroom, planned: int):
    storeroom.sql("UPDATE item SET active = false WHERE id = :id RETURNING 1", id=storeroom.blanket)
    lines = storeroom.do(line_changes.lines_of_last, storeroom.lunch)
    assert [(line.kind, line.quantity, line.line_id) for line in lines] == [
        ("bundle", 20, None),
        ("free", 9, None),
    ]
    assert storeroom.do(line_changes.lines_of_last, storeroom.supper, by=storeroom.lead) == ()
