"""Another time, length or staff member for an appointment, and taking that back."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from securecare.access.errors import NotAllowed, NotFound
from securecare.access.roles import Role
from securecare.foundation import clock
from securecare.foundation.db import owner_transaction
from securecare.scheduling import appointments, exceptions, record
from securecare.scheduling.appointments import Moved
from securecare.scheduling.booking_facts import WallTime
from securecare.scheduling.errors import ChangedMeanwhile, NotWorking, SlotTaken
from securecare.scheduling.exceptions import ExceptionForm
from securecare.scheduling.record import Notes
from securecare.scheduling.statuses import AppointmentStatus, StatusNotPossible
from tests.scheduling.world import Harbor, World, new_york

DAY = date(2027, 1, 18)
STATUS = AppointmentStatus


@pytest.fixture
def booked(harbor: Harbor) -> int:
    """Cleo's talk with Ana, on Monday from 10:00 to 10:30."""
    return harbor.book(WallTime(DAY, 600)).appointment_id


def day_off(harbor: Harbor, staff_id: int, day: date = DAY) -> None:
    harbor.do(exceptions.add, staff_id, ExceptionForm("off", day, day))


def undo(harbor: Harbor, moved: Moved, by=None) -> Moved:
    return harbor.do(appointments.undo_move, moved.previous, by=by)


def test_to_another_time(harbor: Harbor, booked: int):
    moved = harbor.move(booked, 1, when=WallTime(DAY, 660))
    row = harbor.row(booked)
    assert (row.starts_at, row.ends_at) == (new_york(DAY, 11), new_york(DAY, 11, 30))
    assert (row.version, moved.version, row.staff_id) == (2, 2, harbor.ana)
    event = harbor.trail(booked)[-1]
    assert (event.action, event.detail) == (
        "appointment.moved",
        {"fields": ["starts_at", "ends_at"]},
    )


def test_to_another_person_at_the_same_time(harbor: Harbor, booked: int):
    harbor.move(booked, 1, staff_id=harbor.ben)
    assert harbor.row(booked).staff_id == harbor.ben
    assert harbor.trail(booked)[-1].detail == {"fields": ["staff_id"]}


def test_to_another_facility_in_another_zone(harbor: Harbor, booked: int):
    """Wall times are those of the facility it goes to: ten in Phoenix is noon in New York."""
    harbor.move(booked, 1, staff_id=harbor.cho, facility_id=harbor.west, when=WallTime(DAY, 600))
    assert harbor.row(booked).starts_at == new_york(DAY, 12)


def test_resizing_keeps_the_start_and_may_overlap_its_own_old_time(harbor: Harbor, booked: int):
    harbor.move(booked, 1, duration_minutes=90)
    assert harbor.row(booked).ends_at == new_york(DAY, 11, 30)
    harbor.move(booked, 2, when=WallTime(DAY, 615))
    assert harbor.row(booked).ends_at == new_york(DAY, 11, 45)


def test_a_move_onto_somebody_elses_time_is_refused_and_changes_nothing(
    harbor: Harbor, booked: int
):
    harbor.book(WallTime(DAY, 660), customer_id=harbor.dov)
    with pytest.raises(SlotTaken) as refused:
        harbor.move(booked, 1, when=WallTime(DAY, 645))
    assert "Dov Stern" in refused.value.message
    # Its own time is free for it.
    assert [free.label for free in refused.value.alternatives] == [
        "10:30 AM", "10:15 AM", "10:00 AM",
    ]  # fmt: skip
    assert harbor.row(booked).version == 1
    assert harbor.deeds(booked) == ["booked"]


def test_a_move_outside_working_hours_is_refused(harbor: Harbor, booked: int):
    with pytest.raises(NotWorking):
        harbor.move(booked, 1, when=WallTime(DAY, 1000))
    with pytest.raises(NotWorking):
        harbor.move(booked, 1, staff_id=harbor.cho)


