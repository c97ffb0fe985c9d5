"""Invitations: one at a time, not too often, and claimed by who holds the letter and knows the day."""

from datetime import date, timedelta

import pytest

from securecare.access import sessions, sign_in
from securecare.access.actor import Actor
from securecare.access.passwords import WeakPassword
from securecare.customers import customers, own, patron_links, patron_reading
from securecare.customers.customers import CustomerForm
from securecare.foundation import clock
from securecare.foundation.db import SIGN_IN, owner_transaction, transaction
from securecare.foundation.forms import NotAccepted
from securecare.patrons import claiming, invitations
from securecare.patrons.claiming import (
    TRIES,
    AnotherRecord,
    InvitationGone,
    ProveAddress,
    SignInInstead,
    WrongBirthDate,
)
from securecare.patrons.invitations import Claimed, InvitedOften, NoAccount
from tests.customers.conftest import House
from tests.patrons.people import (
    BORN,
    asks,
    customer,
    do,
    invitation,
    invited,
    one,
    patron_of,
    record,
)
from tests.races.at_once import at_once, kinds
from tests.support import community
from tests.support.community import OFFICE

GOOD = "seven quiet herons wade"
OTHER = date(1990, 1, 1)


def looked(token: str) -> claiming.Opened:
    with transaction(SIGN_IN) as session:
        return claiming.look(session, token)


def actor_of(token: str) -> Actor:
    with transaction(SIGN_IN) as session:
        actor = sessions.actor_of(session, sessions.hash_of(token), clock.now(), "")
    assert actor is not None
    return actor


def records_of(actor: Actor) -> list[int]:
    with transaction(actor.scope) as session:
        return [id_ for each in own.records(session, actor) for id_ in each.customer_ids]


def test_who_has_the_letter_makes_an_account_and_the_record_is_theirs(ours: House):
    id_ = customer(ours)
    token = invited(ours, id_)
    opened = looked(token)
    assert (opened.organization, opened.email, opened.has_account) == (
        "Alder",
        record(id_).email,
        False,
    )
    actor = actor_of(claiming.with_password(token, GOOD, BORN, OFFICE))
    assert actor.in_portal
    assert records_of(actor) == [id_]
    tab = do(ours.administrator, patron_reading.of, id_)
    assert tab.linked.claimed
    assert tab.invitation.standing == "used"
    assert record(id_).time_zone == "America/Chicago"
    assert sign_in.with_password(opened.email, GOOD, OFFICE).step == "done"
    for again in (lambda: looked(token), lambda: claiming.with_password(token, GOOD, BORN, OFFICE)):
        with pytest.raises(InvitationGone):
            again()
    with pytest.raises(Claimed):
        do(ours.administrator, invitations.invite, id_)


def test_what_staff_corrected_meanwhile_is_what_the_person_finds(ours: House):
    id_ = customer(ours, phone="+12125550123")
    token = invited(ours, id_)
    row = do(ours.administrator, customers.look_at, id_)
    form = CustomerForm("Adriana", row.family_name, BORN, "", row.email)
    do(ours.administrator, customers.change, id_, row.version, form)
    claiming.with_password(token, GOOD, BORN, OFFICE)
    assert (record(id_).given_name, record(id_).phone) == ("Adriana", "")


def test_a_wrong_birth_date_tells_nothing_and_a_few_close_the_invitation(ours: House):
    id_ = customer(ours)
    token = invited(ours, id_)
    for _ in range(TRIES):
        with pytest.raises(WrongBirthDate):
            claiming.with_password(token, GOOD, OTHER, OFFICE)
    with pytest.raises(InvitationGone):
        claiming.with_password(token, GOOD, BORN, OFFICE)
    assert do(ours.administrator, patron_reading.of, id_).invitation.standing == "withdrawn"
    assert one("SELECT count(*) AS n FROM account WHERE email = :e", e=record(id_).email).n == 0


