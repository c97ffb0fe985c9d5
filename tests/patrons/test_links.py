"""Staff and patrons: made, asked for, linked, ended; what staff see of them and what they do not."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from securecare.access.actor import Actor, Grant
from securecare.access.errors import NotAllowed, NotFound
from securecare.access.roles import Role
from securecare.customers import customers, patron_links, patron_reading, profile
from securecare.customers.customers import AlreadyKnown
from securecare.customers.kept_by_patron import WORDS, KeptByPatron
from securecare.customers.patron_links import AlreadyLinked, ReasonMissing
from securecare.customers.profile import ProfileForm
from securecare.foundation.db import transaction
from tests.customers.conftest import House
from tests.patrons.people import asks, changes, customer, do, member, one, patron_of, record
from tests.support import community


def read(here: House, customer_id: int) -> patron_reading.PatronTab:
    return do(here.administrator, patron_reading.of, customer_id)


def changed(here: House, customer_id: int, *more: object) -> list[patron_reading.Changed]:
    return do(here.administrator, patron_reading.changes, customer_id, *more)


def linked(here: House) -> tuple[community.Someone, int]:
    """A patron who asked and was linked to a customer."""
    ada = community.person()
    id_ = customer(here)
    do(here.administrator, patron_links.accept, asks(patron_of(ada), here), id_)
    return ada, id_


def test_an_account_made_for_a_customer_says_what_the_record_says(ours: House):
    id_ = customer(ours, phone="+12125550123")
    do(ours.administrator, profile.change, id_, 0, ProfileForm(city="Reno", pronouns="she/her"))
    assert read(ours, id_).linked is None
    do(ours.administrator, patron_links.make, id_)
    tab = read(ours, id_)
    assert tab.linked is not None
    assert not tab.linked.claimed
    assert tab.linked.by == "Admin Alder"
    row = one(
        "SELECT p.* FROM patron p JOIN patron_link l ON l.patron_id = p.id"
        " WHERE l.customer_id = :id",
        id=id_,
    )
    assert (row.account_id, row.made_in, row.city, row.pronouns, row.phone) == (
        None,
        ours.id,
        "Reno",
        "she/her",
        "+12125550123",
    )
    with pytest.raises(AlreadyLinked):
        do(ours.administrator, patron_links.make, id_)
    # Until it is claimed, staff keep the record as before.
    form = customers.form_of(do(ours.administrator, customers.look_at, id_))
    do(ours.administrator, customers.change, id_, 1, replace(form, phone=""))


def test_a_request_shows_who_asks_and_whom_it_may_be(ours: House, theirs: House):
    ada = community.person()
    link = asks(patron_of(ada), ours)
    alike = customer(ours, given_name="Adele")
    customer(theirs, given_name="Adele")
    assert [each.link_id for each in do(theirs.administrator, patron_links.requests)] == []
    found = do(ours.administrator, patron_links.requests)
    assert [(each.link_id, each.name, each.town) for each in found] == [
        (link, "Adele Quist", "Denver")
    ]
    assert do(ours.administrator, patron_links.how_many_asked) == 1
    likely = do(ours.administrator, patron_links.matches, link)
    assert (likely[0].id, likely[0].why) == (alike, "same name, same birth date")
    with pytest.raises(AlreadyKnown):
        do(ours.administrator, patron_links.accept_as_new, link)
    for verb, more in ((patron_links.matches, ()), (patron_links.decline, ())):
        with pytest.raises(NotFound):
            do(theirs.administrator, verb, link, *more)
    with pytest.raises(NotFound):
        do(theirs.administrator, patron_links.accept, link, customer(theirs))
    do(ours.administrator, patron_links.accept, link, alike)
    assert record(alike).phone == "+12125550177"
    assert read(ours, alike).linked is not None
    assert do(ours.administrator, patron_links.how_many_asked) == 0
    with pytest.raises(NotFound):
        do(ours.administrator, patron_links.accept, link, alike)


def test_ones_own_wish_to_be_known_elsewhere_is_no_request_at_work(ours: House, theirs: House):
    """A patron sees their own links wherever they are; at work they are not there."""
    worker = community.person(ours.id, role=Role.ADMINISTRATOR)
    actor = Actor(worker.id, ours.id, 0, "Worker", (Grant(Role.ADMINISTRATOR),))
    link = asks(patron_of(worker), theirs)
    for verb, more in (
        (patron_links.matches, ()),
        (patron_links.decline, ()),
        (patron_links.accept_as_new, ()),
        (patron_links.accept, (customer(ours),)),
    ):
        with pytest.raises(NotFound):
            do(actor, verb, link, *more)


def test_a_request_may_become_a_new_record_or_be_declined(ours: House):
    ada, ben = community.person(), community.person(name="Ben Orr")
    link = asks(patron_of(ada), ours)
    id_ = do(ours.administrator, patron_links.accept_as_new, link, another_person=True)
    assert (record(id_).given_name, record(id_).city) == ("Adele", "Denver")
    other = asks(patron_of(ben), ours)
    do(ours.administrator, patron_links.decline, other)
    assert one("SELECT status FROM patron_link WHERE id = :id", id=other).status == "declined"
    with pytest.raises(NotFound):
        do(ours.administrator, patron_links.decline, other)


def test_an_unclaimed_account_gives_way_to_the_person_and_a_claimed_one_does_not(ours: House):
    id_ = customer(ours)
    do(ours.administrator, patron_links.make, id_)
    ada, ben = community.person(), community.person(name="Ben Orr")
    do(ours.administrator, patron_links.accept, asks(patron_of(ada), ours), id_)
    assert len(read(ours, id_).former) == 1
    with pytest.raises(AlreadyLinked):
        do(ours.administrator, patron_links.accept, asks(patron_of(ben), ours), id_)


def test_what_the_person_keeps_staff_read_and_what_staff_keep_they_change(ours: House):
    _, id_ = linked(ours)
    row = do(ours.administrator, customers.look_at, id_)
    with pytest.raises(KeptByPatron) as refused:
        do(
            ours.administrator,
            customers.change,
            id_,
            row.version,
            replace(customers.form_of(row), phone="+12125550100", email=""),
        )
    assert refused.value.complaints == {"phone": WORDS, "email": WORDS}
    known = do(ours.administrator, profile.read, id_)
    with pytest.raises(KeptByPatron):
        do(
            ours.administrator,
            profile.change,
            id_,
            known.version,
            replace(known.form, city="Elsewhere", staff_note="Prefers mornings"),
        )
    do(
        ours.administrator,
        profile.change,
        id_,
        known.version,
        replace(known.form, reached_by="text", staff_note="Prefers mornings"),
    )
    do(ours.administrator, profile.set_ssn, id_, "123-45-6789")
    do(ours.administrator, patron_links.end, id_, "Moved away")
    row = do(ours.administrator, customers.look_at, id_)
    form = replace(customers.form_of(row), phone="+12125550100")
    assert do(ours.administrator, customers.change, id_, row.version, form) == ("phone",)


def test_staff_see_what_changed_and_when_but_not_what_was_before_they_met(ours: House):
    ada = community.person()
    patron_id = patron_of(ada)
    changes(ada, city="Tulsa")
    id_ = customer(ours)
    do(ours.administrator, patron_links.accept, asks(patron_id, ours), id_)
    for city in ("Reno", "Boise", "Waco"):
        changes(ada, city=city)
    assert record(id_).city == "Waco"
    seen = changed(ours, id_)
    assert [(f.label, f.before, f.after) for each in seen for f in each.fields] == [
        ("City", "before", "Waco"),
        ("City", "before", "Boise"),
        ("City", "before", "Reno"),
    ]
    assert [each.id for each in changed(ours, id_, seen[0].id, 1)] == [seen[1].id]
    do(ours.administrator, patron_links.end, id_, "Asked for it")
    assert changed(ours, id_) == []
    changes(ada, city="Erie")
    assert record(id_).city == "Waco"


def test_a_link_is_ended_only_with_a_reason_which_is_kept(ours: House):
    _, id_ = linked(ours)
    with pytest.raises(ReasonMissing):
        do(ours.administrator, patron_links.end, id_, " ")
    do(ours.administrator, patron_links.end, id_, "Not the same person")
    detail = one(
        "SELECT detail FROM audit_event WHERE action = 'patron.unlinked' AND object_id = :id",
        id=id_,
    ).detail
    assert detail == {"reason": "Not the same person"}
    with pytest.raises(NotFound):
        do(ours.administrator, patron_links.end, id_, "Once more")


def test_one_organization_learns_nothing_of_another(ours: House, theirs: House):
    ada, here = linked(ours)
    there = customer(theirs)
    for verb, more in (
        (patron_reading.of, ()),
        (patron_reading.changes, ()),
        (patron_links.make, ()),
        (patron_links.end, ("Because",)),
    ):
        with pytest.raises(NotFound):
            do(theirs.administrator, verb, here, *more)
    # Making an account for the same person elsewhere tells neither of the first one.
    do(theirs.administrator, patron_links.make, there)
    assert read(theirs, there).linked is not None
    assert ada.email not in repr(read(theirs, there))


@pytest.mark.parametrize("status", ["linked", "asked"])
def test_nobody_can_be_linked_who_is_not_known_here_whatever_sql_gets_through(
    ours: House, theirs: House, status: str
):
    ada, _ = linked(ours)
    patron = one("SELECT id FROM patron WHERE account_id = :id", id=ada.id).id
    there = customer(theirs)
    with (
        pytest.raises(DBAPIError, match="row-level security"),
        transaction(theirs.administrator.scope) as session,
    ):
        session.execute(
            text(
                "INSERT INTO patron_link (organization_id, patron_id, customer_id, status)"
                f" VALUES ({theirs.id}, {patron}, {there}, '{status}')"
            )
        )
    link = asks(patron_of(community.person()), theirs)
    with (
        pytest.raises(DBAPIError, match="row-level security"),
        transaction(theirs.administrator.scope) as session,
    ):
        session.execute(text(f"UPDATE patron_link SET patron_id = {patron} WHERE id = {link}"))


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.BILLING_CLERK])
def test_who_only_reads_records_changes_nothing_of_patrons(ours: House, role: Role):
    id_ = customer(ours)
    somebody = member(ours, role)
    assert do(somebody, patron_reading.of, id_).linked is None
    for verb, args in (
        (patron_links.make, (id_,)),
        (patron_links.end, (id_, "Because")),
        (patron_links.requests, ()),
        (patron_links.decline, (1,)),
        (patron_links.accept, (1, id_)),
    ):
        with pytest.raises(NotAllowed):
            do(somebody, verb, *args)
