"""Opening one appointment: its status, its notes, who is at it, and what was done with it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from securecare.access.errors import NotAllowed, NotFound
from securecare.access.roles import Role
from securecare.foundation import clock
from securecare.foundation.db import owner_transaction
from securecare.scheduling import exceptions, history, presence, record
from securecare.scheduling.booking_facts import WallTime
from securecare.scheduling.errors import NotWorking, SlotTaken
from securecare.scheduling.exceptions import ExceptionForm
from securecare.scheduling.presence import Present
from securecare.scheduling.record import Notes
from securecare.scheduling.statuses import AppointmentStatus, StatusNotPossible
from tests.scheduling.world import Harbor, new_york

DAY = date(2027, 1, 18)
STATUS = AppointmentStatus
CANARY = "canary-7f3 sleeps badly"


@pytest.fixture
def booked(harbor: Harbor) -> int:
    """Cleo's talk with Ana, on Monday from 10:00 to 10:30."""
    return harbor.book(WallTime(DAY, 600)).appointment_id


def day_off(harbor: Harbor, staff_id: int, day: date = DAY):
    return harbor.do(exceptions.add, staff_id, ExceptionForm("off", day, day))


def test_a_visit_goes_step_by_step_and_each_step_is_in_the_trail(harbor: Harbor, booked: int):
    for version, status in enumerate((STATUS.CONFIRMED, STATUS.ARRIVED, STATUS.COMPLETED), 1):
        step = harbor.set(booked, version, status)
        assert (step.version, step.present) == (version + 1, status)
        assert harbor.trail(booked)[-1].detail == {"status": status.value}
    assert harbor.row(booked).status == "completed"


def test_the_same_status_again_is_no_step(harbor: Harbor, booked: int):
    assert harbor.set(booked, 1, STATUS.BOOKED).version == 1
    day_off(harbor, harbor.ana)
    assert harbor.set(booked, 2, STATUS.PENDING_REASSIGNMENT).version == 2
    assert harbor.deeds(booked) == ["booked", "stranded"]


def test_a_stranded_one_can_only_be_cancelled_or_moved(harbor: Harbor, booked: int):
    day_off(harbor, harbor.ana)
    with pytest.raises(StatusNotPossible):
        harbor.set(booked, 2, STATUS.ARRIVED)
    harbor.set(booked, 2, STATUS.CANCELLED)
    row = harbor.row(booked)
    assert (row.status, row.former_status) == ("cancelled", None)


def test_nobody_sets_pending_reassignment_by_hand(harbor: Harbor, booked: int):
    with pytest.raises(StatusNotPossible):
        harbor.set(booked, 1, STATUS.PENDING_REASSIGNMENT)


def test_a_cancelled_time_is_free_and_cannot_be_had_back_once_it_is_taken(
    harbor: Harbor, booked: int
):
    harbor.set(booked, 1, STATUS.CANCELLED)
    taken = harbor.book(WallTime(DAY, 615), customer_id=harbor.dov)
    with pytest.raises(SlotTaken) as refused:
        harbor.set(booked, 2, STATUS.BOOKED)
    assert "Dov Stern" in refused.value.message
    assert len(refused.value.alternatives) == 3
    harbor.set(taken.appointment_id, 1, STATUS.NO_SHOW)
    harbor.set(booked, 2, STATUS.BOOKED)
    assert harbor.row(booked).status == "booked"


def test_a_cancelled_time_cannot_be_had_back_outside_hours(harbor: Harbor, booked: int):
    harbor.set(booked, 1, STATUS.CANCELLED)
    assert day_off(harbor, harbor.ana).stranded == 0
    with pytest.raises(NotWorking) as refused:
        harbor.set(booked, 2, STATUS.BOOKED)
    assert "day off" in refused.value.message
    assert harbor.row(booked).status == "cancelled"