def test_many_guesses_at_once_are_counted_one_by_one(ours: House):
    token = invited(ours, customer(ours))
    guesses = [date(1984, 3, 8 + n) for n in range(12)]
    results = at_once([lambda g=g: claiming.with_password(token, GOOD, g, OFFICE) for g in guesses])
    assert kinds(results) == {"WrongBirthDate": TRIES, "InvitationGone": 12 - TRIES}


def test_a_weak_password_changes_nothing(ours: House):
    id_ = customer(ours)
    token = invited(ours, id_)
    with pytest.raises(WeakPassword):
        claiming.with_password(token, "short", BORN, OFFICE)
    assert claiming.with_password(token, GOOD, BORN, OFFICE)


def test_where_no_birth_date_is_known_the_one_given_stands(ours: House):
    id_ = customer(ours, born_on=None)
    claiming.with_password(invited(ours, id_), GOOD, OTHER, OFFICE)
    assert record(id_).born_on == OTHER


def test_an_address_with_an_account_signs_in_and_never_sets_a_password(ours: House):
    ada = community.person()
    token = invited(ours, customer(ours), ada.email)
    assert looked(token).has_account
    with pytest.raises(SignInInstead):
        claiming.with_password(token, GOOD, BORN, OFFICE)
    staff = community.acting_as(community.person(ours.id))
    claiming.as_signed_in(token, staff, BORN)
    places = [place for place, _ in _places(staff.account_id)]
    assert places == [ours.id, 0]


def _places(account_id: int) -> list[tuple[int, str]]:
    from securecare.access import accounts

    with transaction(SIGN_IN) as session:
        return accounts.places_of(session, account_id)


def test_who_is_a_patron_already_stays_the_one_they_are(ours: House, theirs: House):
    ada = community.person()
    patron_id = patron_of(ada)
    there, here = customer(theirs), customer(ours)
    do(theirs.administrator, patron_links.accept, asks(patron_id, theirs), there)
    asks(patron_id, ours)  # what they asked for is answered by the invitation
    token = invited(ours, here)
    actor = community.acting_as(ada)
    claiming.as_signed_in(token, actor, BORN)
    assert sorted(records_of(actor)) == sorted([there, here])
    assert record(here).given_name == "Adele"
    assert do(ours.administrator, patron_links.how_many_asked) == 0
    tab = do(ours.administrator, patron_reading.of, here)
    assert (tab.linked.name, tab.linked.claimed, len(tab.former)) == ("Adele Quist", True, 1)
    another = invited(ours, customer(ours))
    with pytest.raises(AnotherRecord):
        claiming.as_signed_in(another, actor, BORN)


def test_an_invitation_replaces_the_one_before_and_is_not_sent_too_often(ours: House, noon):
    id_ = customer(ours)
    with pytest.raises(NoAccount):
        do(ours.administrator, invitations.invite, id_)
    first = second = invited(ours, id_)
    with pytest.raises(InvitedOften):
        invitation(ours, id_)
    for n in range(1, 5):
        with clock.frozen(noon + timedelta(minutes=5 * n)):
            second = invitation(ours, id_)
    with clock.frozen(noon + timedelta(hours=1)):
        with pytest.raises(InvitedOften, match="tomorrow"):
            invitation(ours, id_)
        with pytest.raises(InvitationGone):
            looked(first)
        assert looked(second)
    states = one(
        "SELECT array_agg(state ORDER BY id) AS all FROM notice WHERE customer_id = :id", id=id_
    )
    assert states.all == ["withheld"] * 4 + ["queued"]
    with clock.frozen(noon + timedelta(days=15)), pytest.raises(InvitationGone):
        looked(second)


def test_letters_to_one_address_are_counted_however_it_is_written(ours: House, noon):
    for n in range(invitations.DAILY_TO_ADDRESS):
        spelled = "".join(c.upper() if n >> i & 1 else c for i, c in enumerate("many@example.org"))
        invited(ours, customer(ours), spelled)
    with pytest.raises(InvitedOften, match="tomorrow"):
        invited(ours, customer(ours), "MANY@example.org")


