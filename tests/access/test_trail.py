"""Reading the trail: who sees what of it, and every event exactly once."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from securecare.access import grants, trail
from securecare.access.actor import Actor
from securecare.access.errors import NotAllowed
from securecare.access.grants import Place
from securecare.access.roles import Permission, Role
from securecare.access.trail import Entry, Wanted
from securecare.foundation import audit, clock
from securecare.foundation.db import transaction
from tests.support.community import acting_as, facility, organization, person

pytestmark = pytest.mark.usefixtures("database")


def search(actor: Actor, wanted: Wanted = Wanted(), **more: object) -> list[Entry]:  # noqa: B008
    with transaction(actor.scope) as session:
        return trail.search(session, actor, wanted, **more)  # type: ignore[arg-type]


def note(actor: Actor, action: str = "test.done", **more: object) -> None:
    with transaction(actor.scope) as session:
        audit.record(session, actor, action, ("test", 7), **more)  # type: ignore[arg-type]


def auditor(organization_id: int) -> Actor:
    return acting_as(person(organization_id, name="Petra Lind", role=Role.AUDITOR))


def test_only_who_may_read_the_trail_reads_it() -> None:
    harbor = organization()
    for role in Role:
        actor = acting_as(person(harbor, role=role))
        if actor.may(Permission.VIEW_AUDIT):
            assert search(actor)
        else:
            with pytest.raises(NotAllowed):
                search(actor)


def test_nothing_of_another_organization_is_seen() -> None:
    harbor, lakeside = organization("Harbor"), organization("Lakeside")
    note(acting_as(person(lakeside)), "lakeside.secret")
    seen = search(auditor(harbor))
    assert {entry.action for entry in seen} == {"sign_in.succeeded"}


def test_an_auditor_of_one_facility_sees_what_happened_there() -> None:
    harbor = organization()
    here, there = facility(harbor), facility(harbor)
    boss = acting_as(person(harbor, role=Role.ADMINISTRATOR))
    petra = person(harbor, name="Petra Lind")
    with transaction(boss.scope) as session:
        grants.give(session, boss, petra.id, Role.AUDITOR, Place(facility_id=here))
    note(boss, "test.here", facility_id=here)
    note(boss, "test.there", facility_id=there)
    note(boss, "test.everywhere")
    assert [entry.action for entry in search(acting_as(petra))] == ["test.here", "role.given"]


def test_going_from_page_to_page_shows_each_event_once_even_of_one_moment() -> None:
    harbor = organization()
    reader, writer = auditor(harbor), acting_as(person(harbor))
    with clock.frozen(clock.now()):
        for _ in range(23):
            note(writer)
    seen: list[int] = []
    page = search(reader, Wanted(action="test.done"), limit=5)
    while page:
        seen += [entry.id for entry in page]
        note(writer, "test.other")  # what comes meanwhile shifts nothing
        page = search(reader, Wanted(action="test.done"), before=page[-1].position, limit=5)
    assert len(seen) == len(set(seen)) == 23
    assert seen == sorted(seen, reverse=True)


def test_days_begin_at_midnight_where_the_organization_is() -> None:
    harbor = organization()
    facility(harbor)  # in Chicago
    reader, writer = auditor(harbor), acting_as(person(harbor))
    last_second = datetime(2026, 3, 8, 23, 59, 59, tzinfo=ZoneInfo("America/Chicago"))
    for at in (last_second, last_second + timedelta(seconds=1)):
        with clock.frozen(at):
            note(writer)
    day = Wanted(action="test.done", first_day=date(2026, 3, 8), last_day=date(2026, 3, 8))
    assert [entry.at for entry in search(reader, day)] == [last_second]


def test_a_person_is_found_by_account_under_whatever_name() -> None:
    harbor = organization()
    reader, writer = auditor(harbor), acting_as(person(harbor, name="Wanda Ruiz"))
    note(writer)
    assert {e.actor for e in search(reader, Wanted(person="wanda"))} == {"Wanda Ruiz"}
    assert search(reader, Wanted(person="%")) == []
    assert [e.action for e in search(reader, Wanted(object_type="test", object_id=7))] == [
        "test.done"
    ]


def test_every_action_can_be_chosen_from() -> None:
    harbor = organization()
    reader = auditor(harbor)
    for action in ("b.done", "a.done", "b.done"):
        note(reader, action)
    with transaction(reader.scope) as session:
        assert trail.actions(session, reader) == ["a.done", "b.done", "sign_in.succeeded"]
        assert trail.object_types(session, reader) == ["account", "test"]


def test_taking_the_trail_out_is_in_the_trail() -> None:
    harbor = organization()
    reader = auditor(harbor)
    with transaction(reader.scope) as session:
        trail.begin_export(session, reader, Wanted(person="wanda"))
    entry = search(reader)[0]
    assert (entry.action, entry.detail) == ("audit.exported", {"fields": ["person"]})
