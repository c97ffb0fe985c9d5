"""Staff time is noted by those who run the session; what it costs reaches only who may see grants."""

from datetime import timedelta

import pytest

from securecare.access.errors import NotAllowed, NotFound
from securecare.access.roles import Role
from securecare.foundation.db import transaction
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.grants.amounts import fringe_cents, wages_cents
from securecare.outreach import claims, staff_time
from tests.races.at_once import at_once, kinds
from tests.support.street import Place, does, one, place, rows, session_of


@pytest.fixture(scope="module")
def here(demo_database: str) -> Place:
    del demo_database
    return place()


@pytest.fixture
def held(here: Place) -> int:
    """A completed session without any time on it, within a grant that runs."""
    session_id = session_of("Saturday Outreach Lunch")
    does(
        "DELETE FROM time_claim WHERE staff_time_id IN (SELECT id FROM staff_time WHERE session_id = :s)",
        s=session_id,
    )
    does("DELETE FROM staff_time WHERE session_id = :s", s=session_id)
    return session_id


def as_(here: Place, role: Role, verb, *args, at: int | None = None, **named):
    actor = here.as_(role, at)
    with transaction(actor.scope) as session:
        return verb(session, actor, *args, **named)


def member(name: str) -> int:
    return one("SELECT id FROM staff WHERE name = :name", name=name)


def grant(name: str = "Neighborhood Nutrition Fund") -> int:
    return one("SELECT id FROM funding_grant WHERE name = :name", name=name)


def test_a_lead_notes_minutes_and_never_sees_a_rate(here: Place, held: int):
    maren = member("Maren Solberg")
    id_ = as_(here, Role.OUTREACH_LEAD, staff_time.note, held, maren, 240)
    [seen] = as_(here, Role.OUTREACH_LEAD, staff_time.of_session, held)
    assert (seen.minutes, seen.rate_cents, seen.wages_cents, seen.counted) == (240, None, None, ())
    [known] = as_(here, Role.AUDITOR, staff_time.of_session, held)
    assert (known.id, known.rate_cents) == (id_, 2850)
    assert known.wages_cents == wages_cents(240, 2850)


def test_only_who_changes_grants_sets_what_an_hour_costs(here: Place, held: int):
    perpetua = member("Perpetua Lobo")
    with pytest.raises(NotAllowed):
        as_(here, Role.OUTREACH_LEAD, staff_time.note, held, perpetua, 60, 9_999)
    id_ = as_(here, Role.MANAGER, staff_time.note, held, perpetua, 60, 3_000)
    with pytest.raises(NotAllowed):
        as_(here, Role.OUTREACH_LEAD, staff_time.change, id_, 1, 60, 1)
    as_(here, Role.OUTREACH_LEAD, staff_time.change, id_, 1, 90)
    assert rows("SELECT minutes, rate_cents FROM staff_time WHERE id = :id", id=id_) == [
        (90, 3_000)
    ]


def test_nobody_is_noted_twice_on_one_session_however_many_try(here: Place, held: int):
    maren = member("Maren Solberg")
    results = at_once(
        lambda: as_(here, Role.OUTREACH_LEAD, staff_time.note, held, maren, 60) for _ in range(6)
    )
    assert kinds(results) == {"int": 1, "NotAccepted": 5}


def test_what_cannot_be_is_refused(here: Place, held: int):
    maren = member("Maren Solberg")
    for minutes in (0, -5, 1441):
        with pytest.raises(NotAccepted):
            as_(here, Role.OUTREACH_LEAD, staff_time.note, held, maren, minutes)
    cancelled = session_of("Breakfast Cart", "cancelled")
    with pytest.raises(staff_time.NotHeld):
        as_(here, Role.OUTREACH_LEAD, staff_time.note, cancelled, maren, 60)
    with pytest.raises(NotFound):
        as_(here, Role.OUTREACH_LEAD, staff_time.note, held, maren, 60, at=here.pine)
    with pytest.raises(NotFound):
        as_(here, Role.SCHEDULER, staff_time.of_session, held)


def test_two_editors_do_not_overwrite_each_other(here: Place, held: int):
    id_ = as_(here, Role.MANAGER, staff_time.note, held, member("Maren Solberg"), 60)
    as_(here, Role.MANAGER, staff_time.change, id_, 1, 90)
    with pytest.raises(Overtaken):
        as_(here, Role.OUTREACH_LEAD, staff_time.change, id_, 1, 30)


