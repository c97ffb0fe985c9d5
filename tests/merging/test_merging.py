"""Two records become one: everything moves, nothing is lost, and nobody is in two places."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from securecare.access.errors import NotAllowed, NotFound
from securecare.access.roles import Role
from securecare.customers import (
    absences,
    alerts,
    authorized,
    calls,
    contacts,
    customers,
    family,
    insurance,
    own,
    patron_links,
    patron_reading,
    profile,
    search,
)
from securecare.customers.absences import AbsenceForm
from securecare.customers.authorized import PersonForm
from securecare.customers.calls import CallForm
from securecare.customers.contacts import EMERGENCY, GUARANTOR, ContactForm
from securecare.customers.insurance import PolicyForm
from securecare.customers.profile import ProfileForm
from securecare.foundation import clock
from securecare.foundation.db import owner_transaction, transaction
from securecare.foundation.forms import Overtaken
from securecare.merging import comparing, merging
from securecare.merging.merging import Merged, Wish
from securecare.merging.moving import COLUMNS
from securecare.merging.pairs import BothClaimed, SameRecord
from securecare.notices import consent
from tests.customers.conftest import House
from tests.patrons.people import (
    BORN,
    asks,
    customer,
    do,
    invited,
    member,
    office,
    one,
    patron_of,
    record,
)
from tests.support import community


@pytest.fixture(scope="module")
def ours(database: str) -> House:
    del database
    return office("Alder")


@pytest.fixture(scope="module")
def theirs(database: str) -> House:
    del database
    return office("Birch")


def wish(here: House, remaining: int, former: int, *taken: str) -> Wish:
    """As it is said after looking at both."""
    one_, other = do(here.administrator, comparing.both, remaining, former)
    return Wish(remaining, former, one_.versions, other.versions, frozenset(taken))


def merge(here: House, remaining: int, former: int, *taken: str) -> Merged:
    return do(here.administrator, merging.merge, wish(here, remaining, former, *taken))


def pair(here: House) -> tuple[int, int]:
    return customer(here), customer(here)


def test_every_column_that_refers_to_a_customer_is_thought_of(database: str):
    del database
    with owner_transaction() as session:
        rows = session.execute(
            text("""
            SELECT c.conrelid::regclass::text AS "table", a.attname AS "column"
              FROM pg_constraint c
              JOIN unnest(c.conkey) AS k(n) ON true
              JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.n
             WHERE c.contype = 'f' AND c.confrelid = 'customer'::regclass
               AND a.attname <> 'organization_id'
            UNION
            SELECT table_name, column_name FROM information_schema.columns
             WHERE table_schema = 'public' AND column_name = 'customer_id'
            """)
        )
        assert {(row.table, row.column) for row in rows} == set(COLUMNS), (
            "say in securecare/merging/moving.py what becomes of these when records are merged"
        )


def test_everything_of_the_former_record_is_in_the_remaining_one(ours: House):
    here, there = pair(ours)
    actor, now = ours.administrator, clock.now()
    do(actor, alerts.add, there, "safety", "Never confirm to callers")
    do(
        actor,
        absences.add,
        there,
        AbsenceForm(now, now + timedelta(days=2), "family", "Somebody"),
    )
    person = do(
        actor,
        authorized.add,
        there,
        PersonForm("Rosa Quist", "Mother", "+12125550111", now.date() + timedelta(days=90)),
    )
    call = CallForm(at=now - timedelta(hours=1), topic="A ride", notes="At nine", person_id=person)
    do(actor, calls.log, there, call)
    do(actor, insurance.add, there, PolicyForm("Harbor Mutual", "M-1", 1, date(2026, 1, 1)))
    do(actor, contacts.write, there, EMERGENCY, 0, ContactForm("Rosa", "Mother", "+12125550111"))
    do(actor, consent.record, there, "appointment_reminders", True, phone="+12125550123")
    do(actor, profile.change, there, 0, ProfileForm(city="Reno", language="Basque"))
    do(actor, profile.set_ssn, there, "123-45-6789")
    invited(ours, there)
    merged = merge(ours, here, there)
    assert merged.moved == {
        "customer_alert": 1,
        "absence": 1,
        "authorized_person": 1,
        "phone_call": 1,
        "insurance_policy": 1,
        "contact_person": 1,
        "patron_link": 1,
        "patron_invitation": 1,
        "notice": 1,
    }
    assert [each.words for each in do(actor, alerts.standing, here)] == ["Never confirm to callers"]
    (logged,) = do(actor, calls.listed, here)
    assert (logged.caller, logged.notes) == ("Rosa Quist", "At nine")
    assert do(actor, contacts.of_customer, here)[EMERGENCY].form.name == "Rosa"
    assert do(actor, profile.read, here).form.language == "Basque"
    assert do(actor, profile.reveal_ssn, here, "To compare") == "123-45-6789"
    with transaction(actor.scope) as session:
        assert consent.allowed(session, here, "appointment_reminders", phone="+12125550123")
        assert [each.source for each in consent.history(session, actor, here)] == ["merge", "staff"]
    assert do(actor, patron_reading.of, here).invitation.standing == "waiting"


def test_the_former_record_is_a_sign_that_leads_on_and_its_number_still_finds_the_person(
    ours: House,
):
    here, there = pair(ours)
    further = customer(ours)
    number, name = record(there).number, record(there).given_name
    merge(ours, here, there)
    actor = ours.administrator
    for verb in (customers.look_at, profile.read):
        with pytest.raises(NotFound):
            do(actor, verb, there)
    found = do(actor, search.find, str(number))
    assert [each.id for each in found] == [here]
    assert do(actor, search.find, name) == []
    assert do(actor, comparing.living, there) == here
    row = do(actor, customers.look_at, here)
    form = customers.form_of(row)
    do(actor, customers.change, here, row.version, form.__class__("Renamed", "Quist", BORN))
    assert [each.id for each in do(actor, search.find, str(number))] == [here]
    # Merged once more, the first number leads to the last record, without a sign on the way.
    merge(ours, further, here)
    assert [each.id for each in do(actor, search.find, str(number))] == [further]
    assert do(actor, comparing.living, there) == further


def test_of_each_field_the_chosen_value_stands_and_blanks_are_filled(ours: House):
    here = customer(ours, given_name="Ada", phone="", email="a@example.org")
    there = customer(ours, given_name="Adah", phone="+12125550199", email="b@example.org")
    actor = ours.administrator
    do(actor, profile.change, here, 0, ProfileForm(city="Reno"))
    do(actor, profile.change, there, 0, ProfileForm(city="Waco", pronouns="she/her"))
    for id_, name in ((here, "Ann"), (there, "Bea")):
        for role in (EMERGENCY, GUARANTOR):
            form = ContactForm(name, "", "+12125550111", "x@example.org")
            do(actor, contacts.write, id_, role, 0, form)
    do(actor, profile.set_ssn, here, "123-45-6789")
    do(actor, profile.set_ssn, there, "234-56-7890")
    merge(ours, here, there, "given_name", "city", GUARANTOR, comparing.SSN)
    row = record(here)
    assert (row.given_name, row.phone, row.email) == ("Adah", "+12125550199", "a@example.org")
    assert (row.city, row.pronouns) == ("Waco", "she/her")
    both = do(actor, contacts.of_customer, here)
    assert (both[EMERGENCY].form.name, both[GUARANTOR].form.name) == ("Ann", "Bea")
    assert do(actor, profile.reveal_ssn, here, "To compare") == "234-56-7890"


def test_family_links_follow_once_each_and_never_to_oneself(ours: House):
    here, there = pair(ours)
    mother, aunt = customer(ours), customer(ours)
    actor = ours.administrator
    do(actor, family.link, there, mother, "daughter", "mother")
    do(actor, family.link, here, aunt, "niece", "aunt")
    do(actor, family.link, there, aunt, "niece", "godmother")
    do(actor, family.link, here, there, "sister", "sister")
    merge(ours, here, there)
    found = do(actor, family.relatives, here)
    assert {(each.customer_id, each.they_are, each.this_is) for each in found} == {
        (mother, "mother", "daughter"),
        (aunt, "aunt", "niece"),
    }


def test_policies_keep_their_order_without_two_of_one_priority(ours: House):
    here, there = pair(ours)
    actor = ours.administrator
    since = date(2026, 1, 1)
    do(actor, insurance.add, here, PolicyForm("Harbor Mutual", "M 1", 1, since))
    do(actor, insurance.add, there, PolicyForm("harbor mutual", "m1", 1, since))
    do(actor, insurance.add, there, PolicyForm("Bay State", "B-2", 2, since))
    do(
        actor,
        insurance.add,
        there,
        PolicyForm("County Care", "C-3", 3, since),
    )
    other = customer(ours)
    do(actor, insurance.add, other, PolicyForm("Lantern", "L-9", 2, since))
    merge(ours, here, there)
    merge(ours, here, other)
    with transaction(actor.scope) as session:
        active = insurance.active_on(session, ours.id, here, date(2026, 6, 1))
    assert [(each.form.priority, each.form.carrier) for each in active] == [
        (1, "Harbor Mutual"),
        (2, "Bay State"),
        (3, "County Care"),
        (4, "Lantern"),
    ]


def test_who_claimed_their_account_keeps_their_record_whichever_goes(ours: House):
    here, there = pair(ours)
    ada = community.person()
    do(ours.administrator, patron_links.accept, asks(patron_of(ada), ours), there)
    do(ours.administrator, patron_links.make, here)
    merge(ours, here, there)
    assert record(here).given_name == "Adele"
    actor = community.acting_as(ada)
    with transaction(actor.scope) as session:
        assert [each.customer_ids for each in own.records(session, actor)] == [{here}]
    ben, another = community.person(name="Ben Orr"), customer(ours)
    do(ours.administrator, patron_links.accept, asks(patron_of(ben), ours), another)
    with pytest.raises(BothClaimed):
        merge(ours, here, another)
    assert record(another).merged_into_id is None


def test_calls_follow_their_record_and_nothing_else_moves_them(ours: House):
    here, there = pair(ours)
    do(ours.administrator, calls.log, there, CallForm(clock.now(), "A ride", caller="Rosa"))
    for statement in (
        f"UPDATE phone_call SET customer_id = {here} WHERE customer_id = {there}",
        f"UPDATE phone_call SET topic = 'x' WHERE customer_id = {there}",
    ):
        with (
            pytest.raises(DBAPIError, match="permission denied"),
            transaction(ours.administrator.scope) as session,
        ):
            session.execute(text(statement))
        with pytest.raises(DBAPIError, match="permanent"), owner_transaction() as session:
            session.execute(text(statement))
    with transaction(ours.administrator.scope) as session:
        moved = session.execute(text("SELECT let_phone_call_follow(:id)"), {"id": there}).scalar()
    assert moved == 0
    merge(ours, here, there)
    assert len(do(ours.administrator, calls.listed, here)) == 1


def test_a_thread_follows_its_record(ours: House):
    here, there = pair(ours)
    with owner_transaction() as session:
        session.execute(
            text(
                "INSERT INTO message_thread (organization_id, customer_id, public_id,"
                " subject_sealed, replies_allowed, started_by, last_at, last_message_id, form_key,"
                " version) VALUES (:organization, :customer, gen_random_uuid(), '', true, :by,"
                " now(), 0, gen_random_uuid(), 1)"
            ),
            {"organization": ours.id, "customer": there, "by": ours.administrator.account_id},
        )
    assert merge(ours, here, there).moved == {"message_thread": 1}
    assert do(ours.administrator, comparing.side, here).holds["message_thread"] == 1


def test_what_comes_in_for_a_merged_record_belongs_to_the_person(ours: House):
    here, there = pair(ours)
    merge(ours, here, there)
    with transaction(ours.administrator.scope) as session:
        for table, columns, values in (
            ("customer_alert", "kind, words", "'care', 'Late'"),
            (
                "authorized_person",
                "name, relationship, phone, expires_on, version",
                "'A', 'B', '+12125550111', '2030-01-01', 1",
            ),
        ):
            session.execute(
                text(
                    f"INSERT INTO {table} (organization_id, customer_id, {columns})"
                    f" VALUES ({ours.id}, {there}, {values})"
                )
            )
    counted = one(
        "SELECT (SELECT count(*) FROM customer_alert WHERE customer_id = :id)"
        " + (SELECT count(*) FROM authorized_person WHERE customer_id = :id) AS n",
        id=here,
    )
    assert counted.n == 2


def test_what_was_changed_since_the_comparison_is_compared_again(ours: House):
    here, there = pair(ours)
    said = wish(ours, here, there)
    do(ours.administrator, profile.change, there, 0, ProfileForm(city="Reno"))
    with pytest.raises(Overtaken):
        do(ours.administrator, merging.merge, said)
    with pytest.raises(SameRecord):
        do(ours.administrator, merging.merge, Wish(here, here, (1, 0), (1, 0)))


def test_only_who_may_merge_does_and_only_within_the_organization(ours: House, theirs: House):
    here, there = pair(ours)
    said, far = wish(ours, here, there), customer(theirs)
    for role in (Role.SCHEDULER, Role.CASE_WORKER, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            do(member(ours, role), merging.merge, said)
        with pytest.raises(NotAllowed):
            do(member(ours, role), comparing.both, here, there)
    for one_id, other_id in ((here, far), (far, here)):
        with pytest.raises(NotFound):
            do(ours.administrator, comparing.both, one_id, other_id)
        with pytest.raises(NotFound):
            do(ours.administrator, merging.merge, Wish(one_id, other_id, (1, 0), (1, 0)))
    assert do(member(ours, Role.MANAGER), merging.merge, said).id == here


def test_both_records_say_in_the_trail_what_happened(ours: House):
    here, there = pair(ours)
    merge(ours, here, there)
    told = {
        row.action: (row.object_id, row.detail)
        for row in _trail(ours.id)
        if row.object_id in (here, there)
    }
    looked_at = {row.object_id for row in _trail(ours.id) if row.action == "customer.compared"}
    assert {here, there} <= looked_at
    assert told["customer.merged"] == (here, {"merged_id": there})
    assert told["customer.merged_away"] == (there, {"into_id": here})


def _trail(organization_id: int) -> list[Any]:
    with owner_transaction() as session:
        return list(
            session.execute(
                text(
                    "SELECT action, object_id, detail FROM audit_event"
                    " WHERE organization_id = :id AND action IN ('customer.merged', 'customer.merged_away', 'customer.compared')"
                ),
                {"id": organization_id},
            )
        )
