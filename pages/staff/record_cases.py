"""A customer's record: the cases that are worked on with them."""

import reflex as rx

from components import ui
from components.case_parts import intake_field, status_badge
from components.editing import form_drawer
from components.record_frame import record_frame
from securecare.access.roles import Permission
from securecare.casework.cases import INTAKE
from state.policies import holders_of
from state.record import RecordState
from state.record_cases import CaseRow
from state.record_cases import CasesState as State
from state.routes import page


@page(
    "/customers/[id]/cases",
    "Cases",
    holders_of(Permission.VIEW_CASES),
    on_load=[RecordState.open_record, State.open_page],
)
def record_cases() -> rx.Component:
    """Open cases first, then those that are closed."""
    return record_frame(
        "cases",
        ui.table(
            [
                "Case",
                "Status",
                "Program",
                "Lead worker",
                ui.Column("Since", tight=True),
                ui.Column("Last entry", tight=True),
            ],
            State.rows,
            _cells,
            label="Cases",
            empty=ui.empty_state(
                "No cases yet",
                "A case brings together the intake, services, assessments and goals you work on.",
                rx.cond(State.may_begin, _begin()),
                picture="folder_open",
            ),
        ),
        rx.cond(State.more, ui.button("Show more cases", on_click=State.show_more)),
        _form(),
        loaded=State.loaded,
        actions=[rx.cond(State.may_begin & (State.rows.length() > 0), _begin())],
    )


def _begin() -> rx.Component:
    return ui.button("Open a case", kind="primary", leading="folder_plus", on_click=State.start_new)


def _cells(row: CaseRow) -> list[ui.Content]:
    return [
        rx.el.div(
            ui.row_link(row.title, href=row.href),
            rx.el.div("No. ", row.number, class_name="cell__detail"),
        ),
        status_badge(row.status, row.status_label),
        rx.el.div(row.program, rx.el.div(row.facility, class_name="cell__detail")),
        row.lead,
        rx.el.span(row.since, class_name="numeric"),
        rx.el.span(row.last, class_name="numeric"),
    ]


def _form() -> rx.Component:
    errors = State.errors
    return form_drawer(
        State,
        ui.text_field(
            "Case title",
            "title",
            error=errors["title"],
            hint="A few words without sensitive details. It appears in the list of cases.",
            max_length=120,
            required=True,
            auto_focus=True,
            auto_complete="off",
        ),
        ui.form_grid(
            ui.select_field(
                "Program", "program_id", State.programs, empty="Choose", error=errors["program_id"]
            ),
            ui.select_field(
                "Facility",
                "facility_id",
                State.facilities,
                empty="Choose",
                error=errors["facility_id"],
            ),
            ui.select_field(
                "Lead worker",
                "lead_staff_id",
                State.staff,
                empty="Not assigned",
                default_value=State.own,
                error=errors["lead_staff_id"],
            ),
            ui.date_field(
                "Intake", "intake_on", default_value=State.today, error=errors["intake_on"]
            ),
        ),
        *[intake_field(name, errors[name]) for name in INTAKE],
        form_id="case-form",
        title="Open a case",
        description="Intake notes are encrypted. Only staff with access to cases can read them.",
        save="Open case",
        size="lg",
    )
