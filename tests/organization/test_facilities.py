import pytest

from securecare.access.errors import NotAllowed, NotFound
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.organization import facilities, time_zones
from securecare.organization.facilities import FacilityForm
from tests.organization.small_world import World


def listed(world: World, actor) -> dict[str, facilities.FacilityListed]:
    with world.as_(actor) as session:
        return {each.form.name: each for each in facilities.listed(session, actor)}


def add(world: World, actor, form: FacilityForm) -> int:
    with world.as_(actor) as session:
        return facilities.add(session, actor, form)


def change(world: World, actor, facility_id: int, version: int, form: FacilityForm) -> None:
    with world.as_(actor) as session:
        facilities.change(session, actor, facility_id, version, form)


def test_an_administrator_opens_a_facility_with_its_own_time_zone(world: World):
    id_ = add(world, world.administrator, FacilityForm("West", "America/Phoenix", "1 Main St"))
    row = listed(world, world.administrator)["West"]
    assert (row.id, row.form.time_zone, row.active) == (id_, "America/Phoenix", True)
    assert [event.action for event in world.trail("facility", id_)] == ["facility.added"]


def test_a_manager_sees_and_changes_their_own_facility_only(world: World):
    assert set(listed(world, world.manager)) == {"North"}
    change(world, world.manager, world.north, 1, FacilityForm("North", "Etc/UTC", "2 Quay"))
    assert listed(world, world.manager)["North"].form.street == "2 Quay"
    with pytest.raises(NotFound):
        change(world, world.manager, world.south, 1, FacilityForm("South", "Etc/UTC", "x"))
    with pytest.raises(NotAllowed):
        add(world, world.manager, FacilityForm("Mine", "Etc/UTC"))


def test_another_organizations_facility_is_as_if_it_were_not_there(world: World):
    form = FacilityForm("Taken over", "Etc/UTC")
    for id_ in (world.other_facility, 10**15):
        with pytest.raises(NotFound) as refusal:
            change(world, world.administrator, id_, 1, form)
        assert refusal.value.message == NotFound("This facility").message


def test_two_facilities_cannot_have_one_name(world: World):
    with pytest.raises(NotAccepted) as refusal:
        add(world, world.administrator, FacilityForm("North", "Etc/UTC"))
    assert refusal.value.field == "name"


def test_a_time_zone_that_does_not_exist_is_refused(world: World):
    for zone in ("", "Mars/Olympus", "../../etc/passwd", "localtime"):
        with pytest.raises(NotAccepted) as refusal:
            add(world, world.administrator, FacilityForm("West", zone))
        assert refusal.value.field == "time_zone"


def test_an_older_version_overwrites_nothing(world: World):
    change(world, world.administrator, world.north, 1, FacilityForm("North", "Etc/UTC", "First"))
    with pytest.raises(Overtaken) as refusal:
        change(world, world.manager, world.north, 1, FacilityForm("North", "Etc/UTC", "Second"))
    assert refusal.value.changed_by == "Ada Admin"
    assert listed(world, world.manager)["North"].form.street == "First"


def test_saving_without_a_change_is_no_change(world: World):
    change(world, world.administrator, world.north, 1, FacilityForm("North", "Etc/UTC"))
    assert listed(world, world.administrator)["North"].version == 1
    assert world.trail("facility", world.north) == []


def test_time_zones_are_found_by_city_country_and_region():
    assert time_zones.search("phoenix")[0].name == "America/Phoenix"
    assert "Europe/Berlin" in [zone.name for zone in time_zones.search("germany")]
    assert "America/New_York" in [zone.name for zone in time_zones.search("united states eastern")]
    assert time_zones.search("nowhere at all") == []


def test_every_zone_on_offer_is_known():
    assert all(time_zones.is_known(name) for name in time_zones.every_zone())
