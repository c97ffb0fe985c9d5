"""Changing hours moves no appointment: it marks those that are stranded, and gives them back."""

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest

from securecare.access.errors import NotFound
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.organization import facilities
from securecare.organization.facilities import FacilityForm
from securecare.scheduling import closures, consequences, exceptions, shifts
from securecare.scheduling.closures import ClosureForm
from securecare.scheduling.exceptions import ExceptionForm
from securecare.scheduling.reassignment import Reassessed
from securecare.scheduling.shift_form import ShiftForm
from tests.organization.small_world import MONDAY, World

NOTHING = Reassessed(0, 0)


def week(world: World, actor=None, staff_id=None) -> list[shifts.ShiftListed]:
    actor = actor or world.administrator
    with world.as_(actor) as session:
        return shifts.week_of(session, actor, staff_id or world.ana)


def do(world: World, verb, *args, actor=None):
    actor = actor or world.administrator
    with world.as_(actor) as session:
        return verb(session, actor, *args)


def hours(world: World, first: int, last: int, weekday: int = 0, **more) -> ShiftForm:
    return ShiftForm(weekday, world.north, first * 60, last * 60, **more)


def test_a_shorter_shift_strands_what_lies_outside_and_the_former_hours_bring_it_back(world: World):
    late, early = world.book(world.ana, world.north, 15), world.book(world.ana, world.north, 9)
    (shift,) = week(world)
    shorter = hours(world, 9, 12)
    assert do(world, shifts.change, shift.id, shorter, shift.form) == Reassessed(1, 0)
    assert (world.status(late), world.status(early)) == ("pending_reassignment", "booked")
    assert do(world, shifts.change, shift.id, shift.form, shorter) == Reassessed(0, 1)
    assert (world.status(late), world.status(early)) == ("booked", "booked")


def test_a_break_strands_what_lies_in_it(world: World):
    noon = world.book(world.ana, world.north, 12)
    (shift,) = week(world)
    form = replace(shift.form, breaks=((720, 780),))
    assert do(world, shifts.change, shift.id, form, shift.form).stranded == 1
    assert world.status(noon) == "pending_reassignment"


def test_removing_a_shift_strands_and_adding_it_again_restores(world: World):
    world.book(world.ana, world.north, 9)
    (shift,) = week(world)
    assert do(world, shifts.remove, shift.id, shift.form).stranded == 1
    assert do(world, shifts.add, world.ana, shift.form, {0, 2}).restored == 1
    assert [each.form.weekday for each in week(world)] == [0, 2]


def test_an_overnight_shift_reaches_into_the_next_day(world: World):
    form = hours(world, 22, 30, weekday=2, breaks=((1500, 1530),))
    assert do(world, shifts.add, world.ana, form, {2}) == NOTHING
    assert week(world)[-1].form == form
    with pytest.raises(NotAccepted) as refusal:
        do(world, shifts.add, world.ana, hours(world, 5, 9, weekday=3), {3})
    assert refusal.value.field == "starts"
    assert "Wednesday" in refusal.value.message


def test_a_sunday_night_shift_meets_mondays(world: World):
    with pytest.raises(NotAccepted):
        do(world, shifts.add, world.ana, hours(world, 20, 34, weekday=6), {6})
    assert do(world, shifts.add, world.ana, hours(world, 20, 33, weekday=6), {6}) == NOTHING


def test_shifts_of_different_seasons_may_share_their_times(world: World):
    (shift,) = week(world)
    until = replace(shift.form, valid_until=date(2030, 5, 31))
    do(world, shifts.change, shift.id, until, shift.form)
    from_june = replace(shift.form, valid_from=date(2030, 6, 1))
    assert do(world, shifts.add, world.ana, from_june, {0}) == NOTHING


def test_breaks_and_bounds_that_make_no_sense_are_refused(world: World):
    nonsense = {
        "ends": hours(world, 9, 9),
        "starts": hours(world, 25, 30),
        "valid_until": hours(
            world, 1, 2, valid_from=date(2030, 1, 2), valid_until=date(2030, 1, 1)
        ),
        "weekday": hours(world, 9, 10, weekday=7),
    }
    for field, form in nonsense.items():
        with pytest.raises(NotAccepted) as refusal:
            do(world, shifts.add, world.ana, form, {form.weekday})
        assert refusal.value.field == field
    for breaks in (((60, 90),), ((600, 590),), ((600, 660), (630, 690)), ((540, 1020),)):
        with pytest.raises(NotAccepted) as refusal:
            do(world, shifts.add, world.ana, hours(world, 9, 17, breaks=breaks), {1})
        assert refusal.value.field == "breaks"


