import re
from dataclasses import replace

import pytest

from securecare.access.errors import NotAllowed
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.organization import organizations
from tests.organization.small_world import World


def seen(world: World) -> organizations.OrganizationForm:
    with world.as_(world.administrator) as session:
        return organizations.settings_of(session, world.administrator)


def change(world: World, actor, form, before) -> None:
    with world.as_(actor) as session:
        organizations.change(session, actor, form, before)


def test_an_administrator_gives_the_organization_its_own_words(world: World):
    before = seen(world)
    form = replace(before, customer_singular="guest", customer_plural="guests", clock24=True)
    change(world, world.administrator, form, before)
    assert seen(world) == form
    event = world.trail("organization", world.organization_id)[-1]
    assert event.action == "organization.changed"
    assert set(event.detail["fields"]) == {"customer_singular", "customer_plural", "clock24"}
    assert "guest" not in str(event.detail).replace("customer", "")


def test_the_second_of_two_people_is_told_who_was_first_and_overwrites_nothing(world: World):
    before = seen(world)
    change(world, world.administrator, replace(before, name="First"), before)
    with pytest.raises(Overtaken) as refusal:
        change(world, world.administrator, replace(before, name="Second"), before)
    assert refusal.value.changed_by == "Ada Admin"
    assert seen(world).name == "First"


def test_every_field_that_cannot_stay_is_complained_of_at_once(world: World):
    before = seen(world)
    form = replace(before, name=" ", staff_idle_minutes=1, session_hours=1000)
    with pytest.raises(NotAccepted) as refusal:
        change(world, world.administrator, form, before)
    assert set(refusal.value.complaints) == {"name", "staff_idle_minutes", "session_hours"}


def test_a_manager_of_one_facility_does_not_configure_the_organization(world: World):
    before = seen(world)
    for person in (world.manager, world.scheduler, world.program_manager):
        with pytest.raises(NotAllowed):
            change(world, person, replace(before, name="Mine"), before)


def test_whoever_opens_it_to_the_portal_gets_a_code_that_stays(world: World):
    def code() -> str:
        with world.as_(world.administrator) as session:
            return organizations.portal_code(session, world.administrator)

    before = seen(world)
    assert (before.patrons_may_ask, code()) == (False, "")
    opened = replace(before, patrons_may_ask=True)
    change(world, world.administrator, opened, before)
    given = code()
    assert re.fullmatch("[A-Z2-9]{3}(-[A-Z2-9]{3}){2}", given)
    change(world, world.administrator, before, opened)
    change(world, world.administrator, opened, before)
    assert code() == given
    with world.as_(world.manager) as session, pytest.raises(NotAllowed):
        organizations.portal_code(session, world.manager)