def test_somebody_with_the_right_insists_on_a_move(harbor: Harbor, booked: int):
    harbor.book(WallTime(DAY, 660), customer_id=harbor.dov)
    with pytest.raises(NotAllowed):
        harbor.move(booked, 1, when=WallTime(DAY, 660), override_reason="x", by=harbor.scheduler)
    harbor.move(booked, 1, when=WallTime(DAY, 660), override_reason="Family visit")
    assert harbor.row(booked).forced_overlap
    assert harbor.trail(booked)[-1].detail["reason"] == "Family visit"
    # Once it is where nothing stands in the way, it is an appointment like any other.
    harbor.move(booked, 2, when=WallTime(DAY, 780))
    row = harbor.row(booked)
    assert (row.forced_overlap, row.override_reason) == (False, "")


def test_who_looked_at_an_older_version_is_told_who_was_first(harbor: Harbor, booked: int):
    harbor.move(booked, 1, when=WallTime(DAY, 660), by=harbor.scheduler)
    harbor.do(record.read, booked)
    for deed in (
        lambda: harbor.move(booked, 1, when=WallTime(DAY, 780)),
        lambda: harbor.set(booked, 1, STATUS.ARRIVED),
        lambda: harbor.do(record.write_notes, Notes(booked, 1, "Mine")),
    ):
        with pytest.raises(ChangedMeanwhile) as refused:
            deed()
        assert refused.value.changed_by == "Sid Scheduler"
    assert harbor.row(booked).version == 2


def test_what_was_confirmed_for_another_time_is_not_confirmed_any_more(harbor: Harbor, booked: int):
    harbor.set(booked, 1, STATUS.CONFIRMED)
    harbor.move(booked, 2, duration_minutes=45)
    assert harbor.row(booked).status == "confirmed"
    harbor.move(booked, 3, when=WallTime(DAY, 660))
    assert harbor.row(booked).status == "booked"


def test_what_holds_no_time_cannot_be_moved(harbor: Harbor, booked: int):
    harbor.set(booked, 1, STATUS.CANCELLED)
    with pytest.raises(StatusNotPossible):
        harbor.move(booked, 2, when=WallTime(DAY, 660))


def test_a_move_of_what_is_past_or_into_the_past_tells_the_customer_nothing(
    harbor: Harbor, booked: int
):
    with clock.frozen(new_york(DAY + timedelta(days=1), 9)):
        harbor.move(booked, 1, duration_minutes=45)
        assert harbor.row(booked).notify_customer is False
        again = harbor.book(WallTime(DAY + timedelta(days=2), 600)).appointment_id
        assert harbor.row(again).notify_customer is True
        harbor.move(again, 1, when=WallTime(DAY, 780))
        assert harbor.row(again).notify_customer is False


def test_undo_puts_it_back_as_it_was(harbor: Harbor, booked: int):
    harbor.set(booked, 1, STATUS.CONFIRMED)
    before = harbor.row(booked)
    moved = harbor.move(booked, 2, when=WallTime(DAY, 660), staff_id=harbor.ben)
    undone = undo(harbor, moved)
    after = harbor.row(booked)
    for name in ("starts_at", "ends_at", "occupied_from", "staff_id", "facility_id", "status"):
        assert getattr(after, name) == getattr(before, name)
    assert after.version == undone.version == 4
    assert harbor.deeds(booked)[-2:] == ["moved", "move_undone"]
    # And that can be undone in turn.
    undo(harbor, undone)
    assert harbor.row(booked).starts_at == new_york(DAY, 11)


def test_undo_is_refused_when_the_former_time_is_somebody_elses_by_now(harbor: Harbor, booked: int):
    moved = harbor.move(booked, 1, when=WallTime(DAY, 660))
    harbor.book(WallTime(DAY, 600), customer_id=harbor.dov)
    with pytest.raises(SlotTaken) as refused:
        undo(harbor, moved)
    assert "Dov Stern" in refused.value.message
    assert harbor.row(booked).version == 2


