"""Who may give which role, who comes, who goes, and how somebody gets back in."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from securecare.access import accounts, grants, links, passwords, people, sign_in
from securecare.access.actor import Actor
from securecare.access.errors import NotAllowed, NotFound
from securecare.access.grants import HeldAlready, LastAdministrator, OnlyEverywhere, Place
from securecare.access.links import LinkGone
from securecare.access.passwords import WeakPassword
from securecare.access.people import BelongsElsewhere, HereAlready
from securecare.access.roles import Permission, Role
from securecare.foundation import clock
from securecare.foundation.db import SIGN_IN, owner_transaction, transaction
from tests.support.community import (
    OFFICE,
    PASSWORD,
    Someone,
    acting_as,
    actor_with,
    facility,
    organization,
    person,
    signed_in,
    trail_of,
)

pytestmark = pytest.mark.usefixtures("database")
BETTER = "seven herons over the harbor"


def administrator(organization_id: int) -> Actor:
    return acting_as(person(organization_id, name="Dana Osei", role=Role.ADMINISTRATOR))


def give(actor: Actor, to: Someone, role: Role, place: Place = grants.EVERYWHERE) -> None:
    with transaction(actor.scope) as session:
        grants.give(session, actor, to.id, role, place)


def invite(actor: Actor, email: str, role: Role | None = None) -> str:
    with transaction(actor.scope) as session:
        return people.add(session, actor, "Noor Haddad", email, role).token


def person_of(actor: Actor, email: str) -> people.Person:
    with transaction(actor.scope) as session:
        return people.listed(session, actor, email)[0][0]


def test_a_role_for_a_facility_holds_there_and_nowhere_else() -> None:
    harbor = organization()
    here, there = facility(harbor), facility(harbor)
    alice = person(harbor)
    cookie = signed_in(alice)
    give(administrator(harbor), alice, Role.SCHEDULER, Place(facility_id=here))
    actor = actor_with(cookie)
    assert actor
    assert actor.may(Permission.BOOK, here)
    assert not actor.may(Permission.BOOK, there)


def test_only_administrators_give_and_withdraw_roles() -> None:
    harbor = organization()
    alice = person(harbor)
    give(administrator(harbor), alice, Role.SCHEDULER)
    for role in set(Role) - {Role.ADMINISTRATOR}:
        somebody = acting_as(person(harbor, role=role))
        with pytest.raises(NotAllowed):
            give(somebody, alice, Role.ADMINISTRATOR)
        with pytest.raises(NotAllowed), transaction(somebody.scope) as session:
            grants.withdraw(session, somebody, 1)
        with pytest.raises(NotAllowed), transaction(somebody.scope) as session:
            people.listed(session, somebody)


def test_nothing_of_another_organization_can_be_given_or_taken() -> None:
    harbor, lakeside = organization("Harbor"), organization("Lakeside")
    boss, bob = administrator(harbor), person(lakeside, name="Bob Tanaka", role=Role.AUDITOR)
    alice = person(harbor)
    with pytest.raises(NotFound):
        give(boss, bob, Role.SCHEDULER)
    with pytest.raises(NotFound):
        give(boss, alice, Role.SCHEDULER, Place(facility_id=facility(lakeside)))
    with owner_transaction() as session:
        bobs = session.execute(
            text("SELECT id FROM role_grant WHERE account_id = :id"), {"id": bob.id}
        ).scalar_one()
    with pytest.raises(NotFound), transaction(boss.scope) as session:
        grants.withdraw(session, boss, bobs)
    with pytest.raises(NotFound), transaction(boss.scope) as session:
        people.let_go(session, boss, bob.id)
    with pytest.raises(NotFound), transaction(boss.scope) as session:
        people.new_link(session, boss, bob.id)


def test_the_same_role_is_given_once() -> None:
    harbor = organization()
    alice, boss = person(harbor), administrator(harbor)
    give(boss, alice, Role.SCHEDULER)
    with pytest.raises(HeldAlready):
        give(boss, alice, Role.SCHEDULER)


def test_an_administrator_administers_everything() -> None:
    harbor = organization()
    with pytest.raises(OnlyEverywhere):
        give(
            administrator(harbor),
            person(harbor),
            Role.ADMINISTRATOR,
            Place(facility_id=facility(harbor)),
        )


def test_the_last_administrator_stays() -> None:
    harbor = organization()
    boss = administrator(harbor)
    mine = person_of(boss, "dana")
    with pytest.raises(LastAdministrator), transaction(boss.scope) as session:
        grants.withdraw(session, boss, mine.roles[0].grant_id)
    with pytest.raises(LastAdministrator), transaction(boss.scope) as session:
        people.let_go(session, boss, boss.account_id)


def test_an_invited_administrator_who_never_came_does_not_count() -> None:
    harbor = organization()
    boss = administrator(harbor)
    invite(boss, "later@example.org", Role.ADMINISTRATOR)
    with pytest.raises(LastAdministrator), transaction(boss.scope) as session:
        people.let_go(session, boss, boss.account_id)


def test_two_administrators_who_withdraw_each_other_leave_one() -> None:
    for _ in range(5):
        harbor = organization()
        pair = [administrator(harbor), administrator(harbor)]
        start = threading.Barrier(2)

        def let_go(both: tuple[Actor, Actor], start: threading.Barrier = start) -> bool:
            actor, other = both
            start.wait()
            try:
                with transaction(actor.scope) as session:
                    people.let_go(session, actor, other.account_id)
            except LastAdministrator:
                return False
            return True

        with ThreadPoolExecutor(2) as crowd:
            done = list(crowd.map(let_go, [(pair[0], pair[1]), (pair[1], pair[0])]))
        assert sorted(done) == [False, True]


def test_whoever_is_let_go_is_out_at_once() -> None:
    harbor, lakeside = organization("Harbor"), organization("Lakeside")
    boss = administrator(harbor)
    alice = person(harbor, role=Role.SCHEDULER)
    cookie = signed_in(alice)
    with transaction(boss.scope) as session:
        people.let_go(session, boss, alice.id)
    assert actor_with(cookie) is None
    opened = sign_in.with_password(alice.email, PASSWORD, OFFICE)
    assert opened.step is sign_in.Step.NOWHERE
    assert actor_with(opened.token) is None
    assert {"person.let_go", "role.withdrawn"} <= set(trail_of(harbor))
    assert trail_of(lakeside) == []


def test_a_person_let_go_elsewhere_keeps_their_other_organization() -> None:
    harbor, lakeside = organization("Harbor"), organization("Lakeside")
    boss, alice = administrator(harbor), person(harbor, lakeside)
    token = sign_in.with_password(alice.email, PASSWORD, OFFICE).token
    at_lakeside = sign_in.into_organization(token, lakeside, OFFICE).token
    with transaction(boss.scope) as session:
        people.let_go(session, boss, alice.id)
    assert actor_with(at_lakeside)


def test_somebody_new_sets_a_password_and_signs_in() -> None:
    harbor = organization()
    token = invite(administrator(harbor), "Noor@Example.org", Role.CASE_WORKER)
    assert links.redeem(token, BETTER, OFFICE) == "Noor@Example.org"
    opened = sign_in.with_password("noor@example.org", BETTER, OFFICE)
    actor = actor_with(opened.token)
    assert actor
    assert actor.may(Permission.READ_PRIVATE_NOTES)


def test_a_link_is_good_once_and_not_for_long() -> None:
    harbor = organization()
    boss = administrator(harbor)
    token = invite(boss, "once@example.org")
    with pytest.raises(WeakPassword):
        links.redeem(token, "short", OFFICE)
    links.redeem(token, BETTER, OFFICE)
    with pytest.raises(LinkGone):
        links.redeem(token, BETTER, OFFICE)
    late = invite(boss, "late@example.org")
    with clock.frozen(clock.now() + timedelta(days=4)), pytest.raises(LinkGone):
        links.redeem(late, BETTER, OFFICE)
    with pytest.raises(LinkGone):
        links.redeem("no such token", BETTER, OFFICE)


def test_of_two_who_use_a_link_at_once_one_succeeds() -> None:
    token = invite(administrator(organization()), "race@example.org")

    def redeem(number: int) -> bool:
        try:
            links.redeem(token, f"{BETTER} {number}", OFFICE)
        except LinkGone:
            return False
        return True

    with ThreadPoolExecutor(4) as crowd:
        assert sum(crowd.map(redeem, range(4))) == 1


def test_a_new_link_replaces_the_one_before() -> None:
    harbor = organization()
    boss = administrator(harbor)
    first = invite(boss, "twice@example.org")
    with transaction(boss.scope) as session:
        second = people.new_link(session, boss, person_of(boss, "twice@").account_id).token
    with pytest.raises(LinkGone):
        links.redeem(first, BETTER, OFFICE)
    links.redeem(second, BETTER, OFFICE)


def places_with(email: str, password: str) -> list[int]:
    """Where somebody may go who signs in like this."""
    with transaction(SIGN_IN) as session:
        account = accounts.by_email(session, email)
        assert account
        assert passwords.matches(account.password_hash, password)
        return [id_ for id_, _ in accounts.places_of(session, account.id or 0)]


def test_a_link_that_one_organization_gave_opens_no_other() -> None:
    """Else whoever adds an address first, or uses their own link quickly, comes in as that person."""
    harbor, lakeside = organization("Harbor"), organization("Lakeside")
    awaited = invite(administrator(lakeside), "bob@example.org", Role.ADMINISTRATOR)
    taken = invite(administrator(harbor), "bob@example.org")
    links.redeem(taken, BETTER, OFFICE)
    assert places_with("bob@example.org", BETTER) == [harbor]
    opened = sign_in.with_password("bob@example.org", BETTER, OFFICE)
    with pytest.raises(sign_in.StartAgain):
        sign_in.into_organization(opened.token, lakeside, OFFICE)
    with pytest.raises(LinkGone):
        links.redeem(awaited, BETTER, OFFICE)


def test_who_was_let_go_by_whom_they_had_their_password_from_sets_another_by_mail() -> None:
    harbor, lakeside = organization("Harbor"), organization("Lakeside")
    boss = administrator(harbor)
    links.redeem(invite(boss, "cleo@example.org"), BETTER, OFFICE)
    invite(administrator(lakeside), "cleo@example.org", Role.ADMINISTRATOR)
    with transaction(boss.scope) as session:
        people.let_go(session, boss, person_of(boss, "cleo@").account_id)
    with pytest.raises(sign_in.AddressUnproven):
        sign_in.with_password("cleo@example.org", BETTER, OFFICE)


def test_resetting_a_colleagues_password_opens_no_portal_of_theirs() -> None:
    harbor = organization()
    alice, boss = person(harbor), administrator(harbor)
    with owner_transaction() as session:
        session.execute(
            text(
                "INSERT INTO patron (account_id, given_name, family_name, phone, email, street,"
                " city, region, postal_code, country, time_zone, preferred_name, pronouns, gender,"
                " ethnicity, language, needs_interpreter, version) VALUES (:id, 'A', 'M', '', '',"
                " '', '', '', '', '', '', '', '', '', '', '', false, 1)"
            ),
            {"id": alice.id},
        )
    assert places_with(alice.email, PASSWORD) == [harbor, 0]
    with transaction(boss.scope) as session:
        token = people.new_link(session, boss, alice.id).token
    links.redeem(token, BETTER, OFFICE)
    assert places_with(alice.email, BETTER) == [harbor]


def test_a_link_dies_with_the_membership() -> None:
    harbor = organization()
    boss = administrator(harbor)
    token = invite(boss, "gone@example.org")
    with transaction(boss.scope) as session:
        people.let_go(session, boss, person_of(boss, "gone@").account_id)
    with pytest.raises(LinkGone):
        links.redeem(token, BETTER, OFFICE)


def test_adding_somebody_who_has_an_account_leaves_their_password_alone() -> None:
    harbor, lakeside = organization("Harbor"), organization("Lakeside")
    alice = person(harbor)
    token = invite(administrator(lakeside), alice.email)
    with transaction(SIGN_IN) as session:
        assert not links.look(session, token).needs_password
    with pytest.raises(LinkGone):
        links.redeem(token, BETTER, OFFICE)
    assert sign_in.with_password(alice.email, PASSWORD, OFFICE).step is sign_in.Step.ORGANIZATION


def test_no_organization_resets_a_password_that_another_one_relies_on() -> None:
    harbor, lakeside = organization("Harbor"), organization("Lakeside")
    alice, boss = person(harbor, lakeside), administrator(lakeside)
    with pytest.raises(BelongsElsewhere), transaction(boss.scope) as session:
        people.new_link(session, boss, alice.id)


def test_a_reset_is_void_once_the_person_joined_another_organization() -> None:
    harbor, lakeside = organization("Harbor"), organization("Lakeside")
    alice, boss = person(harbor), administrator(harbor)
    with transaction(boss.scope) as session:
        token = people.new_link(session, boss, alice.id).token
    invite(administrator(lakeside), alice.email)
    with pytest.raises(LinkGone):
        links.redeem(token, BETTER, OFFICE)


def test_a_reset_ends_every_session_and_the_former_password() -> None:
    harbor = organization()
    alice, boss = person(harbor), administrator(harbor)
    cookie = signed_in(alice)
    with transaction(boss.scope) as session:
        token = people.new_link(session, boss, alice.id).token
    assert actor_with(cookie)
    links.redeem(token, BETTER, OFFICE)
    assert actor_with(cookie) is None
    with pytest.raises(sign_in.WrongSignIn):
        signed_in(alice)
    assert sign_in.with_password(alice.email, BETTER, OFFICE)


def test_nobody_is_added_twice_but_may_come_back() -> None:
    harbor = organization()
    boss = administrator(harbor)
    alice = person(harbor)
    with pytest.raises(HereAlready):
        invite(boss, alice.email.upper())
    with transaction(boss.scope) as session:
        people.let_go(session, boss, alice.id)
    invite(boss, alice.email)
    assert signed_in(alice)


def test_making_accounts_takes_an_administrator_in_the_database_too() -> None:
    harbor = organization()
    for who in (acting_as(person(harbor, role=Role.MANAGER)), acting_as(person(harbor))):
        with (
            pytest.raises(Exception, match="insufficient_privilege"),
            transaction(who.scope) as session,
        ):
            session.execute(text("SELECT account_for('x@example.org', 'x@example.org', 'X')"))


def test_changing_the_password_ends_all_other_sessions() -> None:
    alice = person(organization())
    here, elsewhere = signed_in(alice), signed_in(alice)
    actor = actor_with(here)
    assert actor
    with pytest.raises(accounts.WrongPassword):
        accounts.change_password(actor, "not this one at all", BETTER)
    with pytest.raises(WeakPassword):
        accounts.change_password(actor, PASSWORD, "passwordpassword")
    assert accounts.change_password(actor, PASSWORD, BETTER) == 1
    assert actor_with(here)
    assert actor_with(elsewhere) is None
    assert sign_in.with_password(alice.email, BETTER, OFFICE)
