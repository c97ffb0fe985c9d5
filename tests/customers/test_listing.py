"""The list of customers: in order, page by page, with what comes next."""

from securecare.access.roles import Role
from securecare.customers import listing
from securecare.foundation.db import transaction
from tests.customers.conftest import PEOPLE
from tests.customers.test_search import appoint


def pages(actor, size: int) -> list[list[str]]:
    found, since = [], None
    with transaction(actor.scope) as session:
        while True:
            part = listing.page(session, actor, since, size)
            found.append([row.name for row in part.rows])
            if part.following is None:
                return found
            since = part.following


def test_everybody_comes_once_whatever_the_size_of_a_page(ours):
    (whole,) = pages(ours.administrator, 50)
    assert len(whole) == len(PEOPLE)
    by_name = sorted((form.family_name, form.given_name) for form in PEOPLE)
    assert whole == [f"{given} {family}" for family, given in by_name]
    for size in (1, 3, 7, 8):
        parts = pages(ours.administrator, size)
        assert [name for part in parts for name in part] == whole
        assert all(parts)


def test_a_search_lists_the_best_first(ours):
    with transaction(ours.administrator.scope) as session:
        part = listing.found(session, ours.administrator, "smith")
    assert [row.name for row in part.rows] == ["Smith Abara", "Gail Smith", "Smithson Abbott"]
    assert part.following is None


def test_the_next_appointment_is_shown_as_far_as_one_may_see_the_schedule(ours, noon):
    north, south = ours.facilities
    appoint(ours, "Mario García", north, days=9)
    appoint(ours, "Mario García", south, days=4)
    appoint(ours, "Mario García", south, days=-3)

    def next_of(actor):
        with transaction(actor.scope) as session:
            (row,) = listing.found(session, actor, "mario").rows
            return row.next

    everywhere = next_of(ours.administrator)
    assert everywhere.facility.startswith("North House")
    assert everywhere.starts_at.day == 17
    assert everywhere.time_zone == "America/Chicago"
    assert next_of(ours.somebody(Role.SCHEDULER, facility_id=north)).starts_at.day == 22
    appoint(ours, "Niamh O'Brien-Walsh", north, days=-20)
    with transaction(ours.administrator.scope) as session:
        (row,) = listing.found(session, ours.administrator, "niamh").rows
    assert row.next is None


def test_another_organization_lists_only_its_own(ours, theirs):
    assert pages(theirs.administrator, 50) == [["Gail Smith"]]
