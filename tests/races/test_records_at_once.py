"""While two records become one, others book for them, write into them, and merge them too."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from securecare.customers import alerts, family
from securecare.foundation.db import owner_transaction
from securecare.merging import comparing, merging
from securecare.merging.merging import Wish
from securecare.merging.pairs import BookedTwice
from securecare.scheduling import appointments
from tests.races.at_once import at_once, kinds
from tests.scheduling.world import Harbor, all_overlaps, new_york

DAY = date(2027, 1, 18)
ROUNDS = 6


def merging_of(harbor: Harbor, remaining: int, former: int):
    one, other = harbor.do(comparing.both, remaining, former)
    wish = Wish(remaining, former, one.versions, other.versions)
    return lambda: harbor.do(merging.merge, wish)


def holders(harbor: Harbor) -> set[int]:
    return {row.customer_id for row in harbor.rows()}


def living(*ids: int) -> set[int]:
    with owner_transaction() as session:
        rows = session.execute(
            text("SELECT id FROM customer WHERE id = ANY(:ids) AND merged_into_id IS NULL"),
            {"ids": list(ids)},
        )
        return set(rows.scalars())


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_who_books_for_a_record_that_is_being_merged_books_for_the_person_or_not_at_all(
    harbor: Harbor, round_: int
):
    wishes = [
        harbor.wish(new_york(DAY, 9 + n // 2, n % 2 * 30), customer_id=harbor.dov, staff_id=staff)
        for n, staff in enumerate([harbor.ana, harbor.ben] * 3)
    ]
    deeds = [lambda w=w: harbor.do(appointments.book, w) for w in wishes]
    deeds.insert(3, merging_of(harbor, harbor.cleo, harbor.dov))
    results = at_once(deeds)
    told = kinds(results)
    assert told["Merged"] == 1
    assert told.get("Booked", 0) + told.get("NotFound", 0) + told.get("NotWorking", 0) == 6
    assert holders(harbor) <= {harbor.cleo}
    assert all_overlaps() == []


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_who_merge_the_same_two_records_the_other_way_round_leave_one(
    harbor: Harbor, round_: int
):
    results = at_once(
        [
            merging_of(harbor, harbor.cleo, harbor.dov),
            merging_of(harbor, harbor.dov, harbor.cleo),
            merging_of(harbor, harbor.cleo, harbor.dov),
        ]
    )
    assert kinds(results) == {"Merged": 1, "NotFound": 2}
    assert len(living(harbor.cleo, harbor.dov)) == 1


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_ring_of_merges_never_waits_for_itself_and_leaves_somebody(harbor: Harbor, round_: int):
    ring = harbor.customers(5)
    deeds = [merging_of(harbor, a, b) for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)]
    results = at_once(deeds)
    assert set(kinds(results)) <= {"Merged", "NotFound", "Overtaken"}
    left = living(*ring)
    assert len(left) == len(ring) - kinds(results)["Merged"]
    with owner_transaction() as session:
        signs = session.execute(
            text(
                "SELECT DISTINCT merged_into_id FROM customer WHERE id = ANY(:ids)"
                " AND merged_into_id IS NOT NULL"
            ),
            {"ids": ring},
        ).scalars()
        assert set(signs) <= left


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_what_is_noted_meanwhile_is_noted_of_the_person(harbor: Harbor, round_: int):
    third = harbor.customer("Third", "Ray")
    results = at_once(
        [
            merging_of(harbor, harbor.cleo, harbor.dov),
            *[lambda n=n: harbor.do(alerts.add, harbor.dov, "care", f"Note {n}") for n in range(4)],
            lambda: harbor.do(family.link, harbor.dov, third, "cousin", "cousin"),
        ]
    )
    told = kinds(results)
    assert told["Merged"] == 1
    assert set(told) <= {"Merged", "NotFound", "NoneType", "int"}
    with owner_transaction() as session:
        left = session.execute(
            text(
                "SELECT (SELECT count(*) FROM customer_alert WHERE customer_id = :id)"
                " + (SELECT count(*) FROM family_link WHERE :id IN (first_id, second_id))"
            ),
            {"id": harbor.dov},
        ).scalar()
    assert left == 0


def test_two_appointments_at_one_time_to_come_stop_it_and_past_ones_do_not(harbor: Harbor):
    at = new_york(DAY, 9)
    harbor.book(at)
    other = harbor.book(at, customer_id=harbor.dov, staff_id=harbor.ben)
    with pytest.raises(BookedTwice, match="Jan 18, 2027 at 09:00"):
        merging_of(harbor, harbor.cleo, harbor.dov)()
    assert living(harbor.dov)
    with owner_transaction() as session:
        back = timedelta(days=30)
        session.execute(
            text(
                "UPDATE appointment SET starts_at = starts_at - :back, ends_at = ends_at - :back,"
                " occupied_from = occupied_from - :back, occupied_to = occupied_to - :back,"
                " local_day = local_day - 30 WHERE organization_id = :id"
            ),
            {"back": back, "id": harbor.organization_id},
        )
    merging_of(harbor, harbor.cleo, harbor.dov)()
    row = harbor.row(other.appointment_id)
    assert (row.customer_id, row.forced_overlap) == (harbor.cleo, True)
    assert row.override_reason == "Two records of one person were merged"
