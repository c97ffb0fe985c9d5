"""One appointment in full, beside the day."""

from typing import Any

import reflex as rx

from components import ui
from state.appointment import AppointmentState as State
from state.frame import FrameState


def appointment_drawer() -> rx.Component:
    """What it is, its status, changing it, its notes, its history, and who else is at it."""
    return ui.drawer(
        ui.stack(
            _others(),
            rx.cond(State.theirs_by != "", _conflict(), rx.fragment()),
            _facts(),
            _statuses(),
            rx.cond(State.may_change, _change_form(), _notes_read()),
            _history(),
        ),
        title=State.shown["customer"],
        description=rx.el.span(
            ui.status_badge(State.shown["status"]),
            rx.el.span(State.shown["times"], class_name="drawer__times"),
        ),
        open=State.is_open,
        on_open_change=State.close,
        modal=False,
        class_name="appointment",
    )


def _others() -> rx.Component:
    return rx.cond(
        State.others.length() > 0,
        ui.banner(
            rx.foreach(State.others, rx.el.div),
            tone="info",
        ),
    )


def _facts() -> rx.Component:
    return rx.el.div(
        ui.details(
            ("When", State.shown["day"] + ", " + State.shown["times"]),
            ("Time zone", State.shown["zone"]),
            ("Program", ui.program_tag(State.shown["program"], State.shown["colour"])),
            ("Staff", State.shown["staff"]),
            ("Facility", State.shown["facility"]),
            ("Made", State.shown["made"]),
        ),
        rx.cond(
            State.shown["former"] != "",
            ui.banner(
                "Its time lies outside working hours since they changed. Give it another time or"
                " staff member; it was " + State.shown["former"] + " before.",
                tone="warn",
                title="Waiting for reassignment",
            ),
        ),
        rx.cond(
            State.shown["forced"],
            ui.banner("Booked in spite of a conflict: " + State.shown["reason"], tone="warn"),
        ),
        rx.cond(
            State.shown["quiet"],
            ui.banner(
                "This is an entry for the record. The "
                + FrameState.customer
                + " is not notified of changes.",
                tone="info",
            ),
        ),
        class_name="stack",
    )


def _statuses() -> rx.Component:
    return rx.cond(
        State.next_statuses.length() > 0,
        rx.el.div(
            rx.foreach(State.next_statuses, _status_button),
            class_name="status-steps",
            role="group",
            aria_label="Set the status",
        ),
    )


def _status_button(option: Any) -> rx.Component:
    return rx.el.button(
        rx.el.span(
            class_name="status-mark",
            custom_attrs={"data-status": option[0], "aria-hidden": "true"},
        ),
        option[1],
        type="button",
        class_name="chip",
        on_click=State.set_status(option[0]),
    )


def _change_form() -> rx.Component:
    return rx.el.div(
        rx.el.details(
            rx.el.summary("Change time or staff", on_click=State.edit(True)),
            rx.el.form(
                ui.form_grid(
                    ui.date_field(
                        "Date",
                        "day",
                        id="move_day",
                        default_value=State.day,
                        error=State.errors["day"],
                    ),
                    ui.time_field(
                        "Starts at",
                        "time",
                        id="move_time",
                        default_value=State.time,
                        error=State.errors["time"],
                    ),
                    ui.text_field(
                        "Length",
                        "duration",
                        id="move_duration",
                        type="number",
                        unit="minutes",
                        default_value=State.duration,
                        error=State.errors["duration"],
                    ),
                    ui.select_field(
                        "Staff member",
                        "staff_id",
                        State.staff_options,
                        id="move_staff",
                        default_value=State.staff_id,
                    ),
                    ui.select_field(
                        "Facility",
                        "facility_id",
                        State.facility_options,
                        id="move_facility",
                        default_value=State.facility_id,
                    ),
                ),
                ui.form_actions(ui.button("Move appointment", kind="primary", submits=True)),
                on_submit=State.move,
                key=State.opened.to(str) + "-move-" + State.shown["version"].to(str),
                class_name="stack",
                no_validate=True,
            ),
            class_name="fold",
        ),
        rx.el.form(
            ui.area_field(
                "Public note",
                "public_note",
                id="edit_public_note",
                default_value=State.shown["public_note"],
                hint="The " + FrameState.customer + " reads this.",
                on_focus=State.edit(True),
            ),
            rx.cond(
                State.may_write_private,
                ui.area_field(
                    "Private note",
                    "private_note",
                    id="edit_private_note",
                    default_value=State.shown["private_note"],
                    hint="Staff only, encrypted.",
                    on_focus=State.edit(True),
                ),
                rx.cond(State.may_read_private, _private_read()),
            ),
            ui.form_actions(ui.button("Save notes", submits=True)),
            on_submit=State.write_notes,
            key=State.opened.to(str) + "-notes",
            class_name="stack",
        ),
        class_name="stack",
    )


def _notes_read() -> rx.Component:
    return rx.el.div(
        rx.cond(
            State.shown["public_note"] != "",
            ui.details(("Public note", State.shown["public_note"])),
        ),
        rx.cond(State.may_read_private, _private_read()),
    )


def _private_read() -> rx.Component:
    return rx.cond(
        State.shown["private_note"] != "",
        ui.details(("Private note", State.shown["private_note"])),
    )


def _conflict() -> rx.Component:
    return rx.el.section(
        rx.el.h3(State.theirs_by + " changed this meanwhile"),
        rx.el.p("Nothing was overwritten. Choose which version stays."),
        rx.el.div(
            _version(
                "Yours",
                State.mine_time,
                State.mine_public,
                State.mine_private,
                ui.button("Keep mine", kind="primary", on_click=State.keep_mine),
            ),
            _version(
                "Theirs",
                rx.cond(
                    State.mine_time != "",
                    State.theirs["day"]
                    + ", "
                    + State.theirs["times"]
                    + ", "
                    + State.theirs["staff"],
                    "",
                ),
                rx.cond(State.mine_time == "", State.theirs["public_note"], ""),
                rx.cond(State.mine_time == "", State.theirs["private_note"], ""),
                ui.button("Keep theirs", on_click=State.keep_theirs),
            ),
            class_name="versions",
        ),
        class_name="conflict",
        role="alert",
    )


def _version(
    title: str, time: Any, public: Any, private: Any, choose: rx.Component
) -> rx.Component:
    return rx.el.div(
        rx.el.h4(title),
        rx.cond(time != "", rx.el.p(time)),
        rx.cond(public != "", rx.el.p(public, class_name="version__text")),
        rx.cond(private != "", rx.el.p(private, class_name="version__text")),
        choose,
        class_name="version",
    )


def _history() -> rx.Component:
    return rx.el.details(
        rx.el.summary("History"),
        rx.el.ol(
            rx.foreach(
                State.lines,
                lambda entry: rx.el.li(
                    rx.el.span(entry["what"], class_name="history__what"),
                    rx.el.span(entry["who"] + " · " + entry["at"], class_name="history__who"),
                    rx.cond(
                        entry["reason"] != "",
                        rx.el.span("“" + entry["reason"] + "”", class_name="history__reason"),
                    ),
                ),
            ),
            class_name="history",
        ),
        class_name="fold",
    )
