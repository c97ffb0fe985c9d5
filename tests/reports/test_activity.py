"""What is on a customer's calendar, source by source, and for whom."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from securecare.access.actor import Actor
from securecare.access.errors import NotAllowed, NotFound
from securecare.access.roles import Role
from securecare.casework import cases, services
from securecare.casework.cases import CaseForm, Intake
from securecare.casework.services import ServiceForm
from securecare.customers import absences, calls
from securecare.customers import activity as registry
from securecare.customers.absences import AbsenceForm
from securecare.customers.calls import CallForm
from securecare.documents.models import Document
from securecare.foundation import clock
from securecare.foundation.db import owner_transaction
from securecare.foundation.spans import Span
from securecare.messages import writing
from securecare.messages.writing import Beginning, Settings, Words
from securecare.reports import activity
from securecare.reports.activity import Happening, Kind
from securecare.scheduling import record
from securecare.scheduling.booking_facts import WallTime
from securecare.scheduling.record import Notes
from securecare.scheduling.statuses import AppointmentStatus
from tests.scheduling.world import Harbor, kept, new_york

MONDAY = date(2027, 1, 18)
WEEK = Span(new_york(MONDAY, 0), new_york(MONDAY + timedelta(days=7), 0))
CANARY = "canary-51d sleeps badly"


@pytest.fixture
def harbor(database: str, noon: datetime) -> Harbor:
    return Harbor()


@pytest.fixture
def full(harbor: Harbor) -> Harbor:
    """One of everything in Cleo's week: a talk at East, care at West, two leaves, a call, a paper."""
    talk = harbor.book(WallTime(MONDAY, 600)).appointment_id
    harbor.do(record.write_notes, Notes(talk, 1, "", CANARY))
    harbor.book(
        WallTime(MONDAY, 720), staff_id=harbor.cho, facility_id=harbor.west, program_id=harbor.care
    )
    for program in (None, harbor.care):
        form = AbsenceForm(
            new_york(MONDAY + timedelta(days=2), 9),
            new_york(MONDAY + timedelta(days=4), 17),
            "family",
            "Ada Admin",
            program_id=program,
        )
        harbor.do(absences.add, harbor.cleo, form)
    with clock.frozen(new_york(MONDAY + timedelta(days=1), 15)):
        call = CallForm(new_york(MONDAY, 15), "A ride", CANARY, caller="Rosa")
        harbor.do(calls.log, harbor.cleo, call)
    paper(harbor, new_york(MONDAY, 16))
    return harbor


def paper(harbor: Harbor, stored_at: datetime) -> None:
    kind = text("SELECT min(id) FROM document_kind WHERE organization_id = :id")
    with owner_transaction() as session:
        kind_id = session.execute(kind, {"id": harbor.organization_id}).scalar()
    if kind_id is None:
        made = text(
            "INSERT INTO document_kind (organization_id, name, retention_years, active, version)"
            " VALUES (:id, 'Letter', 6, true, 1) RETURNING id"
        )
        with owner_transaction() as session:
            kind_id = session.execute(made, {"id": harbor.organization_id}).scalar_one()
    kept(
        Document(
            organization_id=harbor.organization_id,
            public_id=uuid.uuid4(),
            customer_id=harbor.cleo,
            kind_id=kind_id,
            title="The letter",
            stored_at=stored_at,
            retained_until=date(2033, 1, 18),
        )
    )


def read(
    harbor: Harbor, span: Span = WEEK, *, by: Actor | None = None, **asked: Any
) -> activity.Activity:
    def of_customer(session: Any, actor: Actor) -> activity.Activity:
        return activity.of_customer(session, actor, harbor.cleo, span, **asked)

    return harbor.do(of_customer, by=by)


def kinds(happenings: tuple[Happening, ...]) -> list[str]:
    return [each.key.split()[0] for each in happenings]


EVERYTHING = ["appointment", "appointment", "call", "document", "absence", "absence"]


