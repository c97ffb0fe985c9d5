"""A session is planned, then committed, cancelled or opened again; its stock follows, once."""

import uuid

import pytest

from securecare.access.errors import NotFound
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.inventory import bundles
from securecare.inventory.bundles import BundleForm, Component
from securecare.inventory.errors import StockShort
from securecare.outreach import planning, session_reading, sessions
from securecare.outreach.errors import DayTaken, NotCompleted, ReasonNeeded, SessionEnded
from securecare.outreach.session_lines import LineWish
from tests.inventory.storeroom import Storeroom, free, of_bundle, of_item


def test_planning_reserves_and_completing_takes_what_was_really_given(storeroom: Storeroom):
    storeroom.receive(storeroom.bread, 100)
    planned = storeroom.plan(of_item(storeroom.bread, 40))
    assert storeroom.figures(storeroom.bread) == (100, 40)
    (line,) = storeroom.detail(planned.session_id).lines
    storeroom.do(
        sessions.complete, planned.session_id, planned.version, {line.id: 34}, people_served=30
    )
    assert storeroom.figures(storeroom.bread) == (66, 0)
    assert storeroom.moved(storeroom.bread) == [
        ("received", 100, 0), ("reserved", 0, 40), ("released", 0, -6), ("committed", -34, -34),
    ]  # fmt: skip
    seen = storeroom.detail(planned.session_id)
    assert (seen.status, seen.people_served, seen.lines[0].given) == ("completed", 30, 34)


def test_cancelling_sets_everything_free(storeroom: Storeroom):
    storeroom.receive(storeroom.bread, 10)
    planned = storeroom.plan(of_item(storeroom.bread, 10))
    storeroom.do(sessions.cancel, planned.session_id, planned.version)
    assert storeroom.figures(storeroom.bread) == (10, 0)
    assert storeroom.sql("SELECT FROM reservation WHERE item_id = :i", i=storeroom.bread) == []


def test_the_refusal_names_every_short_item_word_for_word_and_stores_nothing(storeroom: Storeroom):
    storeroom.sql("UPDATE item SET name = 'PB&J Sandwich' WHERE id = :id", id=storeroom.bread)
    storeroom.receive(storeroom.bread, 50)
    storeroom.receive(storeroom.jam, 3)
    storeroom.plan(of_item(storeroom.bread, 20))
    with pytest.raises(StockShort) as refusal:
        storeroom.plan(
            of_item(storeroom.bread, 30), of_bundle(storeroom.lunch_bag, 10), by=storeroom.lead
        )
    assert refusal.value.message.split("\n") == [
        "Insufficient inventory: 'Jam': need 10, available 3 (on hand 3, reserved 0).",
        "Insufficient inventory: 'PB&J Sandwich': need 50, available 30 (on hand 50, reserved 20).",
    ]
    held = storeroom.sql("SELECT id FROM outreach_session WHERE service_id = :s", s=storeroom.lunch)
    assert len(held) == 1
    assert storeroom.figures(storeroom.bread) == (50, 20)


def test_a_session_that_wants_more_is_told_of_others_reservations_only(storeroom: Storeroom):
    storeroom.receive(storeroom.bread, 50)
    other = storeroom.plan(of_item(storeroom.bread, 5))
    mine = storeroom.plan(of_item(storeroom.bread, 20))
    (line,) = storeroom.detail(mine.session_id).lines
    wish = storeroom.wish(of_item(storeroom.bread, 46, line_id=line.id))
    with pytest.raises(StockShort) as refusal:
        storeroom.do(sessions.change, mine.session_id, mine.version, wish)
    assert "need 46, available 45 (on hand 50, reserved 5)" in refusal.value.message
    enough = storeroom.wish(of_item(storeroom.bread, 45, line_id=line.id))
    assert storeroom.do(sessions.change, mine.session_id, mine.version, enough) == 2
    assert storeroom.figures(storeroom.bread) == (50, 50)
    assert other.session_id != mine.session_id


