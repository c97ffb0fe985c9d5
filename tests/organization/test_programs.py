from dataclasses import replace

import pytest

from securecare.access.errors import NotAllowed, NotFound
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.organization import programs, staff
from securecare.organization.programs import ProgramForm
from tests.organization.small_world import World


def of(world: World, actor, program_id: int) -> programs.ProgramListed:
    with world.as_(actor) as session:
        return next(each for each in programs.listed(session, actor) if each.id == program_id)


def change(world: World, actor, program_id: int, version: int, form, seen=()) -> None:
    with world.as_(actor) as session:
        programs.change(session, actor, program_id, version, form, seen)


INTAKE = ProgramForm("Intake", "Intake")


def test_a_program_is_started_with_its_rules_and_the_people_who_serve_it(world: World):
    form = ProgramForm(
        "Counselling", "Counsel", 3, world.ana, 50, 10, 5, 10, 120, 60, 7, True,
        frozenset({world.ben}),
    )  # fmt: skip
    with world.as_(world.administrator) as session:
        id_ = programs.add(session, world.administrator, form)
    kept = of(world, world.administrator, id_).form
    assert kept == replace(form, staff_ids=frozenset({world.ana, world.ben}))


def test_the_lead_serves_the_program_too(world: World):
    form = replace(INTAKE, lead_staff_id=world.ana)
    change(world, world.administrator, world.program, 1, form)
    assert of(world, world.administrator, world.program).form.staff_ids == {world.ana}


def test_bounds_are_kept_and_said_field_by_field(world: World):
    form = replace(
        INTAKE, short_name="far too long a name", duration_minutes=0, buffer_after_minutes=300,
        horizon_days=0, colour=12,
    )  # fmt: skip
    with pytest.raises(NotAccepted) as refusal:
        change(world, world.administrator, world.program, 1, form)
    assert set(refusal.value.complaints) == {
        "short_name", "colour", "duration_minutes", "buffer_after_minutes", "horizon_days",
    }  # fmt: skip


def test_the_public_cannot_book_what_nobody_serves(world: World):
    with pytest.raises(NotAccepted) as refusal:
        change(world, world.administrator, world.program, 1, replace(INTAKE, public_booking=True))
    assert refusal.value.field == "public_booking"


def test_nobody_of_another_organization_can_be_chosen(world: World):
    form = replace(INTAKE, lead_staff_id=world.other_staff)
    with pytest.raises(NotAccepted) as refusal:
        change(world, world.administrator, world.program, 1, form)
    assert refusal.value.field == "lead_staff_id"
    form = replace(INTAKE, staff_ids=frozenset({world.other_staff}))
    with pytest.raises(NotAccepted):
        change(world, world.administrator, world.program, 1, form)


def test_a_program_manager_changes_that_program_only(world: World):
    change(world, world.program_manager, world.program, 1, replace(INTAKE, colour=5))
    assert of(world, world.program_manager, world.program).form.colour == 5
    with pytest.raises(NotAllowed), world.as_(world.program_manager) as session:
        programs.add(session, world.program_manager, ProgramForm("New", "New"))
    with pytest.raises(NotFound):
        change(world, world.manager, world.program, 2, INTAKE)


def test_the_second_of_two_people_overwrites_nothing(world: World):
    change(world, world.administrator, world.program, 1, replace(INTAKE, colour=1))
    with pytest.raises(Overtaken):
        change(world, world.administrator, world.program, 1, replace(INTAKE, colour=2))


def test_who_was_added_on_the_staff_page_meanwhile_stays(world: World):
    member = staff.StaffForm("Ben", "", world.south, None, frozenset({world.program}))
    with world.as_(world.administrator) as session:
        staff.change(session, world.administrator, world.ben, 1, member, ())
    form = replace(INTAKE, staff_ids=frozenset({world.ana}))
    change(world, world.administrator, world.program, 1, form, seen=())
    kept = of(world, world.administrator, world.program).form
    assert kept.staff_ids == {world.ana, world.ben}


def test_an_inactive_program_stays_on_the_list(world: World):
    with world.as_(world.administrator) as session:
        programs.set_active(session, world.administrator, world.program, False)
    assert of(world, world.administrator, world.program).active is False
    assert world.trail("program", world.program)[-1].action == "program.made_inactive"
