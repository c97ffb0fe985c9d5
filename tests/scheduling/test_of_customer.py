"""The appointments of one customer on their record: to come, over, page by page, within reach."""

from datetime import date, timedelta
from typing import Any

import pytest

from securecare.access.actor import Actor
from securecare.access.errors import NotAllowed, NotFound
from securecare.access.roles import Role
from securecare.customers import absences
from securecare.customers.absences import AbsenceForm
from securecare.foundation import clock
from securecare.scheduling import of_customer, record
from securecare.scheduling.booking_facts import WallTime
from securecare.scheduling.of_customer import Filters, When
from securecare.scheduling.record import Notes
from securecare.scheduling.statuses import AppointmentStatus
from tests.scheduling.world import Harbor, new_york

MONDAY = date(2027, 1, 18)
S = AppointmentStatus


def page(harbor: Harbor, when: When, *, by: Actor | None = None, **asked: Any) -> Any:
    def read(session: Any, actor: Actor) -> Any:
        return of_customer.page(session, actor, harbor.cleo, when, **asked)

    return harbor.do(read, by=by)


@pytest.fixture
def week(harbor: Harbor) -> list[int]:
    """Talks of Cleo's at ten from Monday to Friday; those at West with Cho are at noon there."""
    talks = [
        harbor.book(WallTime(MONDAY + timedelta(days=n), 600)).appointment_id for n in range(5)
    ]
    west = harbor.book(
        WallTime(MONDAY, 720), staff_id=harbor.cho, facility_id=harbor.west, program_id=harbor.care
    )
    return [*talks, west.appointment_id]


def test_coming_ones_begin_with_the_next_and_past_ones_with_the_latest(harbor: Harbor, week):
    assert [row.id for row in page(harbor, "coming").rows] == [week[0], week[5], *week[1:5]]
    assert page(harbor, "past").rows == []
    with clock.frozen(new_york(MONDAY + timedelta(days=2), 10, 15)):
        assert [row.id for row in page(harbor, "coming").rows] == week[2:5], "one is under way"
        assert [row.id for row in page(harbor, "past").rows] == [week[1], week[5], week[0]]
    with clock.frozen(new_york(MONDAY + timedelta(days=2), 10, 30)):
        assert page(harbor, "past").rows[0].id == week[2], "it is over at its end"


def test_page_after_page_gives_each_once(harbor: Harbor, week: list[int]):
    with clock.frozen(new_york(MONDAY + timedelta(days=3), 8)):
        for when in ("coming", "past"):
            whole = [row.id for row in page(harbor, when).rows]
            pieces, since = [], None
            while True:
                part = page(harbor, when, since=since, size=2)
                pieces += [row.id for row in part.rows]
                since = part.following
                if since is None:
                    break
            assert pieces == whole


def test_each_says_its_place_and_its_clock(harbor: Harbor, week: list[int]):
    by_id = {row.id: row for row in page(harbor, "coming").rows}
    there = by_id[week[5]]
    assert (there.facility, there.time_zone) == ("West", "America/Phoenix")
    assert (there.program, there.staff, there.status) == ("Care", "Cho Cano", S.BOOKED)
    assert of_customer.href(there.id, there.starts_at, there.time_zone) == (
        f"/schedule?day=2027-01-18&appointment={there.id}"
    )


def test_the_link_names_the_day_it_is_at_the_facility(harbor: Harbor):
    late = new_york(date(2027, 1, 19), 0, 30)  # half past ten in the evening in Phoenix
    assert "day=2027-01-18" in of_customer.href(1, late, "America/Phoenix")
    assert "day=2027-01-19" in of_customer.href(1, late, "America/New_York")


def test_filters_take_what_it_counts_as_and_the_program(harbor: Harbor, week: list[int]):
    harbor.set(week[0], 1, S.NO_SHOW)
    harbor.set(week[1], 1, S.NO_SHOW)
    leave = AbsenceForm(new_york(MONDAY, 0), new_york(MONDAY, 23), "family", "Ada Admin")
    harbor.do(absences.add, harbor.cleo, leave)
    with clock.frozen(new_york(MONDAY + timedelta(days=6), 8)):

        def ids(**chosen: Any) -> list[int]:
            return [row.id for row in page(harbor, "past", filters=Filters(**chosen)).rows]

        assert ids(status=S.ABSENT) == [week[0]]
        assert ids(status=S.NO_SHOW) == [week[1]]
        assert ids(program_id=harbor.care) == [week[5]]
        assert ids(program_id=harbor.care, status=S.NO_SHOW) == []
        assert [row.status for row in page(harbor, "past").rows].count(S.ABSENT) == 1


def test_somebody_at_one_place_sees_what_is_there_and_no_more(harbor: Harbor, week: list[int]):
    at_west = harbor.actor(Role.SCHEDULER, facility_id=harbor.west)
    assert [row.id for row in page(harbor, "coming", by=at_west).rows] == [week[5]]
    assert harbor.do(of_customer.programs, harbor.cleo, by=at_west) == [(harbor.care, "Care")]
    in_talks = harbor.actor(Role.CASE_WORKER, program_id=harbor.talk)
    assert [row.id for row in page(harbor, "coming", by=in_talks).rows] == week[:5]


def test_who_may_not_see_the_customer_or_the_schedule_is_refused(harbor: Harbor, week: list[int]):
    elsewhere = harbor.actor(Role.SCHEDULER, program_id=harbor.weekly)
    with pytest.raises(NotFound):
        page(harbor, "coming", by=elsewhere)
    with pytest.raises(NotAllowed):
        page(harbor, "coming", by=harbor.actor(Role.OUTREACH_LEAD))
    stranger = Harbor()
    with pytest.raises(NotFound):
        page(harbor, "coming", by=stranger.administrator)


def test_of_a_private_note_only_its_readers_learn_that_it_is_there(harbor: Harbor, week: list[int]):
    harbor.do(record.write_notes, Notes(week[0], 1, "Bring the letter", "canary sleeps badly"))
    said = page(harbor, "coming").rows[0]
    assert (said.public_note, said.has_private_note) == ("Bring the letter", True)
    for role in (Role.SCHEDULER, Role.AUDITOR, Role.BILLING_CLERK):
        read = page(harbor, "coming", by=harbor.actor(role)).rows[0]
        assert not read.has_private_note
        assert "canary" not in repr(read)
    worker = harbor.actor(Role.CASE_WORKER, program_id=harbor.talk)
    assert page(harbor, "coming", by=worker).rows[0].has_private_note
