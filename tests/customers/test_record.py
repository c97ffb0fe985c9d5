"""A customer's record: what is sealed, what is permanent, and who may see it."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

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
    days,
    family,
    insurance,
    profile,
)
from securecare.customers.absences import AbsenceForm
from securecare.customers.authorized import PersonForm
from securecare.customers.calls import CallForm
from securecare.customers.contacts import EMERGENCY, GUARANTOR, ContactForm
from securecare.customers.insurance import PolicyForm, PriorityTaken
from securecare.customers.profile import ProfileForm, ReasonMissing
from securecare.foundation import clock, rotation
from securecare.foundation.db import owner_transaction, transaction
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.foundation.sealing import SealBroken
from securecare.organization.models import Program, Staff
from securecare.scheduling.models import Appointment
from securecare.settings import new_master_key, settings
from tests.customers.conftest import House
from tests.support import community

TODAY = date(2027, 1, 13)


@pytest.fixture(autouse=True)
def stopped(noon: datetime) -> datetime:
    return noon


@pytest.fixture
def do(ours: House) -> Callable[..., Any]:
    """Run a verb in a transaction of its own."""

    def do(verb: Callable[..., Any], *args: Any, by: Any = None, **more: Any) -> Any:
        actor = by or ours.administrator
        with transaction(actor.scope) as session:
            return verb(session, actor, *args, **more)

    return do


@pytest.fixture
def maria(ours: House) -> int:
    return ours.ids["María García López"]


def owned(statement: str, **values: Any) -> list[Any]:
    with owner_transaction() as session:
        result: Any = session.execute(text(statement), values)
        return list(result.all()) if result.returns_rows else []


def test_a_profile_is_noted_field_by_field_and_the_second_of_two_is_told(do, maria, ours):
    assert do(profile.read, maria).version == 0
    wish = ProfileForm(pronouns="she/her", city="Providence", country="US", reached_by="text")
    assert do(profile.change, maria, 0, wish) == ("pronouns", "city", "country", "reached_by")
    with pytest.raises(Overtaken):
        do(profile.change, maria, 0, replace(wish, city="Boston"))
    assert do(profile.read, maria).form == wish
    with pytest.raises(NotAccepted) as refused:
        do(profile.change, maria, 1, ProfileForm(country="usa", time_zone="Mars/Base"))
    assert set(refused.value.complaints) == {"country", "time_zone"}
    assert "customer.profile_changed" in community.trail_of(ours.id)


@pytest.mark.parametrize(
    "ssn", ["123", "000-12-3456", "666-12-3456", "900-12-3456", "123-00-4567", "123-45-0000", "abc"]
)
def test_what_cannot_be_a_social_security_number_is_refused(do, maria, ssn: str):
    with pytest.raises(NotAccepted):
        do(profile.set_ssn, maria, ssn)


def test_the_number_is_sealed_and_shown_only_with_a_reason_that_stays(do, maria, ours):
    do(profile.set_ssn, maria, "219-09-9999")
    assert do(profile.read, maria).has_ssn
    everything = str(owned("SELECT p::text FROM customer_profile p"))
    assert "219099999" not in everything
    assert "9999" not in str(owned("SELECT e::text FROM audit_event e"))
    with pytest.raises(ReasonMissing):
        do(profile.reveal_ssn, maria, "  ")
    assert do(profile.reveal_ssn, maria, "Benefit claim") == "219-09-9999"
    told = owned("SELECT detail FROM audit_event WHERE action = 'customer.ssn_revealed'")
    assert told[-1][0]["reason"] == "Benefit claim"
    for role in (Role.CASE_WORKER, Role.SCHEDULER, Role.AUDITOR, Role.BILLING_CLERK):
        with pytest.raises(NotAllowed):
            do(profile.reveal_ssn, maria, "Curious", by=ours.somebody(role))
    do(profile.set_ssn, maria, "")
    assert do(profile.reveal_ssn, maria, "Check again") == ""


def test_a_number_put_onto_another_record_does_not_open_there(do, maria, ours):
    gail = ours.ids["Gail Smith"]
    do(profile.set_ssn, maria, "219-09-9999")
    do(profile.set_ssn, gail, "457-55-5462")
    owned(
        "UPDATE customer_profile SET ssn_sealed = (SELECT ssn_sealed FROM customer_profile"
        " WHERE customer_id = :maria) WHERE customer_id = :gail",
        maria=maria,
        gail=gail,
    )
    with pytest.raises(SealBroken):
        do(profile.reveal_ssn, gail, "Benefit claim")


def test_alerts_stand_until_their_day_is_over_or_they_are_lifted(do, maria):
    do(alerts.add, maria, "care", "Hard of hearing", TODAY)
    grave = do(alerts.add, maria, "safety", "Protective order: never confirm she is here")
    assert [each.kind for each in do(alerts.standing, maria)] == ["safety", "care"]
    do(alerts.lift, maria, grave)
    do(alerts.lift, maria, grave)
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert do(alerts.standing, maria) == []
    with pytest.raises(NotAccepted):
        do(alerts.add, maria, "care", "Too late", TODAY - timedelta(days=1))


def leave(**more: Any) -> AbsenceForm:
    span = {
        "starts_at": datetime(2027, 1, 15, 12, tzinfo=UTC),
        "ends_at": datetime(2027, 1, 17, 12, tzinfo=UTC),
    }
    return AbsenceForm(**(span | {"reason": "family", "approver": "Judge Ortega"} | more))


def test_who_is_on_leave_is_absent_and_no_no_show(do, maria, ours):
    id_ = do(absences.add, maria, leave())

    def covered(at: datetime) -> bool:
        with transaction(ours.administrator.scope) as session:
            return absences.covers(session, ours.id, maria, 1, at)

    form = leave()
    assert covered(form.starts_at)
    assert not covered(form.ends_at)
    assert not covered(form.starts_at - timedelta(seconds=1))
    do(absences.withdraw, maria, id_)
    assert not covered(form.starts_at)
    with pytest.raises(NotAccepted):
        do(absences.add, maria, leave(ends_at=form.starts_at))
    with pytest.raises(NotAccepted) as refused:
        do(absences.add, maria, leave(program_id=10**9))
    assert "program_id" in refused.value.complaints


def program(here: House, name: str) -> int:
    with owner_transaction() as session:
        row = Program(organization_id=here.id, name=f"{name} {uuid4()}", short_name=name)
        session.add(row)
        session.flush()
        assert row.id is not None
        return row.id


def test_leaves_of_other_programs_are_neither_seen_nor_changed(do, maria, ours):
    """Whoever may not know that somebody is in a program cannot find it out by guessing at ids."""
    detox, meals = program(ours, "Detox"), program(ours, "Meals")
    id_ = do(absences.add, maria, leave(program_id=detox))
    cook = ours.somebody(Role.SCHEDULER, program_id=meals)
    assert id_ not in [each.id for each in do(absences.listed, maria, by=cook)]
    with pytest.raises(NotFound):
        do(absences.withdraw, maria, id_, by=cook)
    with pytest.raises(NotFound):
        do(absences.change, maria, id_, 1, leave(program_id=None), by=cook)
    with pytest.raises(NotAccepted) as refused:
        do(absences.add, maria, leave(program_id=detox), by=cook)
    assert "program_id" in refused.value.complaints
    own = do(absences.add, maria, leave(program_id=meals), by=cook)
    with pytest.raises(NotAccepted):
        do(absences.change, maria, own, 1, leave(program_id=detox), by=cook)
    do(absences.change, maria, own, 1, leave(program_id=meals, words="By bus"), by=cook)
    do(absences.withdraw, maria, own, by=cook)
    at_the_house = ours.somebody(Role.SCHEDULER, facility_id=ours.facilities[0])
    do(absences.withdraw, maria, id_, by=at_the_house)


def person(**more: Any) -> PersonForm:
    return PersonForm(
        **(
            {
                "name": "Rosa López",
                "relationship": "Mother",
                "phone": "(212) 555-0188",
                "expires_on": TODAY + timedelta(days=30),
            }
            | more
        )
    )


def test_nobody_is_offered_a_day_longer_than_they_are_authorized(do, ours):
    mario = ours.ids["Mario García"]
    id_ = do(authorized.add, mario, person())
    assert [each.name for each in do(calls.callers, mario)] == ["Rosa López"]
    with clock.frozen(clock.now() + timedelta(days=31)):
        assert do(calls.callers, mario) == []
        assert [each.valid for each in do(authorized.listed, mario)] == [False]
        late = CallForm(clock.now(), "Visit", person_id=id_)
        with pytest.raises(NotAccepted) as refused:
            do(calls.log, mario, late)
        assert "person_id" in refused.value.complaints
    do(authorized.end, mario, id_)
    assert do(calls.callers, mario) == []
    for wrong in (
        {"expires_on": None},
        {"expires_on": TODAY - timedelta(days=1)},
        {"phone": "12"},
        {"name": " "},
    ):
        with pytest.raises(NotAccepted) as refused:
            do(authorized.add, mario, person(**wrong))
        assert set(refused.value.complaints) == set(wrong)


def test_every_check_keeps_who_and_when_and_can_be_taken_back_but_not_away(do, ours):
    gail = ours.ids["Gail Smith"]
    id_ = do(authorized.add, gail, person(name="Ted Smith"))
    do(authorized.check, gail, id_, "name", True, "Driver's license")
    do(authorized.check, gail, id_, "ssn", True)
    (ted,) = do(authorized.listed, gail)
    assert set(ted.checks) == {"name", "ssn"}
    assert (ted.checks["name"].seen, ted.checks["name"].by) == ("Driver's license", "Admin Alder")
    do(authorized.check, gail, id_, "ssn", False)
    assert set(do(authorized.listed, gail)[0].checks) == {"name"}
    with pytest.raises(NotAccepted):
        do(authorized.check, gail, id_, "ssn", True, "219-09-9999")
    with pytest.raises(NotFound):
        do(authorized.check, ours.ids["Mario García"], id_, "name", True)


def test_contact_and_guarantor_are_two_and_each_is_copied_at_a_click(do, maria):
    mother = ContactForm("Rosa López", "Mother", "(212) 555-0188")
    do(contacts.write, maria, EMERGENCY, 0, mother)
    do(contacts.copy_other, maria, GUARANTOR, 0)
    both = do(contacts.of_customer, maria)
    assert both[GUARANTOR].form == both[EMERGENCY].form
    do(contacts.write, maria, GUARANTOR, 1, replace(mother, email="rosa@example.org"))
    do(contacts.copy_other, maria, GUARANTOR, 2)
    both = do(contacts.of_customer, maria)
    assert both[GUARANTOR].form.email == "rosa@example.org"
    assert both[EMERGENCY].form.email == ""
    with pytest.raises(Overtaken):
        do(contacts.write, maria, EMERGENCY, 0, mother)
    with pytest.raises(NotAccepted):
        do(contacts.write, maria, GUARANTOR, 2, ContactForm("Rosa López"))


def test_a_link_is_told_in_the_words_of_both_sides_and_there_is_one_for_two(do, ours, maria):
    mario, gail = ours.ids["Mario García"], ours.ids["Gail Smith"]
    id_ = do(family.link, maria, mario, "niece", "uncle")
    assert [(r.name, r.they_are, r.this_is) for r in do(family.relatives, maria)] == [
        ("Mario García", "uncle", "niece")
    ]
    assert [(r.name, r.they_are, r.this_is) for r in do(family.relatives, mario)] == [
        ("María García López", "niece", "uncle")
    ]
    with pytest.raises(family.Linked):
        do(family.link, mario, maria, "uncle", "niece")
    do(family.link, mario, gail, "husband", "wife")
    household = do(family.household, maria)
    assert {member.name for member in household} == {
        "María García López",
        "Mario García",
        "Gail Smith",
    }
    assert household[0].words == ("wife of Mario",)
    do(family.reword, mario, id_, 1, "godfather", "goddaughter")
    assert do(family.relatives, maria)[0].they_are == "godfather"
    do(family.unlink, maria, id_)
    assert do(family.relatives, maria) == []
    with pytest.raises(NotAccepted):
        do(family.link, maria, maria, "self", "self")


def met_at(here: House, facility_id: int, customer_id: int) -> None:
    """They have an appointment there, so that another facility's staff does not see them."""
    at = datetime(2027, 1, 13, 9, tzinfo=UTC)
    with owner_transaction() as session:
        staff = Staff(organization_id=here.id, facility_id=facility_id, name="Sam")
        session.add(staff)
        session.flush()
        session.add(
            Appointment(
                organization_id=here.id,
                facility_id=facility_id,
                program_id=program(here, "Visits"),
                staff_id=staff.id,
                customer_id=customer_id,
                starts_at=at,
                ends_at=at + timedelta(hours=1),
                occupied_from=at,
                occupied_to=at + timedelta(hours=1),
                local_day=at.date(),
            )
        )


