from dataclasses import replace

import pytest

from securecare.access.errors import NotAllowed, NotFound
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.organization import staff
from securecare.organization.staff import StaffForm
from tests.organization.small_world import World


def names(world: World, actor) -> list[str]:
    with world.as_(actor) as session:
        return [each.form.name for each in staff.listed(session, actor)]


def change(world: World, actor, staff_id: int, version: int, form, seen=()) -> None:
    with world.as_(actor) as session:
        staff.change(session, actor, staff_id, version, form, seen)


def ana(world: World) -> StaffForm:
    return StaffForm("Ana", "", world.north)


def test_a_manager_takes_people_onto_the_staff_of_their_own_facility(world: World):
    with world.as_(world.manager) as session:
        form = StaffForm("New Person", "Nurse", world.north, None, frozenset({world.program}))
        staff.add(session, world.manager, form)
    assert names(world, world.manager) == ["Ana", "New Person"]
    assert names(world, world.administrator) == ["Ana", "Ben", "New Person"]


def test_a_manager_cannot_send_people_to_a_facility_out_of_reach(world: World):
    with pytest.raises(NotAccepted) as refusal:
        change(world, world.manager, world.ana, 1, replace(ana(world), facility_id=world.south))
    assert refusal.value.field == "facility_id"
    with pytest.raises(NotFound):
        change(world, world.manager, world.ben, 1, StaffForm("Ben", "", world.north))


def test_an_account_of_the_organization_can_be_linked_once(world: World):
    account = world.scheduler.account_id
    change(world, world.administrator, world.ana, 1, replace(ana(world), account_id=account))
    form = StaffForm("Ben", "", world.south, account)
    with pytest.raises(NotAccepted) as refusal:
        change(world, world.administrator, world.ben, 1, form)
    assert refusal.value.field == "account_id"


def test_a_strangers_account_cannot_be_linked(world: World):
    form = replace(ana(world), account_id=world.stranger.account_id)
    with pytest.raises(NotAccepted) as refusal:
        change(world, world.administrator, world.ana, 1, form)
    assert refusal.value.field == "account_id"


def test_linking_an_account_needs_the_right_everywhere(world: World):
    form = replace(ana(world), account_id=world.manager.account_id)
    with pytest.raises(NotAllowed):
        change(world, world.manager, world.ana, 1, form)
    with world.as_(world.manager) as session:
        assert staff.choices(session, world.manager).accounts == ()


def test_an_older_version_overwrites_nothing(world: World):
    change(world, world.administrator, world.ana, 1, replace(ana(world), title="Nurse"))
    with pytest.raises(Overtaken):
        change(world, world.manager, world.ana, 1, replace(ana(world), title="Doctor"))


def test_people_of_another_organization_do_not_exist(world: World):
    form = StaffForm("Odd", "", world.north)
    with pytest.raises(NotFound):
        change(world, world.administrator, world.other_staff, 1, form)
    assert names(world, world.stranger) == ["Odd"]