def test_three_kinds_of_lines_are_mixed_and_same_items_added_up(storeroom: Storeroom):
    storeroom.receive(storeroom.bread, 100)
    storeroom.receive(storeroom.jam, 100)
    planned = storeroom.plan(
        of_bundle(storeroom.lunch_bag, 10),
        of_item(storeroom.bread, 5),
        of_item(storeroom.bread, 2),
        free("Haircuts", 4, 500, 2000),
    )
    assert storeroom.figures(storeroom.bread) == (100, 27)
    assert storeroom.figures(storeroom.jam) == (100, 10)
    seen = storeroom.detail(planned.session_id)
    assert [line.description for line in seen.lines] == ["Lunch bag", "Bread", "Bread", "Haircuts"]
    assert seen.wholesale_cents == 10 * (2 * 120 + 340) + 7 * 120 + 4 * 500
    assert seen.could_be(seen.lines[0]) == 50
    assert seen.could_be(seen.lines[3]) is None


def test_a_bundle_that_is_edited_leaves_earlier_sessions_as_they_were(storeroom: Storeroom):
    storeroom.receive(storeroom.bread, 100)
    storeroom.receive(storeroom.jam, 100)
    before = storeroom.plan(of_bundle(storeroom.lunch_bag, 10))
    bread, jam = Component(storeroom.bread, 3), Component(storeroom.jam, 1)
    form = BundleForm("Lunch bag", (bread, jam))
    assert storeroom.do(bundles.change, storeroom.lunch_bag, 1, form) == 2
    after = storeroom.plan(of_bundle(storeroom.lunch_bag, 10))
    assert storeroom.figures(storeroom.bread) == (100, 20 + 30)
    (line,) = storeroom.detail(before.session_id).lines
    assert (line.bundle_number, line.made_of) == (1, ((storeroom.bread, 2), (storeroom.jam, 1)))
    more = storeroom.wish(of_bundle(storeroom.lunch_bag, 11, line_id=line.id))
    storeroom.do(sessions.change, before.session_id, before.version, more)
    assert storeroom.figures(storeroom.bread) == (100, 22 + 30)
    assert storeroom.detail(after.session_id).lines[0].bundle_number == 2


def test_opening_again_puts_back_what_was_given_and_plans_just_that(storeroom: Storeroom):
    storeroom.receive(storeroom.bread, 50)
    planned = storeroom.plan(of_item(storeroom.bread, 40))
    (line,) = storeroom.detail(planned.session_id).lines
    version = storeroom.do(sessions.complete, planned.session_id, planned.version, {line.id: 30})
    other = storeroom.plan(of_item(storeroom.bread, 20))
    with pytest.raises(ReasonNeeded):
        storeroom.do(sessions.reopen, planned.session_id, version, " ")
    version = storeroom.do(sessions.reopen, planned.session_id, version, "Counted wrongly")
    seen = storeroom.detail(planned.session_id)
    assert (seen.status, seen.lines[0].quantity, seen.lines[0].given) == ("planned", 30, None)
    assert storeroom.figures(storeroom.bread) == (50, 50)
    storeroom.do(sessions.complete, planned.session_id, version, {line.id: 28})
    assert storeroom.figures(storeroom.bread) == (22, 20)
    with pytest.raises(NotCompleted):
        storeroom.do(sessions.reopen, other.session_id, other.version, "No")


def test_costs_of_a_completed_session_stay_as_they_were(storeroom: Storeroom):
    storeroom.receive(storeroom.bread, 50)
    planned = storeroom.plan(of_item(storeroom.bread, 10))
    storeroom.set_cost(storeroom.bread, 130, 260)
    version = storeroom.do(sessions.complete, planned.session_id, planned.version, {})
    storeroom.set_cost(storeroom.bread, 999, 1999)
    seen = storeroom.detail(planned.session_id)
    assert (seen.wholesale_cents, seen.retail_cents) == (1300, 2600)
    storeroom.do(sessions.reopen, planned.session_id, version, "Again")
    counted = storeroom.sql(
        "SELECT sum(on_hand_change * wholesale_cents) FROM stock_movement"
        " WHERE item_id = :i AND kind IN ('committed', 'returned')",
        i=storeroom.bread,
    )
    assert counted[0][0] == 0, "what was taken back leaves nothing behind in a report"


