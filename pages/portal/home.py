"""Where a patron arrives: what comes next, and what is new."""

import reflex as rx

from components import ui
from components.portal_frame import portal_frame
from state.policies import holders_of
from state.portal import OWN_PORTAL, PortalFrameState
from state.routes import page


@page("/portal", "Home", holders_of(OWN_PORTAL))
def home() -> rx.Component:
    """A greeting, and the way to everything else."""
    return portal_frame(
        ui.stack(
            ui.link_button(
                "My appointments",
                href="/portal/appointments",
                leading="calendar_days",
                size="lg",
            ),
            ui.link_button(
                "My documents", href="/portal/documents", leading="file_text", size="lg"
            ),
        ),
        title=rx.cond(PortalFrameState.loaded, f"Hello, {PortalFrameState.person_name}", "Hello"),
        active="home",
    )
