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
        actions=[ui.link_button("Fill in", href="/portal/profile", kind="primary", size="sm")],
    )
    unread = ui.banner(
        rx.cond(
            PortalFrameState.unread == 1,
            "There is something new in one conversation.",
            f"There is something new in {PortalFrameState.unread} conversations.",
        ),
        title="Messages wait for you",
        actions=[ui.link_button("Read", href="/portal/messages", kind="primary", size="sm")],
    )
    asked = ui.banner(
        "You have asked ",
        State.asked.join(", "),  # type: ignore[attr-defined]
        " to connect you. You see it here as soon as the staff have answered.",
    )
    nowhere = ui.banner(
        "Your appointments, documents and messages appear once an organization knows you.",
        title="No organization is connected with you yet",
        actions=[
            ui.link_button("Find mine", href="/portal/organizations", kind="primary", size="sm")
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
        "Nothing is planned",
        "As soon as somebody books an appointment for you, it stands here.",
        picture="calendar_days",
    )
    listed = rx.el.ul(rx.foreach(State.appointments, appointment), class_name="portal__list")
    return ui.card(
        rx.cond(State.appointments.length() > 0, listed, nothing),  # type: ignore[attr-defined]
        title="Next appointments",
        actions=[more("All appointments", "/portal/appointments")],
        flush=True,
    )


def _files() -> rx.Component:
    nothing = ui.empty_state(
        "No documents yet",
        "What an organization shares with you, as a signed form or a letter, stands here.",
        picture="file_text",
    )
    listed = rx.el.ul(
        rx.foreach(State.files, lambda each: document(each)), class_name="portal__list"
    )
    return ui.card(
        rx.cond(State.files.length() > 0, listed, nothing),  # type: ignore[attr-defined]
        title="Newest documents",
        actions=[more("All documents", "/portal/documents")],
        flush=True,
    )
