"""Appointments that a change of hours left outside them, and what is offered for each."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from securecare.access.roles import Role
from securecare.foundation.db import owner_transaction
from securecare.scheduling import exceptions, reassignment_queue
from securecare.scheduling.booking_facts import WallTime
from securecare.scheduling.exceptions import ExceptionForm
from securecare.scheduling.reassignment import Reassessed
from securecare.scheduling.statuses import AppointmentStatus
from tests.scheduling.world import Harbor

DAY = date(2027, 1, 18)
STATUS = AppointmentStatus


def day_off(harbor: Harbor, staff_id: int, day: date = DAY) -> Reassessed:
    return harbor.do(exceptions.add, staff_id, ExceptionForm("off", day, day))


def back_at_work(harbor: Harbor, staff_id: int) -> Reassessed:
    with owner_transaction() as session:
        query = text("SELECT id FROM staff_exception WHERE staff_id = :id")
        (exception_id,) = session.execute(query, {"id": staff_id}).scalars()
    return harbor.do(exceptions.remove, exception_id)


def queue(harbor: Harbor, by=None) -> list[reassignment_queue.Suggestion]:
    return harbor.do(reassignment_queue.page, by=by)


def test_a_day_off_strands_and_its_end_gives_each_back_its_former_status(harbor: Harbor):
    booked = harbor.book(WallTime(DAY, 540)).appointment_id
    confirmed = harbor.book(WallTime(DAY, 600)).appointment_id
    harbor.set(confirmed, 1, STATUS.CONFIRMED)
    assert day_off(harbor, harbor.ana) == Reassessed(2, 0)
    for id_, former in ((booked, "booked"), (confirmed, "confirmed")):
        row = harbor.row(id_)
        assert (row.status, row.former_status) == ("pending_reassignment", former)
        assert harbor.deeds(id_)[-1] == "stranded"
    assert back_at_work(harbor, harbor.ana) == Reassessed(0, 2)
    assert harbor.row(booked).status == "booked"
    assert harbor.row(confirmed).status == "confirmed"
    assert (harbor.row(booked).version, harbor.row(confirmed).version) == (3, 4)
    assert harbor.deeds(booked)[-1] == "restored"


def test_a_refused_change_of_hours_strands_nothing(harbor: Harbor):
    """Marks stand and fall with the change that made them: they are one transaction."""
    id_ = harbor.book(WallTime(DAY, 540)).appointment_id

    def change_and_fail(session, actor):
        form = ExceptionForm("off", DAY, DAY)
        assert exceptions.add(session, actor, harbor.ana, form).stranded == 1
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        harbor.do(change_and_fail)
    assert harbor.row(id_).status == "booked"
    assert harbor.deeds(id_) == ["booked"]


def test_what_was_forced_outside_hours_and_who_has_arrived_stay(harbor: Harbor):
    forced = harbor.book(WallTime(DAY, 1140), override_reason="Came late").appointment_id
    arrived = harbor.book(WallTime(DAY, 540)).appointment_id
    harbor.set(arrived, 1, STATUS.ARRIVED)
    past = harbor.book(WallTime(date(2027, 1, 12), 540)).appointment_id
    cancelled = harbor.book(WallTime(DAY, 600)).appointment_id
    harbor.set(cancelled, 1, STATUS.CANCELLED)
    assert day_off(harbor, harbor.ana) == Reassessed(0, 0)
    assert day_off(harbor, harbor.ana, date(2027, 1, 12)) == Reassessed(0, 0)
    found = [harbor.row(id_).status for id_ in (forced, arrived, past, cancelled)]
    assert found == ["booked", "arrived", "booked", "cancelled"]


def test_a_stranded_appointment_keeps_its_time_so_that_the_way_back_is_free(harbor: Harbor):
    from securecare.scheduling.errors import TimeRefused

    harbor.book(WallTime(DAY, 540))
    day_off(harbor, harbor.ana)
    with pytest.raises(TimeRefused):
        harbor.book(WallTime(DAY, 540), customer_id=harbor.dov)
    with pytest.raises(TimeRefused):
        harbor.book(WallTime(DAY, 540), staff_id=harbor.ben)


def test_what_is_suggested_can_really_be_had(harbor: Harbor):
    """With colleagues half booked, customers busy elsewhere, buffers, and other stranded ones."""
    harbor.serves(harbor.care, harbor.ben)
    harbor.serves(harbor.weekly, harbor.ben)
    eva = harbor.customer("Eva")
    stranded = [
        harbor.book(WallTime(DAY, 540)),
        harbor.book(WallTime(DAY, 600), program_id=harbor.care, customer_id=harbor.dov),
        harbor.book(WallTime(DAY, 780), program_id=harbor.weekly, customer_id=eva),
        harbor.book(WallTime(DAY, 840), customer_id=harbor.dov),
    ]
    harbor.book(WallTime(DAY, 660), staff_id=harbor.ben, customer_id=harbor.customer("Flo"))
    harbor.book(WallTime(DAY, 840), staff_id=harbor.ben, customer_id=harbor.customer("Gil"))
    tomorrow = DAY + timedelta(days=1)
    harbor.book(WallTime(tomorrow, 540), staff_id=harbor.ben)
    harbor.book(WallTime(DAY + timedelta(days=9), 540), program_id=harbor.weekly, customer_id=eva)
    day_off(harbor, harbor.ana)
    found = {each.stranded.id: each for each in queue(harbor)}
    assert set(found) == {each.appointment_id for each in stranded}
    offered = 0
    for id_, each in found.items():
        for free in (*each.people, *each.other_times):
            row = harbor.row(id_)
            moved = harbor.move(id_, row.version, staff_id=free.staff_id, when=free.starts_at)
            assert harbor.row(id_).status == "booked"
            harbor.do(_put_back, moved.previous)
            offered += 1
    assert [len(found[s.appointment_id].people) for s in stranded] == [1, 1, 1, 1]
    assert all(len(each.other_times) == 3 for each in found.values())
    assert offered == 16


def _put_back(session, actor, previous):
    from securecare.scheduling import appointments

    appointments.undo_move(session, actor, previous)


def test_time_that_another_stranded_appointment_holds_is_not_offered(harbor: Harbor):
    """Ana is off in the morning; her afternoon is full but for what strands."""
    harbor.book(WallTime(DAY, 540), customer_id=harbor.dov)
    harbor.book(WallTime(DAY, 570))
    morning_off = ExceptionForm("hours", DAY, DAY, harbor.east, 9 * 60 + 15, 10 * 60 + 30)
    assert harbor.do(exceptions.add, harbor.ana, morning_off) == Reassessed(1, 0)
    (suggestion,) = queue(harbor)
    labels = [free.label for free in suggestion.other_times]
    assert labels[0] == "10:00 AM"
    assert harbor.do(exceptions.add, harbor.ben, ExceptionForm("off", DAY, DAY)).stranded == 0


def test_the_queue_shows_each_only_what_is_within_their_reach(harbor: Harbor):
    harbor.book(WallTime(DAY, 540))
    harbor.book(WallTime(DAY, 600), staff_id=harbor.cho, facility_id=harbor.west)
    day_off(harbor, harbor.ana)
    day_off(harbor, harbor.cho)
    at_west = harbor.actor(Role.SCHEDULER, facility_id=harbor.west)
    assert len(queue(harbor)) == harbor.do(reassignment_queue.count) == 2
    (only,) = queue(harbor, by=at_west)
    assert only.stranded.facility_id == harbor.west
    assert harbor.do(reassignment_queue.count, by=at_west) == 1