def test_undo_is_refused_when_somebody_changed_it_since(harbor: Harbor, booked: int):
    moved = harbor.move(booked, 1, when=WallTime(DAY, 660))
    harbor.set(booked, 2, STATUS.CONFIRMED, by=harbor.scheduler)
    with pytest.raises(ChangedMeanwhile):
        undo(harbor, moved)


def test_undo_is_refused_when_nobody_works_there_any_more(harbor: Harbor, booked: int):
    moved = harbor.move(booked, 1, staff_id=harbor.ben)
    day_off(harbor, harbor.ana)
    with pytest.raises(NotWorking):
        undo(harbor, moved)


def test_undo_of_finding_a_new_place_for_a_stranded_one_strands_it_again(
    harbor: Harbor, booked: int
):
    day_off(harbor, harbor.ana)
    moved = harbor.move(booked, 2, staff_id=harbor.ben)
    assert harbor.row(booked).status == "booked"
    undo(harbor, moved)
    row = harbor.row(booked)
    assert (row.status, row.former_status) == ("pending_reassignment", "booked")


def test_undo_does_not_strand_what_lies_within_hours_again_meanwhile(harbor: Harbor, booked: int):
    day_off(harbor, harbor.ana)
    moved = harbor.move(booked, 2, staff_id=harbor.ben)
    with owner_transaction() as session:
        (off,) = session.execute(
            text("SELECT id FROM staff_exception WHERE staff_id = :id"), {"id": harbor.ana}
        ).scalars()
    harbor.do(exceptions.remove, off)
    undo(harbor, moved)
    row = harbor.row(booked)
    assert (row.status, row.former_status, row.staff_id) == ("booked", None, harbor.ana)


def test_undo_back_into_a_forced_place_needs_the_right_if_that_is_taken(
    harbor: Harbor, booked: int
):
    forced = harbor.book(WallTime(DAY, 600), customer_id=harbor.dov, override_reason="Crisis")
    moved = harbor.move(forced.appointment_id, 1, when=WallTime(DAY, 780), by=harbor.scheduler)
    with pytest.raises(SlotTaken):
        undo(harbor, moved, by=harbor.scheduler)
    undo(harbor, moved)
    row = harbor.row(forced.appointment_id)
    assert (row.forced_overlap, row.override_reason) == (True, "Crisis")


def test_another_organizations_appointment_is_as_if_it_were_not_there(harbor: Harbor, booked: int):
    stranger = World("Elsewhere").administrator
    for id_ in (booked, 10**15):
        for deed in (
            lambda id_=id_: harbor.move(id_, 1, duration_minutes=45, by=stranger),
            lambda id_=id_: harbor.set(id_, 1, STATUS.CANCELLED, by=stranger),
            lambda id_=id_: harbor.do(record.read, id_, by=stranger),
            lambda id_=id_: harbor.do(record.write_notes, Notes(id_, 1, "x"), by=stranger),
        ):
            with pytest.raises(NotFound):
                deed()
    elsewhere = World("Elsewhere")
    with pytest.raises(NotFound):
        harbor.move(booked, 1, staff_id=elsewhere.staff("Odd", elsewhere.facility("Far")))
    assert harbor.row(booked).version == 1


def test_who_may_move_from_where_to_where(harbor: Harbor, booked: int):
    at_east = harbor.actor(Role.SCHEDULER, facility_id=harbor.east)
    at_west = harbor.actor(Role.SCHEDULER, facility_id=harbor.west)
    harbor.move(booked, 1, duration_minutes=45, by=at_east)
    with pytest.raises(NotFound):
        harbor.move(booked, 2, duration_minutes=30, by=at_west)
    with pytest.raises(NotAllowed):
        harbor.move(booked, 2, staff_id=harbor.cho, facility_id=harbor.west, by=at_east)
    with pytest.raises(NotFound):
        harbor.move(booked, 2, duration_minutes=30, by=harbor.actor(Role.AUDITOR))
