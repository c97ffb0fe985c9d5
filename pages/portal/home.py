"""Where a patron arrives: what comes next, what is new, and what is missing."""

import reflex as rx

from components import ui
from components.portal_frame import portal_frame
from components.portal_parts import appointment, document, more
from state.policies import holders_of
from state.portal import OWN_PORTAL, PortalFrameState
from state.portal_home import PortalHomeState as State
from state.routes import page


@page("/portal", "Home", holders_of(OWN_PORTAL), on_load=[State.open])
def home() -> rx.Component:
    """A greeting, and the way to everything else."""
    return portal_frame(
        rx.cond(
            State.loaded,
            rx.fragment(_notes(), _appointments(), _files()),
            ui.loading(),
        ),
        title=rx.cond(State.called != "", f"Hello, {State.called}", "Hello"),
        active="home",
    )


def _notes() -> rx.Component:
    missing = ui.banner(
        "Still needed: ",
        State.missing.join(", "),  # type: ignore[attr-defined]
        ".",
        title="Complete your profile",
        actions=[ui.link_button("Complete it", href="/portal/profile", kind="primary", size="sm")],
    )
    unread = ui.banner(
        rx.cond(
            PortalFrameState.unread == 1,
            "You have something new in one conversation.",
            f"You have something new in {PortalFrameState.unread} conversations.",
        ),
        title="New messages",
        actions=[ui.link_button("Read", href="/portal/messages", kind="primary", size="sm")],
    )
    asked = ui.banner(
        "You asked to connect with ",
        State.asked.join(", "),  # type: ignore[attr-defined]
        ". We'll show it here as soon as the staff have answered.",
        title="Waiting for an answer",
    )
    nowhere = ui.banner(
        "Then your appointments, documents and messages will show up here.",
        title="Connect with your organization",
        actions=[
            ui.link_button("Connect", href="/portal/organizations", kind="primary", size="sm")
        ],
    )
    some = State.asked.length() > 0  # type: ignore[attr-defined]
    return rx.fragment(
        ui.when(State.missing.length() > 0, missing),  # type: ignore[attr-defined]
        ui.when(PortalFrameState.unread > 0, unread),
        rx.cond(some, asked, rx.cond(State.known, rx.fragment(), nowhere)),
    )


def _appointments() -> rx.Component:
    nothing = ui.empty_state(
        "No upcoming appointments",
        "Appointments booked for you will show up here.",
        picture="calendar_days",
    )
    listed = rx.el.ul(rx.foreach(State.appointments, appointment), class_name="portal__list")
    return ui.card(
        rx.cond(State.appointments.length() > 0, listed, nothing),  # type: ignore[attr-defined]
        title="Upcoming appointments",
        actions=[more("All appointments", "/portal/appointments")],
        flush=True,
    )


def _files() -> rx.Component:
    nothing = ui.empty_state(
        "No documents yet",
        "Forms, letters and other files shared with you will show up here.",
        picture="file_text",
    )
    listed = rx.el.ul(
        rx.foreach(State.files, lambda each: document(each)), class_name="portal__list"
    )
    return ui.card(
        rx.cond(State.files.length() > 0, listed, nothing),  # type: ignore[attr-defined]
        title="Recent documents",
        actions=[more("All documents", "/portal/documents")],
        flush=True,
    )