def test_of_a_family_those_out_of_reach_are_left_out_and_their_records_are_not_there(do, ours):
    seen, unseen, third = (
        ours.ids[name] for name in ("অমৃতা চক্রবর্তী", "Smithson Abbott", "Gail Smith")
    )
    do(family.link, seen, unseen, "mother", "son")
    link = do(family.link, unseen, third, "nephew", "aunt")
    met_at(ours, ours.facilities[0], unseen)
    elsewhere = ours.somebody(Role.MANAGER, facility_id=ours.facilities[1])
    assert do(family.relatives, seen, by=elsewhere) == []
    assert [each.customer_id for each in do(family.household, seen)] != [seen]
    assert unseen not in [each.customer_id for each in do(family.household, seen, by=elsewhere)]
    there = ours.somebody(Role.MANAGER, facility_id=ours.facilities[0])
    assert [each.customer_id for each in do(family.relatives, seen, by=there)] == [unseen]
    for verb, more in (
        (profile.read, ()),
        (profile.reveal_ssn, ("For the tax form",)),
        (profile.set_ssn, ("",)),
        (alerts.standing, ()),
        (alerts.add, ("care", "Loud voice")),
        (absences.listed, ()),
        (absences.add, (leave(),)),
        (authorized.listed, ()),
        (calls.callers, ()),
        (calls.listed, ()),
        (contacts.of_customer, ()),
        (family.relatives, ()),
        (family.household, ()),
        (family.link, (seen, "a", "b")),
        (family.unlink, (link,)),
        (insurance.listed, (TODAY,)),
        (insurance.add, (policy(),)),
    ):
        refused = []
        for id_ in (unseen, 10**12):
            with pytest.raises(NotFound) as refusal:
                do(verb, id_, *more, by=elsewhere)
            refused.append(refusal.value.message)
        assert refused[0] == refused[1] or verb is family.unlink, verb


