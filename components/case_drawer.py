"""The drawer of a case: the fields of whatever is being written into it."""

from typing import Any

import reflex as rx

from components import ui
from components.case_parts import intake_field
from components.editing import form_drawer
from securecare.casework.cases import INTAKE
from securecare.casework.goals import RESULT_LABELS
from state.case_forms import CaseFormState as State
from state.case_words import ChoiceView, QuestionView

TITLES = {
    "head": "Edit case",
    "service": "Add service",
    "assessment": "Add assessment",
    "goal": "Add goal",
    "outcome": "Record outcome",
}
CORRECT_TITLES = {
    "intake": "Correct the intake",
    "service": "Correct a service",
    "assessment": "Correct an assessment",
    "goal": "Correct a goal",
    "outcome": "Correct an outcome",
}
MOVES = {"on_hold": "Put the case on hold", "closed": "Close case", "open": "Reopen case"}
SAVES = {
    "head": "Save",
    "service": "Save service",
    "assessment": "Save assessment",
    "goal": "Save goal",
    "outcome": "Save outcome",
}


def case_drawer() -> rx.Component:
    """The form that is open, if one is."""
    return form_drawer(
        State,
        rx.match(
            State.what,
            ("service", _service()),
            ("assessment", _assessment()),
            ("goal", _goal()),
            ("outcome", _outcome()),
            ("intake", _intake()),
            ("head", _head()),
            ("status", _status()),
            rx.fragment(),
        ),
        rx.cond(
            State.correcting,
            _text(
                "Reason for the correction", "why", 300, hint="Stays on record next to the entry."
            ),
        ),
        form_id="case-entry-form",
        title=rx.cond(
            State.what == "status",
            _one_of(State.move, MOVES),
            rx.cond(
                State.correcting, _one_of(State.what, CORRECT_TITLES), _one_of(State.what, TITLES)
            ),
        ),
        description=rx.cond(
            State.what == "outcome",
            State.goal_words,
            rx.cond(
                State.correcting,
                "The earlier version stays readable.",
                "",
            ),
        ),
        save=rx.cond(  # type: ignore[arg-type]
            State.what == "status",
            _one_of(State.move, MOVES),
            rx.cond(State.correcting, "Save correction", _one_of(State.what, SAVES)),
        ),
        size="lg",
    )


def _one_of(value: Any, words: dict[str, str]) -> rx.Var:
    return rx.match(value, *words.items(), "")  # type: ignore[return-value]


def _service() -> rx.Component:
    return rx.fragment(
        _text(
            "Service given", "title", 80, hint="For example, “Housing search” or “Family visit”."
        ),
        ui.form_grid(
            _day("Day"),
            _by("Given by"),
            _number("Duration", "minutes", "minutes", optional=True),
            _number("Quantity", "quantity", "", optional=True),
        ),
        _note(),
    )


def _assessment() -> rx.Component:
    return rx.fragment(
        rx.cond(
            State.correcting,
            rx.fragment(),
            ui.select_field(
                "Form",
                "version",
                State.offered,
                default_value=State.version,
                on_change=State.choose_version,
            ),
        ),
        rx.cond(
            State.questions.length() > 0,
            rx.fragment(),
            ui.banner(
                "No assessment form is published yet. Someone who manages programs can publish one.",
                tone="warn",
            ),
        ),
        ui.form_grid(_day("Day"), _by("Taken by")),
        rx.foreach(State.questions, _question),
        _note(),
    )


def _question(each: QuestionView) -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(
            rx.el.span(each.words),
            rx.cond(each.optional, rx.el.span("optional", class_name="field__optional")),
            class_name="field__label",
        ),
        rx.cond(
            each.choices.length() > 0,  # type: ignore[attr-defined]
            rx.foreach(each.choices, lambda choice: _choice(each, choice)),
            ui.text_area(
                f"{each.name}",
                id=f"{each.name}",
                label=each.words,
                default_value=each.text,
                max_length=2000,
            ),
        ),
        rx.el.div(each.error, class_name="field__error", custom_attrs={"aria-live": "polite"}),
        key=f"{State.version}-{each.name}",
        class_name="case-question",
    )


def _choice(question: QuestionView, choice: ChoiceView) -> rx.Component:
    return ui.radio(
        choice.words,  # type: ignore[arg-type]
        f"{question.name}",
        choice.value,
        hint=choice.points,
        default_checked=choice.chosen,
    )


def _goal() -> rx.Component:
    return rx.fragment(
        _text("The goal", "words", 200, hint="In the person's own words, if possible."),
        _text("How it is measured", "measure", 200, optional=True),
        _text("Target value", "target", 100, optional=True),
        ui.form_grid(
            _day("Set on"),
            ui.date_field(
                "Target date",
                "due_on",
                default_value=State.draft["due_on"],
                error=State.errors["due_on"],
                optional=True,
            ),
        ),
    )


def _outcome() -> rx.Component:
    return rx.fragment(
        ui.choices(
            "How far was the goal reached?",
            *[
                ui.radio(label, "result", value, default_checked=State.draft["result"] == value)
                for value, label in RESULT_LABELS.items()
            ],
            ui.form_error(State.errors["result"]),
        ),
        ui.form_grid(_day("Day"), _text("Value", "value", 100, optional=True)),
        _note(),
    )


def _intake() -> rx.Component:
    return rx.fragment(
        *[intake_field(name, State.errors[name], State.draft[name]) for name in INTAKE]
    )


def _head() -> rx.Component:
    def chosen(label: str, name: str, options: rx.Var, empty: str) -> rx.Component:
        return ui.select_field(
            label,
            name,
            options,
            empty=empty,
            default_value=State.draft[name],
            error=State.errors[name],
        )

    return rx.fragment(
        _text("Case title", "title", 120),
        ui.form_grid(
            chosen("Program", "program_id", State.programs, "Choose"),
            chosen("Facility", "facility_id", State.facilities, "Choose"),
            chosen("Lead worker", "lead_staff_id", State.staff, "Not assigned"),
            ui.date_field(
                "Intake",
                "intake_on",
                default_value=State.draft["intake_on"],
                error=State.errors["intake_on"],
            ),
        ),
    )


def _status() -> rx.Component:
    return rx.fragment(
        ui.select_field(
            "Reason", "reason", State.reasons, empty="Choose", error=State.errors["reason"]
        ),
        ui.area_field(
            "Details",
            "words",
            error=State.errors["words"],
            hint="Encrypted and permanent.",
            max_length=1000,
            optional=True,
        ),
        ui.form_error(State.errors["status"]),
    )


def _text(label: str, name: str, most: int, **props: Any) -> rx.Component:
    return ui.text_field(
        label,
        name,
        default_value=State.draft[name],
        error=State.errors[name],
        max_length=most,
        auto_complete="off",
        **props,
    )


def _number(label: str, name: str, unit: str, **props: Any) -> rx.Component:
    return _text(label, name, 8, type="number", min="1", unit=unit, **props)


def _day(label: str) -> rx.Component:
    return ui.date_field(label, "on", default_value=State.draft["on"], error=State.errors["on"])


def _by(label: str) -> rx.Component:
    return ui.select_field(
        label,
        "staff_id",
        State.staff,
        empty="Not specified",
        default_value=State.draft["staff_id"],
        error=State.errors["staff_id"],
    )


def _note() -> rx.Component:
    return ui.area_field(
        "Note",
        "note",
        default_value=State.draft["note"],
        error=State.errors["note"],
        hint="Encrypted. Only staff with access to cases can read it.",
        max_length=4000,
        optional=True,
    )
