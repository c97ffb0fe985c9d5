"""Forms of assessments: what is asked, what each answer counts, and which version is in use."""

from typing import Any

import reflex as rx

from components import ui
from components.editing import form_drawer
from components.frame import frame
from securecare.access.roles import Permission
from securecare.casework.definitions import BETTER
from state.assessment_views import ChoiceDraft, FormView, QuestionDraft, VersionView
from state.assessments import AssessmentsState as State
from state.policies import holders_of
from state.routes import page


@page(
    "/assessments",
    "Assessments",
    holders_of(Permission.CONFIGURE_PROGRAMS),
    on_load=[State.open_page],
)
def assessments() -> rx.Component:
    """The forms, those in use first."""
    return frame(
        rx.cond(
            State.loaded,
            rx.cond(
                State.rows.length() > 0,
                rx.el.div(rx.foreach(State.rows, _card), class_name="grants"),
                ui.empty_state(
                    "No form yet",
                    "Ask the same questions again and again, and see in every case how the answers"
                    " change.",
                    rx.cond(State.may_change, _add()),
                    picture="clipboard_list",
                ),
            ),
            ui.loading("Loading forms"),
        ),
        _drawer(),
        _versions(),
        title="Assessments",
        description="Forms to ask with in cases. What was answered keeps the version it was asked"
        " with, whatever is changed here.",
        active="assessments",
        actions=[rx.cond(State.may_change, _add())],
    )


def _add() -> rx.Component:
    return ui.button("Add a form", kind="primary", leading="plus", on_click=State.start_new)


def _card(row: FormView) -> rx.Component:
    return rx.el.article(
        rx.el.div(
            rx.el.div(
                rx.el.h2(row.name, class_name="grant__name"),
                rx.el.p(
                    rx.cond(row.published != "", row.published, "Not published yet"),
                    class_name="cell__detail",
                ),
            ),
            rx.cond(row.active, rx.fragment(), ui.badge("Out of use", leading="archive")),
            rx.cond(
                row.unpublished, ui.badge("Draft to publish", tone="warn", leading="pencil_line")
            ),
            _more(row),
            class_name="grant__head",
        ),
        rx.cond(row.description != "", rx.el.p(row.description)),
        rx.el.ol(
            rx.foreach(row.questions, rx.el.li),
            class_name="assessment__questions",
        ),
        rx.cond(row.more != "", rx.el.p(row.more, class_name="cell__detail")),
        rx.el.div(
            rx.el.p(row.reach, class_name="cell__detail numeric"),
            rx.el.p(row.taken, class_name="cell__detail numeric"),
            class_name="template__foot",
        ),
        rx.cond(
            State.may_change,
            ui.cluster(
                ui.button(
                    "Change the draft",
                    size="sm",
                    leading="pencil",
                    on_click=State.edit(row.id),
                    custom_attrs={"aria-label": f"Change the draft of {row.name}"},
                ),
                rx.cond(
                    row.unpublished,
                    ui.confirm(
                        "Whoever assesses from now on is asked with it. What was answered before"
                        " keeps its version.",
                        title=f"Publish {row.name}?",
                        act="Publish it",
                        kind="primary",
                        on_confirm=State.publish(row.id, row.version),
                        trigger=ui.button(
                            "Publish",
                            size="sm",
                            leading="send",
                            custom_attrs={"aria-label": f"Publish {row.name}"},
                        ),
                    ),
                ),
            ),
        ),
        class_name="card grant",
    )


def _more(row: FormView) -> rx.Component:
    return ui.menu(
        ui.icon_button("ellipsis", f"More about {row.name}", tip=False, size="sm"),
        ui.menu_item(
            "Published versions", leading="history", on_select=State.show_versions(row.id)
        ),
        rx.cond(
            State.may_change,
            rx.cond(
                row.active,
                ui.menu_item(
                    "Take out of use", leading="archive", on_select=State.set_active(row.id, False)
                ),
                ui.menu_item(
                    "Use again", leading="archive_restore", on_select=State.set_active(row.id, True)
                ),
            ),
        ),
    )


