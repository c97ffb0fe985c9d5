"""What was missed during an authorized absence is an absence, wherever it is shown or counted."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from securecare.access.roles import Role
from securecare.customers import absences
from securecare.customers.absences import AbsenceForm
from securecare.foundation import clock
from securecare.foundation.db import owner_transaction
from securecare.foundation.spans import Span
from securecare.scheduling import day, day_sheet, history, record
from securecare.scheduling.booking_facts import WallTime
from securecare.scheduling.statuses import AppointmentStatus, StatusNotPossible
from state.schedule_view import counts_of, tally_of
from tests.scheduling.world import Harbor, new_york

DAY = date(2027, 1, 18)
STATUS = AppointmentStatus
MINUTE = timedelta(minutes=1)


@pytest.fixture
def missed(harbor: Harbor) -> int:
    """Cleo did not come to a talk with Ana, on Monday from 10:00 to 10:30."""
    id_ = harbor.book(WallTime(DAY, 600)).appointment_id
    harbor.set(id_, 1, STATUS.NO_SHOW)
    return id_


def leave(harbor: Harbor, starts: datetime, ends: datetime, program: int | None = None) -> int:
    form = AbsenceForm(starts, ends, "family", "Ada Admin", program_id=program)
    return harbor.do(absences.add, harbor.cleo, form)


def counted(harbor: Harbor, appointment_id: int) -> AppointmentStatus:
    """As the drawer says it, having made sure that the day and its export say the same."""
    said = harbor.do(record.read, appointment_id).status
    row = harbor.row(appointment_id)
    span = Span(row.starts_at, row.ends_at)

    def on_day(session: Any, actor: Any) -> Any:
        return day.entries(session, actor.organization_id, [row.staff_id], span)

    entry = next(each for each in harbor.do(on_day) if each.id == appointment_id)
    assert entry.status == said
    tallied = {each["status"]: each["count"] for each in counts_of(tally_of([entry]))}
    assert tallied.pop(said) == 1
    assert set(tallied.values()) == {0}
    exported = harbor.do(day_sheet.rows, row.local_day)
    assert [line[day_sheet.HEAD.index("Status")] for line in exported] == [said.label]
    return said


def test_without_a_leave_it_is_a_no_show(harbor: Harbor, missed: int):
    assert counted(harbor, missed) is STATUS.NO_SHOW


def test_a_leave_noted_changed_and_withdrawn_afterwards_counts_at_once(harbor: Harbor, missed: int):
    id_ = leave(harbor, new_york(DAY, 9), new_york(DAY, 17))
    assert counted(harbor, missed) is STATUS.ABSENT
    moved = AbsenceForm(new_york(DAY, 12), new_york(DAY, 17), "family", "Ada Admin")
    harbor.do(absences.change, harbor.cleo, id_, 1, moved)
    assert counted(harbor, missed) is STATUS.NO_SHOW
    back = AbsenceForm(new_york(DAY, 8), new_york(DAY, 17), "family", "Ada Admin")
    harbor.do(absences.change, harbor.cleo, id_, 2, back)
    assert counted(harbor, missed) is STATUS.ABSENT
    harbor.do(absences.withdraw, harbor.cleo, id_)
    assert counted(harbor, missed) is STATUS.NO_SHOW
    assert harbor.row(missed).status == "no_show", "only what is read of it follows the leave"


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        (0, 30, STATUS.ABSENT),  # begins with the leave
        (-30, 0, STATUS.NO_SHOW),  # begins as the leave ends
        (1, 30, STATUS.NO_SHOW),  # begins a minute before
        (-30, 1, STATUS.ABSENT),  # begins in its last minute
    ],
)
def test_a_leave_holds_its_first_moment_and_not_its_last(
    harbor: Harbor, missed: int, starts: int, ends: int, expected: AppointmentStatus
):
    ten = new_york(DAY, 10)
    leave(harbor, ten + starts * MINUTE, ten + ends * MINUTE)
    assert counted(harbor, missed) is expected


def test_moments_are_compared_and_not_what_clocks_show(harbor: Harbor):
    """Ten in Phoenix is noon in New York: a leave that is over there at eleven does not hold it."""
    id_ = harbor.book(
        WallTime(DAY, 600), staff_id=harbor.cho, facility_id=harbor.west
    ).appointment_id
    harbor.set(id_, 1, STATUS.NO_SHOW)
    first = leave(harbor, new_york(DAY, 9), new_york(DAY, 11))
    assert counted(harbor, id_) is STATUS.NO_SHOW
    harbor.do(absences.withdraw, harbor.cleo, first)
    leave(harbor, new_york(DAY, 12), new_york(DAY, 13))
    assert counted(harbor, id_) is STATUS.ABSENT


@pytest.mark.parametrize("hour", [0, 1])
def test_in_the_hour_that_comes_twice_only_the_right_one_is_held(harbor: Harbor, hour: int):
    """The clocks go back on November 7, 2027: half past one comes twice."""
    night = date(2027, 11, 7)
    harbor.shift(harbor.ana, harbor.east, 0, 6 * 60, weekdays=[night.weekday()])
    id_ = harbor.book(WallTime(night, 90, hour)).appointment_id
    harbor.set(id_, 1, STATUS.NO_SHOW)
    one = new_york(night, 1).astimezone(UTC)  # the first of the two
    leave(harbor, one, one + timedelta(hours=1))
    assert counted(harbor, id_) is (STATUS.NO_SHOW if hour else STATUS.ABSENT)


def test_a_leave_from_one_program_is_none_from_another(harbor: Harbor, missed: int):
    other = leave(harbor, new_york(DAY, 0), new_york(DAY, 23), harbor.care)
    assert counted(harbor, missed) is STATUS.NO_SHOW
    harbor.do(absences.withdraw, harbor.cleo, other)
    leave(harbor, new_york(DAY, 0), new_york(DAY, 23), harbor.talk)
    assert counted(harbor, missed) is STATUS.ABSENT


def test_somebody_elses_leave_does_not_count(harbor: Harbor, missed: int):
    form = AbsenceForm(new_york(DAY, 0), new_york(DAY, 23), "family", "Ada Admin")
    harbor.do(absences.add, harbor.dov, form)
    assert counted(harbor, missed) is STATUS.NO_SHOW


def test_only_what_was_missed_is_an_absence(harbor: Harbor):
    """Who came in spite of it came; who cancelled, cancelled."""
    leave(harbor, new_york(DAY, 0), new_york(DAY, 23))
    id_ = harbor.book(WallTime(DAY, 600)).appointment_id
    for version, status in enumerate((STATUS.CONFIRMED, STATUS.COMPLETED, STATUS.CANCELLED), 1):
        harbor.set(id_, version, status)
        assert counted(harbor, id_) is status


def test_marking_a_no_show_within_a_leave_says_what_it_counts_as(harbor: Harbor):
    leave(harbor, new_york(DAY, 0), new_york(DAY, 23))
    id_ = harbor.book(WallTime(DAY, 600)).appointment_id
    assert harbor.set(id_, 1, STATUS.NO_SHOW).present is STATUS.ABSENT
    assert harbor.trail(id_)[-1].detail == {"status": "no_show", "absence": True}
    latest = harbor.do(history.of_appointment, id_)[0]
    assert latest.what == "Set to No-show, within an authorized absence"


def test_it_gives_its_time_back_as_a_no_show_does_and_nobody_sets_it_by_hand(
    harbor: Harbor, missed: int
):
    leave(harbor, new_york(DAY, 0), new_york(DAY, 23))
    harbor.book(WallTime(DAY, 600), customer_id=harbor.dov)
    assert not STATUS.ABSENT.holds_time
    veiled = harbor.actor(Role.SCHEDULER, program_id=harbor.care)
    seen = harbor.do(day.read, DAY, by=veiled).entries
    assert len(seen) == 1, "only what holds time is busy to those who may not look into it"
    with pytest.raises(StatusNotPossible):
        harbor.set(missed, 2, STATUS.ABSENT)


def test_no_row_can_be_set_to_it(harbor: Harbor, missed: int):
    with (
        pytest.raises(Exception, match="ck_appointment_status"),
        owner_transaction() as session,
    ):
        session.execute(
            text("UPDATE appointment SET status = 'absent' WHERE id = :id"), {"id": missed}
        )


def test_what_is_still_to_come_is_not_judged(harbor: Harbor):
    id_ = harbor.book(WallTime(DAY, 600)).appointment_id
    leave(harbor, new_york(DAY, 0), new_york(DAY, 23))
    assert counted(harbor, id_) is STATUS.BOOKED
    with clock.frozen(new_york(DAY, 20)):
        assert counted(harbor, id_) is STATUS.BOOKED
