"""Cases: begun, held, closed and reopened; what is noted in them; and who may see any of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from securecare.access.errors import NotFound
from securecare.casework import cases, goals, services, standing, taking, timeline
from securecare.casework.cases import Intake
from securecare.casework.entries import CaseClosed
from securecare.casework.goals import GoalForm, OutcomeForm
from securecare.casework.services import ServiceForm
from securecare.casework.standing import AlreadyMoved, MoveForm
from securecare.casework.taking import TakenForm
from securecare.customers import absences
from securecare.customers.absences import AbsenceForm
from securecare.foundation import clock
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.foundation.sealing import SealBroken
from tests.casework.workroom import INTAKE_DAY, TODAY, Workroom, owned
from tests.races.at_once import at_once, kinds
from tests.support import community

SERVICE = ServiceForm(TODAY, "Housing search", 45, None, None, "Looked at two rooms")
CLOSED = MoveForm("closed", "reached")


def lines(ours: Workroom, case: int, **more: Any) -> list[Any]:
    return list(ours.do(timeline.page, ours.cleo, case, **more).lines)


def test_a_case_is_begun_once_with_what_was_said_and_a_number_of_its_own(ours: Workroom):
    key = uuid4()
    said = Intake("Clinic", "Lost her room", "In a car", "A bed tonight", "Speaks softly")
    first = ours.do(cases.begin, ours.cleo, ours.form(), said, key)
    assert ours.do(cases.begin, ours.cleo, ours.form(), said, key) == first
    second = ours.case()
    one, two = (ours.do(cases.one, ours.cleo, each) for each in (first, second))
    assert two.number == one.number + 1
    assert (one.status, one.program, one.lead) == ("open", "Housing", "Ana Staff")
    assert [each.kind for each in lines(ours, first)] == ["status", "intake"]
    read = ours.do(timeline.intake, ours.cleo, first)
    assert (read.said["reason"], read.at.date()) == ("Lost her room", INTAKE_DAY)
    assert [each.id for each in ours.do(cases.listed, ours.cleo)][:2] == [second, first]
    assert "case.opened" in community.trail_of(ours.id)


def test_what_is_wrong_with_a_new_case_is_told_field_by_field(ours: Workroom, theirs: Workroom):
    wrong = ours.form(
        title="",
        program_id=theirs.housing,
        facility_id=None,
        lead_staff_id=theirs.staff,
        intake_on=TODAY + timedelta(days=1),
    )
    with pytest.raises(NotAccepted) as refused:
        ours.do(cases.begin, ours.cleo, wrong, Intake(notes="x" * 4001))
    assert set(refused.value.complaints) == {
        "title",
        "program_id",
        "facility_id",
        "lead_staff_id",
        "intake_on",
        "reason",
        "notes",
    }


def test_the_head_is_changed_by_two_and_the_second_is_told(ours: Workroom):
    case = ours.case()
    ours.do(cases.change, ours.cleo, case, 1, ours.form(title="Rent and papers"))
    with pytest.raises(Overtaken):
        ours.do(cases.change, ours.cleo, case, 1, ours.form(title="Papers"))
    assert ours.do(cases.one, ours.cleo, case).title == "Rent and papers"


def test_a_case_is_held_closed_and_reopened_and_every_reason_stays(ours: Workroom):
    case = ours.case()
    steps = [
        ("open", MoveForm("on_hold", "away", "CANARY at her sister's")),
        ("on_hold", MoveForm("open", "returned")),
        ("open", MoveForm("closed", "other", "CANARY found a job on a ship")),
        ("closed", MoveForm("open", "needed")),
    ]
    for minute, (seen, step) in enumerate(steps):
        with clock.frozen(clock.now() + timedelta(minutes=minute + 1)):
            ours.do(standing.move, ours.cleo, case, seen, step)
    told = lines(ours, case, kinds=("status",))
    assert [(e.status, e.reason) for e in reversed(told)] == [
        ("open", "begun"),
        ("on_hold", "away"),
        ("open", "returned"),
        ("closed", "other"),
        ("open", "needed"),
    ]
    assert told[1].said["words"] == "CANARY found a job on a ship"
    assert told[1].by == "Ana Alder"
    assert "CANARY" not in str(owned("SELECT e::text FROM case_entry e"))
    trail = community.trail_of(ours.id)
    for action in ("case.put_on_hold", "case.resumed", "case.closed", "case.reopened"):
        assert action in trail


@pytest.mark.parametrize(
    ("step", "field"),
    [
        (MoveForm("closed", "away"), "reason"),
        (MoveForm("closed", ""), "reason"),
        (MoveForm("closed", "other", " "), "words"),
        (MoveForm("open", "returned"), "status"),
        (MoveForm("new", "begun"), "reason"),
    ],
)
def test_nothing_is_held_or_closed_without_a_reason(ours: Workroom, step: MoveForm, field: str):
    with pytest.raises(NotAccepted) as refused:
        ours.do(standing.move, ours.cleo, ours.case(), "open", step)
    assert field in refused.value.complaints


def test_of_two_who_close_at_once_the_second_reads_the_reason_of_the_first(ours: Workroom):
    bo = ours.another("Bo Berg")
    for _ in range(5):
        case = ours.case()
        told = at_once(
            [
                lambda by=by, case=case: ours.do(
                    standing.move, ours.cleo, case, "open", CLOSED, by=by
                )
                for by in (ours.ana, bo)
            ]
        )
        assert kinds(told) == {"NoneType": 1, "AlreadyMoved": 1}
        (refused,) = [each for each in told if isinstance(each, AlreadyMoved)]
        assert "closed this case in the meantime" in str(refused)
        assert len(lines(ours, case, kinds=("status",))) == 2


def test_closing_and_noting_at_once_never_puts_anything_into_a_closed_case(ours: Workroom):
    for _ in range(8):
        case = ours.case()
        told = at_once(
            [
                lambda case=case: ours.do(standing.move, ours.cleo, case, "open", CLOSED),
                lambda case=case: ours.do(services.add, ours.cleo, case, SERVICE),
            ]
        )
        assert told[0] is None
        noted = [each.kind for each in lines(ours, case, kinds=("service",))]
        assert noted == ([] if isinstance(told[1], CaseClosed) else ["service"])
        closed, *_ = owned(
            "SELECT id FROM case_entry WHERE status = 'closed' AND case_id = :c", c=case
        )
        later = owned(
            "SELECT 1 FROM case_entry WHERE case_id = :c AND id > :id", c=case, id=closed[0]
        )
        assert later == []


def test_holding_closing_and_reopening_all_at_once_leaves_a_story_that_holds_together(
    ours: Workroom,
):
    case = ours.case()
    steps = [CLOSED, MoveForm("on_hold", "away")] * 4
    told = at_once(
        [lambda step=step: ours.do(standing.move, ours.cleo, case, "open", step) for step in steps]
    )
    assert kinds(told) == {"NoneType": 1, "AlreadyMoved": 7}
    last = lines(ours, case, kinds=("status",))[0]
    assert ours.do(cases.one, ours.cleo, case).status == last.status


def test_a_service_is_noted_once_and_corrected_with_its_history(ours: Workroom):
    case, key = ours.case(), uuid4()
    form = replace(SERVICE, form_key=key, note="CANARY cried")
    id_ = ours.do(services.add, ours.cleo, case, form)
    assert ours.do(services.add, ours.cleo, case, form) == id_
    right = replace(SERVICE, minutes=30, staff_id=ours.staff, on=TODAY - timedelta(days=1))
    follows = ours.do(services.correct, ours.cleo, case, id_, right, "Half an hour only")
    with pytest.raises(Overtaken):
        ours.do(services.correct, ours.cleo, case, id_, replace(right, minutes=20), "No, less")
    (read,) = lines(ours, case, kinds=("service",))
    assert (read.id, read.minutes, read.staff, read.root_id) == (follows, 30, "Ana Staff", id_)
    assert read.at.date() == TODAY - timedelta(days=1)
    both = ours.do(timeline.former, ours.cleo, case, id_)
    assert [(e.minutes, e.said["note"]) for e in both] == [
        (30, "Looked at two rooms"),
        (45, "CANARY cried"),
    ]
    assert both[0].said["why"] == "Half an hour only"
    assert ours.do(timeline.sums, ours.cleo, case) == timeline.Sums(1, 30)
    assert "CANARY" not in str(owned("SELECT e::text FROM case_entry e"))
    assert "CANARY" not in str(owned("SELECT e::text FROM audit_event e"))


def test_what_was_never_right_is_struck_and_can_be_put_back(ours: Workroom):
    case = ours.case()
    id_ = ours.do(services.add, ours.cleo, case, SERVICE)
    ours.do(cases.strike, ours.cleo, case, id_, "Was somebody else")
    (read,) = lines(ours, case, kinds=("service",))
    assert read.struck and read.said == {"note": "Looked at two rooms", "why": "Was somebody else"}
    assert ours.do(timeline.sums, ours.cleo, case) == timeline.Sums(0, 0)
    ours.do(services.correct, ours.cleo, case, read.id, SERVICE, "It was her after all")
    assert ours.do(timeline.sums, ours.cleo, case) == timeline.Sums(1, 45)
    assert len(ours.do(timeline.former, ours.cleo, case, id_)) == 3
    opened, *_ = lines(ours, case, kinds=("status",))
    with pytest.raises(NotFound):
        ours.do(cases.strike, ours.cleo, case, opened.id, "Never happened")
    with pytest.raises(NotAccepted):
        ours.do(cases.strike, ours.cleo, case, lines(ours, case, kinds=("service",))[0].id, "  ")


def test_of_many_who_correct_at_once_one_is_first(ours: Workroom):
    case = ours.case()
    id_ = ours.do(services.add, ours.cleo, case, SERVICE)
    told = at_once(
        [
            lambda n=n: ours.do(
                services.correct, ours.cleo, case, id_, replace(SERVICE, minutes=n), "Miscounted"
            )
            for n in range(1, 7)
        ]
    )
    assert kinds(told) == {"int": 1, "Overtaken": 5}
    assert len(lines(ours, case, kinds=("service",))) == 1


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        (replace(SERVICE, title=" ", minutes=None), {"title", "minutes"}),
        (replace(SERVICE, minutes=0, quantity=-1), {"minutes", "quantity"}),
        (replace(SERVICE, on=TODAY + timedelta(days=1)), {"on"}),
        (replace(SERVICE, on=INTAKE_DAY - timedelta(days=1)), {"on"}),
        (replace(SERVICE, staff_id=10**9, note="\x01"), {"staff_id", "note"}),
    ],
)
def test_what_cannot_be_a_service_is_told_by_field(ours: Workroom, wrong: ServiceForm, fields: set):
    with pytest.raises(NotAccepted) as refused:
        ours.do(services.add, ours.cleo, ours.case(), wrong)
    assert set(refused.value.complaints) == fields


def test_a_goal_is_measured_again_and_again_and_reworded(ours: Workroom):
    case = ours.case()
    form = GoalForm(INTAKE_DAY, "CANARY a lease", "Signed lease", "by spring", date(2027, 4, 1))
    goal = ours.do(goals.add, ours.cleo, case, form)
    early = OutcomeForm(INTAKE_DAY + timedelta(days=2), "not_met", "0 viewings")
    ours.do(goals.note, ours.cleo, case, goal, OutcomeForm(TODAY, "partly", "2 viewings"))
    ours.do(goals.note, ours.cleo, case, goal, early)
    ours.do(goals.correct, ours.cleo, case, goal, replace(form, words="A lease"), "Her words")
    (read,) = ours.do(goals.listed, ours.cleo, case)
    assert (read.id, read.words, read.result, read.value) == (
        goal,
        "A lease",
        "partly",
        "2 viewings",
    )
    told = lines(ours, case, kinds=("outcome",))
    assert [(e.goal, e.result) for e in told] == [("A lease", "partly"), ("A lease", "not_met")]
    ours.do(goals.correct_outcome, ours.cleo, case, told[0].id, OutcomeForm(TODAY, "met"), "Signed")
    assert ours.do(goals.listed, ours.cleo, case)[0].result == "met"
    ours.do(cases.strike, ours.cleo, case, read.entry_id, "Not hers")
    assert ours.do(goals.listed, ours.cleo, case) == []
    with pytest.raises(NotFound):
        ours.do(goals.note, ours.cleo, case, goal, OutcomeForm(TODAY, "met"))
    other = ours.case()
    with pytest.raises(NotFound):
        ours.do(goals.note, ours.cleo, other, goal, OutcomeForm(TODAY, "met"))
    assert "CANARY" not in str(owned("SELECT e::text FROM case_entry e"))


def test_answers_are_sealed_and_put_right_within_their_version(ours: Workroom):
    form_id, case = ours.published("Sealed"), ours.case()
    version = ours.version(form_id)
    wish = TakenForm(TODAY, version.id, (0, 1, "CANARY is afraid"), "CANARY note")
    id_ = ours.do(taking.take, ours.cleo, case, wish)
    (score,) = ours.do(taking.scores, ours.cleo, case, form_id)
    assert (score.score, score.lowest, score.highest) == (3, 0, 8)
    ours.do(taking.correct, ours.cleo, case, id_, replace(wish, answers=(2, 1, None)), "Misheard")
    (score,) = ours.do(taking.scores, ours.cleo, case, form_id)
    assert score.score == 8
    assert "CANARY" not in str(owned("SELECT e::text FROM case_entry e"))
    with pytest.raises(NotAccepted) as refused:
        ours.do(taking.take, ours.cleo, case, replace(wish, answers=(7, None, "x" * 3000)))
    assert set(refused.value.complaints) == {"answer.0", "answer.1", "answer.2"}


def test_what_was_said_does_not_open_in_another_entry(ours: Workroom):
    case = ours.case()
    one = ours.do(services.add, ours.cleo, case, SERVICE)
    two = ours.do(services.add, ours.cleo, case, replace(SERVICE, note="Another"))
    owned(
        "UPDATE case_entry SET sealed = (SELECT sealed FROM case_entry WHERE id = :one)"
        " WHERE id = :two",
        one=one,
        two=two,
    )
    with pytest.raises(SealBroken):
        lines(ours, case)


def test_leaves_within_the_time_of_a_case_stand_in_its_timeline(ours: Workroom):
    case, other = ours.case(ours.dana), ours.case(ours.dana, program_id=ours.health)

    def leave(day: int, **more: Any) -> int:
        begins = datetime(2027, 1, day, 15, tzinfo=UTC)
        form = AbsenceForm(begins, begins + timedelta(hours=5), "family", "Judge", **more)
        return ours.do(absences.add, ours.dana, form)

    leave(2)
    both, housing = leave(6), leave(8, program_id=ours.housing)
    gone = leave(9)
    ours.do(absences.withdraw, ours.dana, gone)
    later = leave(20)

    def leaves(of: int) -> list[int]:
        read = ours.do(timeline.page, ours.dana, of, ("absence",))
        return [each.id for each in read.lines]

    assert leaves(case) == [later, housing, both]
    assert leaves(other) == [later, both]
    ours.do(standing.move, ours.dana, case, "open", CLOSED)
    assert leaves(case) == [housing, both]


def test_pages_hold_everything_once_and_in_order_whatever_falls_together(ours: Workroom):
    case = ours.case(ours.dana)
    noon_there = datetime(2027, 1, 7, 18, tzinfo=UTC)
    owned("ALTER TABLE absence ALTER COLUMN id RESTART WITH 100000")  # above those of entries
    for number in range(7):
        ours.do(
            services.add, ours.dana, case, replace(SERVICE, on=date(2027, 1, 7), minutes=number + 1)
        )
    for _ in range(3):
        form = AbsenceForm(noon_there, noon_there + timedelta(hours=1), "work", "Ana")
        ours.do(absences.add, ours.dana, form)
    whole = ours.do(timeline.page, ours.dana, case, most=100)
    assert whole.next is None
    assert (
        len(
            {
                timeline._order(each)[0]
                for each in whole.lines
                if timeline._order(each)[0] == noon_there
            }
        )
        == 1
    )
    for size in (1, 2, 3, 5):
        seen, before = [], None
        while True:
            page = ours.do(timeline.page, ours.dana, case, before=before, most=size)
            seen += page.lines
            before = page.next
            if before is None:
                break
        assert seen == list(whole.lines)
