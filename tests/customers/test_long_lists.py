"""Lists of a record are read in parts, and a household stays a household."""

import itertools
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from securecare.customers import absences, authorized, calls, customers, family, header, insurance
from securecare.customers.absences import AbsenceForm
from securecare.customers.authorized import PersonForm
from securecare.customers.customers import CustomerForm
from securecare.customers.insurance import PolicyForm
from securecare.foundation import clock
from securecare.foundation.db import transaction
from tests.customers.conftest import House

TODAY = date(2027, 1, 13)


@pytest.fixture(autouse=True)
def stopped(noon: datetime) -> datetime:
    return noon


@pytest.fixture
def do(ours: House) -> Callable[..., Any]:
    """Run a verb in a transaction of its own."""

    def do(verb: Callable[..., Any], *args: Any, **more: Any) -> Any:
        with transaction(ours.administrator.scope) as session:
            return verb(session, ours.administrator, *args, **more)

    return do


@pytest.fixture
def somebody(do: Callable[..., Any]) -> Callable[..., int]:
    """A new customer."""

    def somebody(given: str = "New", **more: Any) -> int:
        return do(customers.register, CustomerForm(given, "Comer", **more), another_person=True).id

    return somebody


def test_who_is_authorized_comes_before_who_once_was(do, somebody):
    new = somebody()
    for days in range(5):
        until = TODAY + timedelta(days=days)
        do(authorized.add, new, PersonForm(f"Person {days}", "Friend", "+12125550123", until))
    with clock.frozen(clock.now() + timedelta(days=3)):
        everybody = do(authorized.listed, new)
        assert [each.valid for each in everybody] == [True, True, False, False, False]
        assert do(authorized.listed, new, 3) == everybody[:3]
        assert do(calls.callers, new) == everybody[:2]


def test_policies_that_are_over_come_last_and_only_as_many_as_asked_for(do, somebody):
    new = somebody()
    for year in (2024, 2025, 2027):
        form = PolicyForm("Carrier", "123", 1, date(year, 1, 1), date(year, 12, 31))
        do(insurance.add, new, form)
    listed = do(insurance.listed, new, TODAY)
    assert [each.form.valid_from.year for each in listed] == [2027, 2025, 2024]
    assert [each.id for each in do(insurance.listed, new, TODAY, 2)] == [p.id for p in listed[:2]]


def test_leaves_are_given_in_parts_the_latest_first(do, somebody):
    new = somebody()
    for day in range(1, 5):
        at = datetime(2027, 2, day, 9, tzinfo=UTC)
        do(absences.add, new, AbsenceForm(at, at + timedelta(hours=2), "court", "Judge Orr"))
    first = do(absences.listed, new, most=3)
    assert [each.starts_at.day for each in first] == [4, 3, 2]
    rest = do(absences.listed, new, before=(first[-1].starts_at, first[-1].id))
    assert [each.starts_at.day for each in rest] == [1]


def test_relatives_are_given_in_parts_the_eldest_first(do, somebody):
    new = somebody()
    born = [date(1990, 1, 1), date(1950, 1, 1), None, date(2010, 1, 1)]
    for each in born:
        do(family.link, new, somebody("Cousin", born_on=each), "cousin", "cousin")
    listed = do(family.relatives, new)
    assert [each.born_on for each in listed] == [born[1], born[0], born[3], None]
    assert do(family.relatives, new, 2) == listed[:2]


def test_a_household_follows_links_of_links_and_ends_at_its_limit(do, somebody, monkeypatch):
    monkeypatch.setattr(family, "MOST_IN_HOUSEHOLD", 6)
    chain = [somebody(f"Link{n}") for n in range(8)]
    for one, other in itertools.pairwise(chain):
        do(family.link, one, other, "parent", "child")
    members = {each.customer_id for each in do(family.household, chain[0])}
    assert members == set(chain[:6]), "the nearest"
    middle = {each.customer_id for each in do(family.household, chain[3])}
    assert len(middle) == 6
    assert {chain[2], chain[3], chain[4]} <= middle


def test_the_head_names_the_day_by_the_clock_of_the_house(do, somebody):
    """At noon UTC it is the same day in Chicago; at three in the morning it is still the day before."""
    new = somebody(born_on=date(1990, 1, 14))
    with clock.frozen(datetime(2027, 1, 14, 3, tzinfo=UTC)):
        read = do(header.of, new)
        assert (read.zone.key, read.today, read.age) == ("America/Chicago", TODAY, 36)
    with clock.frozen(datetime(2027, 1, 14, 7, tzinfo=UTC)):
        assert do(header.of, new).age == 37
