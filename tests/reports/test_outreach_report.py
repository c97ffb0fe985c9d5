"""Reports of what was given out: to the cent, at the cost of their day, and only within reach."""

from collections import defaultdict
from datetime import date, timedelta

import pytest

from securecare.access.errors import NotAllowed
from securecare.access.roles import Role
from securecare.foundation import clock
from securecare.foundation.db import transaction
from securecare.inventory import reservations
from securecare.inventory.movements import Holder
from securecare.outreach import sessions
from securecare.reports import outreach
from securecare.reports.outreach import BY, By, Figures, Question, Report
from tests.inventory.storeroom import SATURDAY, Storeroom, of_item, storeroom  # noqa: F401
from tests.support.street import Place, does, one, place, rows, session_of


@pytest.fixture(scope="module")
def here(demo_database: str) -> Place:
    del demo_database
    return place()


def year(by: By = "service", **more: int) -> Question:
    today = clock.now().date()
    return Question(today - timedelta(days=400), today + timedelta(days=1), by, **more)


def read(here: Place, question: Question, role: Role = Role.MANAGER, at: int | None = None):
    actor = here.as_(role, at)
    with transaction(actor.scope) as session:
        return outreach.read(session, actor, question)


def independent(here: Place) -> dict[int, tuple[int, int, int]]:
    """Units, cost and value of each completed session, added up row by row in Python."""
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows(
        "SELECT m.* FROM stock_movement m JOIN outreach_session s ON s.id = m.holder_id"
        " WHERE m.organization_id = :id AND s.status = 'completed' AND m.holder IS NOT NULL",
        id=here.organization_id,
    ):
        if row.kind in ("committed", "returned"):
            sums[row.holder_id][0] -= row.on_hand_change
            sums[row.holder_id][1] -= row.on_hand_change * row.wholesale_cents
            sums[row.holder_id][2] -= row.on_hand_change * row.retail_cents
    for row in rows(
        "SELECT l.* FROM session_line l JOIN outreach_session s ON s.id = l.session_id"
        " WHERE l.organization_id = :id AND s.status = 'completed' AND l.kind = 'free'",
        id=here.organization_id,
    ):
        sums[row.session_id][0] += row.given
        sums[row.session_id][1] += row.given * row.wholesale_cents
        sums[row.session_id][2] += row.given * row.retail_cents
    return {key: (a, b, c) for key, (a, b, c) in sums.items()}


def amounts(figures: Figures) -> tuple[int, int, int]:
    return figures.units, figures.cost_cents, figures.retail_cents


def together(report: Report) -> tuple[int, ...]:
    return tuple(
        sum(each) for each in zip(*[amounts(row.figures) for row in report.rows], strict=True)
    )


@pytest.mark.parametrize("by", BY)
def test_every_way_to_group_balances_to_the_cent(here: Place, by: By):
    expected = tuple(sum(each) for each in zip(*independent(here).values(), strict=True))
    report = read(here, year(by))
    assert amounts(report.total) == expected == together(report)
    held = one(
        "SELECT count(*) FROM outreach_session WHERE status = 'completed' AND organization_id = :id",
        id=here.organization_id,
    )
    assert report.total.sessions == held
    if by != "item":
        assert sum(row.figures.sessions for row in report.rows) == held
        assert sum(row.figures.minutes or 0 for row in report.rows) == report.total.minutes
    assert (
        tuple(sum(e) for e in zip(*[amounts(r.figures) for r in report.months], strict=True))
        == expected
    )


def test_each_service_is_what_its_sessions_were(here: Place):
    by_session = independent(here)
    expected: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows(
        "SELECT p.id, s.name FROM outreach_session p JOIN community_service s ON s.id = p.service_id"
        " WHERE p.organization_id = :id AND p.status = 'completed'",
        id=here.organization_id,
    ):
        for n, part in enumerate(by_session.get(row.id, (0, 0, 0))):
            expected[row.name][n] += part
    report = read(here, year("service"))
    assert {row.name: list(amounts(row.figures)) for row in report.rows} == dict(expected)


def test_hours_and_people_are_counted_once_for_each_session(here: Place):
    report = read(here, year("service"))
    assert report.total.minutes == one(
        "SELECT sum(minutes) FROM staff_time WHERE organization_id = :id", id=here.organization_id
    )
    assert report.total.people == one(
        "SELECT sum(people_served) FROM outreach_session WHERE organization_id = :id"
        " AND status = 'completed'",
        id=here.organization_id,
    )


def test_costs_changed_later_never_change_an_earlier_report(here: Place):
    before = read(here, year("item"))
    does("UPDATE item SET wholesale_cents = wholesale_cents * 3 + 1, retail_cents = 1")
    assert read(here, year("item")) == before
    assert read(here, year("grant")).total == before.total


