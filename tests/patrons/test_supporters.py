"""Donors and volunteers: with a record or without, and nothing of it lost where records change."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from securecare.access.errors import NotAllowed, NotFound
from securecare.access.roles import Role
from securecare.customers import (
    customers,
    patron_links,
    patron_reading,
    supporter_listing,
    supporters,
)
from securecare.customers.customers import CustomerForm
from securecare.customers.patron_links import ReasonMissing
from securecare.customers.support import Support
from securecare.foundation.db import owner_transaction, transaction
from securecare.foundation.forms import NotAccepted
from securecare.merging import comparing, merging
from securecare.merging.merging import Wish
from securecare.patrons import claiming
from tests.customers.conftest import House
from tests.customers.test_search import appoint
from tests.patrons.connections import (
    BOTH,
    DONOR,
    JUNE,
    MAY,
    VOLUNTEER,
    how,
    link_of,
    listed,
    support_of,
    supporter,
    trail,
)
from tests.patrons.people import (
    BORN,
    asks,
    changes,
    customer,
    do,
    invited,
    member,
    one,
    patron_of,
    record,
)
from tests.races.at_once import at_once, kinds
from tests.support import community


def test_somebody_who_asked_is_connected_without_a_record(ours: House, theirs: House):
    ada = community.person()
    link = asks(patron_of(ada), ours)
    with pytest.raises(NotAccepted):
        do(ours.administrator, supporters.connect, link, Support())
    with pytest.raises(NotAccepted):
        do(ours.administrator, supporters.connect, link, Support(MAY + timedelta(days=9999)))
    with pytest.raises(NotFound):
        do(theirs.administrator, supporters.connect, link, BOTH)
    do(ours.administrator, supporters.connect, link, BOTH)
    assert how(link) == ("known", None, BOTH)
    assert trail(link) == ["supporter.connected"]
    with pytest.raises(NotFound):
        do(ours.administrator, supporters.connect, link, BOTH)
    shown = do(ours.administrator, supporter_listing.one, link)
    assert (shown.name, shown.phone, shown.email, shown.support, shown.customer_id) == (
        "Adele Quist",
        "+12125550177",
        ada.email,
        BOTH,
        None,
    )


def test_a_request_becomes_a_record_with_what_they_are_besides(ours: House):
    link, id_ = asks(patron_of(community.person()), ours), customer(ours)
    do(ours.administrator, patron_links.accept, link, id_, VOLUNTEER)
    assert how(link) == ("linked", id_, VOLUNTEER)
    assert support_of(ours, id_) == VOLUNTEER
    new = asks(patron_of(community.person()), ours)
    id_ = do(ours.administrator, patron_links.accept_as_new, new, DONOR, another_person=True)
    assert support_of(ours, id_) == DONOR
    plain = asks(patron_of(community.person()), ours)
    do(ours.administrator, patron_links.accept, plain, customer(ours))
    assert plain not in listed(ours)
    assert {link, new} <= set(listed(ours))


def test_the_database_keeps_what_a_standing_connection_must_be(ours: House):
    patron = patron_of(community.person())
    client = customer(ours)
    for status, customer_id, since in (
        ("known", None, None),
        ("known", client, MAY),
        ("linked", None, MAY),
        ("asked", None, MAY),
        ("declined", None, MAY),
    ):
        with pytest.raises(IntegrityError, match="ck_patron_link"), owner_transaction() as session:
            session.execute(
                text(
                    "INSERT INTO patron_link (organization_id, patron_id, status, customer_id,"
                    " donor_since) VALUES (:here, :patron, :status, :customer, :since)"
                ),
                {"here": ours.id, "patron": patron, "status": status, "customer": customer_id}
                | {"since": since},
            )
    link = asks(patron, ours)
    do(ours.administrator, supporters.connect, link, DONOR)
    with pytest.raises(IntegrityError, match="uq_patron_link_patron"):
        asks(patron, ours)


def test_two_who_change_different_things_at_once_undo_nothing_of_each_other(ours: House):
    _, link = supporter(ours, VOLUNTEER)
    do(ours.administrator, supporters.change, link, VOLUNTEER, Support(MAY, JUNE))
    # Another desk still shows a volunteer alone, and corrects the day.
    earlier = JUNE - timedelta(days=30)
    now = do(ours.administrator, supporters.change, link, VOLUNTEER, Support(None, earlier))
    assert now == Support(MAY, earlier) == how(link)[2]
    assert trail(link) == ["supporter.connected", "supporter.changed", "supporter.changed"]
    do(ours.administrator, supporters.change, link, now, now)
    assert len(trail(link)) == 3


def test_who_is_nothing_any_more_is_connected_no_longer_and_why_is_kept(ours: House):
    ada, link = supporter(ours, BOTH)
    now = do(ours.administrator, supporters.change, link, BOTH, DONOR)
    with pytest.raises(ReasonMissing):
        do(ours.administrator, supporters.change, link, now, Support())
    assert how(link)[0] == "known"
    do(ours.administrator, supporters.change, link, now, Support(), "Moved away")
    assert how(link)[0] == "ended"
    assert link not in listed(ours)
    detail = one(
        "SELECT detail FROM audit_event WHERE action = 'supporter.ended' AND object_id = :id",
        id=link,
    ).detail
    assert detail == {"fields": ["donor_since"], "reason": "Moved away"}
    for verb, more in (
        (supporters.end, ("Once more",)),
        (supporters.change, (Support(), DONOR)),
        (supporter_listing.one, ()),
    ):
        with pytest.raises(NotFound):
            do(ours.administrator, verb, link, *more)
    with transaction(ours.administrator.scope) as session:
        query = text("SELECT count(*) FROM patron WHERE account_id = :id")
        assert session.execute(query, {"id": ada.id}).scalar_one() == 0
    # They may come back.
    asks(one("SELECT id FROM patron WHERE account_id = :id", id=ada.id).id, ours)


def test_whoever_has_a_record_keeps_it_when_they_stop_volunteering(ours: House):
    ada, id_ = community.person(), customer(ours)
    do(ours.administrator, patron_links.accept, asks(patron_of(ada), ours), id_, BOTH)
    link = link_of(id_)
    do(ours.administrator, supporters.change_of, id_, BOTH, DONOR)
    assert support_of(ours, id_) == DONOR
    do(ours.administrator, supporters.end, link, "Asked for it")
    assert how(link) == ("linked", id_, Support())
    with pytest.raises(NotFound):
        do(ours.administrator, supporters.end, link, "Once more")
    do(ours.administrator, supporters.change_of, id_, Support(), VOLUNTEER)
    assert link in listed(ours)


def test_a_volunteer_whose_record_is_unlinked_stays_a_volunteer(ours: House):
    ada, id_ = community.person(), customer(ours)
    do(ours.administrator, patron_links.accept, asks(patron_of(ada), ours), id_, BOTH)
    link = link_of(id_)
    do(ours.administrator, patron_links.end, id_, "Wrong record")
    assert how(link) == ("known", None, BOTH)
    tab = do(ours.administrator, patron_reading.of, id_)
    assert tab.linked is None
    assert len(tab.former) == 1
    assert link in listed(ours)
    # What they say of themselves from now on does not reach the record.
    changes(ada, given_name="Adelina", city="Reno")
    assert (record(id_).given_name, record(id_).city) == ("Adele", "Denver")
    assert do(ours.administrator, supporter_listing.one, link).name == "Adelina Quist"
    # Their own account leads to no record, and to no log of what they changed.
    with transaction(ours.administrator.scope) as session:
        query = text(
            "SELECT count(*) FROM patron_change c JOIN patron p ON p.id = c.patron_id"
            " WHERE p.account_id = :id"
        )
        assert session.execute(query, {"id": ada.id}).scalar_one() == 0


def test_somebody_known_gets_a_record_later(ours: House):
    ada, link = supporter(ours, BOTH)
    id_ = customer(ours)
    local = ours.somebody(Role.SCHEDULER, facility_id=ours.facilities[0])
    with pytest.raises(NotAllowed):
        do(local, patron_links.give_record, link, id_)
    do(ours.administrator, patron_links.give_record, link, id_)
    assert how(link) == ("linked", id_, BOTH)
    assert record(id_).email == ada.email
    with pytest.raises(NotFound):
        do(ours.administrator, patron_links.give_record, link, id_)
    waiting = asks(patron_of(community.person()), ours)
    with pytest.raises(NotFound):
        do(ours.administrator, patron_links.give_record, waiting, customer(ours))


def test_an_invitation_that_a_volunteer_claims_makes_them_both(ours: House):
    ada, known = supporter(ours, VOLUNTEER)
    id_ = customer(ours)
    token = invited(ours, id_, ada.email)
    do(ours.administrator, supporters.change_of, id_, Support(), Support(MAY, MAY))
    claiming.as_signed_in(token, community.acting_as(ada), BORN)
    assert how(known)[0] == "ended"
    assert support_of(ours, id_) == Support(MAY, MAY)
    assert do(ours.administrator, patron_reading.of, id_).linked.claimed


def test_an_account_nobody_claimed_gives_way_and_what_was_noted_stays(ours: House):
    id_ = customer(ours)
    do(ours.administrator, patron_links.make, id_)
    do(ours.administrator, supporters.change_of, id_, Support(), DONOR)
    link = asks(patron_of(community.person()), ours)
    do(ours.administrator, patron_links.accept, link, id_, VOLUNTEER)
    assert how(link) == ("linked", id_, BOTH)


@pytest.mark.parametrize("claimed", ["former", "remaining", "neither"])
def test_two_records_that_become_one_lose_nothing_of_it(ours: House, claimed: str):
    remaining, former = customer(ours), customer(ours)
    for id_, side in ((remaining, "remaining"), (former, "former")):
        if side == claimed:
            link = asks(patron_of(community.person()), ours)
            do(ours.administrator, patron_links.accept, link, id_)
        else:
            do(ours.administrator, patron_links.make, id_)
    do(ours.administrator, supporters.change_of, remaining, Support(), Support(None, JUNE))
    do(ours.administrator, supporters.change_of, former, Support(), Support(JUNE, MAY))
    one_, other = do(ours.administrator, comparing.both, remaining, former)
    wish = Wish(remaining, former, one_.versions, other.versions)
    do(ours.administrator, merging.merge, wish)
    assert support_of(ours, remaining) == Support(JUNE, MAY)
    standing = link_of(remaining)
    assert standing in listed(ours)


def test_an_unclaimed_account_is_called_as_the_record_is(ours: House):
    id_ = customer(ours)
    do(ours.administrator, patron_links.make, id_)
    do(ours.administrator, supporters.change_of, id_, Support(), DONOR)
    link = link_of(id_)
    row = do(ours.administrator, customers.look_at, id_)
    form = CustomerForm("Zelda", "Okonkwo", BORN, "+12125550199", row.email)
    do(ours.administrator, customers.change, id_, row.version, form)
    shown = do(ours.administrator, supporter_listing.one, link)
    assert (shown.name, shown.phone, shown.customer_id) == ("Zelda Okonkwo", "+12125550199", id_)
    assert listed(ours, "okon zel") == [link]


def test_they_are_found_by_the_beginnings_of_their_names_page_by_page(ours: House, theirs: House):
    names = [("Émile", "Zabel"), ("Ana", "Zabel-Ruiz"), ("Ana Maria", "Zaugg"), ("Bo", "Zaugg")]
    links = []
    for given, family in names:
        ada, link = supporter(ours, BOTH if given == "Bo" else VOLUNTEER)
        changes(ada, given_name=given)
        changes(ada, family_name=family)
        links.append(link)
    _, elsewhere = supporter(theirs)
    assert listed(ours, "za") == links
    assert listed(ours, "emi") == links[:1]
    assert listed(ours, "ruiz an") == links[1:2]
    assert listed(ours, "MARIA zau") == links[2:3]
    assert listed(ours, "za", "donor") == links[3:]
    assert listed(ours, "za", "volunteer") == links
    assert listed(ours, "zabelx") == []
    assert elsewhere not in listed(ours)
    seen, since = [], None
    while True:
        part = do(ours.administrator, supporter_listing.page, "za", "", since, 3)
        seen += [each.link_id for each in part.rows]
        if (since := part.following) is None:
            break
    assert seen == links
    for nothing in ("%", "_", "", " ", "'"):
        assert set(links) <= set(listed(ours, nothing))


def test_one_organization_learns_nothing_of_what_somebody_is_to_another(ours: House, theirs: House):
    ada, link = supporter(ours, BOTH)
    for verb, more in (
        (supporters.change, (BOTH, DONOR)),
        (supporters.end, ("Because",)),
        (supporter_listing.one, ()),
        (patron_links.give_record, (customer(theirs),)),
    ):
        with pytest.raises(NotFound):
            do(theirs.administrator, verb, link, *more)
    patron = one("SELECT id FROM patron WHERE account_id = :id", id=ada.id).id
    with transaction(theirs.administrator.scope) as session:
        for table, key in (("patron_link", "id"), ("supporter_word", "link_id")):
            query = text(f"SELECT count(*) FROM {table} WHERE {key} = {link}")
            assert session.execute(query).scalar_one() == 0
        for asked in ("patron_known_here", "patron_linked_here"):
            assert session.execute(text(f"SELECT {asked}({patron})")).scalar_one() is False
    for attack in (
        "INSERT INTO patron_link (organization_id, patron_id, status, donor_since)"
        f" VALUES ({theirs.id}, {patron}, 'known', now())",
        f"INSERT INTO supporter_word VALUES ({theirs.id}, 'quist', {link})",
        "UPDATE supporter_word SET word = 'x'",
        "DELETE FROM supporter_word",
    ):
        with (
            pytest.raises(DBAPIError, match=r"row-level security|permission denied"),
            transaction(theirs.administrator.scope) as session,
        ):
            session.execute(text(attack))


def test_who_sees_part_of_the_records_sees_no_record_out_of_reach(ours: House):
    id_ = customer(ours)
    do(ours.administrator, patron_links.accept, asks(patron_of(community.person()), ours), id_)
    do(ours.administrator, supporters.change_of, id_, Support(), VOLUNTEER)
    local = ours.somebody(Role.SCHEDULER, facility_id=ours.facilities[1])
    link = link_of(id_)
    # New here: whoever may see customers anywhere sees those who have no appointment yet.
    assert do(local, supporter_listing.one, link).customer_id == id_
    ours.ids["Volunteer"] = id_
    appoint(ours, "Volunteer", ours.facilities[0])
    assert do(local, supporter_listing.one, link).customer_id is None
    assert do(ours.administrator, supporter_listing.one, link).customer_id == id_
    with pytest.raises(NotFound):
        do(local, supporters.change_of, id_, VOLUNTEER, DONOR)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.BILLING_CLERK, Role.OUTREACH_LEAD])
def test_who_only_reads_records_changes_nothing_of_donors(ours: House, role: Role):
    _, link = supporter(ours)
    somebody = member(ours, role)
    for verb, args in (
        (supporters.connect, (link, DONOR)),
        (supporters.change, (link, VOLUNTEER, BOTH)),
        (supporters.change_of, (customer(ours), Support(), BOTH)),
        (supporters.end, (link, "Because")),
        (supporter_listing.page, ()),
        (supporter_listing.one, (link,)),
        (patron_links.give_record, (link, 1)),
    ):
        with pytest.raises(NotAllowed):
            do(somebody, verb, *args)


def test_many_who_answer_one_request_at_once_answer_it_once(ours: House):
    link, id_ = asks(patron_of(community.person()), ours), customer(ours)
    answers = [
        lambda: do(ours.administrator, supporters.connect, link, VOLUNTEER),
        lambda: do(ours.administrator, patron_links.accept, link, id_, DONOR),
        lambda: do(ours.administrator, patron_links.decline, link),
    ]
    results = at_once(answers * 3)
    assert kinds(results) == {"NoneType": 1, "NotFound": 8}
    assert len(trail(link)) + one(
        "SELECT count(*) AS n FROM audit_event WHERE action = 'patron.linked' AND object_id = :id",
        id=id_,
    ).n == 1  # fmt: skip


def test_all_that_is_done_to_one_connection_at_once_waits_for_its_turn(ours: House):
    ada, id_ = community.person(), customer(ours)
    do(ours.administrator, patron_links.accept, asks(patron_of(ada), ours), id_, BOTH)
    link = link_of(id_)
    deeds = [
        lambda: do(ours.administrator, supporters.change, link, BOTH, DONOR),
        lambda: do(ours.administrator, supporters.change_of, id_, BOTH, VOLUNTEER),
        lambda: do(ours.administrator, patron_links.end, id_, "Because"),
        lambda: do(ours.administrator, supporters.end, link, "Because"),
        lambda: changes(ada, given_name="Adelina"),
        lambda: changes(ada, phone="+12125550111"),
    ]
    for result in at_once(deeds * 2):
        assert not isinstance(result, BaseException) or isinstance(result, NotFound | ReasonMissing)
    assert one(
        "SELECT count(*) AS n FROM patron_link WHERE patron_id ="
        " (SELECT id FROM patron WHERE account_id = :id) AND status IN ('linked', 'known')",
        id=ada.id,
    ).n in (0, 1)  # fmt: skip
