"""The dialogs over a session: completing, cancelling, opening again, its date, a line of its own."""

from typing import Any

import reflex as rx

from components import ui
from components.template_use import short
from state.session_sheet import SheetState as State
from state.session_view import LineView


def session_dialogs() -> rx.Component:
    """Every dialog of the open session; one is open at most."""
    return rx.fragment(_complete(), _cancel(), _reopen(), _occasion(), _free())


def _complete() -> rx.Component:
    return _dialog(
        "complete",
        State.complete,
        rx.cond(
            State.lines.length() > 0,
            rx.el.ul(rx.foreach(State.lines, _given), class_name="handout__given"),
        ),
        ui.text_field(
            "People served",
            "people_served",
            type="number",
            min="0",
            input_mode="numeric",
            default_value=State.sheet.people,
            error=State.errors["people_served"],
            optional=True,
        ),
        _notes("complete"),
        title="What was really given out?",
        description="It leaves the shelf now. What was planned and not given is free again.",
        act="Complete session",
    )


def _given(line: LineView) -> rx.Component:
    name = f"given-{line.key}"
    return rx.el.li(
        rx.el.label(
            rx.el.span(line.name, class_name="worked__name"),
            rx.el.span("planned ", line.planned.to_string(), class_name="cell__detail"),  # type: ignore[attr-defined]
            html_for=f"field-{name}",
            class_name="handout__words",
        ),
        ui.text_input(
            name,
            type="number",
            min="0",
            input_mode="numeric",
            default_value=State.given[line.key],
            class_name="handout__given-count",
        ),
        rx.cond(
            State.short.contains(line.key),  # type: ignore[attr-defined]
            rx.el.p(State.short[line.key], class_name="field__error short handout__wide"),
        ),
        key=line.key,
        class_name="handout__given-line",
    )


def _cancel() -> rx.Component:
    return _dialog(
        "cancel",
        State.cancel,
        _reason("Reason", "cancel", optional=True),
        title="Cancel this session?",
        description="All that it holds is free again. It stays in the list as cancelled.",
        act="Cancel session",
        kind="danger-fill",
        leave="Keep it planned",
    )


def _reopen() -> rx.Component:
    return _dialog(
        "reopen",
        State.reopen,
        _reason("Why", "reopen"),
        title="Open this session again?",
        description="What was given out is returned to stock and reserved for this session, until it"
        " is completed again. Reports follow.",
        act="Open again",
    )


def _occasion() -> rx.Component:
    sheet, errors = State.sheet, State.errors
    return _dialog(
        "occasion",
        State.save_occasion,
        ui.form_grid(
            ui.date_field(
                "Day",
                "held_on",
                default_value=sheet.held_on,
                error=errors["held_on"],
                required=True,
                wide=True,
            ),
            ui.time_field("From", "starts", default_value=sheet.starts, error=errors["starts"]),
            ui.time_field("To", "ends", default_value=sheet.ends, error=errors["ends"]),
        ),
        rx.cond(
            State.grants.length() > 0,
            ui.select_field(
                "Grant",
                "grant_id",
                State.grants,
                empty="No grant",
                default_value=sheet.grant_id,
                error=errors["grant_id"],
            ),
        ),
        _notes("occasion"),
        title="Date and notes",
        act="Save",
    )


def _free() -> rx.Component:
    errors = State.errors
    return _dialog(
        "free",
        State.put_free,
        ui.text_field(
            "What it is",
            "description",
            error=errors["description"],
            max_length=200,
            required=True,
            auto_focus=True,
        ),
        ui.form_grid(
            ui.text_field(
                "How many",
                "quantity",
                type="number",
                min="1",
                input_mode="numeric",
                default_value="1",
                error=errors["quantity"],
            ),
            ui.text_field(
                "Cost of one ($)", "cost", input_mode="decimal", error=errors["cost"], optional=True
            ),
            ui.text_field(
                "Retail value of one ($)",
                "value",
                input_mode="decimal",
                error=errors["value"],
                optional=True,
            ),
        ),
        title="Something that is not in stock",
        description="A line with its own words and costs. No stock is touched.",
        act="Put it on",
    )


def _reason(label: str, of: str, *, optional: bool = False) -> rx.Component:
    return ui.text_field(
        label,
        "reason",
        id=f"reason-{of}",
        error=State.errors["reason"],
        max_length=200,
        optional=optional,
        auto_focus=True,
    )


def _notes(of: str) -> rx.Component:
    return ui.area_field(
        "Notes",
        "notes",
        id=f"notes-{of}",
        default_value=State.sheet.notes,
        error=State.errors["notes"],
        max_length=2000,
        optional=True,
    )


def _dialog(
    what: str,
    on_submit: Any,
    *fields: ui.Content,
    title: str,
    act: str,
    description: str = "",
    kind: Any = "primary",
    leave: str = "Back",
) -> rx.Component:
    form_id = f"session-{what}"
    return ui.dialog(
        rx.el.form(
            *fields,
            short(State.dialog_error),
            id=form_id,
            key=State.dialog_key.to_string(),  # type: ignore[attr-defined]
            on_submit=on_submit,
            no_validate=True,
            class_name="stack",
        ),
        title=title,
        description=description,
        open=State.dialog == what,
        on_open_change=State.open_dialog,
        actions=[
            ui.close_on_press(ui.button(leave)),
            ui.button(act, kind=kind, submits=True, form=form_id),
        ],
    )