def test_costs_that_changed_in_the_year_are_both_in_it(here: Place):
    sandwich = one(
        "SELECT id FROM item WHERE name = 'PB&J Sandwich' AND organization_id = :id",
        id=here.organization_id,
    )
    expected = one(
        "SELECT sum(-on_hand_change * wholesale_cents) FROM stock_movement"
        " WHERE item_id = :item AND kind IN ('committed', 'returned')",
        item=sandwich,
    )
    report = read(here, year("month", item_id=sandwich))
    assert report.total.cost_cents == expected
    each = {row.figures.cost_cents / row.figures.units for row in report.months}
    assert 96 in each
    assert 118 in each


def test_what_came_back_is_taken_off_at_the_cost_it_left_at(here: Place):
    session_id = session_of("Saturday Outreach Lunch")
    day = one("SELECT held_on FROM outreach_session WHERE id = :id", id=session_id)
    only = Question(
        day,
        day,
        "item",
        service_id=one("SELECT service_id FROM outreach_session WHERE id = :id", id=session_id),
    )
    before = read(here, only)
    actor = here.as_(Role.MANAGER)
    with transaction(actor.scope) as session:
        reservations.give_back(session, actor, Holder("outreach_session", session_id), here.harbor)
    after = read(here, only)
    assert [row.name for row in after.rows] == [outreach.NOT_FROM_STOCK]
    assert after.total.units < before.total.units
    with transaction(actor.scope) as session:
        holder = Holder("outreach_session", session_id)
        pieces = {
            row.item_id: -row.on_hand_change
            for row in rows(
                "SELECT item_id, on_hand_change FROM stock_movement WHERE holder_id = :id"
                " AND kind = 'committed'",
                id=session_id,
            )
        }
        reservations.commit(session, actor, holder, here.harbor, pieces)
    assert read(here, only).total.units == before.total.units


def test_somebody_at_one_facility_sees_that_facilitys_figures_alone(here: Place):
    everything = read(here, year("facility"))
    expected = {row.id: row.figures for row in everything.rows}[here.pine]
    report = read(here, year("facility"), Role.OUTREACH_LEAD, here.pine)
    assert [(row.id, row.figures) for row in report.rows] == [(here.pine, expected)]
    assert report.total == expected
    with pytest.raises(NotAllowed):
        read(here, year("facility", facility_id=here.harbor), Role.OUTREACH_LEAD, here.pine)


def test_grants_group_and_filter_only_for_those_who_may_see_them(here: Place):
    with pytest.raises(NotAllowed):
        read(here, year("grant"), Role.OUTREACH_LEAD)
    with pytest.raises(NotAllowed):
        read(here, year("service", grant_id=1), Role.OUTREACH_LEAD)
    with pytest.raises(NotAllowed):
        read(here, year(), Role.SCHEDULER)


def test_a_span_before_anything_was_held_is_empty(here: Place):
    report = read(here, Question(date(2001, 1, 1), date(2001, 12, 31), "item"))
    assert report.rows == ()
    assert report.total == Figures(people=0, minutes=0)


def test_another_organization_sees_none_of_it(here: Place):
    other = one("SELECT max(id) FROM organization")
    stranger = Place(other, 0, 0, 1)
    report = read(stranger, year("facility"))
    assert {row.name for row in report.rows} == {"Casa do Mirante"}


def test_taking_it_out_is_a_right_of_its_own_and_is_noted(here: Place):
    lead, manager = here.as_(Role.OUTREACH_LEAD), here.as_(Role.MANAGER)
    with pytest.raises(NotAllowed), transaction(lead.scope) as session:
        outreach.export(session, lead, year())
    with transaction(manager.scope) as session:
        outreach.export(session, manager, year())
    assert one("SELECT count(*) FROM audit_event WHERE action = 'outreach_report.exported'") == 1


def test_a_session_opened_again_counts_once_for_each_item_it_gave_in_the_end(
    storeroom: Storeroom,  # noqa: F811
):
    room = storeroom
    for item in (room.bread, room.jam):
        room.receive(item, 100)
    planned = room.plan(of_item(room.bread, 10), of_item(room.jam, 4), held_on=SATURDAY)
    version = room.do(sessions.complete, planned.session_id, planned.version, {})
    version = room.do(sessions.reopen, planned.session_id, version, "Miscounted")
    room.set_cost(room.bread, 150, 300)
    bread, jam = room.detail(planned.session_id).lines
    room.do(sessions.complete, planned.session_id, version, {bread.id: 7, jam.id: 0})
    by_item = room.do(outreach.read, Question(SATURDAY, SATURDAY, "item"))
    assert [(row.id, row.figures) for row in by_item.rows] == [
        (room.bread, Figures(1, 7, 7 * 150, 7 * 300))
    ]
    for item, held in ((room.bread, 1), (room.jam, 0)):
        asked = Question(SATURDAY, SATURDAY, "service", item_id=item)
        assert room.do(outreach.read, asked).total.sessions == held
