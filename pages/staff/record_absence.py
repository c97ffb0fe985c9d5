"""A customer's record: planned leaves."""

import reflex as rx

from components import ui
from components.editing import form_drawer
from components.record_frame import record_frame, show_more
from securecare.access.roles import Permission
from securecare.customers.absences import REASONS
from state.policies import holders_of
from state.record import RecordState
from state.record_absence import AbsenceState as State
from state.record_absence import AbsenceView
from state.routes import page


@page(
    "/customers/[id]/absence",
    "Absence",
    holders_of(Permission.VIEW_CUSTOMERS),
    on_load=[RecordState.open_record, State.open_page],
)
def record_absence() -> rx.Component:
    """The leaves of this person, the latest first."""
    return record_frame(
        "absence",
        ui.table(
            ["When", "Reason", "Program", "Approved by", ui.Column("", tight=True)],
            State.leaves,
            _cells,
            label="Authorized absences",
            empty=ui.empty_state(
                "No authorized absences",
                "Appointments missed during an authorized absence count as absences, not as no-shows.",
                rx.cond(State.may_change, _add()),
                picture="plane",
            ),
        ),
        show_more(State, "Show earlier absences"),
        _form(),
        loaded=State.loaded,
        actions=[rx.cond(State.may_change & (State.leaves.length() > 0), _add())],
    )


def _add() -> rx.Component:
    return ui.button("Add absence", kind="primary", leading="plus", on_click=State.start_new)


def _cells(each: AbsenceView) -> list[ui.Content]:
    return [
        rx.el.div(
            rx.el.span(each.span, class_name="numeric"),
            rx.match(
                each.standing,
                ("now", ui.badge("Away now", tone="info")),
                ("coming", ui.badge("Upcoming")),
                ("withdrawn", ui.badge("Withdrawn", tone="warn")),
                rx.fragment(),
            ),
            class_name="cluster",
        ),
        rx.el.div(
            each.reason_label,
            rx.cond(each.words != "", rx.el.div(each.words, class_name="cell__detail")),
        ),
        each.program,
        rx.el.div(each.approver, rx.el.div(each.approved, class_name="cell__detail")),
        rx.cond(
            State.may_change & (each.standing != "withdrawn"),
            ui.cluster(
                ui.icon_button("pencil", f"Edit absence {each.span}", on_click=State.edit(each.id)),
                ui.confirm(
                    "Appointments missed during this time will count as no-shows again.",
                    title="Withdraw this absence?",
                    act="Withdraw absence",
                    on_confirm=State.withdraw(each.id),
                    trigger=ui.icon_button("undo_2", f"Withdraw absence {each.span}"),
                ),
                class_name="beside",
            ),
        ),
    ]


def _form() -> rx.Component:
    draft, errors = State.draft, State.errors
    return form_drawer(
        State,
        ui.form_grid(
            ui.date_field(
                "From", "from_day", default_value=draft.from_day, error=errors["starts_at"]
            ),
            ui.time_field("At", "from_time", default_value=draft.from_time),
            ui.date_field("Until", "to_day", default_value=draft.to_day, error=errors["ends_at"]),
            ui.time_field("At", "to_time", default_value=draft.to_time),
        ),
        ui.select_field(
            "Reason",
            "reason",
            tuple(REASONS.items()),
            empty="Choose",
            default_value=draft.reason,
            error=errors["reason"],
        ),
        ui.select_field(
            "Program",
            "program_id",
            State.programs,
            empty="All programs",
            default_value=draft.program_id,
            error=errors["program_id"],
        ),
        ui.text_field(
            "Approved by",
            "approver",
            default_value=draft.approver,
            error=errors["approver"],
            max_length=120,
            required=True,
            auto_complete="off",
        ),
        ui.text_field(
            "Details",
            "words",
            default_value=draft.words,
            error=errors["words"],
            max_length=500,
            optional=True,
            auto_complete="off",
        ),
        form_id="absence-form",
        title=rx.cond(State.is_new, "Add absence", "Edit absence"),
    )
