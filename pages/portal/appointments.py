"""One's own appointments: what is to come, and what is over."""

import reflex as rx

from components import ui
from components.portal_frame import portal_frame
from components.portal_parts import appointment
from state.policies import holders_of
from state.portal import OWN_PORTAL
from state.portal_appointments import PortalAppointmentsState as State
from state.routes import page


@page("/portal/appointments", "My appointments", holders_of(OWN_PORTAL), on_load=[State.open])
def appointments() -> rx.Component:
    """A list of either, that goes on when asked."""
    which = rx.cond(State.past, "past", "coming")
    return portal_frame(
        ui.tabs(
            [("coming", "Upcoming"), ("past", "Past")],
            value=which,  # type: ignore[arg-type]
            on_change=State.show,
            label="Which appointments",
        ),
        rx.cond(
            State.loaded,
            rx.fragment(
                ui.tab_panel("coming", _list(_nothing_planned()), value=which),  # type: ignore[arg-type]
                ui.tab_panel("past", _list(_nothing_past()), value=which),  # type: ignore[arg-type]
            ),
            ui.loading(),
        ),
        title="My appointments",
        description="Times are local to each appointment.",
        active="appointments",
    )


def _list(nothing: rx.Component) -> rx.Component:
    listed = rx.fragment(
        ui.card(
            rx.el.ul(rx.foreach(State.rows, appointment), class_name="portal__list"), flush=True
        ),
        ui.when(
            State.has_more,
            ui.button("Show more", full=True, size="lg", on_click=State.show_more),
        ),
    )
    some = State.rows.length() > 0  # type: ignore[attr-defined]
    return ui.stack(rx.cond(some, listed, ui.card(nothing)))


def _nothing_planned() -> rx.Component:
    return ui.empty_state(
        "No upcoming appointments",
        "Appointments booked for you will show up here. To make one, call your organization.",
        picture="calendar_days",
    )


def _nothing_past() -> rx.Component:
    return ui.empty_state(
        "No past appointments",
        "Your earlier appointments will be listed here.",
        picture="calendar_check",
    )
