"""While pairs are looked for, told apart and taken back, others merge and change the same records."""

from itertools import combinations

import pytest
from sqlalchemy import text

from securecare.customers import customers, duplicate_finding, duplicate_pairs
from securecare.customers.customers import CustomerForm
from securecare.foundation.db import Scope, owner_transaction, transaction
from securecare.jobs import alike
from tests.races.at_once import at_once, kinds
from tests.races.test_records_at_once import living, merging_of
from tests.scheduling.world import Harbor

ROUNDS = 6


def alikes(harbor: Harbor, count: int) -> list[int]:
    return [harbor.customer("Rosalind", "Okafor") for _ in range(count)]


def pairs(harbor: Harbor) -> dict[frozenset[int], bool]:
    """Every pair that is written down, and whether it was told apart."""
    with owner_transaction() as session:
        rows = session.execute(
            text(
                "SELECT first_id, second_id, dismissed_at IS NOT NULL AS apart FROM duplicate_pair"
                " WHERE organization_id = :id"
            ),
            {"id": harbor.organization_id},
        ).all()
    found = {frozenset((row.first_id, row.second_id)): row.apart for row in rows}
    assert len(found) == len(rows)
    return found


def look(harbor: Harbor) -> int:
    with transaction(Scope(harbor.organization_id)) as session:
        return duplicate_finding.look(session, harbor.organization_id)


def dismissing(harbor: Harbor, one: int, other: int):
    return lambda: harbor.do(duplicate_pairs.dismiss, one, other, 100)


def rename(harbor: Harbor, id_: int, given: str) -> None:
    def change(session, actor):
        row = customers.look_at(session, actor, id_)
        customers.change(session, actor, id_, row.version, CustomerForm(given, "Okafor"))

    harbor.do(change)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_jobs_that_look_at_once_write_each_pair_once(harbor: Harbor, round_: int):
    ids = alikes(harbor, 4)
    at_once([lambda: look(harbor)] * 4)
    alike.find_duplicates()
    assert set(pairs(harbor)) == {frozenset(pair) for pair in combinations(ids, 2)}


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_what_changes_while_it_is_looked_at_is_looked_at_again(harbor: Harbor, round_: int):
    this, that, third = alikes(harbor, 3)
    at_once(
        [
            *[lambda: look(harbor)] * 3,
            lambda: rename(harbor, this, "Ngozi"),
            lambda: rename(harbor, that, "Bartholomew"),
        ]
    )
    rename(harbor, that, "Rosalind")
    alike.find_duplicates()
    assert set(pairs(harbor)) == {frozenset((that, third))}


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_who_tells_two_apart_while_they_are_merged_comes_first_or_finds_nothing(
    harbor: Harbor, round_: int
):
    this, that = alikes(harbor, 2)
    alike.find_duplicates()
    results = at_once(
        [
            dismissing(harbor, this, that),
            merging_of(harbor, this, that),
            dismissing(harbor, that, this),
            lambda: look(harbor),
        ]
    )
    told = kinds(results)
    assert told["Merged"] == 1
    assert set(told) <= {"Merged", "NoneType", "NotFound", "int"}
    alike.find_duplicates()
    assert pairs(harbor) == {}


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_ring_of_merges_among_who_was_told_apart_never_waits_for_itself(
    harbor: Harbor, round_: int
):
    ring, others = alikes(harbor, 5), alikes(harbor, 2)
    alike.find_duplicates()
    for one, other in combinations([*ring, *others], 2):
        if abs(one - other) > 1:
            dismissing(harbor, one, other)()
    deeds = [merging_of(harbor, a, b) for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)]
    results = at_once([*deeds, lambda: look(harbor), lambda: look(harbor)])
    assert set(kinds(results)) <= {"Merged", "NotFound", "Overtaken", "int"}
    alike.find_duplicates()
    left = living(*ring, *others)
    found = pairs(harbor)
    assert {id_ for pair in found for id_ in pair} <= left
    # Whoever was told apart from one of the ring is told apart from what became of it.
    assert all(found[frozenset((id_, others[1]))] for id_ in left & set(ring))


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_who_tells_apart_and_who_takes_it_back_leave_one_of_the_two(harbor: Harbor, round_: int):
    this, that = alikes(harbor, 2)
    alike.find_duplicates()
    dismissing(harbor, this, that)()
    (row,) = harbor.do(duplicate_pairs.dismissed).rows
    results = at_once(
        [
            *[dismissing(harbor, that, this)] * 2,
            *[lambda: harbor.do(duplicate_pairs.restore, row.id)] * 2,
            lambda: look(harbor),
        ]
    )
    assert set(kinds(results)) <= {"NoneType", "bool", "int"}
    assert set(pairs(harbor)) == {frozenset((this, that))}