def test_two_who_link_the_same_pair_at_once_make_one_link(do, ours):
    zoe, niamh = ours.ids["Zoë Nguyễn"], ours.ids["Niamh O'Brien-Walsh"]
    with ThreadPoolExecutor(8) as threads:
        pairs = [(zoe, niamh), (niamh, zoe)] * 4
        tried = [threads.submit(do, family.link, a, b, "friend", "friend") for a, b in pairs]
    refused = [each.exception() for each in tried if each.exception()]
    assert {type(each) for each in refused} == {family.Linked}
    assert len(refused) == 7


def policy(**more: Any) -> PolicyForm:
    return PolicyForm(
        **(
            {
                "carrier": "Harbor Mutual",
                "member_number": "HM-00918-22",
                "priority": 1,
                "valid_from": date(2026, 1, 1),
                "valid_until": date(2026, 12, 31),
                "group_number": "G-77120",
            }
            | more
        )
    )


def test_the_policy_that_counts_is_that_of_the_day_of_service(do, ours):
    abbott = ours.ids["Smithson Abbott"]
    do(insurance.add, abbott, policy())
    do(insurance.add, abbott, policy(carrier="County Plan", priority=2, valid_until=None))
    do(
        insurance.add,
        abbott,
        policy(carrier="New Mutual", valid_from=date(2027, 1, 1), valid_until=None),
    )

    def carriers(day: date) -> list[str]:
        with transaction(ours.administrator.scope) as session:
            found = insurance.active_on(session, ours.id, abbott, day)
            return [each.form.carrier for each in found]

    assert carriers(date(2026, 12, 31)) == ["Harbor Mutual", "County Plan"]
    assert carriers(date(2027, 1, 1)) == ["New Mutual", "County Plan"]
    assert carriers(date(2025, 12, 31)) == []