def _drawer() -> rx.Component:
    draft, errors = State.draft, State.errors
    return form_drawer(
        State,
        ui.text_field(
            "Name",
            "name",
            default_value=draft.name,
            error=errors["name"],
            max_length=80,
            required=True,
            auto_focus=True,
            auto_complete="off",
        ),
        ui.text_field(
            "What it is for",
            "description",
            default_value=draft.description,
            error=errors["description"],
            max_length=300,
            optional=True,
            auto_complete="off",
        ),
        ui.select_field(
            "Which way is better",
            "better",
            tuple(BETTER.items()),
            default_value=draft.better,
            error=errors["better"],
        ),
        rx.el.div(
            rx.foreach(State.draft_questions, _question),
            ui.form_error(errors["questions"]),
            ui.cluster(
                ui.button(
                    "Add a question",
                    leading="plus",
                    size="sm",
                    on_click=State.add_question(False),
                ),
                ui.button(
                    "Add one to be answered in words",
                    leading="plus",
                    size="sm",
                    on_click=State.add_question(True),
                ),
            ),
            class_name="stack",
        ),
        form_id="assessment-form",
        title=rx.cond(draft.id == 0, "New form", draft.name),
        description="Saved as a draft. Nobody is asked with it before it is published.",
        save="Save the draft",
        size="lg",
    )


def _question(each: QuestionDraft, number: Any) -> rx.Component:
    said = f"Question {(number + 1).to_string()}"
    return rx.el.fieldset(
        rx.el.legend(said, class_name="field__label"),
        rx.el.div(
            ui.text_area(
                f"words-{each.key}",
                id=f"words-{each.key}",
                label=f"{said}: what is asked",
                default_value=each.words,
                max_length=300,
                rows=2,
            ),
            rx.el.div(
                rx.cond(
                    number > 0,
                    ui.icon_button(
                        "arrow_up",
                        f"Ask {said} earlier",
                        size="sm",
                        on_click=State.move_up(each.key),
                    ),
                ),
                ui.icon_button(
                    "trash_2",
                    f"Take {said} out",
                    size="sm",
                    on_click=State.drop_question(each.key),
                ),
                class_name="assessment__tools",
            ),
            class_name="assessment__asked",
        ),
        rx.el.div(each.error, class_name="field__error", custom_attrs={"aria-live": "polite"}),
        rx.cond(
            each.choices.length() > 0,  # type: ignore[attr-defined]
            rx.fragment(
                rx.foreach(each.choices, lambda one, place: _choice(each, one, place, said)),
                rx.el.div(
                    each.choices_error,
                    class_name="field__error",
                    custom_attrs={"aria-live": "polite"},
                ),
                ui.cluster(
                    ui.button(
                        "Add an answer",
                        leading="plus",
                        size="sm",
                        kind="quiet",
                        on_click=State.add_choice(each.key),
                    ),
                ),
            ),
            rx.el.p("Answered in words, which count nothing.", class_name="hint"),
        ),
        ui.checkbox(
            "May be left open",
            f"optional-{each.key}",
            default_checked=each.optional,
        ),
        key=each.key.to_string(),  # type: ignore[attr-defined]
        class_name="case-question",
    )


def _choice(question: QuestionDraft, one: ChoiceDraft, place: Any, said: str) -> rx.Component:
    answer = f"{said}, answer {(place + 1).to_string()}"
    return rx.el.div(
        rx.el.div(
            ui.text_input(
                f"choice-{one.key}",
                id=f"choice-{one.key}",
                label=answer,
                default_value=one.words,
                max_length=200,
                auto_complete="off",
            ),
            ui.with_unit(
                ui.text_input(
                    f"points-{one.key}",
                    id=f"points-{one.key}",
                    type="number",
                    label=f"{answer}: points",
                    default_value=one.points,
                ),
                "points",
            ),
            ui.icon_button(
                "x",
                f"Take out {answer}",
                size="sm",
                on_click=State.drop_choice(question.key, one.key),
            ),
            class_name="assessment__choice",
        ),
        rx.el.div(one.error, class_name="field__error", custom_attrs={"aria-live": "polite"}),
        key=one.key.to_string(),  # type: ignore[attr-defined]
    )


def _versions() -> rx.Component:
    return ui.dialog(
        rx.cond(
            State.versions.length() > 0,
            rx.foreach(State.versions, _version),
            rx.el.p("Nothing is published yet.", class_name="hint"),
        ),
        title=f"Published versions of {State.versions_of}",
        description="They stay as they are: what was answered was answered to them.",
        open=State.versions_open,
        on_open_change=State.open_versions,
        size="lg",
        actions=[ui.close_on_press(ui.button("Close"))],
    )


def _version(version: VersionView) -> rx.Component:
    return rx.el.section(
        rx.el.h3(f"Version {version.number}"),
        rx.el.p(
            rx.el.span(version.when),
            rx.el.span(" · ", version.reach),
            class_name="cell__detail numeric",
        ),
        rx.el.dl(
            rx.foreach(
                version.questions,
                lambda row: rx.el.div(
                    rx.el.dt(row[0]), rx.el.dd(rx.el.span(row[1], class_name="cell__detail"))
                ),
            ),
            class_name="case-answers",
        ),
        class_name="assessment__version",
    )
