"""People and insurance of a record: authorized, to be called, linked, and who pays."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from securecare.access.errors import NotAllowed, NotFound
from securecare.access.roles import Role
from securecare.customers import (
    absences,
    alerts,
    authorized,
    calls,
    contacts,
    family,
    insurance,
    profile,
)
from securecare.customers.authorized import PersonForm
from securecare.customers.calls import CallForm
from securecare.customers.contacts import EMERGENCY, GUARANTOR, ContactForm
from securecare.customers.insurance import PriorityTaken
from securecare.foundation import clock
from securecare.foundation.db import owner_transaction, transaction
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.organization.models import Staff
from securecare.scheduling.models import Appointment
from tests.customers.conftest import House
from tests.customers.recorded import TODAY, leave, owned, policy, program

pytestmark = pytest.mark.usefixtures("noon")


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
