"""Forms of assessments: drafts, published versions that stay, and what answers count."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from securecare.access.errors import NotAllowed, NotFound
from securecare.access.roles import Role
from securecare.casework import forms, taking
from securecare.casework.definitions import Choice, Definition, Question, restored
from securecare.casework.forms import FormForm, NothingNew
from securecare.casework.taking import TakenForm
from securecare.foundation.db import owner_transaction, transaction
from securecare.foundation.forms import NotAccepted, Overtaken
from tests.casework.workroom import TODAY, Workroom, ground
from tests.support import community

questions = st.lists(
    st.builds(
        Question,
        st.text(min_size=1, max_size=20),
        st.lists(
            st.builds(Choice, st.text(min_size=1, max_size=9), st.integers(-1000, 1000)),
            max_size=5,
        ).map(tuple),
        st.booleans(),
    ),
    max_size=8,
).map(tuple)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.builds(Definition, questions, st.sampled_from(["higher", "lower"])), st.data())
def test_a_score_lies_within_its_range_whatever_is_answered(asked: Definition, data):
    answers = [
        data.draw(st.integers(0, len(each.choices) - 1) if each.choices else st.text(max_size=5))
        if not each.optional or data.draw(st.booleans())
        else None
        for each in asked.questions
    ]
    assert asked.lowest <= asked.score(answers) <= asked.highest
    assert restored(asked.stored()) == asked


@pytest.mark.parametrize("answer", [-1, 3, True, "2", None, 1.5, [1]])
def test_only_what_a_question_offers_answers_it(answer):
    assert ground().unanswered([answer, 0, None]).keys() == {0}
    assert ground().unanswered([2, 0]) == {}


def test_a_version_is_what_was_published_and_the_draft_goes_on(ours: Workroom):
    form_id = ours.do(forms.add, FormForm("Footing", "", ground()))
    assert ours.do(forms.one, form_id).latest is None
    assert form_id not in {each.form_id for each in ours.do(forms.offered)}
    assert ours.do(forms.publish, form_id, 1) == 1
    with pytest.raises(NothingNew):
        ours.do(forms.publish, form_id, 2)
    wish = FormForm("Footing", "", replace(ground(), questions=ground().questions[:1]))
    ours.do(forms.change, form_id, 2, wish)
    read = ours.do(forms.one, form_id)
    assert read.unpublished and read.latest and read.latest.definition == ground()
    assert (read.latest.definition.lowest, read.latest.definition.highest) == (0, 8)
    assert ours.do(forms.publish, form_id, 3) == 2
    assert [v.number for v in ours.do(forms.versions, form_id)] == [2, 1]
    assert ours.do(forms.versions, form_id)[1].definition == ground()
    with pytest.raises(Overtaken):
        ours.do(forms.change, form_id, 1, wish)
    trail = community.trail_of(ours.id)
    assert "assessment_form.published" in trail and "assessment_form.changed" in trail


def test_what_was_answered_keeps_the_version_it_was_asked_with(ours: Workroom):
    form_id, case = ours.published("Changing"), ours.case()
    old = ours.version(form_id)
    ours.do(taking.take, ours.cleo, case, TakenForm(TODAY, old.id, (1, 1)))
    doubled = replace(
        ground(),
        questions=tuple(
            replace(q, choices=tuple(Choice(c.words, 10 * c.score) for c in q.choices))
            for q in ground().questions
        ),
    )
    ours.do(forms.change, form_id, 2, FormForm("Changing", "Every month", doubled))
    ours.do(forms.publish, form_id, 3)
    new = ours.version(form_id)
    # somebody had the old one open meanwhile: their answers were given to its questions
    ours.do(taking.take, ours.cleo, case, TakenForm(TODAY, old.id, (2, 1)))
    ours.do(taking.take, ours.cleo, case, TakenForm(TODAY, new.id, (2, 1)))
    told = ours.do(taking.scores, ours.cleo, case, form_id)
    assert [(s.score, s.number, s.highest) for s in told] == [(5, 1, 8), (8, 1, 8), (80, 2, 80)]
    assert [(a.name, a.times) for a in ours.do(taking.asked, ours.cleo, case)] == [("Changing", 3)]
    assert ours.do(forms.one, form_id).taken == 3


@pytest.mark.parametrize(
    ("definition", "field"),
    [
        (Definition(), "questions"),
        (Definition((Question("Only words?"),)), "questions"),
        (Definition((Question("One?", (Choice("Yes", 1),)),)), "questions.0.choices"),
    ],
)
def test_what_asks_nothing_is_not_published(ours: Workroom, definition: Definition, field: str):
    form_id = ours.do(
        forms.add, FormForm(f"Empty {field} {len(definition.questions)}", "", definition)
    )
    with pytest.raises(NotAccepted) as refused:
        ours.do(forms.publish, form_id, 1)
    assert field in refused.value.complaints


def test_what_is_wrong_is_told_beside_each_question(ours: Workroom):
    wrong = Definition(
        (
            Question(" ", (Choice("Yes", 1), Choice("yes", 2))),
            Question("Fine?", (Choice("", 5000), Choice("No", 0))),
        ),
        "sideways",
    )
    with pytest.raises(NotAccepted) as refused:
        ours.do(forms.add, FormForm("", "x" * 400, wrong))
    assert set(refused.value.complaints) == {
        "name",
        "description",
        "better",
        "questions.0.words",
        "questions.0.choices",
        "questions.1.choices.0",
        "questions.1.choices.0.score",
    }


def test_a_name_is_given_once_and_a_form_can_rest(ours: Workroom):
    form_id = ours.published("Resting")
    with pytest.raises(NotAccepted):
        ours.do(forms.add, FormForm("Resting"))
    ours.do(forms.set_active, form_id, False)
    assert form_id not in {each.form_id for each in ours.do(forms.offered)}
    ours.do(forms.set_active, form_id, True)
    assert form_id in {each.form_id for each in ours.do(forms.offered)}


def test_of_many_who_publish_at_once_one_does(ours: Workroom):
    form_id = ours.do(forms.add, FormForm("Contested", "", ground()))
    with ThreadPoolExecutor(6) as threads:
        tried = [threads.submit(ours.do, forms.publish, form_id, 1) for _ in range(6)]
    refused = [each.exception() for each in tried if each.exception()]
    assert len(refused) == 5 and {type(each) for each in refused} == {Overtaken}
    assert [v.number for v in ours.do(forms.versions, form_id)] == [1]


def test_of_two_who_write_and_publish_at_once_nothing_unseen_is_published(ours: Workroom):
    for turn in range(5):
        form_id = ours.do(forms.add, FormForm(f"Raced {turn}", "", ground()))
        other = FormForm(f"Raced {turn}", "", replace(ground(), better="lower"))
        with ThreadPoolExecutor(2) as threads:
            wrote = threads.submit(ours.do, forms.change, form_id, 1, other)
            published = threads.submit(ours.do, forms.publish, form_id, 1)
        refused = [each for each in (wrote.exception(), published.exception()) if each]
        assert [type(each) for each in refused] == [Overtaken]
        known = ours.do(forms.versions, form_id)
        assert all(each.definition == ground() for each in known)


def test_forms_are_configured_for_the_whole_organization_and_by_few(
    ours: Workroom, theirs: Workroom
):
    form_id = ours.published("Guarded")
    for by in (
        ours.somebody(Role.CASE_WORKER),
        ours.somebody(Role.MANAGER, facility_id=ours.north),
        ours.somebody(Role.MANAGER, program_id=ours.housing),
        ours.somebody(Role.AUDITOR),
    ):
        for verb, args in (
            (forms.add, (FormForm("Mine"),)),
            (forms.change, (form_id, 2, FormForm("Mine"))),
            (forms.publish, (form_id, 2)),
            (forms.set_active, (form_id, False)),
        ):
            with pytest.raises(NotAllowed):
                ours.do(verb, *args, by=by)
    ours.do(forms.listed, by=ours.somebody(Role.CASE_WORKER))
    for role in (Role.AUDITOR, Role.SCHEDULER, Role.OUTREACH_LEAD, Role.BILLING_CLERK):
        with pytest.raises(NotAllowed):
            ours.do(forms.listed, by=ours.somebody(role))
    with pytest.raises(NotFound):
        theirs.do(forms.publish, form_id, 2)
    with pytest.raises(NotFound):
        theirs.do(forms.version, ours.version(form_id).id)
    assert "Guarded" not in {each.form.name for each in theirs.do(forms.listed)}


@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET lowest = 0", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_a_published_version_refuses_change(ours: Workroom, statement: str):
    ours.published(f"Permanent {statement[:3]}")
    said = text(statement.format("assessment_version"))
    with (
        pytest.raises(DBAPIError, match="permission denied"),
        transaction(ours.ana.scope) as session,
    ):
        session.connection().execute(said)
    with pytest.raises(DBAPIError, match="permanent"), owner_transaction() as session:
        session.connection().execute(said)