def test_two_policies_of_one_priority_on_one_day_are_refused_also_at_once(do, ours):
    abara = ours.ids["Smith Abara"]
    with ThreadPoolExecutor(6) as threads:
        tried = [threads.submit(do, insurance.add, abara, policy()) for _ in range(6)]
    assert sum(isinstance(each.exception(), PriorityTaken) for each in tried) == 5
    (kept,) = do(insurance.listed, abara, TODAY)
    do(insurance.remove, abara, kept.id)
    do(insurance.add, abara, policy())


def test_numbers_of_policies_are_sealed_and_seen_by_whom_they_concern(do, ours, maria):
    id_ = do(insurance.add, maria, policy(member_number="CANARY-4711", group_number="CANARY-G"))
    assert "CANARY" not in str(owned("SELECT p::text FROM insurance_policy p"))
    (seen,) = do(insurance.listed, maria, TODAY, by=ours.somebody(Role.BILLING_CLERK))
    assert (seen.form.member_number, seen.form.group_number) == ("CANARY-4711", "CANARY-G")
    for role in (Role.SCHEDULER, Role.AUDITOR, Role.OUTREACH_LEAD):
        with pytest.raises(NotAllowed):
            do(insurance.listed, maria, TODAY, by=ours.somebody(role))
    do(insurance.change, maria, id_, 1, policy(plan="Gold"))
    assert do(insurance.listed, maria, TODAY)[0].form.plan == "Gold"


