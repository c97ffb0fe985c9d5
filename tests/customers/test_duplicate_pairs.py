"""Pairs that may be one person's: found bit by bit, compared, told apart, and asked again."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from securecare.access.actor import Actor, Grant
from securecare.access.errors import NotAllowed, NotFound
from securecare.access.roles import Role
from securecare.customers import (
    customers,
    duplicate_finding,
    duplicate_pairs,
    duplicates,
    profile,
)
from securecare.customers.customers import CustomerForm
from securecare.customers.duplicate_pairs import Listed, MoreSpeaksForIt
from securecare.customers.profile import ProfileForm
from securecare.foundation.db import SYSTEM, Scope, owner_transaction, transaction
from securecare.jobs import alike
from securecare.merging import comparing, merging
from securecare.merging.merging import Wish
from tests.customers.conftest import House
from tests.customers.test_search import appoint
from tests.patrons.people import customer, do, member, office, one

BORN, LATER = date(1961, 4, 9), date(1990, 1, 1)
MAIL = "shared@example.org"


@pytest.fixture
def ours(database: str) -> House:
    del database
    return office("Alder")


def somebody(here: House, given: str = "Rosalind", family: str = "Okafor", **known: object) -> int:
    values: dict = {"born_on": BORN, "email": ""} | known
    return customer(here, given_name=given, family_name=family, **values)


def change(here: House, id_: int, **values: object) -> None:
    actor = here.administrator
    with transaction(actor.scope) as session:
        row = customers.look_at(session, actor, id_)
        known = {name: getattr(row, name) for name in CustomerForm.__slots__}
        customers.change(session, actor, id_, row.version, CustomerForm(**(known | values)))


def listed(here: House, actor: Actor | None = None) -> list[Listed]:
    """What is on the page once the job has run."""
    alike.find_duplicates()
    return do(actor or here.administrator, duplicate_pairs.to_compare).rows


def ids(rows: list[Listed]) -> list[tuple[int, int]]:
    return [(row.one.id, row.other.id) for row in rows]


def dismiss(here: House, row: Listed) -> None:
    do(here.administrator, duplicate_pairs.dismiss, row.one.id, row.other.id, row.score)


def apart(here: House) -> list[Listed]:
    return do(here.administrator, duplicate_pairs.dismissed).rows


def due(here: House) -> int:
    return one("SELECT count(*) AS n FROM duplicate_due WHERE organization_id = :id", id=here.id).n


class Killed(Exception):
    """As the job process ends before it has committed."""


def killed_while_looking(here: House) -> None:
    with transaction(Scope(here.id)) as session:
        assert duplicate_finding.look(session, here.id) == 2
        raise Killed


def merge(here: House, remaining: int, former: int) -> None:
    actor = here.administrator
    this, that = do(actor, comparing.both, remaining, former)
    do(actor, merging.merge, Wish(remaining, former, this.versions, that.versions))


def test_two_who_look_alike_are_listed_with_the_reasons_the_likeliest_first(ours: House):
    likely = somebody(ours), somebody(ours, "Rosalynd")
    likelier = somebody(ours, "Bo", "Ek", email=MAIL), somebody(ours, "Bo", "Ek", email=MAIL)
    somebody(ours, "Ngozi", "Berg", born_on=LATER)
    do(ours.administrator, profile.change, likely[0], 0, ProfileForm(city="Reno"))
    rows = listed(ours)
    assert ids(rows) == [likelier, likely]
    assert [row.why for row in rows] == [
        "same name, same birth date, same e-mail address",
        "similar name, same birth date",
    ]
    side = rows[1].one
    assert (side.name, side.born_on, side.city) == ("Rosalind Okafor", BORN, "Reno")
    assert do(ours.administrator, duplicate_pairs.how_many) == 2
    assert due(ours) == 0


def test_a_change_brings_a_pair_and_takes_it_away_and_other_changes_are_not_looked_at(ours: House):
    this, that = somebody(ours), somebody(ours, "Ngozi", "Berg")
    assert listed(ours) == []
    change(ours, that, given_name="Rosalind", family_name="Okafor")
    assert ids(listed(ours)) == [(this, that)]
    change(ours, this, born_on=LATER)
    assert listed(ours) == []
    with owner_transaction() as session:
        session.execute(
            text("UPDATE customer SET version = version + 1, born_on = born_on WHERE id = :id"),
            {"id": this},
        )
    assert due(ours) == 0


def test_who_was_told_apart_is_neither_listed_nor_counted_nor_suggested(ours: House):
    this, that = somebody(ours), somebody(ours)
    (row,) = listed(ours)
    assert [each.id for each in do(ours.administrator, duplicates.of_record, this)] == [that]
    dismiss(ours, row)
    assert listed(ours) == []
    assert do(ours.administrator, duplicate_pairs.how_many) == 0
    for one_, _ in ((this, that), (that, this)):
        assert do(ours.administrator, duplicates.of_record, one_) == []
    (kept,) = apart(ours)
    assert (kept.why, kept.dismissed_by) == (row.why, "Admin Alder")
    assert kept.dismissed_at is not None
    # Whoever is noted anew is compared with both, as before.
    form = CustomerForm("Rosalind", "Okafor", BORN)
    assert len(do(ours.administrator, duplicates.of, duplicates.Features(*_values(form)))) == 2


def _values(form: CustomerForm) -> tuple[object, ...]:
    return form.given_name, form.family_name, form.born_on, form.phone, form.email


def test_what_was_told_apart_can_be_taken_back_and_both_records_say_so(ours: House):
    this, that = somebody(ours), somebody(ours)
    (row,) = listed(ours)
    dismiss(ours, row)
    dismiss(ours, row)
    (kept,) = apart(ours)
    assert do(ours.administrator, duplicate_pairs.restore, kept.id)
    assert do(ours.administrator, duplicate_pairs.restore, kept.id)
    assert ids(listed(ours)) == [(this, that)]
    assert apart(ours) == []
    with owner_transaction() as session:
        told = session.execute(
            text(
                "SELECT action, object_id, detail FROM audit_event WHERE organization_id = :id"
                " AND action IN ('customer.told_apart', 'customer.doubted_again') ORDER BY id"
            ),
            {"id": ours.id},
        ).all()
    assert [tuple(each) for each in told] == [
        (action, id_, {"other_id": other})
        for action in ("customer.told_apart", "customer.doubted_again")
        for id_, other in ((this, that), (that, this))
    ]


def test_they_come_up_again_once_more_speaks_for_it_and_not_before(ours: House):
    this, that = somebody(ours), somebody(ours, "Rosalynd")
    dismiss(ours, *listed(ours))
    change(ours, this, given_name="Rosalin")
    change(ours, that, phone="+12125550123")
    assert listed(ours) == []
    change(ours, that, given_name="Rosa", born_on=LATER)
    assert listed(ours) == []
    assert [row.why for row in apart(ours)] == ["same family name"]
    change(ours, that, given_name="Rosalin", born_on=BORN)
    (again,) = listed(ours)
    assert (again.why, again.dismissed_by) == ("same name, same birth date", "Admin Alder")
    assert apart(ours) == []
    dismiss(ours, again)
    assert listed(ours) == []


def test_who_has_not_seen_what_speaks_for_it_now_is_asked_to_look_again(ours: House):
    this, that = somebody(ours), somebody(ours, "Rosalynd")
    (row,) = listed(ours)
    change(ours, that, given_name="Rosalind")
    with pytest.raises(MoreSpeaksForIt):
        dismiss(ours, row)
    assert [each.score for each in listed(ours)] == [
        do(ours.administrator, duplicate_pairs.between, this, that).points
    ]


def test_two_who_were_found_by_hand_can_be_told_apart_too(ours: House):
    this, that = somebody(ours), somebody(ours, "Bo", "Ek", born_on=LATER)
    seen = do(ours.administrator, duplicate_pairs.between, this, that).points
    do(ours.administrator, duplicate_pairs.dismiss, that, this, seen)
    (kept,) = apart(ours)
    assert (kept.one.id, kept.other.id, kept.why) == (this, that, "")
    assert not do(ours.administrator, duplicate_pairs.restore, kept.id)
    assert (listed(ours), apart(ours)) == ([], [])
    with pytest.raises(NotFound):
        do(ours.administrator, duplicate_pairs.dismiss, this, this, 100)


def test_pairs_of_which_one_is_out_of_reach_neither_show_nor_count(ours: House):
    here, there = ours.facilities
    both = somebody(ours), somebody(ours)
    other = somebody(ours, "Rosalynd")
    for id_, facility in ((both[0], here), (both[1], here), (other, there)):
        ours.ids["x"] = id_
        appoint(ours, "x", facility)
    manager = Actor(
        ours.administrator.account_id, ours.id, 0, "Moe", (Grant(Role.MANAGER, facility_id=here),)
    )
    assert len(listed(ours)) == 3
    (row,) = listed(ours, manager)
    assert (row.one.id, row.other.id) == both
    assert [len(side.facilities) for side in (row.one, row.other)] == [1, 1]
    assert do(manager, duplicate_pairs.how_many) == 1
    hidden = next(row for row in listed(ours) if row.other.id == other)
    with pytest.raises(NotFound):
        do(manager, duplicate_pairs.dismiss, hidden.one.id, hidden.other.id, hidden.score)
    dismiss(ours, hidden)
    assert do(manager, duplicate_pairs.dismissed).rows == []
    (kept,) = apart(ours)
    with pytest.raises(NotFound):
        do(manager, duplicate_pairs.restore, kept.id)


def test_only_who_may_merge_sees_any_and_never_another_organizations(ours: House):
    somebody(ours), somebody(ours)
    (row,) = listed(ours)
    theirs = office("Birch")
    somebody(theirs)
    assert listed(theirs) == []
    with pytest.raises(NotFound):
        do(theirs.administrator, duplicate_pairs.dismiss, row.one.id, row.other.id, 100)
    for role in (Role.SCHEDULER, Role.CASE_WORKER, Role.AUDITOR):
        actor = member(ours, role)
        assert do(actor, duplicate_pairs.how_many) == 0
        for verb, *told in (
            (duplicate_pairs.to_compare,),
            (duplicate_pairs.dismissed,),
            (duplicate_pairs.dismiss, row.one.id, row.other.id, 100),
            (duplicate_pairs.restore, row.id),
            (duplicate_pairs.between, row.one.id, row.other.id),
        ):
            with pytest.raises(NotAllowed):
                do(actor, verb, *told)


def test_merging_takes_the_pair_away_and_carries_over_who_was_told_apart(ours: House):
    here, there, third = somebody(ours), somebody(ours), somebody(ours, "Rosalynd")
    for row in listed(ours):
        if third in (row.one.id, row.other.id):
            dismiss(ours, row)
    fourth = somebody(ours, "Rosalynde", phone="+12125550123")
    assert (fourth, third) not in ids(listed(ours))
    merge(ours, here, there)
    left = ids(listed(ours))
    assert there not in {id_ for pair in left for id_ in pair}
    assert (here, fourth) in left
    assert ids(apart(ours)) == [(here, third)]
    # A sign leads on: also from a record that was told apart.
    fifth = somebody(ours, "Someone", "Else")
    merge(ours, fifth, third)
    change(ours, fifth, given_name="Rosalynd", family_name="Okafor")
    assert (here, fifth) in ids(apart(ours))
    assert (here, fifth) not in ids(listed(ours))


def test_two_who_were_told_apart_may_be_merged_after_all(ours: House):
    here, there = somebody(ours), somebody(ours)
    dismiss(ours, *listed(ours))
    merge(ours, here, there)
    assert (listed(ours), apart(ours)) == ([], [])
    assert (
        one("SELECT count(*) AS n FROM duplicate_pair WHERE organization_id = :id", id=ours.id).n
        == 0
    )


def test_a_look_that_is_ended_in_the_middle_leaves_no_trace_and_is_made_again(ours: House):
    this, that = somebody(ours), somebody(ours)
    waiting = due(ours)

    with pytest.raises(Killed):
        killed_while_looking(ours)
    assert due(ours) == waiting
    assert do(ours.administrator, duplicate_pairs.to_compare).rows == []
    assert ids(listed(ours)) == [(this, that)]
    with owner_transaction() as session:
        session.execute(
            text(
                "INSERT INTO duplicate_due (organization_id, customer_id)"
                " SELECT organization_id, id FROM customer WHERE organization_id = :id"
            ),
            {"id": ours.id},
        )
    assert ids(listed(ours)) == [(this, that)]


def test_of_very_many_who_are_alike_each_is_listed_with_a_few(ours: House):
    many = [somebody(ours) for _ in range(30)]
    alike.find_duplicates()
    counted = one(
        "SELECT count(*) AS n FROM duplicate_pair WHERE organization_id = :id", id=ours.id
    )
    assert len(many) <= counted.n <= len(many) * duplicates.MOST
    rows, seen, after = 0, set(), None
    while True:
        page = do(ours.administrator, duplicate_pairs.to_compare, after)
        rows, seen, after = rows + len(page.rows), seen | set(ids(page.rows)), page.following
        if after is None:
            break
    assert rows == len(seen) == counted.n


def test_the_latest_changes_are_looked_at_before_what_was_there_already(ours: House):
    old = [somebody(ours, f"Given{n}", f"Family{n}", born_on=LATER) for n in range(3)]
    new = somebody(ours), somebody(ours)
    with transaction(Scope(ours.id)) as session:
        assert duplicate_finding.look(session, ours.id, most=2) == 2
    assert ids(do(ours.administrator, duplicate_pairs.to_compare).rows) == [new]
    assert due(ours) == len(old)


def test_what_is_due_is_added_by_the_database_alone(ours: House):
    id_ = somebody(ours)
    with (
        pytest.raises(DBAPIError, match="permission denied"),
        transaction(Scope(ours.id)) as session,
    ):
        session.execute(
            text("INSERT INTO duplicate_due (organization_id, customer_id) VALUES (:o, :c)"),
            {"o": ours.id, "c": id_},
        )
    with transaction(SYSTEM) as session:
        assert ours.id in duplicate_finding.waiting(session)
        assert session.execute(text("SELECT count(*) FROM duplicate_pair")).scalar() == 0
