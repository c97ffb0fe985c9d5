"""Whoever asks at the same moment: one gets the time, the others a refusal, and nobody hangs."""

import itertools
import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from securecare.foundation.db import owner_transaction
from securecare.scheduling import appointments, record
from securecare.scheduling.appointments import Move
from securecare.scheduling.statuses import AppointmentStatus
from tests.races.at_once import at_once, kinds
from tests.scheduling.world import Harbor, all_overlaps, new_york

DAY = date(2027, 1, 18)


@pytest.fixture(autouse=True)
def nothing_overlaps(database: str):
    yield
    assert all_overlaps() == []


def booking(harbor: Harbor, when, **other):
    wish = harbor.wish(when, **other)
    return lambda: harbor.do(appointments.book, wish)


def moving(harbor: Harbor, appointment_id: int, version: int, when, **other):
    wish = Move(appointment_id, version, when=when, **other)
    return lambda: harbor.do(appointments.move, wish)


def setting(harbor: Harbor, appointment_id: int, version: int, status: AppointmentStatus):
    return lambda: harbor.do(record.change_status, appointment_id, version, status)


def test_of_32_who_want_one_slot_exactly_one_gets_it(harbor: Harbor):
    guests = harbor.customers(32)
    for hour in (9, 10, 11):
        at = new_york(DAY, hour)
        results = at_once(booking(harbor, at, customer_id=guest) for guest in guests)
        assert kinds(results) == {"Booked": 1, "SlotTaken": 31}
        (winner,) = (each for each in results if type(each).__name__ == "Booked")
        assert harbor.deeds(winner.appointment_id) == ["booked"]


def test_of_many_staggered_wishes_all_that_were_granted_keep_their_buffers(harbor: Harbor):
    starts = [new_york(DAY, 9) + timedelta(minutes=5 * n) for n in range(24)]
    results = at_once(
        booking(harbor, at, customer_id=guest, program_id=harbor.care)
        for at, guest in zip(starts, harbor.customers(24), strict=True)
    )
    assert 1 <= kinds(results)["Booked"] <= 3


def test_a_customer_wanted_by_two_staff_members_at_once_meets_one_of_them(harbor: Harbor):
    for hour, minute in itertools.product((9, 10, 11), (0, 30)):
        at = new_york(DAY, hour, minute)
        results = at_once(
            booking(harbor, at, staff_id=staff) for staff in [harbor.ana, harbor.ben] * 4
        )
        assert kinds(results) == {"Booked": 1, "SlotTaken": 7}


def test_one_form_sent_many_times_at_once_books_once(harbor: Harbor):
    for hour in (9, 10, 11):
        key = uuid.uuid4()
        results = at_once(booking(harbor, new_york(DAY, hour), form_key=key) for _ in range(12))
        assert kinds(results) == {"Booked": 12}
        assert len({each.appointment_id for each in results}) == 1


def test_a_booking_and_moves_to_one_slot_leave_it_to_one(harbor: Harbor):
    guests = harbor.customers(9)
    for hour in (13, 14, 15, 16):
        day = DAY + timedelta(days=hour)
        stand = [
            harbor.book(new_york(day, 9 + n % 2), customer_id=guest, staff_id=staff)
            for n, (guest, staff) in enumerate(
                zip(guests, itertools.cycle([harbor.ana, harbor.ana, harbor.ben, harbor.ben]))
            )
            if n < 4
        ]
        at = new_york(day, hour)
        results = at_once(
            [moving(harbor, e.appointment_id, 1, at, staff_id=harbor.ana) for e in stand]
            + [booking(harbor, at, customer_id=guest) for guest in guests[4:]]
        )
        counted = kinds(results)
        assert counted["Booked"] + counted["Moved"] == 1
        assert counted["SlotTaken"] == 8


def test_two_who_swap_places_at_once_never_deadlock_nor_overlap(harbor: Harbor):
    for round_ in range(12):
        day = DAY + timedelta(days=round_)
        one = harbor.book(new_york(day, 9), staff_id=harbor.ana)
        two = harbor.book(new_york(day, 10), staff_id=harbor.ben, customer_id=harbor.dov)
        results = at_once(
            [
                moving(harbor, one.appointment_id, 1, two.starts_at, staff_id=harbor.ben),
                moving(harbor, two.appointment_id, 1, one.starts_at, staff_id=harbor.ana),
            ]
        )
        # Neither time is free while the other still stands there, unless one had left before.
        assert kinds(results)["SlotTaken"] >= 1


