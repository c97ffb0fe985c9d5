"""Whatever people do in whatever order, the schedule keeps its promises.

A machine that books, moves, steps, changes hours and overrides at random, on the real database. After
every step all promises are checked on the rows themselves.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from securecare.foundation.db import owner_transaction
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import NotAccepted
from securecare.scheduling import appointments, closures, consequences, exceptions, shifts
from securecare.scheduling.booking_facts import WallTime
from securecare.scheduling.closures import ClosureForm
from securecare.scheduling.errors import TimeRefused
from securecare.scheduling.exceptions import ExceptionForm
from securecare.scheduling.statuses import AppointmentStatus
from tests.scheduling.standing import standing_wrong
from tests.scheduling.world import Harbor, overlaps

DAYS = [date(2027, 1, 18), date(2027, 1, 19)]
MINUTES = st.sampled_from([480, 525, 540, 555, 570, 600, 660, 705, 720, 735, 900, 990, 1005, 1020])
LENGTHS = st.sampled_from([15, 30, 60, 120])
REASONS = st.sampled_from([None, None, None, "It has to be"])
STEPS = st.sampled_from([each for each in AppointmentStatus])
WHO, WHICH = st.integers(0, 2), st.integers(0, 30)


class ScheduleMachine(RuleBasedStateMachine):
    """One harbor, two days, three staff members at two facilities, two customers."""

    @initialize()
    def open_harbor(self) -> None:
        self.harbor = Harbor()
        self.staff = [self.harbor.ana, self.harbor.ben, self.harbor.cho]
        self.place = [self.harbor.east, self.harbor.east, self.harbor.west]
        self.programs = [self.harbor.talk, self.harbor.care, self.harbor.weekly]
        self.versions: dict[int, int] = {}
        self.lines: dict[int, int] = {}
        self.last_move: Any = None

    # --- what people do -------------------------------------------------------------------------

    @rule(who=WHO, customer=st.booleans(), program=WHO, day=WHICH, minute=MINUTES, reason=REASONS)
    def book(self, who, customer, program, day, minute, reason):
        self.attempt(
            lambda: self.harbor.book(
                WallTime(DAYS[day % 2], minute),
                staff_id=self.staff[who],
                facility_id=self.place[who],
                customer_id=self.harbor.cleo if customer else self.harbor.dov,
                program_id=self.programs[program],
                override_reason=reason,
            )
        )

    @precondition(lambda self: self.versions)
    @rule(which=WHICH, who=WHO, day=WHICH, minute=MINUTES, reason=REASONS)
    def move(self, which, who, day, minute, reason):
        id_ = self.pick(which)
        moved = self.attempt(
            lambda: self.harbor.move(
                id_,
                self.versions[id_],
                staff_id=self.staff[who],
                facility_id=self.place[who],
                when=WallTime(DAYS[day % 2], minute),
                override_reason=reason,
            )
        )
        self.last_move = moved or self.last_move

    @precondition(lambda self: self.versions)
    @rule(which=WHICH, minutes=LENGTHS, reason=REASONS)
    def resize(self, which, minutes, reason):
        id_ = self.pick(which)
        self.attempt(
            lambda: self.harbor.move(
                id_, self.versions[id_], duration_minutes=minutes, override_reason=reason
            )
        )

    @precondition(lambda self: self.last_move)
    @rule()
    def undo(self):
        moved, self.last_move = self.last_move, None
        self.attempt(lambda: self.harbor.do(appointments.undo_move, moved.previous))

    @precondition(lambda self: self.versions)
    @rule(which=WHICH, status=STEPS)
    def step(self, which, status):
        id_ = self.pick(which)
        self.attempt(lambda: self.harbor.set(id_, self.versions[id_], status))

    @precondition(lambda self: self.versions)
    @rule(which=WHICH)
    def cancel_and_book_again(self, which):
        id_ = self.pick(which)
        for status in (AppointmentStatus.CANCELLED, AppointmentStatus.BOOKED):
            row = self.harbor.row(id_)
            self.attempt(lambda row=row, status=status: self.harbor.set(id_, row.version, status))

    # --- what changes the hours -----------------------------------------------------------------

    @rule(who=WHO, first=MINUTES, hours=st.integers(2, 9))
    def change_shift(self, who, first, hours):
        shift = self.harbor.do(shifts.week_of, self.staff[who])
        for each in shift[:2]:
            form = shifts.ShiftForm(each.form.weekday, self.place[who], first, first + hours * 60)
            self.attempt(
                lambda each=each, form=form: self.harbor.do(shifts.change, each.id, form, each.form)
            )

    @rule(who=WHO, day=WHICH, off=st.booleans(), first=MINUTES)
    def add_exception(self, who, day, off, first):
        day = DAYS[day % 2]
        form = (
            ExceptionForm("off", day, day)
            if off
            else ExceptionForm("hours", day, day, self.place[who], first, first + 240)
        )
        self.attempt(lambda: self.harbor.do(exceptions.add, self.staff[who], form))

    @rule(who=WHO)
    def remove_exception(self, who):
        for each in self.harbor.do(exceptions.of_staff, self.staff[who], DAYS[0])[:1]:
            self.attempt(lambda each=each: self.harbor.do(exceptions.remove, each.id))

    @rule(west=st.booleans(), day=WHICH)
    def close_a_day_or_open_it_again(self, west, day):
        facility = self.harbor.west if west else self.harbor.east
        closed = self.harbor.do(closures.of_facility, facility, DAYS[0])
        if closed:
            self.attempt(lambda: self.harbor.do(closures.remove, closed[0].id))
        else:
            form = ClosureForm(DAYS[day % 2], DAYS[day % 2])
            self.attempt(lambda: self.harbor.do(closures.add, facility, form))

    @rule(who=WHO, active=st.booleans())
    def leave_or_come_back(self, who, active):
        self.attempt(lambda: self.harbor.do(consequences.set_staff_active, self.staff[who], active))

    # --- what always holds ----------------------------------------------------------------------

    @invariant()
    def nobody_is_in_two_places(self):
        if hasattr(self, "harbor"):
            with owner_transaction() as session:
                assert overlaps(session, self.harbor.organization_id) == []

    @invariant()
    def nobody_is_stranded_unmarked_or_marked_without_need(self):
        if hasattr(self, "harbor"):
            assert standing_wrong(self.harbor) == []

    @invariant()
    def every_change_grew_the_version_and_left_its_line(self):
        if not hasattr(self, "harbor"):
            return
        for id_, version, lines in self.harbor.versions_and_changes():
            grown = version - self.versions.get(id_, 0)
            written = lines - self.lines.get(id_, 0)
            # A step that strands at once is one change with two lines.
            assert grown <= written <= 2 * grown
            self.versions[id_], self.lines[id_] = version, lines

    def pick(self, which: int) -> int:
        ids = sorted(self.versions)
        return ids[which % len(ids)]

    def attempt(self, deed: Callable[[], Any]) -> Any:
        """Do it, or be refused with reasons; a time that is offered instead is a free one."""
        try:
            return deed()
        except DomainError as refused:
            refusal = refused
        assert refusal.message or isinstance(refusal, NotAccepted)
        if isinstance(refusal, TimeRefused):
            starts = [free.starts_at for free in refusal.alternatives]
            assert len(set(starts)) == len(starts) <= 3
        return None


@pytest.mark.usefixtures("database", "noon")
def test_the_schedule_keeps_its_promises_whatever_people_do() -> None:
    run_state_machine_as_test(
        ScheduleMachine,
        settings=settings(
            max_examples=30,
            stateful_step_count=35,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
