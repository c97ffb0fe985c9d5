"""What happens in the demo is worked out without a database, the same for the same moment."""

from datetime import UTC, datetime, timedelta

import pytest

from securecare.demo.harbor import HARBOR_AND_PINE
from securecare.demo.life import live
from securecare.demo.mirante import MIRANTE_AND_GANGA

SATURDAY_NIGHT = datetime(2027, 2, 6, 23, 30, tzinfo=UTC)
DURING_A_CHANGE_OF_CLOCKS = datetime(2027, 3, 14, 15, tzinfo=UTC)
WEDNESDAY = datetime(2027, 1, 13, 12, tzinfo=UTC)


@pytest.mark.parametrize("plan", [HARBOR_AND_PINE, MIRANTE_AND_GANGA], ids=lambda plan: plan.name)
def test_the_same_moment_gives_the_same_life(plan):
    assert live(plan, WEDNESDAY) == live(plan, WEDNESDAY)
    assert live(plan, WEDNESDAY).people != live(plan, WEDNESDAY, seed=2).people


@pytest.mark.parametrize(
    "now",
    [SATURDAY_NIGHT, DURING_A_CHANGE_OF_CLOCKS, WEDNESDAY, datetime(2028, 10, 30, tzinfo=UTC)],
)
def test_at_any_moment_there_is_a_full_month_on_either_side(now):
    life = live(HARBOR_AND_PINE, now)
    days = {visit.local_day for visit in life.visits}
    assert len(days) >= 59
    assert min(days) >= (now - timedelta(days=32)).date()
    assert max(days) <= (now + timedelta(days=32)).date()
    assert 7_000 <= len(life.visits) <= 9_000
    assert 4 <= sum(visit.status == "pending_reassignment" for visit in life.visits) <= 30
    assert 2 <= sum(visit.forced_overlap for visit in life.visits) <= 3


def test_the_overnight_shift_sees_people_after_midnight():
    life = live(HARBOR_AND_PINE, WEDNESDAY)
    night = HARBOR_AND_PINE.member("Nestor Pruitt")
    hours = {
        (visit.starts_at - timedelta(hours=5)).hour for visit in life.visits if visit.staff == night
    }
    assert {23, 3} <= hours
    assert not hours & set(range(7, 21))


def test_everybody_is_made_up():
    life = live(HARBOR_AND_PINE, WEDNESDAY)
    assert all("55501" in person.phone for person in life.people if person.phone)
    assert all(
        person.email.partition("@")[2].startswith("example.")
        for person in life.people
        if person.email
    )
    assert len({(person.given_name, person.family_name) for person in life.people}) == 600
    assert len({person.number for person in life.people}) == 600