def test_everything_is_there_in_the_order_of_time(full: Harbor):
    found = read(full)
    assert kinds(found.happenings) == EVERYTHING
    assert found.kinds == tuple(Kind)
    talk, care = found.happenings[:2]
    assert (talk.what, talk.detail, talk.place) == ("Talk", "with Ana Ames", "East")
    assert (care.place, care.time_zone) == ("West", "America/Phoenix")
    assert CANARY not in repr(found)


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.MANAGER, EVERYTHING),
        (Role.CASE_WORKER, EVERYTHING),
        (Role.SCHEDULER, ["appointment", "appointment", "call", "absence", "absence"]),
        (Role.AUDITOR, ["appointment", "appointment", "absence", "absence"]),
        (Role.BILLING_CLERK, ["appointment", "appointment", "absence", "absence"]),
    ],
)
def test_each_source_asks_for_a_right_of_its_own(full: Harbor, role: Role, seen: list[str]):
    found = read(full, by=full.actor(role))
    assert kinds(found.happenings) == seen
    assert (Kind.CALL in found.kinds) == ("call" in seen), "nor is there a filter for it"
    if role is Role.AUDITOR:
        assert found.kinds == (Kind.APPOINTMENT, Kind.ABSENCE)


def test_at_one_place_or_in_one_program_only_what_is_there(full: Harbor):
    at_west = read(full, by=full.actor(Role.SCHEDULER, facility_id=full.west)).happenings
    assert [each.place for each in at_west if each.kind is Kind.APPOINTMENT] == ["West"]
    in_talks = read(full, by=full.actor(Role.CASE_WORKER, program_id=full.talk)).happenings
    assert [each.what for each in in_talks if each.kind is Kind.APPOINTMENT] == ["Talk"]
    leaves = [each.detail for each in in_talks if each.kind is Kind.ABSENCE]
    assert leaves == ["Family event · All programs"], "nor a leave from another program"
    listed = full.do(
        absences.listed, full.cleo, by=full.actor(Role.CASE_WORKER, program_id=full.talk)
    )
    assert [each.program_id for each in listed] == [None]


def test_rights_of_two_places_are_not_mixed(full: Harbor):
    """Documents are for case workers of another program; the schedule is for those of talks."""
    one = full.actor(Role.SCHEDULER, program_id=full.talk)
    both = Actor(
        one.account_id,
        one.organization_id,
        one.session_id,
        one.name,
        (*one.grants, *full.actor(Role.CASE_WORKER, program_id=full.weekly).grants),
    )
    assert "document" not in kinds(read(full, by=both).happenings)
    with pytest.raises(NotFound):
        read(full, by=full.actor(Role.CASE_WORKER, program_id=full.weekly))
    with pytest.raises(NotAllowed):
        read(full, by=full.actor(Role.OUTREACH_LEAD))
    with pytest.raises(NotFound):
        read(full, by=Harbor().administrator)


def test_a_span_holds_what_begins_with_it_and_not_what_begins_at_its_end(full: Harbor):
    def between(starts: datetime, ends: datetime) -> list[str]:
        return kinds(read(full, Span(starts, ends)).happenings)

    ten = new_york(MONDAY, 10)
    half_past = ten + timedelta(minutes=30)
    assert between(ten, half_past) == ["appointment"]
    assert between(half_past, half_past + timedelta(minutes=30)) == []
    assert between(ten - timedelta(hours=1), ten) == []
    three, four = new_york(MONDAY, 15), new_york(MONDAY, 16)
    assert between(three, four) == ["call"]
    assert between(four, new_york(MONDAY, 17)) == ["document"]
    leave_ends = new_york(MONDAY + timedelta(days=4), 17)
    assert between(leave_ends, leave_ends + timedelta(hours=1)) == []
    minute = timedelta(minutes=1)
    assert between(leave_ends - minute, leave_ends) == ["absence", "absence"]


