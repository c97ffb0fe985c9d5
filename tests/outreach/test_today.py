"""Today, as each facility's calendar has it."""

from datetime import UTC, date, datetime, timedelta

from securecare.foundation import clock
from securecare.outreach import sessions, today
from tests.inventory.storeroom import SATURDAY, Storeroom

NOON = datetime(2027, 1, 16, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def numbers(listed: tuple, of: set[int]) -> list[int]:
    return [each.id for each in listed if each.id in of]


def test_each_facility_has_its_own_today(storeroom: Storeroom):
    storeroom.sql(
        "UPDATE facility SET time_zone = 'Pacific/Kiritimati' WHERE id = :id RETURNING 1",
        id=storeroom.south,
    )
    here = storeroom.plan(held_on=SATURDAY).session_id
    there = storeroom.plan(service_id=storeroom.supper, held_on=SATURDAY + DAY).session_id
    yet_to_come = storeroom.plan(held_on=SATURDAY + DAY).session_id
    with clock.frozen(NOON):
        found = storeroom.do(today.read)
    assert numbers(found.sessions, {here, there, yet_to_come}) == [here, there]


def test_a_night_goes_on_past_midnight(storeroom: Storeroom):
    night = storeroom.plan(held_on=SATURDAY, starts_minute=1320, ends_minute=1560).session_id
    with clock.frozen(datetime(2027, 1, 17, 1, 30, tzinfo=UTC)):
        assert numbers(storeroom.do(today.read).sessions, {night}) == [night]
    with clock.frozen(datetime(2027, 1, 17, 2, 30, tzinfo=UTC)):
        found = storeroom.do(today.read)
    assert numbers(found.sessions, {night}) == []
    assert numbers(found.left_open, {night}) == [night]


def test_what_was_neither_completed_nor_cancelled_is_asked_for(storeroom: Storeroom):
    behind = storeroom.plan(held_on=SATURDAY - DAY).session_id
    done = storeroom.plan(held_on=SATURDAY - 2 * DAY)
    storeroom.do(sessions.complete, done.session_id, done.version, {})
    long_ago = storeroom.plan(held_on=SATURDAY - 30 * DAY).session_id
    with clock.frozen(NOON):
        found = storeroom.do(today.read)
    assert numbers(found.left_open, {behind, done.session_id, long_ago}) == [behind]


def test_dates_of_the_coming_week_are_suggested_unless_they_are_planned(storeroom: Storeroom):
    with clock.frozen(NOON):
        both = storeroom.do(today.read).suggestions
        storeroom.plan(held_on=SATURDAY)
        one_week_on = storeroom.do(today.read).suggestions
    assert [(s.service, s.held_on, s.in_days) for s in both] == [
        ("Saturday Lunch", SATURDAY, 0),
        ("Saturday Supper", SATURDAY, 0),
    ]
    assert [(s.service, s.held_on) for s in one_week_on] == [
        ("Saturday Supper", SATURDAY),
        ("Saturday Lunch", date(2027, 1, 23)),
    ]


def test_a_lead_sees_the_day_of_their_facility_alone(storeroom: Storeroom):
    here = storeroom.plan(held_on=SATURDAY).session_id
    storeroom.plan(service_id=storeroom.supper, held_on=SATURDAY)
    with clock.frozen(NOON):
        found = storeroom.do(today.read, by=storeroom.lead)
    assert [each.id for each in found.sessions] == [here]
    assert {each.facility for each in found.suggestions} == {"North"}
