"""One case of a customer: how it stands, scores over time, goals, and everything that happened."""

import reflex as rx

from components import charts, ui
from components.case_drawer import case_drawer
from components.case_parts import status_badge
from components.case_timeline import detail_dialog, strike_dialog, timeline
from components.record_frame import record_frame
from securecare.access.roles import Permission
from state.case_forms import CaseFormState as Form
from state.case_words import GoalView, ScoreView
from state.policies import holders_of
from state.record import RecordState
from state.record_case import CaseState as State
from state.routes import page


@page(
    "/customers/[id]/cases/[case]",
    "Case",
    holders_of(Permission.VIEW_CASES),
    on_load=[RecordState.open_record, State.open_page],
)
def record_case() -> rx.Component:
    """A case within the record it belongs to."""
    return record_frame(
        "cases",
        rx.cond(
            State.missing,
            ui.empty_state(
                "Case not found",
                "The link may be wrong, or you may not have access to it.",
                picture="folder_x",
            ),
            rx.fragment(
                _head(),
                rx.el.div(
                    timeline(),
                    rx.el.div(_goals(), _scores(), class_name="case__side"),
                    class_name="case",
                ),
            ),
        ),
        case_drawer(),
        strike_dialog(),
        detail_dialog(),
        loaded=State.loaded,
    )


def _head() -> rx.Component:
    head = State.head
    return rx.el.section(
        rx.el.div(
            ui.link("All cases", href=head.href),
            rx.el.h2(head.title, class_name="case__title"),
            rx.el.p(
                status_badge(head.status, head.status_label),
                rx.el.span("since ", head.status_since, class_name="numeric"),
                rx.el.span("Case ", head.number),
                class_name="record__about",
            ),
            rx.el.p(
                rx.el.span(head.program),
                rx.el.span(head.facility),
                rx.el.span("Lead: ", head.lead),
                rx.el.span("Intake ", head.since, class_name="numeric"),
                rx.el.span(head.given, class_name="numeric"),
                class_name="record__about",
            ),
            class_name="case__words",
        ),
        rx.cond(State.may_change, _acts()),
        class_name="case__head",
        custom_attrs={"aria-label": "The case"},
    )


def _acts() -> rx.Component:
    head = State.head
    return rx.el.div(
        rx.cond(
            head.status != "closed",
            rx.fragment(
                ui.button(
                    "Add service",
                    kind="primary",
                    leading="hand_helping",
                    on_click=Form.start("service"),
                ),
                ui.button(
                    "Add assessment", leading="clipboard_check", on_click=Form.start("assessment")
                ),
                ui.button("Add goal", leading="target", on_click=Form.start("goal")),
            ),
            ui.button(
                "Reopen case",
                kind="primary",
                leading="folder_open",
                on_click=Form.start_move("open"),
            ),
        ),
        ui.menu(
            ui.button("More", leading="ellipsis"),
            ui.menu_item("Edit case", leading="pencil", on_select=Form.edit_head),
            rx.cond(
                head.status == "open",
                ui.menu_item(
                    "Put on hold", leading="circle_pause", on_select=Form.start_move("on_hold")
                ),
            ),
            rx.cond(
                head.status == "on_hold",
                ui.menu_item("Resume", leading="circle_play", on_select=Form.start_move("open")),
            ),
            rx.cond(
                head.status != "closed",
                ui.menu_item(
                    "Close case", leading="folder_check", on_select=Form.start_move("closed")
                ),
            ),
        ),
        class_name="toolbar",
    )


def _scores() -> rx.Component:
    return ui.card(
        rx.cond(
            State.scores.length() > 0,
            rx.fragment(
                rx.cond(
                    State.asked.length() > 1,
                    ui.select(
                        "form",
                        State.asked,
                        id="chart-form",
                        label="Which assessment",
                        value=State.form,
                        on_change=State.show_form,
                    ),
                    rx.el.p(State.asked[0][1], class_name="case__form"),
                ),
                charts.scores_over_time(
                    State.points, State.reach, unit=State.unit, label="Scores over time"
                ),
                rx.el.p(State.about, class_name="cell__detail"),
                ui.table(
                    [
                        "Day",
                        ui.Column("Score", align="end"),
                        ui.Column("Change", align="end"),
                        "Form version",
                    ],
                    State.scores,
                    _score,
                    label="Scores over time",
                    cards=False,
                    class_name="case__scores",
                    # Scrolled within: who has no mouse has to get there too.
                    custom_attrs={
                        "tabIndex": 0,
                        "role": "region",
                        "aria-label": "Scores over time, as a table",
                    },
                ),
            ),
            rx.el.p("No assessments yet.", class_name="hint"),
        ),
        title="Assessments",
    )


def _score(row: ScoreView) -> list[ui.Content]:
    return [
        rx.el.span(row.when, class_name="numeric"),
        rx.el.span(row.score, class_name="numeric"),
        rx.el.span(row.change, class_name="numeric"),
        row.version,
    ]


def _goals() -> rx.Component:
    return ui.card(
        rx.cond(
            State.goals.length() > 0,
            rx.el.ul(
                rx.foreach(State.goals, _goal),
                class_name="record__list",
                custom_attrs={"aria-label": "Goals"},
            ),
            rx.el.p("No goals yet.", class_name="hint"),
        ),
        title="Goals",
    )


def _goal(goal: GoalView) -> rx.Component:
    return rx.el.li(
        rx.el.strong(goal.words),
        rx.cond(
            (goal.measure != "") | (goal.target != ""),
            rx.el.span(
                goal.measure,
                rx.cond((goal.measure != "") & (goal.target != ""), ": ", ""),
                goal.target,
                class_name="cell__detail",
            ),
        ),
        rx.el.div(
            rx.match(
                goal.result,
                ("met", ui.badge(goal.result_label, tone="good", leading="circle_check")),
                ("partly", ui.badge(goal.result_label, tone="info", leading="circle_dot")),
                ("not_met", ui.badge(goal.result_label, tone="warn", leading="circle_x")),
                ui.badge(goal.result_label),
            ),
            rx.cond(
                goal.result_when != "",
                rx.el.span(goal.result_when, class_name="cell__detail numeric"),
            ),
            rx.cond(
                goal.due != "",
                rx.el.span(
                    rx.cond(goal.late, "was due ", "due "), goal.due, class_name="cell__detail"
                ),
            ),
            class_name="record__line",
        ),
        rx.cond(
            State.may_change & (State.head.status != "closed"),
            ui.cluster(
                ui.button(
                    "Record outcome",
                    size="sm",
                    leading="flag",
                    on_click=Form.start_outcome(goal.id, goal.words),
                    custom_attrs={"aria-label": f"Record outcome for: {goal.words}"},
                )
            ),
        ),
    )