def test_more_than_planned_is_given_only_if_it_is_there(storeroom: Storeroom):
    storeroom.receive(storeroom.bread, 30)
    planned = storeroom.plan(of_item(storeroom.bread, 10))
    storeroom.plan(of_item(storeroom.bread, 15))
    (line,) = storeroom.detail(planned.session_id).lines
    with pytest.raises(StockShort):
        storeroom.do(sessions.complete, planned.session_id, planned.version, {line.id: 16})
    assert storeroom.detail(planned.session_id).status == "planned"
    storeroom.do(sessions.complete, planned.session_id, planned.version, {line.id: 15})
    assert storeroom.figures(storeroom.bread) == (15, 15)


def test_each_step_happens_once(storeroom: Storeroom):
    storeroom.receive(storeroom.bread, 10)
    planned = storeroom.plan(of_item(storeroom.bread, 4))
    storeroom.do(sessions.complete, planned.session_id, planned.version, {})
    for verb, more in ((sessions.complete, ({},)), (sessions.cancel, ())):
        with pytest.raises(SessionEnded) as refusal:
            storeroom.do(verb, planned.session_id, planned.version, *more, by=storeroom.lead)
        assert "completed already by Mo Manager" in refusal.value.message
    assert storeroom.figures(storeroom.bread) == (6, 0)


def test_the_second_of_two_who_edit_is_told_who_was_first(storeroom: Storeroom):
    planned = storeroom.plan(free("Tea", 5))
    wish = storeroom.wish(free("Tea", 6))
    storeroom.do(sessions.change, planned.session_id, planned.version, wish, by=storeroom.lead)
    with pytest.raises(Overtaken) as refusal:
        storeroom.do(sessions.change, planned.session_id, planned.version, wish)
    assert refusal.value.changed_by == "Lea Lead"


def test_a_form_sent_twice_plans_once_and_a_day_has_one_session_of_a_service(storeroom: Storeroom):
    wish = storeroom.wish(free("Tea", 5), form_key=uuid.uuid4())
    first = storeroom.do(planning.plan, wish)
    assert storeroom.do(planning.plan, wish) == first
    again = storeroom.wish(held_on=wish.held_on)
    with pytest.raises(DayTaken) as refusal:
        storeroom.do(planning.plan, again)
    assert "session 1 on" in refusal.value.message
    storeroom.do(sessions.cancel, first.session_id, first.version)
    assert storeroom.do(planning.plan, again).session_id != first.session_id


def test_who_may_not_and_who_is_elsewhere_hear_the_same(storeroom: Storeroom):
    planned = storeroom.plan(free("Tea", 5), service_id=storeroom.supper)
    for actor in (storeroom.lead, storeroom.stranger):
        for verb, args in (
            (session_reading.detail, ()),
            (sessions.cancel, (planned.version,)),
            (sessions.complete, (planned.version, {})),
            (sessions.reopen, (planned.version, "x")),
        ):
            with pytest.raises(NotFound):
                storeroom.do(verb, planned.session_id, *args, by=actor)
        with pytest.raises(NotFound):
            storeroom.plan(service_id=storeroom.supper, by=actor)
    assert storeroom.do(session_reading.of_service, storeroom.supper, by=storeroom.lead) == []


def test_what_is_not_there_or_makes_no_sense_is_refused_beside_its_line(storeroom: Storeroom):
    nonsense = {
        "quantity-0": of_item(storeroom.bread, -1),
        "item-0": LineWish("item", 1),
        "description-0": free(" ", 1),
        "wholesale_cents-0": free("Tea", 1, -5),
    }
    for name, line in nonsense.items():
        with pytest.raises(NotAccepted) as refusal:
            storeroom.plan(line)
        assert refusal.value.field == name
    storeroom.sql("UPDATE item SET active = false WHERE id = :id", id=storeroom.jam)
    with pytest.raises(NotAccepted):
        storeroom.plan(of_item(storeroom.jam, 1))
