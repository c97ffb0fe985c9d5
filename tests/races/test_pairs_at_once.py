"""While pairs are looked for, told apart and taken back, others merge and change the same records.

Where the moment matters, the one holds what it has taken until the other is seen to wait for it.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from typing import Any

import pytest
from sqlalchemy import text

from securecare.access.errors import NotFound
from securecare.customers import customers, duplicate_finding, duplicate_pairs
from securecare.customers.customers import CustomerForm
from securecare.foundation.db import Scope, owner_transaction, transaction
from securecare.jobs import alike
from securecare.merging import merging, moving
from securecare.merging.merging import Wish
from tests.races.at_once import at_once, kinds
from tests.races.test_records_at_once import living, merging_of
from tests.scheduling.world import Harbor
from tests.support.waiting import wait_until

ROUNDS = 4


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


def somebody_waits() -> bool:
    with owner_transaction() as session:
        waiting = text(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return session.execute(waiting).scalar_one() > 0


def amid_a_merge(harbor: Harbor, remaining: int, former: int, deed: Callable[[], Any]) -> Any:
    """What becomes of a deed that begins when the two are merged but for the commit."""
    with ThreadPoolExecutor(1) as pool:
        with transaction(harbor.administrator.scope) as session:
            merging.merge(session, harbor.administrator, Wish(remaining, former, (1, 0), (1, 0)))
            doing = pool.submit(deed)
            wait_until(somebody_waits, "the other one waits", 30)
        return doing.exception(30) or doing.result()


def test_while_one_job_looks_another_finds_nothing_to_do(harbor: Harbor):
    this, that = alikes(harbor, 2)
    scope = Scope(harbor.organization_id)
    with transaction(scope) as session:
        assert duplicate_finding.look(session, harbor.organization_id) > 0
        with transaction(scope) as other:
            other.execute(text("SET LOCAL lock_timeout = '3s'"))
            assert duplicate_finding.look(other, harbor.organization_id) == 0
    assert set(pairs(harbor)) == {frozenset((this, that))}
    assert look(harbor) == 0


def test_who_is_merged_while_the_job_looks_is_not_written_down(harbor: Harbor):
    this, that, third = alikes(harbor, 3)
    assert amid_a_merge(harbor, this, that, lambda: look(harbor)) > 0
    assert set(pairs(harbor)) == {frozenset((this, third))}


def test_who_tells_apart_two_that_are_being_merged_finds_nothing(harbor: Harbor):
    this, that = alikes(harbor, 2)
    alike.find_duplicates()
    found = amid_a_merge(harbor, this, that, dismissing(harbor, that, this))
    assert isinstance(found, NotFound)
    assert pairs(harbor) == {}


def test_two_merges_of_records_told_apart_from_one_another_do_not_wait_for_each_other_in_a_ring(
    harbor: Harbor, monkeypatch: pytest.MonkeyPatch
):
    one, two, three, four = alikes(harbor, 4)
    dismissing(harbor, two, three)()
    both_have_their_records = threading.Barrier(2)
    move = moving.COLUMNS["duplicate_pair", "first_id"]

    def at_the_same_moment(pair: Any) -> int:
        both_have_their_records.wait(30)
        return move(pair)

    monkeypatch.setitem(moving.COLUMNS, ("duplicate_pair", "first_id"), at_the_same_moment)  # type: ignore[arg-type]
    results = at_once([merging_of(harbor, one, two), merging_of(harbor, four, three)])
    assert kinds(results) == {"Merged": 2}
    assert pairs(harbor) == {frozenset((one, four)): True}


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