def test_a_leave_that_began_long_ago_is_there_until_it_ends(harbor: Harbor):
    began = datetime(2026, 2, 1, tzinfo=UTC)
    leave = AbsenceForm(began, began + timedelta(days=366), "court", "Judge Orr")
    id_ = harbor.do(absences.add, harbor.cleo, leave)
    last = Span(began + timedelta(days=365), began + timedelta(days=367))
    assert kinds(read(harbor, last).happenings) == ["absence"]
    harbor.do(absences.withdraw, harbor.cleo, id_)
    assert read(harbor, last).happenings == ()


def test_only_the_chosen_kinds_are_read_and_all_are_offered(full: Harbor):
    found = read(full, kinds={Kind.CALL})
    assert kinds(found.happenings) == ["call"]
    assert len(found.kinds) == len(Kind)


def test_what_was_missed_during_a_leave_is_an_absence_here_too(full: Harbor):
    id_ = full.book(WallTime(MONDAY + timedelta(days=3), 600)).appointment_id
    full.set(id_, 1, AppointmentStatus.NO_SHOW)
    one = next(each for each in read(full).happenings if each.key == f"appointment {id_}")
    assert one.status == AppointmentStatus.ABSENT


def test_the_look_is_noted_once_and_not_when_it_is_only_brought_up_to_date(full: Harbor):
    def looks() -> int:
        asked = text("SELECT count(*) FROM audit_event WHERE action = 'customer.calendar_seen'")
        with owner_transaction() as session:
            return session.execute(asked).scalar_one()

    before = looks()
    read(full)
    read(full, noted=False)
    assert looks() == before + 1


def test_more_than_can_be_shown_is_said(harbor: Harbor, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(registry, "MOST", 2)
    for hour in (10, 12, 14):
        paper(harbor, new_york(MONDAY, hour))
    assert read(harbor).cut


@pytest.fixture
def casework(harbor: Harbor) -> int:
    """A case of Cleo's at West in Care, begun today, with a service; a message was written too."""
    form = CaseForm("A place of her own", harbor.care, harbor.west, date(2027, 1, 13))
    case = harbor.do(cases.begin, harbor.cleo, form, Intake(reason=CANARY))
    given = ServiceForm(date(2027, 1, 13), "Ride to the clinic", 40, note=CANARY)
    harbor.do(services.add, harbor.cleo, case, given)
    words = Words(CANARY, uuid.uuid4())
    beginning = Beginning(CANARY, words, Settings(frozenset()))
    harbor.do(writing.start, harbor.cleo, beginning)
    return case


DAY = Span(new_york(date(2027, 1, 13), 0), new_york(date(2027, 1, 14), 0))


def test_services_cases_and_messages_are_there_and_nothing_that_is_sealed(
    harbor: Harbor, casework: int
):
    found = read(harbor, DAY)
    said = {(each.kind, each.what) for each in found.happenings}
    assert said == {
        (Kind.SERVICE, "Ride to the clinic"),
        (Kind.OTHER, "Intake"),
        (Kind.OTHER, "Case opened"),
        (Kind.OTHER, "Secure message"),
    }
    assert CANARY not in repr(found)
    assert Kind.SERVICE in found.kinds


def test_cases_out_of_reach_and_messages_without_the_right_are_not(harbor: Harbor, casework: int):
    harbor.book(WallTime(MONDAY, 600))  # so that those who work with talks know Cleo
    in_talks = harbor.actor(Role.CASE_WORKER, program_id=harbor.talk)
    assert kinds(read(harbor, DAY, by=in_talks).happenings) == ["message"]
    scheduler = read(harbor, DAY, by=harbor.actor(Role.SCHEDULER))
    assert kinds(scheduler.happenings) == []
    assert Kind.SERVICE not in scheduler.kinds


def test_of_a_corrected_service_only_what_it_reads_now(harbor: Harbor, casework: int):
    one = next(each for each in read(harbor, DAY).happenings if each.kind is Kind.SERVICE)
    right = ServiceForm(date(2027, 1, 13), "Ride home", 20)
    entry = int(one.key.split()[1])
    harbor.do(services.correct, harbor.cleo, casework, entry, right, "It was the way back")
    given = [each.what for each in read(harbor, DAY).happenings if each.kind is Kind.SERVICE]
    assert given == ["Ride home"]