def test_reading_what_was_said_or_sealed_stands_in_the_trail(do, ours, maria):
    gail = ours.ids["Gail Smith"]
    do(insurance.add, gail, policy(carrier="Trail Mutual"))
    do(calls.log, gail, CallForm(clock.now(), "Ride", "She fell.", caller="A neighbor"))
    for verb, more, action in (
        (insurance.listed, (TODAY,), "insurance.seen"),
        (calls.listed, (), "calls.read"),
    ):
        before = community.trail_of(ours.id).count(action)
        do(verb, gail, *more)
        assert community.trail_of(ours.id).count(action) == before + 1


def test_a_call_is_logged_once_read_back_and_only_added_to(do, ours, maria):
    key = uuid4()
    form = CallForm(
        clock.now(), "Ride home", "CANARY said she fell.", caller="A neighbor", form_key=key
    )
    id_ = do(calls.log, maria, form)
    assert do(calls.log, maria, form) == id_
    do(calls.add_notes, maria, id_, "CANARY called back.")
    (call,) = do(calls.listed, maria)
    assert (call.caller, call.notes) == ("A neighbor", "CANARY said she fell.")
    assert [each.notes for each in call.additions] == ["CANARY called back."]
    for table in ("phone_call", "phone_call_addition", "audit_event"):
        assert "CANARY" not in str(owned(f"SELECT t::text FROM {table} t"))
    with pytest.raises(NotAllowed):
        do(calls.listed, maria, by=ours.somebody(Role.AUDITOR))
    with pytest.raises(NotAccepted):
        do(calls.log, maria, replace(form, at=clock.now() + timedelta(hours=1), form_key=None))
    assert do(calls.listed, maria, before=(call.at, call.id)) == []


@pytest.mark.parametrize("table", ["phone_call", "phone_call_addition", "identity_check"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET account_id = NULL", "DELETE FROM {}"])
def test_what_is_permanent_refuses_change(do, ours, maria, table: str, statement: str):
    said = text(statement.format(table))
    with (
        pytest.raises(DBAPIError, match="permission denied"),
        transaction(ours.administrator.scope) as session,
    ):
        session.connection().execute(said)
    with pytest.raises(DBAPIError, match="permanent"), owner_transaction() as session:
        session.connection().execute(said)


def test_what_is_sealed_in_the_record_goes_along_with_a_new_key(
    do, maria, monkeypatch: pytest.MonkeyPatch
):
    do(profile.set_ssn, maria, "219-09-9999")
    do(calls.log, maria, CallForm(clock.now(), "Key", "Spoken under the old key", caller="Key"))
    old = os.environ["SECURECARE_MASTER_KEYS"]
    new = new_master_key()
    monkeypatch.setenv("SECURECARE_MASTER_KEYS", f"{new},{old}")
    settings.cache_clear()
    rotation.rotate()
    monkeypatch.setenv("SECURECARE_MASTER_KEYS", new)
    settings.cache_clear()
    assert do(profile.reveal_ssn, maria, "After the rotation") == "219-09-9999"
    assert do(calls.listed, maria)[0].notes == "Spoken under the old key"
    monkeypatch.setenv("SECURECARE_MASTER_KEYS", old)
    settings.cache_clear()


def test_another_organization_finds_nothing_of_it(do, ours, theirs, maria):
    stranger = theirs.administrator
    for verb in (profile.read, alerts.standing, absences.listed, authorized.listed):
        with pytest.raises(NotFound):
            do(verb, maria, by=stranger)
    for verb in (contacts.of_customer, family.relatives, family.household, calls.listed):
        with pytest.raises(NotFound):
            do(verb, maria, by=stranger)
    with pytest.raises(NotFound):
        do(insurance.listed, maria, TODAY, by=stranger)
    with pytest.raises(NotFound):
        do(family.link, maria, theirs.ids["Gail Smith"], "friend", "friend")


def test_the_day_is_that_of_the_organization(ours):
    with transaction(ours.administrator.scope) as session:
        assert days.today(session) in (TODAY, TODAY - timedelta(days=1))
