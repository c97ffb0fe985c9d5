"""A customer's record: the call log, which is only ever added to."""

import reflex as rx

from components import ui
from components.editing import form_drawer
from components.record_frame import record_frame, show_more
from securecare.access.roles import Permission
from state.policies import holders_of
from state.record import RecordState
from state.record_calls import AddedView, CallerView, CallView
from state.record_calls import CallsState as State
from state.routes import page


@page(
    "/customers/[id]/calls",
    "Calls",
    holders_of(Permission.READ_CALLS),
    on_load=[RecordState.open_record, State.open_page],
)
def record_calls() -> rx.Component:
    """Who called about this person, and what was said."""
    return record_frame(
        "calls",
        rx.cond(
            State.calls.length() > 0,
            rx.el.ol(
                rx.foreach(State.calls, _call),
                class_name="record__calls",
                custom_attrs={"aria-label": "Calls, the latest first"},
            ),
            ui.empty_state(
                "No calls logged yet",
                "Entries are permanent. You can add to them, but not change or delete them.",
                rx.cond(State.may_log, _log()),
                picture="phone",
            ),
        ),
        show_more(State, "Show earlier calls"),
        _form(),
        _addition(),
        loaded=State.loaded,
        actions=[rx.cond(State.may_log & (State.calls.length() > 0), _log())],
    )


def _log() -> rx.Component:
    return ui.button("Log a call", kind="primary", leading="phone", on_click=State.start_new)


def _call(call: CallView) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.strong(call.topic),
            rx.el.span(call.when, class_name="cell__detail numeric"),
            class_name="record__line",
        ),
        rx.el.div(
            rx.el.span(call.caller),
            rx.cond(call.detail != "", rx.el.span(call.detail, class_name="cell__detail")),
            rx.cond(call.phone != "", ui.link(call.phone, href=call.href, class_name="numeric")),
            class_name="record__line",
        ),
        rx.cond(call.notes != "", rx.el.p(call.notes, class_name="record__note")),
        rx.el.span(call.by, class_name="cell__detail"),
        rx.foreach(call.added, _added),
        rx.cond(
            State.may_log,
            ui.cluster(
                ui.button(
                    "Add follow-up",
                    size="sm",
                    leading="message_square_plus",
                    on_click=State.start_adding(call.id),
                    custom_attrs={"aria-label": f"Add to the call about {call.topic}"},
                )
            ),
        ),
    )


def _added(each: AddedView) -> rx.Component:
    return rx.el.div(
        rx.el.p(each.notes, class_name="record__note"),
        rx.el.span("Added by ", each.by, class_name="cell__detail"),
        class_name="record__added",
    )


def _form() -> rx.Component:
    errors = State.errors
    return form_drawer(
        State,
        ui.form_grid(
            ui.date_field("Day", "day", default_value=State.day, error=errors["at"]),
            ui.time_field("Time", "time", step_minutes=1, default_value=State.time),
        ),
        rx.cond(State.callers.length() > 0, _callers()),
        rx.cond(
            State.caller == "",
            rx.fragment(
                _text("Who called", "caller", 120, required=True),
                ui.form_grid(
                    _text("Relationship", "relationship", 60, optional=True),
                    _text("Phone", "phone", 40, type="tel", optional=True),
                ),
            ),
        ),
        ui.form_error(errors["person_id"]),
        _text("Topic", "topic", 120, required=True),
        ui.area_field(
            "Notes",
            "notes",
            error=errors["notes"],
            hint="Encrypted. Only staff with access to the call log can read it.",
            max_length=4000,
            optional=True,
        ),
        form_id="call-form",
        title="Log a call",
        description="Entries are permanent. You can add follow-ups later.",
        save="Log the call",
    )


def _callers() -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend("Caller", class_name="field__label"),
        rx.foreach(State.callers, _caller),
        ui.radio(
            "Somebody else",
            "who",
            "",
            checked=State.caller == "",
            on_change=State.choose_caller(""),
        ),
        class_name="stack record__callers",
    )


def _caller(each: CallerView) -> rx.Component:
    return ui.radio(
        each.name,  # type: ignore[arg-type]
        "who",
        each.id,
        hint=each.detail,
        checked=State.caller == each.id,
        on_change=State.choose_caller(each.id),
    )


def _text(label: str, name: str, most: int, **props: object) -> rx.Component:
    return ui.text_field(
        label,
        name,
        error=State.errors[name],
        max_length=most,
        auto_complete="off",
        **props,  # type: ignore[arg-type]
    )


def _addition() -> rx.Component:
    return ui.dialog(
        rx.el.form(
            ui.area_field(
                "Follow-up",
                "notes",
                id="addition",
                error=State.add_error,
                max_length=4000,
                auto_focus=True,
            ),
            id="addition-form",
            key=State.add_key.to_string(),  # type: ignore[attr-defined]
            on_submit=State.add,
            no_validate=True,
        ),
        title=f"Add to the call about {State.adding_to.topic}",
        description="Your name and the time are recorded with it.",
        open=State.add_open,
        on_open_change=State.open_adding,
        actions=[
            ui.close_on_press(ui.button("Cancel")),
            ui.button("Save follow-up", kind="primary", submits=True, form="addition-form"),
        ],
    )