def test_a_grant_pays_wages_and_benefits_once(here: Place, held: int):
    id_ = as_(here, Role.MANAGER, staff_time.note, held, member("Maren Solberg"), 215, 2_849)
    done = as_(here, Role.MANAGER, claims.claim, id_, grant())
    wages = wages_cents(215, 2_849)
    assert done.amounts == {"personnel": wages, "fringe": fringe_cents(wages, 2_240)}
    again = as_(here, Role.MANAGER, claims.claim, id_, grant())
    assert again.amounts == {}
    with pytest.raises(claims.AnotherGrantPays):
        as_(here, Role.MANAGER, claims.claim, id_, grant("Warm Streets Winter Grant"))
    with pytest.raises(staff_time.CountedAlready):
        as_(here, Role.MANAGER, staff_time.change, id_, 1, 10)
    with pytest.raises(staff_time.CountedAlready):
        as_(here, Role.OUTREACH_LEAD, staff_time.remove, id_)
    free = as_(here, Role.MANAGER, claims.withdraw, id_)
    assert free == done.total_cents
    as_(here, Role.OUTREACH_LEAD, staff_time.remove, id_)
    noted = rows(
        "SELECT action FROM audit_event WHERE object_type = 'staff_time' AND object_id = :id ORDER BY id",
        id=id_,
    )
    assert [row.action for row in noted] == [
        "staff_time.added",
        "time_claim.added",
        "time_claim.withdrawn",
        "staff_time.removed",
    ]


def test_counting_at_the_same_moment_counts_once(here: Place, held: int):
    id_ = as_(here, Role.MANAGER, staff_time.note, held, member("Maren Solberg"), 60)
    results = at_once(lambda: as_(here, Role.MANAGER, claims.claim, id_, grant()) for _ in range(6))
    assert sorted(len(each.amounts) for each in results) == [0, 0, 0, 0, 0, 2]


def test_a_grant_pays_only_for_its_days_and_for_what_was_done(here: Place, held: int):
    id_ = as_(here, Role.MANAGER, staff_time.note, held, member("Maren Solberg"), 60)
    day = one("SELECT held_on FROM outreach_session WHERE id = :id", id=held)
    nutrition = grant()
    before = one("SELECT starts_on FROM funding_grant WHERE id = :id", id=nutrition)
    does(
        "UPDATE funding_grant SET starts_on = :d WHERE id = :id",
        d=day + timedelta(days=1),
        id=nutrition,
    )
    with pytest.raises(claims.DayNotCovered):
        as_(here, Role.MANAGER, claims.claim, id_, nutrition)
    does(
        "UPDATE funding_grant SET starts_on = :d, active = false WHERE id = :id",
        d=before,
        id=nutrition,
    )
    with pytest.raises(claims.GrantClosed):
        as_(here, Role.MANAGER, claims.claim, id_, nutrition)
    does("UPDATE funding_grant SET active = true WHERE id = :id", id=nutrition)
    planned = session_of("Evening Soup Round", "planned")
    ahead = as_(here, Role.MANAGER, staff_time.note, planned, member("Maren Solberg"), 60)
    with pytest.raises(claims.NotYetWorked):
        as_(here, Role.MANAGER, claims.claim, ahead, nutrition)
    with pytest.raises(NotFound):
        as_(here, Role.OUTREACH_LEAD, claims.claim, id_, nutrition)


def test_a_grant_over_its_amount_is_told_and_not_refused(here: Place, held: int):
    id_ = as_(here, Role.MANAGER, staff_time.note, held, member("Maren Solberg"), 600)
    nutrition = grant()
    amount = one("SELECT amount_cents FROM funding_grant WHERE id = :id", id=nutrition)
    does("UPDATE funding_grant SET amount_cents = 100 WHERE id = :id", id=nutrition)
    done = as_(here, Role.MANAGER, claims.claim, id_, nutrition)
    assert done.over_by_cents > 0
    does("UPDATE funding_grant SET amount_cents = :a WHERE id = :id", a=amount, id=nutrition)


def test_what_was_counted_stays_when_the_share_of_benefits_changes(here: Place, held: int):
    id_ = as_(here, Role.MANAGER, staff_time.note, held, member("Maren Solberg"), 60)
    done = as_(here, Role.MANAGER, claims.claim, id_, grant())
    does("UPDATE funding_grant SET fringe_basis_points = 9000 WHERE id = :id", id=grant())
    assert (
        one("SELECT sum(amount_cents) FROM time_claim WHERE staff_time_id = :id", id=id_)
        == done.total_cents
    )
    does("UPDATE funding_grant SET fringe_basis_points = 2240 WHERE id = :id", id=grant())