def test_a_day_is_copied_to_other_days_in_place_of_their_shifts(world: World):
    do(world, shifts.add, world.ana, hours(world, 1, 2, weekday=1), {1})
    assert do(world, shifts.copy_day, world.ana, 0, {1, 2}) == NOTHING
    assert [(each.form.weekday, each.form.starts_minute) for each in week(world)] == [
        (0, 540), (1, 540), (2, 540),
    ]  # fmt: skip


def test_the_second_of_two_people_overwrites_no_shift(world: World):
    (shift,) = week(world)
    do(world, shifts.change, shift.id, hours(world, 9, 18), shift.form)
    with pytest.raises(Overtaken) as refusal:
        do(world, shifts.change, shift.id, hours(world, 9, 12), shift.form, actor=world.manager)
    assert refusal.value.changed_by == "Ada Admin"
    assert week(world)[0].form.ends_minute == 18 * 60


def test_a_manager_changes_hours_of_their_own_staff_at_their_own_facility(world: World):
    do(world, shifts.add, world.ana, hours(world, 9, 10, weekday=4), {4}, actor=world.manager)
    elsewhere = replace(hours(world, 9, 10), facility_id=world.south)
    with pytest.raises(NotAccepted) as refusal:
        do(world, shifts.add, world.ana, elsewhere, {5}, actor=world.manager)
    assert refusal.value.field == "facility_id"
    for actor, staff_id in (
        (world.manager, world.ben),
        (world.stranger, world.ana),
        (world.scheduler, world.ana),
        (world.administrator, world.other_staff),
    ):
        with pytest.raises(NotFound):
            do(world, shifts.add, staff_id, hours(world, 1, 2), {1}, actor=actor)
    (shift, _) = week(world)
    for actor in (world.stranger, world.scheduler):
        with pytest.raises(NotFound):
            do(world, shifts.remove, shift.id, shift.form, actor=actor)


def test_a_day_off_strands_and_taking_it_back_restores(world: World):
    appointment = world.book(world.ana, world.north, 9)
    off = ExceptionForm("off", MONDAY, MONDAY, reason="Training")
    assert do(world, exceptions.add, world.ana, off) == Reassessed(1, 0)
    with world.as_(world.administrator) as session:
        (row,) = exceptions.of_staff(session, world.administrator, world.ana, MONDAY)
    assert row.form == off
    assert do(world, exceptions.remove, row.id) == Reassessed(0, 1)
    assert world.status(appointment) == "booked"
    assert "Training" not in str([event.detail for event in world.trail("staff", world.ana)])


def test_other_hours_take_the_place_of_the_weekly_ones(world: World):
    world.book(world.ana, world.north, 9)
    late = ExceptionForm("hours", MONDAY, MONDAY, world.north, 13 * 60, 20 * 60)
    assert do(world, exceptions.add, world.ana, late).stranded == 1
    for form in (
        ExceptionForm("off", MONDAY, MONDAY),
        replace(late, starts_minute=19 * 60, ends_minute=21 * 60),
    ):
        with pytest.raises(NotAccepted) as refusal:
            do(world, exceptions.add, world.ana, form)
        assert refusal.value.field == "starts_on"
    early = replace(late, starts_minute=8 * 60, ends_minute=12 * 60)
    assert do(world, exceptions.add, world.ana, early).restored == 1


def test_a_closed_day_concerns_everybody_who_works_there(world: World):
    appointment = world.book(world.ana, world.north, 9)
    closed = ClosureForm(MONDAY, MONDAY + timedelta(days=1), "Holiday")
    assert do(world, closures.add, world.south, closed) == NOTHING
    assert do(world, closures.add, world.north, closed, actor=world.manager) == Reassessed(1, 0)
    with world.as_(world.manager) as session:
        (row,) = closures.of_facility(session, world.manager, world.north, MONDAY)
    with pytest.raises(NotFound):
        do(world, closures.remove, row.id, actor=world.stranger)
    assert do(world, closures.remove, row.id, actor=world.manager) == Reassessed(0, 1)
    assert world.status(appointment) == "booked"


def test_another_time_zone_moves_the_hours_and_says_the_days_anew(world: World):
    appointment = world.book(world.ana, world.north, 9)
    form = FacilityForm("North", "Pacific/Auckland")
    assert do(world, consequences.change_facility, world.north, 1, form).stranded == 1
    assert world.appointment(appointment).local_day == MONDAY
    form = FacilityForm("North", "Pacific/Honolulu")
    do(world, consequences.change_facility, world.north, 2, form)
    assert world.appointment(appointment).local_day == MONDAY - timedelta(days=1)
    back = FacilityForm("North", "Etc/UTC")
    assert do(world, consequences.change_facility, world.north, 3, back).restored == 1


