"""Services: set up, changed by one at a time, within reach, and with what comes next."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from securecare.access.errors import NotFound
from securecare.foundation import clock
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.outreach import services, session_history, sessions
from securecare.outreach.errors import ServiceClosed
from securecare.outreach.recurrence import Pattern
from securecare.outreach.services import ServiceForm
from tests.inventory.storeroom import SATURDAY, Storeroom, of_item

MORNING = datetime(2027, 1, 20, 9, tzinfo=UTC)
WEEKLY = Pattern("weekly", SATURDAY, weekdays=(5,))


def form(storeroom: Storeroom, **more: object) -> ServiceForm:
    made = ServiceForm(storeroom.north, "Soup Round", WEEKLY, "Warm.", 600, 840)
    return replace(made, **more)  # type: ignore[arg-type]


def test_a_service_is_listed_with_its_summary_and_the_date_that_comes_next(storeroom: Storeroom):
    service_id = storeroom.do(services.add, form(storeroom))
    with clock.frozen(MORNING):
        listed = storeroom.do(services.one, service_id)
    assert listed.summary == "Weekly on Saturday, 10:00 AM – 2:00 PM, from Jan 16, 2027"
    assert (listed.held, listed.last_on, listed.planned_on) == (0, None, None)
    assert listed.next_on == date(2027, 1, 23)
    assert listed.facility == "North"


def test_a_clock_of_24_hours_is_said_as_the_organization_uses_it(storeroom: Storeroom):
    service_id = storeroom.do(services.add, form(storeroom))
    storeroom.sql("UPDATE organization SET clock24 = true RETURNING id")
    assert "10:00 – 14:00" in storeroom.do(services.one, service_id).summary


def test_what_is_held_and_planned_moves_the_suggestion_on(storeroom: Storeroom):
    service_id = storeroom.do(services.add, form(storeroom))
    held = storeroom.plan(service_id=service_id, held_on=SATURDAY)
    storeroom.do(sessions.complete, held.session_id, held.version, {})
    planned = storeroom.plan(service_id=service_id, held_on=date(2027, 1, 23))
    gone = storeroom.plan(service_id=service_id, held_on=date(2027, 1, 30))
    storeroom.do(sessions.cancel, gone.session_id, gone.version)
    with clock.frozen(MORNING):
        listed = storeroom.do(services.one, service_id)
    assert (listed.held, listed.last_on) == (1, SATURDAY)
    assert (listed.planned_id, listed.planned_on) == (planned.session_id, date(2027, 1, 23))
    assert listed.next_on == date(2027, 1, 30)


def test_no_session_is_made_by_itself(storeroom: Storeroom):
    storeroom.do(services.add, form(storeroom))
    with clock.frozen(MORNING):
        storeroom.do(services.listed)
    counted = storeroom.sql(
        "SELECT count(*) FROM outreach_session WHERE organization_id = :id",
        id=storeroom.organization_id,
    )
    assert counted == [(0,)]


def test_whoever_saves_second_is_told_and_overwrites_nothing(storeroom: Storeroom):
    service_id = storeroom.do(services.add, form(storeroom))
    storeroom.do(services.change, service_id, 1, form(storeroom, description="Hot."))
    with pytest.raises(Overtaken) as refusal:
        storeroom.do(services.change, service_id, 1, form(storeroom, description="Cold."))
    assert refusal.value.changed_by == "Mo Manager"
    assert storeroom.do(services.one, service_id).form.description == "Hot."


def test_a_change_of_the_pattern_leaves_nothing_of_the_old_kind(storeroom: Storeroom):
    service_id = storeroom.do(services.add, form(storeroom))
    monthly = Pattern("monthly", SATURDAY, interval=3, month_day=31, weekdays=(5,))
    storeroom.do(services.change, service_id, 1, form(storeroom, pattern=monthly))
    once = Pattern("once", date(2027, 5, 1), interval=7, month_day=31)
    assert storeroom.do(services.one, service_id).form.pattern == replace(monthly, weekdays=())
    storeroom.do(services.change, service_id, 2, form(storeroom, pattern=once))
    stored = storeroom.do(services.one, service_id).form.pattern
    assert stored == Pattern("once", date(2027, 5, 1), date(2027, 5, 1))


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("name", {"name": " "}),
        ("name", {"name": "saturday lunch"}),
        ("ends_minute", {"ends_minute": None}),
        ("ends_minute", {"ends_minute": 500}),
        ("weekdays", {"pattern": replace(WEEKLY, weekdays=())}),
        ("grant_id", {"grant_id": 4711}),
    ],
)
def test_what_cannot_stay_is_said_beside_its_field(storeroom: Storeroom, field: str, more: dict):
    with pytest.raises(NotAccepted) as refusal:
        storeroom.do(services.add, form(storeroom, **more))
    assert field in refusal.value.complaints


def test_one_that_is_no_longer_held_takes_no_session_until_it_is_again(storeroom: Storeroom):
    service_id = storeroom.do(services.add, form(storeroom))
    storeroom.do(services.set_active, service_id, False)
    with pytest.raises(ServiceClosed):
        storeroom.plan(service_id=service_id)
    storeroom.do(services.set_active, service_id, True)
    storeroom.plan(service_id=service_id)


def test_a_lead_sees_the_services_of_their_facility_and_configures_none(storeroom: Storeroom):
    names = {each.form.name for each in storeroom.do(services.listed, by=storeroom.lead)}
    assert names == {"Saturday Lunch"}
    for verb, *wanted in (
        (services.one, storeroom.supper),
        (services.set_active, storeroom.lunch, False),
        (services.add, form(storeroom)),
        (services.change, storeroom.lunch, 1, form(storeroom)),
    ):
        with pytest.raises(NotFound):
            storeroom.do(verb, *wanted, by=storeroom.lead)


def test_another_organization_finds_nothing(storeroom: Storeroom):
    assert storeroom.do(services.listed, by=storeroom.stranger) == []
    with pytest.raises(NotFound):
        storeroom.do(services.one, storeroom.lunch, by=storeroom.stranger)


def test_the_history_of_a_session_tells_who_did_what_and_why(storeroom: Storeroom):
    storeroom.receive(storeroom.bread, 10)
    planned = storeroom.plan(of_item(storeroom.bread, 4))
    version = storeroom.do(sessions.complete, planned.session_id, planned.version, {})
    storeroom.do(sessions.reopen, planned.session_id, version, "Counted twice")
    deeds = storeroom.do(session_history.of_session, planned.session_id)
    assert [(d.what, d.actor, d.reason) for d in deeds] == [
        ("Opened again", "Mo Manager", "Counted twice"),
        ("Completed", "Mo Manager", ""),
        ("Planned", "Mo Manager", ""),
    ]
    with pytest.raises(NotFound):
        storeroom.do(session_history.of_session, planned.session_id, by=storeroom.stranger)
