"""Giving a time to somebody, and saying why not."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from securecare.access.errors import NotAllowed, NotFound
from securecare.access.roles import Role
from securecare.foundation import clock
from securecare.foundation.db import owner_transaction
from securecare.scheduling import appointments
from securecare.scheduling.booking_facts import LengthRefused, WallTime
from securecare.scheduling.errors import (
    CoolingDown,
    NotOffered,
    NotWorking,
    ReasonNeeded,
    SlotTaken,
    TimeRefused,
)
from securecare.scheduling.local_time import TimeDoesNotExist, TimeIsAmbiguous
from tests.scheduling.world import Harbor, World, new_york

DAY = date(2027, 1, 18)
"""A Monday."""


def refusal(harbor: Harbor, kind: type[TimeRefused], when, **other) -> TimeRefused:
    before = len(harbor.rows())
    with pytest.raises(kind) as refused:
        harbor.book(when, **other)
    assert len(harbor.rows()) == before
    return refused.value


def labels(refused: TimeRefused) -> list[str]:
    return [free.label for free in refused.alternatives]


def test_a_booking_stands_as_it_was_wished_and_is_in_the_trail(harbor: Harbor):
    made = harbor.book(WallTime(DAY, 9 * 60 + 15), public_note="  Bring the letter ")
    row = harbor.row(made.appointment_id)
    assert (row.starts_at, row.ends_at) == (made.starts_at, made.ends_at)
    assert row.starts_at == datetime(2027, 1, 18, 14, 15, tzinfo=UTC)
    assert row.ends_at - row.starts_at == timedelta(minutes=30)
    assert (row.status, row.version, row.local_day) == ("booked", 1, DAY)
    assert (row.public_note, row.notify_customer) == ("Bring the letter", True)
    assert not (row.forced_hours or row.forced_overlap)
    (event,) = harbor.trail(made.appointment_id)
    assert (event.action, event.actor) == ("appointment.booked", "Ada Admin")
    assert (event.facility_id, event.program_id) == (harbor.east, harbor.talk)
    assert event.detail == {}


def test_the_same_form_again_finds_its_first_appointment(harbor: Harbor):
    key = uuid.uuid4()
    made = harbor.book(WallTime(DAY, 540), form_key=key)
    assert harbor.book(WallTime(DAY, 540), form_key=key) == made
    assert harbor.book(WallTime(DAY, 600), form_key=key) == made
    assert len(harbor.rows()) == 1
    assert harbor.deeds(made.appointment_id) == ["booked"]


def test_another_persons_form_key_is_no_way_to_their_appointment(harbor: Harbor):
    key = uuid.uuid4()
    harbor.book(WallTime(DAY, 540), form_key=key)
    with pytest.raises(SlotTaken):
        harbor.book(WallTime(DAY, 600), form_key=key, customer_id=harbor.dov, by=harbor.scheduler)


def test_who_has_the_time_is_named_with_the_three_nearest_free_times(harbor: Harbor):
    harbor.book(WallTime(DAY, 10 * 60))
    refused = refusal(harbor, SlotTaken, WallTime(DAY, 10 * 60 + 15), customer_id=harbor.dov)
    assert refused.message == "Ana Ames has Cleo Ray for Talk from 10:00 AM to 10:30 AM."
    assert labels(refused) == ["10:30 AM", "10:45 AM", "9:30 AM"]
    assert refused.may_force
    assert {free.staff_id for free in refused.alternatives} == {harbor.ana}


def test_every_time_on_offer_can_really_be_had(harbor: Harbor):
    for minute in (9 * 60, 10 * 60 + 25, 13 * 60, 15 * 60):
        harbor.book(WallTime(DAY, minute), program_id=harbor.care)
    refused = refusal(
        harbor, SlotTaken, WallTime(DAY, 10 * 60), program_id=harbor.care, customer_id=harbor.dov
    )
    assert len(refused.alternatives) == 3
    for free in refused.alternatives:
        made = harbor.book(free.starts_at, program_id=harbor.care, customer_id=harbor.dov)
        harbor.set(made.appointment_id, 1, appointments.AppointmentStatus.CANCELLED)


def test_buffers_keep_their_distance_on_both_sides(harbor: Harbor):
    """Care lasts 60 minutes, with 10 before and 15 after; two of them keep 25 apart."""
    harbor.book(WallTime(DAY, 14 * 60), program_id=harbor.care)
    for minute in (15 * 60 + 24, 13 * 60 - 24):
        refused = refusal(
            harbor,
            SlotTaken,
            WallTime(DAY, minute),
            program_id=harbor.care,
            customer_id=harbor.dov,
        )
        assert "pause" in refused.message
    harbor.book(WallTime(DAY, 15 * 60 + 25), program_id=harbor.care, customer_id=harbor.dov)
    # A talk has no buffers of its own, but those of the care before it count.
    refused = refusal(harbor, SlotTaken, WallTime(DAY, 13 * 60 + 25), customer_id=harbor.dov)
    assert refused.message.endswith("The pause around appointments counts too.")
    harbor.book(WallTime(DAY, 13 * 60 + 20), customer_id=harbor.dov)


def test_buffers_may_spill_over_the_edge_of_a_shift(harbor: Harbor):
    harbor.book(WallTime(DAY, 9 * 60), program_id=harbor.care)
    harbor.book(WallTime(DAY, 16 * 60), program_id=harbor.care)


def test_a_customer_cannot_be_in_two_places_at_once(harbor: Harbor):
    harbor.book(WallTime(DAY, 10 * 60))
    refused = refusal(harbor, SlotTaken, WallTime(DAY, 10 * 60 + 15), staff_id=harbor.ben)
    assert refused.message == "Cleo Ray already has Talk from 10:00 AM to 10:30 AM."
    assert labels(refused) == ["10:30 AM", "10:45 AM", "9:30 AM"]
    assert all(free.staff_id == harbor.ben for free in refused.alternatives)


@pytest.mark.parametrize(
    ("minute", "sentence", "offered"),
    [
        (
            8 * 60,
            "starts before the shift does at 9:00 AM. Working hours on Monday, January 18, 2027"
            " are 9:00 AM to 5:00 PM.",
            ["9:00 AM", "9:15 AM", "9:30 AM"],
        ),
        (16 * 60 + 45, "ends after the shift does at 5:00 PM", ["4:30 PM", "4:15 PM", "4:00 PM"]),
        (
            12 * 60,
            "There is a break from 12:00 PM to 12:30 PM",
            ["11:30 AM", "12:30 PM", "11:15 AM"],
        ),
    ],
)
def test_outside_working_hours_the_refusal_says_which_and_what_is_near(
    harbor: Harbor, minute: int, sentence: str, offered: list[str]
):
    refused = refusal(harbor, NotWorking, WallTime(DAY, minute))
    assert refused.message.startswith("Ana Ames: ")
    assert sentence in refused.message
    assert labels(refused) == offered


def test_free_times_on_another_day_name_the_day(harbor: Harbor):
    with owner_transaction() as session:
        session.execute(
            text("DELETE FROM shift WHERE staff_id = :id AND weekday <> 2"), {"id": harbor.ben}
        )
    refused = refusal(harbor, NotWorking, WallTime(DAY, 10 * 60), staff_id=harbor.ben)
    assert "does not work at this facility on Monday, January 18, 2027" in refused.message
    assert labels(refused)[0] == "Wednesday, January 20, 2027, 9:00 AM"


def test_nothing_is_offered_in_the_past(harbor: Harbor):
    with clock.frozen(new_york(DAY, 10, 5)):
        harbor.book(WallTime(DAY, 10 * 60 + 15))
        refused = refusal(harbor, SlotTaken, WallTime(DAY, 10 * 60 + 15), customer_id=harbor.dov)
        assert labels(refused) == ["10:45 AM", "11:00 AM", "11:15 AM"]


def test_at_the_end_of_what_is_searched_no_taken_time_is_offered(harbor: Harbor):
    """Everything within two weeks is full; the evening of the last day is too."""
    with owner_transaction() as session:
        session.execute(
            text("DELETE FROM shift WHERE staff_id = :id AND weekday <> 0"), {"id": harbor.ben}
        )
        session.execute(
            text("UPDATE shift SET starts_minute = 1200, ends_minute = 1260 WHERE staff_id = :id"),
            {"id": harbor.ben},
        )
    for week in (0, 1, 2):
        harbor.book(
            WallTime(DAY + timedelta(weeks=week), 1200), staff_id=harbor.ben, duration_minutes=60
        )
    refused = refusal(harbor, NotWorking, WallTime(DAY, 540), staff_id=harbor.ben)
    assert refused.alternatives == ()


def test_somebody_with_the_right_insists_and_the_reason_is_kept(harbor: Harbor):
    standing = harbor.book(WallTime(DAY, 10 * 60))
    made = harbor.book(
        WallTime(DAY, 10 * 60), customer_id=harbor.dov, override_reason=" Crisis on the phone "
    )
    row = harbor.row(made.appointment_id)
    assert (row.forced_overlap, row.forced_hours) == (True, False)
    assert row.override_reason == "Crisis on the phone"
    assert harbor.trail(made.appointment_id)[0].detail == {"reason": "Crisis on the phone"}
    assert harbor.row(standing.appointment_id).version == 1
    late = harbor.book(WallTime(DAY, 20 * 60), override_reason="Came late")
    row = harbor.row(late.appointment_id)
    assert (row.forced_overlap, row.forced_hours) == (False, True)


def test_insisting_where_nothing_stands_in_the_way_forces_nothing(harbor: Harbor):
    row = harbor.row(harbor.book(WallTime(DAY, 540), override_reason="Sure").appointment_id)
    assert (row.forced_overlap, row.forced_hours, row.override_reason) == (False, False, "")


def test_insisting_needs_the_right_and_a_reason(harbor: Harbor):
    harbor.book(WallTime(DAY, 540))
    with pytest.raises(NotAllowed):
        harbor.book(
            WallTime(DAY, 540), customer_id=harbor.dov, override_reason="x", by=harbor.scheduler
        )
    with pytest.raises(ReasonNeeded) as refused:
        harbor.book(WallTime(DAY, 540), customer_id=harbor.dov, override_reason="  ")
    assert refused.value.field == "override_reason"
    assert not refusal(
        harbor, SlotTaken, WallTime(DAY, 540), customer_id=harbor.dov, by=harbor.scheduler
    ).may_force
    assert len(harbor.rows()) == 1


def test_what_was_forced_holds_its_time_against_everybody_after(harbor: Harbor):
    harbor.book(WallTime(DAY, 540))
    forced = harbor.book(
        WallTime(DAY, 555), customer_id=harbor.dov, duration_minutes=60, override_reason="Crisis"
    )
    refused = refusal(harbor, SlotTaken, WallTime(DAY, 570), customer_id=harbor.customer("Eva"))
    assert "Dov Stern" in refused.message
    assert forced.ends_at == refused.alternatives[0].starts_at


def test_the_days_between_two_appointments_are_days_of_the_calendar(harbor: Harbor):
    harbor.book(WallTime(DAY, 16 * 60), program_id=harbor.weekly)
    refused = refusal(
        harbor,
        CoolingDown,
        WallTime(DAY + timedelta(days=6), 16 * 60 + 15),
        program_id=harbor.weekly,
    )
    assert refused.message == (
        "Weekly needs 7 days between appointments, and Cleo Ray has one on January 18."
    )
    assert labels(refused)[0] == "Monday, January 25, 2027, 9:00 AM"
    for free in refused.alternatives:
        made = harbor.book(free.starts_at, program_id=harbor.weekly)
        harbor.set(made.appointment_id, 1, appointments.AppointmentStatus.CANCELLED)
    harbor.book(WallTime(DAY + timedelta(days=7), 540), program_id=harbor.weekly)
    harbor.book(WallTime(DAY + timedelta(days=6), 540), program_id=harbor.talk)
    harbor.book(
        WallTime(DAY + timedelta(days=6), 600), program_id=harbor.weekly, customer_id=harbor.dov
    )


def test_free_times_on_offer_leave_out_days_the_program_does_not_want(harbor: Harbor):
    harbor.book(WallTime(DAY, 540), program_id=harbor.weekly)
    week_later = DAY + timedelta(days=7)
    harbor.book(WallTime(week_later, 540), customer_id=harbor.dov)
    refused = refusal(harbor, SlotTaken, WallTime(week_later, 540), program_id=harbor.weekly)
    assert labels(refused) == ["9:30 AM", "9:45 AM", "10:00 AM"]


def test_a_time_in_the_gap_is_refused_and_one_in_the_fold_asked_about(harbor: Harbor):
    gap, fold = WallTime(date(2027, 3, 14), 150), WallTime(date(2027, 11, 7), 90)
    with pytest.raises(TimeDoesNotExist) as missing:
        harbor.book(gap, override_reason="Night shelter")
    assert "There is no 2:30 AM on Sunday, March 14, 2027 in New York" in missing.value.message
    with pytest.raises(TimeIsAmbiguous) as twice:
        harbor.book(fold, override_reason="Night shelter")
    first, second = (reading.at for reading in twice.value.readings)
    assert second - first == timedelta(hours=1)
    chosen = WallTime(fold.day, fold.minute, fold=1)
    assert harbor.book(chosen, override_reason="Night shelter").starts_at == second


def test_what_is_booked_after_its_day_is_for_the_record_and_tells_nobody(harbor: Harbor):
    yesterday, today = date(2027, 1, 12), date(2027, 1, 13)
    past = harbor.book(WallTime(yesterday, 540))
    assert harbor.row(past.appointment_id).notify_customer is False
    with clock.frozen(new_york(today, 18)):
        earlier = harbor.book(WallTime(today, 540))
    assert harbor.row(earlier.appointment_id).notify_customer is True


def test_lengths_that_make_no_sense_are_refused(harbor: Harbor):
    for minutes in (4, 0, -30, 1441):
        with pytest.raises(LengthRefused):
            harbor.book(WallTime(DAY, 540), duration_minutes=minutes)


def test_a_retired_program_takes_no_new_appointments_but_keeps_its_old_ones(harbor: Harbor):
    made = harbor.book(WallTime(DAY, 540))
    with owner_transaction() as session:
        session.execute(
            text("UPDATE program SET active = false WHERE id = :id"), {"id": harbor.talk}
        )
    with pytest.raises(NotOffered):
        harbor.book(WallTime(DAY, 660))
    harbor.move(made.appointment_id, 1, when=WallTime(DAY, 600))


def test_another_organizations_ids_are_as_if_they_were_not_there(harbor: Harbor):
    elsewhere = World("Elsewhere")
    far = elsewhere.facility("Far")
    theirs = {
        "customer_id": elsewhere.customer(),
        "program_id": elsewhere.program(),
        "staff_id": elsewhere.staff("Odd", far),
        "facility_id": far,
    }
    for name, id_ in theirs.items():
        with pytest.raises(NotFound) as there:
            harbor.book(WallTime(DAY, 540), **{name: id_})
        with pytest.raises(NotFound) as nowhere:
            harbor.book(WallTime(DAY, 540), **{name: 10**15})
        assert there.value.message == nowhere.value.message
    assert harbor.rows() == []


def test_who_may_book_where(harbor: Harbor):
    at_east = harbor.actor(Role.SCHEDULER, facility_id=harbor.east)
    at_west = harbor.actor(Role.SCHEDULER, facility_id=harbor.west)
    of_care = harbor.actor(Role.SCHEDULER, program_id=harbor.care)
    harbor.book(WallTime(DAY, 540), by=at_east)
    harbor.book(WallTime(DAY, 600), by=of_care, program_id=harbor.care, customer_id=harbor.dov)
    for nobody in (
        at_west,
        of_care,
        harbor.actor(Role.AUDITOR),
        harbor.actor(Role.BILLING_CLERK),
        harbor.actor(Role.OUTREACH_LEAD),
        harbor.actor(Role.PATRON),
    ):
        with pytest.raises(NotAllowed):
            harbor.book(WallTime(DAY, 720), by=nobody)


def test_a_customer_out_of_reach_cannot_be_booked(harbor: Harbor):
    """Cleo is known at West only; Dov is new, and somebody has to give him his first time."""
    harbor.book(WallTime(DAY, 600), staff_id=harbor.cho, facility_id=harbor.west)
    at_east = harbor.actor(Role.SCHEDULER, facility_id=harbor.east)
    with pytest.raises(NotFound):
        harbor.book(WallTime(DAY + timedelta(days=1), 600), by=at_east)
    harbor.book(WallTime(DAY + timedelta(days=1), 600), by=at_east, customer_id=harbor.dov)