def test_who_leaves_the_staff_and_what_closes_for_good_has_no_hours(world: World):
    world.book(world.ana, world.north, 9)
    assert do(world, consequences.set_staff_active, world.ana, False).stranded == 1
    assert do(world, consequences.set_staff_active, world.ana, True).restored == 1
    assert do(world, consequences.set_facility_active, world.north, False).stranded == 1
    assert do(world, consequences.set_facility_active, world.north, True).restored == 1


def test_a_rehearsal_tells_what_would_happen_and_leaves_nothing(world: World):
    appointment = world.book(world.ana, world.north, 9)
    (shift,) = week(world)
    with world.as_(world.administrator) as session:
        found = consequences.rehearse(
            session, world.administrator, shifts.remove, shift.id, shift.form
        )
    assert found == Reassessed(1, 0)
    assert world.status(appointment) == "booked"
    assert week(world) == [shift]
    assert world.trail("staff", world.ana) == []


def test_two_people_who_change_one_shift_at_once_leave_one_change_and_one_refusal(world: World):
    (shift,) = week(world)
    start, outcomes = threading.Barrier(2), []

    def change(ends: int) -> None:
        start.wait()
        try:
            do(world, shifts.change, shift.id, hours(world, 9, ends), shift.form)
            outcomes.append("changed")
        except Overtaken:
            outcomes.append("overtaken")

    threads = [threading.Thread(target=change, args=(ends,)) for ends in (12, 14)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["changed", "overtaken"]


def test_days_off_are_made_longer_and_shorter_without_being_removed(world: World):
    booked = world.book(world.ana, world.north, 9)
    off = ExceptionForm(
        "off", MONDAY + timedelta(days=1), MONDAY + timedelta(days=2), reason="Rest"
    )
    do(world, exceptions.add, world.ana, off)
    with world.as_(world.administrator) as session:
        (row,) = exceptions.of_staff(session, world.administrator, world.ana, MONDAY)
    longer = replace(off, starts_on=MONDAY)
    assert do(world, exceptions.change, row.id, longer, off) == Reassessed(1, 0)
    assert world.status(booked) == "pending_reassignment"
    with pytest.raises(Overtaken):
        do(world, exceptions.change, row.id, off, off, actor=world.manager)
    hours_instead = ExceptionForm("hours", MONDAY, MONDAY, world.north, 480, 720, "Half a day")
    assert do(world, exceptions.change, row.id, hours_instead, longer) == Reassessed(0, 1)
    with pytest.raises(NotFound):
        do(world, exceptions.change, row.id, off, hours_instead, actor=world.stranger)


def test_closed_days_are_changed_by_who_may_and_overwrite_nobody(world: World):
    world.book(world.ana, world.north, 9)
    closed = ClosureForm(MONDAY + timedelta(days=3), MONDAY + timedelta(days=3), "Painting")
    do(world, closures.add, world.north, closed)
    with world.as_(world.manager) as session:
        (row,) = closures.of_facility(session, world.manager, world.north, MONDAY)
    earlier = replace(closed, starts_on=MONDAY)
    assert do(world, closures.change, row.id, earlier, closed, actor=world.manager).stranded == 1
    with pytest.raises(Overtaken) as refusal:
        do(world, closures.change, row.id, closed, closed)
    assert refusal.value.changed_by == "Mo Manager"
    with pytest.raises(NotAccepted):
        do(world, closures.change, row.id, replace(earlier, ends_on=date(2020, 1, 1)), earlier)
    with pytest.raises(NotFound):
        do(world, closures.change, row.id, closed, earlier, actor=world.stranger)
    assert do(world, closures.change, row.id, closed, earlier).restored == 1


def test_nobody_works_at_two_facilities_at_once_whatever_their_clocks_show(world: World):
    (shift,) = week(world)  # Monday, 9:00 to 17:00 at North, whose clock is UTC
    there = replace(shift.form, facility_id=world.south)
    with pytest.raises(NotAccepted) as refusal:
        do(world, shifts.add, world.ana, there, {0})
    assert "the shift at North on Monday" in refusal.value.message
    tokyo = FacilityForm(name="South", time_zone="Asia/Tokyo")
    with world.as_(world.administrator) as session:
        version = facilities.listed(session, world.administrator)[-1].version
    do(world, consequences.change_facility, world.south, version, tokyo)
    assert do(world, shifts.add, world.ana, there, {0}) == NOTHING  # 0:00 to 8:00 UTC
    overlapping = replace(there, starts_minute=1070, ends_minute=1100)  # until 9:20 UTC
    with pytest.raises(NotAccepted):
        do(world, shifts.add, world.ana, overlapping, {0})
