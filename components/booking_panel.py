"""The form that books an appointment, and the answer where a time is not to be had."""

from typing import Any

import reflex as rx

from components import ui
from state.attempts import BookingPanel, Refusal
from state.booking import BookingState
from state.frame import FrameState


def booking_panel() -> rx.Component:
    """Who, what, with whom, where and when: in a drawer, so that the day stays in view."""
    return ui.drawer(
        rx.el.form(
            _customer(),
            ui.form_grid(
                ui.select_field(
                    "Program",
                    "program_id",
                    BookingState.program_options,
                    empty="Choose a program",
                    default_value=BookingState.program_id,
                    error=BookingState.errors["program_id"],
                    wide=True,
                ),
                ui.select_field(
                    "Staff member",
                    "staff_id",
                    BookingState.staff_options,
                    empty="Choose a staff member",
                    default_value=BookingState.staff_id,
                    error=BookingState.errors["staff_id"],
                ),
                ui.select_field(
                    "Facility",
                    "facility_id",
                    BookingState.facility_options,
                    empty="Choose a facility",
                    default_value=BookingState.facility_id,
                    error=BookingState.errors["facility_id"],
                ),
                ui.date_field(
                    "Date", "day", default_value=BookingState.day, error=BookingState.errors["day"]
                ),
                ui.time_field(
                    "Starts at",
                    "time",
                    default_value=BookingState.time,
                    error=BookingState.errors["time"],
                    hint="In the facility's time zone",
                ),
                ui.text_field(
                    "Length",
                    "duration",
                    type="number",
                    unit="minutes",
                    optional=True,
                    default_value=BookingState.duration,
                    hint="Empty: as the program has it",
                    error=BookingState.errors["duration"],
                ),
            ),
            ui.area_field(
                "Public note",
                "public_note",
                optional=True,
                hint="Goes out with reminders. Nothing that should stay in the room.",
            ),
            rx.cond(
                BookingState.may_write_private,
                ui.area_field(
                    "Private note",
                    "private_note",
                    optional=True,
                    hint="Staff only, encrypted.",
                ),
            ),
            ui.form_error(BookingState.errors["form"]),
            ui.form_actions(
                ui.button("Book appointment", kind="primary", submits=True),
                ui.button("Cancel", kind="quiet", on_click=BookingState.close(False)),
            ),
            on_submit=BookingState.submit,
            key=BookingPanel.shown.to(str),
            class_name="stack",
            id="booking-form",
            no_validate=True,
        ),
        title="New appointment",
        open=BookingPanel.open,
        on_open_change=BookingState.close,
        modal=False,
    )


def _customer() -> rx.Component:
    return rx.el.div(
        rx.cond(
            BookingState.customer_id > 0,
            rx.el.div(
                ui.icon("user-round", 16),
                rx.el.span(BookingState.customer_name, class_name="chosen__name"),
                ui.button("Change", size="sm", kind="quiet", on_click=BookingState.forget_customer),
                class_name="chosen",
            ),
            rx.el.div(
                ui.field(
                    "Which " + FrameState.customer + "?",
                    ui.search_input(
                        "customer_search",
                        label="Find a " + FrameState.customer,
                        placeholder="Name, phone, number or birth date",
                        wait_ms=120,
                        on_change=BookingState.search_customer,
                        auto_focus=True,
                    ),
                    name="customer_search",
                    error=BookingState.errors["customer"],
                ),
                rx.cond(
                    BookingState.found.length() > 0,
                    rx.el.ul(
                        rx.foreach(BookingState.found, _found),
                        class_name="found",
                        aria_label="People found",
                    ),
                    rx.cond(
                        BookingState.searched != "",
                        rx.el.p(
                            "Nobody by “" + BookingState.searched + "”. Check the spelling, or try"
                            " their phone number.",
                            class_name="found__none",
                            role="status",
                        ),
                    ),
                ),
            ),
        ),
        class_name="who",
    )


def _found(person: Any) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            rx.el.span(person["name"], class_name="found__name"),
            rx.el.span(person["detail"], class_name="found__detail"),
            type="button",
            on_click=BookingState.choose_customer(person["id"]),
        )
    )


def refusal_dialog() -> rx.Component:
    """What stands in the way, the nearest free times, and insisting for those who may."""
    return ui.dialog(
        rx.el.p(Refusal.message, class_name="refusal__message"),
        rx.cond(
            Refusal.offers.length() > 0,
            rx.el.div(
                rx.el.p("Free instead:", class_name="refusal__title"),
                rx.el.div(
                    rx.foreach(
                        Refusal.offers,
                        lambda offer: ui.button(
                            offer["label"], leading="clock", on_click=Refusal.take(offer["at"])
                        ),
                    ),
                    class_name="refusal__offers",
                ),
            ),
        ),
        rx.cond(
            Refusal.may_force,
            rx.el.form(
                ui.text_field(
                    "Or insist, and say why",
                    "override_reason",
                    hint="The reason is shown on the appointment and kept in the audit trail.",
                    error=Refusal.reason_error,
                ),
                ui.form_actions(ui.button("Book anyway", kind="danger", submits=True)),
                on_submit=Refusal.insist,
                class_name="refusal__force",
                no_validate=True,
            ),
        ),
        title=Refusal.title,
        open=Refusal.open,
        on_open_change=Refusal.close,
    )
