"""Where one arrives, and what one reads where there is nothing, or nothing for this person."""

import reflex as rx

from components import ui
from components.doorway import doorway
from state.home import HomeState
from state.policies import PUBLIC, SIGNED_IN
from state.routes import page


@page("/", "Welcome", PUBLIC, on_load=[HomeState.arrive])
def home() -> rx.Component:
    """Seen for a moment only, on the way to the first page that is open to the person."""
    return doorway(ui.loading("Opening"), title="One moment")


@page("/no-access", "No access", SIGNED_IN)
def no_access() -> rx.Component:
    """For a page that exists, but not for this person."""
    return doorway(
        ui.link_button("Go to your first page", href="/", kind="primary"),
        title="This page is not open to you",
        lead="Your roles do not include it. If you need it for your work, ask an administrator of"
        " your organization.",
    )


@page("404", "Not found", PUBLIC)
def not_found() -> rx.Component:
    """For an address that leads nowhere."""
    return doorway(
        ui.link_button("Go to your first page", href="/", kind="primary"),
        title="There is no such page",
        lead="The address may be mistyped, or what was there has moved.",
    )
