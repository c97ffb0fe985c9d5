"""A template is applied once for each key, all or nothing, and its use is counted."""

import uuid
from datetime import timedelta

import pytest

from securecare.access.errors import NotFound
from securecare.access.roles import Role
from securecare.foundation import clock
from securecare.foundation.db import transaction
from securecare.inventory.errors import StockShort
from securecare.outreach import applying, templates
from tests.races.at_once import at_once
from tests.support.street import Place, does, one, place, rows, session_of


@pytest.fixture(scope="module")
def here(demo_database: str) -> Place:
    del demo_database
    return place()


def as_(here: Place, role: Role, verb, *args, at: int | None = None, **named):
    actor = here.as_(role, at)
    with transaction(actor.scope) as session:
        return verb(session, actor, *args, **named)


def template(name: str = "Cold snap") -> int:
    return one("SELECT id FROM distribution_template WHERE name = :name", name=name)


def wish(here: Place, days: int, service: str = "Cold-Weather Drive"):
    id_ = one("SELECT id FROM community_service WHERE name = :name", name=service)
    with transaction(here.as_(Role.OUTREACH_LEAD).scope) as session:
        return applying.wish_for(session, id_, clock.now().date() + timedelta(days=days))


def reserved() -> int:
    return one("SELECT sum(reserved) FROM stock")


def test_applied_twice_at_the_same_moment_it_plans_one_session(here: Place):
    key, before = uuid.uuid4(), reserved()
    results = at_once(
        lambda: as_(
            here,
            Role.OUTREACH_LEAD,
            applying.apply,
            template(),
            wish=wish(here, 20),
            form_key=key,
        )
        for _ in range(8)
    )
    assert len({each.session_id for each in results}) == 1
    assert one("SELECT count(*) FROM template_use WHERE form_key = :key", key=key) == 1
    kept = one(
        "SELECT sum(quantity) FROM reservation WHERE holder_id = :id", id=results[0].session_id
    )
    assert reserved() - before == kept > 0
    grant = one("SELECT grant_id FROM outreach_session WHERE id = :id", id=results[0].session_id)
    assert grant == one("SELECT id FROM funding_grant WHERE name = 'Warm Streets Winter Grant'")


def test_it_fills_a_planned_session_beside_what_was_planned(here: Place):
    id_ = session_of("Hygiene Kit Table", "planned")
    before = rows(
        "SELECT id, quantity FROM session_line WHERE session_id = :id ORDER BY position", id=id_
    )
    as_(here, Role.OUTREACH_LEAD, applying.apply, template(), session_id=id_, form_key=uuid.uuid4())
    after = rows(
        "SELECT id, quantity FROM session_line WHERE session_id = :id ORDER BY position", id=id_
    )
    assert after[: len(before)] == before
    assert len(after) == len(before) + 3


def test_recorded_in_one_step_the_stock_has_left(here: Place):
    key = uuid.uuid4()
    blanket = one("SELECT id FROM item WHERE name = 'Fleece Blanket'")
    there = "SELECT on_hand FROM stock WHERE item_id = :item AND facility_id = :at"
    before = one(there, item=blanket, at=here.pine)
    first, second = (
        as_(here, Role.OUTREACH_LEAD, applying.record_now, template(), wish(here, -2), form_key=key)
        for _ in range(2)
    )
    assert first == second
    assert (
        one("SELECT status FROM outreach_session WHERE id = :id", id=first.session_id)
        == "completed"
    )
    assert one(there, item=blanket, at=here.pine) == before - 18


def test_short_of_one_item_nothing_is_planned_and_the_sentence_names_it(here: Place):
    uses = one("SELECT count(*) FROM template_use")
    held = one("SELECT count(*) FROM outreach_session")
    line = "UPDATE template_line SET quantity = :n WHERE description = 'Fleece Blanket'"
    does(line, n=5000)
    with pytest.raises(StockShort) as refusal:
        as_(
            here,
            Role.OUTREACH_LEAD,
            applying.apply,
            template(),
            wish=wish(here, 27),
            form_key=uuid.uuid4(),
        )
    does(line, n=18)
    assert (
        "Insufficient inventory: 'Fleece Blanket': need 5000, available " in refusal.value.message
    )
    assert one("SELECT count(*) FROM template_use") == uses
    assert one("SELECT count(*) FROM outreach_session") == held


def test_it_is_not_applied_where_it_is_not_offered(here: Place):
    id_ = session_of("Hygiene Kit Table", "planned")
    with pytest.raises(templates.NotOfferedHere):
        as_(
            here,
            Role.MANAGER,
            applying.apply,
            template("Breakfast cart"),
            session_id=id_,
            form_key=uuid.uuid4(),
        )
    with pytest.raises(NotFound):
        as_(
            here,
            Role.OUTREACH_LEAD,
            applying.apply,
            template(),
            session_id=id_,
            form_key=uuid.uuid4(),
            at=here.harbor,
        )
