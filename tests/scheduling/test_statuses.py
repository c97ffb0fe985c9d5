"""What an appointment can be, and become."""

from itertools import product

import pytest

from securecare.scheduling.statuses import (
    STRANDABLE,
    AppointmentStatus,
    StatusNotPossible,
    choices_from,
    may_become,
    require_change,
)

S = AppointmentStatus


def test_only_cancelled_and_missed_appointments_give_their_time_back():
    giving = {S.CANCELLED, S.NO_SHOW, S.ABSENT}
    assert {status for status in S if not status.holds_time} == giving


def test_every_status_has_a_code_of_its_own_and_a_label():
    assert [S.of_code(status.code) for status in S] == list(S)
    assert len({status.label for status in S}) == len(S)
    with pytest.raises(ValueError, match="99"):
        S.of_code(99)


def test_codes_on_the_wire_never_change():
    assert {status.value: status.code for status in S} == {
        "booked": 1,
        "confirmed": 2,
        "arrived": 3,
        "completed": 4,
        "no_show": 5,
        "cancelled": 6,
        "pending_reassignment": 7,
        "absent": 8,
    }


def test_a_no_show_who_came_after_all_can_be_put_right():
    require_change(S.NO_SHOW, S.ARRIVED)
    require_change(S.COMPLETED, S.NO_SHOW)


def test_a_cancelled_appointment_is_booked_again_first():
    assert choices_from(S.CANCELLED) == (S.BOOKED,)
    with pytest.raises(StatusNotPossible, match="Book it again first") as refused:
        require_change(S.CANCELLED, S.ARRIVED)
    assert refused.value.field == "status"


def test_people_can_only_cancel_what_waits_for_a_new_time():
    assert choices_from(S.PENDING_REASSIGNMENT) == (S.CANCELLED,)
    with pytest.raises(StatusNotPossible, match="waits for a new time"):
        require_change(S.PENDING_REASSIGNMENT, S.CONFIRMED)


def test_people_cannot_put_an_appointment_up_for_reassignment():
    assert not any(S.PENDING_REASSIGNMENT in choices_from(status) for status in S)
    with pytest.raises(StatusNotPossible, match="change of working hours"):
        require_change(S.BOOKED, S.PENDING_REASSIGNMENT)


def test_nobody_sets_an_absence_by_hand_since_it_follows_from_a_leave():
    assert not any(S.ABSENT in choices_from(status) for status in S)
    with pytest.raises(StatusNotPossible, match="follows from the authorized absences"):
        require_change(S.BOOKED, S.ABSENT)
    assert set(choices_from(S.ABSENT)) == set(choices_from(S.NO_SHOW))


def test_a_change_of_hours_strands_only_what_is_still_to_come_and_can_take_it_back():
    for status in set(S) - {S.PENDING_REASSIGNMENT}:
        there = may_become(status, S.PENDING_REASSIGNMENT, by_system=True)
        back = may_become(S.PENDING_REASSIGNMENT, status, by_system=True)
        assert there == back == (status in STRANDABLE)


def test_every_step_is_either_offered_or_refused():
    for current, wanted in product(S, S):
        assert may_become(current, wanted) == (wanted in choices_from(current) or current == wanted)
        if not may_become(current, wanted):
            with pytest.raises(StatusNotPossible):
                require_change(current, wanted)
