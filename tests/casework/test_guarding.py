"""Who may see a case, what nobody can change in it, and what a database alone does not tell."""

import os
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from securecare.access.errors import NotAllowed, NotFound
from securecare.access.roles import Role
from securecare.casework import cases, entries, goals, services, standing, taking, timeline
from securecare.casework.cases import Intake
from securecare.casework.goals import GoalForm
from securecare.casework.models import CaseEntry
from securecare.casework.services import ServiceForm
from securecare.casework.standing import MoveForm
from securecare.foundation import clock, rotation
from securecare.foundation.db import owner_transaction, transaction
from securecare.foundation.forms import NotAccepted
from securecare.settings import new_master_key, settings
from tests.casework.workroom import TODAY, Workroom
from tests.support import community

SERVICE = ServiceForm(TODAY, "Housing search", 45, None, None, "Looked at two rooms")
CLOSED = MoveForm("closed", "reached")


def test_a_case_out_of_reach_is_as_missing_as_one_that_never_was(ours: Workroom, theirs: Workroom):
    housing = ours.case(ours.dana, facility_id=ours.north)
    health = ours.case(ours.dana, program_id=ours.health, facility_id=ours.south)
    in_health = ours.somebody(Role.CASE_WORKER, program_id=ours.health)
    at_north = ours.somebody(Role.MANAGER, facility_id=ours.north)

    def seen(by: Any) -> set[int]:
        return {each.id for each in ours.do(cases.listed, ours.dana, by=by)} & {housing, health}

    assert seen(in_health) == {health}
    assert seen(at_north) == {housing}
    assert seen(ours.somebody(Role.CASE_WORKER)) == {housing, health}
    verbs: list[tuple[Any, tuple[Any, ...]]] = [
        (cases.one, ()),
        (timeline.page, ()),
        (timeline.intake, ()),
        (timeline.sums, ()),
        (timeline.former, (1,)),
        (goals.listed, ()),
        (taking.asked, ()),
        (taking.scores, (1,)),
        (services.add, (SERVICE,)),
        (goals.add, (GoalForm(TODAY, "Mine"),)),
        (standing.move, ("open", CLOSED)),
        (cases.change, (1, ours.form())),
    ]
    for verb, args in verbs:
        for case in (housing, 10**12):
            with pytest.raises(NotFound) as missing:
                ours.do(verb, ours.dana, case, *args, by=in_health)
            assert str(missing.value) == str(NotFound("This case"))
        with pytest.raises(NotFound):
            ours.do(verb, ours.cleo, housing, *args)
        with pytest.raises(NotFound):
            theirs.do(verb, ours.dana, housing, *args)
        for role in (Role.SCHEDULER, Role.AUDITOR, Role.BILLING_CLERK, Role.PATRON):
            with pytest.raises(NotAllowed):
                ours.do(verb, ours.dana, housing, *args, by=ours.somebody(role))
    with pytest.raises(NotAccepted):
        ours.do(
            cases.change, ours.dana, health, 1, ours.form(), by=in_health
        )  # out of their own reach
    with pytest.raises(NotAccepted):
        ours.do(cases.begin, ours.dana, ours.form(), Intake(reason="Food"), by=in_health)


def test_opening_a_case_and_what_it_read_before_stands_in_the_trail(ours: Workroom):
    case = ours.case()
    entry = ours.do(timeline.intake, ours.cleo, case).id
    before = community.trail_of(ours.id)
    ours.do(timeline.page, ours.cleo, case, noted=True)
    ours.do(timeline.former, ours.cleo, case, entry)
    assert community.trail_of(ours.id)[len(before) :] == ["case.read", "case.corrections_read"]


def test_a_form_offers_what_lies_within_reach(ours: Workroom):
    def offered(**where: int) -> tuple[set[int], set[int]]:
        by = ours.somebody(Role.CASE_WORKER, **where)
        known = ours.do(cases.choices, by=by)
        return set(dict(known.programs)), set(dict(known.facilities))

    both, places = {ours.housing, ours.health}, {ours.north, ours.south}
    assert offered() == (both, places)
    assert offered(program_id=ours.health) == ({ours.health}, places)
    assert offered(facility_id=ours.south) == (both, {ours.south})


def test_the_log_refuses_every_change_whoever_asks(ours: Workroom):
    ours.case()
    for statement in (
        "UPDATE case_entry SET minutes = 5",
        "UPDATE case_entry SET at = now()",
        "DELETE FROM case_entry",
        "TRUNCATE case_entry CASCADE",
    ):
        with (
            pytest.raises(DBAPIError, match="permission denied"),
            transaction(ours.ana.scope) as session,
        ):
            session.connection().execute(text(statement))
        with pytest.raises(DBAPIError, match="permanent"), owner_transaction() as session:
            session.connection().execute(text(statement))


def test_the_product_cannot_say_how_a_case_stands_but_through_its_log(ours: Workroom):
    case = ours.case()
    for statement in (
        f"UPDATE care_case SET status = 'closed' WHERE id = {case}",
        f"UPDATE care_case SET status_at = now() WHERE id = {case}",
        f"UPDATE care_case SET number = 7 WHERE id = {case}",
        f"DELETE FROM care_case WHERE id = {case}",
        "INSERT INTO care_case (organization_id, customer_id, program_id, facility_id, number, title,"
        f" intake_on, version, status) VALUES ({ours.id}, {ours.cleo}, {ours.housing}, {ours.north},"
        " 900, 'Sly', now(), 1, 'closed')",
    ):
        with (
            pytest.raises(DBAPIError, match="permission denied"),
            transaction(ours.ana.scope) as session,
        ):
            session.connection().execute(text(statement))
    sly = entries.Draft("status", clock.now(), {}, status="open", reason="returned")
    with pytest.raises(DBAPIError, match="cannot become"), transaction(ours.ana.scope) as session:
        entries.write(session, ours.ana, cases.of(session, ours.ana, ours.cleo, case), sly)


def test_an_entry_cannot_take_the_place_of_one_of_another_case(ours: Workroom):
    one, other = ours.case(), ours.case()
    id_ = ours.do(services.add, ours.cleo, one, SERVICE)
    row = CaseEntry(
        organization_id=ours.id,
        case_id=other,
        kind="service",
        at=clock.now(),
        title="Sly",
        sealed=b"x",
        corrects_id=id_,
        root_id=id_,
        made_at=clock.now(),
    )
    with pytest.raises(DBAPIError, match="corrects_id"), transaction(ours.ana.scope) as session:
        session.bulk_save_objects([row])


def test_what_is_sealed_in_cases_goes_along_with_a_new_key(
    ours: Workroom, monkeypatch: pytest.MonkeyPatch
):
    case = ours.case(ours.dana)
    ours.do(services.add, ours.dana, case, replace(SERVICE, note="Under the old key"))
    old, new = os.environ["SECURECARE_MASTER_KEYS"], new_master_key()
    monkeypatch.setenv("SECURECARE_MASTER_KEYS", f"{new},{old}")
    settings.cache_clear()
    rotation.rotate()
    monkeypatch.setenv("SECURECARE_MASTER_KEYS", new)
    settings.cache_clear()
    read = ours.do(timeline.page, ours.dana, case, ("service",)).lines
    assert read[0].said["note"] == "Under the old key"
    monkeypatch.setenv("SECURECARE_MASTER_KEYS", old)
    settings.cache_clear()
