"""Receiving, adjusting, transferring and counting: what they do to the shelf, and what they refuse."""

import uuid
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from securecare.access.errors import NotFound
from securecare.foundation.db import owner_transaction
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.inventory import adjustments, bundles, counts, receipts, transfers, verifying
from securecare.inventory.adjustments import Adjustment
from securecare.inventory.counts import CountEnded, NothingCounted
from securecare.inventory.errors import HeldByOthers, NotHeld
from securecare.inventory.receipts import Receipt, ReceiptLine
from securecare.inventory.transfers import Transfer, TransferLine
from securecare.outreach import sessions
from securecare.outreach import verifying as verifying_sessions
from tests.inventory.storeroom import Storeroom, of_bundle, of_item


def test_a_receipt_carries_its_own_costs_and_is_received_once(storeroom: Storeroom):
    lines = (ReceiptLine(storeroom.bread, 10, wholesale_cents=99), ReceiptLine(storeroom.bread, 5))
    receipt = Receipt(storeroom.north, lines, source="Bakery", form_key=uuid.uuid4())
    first = storeroom.do(receipts.receive, receipt)
    assert storeroom.do(receipts.receive, receipt) == first
    assert storeroom.figures(storeroom.bread) == (15, 0)
    costs = storeroom.sql(
        "SELECT wholesale_cents, retail_cents, on_hand_after FROM stock_movement"
        " WHERE document_id = :id ORDER BY id",
        id=first,
    )
    assert [tuple(row) for row in costs] == [(99, 240, 10), (120, 240, 15)]


def test_what_is_reserved_cannot_be_taken_away_and_whoever_holds_it_is_named(storeroom: Storeroom):
    storeroom.receive(storeroom.bread, 30)
    planned = storeroom.plan(of_item(storeroom.bread, 20))
    day = storeroom.detail(planned.session_id).held_on
    there = Transfer(storeroom.north, storeroom.south, (TransferLine(storeroom.bread, 11),))
    for verb, wish in (
        (adjustments.adjust, Adjustment(storeroom.north, storeroom.bread, -11, "damaged")),
        (transfers.transfer, there),
    ):
        with pytest.raises(HeldByOthers) as refusal:
            storeroom.do(verb, wish)
        assert f"Saturday Lunch, {day:%a}" in refusal.value.message
        assert "(20)" in refusal.value.message
    with pytest.raises(NotHeld):
        storeroom.do(
            adjustments.adjust, Adjustment(storeroom.north, storeroom.bread, -31, "damaged")
        )
    storeroom.do(adjustments.adjust, Adjustment(storeroom.north, storeroom.bread, -10, "damaged"))
    assert storeroom.figures(storeroom.bread) == (20, 20)


def test_a_transfer_leaves_one_shelf_and_stands_on_the_other(storeroom: Storeroom):
    storeroom.receive(storeroom.bread, 10)
    wish = Transfer(storeroom.north, storeroom.south, (TransferLine(storeroom.bread, 4),))
    storeroom.do(transfers.transfer, wish)
    assert storeroom.figures(storeroom.bread) == (6, 0)
    assert storeroom.figures(storeroom.bread, storeroom.south) == (4, 0)
    with pytest.raises(NotAccepted):
        storeroom.do(transfers.transfer, replace(wish, to_facility_id=storeroom.north))
    for actor in (storeroom.lead, storeroom.stranger):
        with pytest.raises(NotFound):
            storeroom.do(transfers.transfer, wish, by=actor)


def test_a_count_posts_the_difference_found_while_counting(storeroom: Storeroom):
    storeroom.receive(storeroom.bread, 50)
    storeroom.receive(storeroom.jam, 10)
    count = storeroom.do(counts.start, storeroom.north)
    line = storeroom.do(counts.enter, count, storeroom.bread, 47)
    assert (line.expected, line.difference, line.difference_cents) == (50, -3, -360)
    storeroom.do(counts.enter, count, storeroom.jam, 10)
    storeroom.receive(storeroom.bread, 20)
    sheet = storeroom.do(counts.sheet, count)
    document = storeroom.do(counts.post, count, sheet.stamp)
    assert storeroom.figures(storeroom.bread) == (67, 0)
    assert storeroom.do(counts.post, count, sheet.stamp) == document
    assert storeroom.figures(storeroom.bread) == (67, 0)
    with pytest.raises(CountEnded):
        storeroom.do(counts.enter, count, storeroom.bread, 1)


def test_nobody_posts_what_they_did_not_see(storeroom: Storeroom):
    storeroom.receive(storeroom.bread, 50)
    count = storeroom.do(counts.start, storeroom.north)
    with pytest.raises(NothingCounted):
        storeroom.do(counts.post, count, 0)
    storeroom.do(counts.enter, count, storeroom.bread, 47)
    seen = storeroom.do(counts.sheet, count)
    storeroom.do(counts.enter, count, storeroom.bread, 4)
    with pytest.raises(Overtaken):
        storeroom.do(counts.post, count, seen.stamp)
    storeroom.plan(of_item(storeroom.bread, 10))
    with pytest.raises(HeldByOthers):
        storeroom.do(counts.post, count, storeroom.do(counts.sheet, count).stamp)
    storeroom.do(counts.abandon, count)
    assert storeroom.figures(storeroom.bread) == (50, 10)