def test_many_who_move_around_between_three_people_never_deadlock(harbor: Harbor):
    guests = harbor.customers(4)
    staff = [harbor.ana, harbor.ben]
    stand = {}
    for n, guest in enumerate(guests):
        made = harbor.book(new_york(DAY, 9 + n // 2), customer_id=guest, staff_id=staff[n % 2])
        stand[made.appointment_id] = made.version
    times = [new_york(DAY, hour) for hour in (9, 10, 11)]
    for round_ in range(8):
        wishes = [
            moving(harbor, id_, version, times[(n + round_ + k) % 3], staff_id=staff[(n + k) % 2])
            for n, (id_, version) in enumerate(stand.items())
            for k in (0, 1)
        ]
        for result in at_once(wishes):
            if type(result).__name__ == "Moved":
                stand[result.appointment_id] = result.version
        assert all_overlaps() == []


def test_of_two_who_move_one_appointment_the_second_is_told(harbor: Harbor):
    sid, mo = harbor.scheduler, harbor.administrator
    for round_ in range(10):
        made = harbor.book(new_york(DAY + timedelta(days=round_), 9))
        wishes = [
            (sid, Move(made.appointment_id, 1, when=made.starts_at + timedelta(hours=1))),
            (mo, Move(made.appointment_id, 1, when=made.starts_at + timedelta(hours=2))),
        ]
        results = at_once(
            [
                lambda by=by, wish=wish: harbor.do(appointments.move, wish, by=by)
                for by, wish in wishes
            ]
        )
        assert kinds(results) == {"Moved": 1, "ChangedMeanwhile": 1}
        winner, loser = sorted(results, key=lambda each: type(each).__name__ != "Moved")
        assert loser.changed_by == (sid.name if results[0] is winner else mo.name)
        assert harbor.row(made.appointment_id).version == 2


def test_a_cancelled_time_taken_back_and_a_booking_of_it_leave_it_to_one(harbor: Harbor):
    guests = harbor.customers(4)
    for round_ in range(10):
        made = harbor.book(new_york(DAY + timedelta(days=round_), 9))
        harbor.set(made.appointment_id, 1, AppointmentStatus.CANCELLED)
        again = setting(harbor, made.appointment_id, 2, AppointmentStatus.BOOKED)
        results = at_once(
            [again] + [booking(harbor, made.starts_at, customer_id=guest) for guest in guests]
        )
        counted = kinds(results)
        assert counted["Booked"] + counted["StatusChanged"] == 1
        assert counted["SlotTaken"] == 4


def test_of_many_cancelled_appointments_taken_back_at_once_one_gets_the_time(harbor: Harbor):
    guests = harbor.customers(12)
    for round_ in range(4):
        at = new_york(DAY + timedelta(days=round_), 9)
        cancelled = []
        for guest in guests:
            made = harbor.book(at, customer_id=guest)
            harbor.set(made.appointment_id, 1, AppointmentStatus.CANCELLED)
            cancelled.append(made.appointment_id)
        results = at_once(setting(harbor, id_, 2, AppointmentStatus.BOOKED) for id_ in cancelled)
        assert kinds(results) == {"StatusChanged": 1, "SlotTaken": 11}


def test_steps_and_moves_onto_them_never_wait_for_each_other(harbor: Harbor):
    for round_ in range(4):
        day = DAY + timedelta(days=round_)
        guests = harbor.customers(8)
        times = [new_york(day, 13) + timedelta(minutes=30 * n) for n in range(8)]
        stay = [harbor.book(at, customer_id=guest) for at, guest in zip(times, guests, strict=True)]
        others = harbor.customers(6)
        come = [
            harbor.book(
                new_york(day, 9) + timedelta(minutes=30 * n), customer_id=guest, staff_id=harbor.ben
            )
            for n, guest in enumerate(others)
        ]
        confirm = AppointmentStatus.CONFIRMED
        steps = [setting(harbor, each.appointment_id, 1, confirm) for each in stay]
        moves = [
            moving(
                harbor, each.appointment_id, 1, times[n], staff_id=harbor.ana, duration_minutes=90
            )
            for n, each in enumerate(come)
        ]
        results = at_once(
            step for pair in itertools.zip_longest(moves, steps) for step in pair if step
        )
        assert kinds(results) == {"StatusChanged": 8, "SlotTaken": 6}


def test_an_insisted_booking_and_plain_ones_of_the_same_customer_do_not_miss_each_other(
    harbor: Harbor,
):
    """Either the plain one came first and was overridden, or it was refused for the forced one."""
    for round_ in range(15):
        at = new_york(DAY + timedelta(days=round_), 9)
        harbor.book(at, customer_id=harbor.dov)
        forced, plain = at_once(
            [
                booking(harbor, at, override_reason="Crisis"),
                booking(harbor, at, staff_id=harbor.ben),
            ]
        )
        assert type(forced).__name__ == "Booked"
        if type(plain).__name__ == "Booked":
            assert _was_written_first(harbor, plain.appointment_id, forced.appointment_id)
        else:
            assert type(plain).__name__ == "SlotTaken"


def _was_written_first(harbor: Harbor, one: int, other: int) -> bool:
    """Whether the one was committed when the other looked: it is among what was overridden."""
    with owner_transaction() as session:
        xmins = session.execute(
            text("SELECT id, xmin::text::bigint FROM appointment WHERE id IN (:one, :other)"),
            {"one": one, "other": other},
        )
        written = {id_: xmin for id_, xmin in xmins}
    return written[one] < written[other]