def test_a_cancelled_time_cannot_be_had_back_under_a_forced_appointment(
    harbor: Harbor, booked: int
):
    other = harbor.book(WallTime(DAY, 630), customer_id=harbor.dov)
    harbor.set(booked, 1, STATUS.CANCELLED)
    harbor.book(
        WallTime(DAY, 615),
        customer_id=harbor.customer("Eva"),
        duration_minutes=60,
        override_reason="Crisis",
    )
    assert harbor.row(other.appointment_id).status == "booked"
    with pytest.raises(SlotTaken):
        harbor.set(booked, 2, STATUS.BOOKED)


def test_a_forced_one_that_was_cancelled_comes_back_forced_only_by_who_has_the_right(
    harbor: Harbor, booked: int
):
    forced = harbor.book(WallTime(DAY, 600), customer_id=harbor.dov, override_reason="Crisis")
    harbor.set(forced.appointment_id, 1, STATUS.CANCELLED)
    with pytest.raises(SlotTaken):
        harbor.set(forced.appointment_id, 2, STATUS.BOOKED, by=harbor.scheduler)
    harbor.set(forced.appointment_id, 2, STATUS.BOOKED)
    assert harbor.row(forced.appointment_id).forced_overlap
    harbor.set(forced.appointment_id, 3, STATUS.CANCELLED)
    harbor.set(booked, 1, STATUS.CANCELLED)
    harbor.set(forced.appointment_id, 4, STATUS.BOOKED, by=harbor.scheduler)
    # Alone there now, it is guarded like any other.
    assert not harbor.row(forced.appointment_id).forced_overlap


def test_who_was_marked_arrived_by_mistake_is_stranded_if_the_hours_are_gone(
    harbor: Harbor, booked: int
):
    harbor.set(booked, 1, STATUS.ARRIVED)
    assert day_off(harbor, harbor.ana).stranded == 0
    assert harbor.row(booked).status == "arrived"
    step = harbor.set(booked, 2, STATUS.CONFIRMED)
    row = harbor.row(booked)
    assert (row.status, row.former_status) == ("pending_reassignment", "confirmed")
    assert step.present is STATUS.PENDING_REASSIGNMENT
    assert harbor.deeds(booked)[-2:] == ["status_changed", "stranded"]


def test_a_step_after_the_day_is_for_the_record(harbor: Harbor, booked: int):
    with clock.frozen(new_york(DAY + timedelta(days=1), 8)):
        harbor.set(booked, 1, STATUS.NO_SHOW)
    assert harbor.row(booked).notify_customer is False


def test_the_private_note_is_sealed_and_nowhere_else(harbor: Harbor, booked: int):
    harbor.do(record.write_notes, Notes(booked, 1, "See you", CANARY))
    row = harbor.row(booked)
    assert row.public_note == "See you"
    assert row.private_note_sealed
    assert b"canary" not in row.private_note_sealed
    assert harbor.do(record.read, booked).private_note == CANARY
    at_once = harbor.book(WallTime(DAY, 660), private_note=CANARY).appointment_id
    assert harbor.do(record.read, at_once).private_note == CANARY
    with owner_transaction() as session:
        dump = "".join(
            str(session.execute(text(f"SELECT array_agg(t::text) FROM {table} AS t")).scalar())
            for table in ("appointment", "audit_event", "appointment_presence")
        )
    assert "canary" not in dump
    assert CANARY.encode().hex() not in dump
    assert harbor.trail(booked)[1].detail == {"fields": ["public_note", "private_note"]}


def test_a_sealed_note_does_not_open_on_another_appointment(harbor: Harbor, booked: int):
    from securecare.foundation.sealing import SealBroken

    harbor.do(record.write_notes, Notes(booked, 1, None, CANARY))
    other = harbor.book(WallTime(DAY, 660)).appointment_id
    with owner_transaction() as session:
        session.execute(
            text(
                "UPDATE appointment SET private_note_sealed ="
                " (SELECT private_note_sealed FROM appointment WHERE id = :one) WHERE id = :other"
            ),
            {"one": booked, "other": other},
        )
    with pytest.raises(SealBroken):
        harbor.do(record.read, other)


