"""The timeline of a case: every line with what can be done about it."""

from typing import Any

import reflex as rx

from components import ui
from state.case_forms import CaseFormState as Form
from state.case_words import LineView
from state.record_case import CaseState as State

PICTURES = {
    "service": "hand_helping",
    "assessment": "clipboard_check",
    "goal": "target",
    "outcome": "flag",
    "intake": "door_open",
    "absence": "plane",
}
STATUS_PICTURES = {"on_hold": "circle_pause", "closed": "folder_check"}
FILTERS = (
    ("all", "Everything"),
    ("services", "Services"),
    ("assessments", "Assessments"),
    ("goals", "Goals"),
    ("standing", "Status and absences"),
)


def timeline() -> rx.Component:
    """What happened, the latest first."""
    return ui.card(
        ui.segmented(
            "kinds", FILTERS, label="What to show", value=State.kinds, on_change=State.show_kinds
        ),
        rx.cond(
            State.lines.length() > 0,
            rx.el.ol(
                rx.foreach(State.lines, lambda line: case_line(line, acts=True)),
                class_name="case-lines",
                custom_attrs={"aria-label": "Timeline, the latest first"},
            ),
            rx.el.p("Nothing here yet.", class_name="hint"),
        ),
        rx.cond(State.more, ui.button("Show earlier entries", on_click=State.show_more)),
        title="Timeline",
        class_name="case__timeline",
    )


def case_line(line: LineView, *, acts: bool) -> rx.Component:
    """One line. Without `acts` it is only read."""
    return rx.el.li(
        rx.el.span(_picture(line), class_name="case-line__mark"),
        rx.el.div(
            rx.el.div(
                rx.el.strong(line.title),
                rx.cond(line.detail != "", rx.el.span(line.detail, class_name="cell__detail")),
                rx.cond(line.struck, ui.badge("Entered in error", tone="danger", leading="ban")),
                rx.cond((line.root != 0) & ~line.struck, ui.badge("Corrected", leading="history")),
                rx.el.span(line.when, class_name="cell__detail numeric case-line__when"),
                class_name="record__line",
            ),
            rx.cond(line.note != "", rx.el.p(line.note, class_name="record__note")),
            rx.cond(
                line.why != "",
                rx.el.p(
                    rx.cond(line.struck, "Entered in error: ", "Reason for the correction: "),
                    line.why,
                    class_name="cell__detail",
                ),
            ),
            rx.el.div(
                rx.el.span(line.by, class_name="cell__detail"),
                *([_acts(line)] if acts else []),
                class_name="case-line__foot",
            ),
            class_name="case-line__body",
        ),
        key=line.key,
        custom_attrs={"data-kind": line.kind, "data-struck": line.struck.to_string()},  # type: ignore[attr-defined]
        class_name="case-line",
    )


def _picture(line: LineView) -> rx.Component:
    return rx.match(  # pyright: ignore[reportReturnType]
        line.kind,
        *[(kind, ui.icon(picture, 16)) for kind, picture in PICTURES.items()],
        rx.match(
            line.status,
            *[(status, ui.icon(picture, 16)) for status, picture in STATUS_PICTURES.items()],
            ui.icon("folder_open", 16),
        ),
    )


def _acts(line: LineView) -> rx.Component:
    return rx.el.div(
        rx.cond(
            line.has_answers,
            ui.button(
                "Answers",
                size="sm",
                kind="quiet",
                leading="list_checks",
                on_click=State.show_answers(line.id),
                custom_attrs={"aria-label": f"Answers of {line.title}, {line.when}"},
            ),
        ),
        rx.cond(
            line.root != 0,
            ui.button(
                "Earlier version",
                size="sm",
                kind="quiet",
                leading="history",
                on_click=State.show_former(line.root),
                custom_attrs={"aria-label": f"Earlier version: {line.title}"},
            ),
        ),
        rx.cond(
            line.may_correct,
            ui.button(
                "Correct",
                size="sm",
                kind="quiet",
                leading="pencil",
                on_click=Form.correct(line.id),
                custom_attrs={"aria-label": f"Correct: {line.title}, {line.when}"},
            ),
        ),
        rx.cond(
            line.may_strike,
            ui.button(
                "Entered in error",
                size="sm",
                kind="quiet",
                leading="ban",
                on_click=Form.start_striking(line.id, line.title),
                custom_attrs={"aria-label": f"Mark as entered in error: {line.title}, {line.when}"},
            ),
        ),
        class_name="cluster case-line__acts",
    )


def detail_dialog() -> rx.Component:
    """Answers, or how an entry read before."""
    return ui.dialog(
        rx.cond(
            State.detail_rows.length() > 0,
            rx.el.dl(rx.foreach(State.detail_rows, _answer), class_name="case-answers"),
            rx.el.ol(
                rx.foreach(State.detail_lines, lambda line: case_line(line, acts=False)),
                class_name="case-lines",
            ),
        ),
        title=State.detail_title,
        open=State.detail_open,
        on_open_change=State.open_detail,
        size="lg",
        actions=[ui.close_on_press(ui.button("Close"))],
    )


def _answer(row: Any) -> rx.Component:
    return rx.el.div(
        rx.el.dt(row[0]),
        rx.el.dd(
            rx.el.span(row[1]),
            rx.cond(row[2] != "", rx.el.span(row[2], class_name="cell__detail numeric")),
        ),
    )


def strike_dialog() -> rx.Component:
    """Why an entry was never right."""
    return ui.dialog(
        rx.el.form(
            ui.text_field(
                "What is wrong with it?",
                "why",
                id="strike-why",
                error=Form.strike_error,
                max_length=300,
                auto_focus=True,
                auto_complete="off",
            ),
            id="strike-form",
            key=Form.strike_key.to_string(),  # type: ignore[attr-defined]
            on_submit=Form.strike,
            no_validate=True,
        ),
        title=f"Mark as entered in error: {Form.strike_title}",
        description="It stays readable, marked as entered in error, and no longer counts anywhere.",
        open=Form.strike_open,
        on_open_change=Form.open_striking,
        actions=[
            ui.close_on_press(ui.button("Cancel")),
            ui.button(
                "Mark as entered in error", kind="danger-fill", submits=True, form="strike-form"
            ),
        ],
    )
