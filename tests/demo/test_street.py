"""The demo's storerooms and its year on the street: as large as promised, and right to the piece."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlmodel import Session

from securecare.demo.harbor import HARBOR_AND_PINE
from securecare.demo.street_life import live
from securecare.demo.street_plans import StreetPlan
from securecare.foundation import clock
from securecare.foundation.db import Scope, owner_transaction, transaction

TABLES = (
    "item",
    "stock",
    "stock_movement",
    "bundle",
    "community_service",
    "outreach_session",
    "distribution_template",
    "template_use",
    "funding_grant",
    "staff_time",
    "time_claim",
)


@pytest.fixture
def owner(demo_database: str) -> Iterator[Session]:
    del demo_database
    with owner_transaction() as session:
        yield session


def harbor(session: Session) -> int:
    query = text("SELECT id FROM organization WHERE name = :name")
    return session.execute(query, {"name": HARBOR_AND_PINE.name}).scalar_one()


def number(session: Session, query: str, **values: object) -> int:
    return session.execute(text(query), values).scalar_one()


def test_it_has_the_size_it_should(owner):
    ours = harbor(owner)
    counted = {
        table: number(owner, f"SELECT count(*) FROM {table} WHERE organization_id = :id", id=ours)
        for table in TABLES
    }
    assert counted["item"] == 120
    assert counted["bundle"] == 10
    assert counted["community_service"] == 8
    assert counted["distribution_template"] == 5
    assert counted["funding_grant"] == 3
    assert counted["outreach_session"] >= 350
    assert counted["template_use"] >= 200
    assert counted["time_claim"] >= 300
    patterns = owner.execute(
        text("SELECT DISTINCT pattern FROM community_service WHERE organization_id = :id"),
        {"id": ours},
    ).scalars()
    assert set(patterns) == {"once", "daily", "weekly", "monthly"}


def test_every_figure_is_the_sum_of_its_movements(owner):
    assert (
        number(
            owner,
            "SELECT count(*) FROM stock FULL JOIN (SELECT organization_id, facility_id, item_id,"
            " sum(on_hand_change) AS on_hand, sum(reserved_change) AS reserved FROM stock_movement"
            " GROUP BY 1, 2, 3) AS summed USING (organization_id, facility_id, item_id)"
            " WHERE stock.on_hand IS DISTINCT FROM summed.on_hand"
            " OR stock.reserved IS DISTINCT FROM summed.reserved",
        )
        == 0
    )
    assert number(owner, "SELECT count(DISTINCT facility_id) FROM stock") == 4
    assert (
        number(
            owner,
            "SELECT count(*) FROM stock LEFT JOIN (SELECT facility_id, item_id, sum(quantity)"
            " AS kept FROM reservation GROUP BY 1, 2) AS r USING (facility_id, item_id)"
            " WHERE stock.reserved <> coalesce(r.kept, 0)",
        )
        == 0
    )


def test_movements_come_in_the_order_of_time(owner):
    assert (
        number(
            owner,
            "SELECT count(*) FROM (SELECT at < lag(at) OVER (PARTITION BY facility_id, item_id"
            " ORDER BY id) AS back FROM stock_movement) AS ordered WHERE back",
        )
        == 0
    )
    assert number(owner, "SELECT count(*) FROM stock_movement WHERE at > now()") == 0


def test_what_planned_sessions_need_is_what_is_reserved_for_them(owner):
    """Bundles taken apart in the version the line has."""
    needed = owner.execute(
        text(
            "SELECT session_id, item, sum(pieces)::bigint FROM ("
            " SELECT session_id, item_id AS item, quantity AS pieces FROM session_line"
            " WHERE kind = 'item' UNION ALL"
            " SELECT l.session_id, c.item_id, l.quantity * c.quantity FROM session_line l"
            " JOIN bundle_component c ON c.bundle_version_id = l.bundle_version_id) AS n"
            " JOIN outreach_session s ON s.id = session_id AND s.status = 'planned'"
            " GROUP BY 1, 2 ORDER BY 1, 2"
        )
    ).all()
    kept = owner.execute(
        text("SELECT holder_id, item_id, quantity::bigint FROM reservation ORDER BY 1, 2")
    ).all()
    assert [tuple(row) for row in needed] == [tuple(row) for row in kept]
    assert len(kept) > 20


def test_what_was_given_is_what_left_the_shelves(owner):
    given = owner.execute(
        text(
            "SELECT session_id, item, sum(pieces)::bigint FROM ("
            " SELECT session_id, item_id AS item, given AS pieces FROM session_line"
            " WHERE kind = 'item' UNION ALL"
            " SELECT l.session_id, c.item_id, l.given * c.quantity FROM session_line l"
            " JOIN bundle_component c ON c.bundle_version_id = l.bundle_version_id) AS n"
            " WHERE pieces > 0 GROUP BY 1, 2 ORDER BY 1, 2"
        )
    ).all()
    left = owner.execute(
        text(
            "SELECT holder_id, item_id, -sum(on_hand_change)::bigint FROM stock_movement"
            " WHERE kind = 'committed' GROUP BY 1, 2 ORDER BY 1, 2"
        )
    ).all()
    assert [tuple(row) for row in given] == [tuple(row) for row in left]


def test_costs_changed_in_the_middle_of_the_year(owner):
    costs = owner.execute(
        text(
            "SELECT DISTINCT m.wholesale_cents FROM stock_movement m JOIN item ON item.id = item_id"
            " WHERE item.name = 'PB&J Sandwich' AND kind = 'committed' ORDER BY 1"
        )
    ).scalars()
    assert list(costs) == [96, 118]


def test_some_items_are_low_and_one_template_is_dormant(owner):
    low = number(
        owner,
        "SELECT count(*) FROM stock JOIN item ON item.id = item_id"
        " WHERE on_hand - reserved < item.minimum_level",
    )
    assert 8 <= low <= 30
    last = owner.execute(
        text(
            "SELECT t.name, max(used_at) < now() - interval '90 days' AS dormant"
            " FROM distribution_template t JOIN template_use u ON u.template_id = t.id GROUP BY 1"
        )
    ).all()
    assert [row.name for row in last if row.dormant] == ["Cold snap"]


def test_there_is_something_to_do_today(owner):
    assert (
        number(
            owner,
            "SELECT count(*) FROM outreach_session s JOIN facility f ON f.id = s.facility_id"
            " WHERE status = 'planned' AND held_on = (now() AT TIME ZONE f.time_zone)::date",
        )
        >= 3
    )
    assert (
        number(
            owner,
            "SELECT count(*) FROM outreach_session s JOIN facility f ON f.id = s.facility_id"
            " WHERE (status = 'planned') <> (held_on >= (now() AT TIME ZONE f.time_zone)::date)"
            " AND status <> 'cancelled'",
        )
        == 0
    )


def test_neither_organization_sees_anything_of_the_other(owner):
    ours = harbor(owner)
    theirs = number(owner, "SELECT id FROM organization WHERE id <> :id", id=ours)
    with transaction(Scope(theirs)) as session:
        for table in TABLES:
            seen = session.execute(text(f"SELECT DISTINCT organization_id FROM {table}")).scalars()
            assert list(seen) == [theirs], table


def test_the_same_instant_gives_the_same_year():
    now, street = clock.now(), HARBOR_AND_PINE.street
    assert isinstance(street, StreetPlan)
    first, second = (live(HARBOR_AND_PINE, street, now) for _ in range(2))
    assert first.moves == second.moves
    assert first.outings == second.outings