def test_private_notes_need_their_own_permission(harbor: Harbor, booked: int):
    harbor.do(record.write_notes, Notes(booked, 1, "See you", CANARY))
    for role in (Role.SCHEDULER, Role.BILLING_CLERK, Role.AUDITOR):
        read = harbor.do(record.read, booked, by=harbor.actor(role))
        assert (read.private_note, read.may_write_private) == (None, False)
    with pytest.raises(NotAllowed):
        harbor.do(record.write_notes, Notes(booked, 2, None, "mine"), by=harbor.scheduler)
    with pytest.raises(NotAllowed):
        harbor.book(WallTime(DAY, 660), private_note="mine", by=harbor.scheduler)
    harbor.do(record.write_notes, Notes(booked, 2, "Bring a form"), by=harbor.scheduler)
    case_worker = harbor.actor(Role.CASE_WORKER)
    assert harbor.do(record.read, booked, by=case_worker).private_note == CANARY
    harbor.do(record.write_notes, Notes(booked, 3, None, ""), by=case_worker)
    assert harbor.row(booked).private_note_sealed is None


def test_notes_that_stay_the_same_are_no_change(harbor: Harbor, booked: int):
    harbor.do(record.write_notes, Notes(booked, 1, "See you", CANARY))
    assert harbor.do(record.write_notes, Notes(booked, 2, "See you ", CANARY)) == 2
    assert harbor.do(record.write_notes, Notes(booked, 2, "Later", CANARY)) == 3
    assert harbor.trail(booked)[-1].detail == {"fields": ["public_note"]}


def test_every_look_is_in_the_trail_and_the_history_tells_all(harbor: Harbor, booked: int):
    harbor.do(record.read, booked, by=harbor.scheduler)
    harbor.set(booked, 1, STATUS.CONFIRMED)
    harbor.move(booked, 2, when=WallTime(DAY, 660), override_reason="none needed")
    deeds = harbor.do(history.of_appointment, booked)
    assert [(deed.actor, deed.what) for deed in deeds] == [
        ("Ada Admin", "Moved: start, end"),
        ("Ada Admin", "Set to Confirmed"),
        ("Sid Scheduler", "Viewed"),
        ("Ada Admin", "Booked"),
    ]


def test_the_record_says_what_its_reader_may_do(harbor: Harbor, booked: int):
    read = harbor.do(record.read, booked)
    assert (read.customer_name, read.staff_name, read.facility_name, read.program_name) == (
        "Cleo Ray", "Ana Ames", "East", "Talk",
    )  # fmt: skip
    assert (read.time_zone, read.created_by) == ("America/New_York", "Ada Admin")
    assert STATUS.CONFIRMED in read.next_statuses
    auditor = harbor.actor(Role.AUDITOR)
    read = harbor.do(record.read, booked, by=auditor)
    assert (read.may_change, read.next_statuses) == (False, ())
    with pytest.raises(NotFound):
        harbor.do(record.read, booked, by=harbor.actor(Role.SCHEDULER, facility_id=harbor.west))
    with pytest.raises(NotFound):
        harbor.do(record.read, booked, by=harbor.actor(Role.OUTREACH_LEAD))


def test_people_see_who_else_has_it_open_until_they_leave_or_fall_silent(
    harbor: Harbor, booked: int
):
    sid, ada = harbor.scheduler, harbor.administrator
    assert harbor.do(presence.announce, booked, False) == []
    assert harbor.do(presence.announce, booked, True, by=sid) == [Present("Ada Admin", False)]
    assert harbor.do(presence.others, booked) == [Present("Sid Scheduler", True)]
    harbor.do(presence.leave, booked, by=sid)
    assert harbor.do(presence.others, booked) == []
    harbor.do(presence.announce, booked, False, by=sid)
    with clock.frozen(clock.now() + timedelta(seconds=40)):
        harbor.do(presence.still_there, booked, by=ada)
        assert harbor.do(presence.others, booked) == [Present("Sid Scheduler", False)]
    with clock.frozen(clock.now() + timedelta(seconds=60)):
        assert harbor.do(presence.others, booked) == []
        assert harbor.do(presence.others, booked, by=sid) == [Present("Ada Admin", False)]
    stranger = harbor.actor(Role.SCHEDULER, facility_id=harbor.west)
    with pytest.raises(NotFound):
        harbor.do(presence.announce, booked, True, by=stranger)
