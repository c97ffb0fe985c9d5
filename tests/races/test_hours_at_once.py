"""Hours change while people book and move: in the end nothing lies outside hours unmarked."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from securecare.scheduling import appointments, closures, exceptions, shifts
from securecare.scheduling.appointments import Move
from securecare.scheduling.closures import ClosureForm
from securecare.scheduling.exceptions import ExceptionForm
from securecare.scheduling.statuses import AppointmentStatus
from tests.races.at_once import at_once, kinds
from tests.scheduling.standing import standing_wrong
from tests.scheduling.world import Harbor, all_overlaps, new_york

DAY = date(2027, 1, 18)


@pytest.fixture(autouse=True)
def nothing_is_wrong(harbor: Harbor) -> Iterator[None]:
    yield
    assert all_overlaps() == []
    assert standing_wrong(harbor) == []


def off(harbor: Harbor, staff_id: int, day: date):
    return lambda: harbor.do(exceptions.add, staff_id, ExceptionForm("off", day, day))


def test_a_day_off_and_bookings_on_that_day(harbor: Harbor):
    guests = harbor.customers(7)
    for round_ in range(12):
        day = DAY + timedelta(days=round_)
        bookings = [
            lambda n=n, guest=guest, day=day: harbor.book(
                new_york(day, 9 + n), customer_id=guest, staff_id=harbor.ben
            )
            for n, guest in enumerate(guests)
        ]
        bookings.insert(round_ % 8, off(harbor, harbor.ben, day))
        counted = kinds(at_once(bookings))
        assert counted["Booked"] + counted["NotWorking"] == 7
        assert counted["Reassessed"] == 1


def test_a_shift_made_shorter_and_moves_into_what_was_its_end(harbor: Harbor):
    guests = harbor.customers(4)
    for round_ in range(8):
        (shift,) = [
            each
            for each in harbor.do(shifts.week_of, harbor.ben)
            if each.form.weekday == round_ % 7
        ]
        day = DAY + timedelta(days=round_)
        stand = [
            harbor.book(new_york(day, 9 + n), customer_id=guest, staff_id=harbor.ana)
            for n, guest in enumerate(guests)
            if n != 3
        ]
        deeds = [
            lambda each=each, n=n, day=day: harbor.do(
                appointments.move,
                Move(each.appointment_id, 1, staff_id=harbor.ben, when=new_york(day, 16 - n)),
            )
            for n, each in enumerate(stand)
        ]
        shorter = shifts.ShiftForm(shift.form.weekday, harbor.east, 9 * 60, 14 * 60)
        deeds.insert(
            round_ % 4,
            lambda shift=shift, form=shorter: harbor.do(shifts.change, shift.id, form, shift.form),
        )
        at_once(deeds)
        harbor.do(shifts.change, shift.id, shift.form, shorter)


def test_a_closed_day_while_customers_of_that_day_are_moved_and_stepped(harbor: Harbor):
    """Marks of the closing and moves of the same customers never wait for each other in a ring."""
    guests = harbor.customers(6)
    for round_ in range(8):
        day = DAY + timedelta(days=2 * round_)
        stand = []
        for n, guest in enumerate(guests):
            at, later = new_york(day, 9 + n // 2 + n % 2 * 4), new_york(day + timedelta(days=1), 9)
            staff = harbor.ana if n < 3 else harbor.ben
            stand.append(harbor.book(at, customer_id=guest, staff_id=staff))
            other = harbor.book(
                later + timedelta(minutes=30 * n), customer_id=guest, staff_id=harbor.ben
            )
            stand.append(other)
        deeds = []
        for n, each in enumerate(stand):
            target = stand[(n + 1) % len(stand)].starts_at
            staff = (harbor.ana, harbor.ben)[n % 2]
            wish = Move(each.appointment_id, 1, when=target, staff_id=staff)
            if n % 3 == 2:
                deeds.append(
                    lambda each=each: harbor.set(
                        each.appointment_id, 1, AppointmentStatus.CONFIRMED
                    )
                )
            else:
                deeds.append(lambda wish=wish: harbor.do(appointments.move, wish))
        closing = ClosureForm(day, day + timedelta(days=1))
        deeds.insert(4, lambda form=closing: harbor.do(closures.add, harbor.east, form))
        at_once(deeds)


def test_somebody_back_at_work_and_a_cancelled_time_taken_back(harbor: Harbor):
    for round_ in range(8):
        day = DAY + timedelta(days=round_)
        made = harbor.book(new_york(day, 9))
        harbor.set(made.appointment_id, 1, AppointmentStatus.CANCELLED)
        deeds = [
            off(harbor, harbor.ana, day),
            lambda made=made: harbor.set(made.appointment_id, 2, AppointmentStatus.BOOKED),
        ]
        at_once(deeds if round_ % 2 else reversed(deeds))


def test_of_many_bookings_of_a_program_that_wants_days_between_one_is_granted(harbor: Harbor):
    for round_ in range(4):
        start = DAY + timedelta(days=20 * round_)
        results = at_once(
            lambda n=n, start=start: harbor.book(
                new_york(start + timedelta(days=n), 9),
                program_id=harbor.weekly,
                staff_id=(harbor.ana, harbor.ben)[n % 2],
            )
            for n in range(6)
        )
        assert kinds(results) == {"Booked": 1, "CoolingDown": 5}
