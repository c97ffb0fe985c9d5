"""Where somebody's reach ends, an appointment is only a time at which somebody is busy."""

from datetime import date

import pytest

from securecare.access.errors import NotAllowed
from securecare.access.roles import Role
from securecare.scheduling import day as days
from securecare.scheduling.booking_facts import WallTime
from securecare.scheduling.errors import SlotTaken
from tests.scheduling.world import Harbor, World

DAY = date(2027, 1, 18)


@pytest.fixture
def mixed(harbor: Harbor) -> Harbor:
    """Ana has a talk of Cleo's at East, and a care of Dov's; Cho one at West."""
    harbor.book(WallTime(DAY, 540))
    harbor.book(WallTime(DAY, 660), program_id=harbor.care, customer_id=harbor.dov)
    harbor.book(WallTime(DAY, 600), staff_id=harbor.cho, facility_id=harbor.west)
    return harbor


def read(world: World, by, facility_ids=()) -> days.Day:
    return world.do(days.read, DAY, facility_ids, by=by)


def seen(day: days.Day) -> list[tuple[str, str]]:
    return [(entry.customer, entry.program) for entry in day.entries if not entry.veiled]


def test_whoever_sees_everything_sees_everything(mixed: Harbor):
    day = read(mixed, mixed.administrator)
    assert seen(day) == [("Cleo Ray", "Talk"), ("Dov Stern", "Care"), ("Cleo Ray", "Talk")]


def test_with_a_facilitys_right_the_rest_is_veiled(mixed: Harbor):
    day = read(mixed, mixed.actor(Role.SCHEDULER, facility_id=mixed.east))
    assert seen(day) == [("Cleo Ray", "Talk"), ("Dov Stern", "Care")]
    assert [place.name for place in day.places] == ["East"]
    assert all(entry.facility_id == mixed.east for entry in day.entries)


def test_with_a_programs_right_other_programs_are_only_busy_time(mixed: Harbor):
    day = read(mixed, mixed.actor(Role.SCHEDULER, program_id=mixed.care))
    assert seen(day) == [("Dov Stern", "Care")]
    veiled = [entry for entry in day.entries if entry.veiled]
    assert len(veiled) == 2
    for entry in veiled:
        assert entry.starts_at < entry.ends_at
        assert entry._replace(staff_id=0, facility_id=0, starts_at=None, ends_at=None) == (
            0, 0, 0, 0, None, None, "", 0, False, "", "", 0,
        )  # fmt: skip


def test_a_refusal_does_not_tell_who_has_the_time(mixed: Harbor):
    of_care = mixed.actor(Role.SCHEDULER, program_id=mixed.care)
    with pytest.raises(SlotTaken) as refused:
        mixed.book(
            WallTime(DAY, 540), program_id=mixed.care, customer_id=mixed.customer("Eva"), by=of_care
        )
    assert refused.value.message == "Ana Ames has somebody from 9:00 AM to 9:30 AM."


def test_who_has_no_business_with_the_schedule_reads_none(mixed: Harbor):
    for role in (Role.OUTREACH_LEAD, Role.PATRON):
        with pytest.raises(NotAllowed):
            read(mixed, mixed.actor(role))


def test_another_organization_sees_nothing_of_it(mixed: Harbor):
    elsewhere = World("Elsewhere")
    day = read(elsewhere, elsewhere.administrator, [mixed.east])
    assert (day.entries, day.staff, day.places) == ((), (), ())
