"""What grants were spent on: totals and lines agree, and both are right to the cent."""

from collections import Counter

import pytest

from securecare.access.errors import NotAllowed, NotFound
from securecare.access.roles import Role
from securecare.foundation.db import transaction
from securecare.outreach import claims
from securecare.reports import grant_spending
from tests.support.street import Place, one, place, rows


@pytest.fixture(scope="module")
def here(demo_database: str) -> Place:
    del demo_database
    return place()


def spent(here: Place, role: Role = Role.MANAGER, at: int | None = None):
    actor = here.as_(role, at)
    with transaction(actor.scope) as session:
        return grant_spending.listed(session, actor)


def test_the_lines_of_every_grant_add_up_to_its_total(here: Place):
    actor = here.as_(Role.AUDITOR)
    for each in spent(here, Role.AUDITOR):
        with transaction(actor.scope) as session:
            lines = grant_spending.lines(session, actor, each.grant.id, most=10**6)
            assert claims.spent_cents(session, each.grant.id) == each.spent_cents
        kinds = Counter[str]()
        for line in lines:
            kinds[line.kind] += line.cents
        assert {kind: cents for kind, cents in each.by_kind.items() if cents} == {
            kind: cents for kind, cents in kinds.items() if cents
        }
        assert each.left_cents == each.grant.form.amount_cents - sum(kinds.values())


def test_supplies_are_an_independent_sum_over_the_movements(here: Place):
    grants = {row.grant.id: row.by_kind["supplies"] for row in spent(here)}
    expected = Counter[int]()
    for row in rows(
        "SELECT s.grant_id, m.on_hand_change * m.wholesale_cents AS cents FROM stock_movement m"
        " JOIN outreach_session s ON s.id = m.holder_id"
        " WHERE m.kind IN ('committed', 'returned') AND s.organization_id = :id"
        " AND s.grant_id IS NOT NULL",
        id=here.organization_id,
    ):
        expected[row.grant_id] -= row.cents
    assert grants == dict(expected)


def test_a_grant_can_be_overspent_and_says_by_how_much(here: Place):
    over = [row for row in spent(here) if row.left_cents < 0]
    assert [row.grant.form.name for row in over] == ["Healthy Start Supplies"]


def test_somebody_at_one_facility_sees_what_was_spent_there_and_that_it_is_not_all(here: Place):
    whole = {row.grant.id: row for row in spent(here)}
    there = spent(here, Role.BILLING_CLERK, here.pine)
    assert all(not row.is_all for row in there)
    assert sum(row.spent_cents for row in there) < sum(row.spent_cents for row in whole.values())
    expected = one(
        "SELECT sum(c.amount_cents) FROM time_claim c JOIN staff_time t ON t.id = c.staff_time_id"
        " JOIN outreach_session s ON s.id = t.session_id WHERE s.facility_id = :pine",
        pine=here.pine,
    )
    assert sum(row.by_kind["personnel"] + row.by_kind["fringe"] for row in there) == expected


def test_pages_of_lines_follow_one_another_without_gap_or_repeat(here: Place):
    actor = here.as_(Role.MANAGER)
    grant = spent(here)[0].grant.id
    with transaction(actor.scope) as session:
        whole = grant_spending.lines(session, actor, grant, most=200)
        parts = [
            line
            for skipped in range(0, 200, 50)
            for line in grant_spending.lines(session, actor, grant, None, skipped, 50)
        ]
    assert parts == whole


def test_who_may_not_see_grants_finds_none(here: Place):
    lead = here.as_(Role.OUTREACH_LEAD)
    grant = spent(here)[0].grant.id
    with transaction(lead.scope) as session:
        with pytest.raises(NotAllowed):
            grant_spending.listed(session, lead)
        with pytest.raises(NotFound):
            grant_spending.of_grant(session, lead, grant)
        with pytest.raises(NotFound):
            grant_spending.lines(session, lead, grant)