def test_a_password_that_an_organization_may_know_claims_no_record(ours: House):
    worker = community.person(ours.id)
    one(
        "UPDATE account SET vouched_by = :here WHERE id = :id RETURNING id",
        here=ours.id,
        id=worker.id,
    )
    token = invited(ours, customer(ours))
    with pytest.raises(ProveAddress):
        claiming.as_signed_in(token, community.acting_as(worker), BORN)
    assert looked(token)


def test_a_withdrawn_invitation_opens_nothing(ours: House):
    id_ = customer(ours)
    token = invited(ours, id_)
    do(ours.administrator, invitations.withdraw, id_)
    with pytest.raises(InvitationGone):
        claiming.with_password(token, GOOD, BORN, OFFICE)
    ended = customer(ours)
    token = invited(ours, ended)
    do(ours.administrator, patron_links.end, ended, "Wrong person")
    with pytest.raises(InvitationGone):
        looked(token)


def test_customer_account_and_letter_are_made_together_or_not_at_all(ours: House):
    form = CustomerForm("Nele", "Vries", BORN, "", "")
    before = one("SELECT count(*) AS n FROM customer").n
    with pytest.raises(NotAccepted) as refused:
        do(ours.administrator, invitations.register, form, account=True)
    assert set(refused.value.complaints) == {"email"}
    assert one("SELECT count(*) AS n FROM customer").n == before
    form = CustomerForm("Nele", "Vries", BORN, "", "nele@example.org")
    id_ = do(ours.administrator, invitations.register, form, account=True).id
    tab = do(ours.administrator, patron_reading.of, id_)
    assert (tab.linked.claimed, tab.invitation.standing) == (False, "waiting")


def test_the_token_stands_nowhere_in_the_database(ours: House):
    token = invited(ours, customer(ours))
    with owner_transaction() as session:
        for table in ("patron_invitation", "notice", "audit_event"):
            dump = session.connection().exec_driver_sql(f"SELECT {table}::text FROM {table}")
            assert not any(token in row for row in dump.scalars())


@pytest.mark.parametrize("round_", range(4))
def test_of_two_who_claim_at_once_one_has_it(ours: House, round_: int):
    id_ = customer(ours)
    token = invited(ours, id_)
    people = [_patron() for _ in range(4)]
    results = at_once([lambda p=p: claiming.as_signed_in(token, p, BORN) for p in people])
    assert kinds(results) == {"NoneType": 1, "InvitationGone": 3}
    assert sum(len(records_of(p)) for p in people) == 1


def _patron() -> Actor:
    someone = community.person()
    patron_of(someone)
    return community.acting_as(someone)


@pytest.mark.parametrize("round_", range(4))
def test_one_person_who_claims_two_letters_at_once_becomes_one_patron(
    ours: House, theirs: House, round_: int
):
    tokens = [invited(here, customer(here)) for here in (ours, theirs)]
    staff = community.acting_as(community.person(ours.id))
    results = at_once([lambda t=t: claiming.as_signed_in(t, staff, BORN) for t in tokens])
    assert kinds(results) == {"NoneType": 2}
    count = one("SELECT count(*) AS n FROM patron WHERE account_id = :id", id=staff.account_id)
    assert count.n == 1


@pytest.mark.parametrize("round_", range(4))
def test_claiming_and_ending_at_once_leave_no_half(ours: House, round_: int):
    id_ = customer(ours)
    token = invited(ours, id_)
    actor = _patron()
    results = at_once(
        [
            lambda: claiming.as_signed_in(token, actor, BORN),
            lambda: do(ours.administrator, patron_links.end, id_, "Because"),
        ]
    )
    assert set(kinds(results)) <= {"NoneType", "InvitationGone"}
    # Ended after it was claimed, or never claimed: linked to nobody either way.
    assert records_of(actor) == []
