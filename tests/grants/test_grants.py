"""Grants are added and changed by those who may, and never by two at once unseen."""

from dataclasses import replace
from datetime import date

import pytest

from securecare.access.errors import NotAllowed, NotFound
from securecare.access.roles import Role
from securecare.foundation.db import transaction
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.grants import grants
from securecare.grants.grants import GrantForm
from tests.support.street import Place, one, place

FORM = GrantForm(
    "Bread for all",
    "A foundation",
    "B-1",
    "Bread",
    100_000,
    date(2027, 1, 1),
    date(2027, 12, 31),
    2000,
)


@pytest.fixture(scope="module")
def here(demo_database: str) -> Place:
    del demo_database
    return place()


def as_(here: Place, role: Role, verb, *args, at: int | None = None):
    actor = here.as_(role, at)
    with transaction(actor.scope) as session:
        return verb(session, actor, *args)


def test_a_grant_is_added_and_changed_and_both_are_noted(here: Place):
    id_ = as_(here, Role.MANAGER, grants.add, FORM)
    changed = as_(here, Role.MANAGER, grants.change, id_, 1, replace(FORM, amount_cents=1))
    assert changed == ("amount_cents",)
    assert as_(here, Role.AUDITOR, grants.one, id_).form.amount_cents == 1
    with pytest.raises(Overtaken):
        as_(here, Role.BILLING_CLERK, grants.change, id_, 1, FORM)
    with pytest.raises(NotAccepted) as refusal:
        as_(here, Role.MANAGER, grants.add, replace(FORM, name="BREAD FOR ALL"))
    assert "name" in refusal.value.complaints
    noted = (
        "SELECT count(*) FROM audit_event WHERE object_type = 'funding_grant' AND object_id = :id"
    )
    assert one(noted, id=id_) == 2


def test_a_closed_grant_covers_no_day(here: Place):
    id_ = as_(here, Role.MANAGER, grants.add, replace(FORM, name="Closed soon"))
    covering = [each.id for each in as_(here, Role.MANAGER, grants.covering, date(2027, 5, 1))]
    assert id_ in covering
    assert as_(here, Role.MANAGER, grants.set_active, id_, False)
    covering = [each.id for each in as_(here, Role.MANAGER, grants.covering, date(2027, 5, 1))]
    assert id_ not in covering


@pytest.mark.parametrize("role", [Role.OUTREACH_LEAD, Role.SCHEDULER, Role.AUDITOR])
def test_others_change_nothing(here: Place, role: Role):
    with pytest.raises(NotAllowed):
        as_(here, role, grants.add, FORM)
    with pytest.raises((NotAllowed, NotFound)):
        as_(here, role, grants.set_active, one("SELECT min(id) FROM funding_grant"), False)


def test_a_manager_of_one_facility_changes_no_grant(here: Place):
    with pytest.raises(NotAllowed):
        as_(here, Role.MANAGER, grants.add, FORM, at=here.pine)


def test_nobody_sees_another_organizations(here: Place):
    theirs = one(
        "SELECT id FROM funding_grant WHERE organization_id <> :id", id=here.organization_id
    )
    with pytest.raises(NotFound):
        as_(here, Role.ADMINISTRATOR, grants.one, theirs)
