"""The large organization, at its smallest scale."""

import pytest
from sqlalchemy import text

from securecare import demo
from securecare.access.actor import Actor, Grant
from securecare.access.roles import Role
from securecare.customers import search
from securecare.demo.scale import ScaleExists
from securecare.foundation.db import Scope, owner_transaction, transaction


@pytest.fixture(scope="module")
def made(database: str) -> demo.ScaleSummary:
    return demo.fill_at(1)


def one(statement: str, organization: int):
    with owner_transaction() as session:
        return session.execute(text(statement), {"id": organization}).one()


@pytest.mark.slow
def test_it_has_the_size_that_was_asked_for(made):
    ours = " WHERE organization_id = :id"
    for table, count in {"appointment": 100_000, "customer": 10_000, "staff": 200}.items():
        assert one(f"SELECT count(*) FROM {table}{ours}", made.organization_id) == (count,)
    busiest = one(
        "SELECT count(DISTINCT staff_id), count(*) FROM appointment WHERE facility_id ="
        " (SELECT min(id) FROM facility WHERE organization_id = :id) AND local_day ="
        " (SELECT max(local_day) FROM appointment WHERE local_day <= current_date)",
        made.organization_id,
    )
    assert busiest[0] == 40
    assert busiest[1] >= 480


@pytest.mark.slow
def test_its_appointments_lie_within_shifts_and_never_over_one_another(made):
    outside = one(
        "SELECT count(*) FROM appointment a JOIN facility f ON f.id = a.facility_id"
        " WHERE a.organization_id = :id AND NOT EXISTS (SELECT FROM shift s"
        " WHERE s.staff_id = a.staff_id AND s.facility_id = a.facility_id"
        " AND s.weekday = extract(isodow FROM a.local_day) - 1"
        " AND (a.starts_at AT TIME ZONE f.time_zone)::date = a.local_day"
        " AND (a.starts_at AT TIME ZONE f.time_zone)::time >= make_time(s.starts_minute / 60, 0, 0)"
        " AND (a.ends_at AT TIME ZONE f.time_zone)::time <= make_time(s.ends_minute / 60, 0, 0))",
        made.organization_id,
    )
    assert outside == (0,)
    twice = one(
        "SELECT count(*) FROM (SELECT customer_id, local_day FROM appointment"
        " WHERE organization_id = :id GROUP BY 1, 2 HAVING count(*) > 1) AS t",
        made.organization_id,
    )
    assert twice == (0,)


@pytest.mark.slow
def test_everybody_in_it_is_found_and_the_triggers_are_back(made):
    words, people = one(
        "SELECT count(DISTINCT customer_id), (SELECT count(*) FROM customer) FROM customer_word"
        " WHERE organization_id = :id",
        made.organization_id,
    )
    assert words == people
    assert one(_DUE, made.organization_id) == (people,)
    with owner_transaction() as session:
        session.execute(
            text("UPDATE customer SET family_name = 'Quillfeather' WHERE number = 1001")
        )
    assert one(_DUE, made.organization_id) == (people + 1,)
    actor = Actor(1, made.organization_id, 0, "Admin", (Grant(Role.ADMINISTRATOR),))
    with transaction(Scope(made.organization_id)) as session:
        assert [each.number for each in search.find(session, actor, "quillf")] == [1001]


_DUE = "SELECT count(*) FROM duplicate_due WHERE organization_id = :id"


@pytest.mark.slow
def test_the_same_scale_is_made_once(made):
    with pytest.raises(ScaleExists):
        demo.fill_at(1)