def test_what_makes_no_sense_is_refused_beside_its_field(storeroom: Storeroom):
    for field, wish in {
        "quantity": Adjustment(storeroom.north, storeroom.bread, 0, "found"),
        "reason": Adjustment(storeroom.north, storeroom.bread, 1, "because"),
        "note": Adjustment(storeroom.north, storeroom.bread, 1, "other"),
    }.items():
        with pytest.raises(NotAccepted) as refusal:
            storeroom.do(adjustments.adjust, wish)
        assert refusal.value.field == field
    for lines in ((), (ReceiptLine(storeroom.bread, 0),), (ReceiptLine(storeroom.bread, 10**9),)):
        with pytest.raises(NotAccepted):
            storeroom.do(receipts.receive, Receipt(storeroom.north, lines))
    with pytest.raises(NotFound):
        storeroom.do(receipts.receive, Receipt(storeroom.north, (ReceiptLine(10**12, 1),)))


def test_how_many_bundles_could_be_assembled_and_what_limits_them(storeroom: Storeroom):
    storeroom.receive(storeroom.bread, 25)
    storeroom.receive(storeroom.jam, 100)
    storeroom.plan(of_bundle(storeroom.lunch_bag, 2))
    (bag,) = storeroom.do(bundles.listing, storeroom.north)
    assert (bag.available, bag.limited_by) == (10, "Bread")
    (elsewhere,) = storeroom.do(bundles.listing, storeroom.south)
    assert elsewhere.available == 0


def test_the_proof_holds_and_sees_whatever_is_tampered_with(storeroom: Storeroom):
    storeroom.receive(storeroom.bread, 50)
    planned = storeroom.plan(of_bundle(storeroom.lunch_bag, 0), of_item(storeroom.bread, 5))
    storeroom.receive(storeroom.jam, 5)
    assert proven_wrong() == []
    for tampering in (
        "UPDATE stock SET on_hand = on_hand + 1 WHERE item_id = :item",
        "UPDATE reservation SET quantity = quantity - 1 WHERE item_id = :item",
        "UPDATE stock_movement SET on_hand_after = on_hand_after + 1 WHERE item_id = :item",
        "UPDATE session_line SET quantity = quantity + 1 WHERE item_id = :item",
    ):
        assert after(tampering, storeroom.bread), f"not seen: {tampering}"
    storeroom.do(sessions.cancel, planned.session_id, planned.version)
    assert proven_wrong() == []


def proven_wrong() -> list[str]:
    with owner_transaction() as session:
        return _faults(session)


def after(tampering: str, item_id: int) -> list[str]:
    """What the proof finds after the owner has tampered, with the triggers off. Nothing of it stays."""
    with owner_transaction() as session:
        tried = session.begin_nested()
        session.execute(text("ALTER TABLE stock_movement DISABLE TRIGGER USER"))
        session.execute(text(tampering), {"item": item_id})
        found = _faults(session)
        tried.rollback()
    return found


def _faults(session: Session) -> list[str]:
    return [*map(str, verifying.faults(session)), *verifying_sessions.faults(session)]


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE stock SET on_hand = 1000",
        "UPDATE stock SET reserved = 0",
        "DELETE FROM stock",
        "UPDATE reservation SET quantity = 1",
        "DELETE FROM reservation",
        "UPDATE stock_movement SET on_hand_change = 1",
        "DELETE FROM stock_movement",
        "UPDATE stock_document SET note = 'x'",
        "DELETE FROM bundle_component",
        "UPDATE bundle_version SET number = 7",
        "INSERT INTO stock (organization_id, facility_id, item_id, on_hand) VALUES (1, 1, 1, 5)",
    ],
)
def test_the_applications_role_cannot_touch_what_is_permanent(storeroom: Storeroom, attack: str):
    storeroom.receive(storeroom.bread, 50)
    storeroom.plan(of_item(storeroom.bread, 5))
    with pytest.raises(DBAPIError, match="permission denied"), storeroom.as_() as session:
        session.execute(text(attack))


def test_a_movement_of_another_organization_is_refused_whole(storeroom: Storeroom):
    storeroom.receive(storeroom.bread, 50)
    statement = text(
        "INSERT INTO stock_movement (organization_id, facility_id, item_id, kind, on_hand_change,"
        " reserved_change, wholesale_cents, retail_cents, reason, holder, holder_id)"
        " VALUES (:o, :f, :i, 'reserved', 0, 5, 1, 1, '', 'outreach_session', 1)"
    )
    values = {"o": storeroom.organization_id, "f": storeroom.north, "i": storeroom.bread}
    with (
        pytest.raises(DBAPIError, match="row-level security"),
        storeroom.as_(storeroom.stranger) as session,
    ):
        session.execute(statement, values)
    assert storeroom.figures(storeroom.bread) == (50, 0)
