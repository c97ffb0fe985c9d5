"""What is said while the connection is lost. The page stays, and so does what was typed."""

import reflex as rx
from reflex_components_core.core.banner import has_connection_errors

from components.ui import icon, spinner


def connection_notice() -> rx.Component:
    """A bar that takes its own room, and speaks as it appears.

    The browser's own word that it is offline (see assets/scripts/ui.js) shows it sooner.
    """
    words = rx.el.div(
        icon("cloud_off", 16),
        rx.el.div(
            rx.el.strong("Not connected."),
            " What you typed stays here. Nothing is saved until the connection is back;"
            " we keep trying.",
            class_name="connection__words",
        ),
        spinner(),
        class_name="connection",
    )
    return rx.el.div(
        rx.cond(has_connection_errors, words, rx.fragment()),
        class_name="connection-place",
        custom_attrs={"role": "status", "aria-live": "assertive"},
    )
