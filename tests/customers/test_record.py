"""A customer's record: what is sealed, what is permanent, and who may see it."""

import os
from dataclasses import replace
from datetime import datetime, timedelta
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
from securecare.customers.calls import CallForm
from securecare.customers.profile import ProfileForm, ReasonMissing
from securecare.foundation import clock, rotation
from securecare.foundation.db import owner_transaction, transaction
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.foundation.sealing import SealBroken
from securecare.settings import new_master_key, settings
from tests.customers.recorded import TODAY, leave, owned, policy, program
from tests.support import community

pytestmark = pytest.mark.usefixtures("noon")


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
