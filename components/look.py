"""What the whole application wears: style sheets, its script, its toaster. Used once, by the app."""

from collections.abc import Callable
from typing import Any

import reflex as rx
from reflex_components_core.base.error_boundary import ErrorBoundary

from components.ui import empty_state

STYLESHEETS = [
    f"/styles/{name}.css"
    for name in (
        "tokens",
        "base",
        "controls",
        "surfaces",
        "data",
        "frame",
        "pages",
        "setup",
        "schedule",
        "figures",
        "street",
        "record",
        "casework",
        "portal",
        "calendar",
        "messages",
        "portal_reaching",
    )
]
"""In the order in which they build on one another; `pages.css` holds what only one page needs."""


def head() -> list[rx.Component]:
    """What belongs into the head of every page."""
    return [
        rx.el.meta(name="viewport", content="width=device-width, initial-scale=1"),
        rx.el.meta(name="color-scheme", content="light dark"),
        rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml"),
        rx.el.link(
            rel="preload",
            href="/fonts/inter-latin.woff2",
            custom_attrs={"as": "font", "type": "font/woff2", "crossOrigin": "anonymous"},
        ),
        rx.el.script(src="/scripts/ui.js"),
        rx.el.script(src="/scripts/drafts.js"),
        rx.el.script(src="/scripts/day_grid.js"),
        rx.el.script(src="/scripts/street.js"),
        rx.el.script(src="/scripts/scan.js"),
        rx.el.script(src="/scripts/vault.js"),
        rx.el.script(src="/scripts/messages.js"),
    ]


def toaster() -> rx.Component:
    """Where short messages appear: above everything, near the thumb on a phone."""
    return rx.toast.provider(
        position="bottom-right",
        rich_colors=False,
        close_button=False,
        gap=8,
        visible_toasts=4,
        offset="1rem",
    )


def wraps() -> dict[tuple[int, str], Callable[[bool], rx.Component | None]]:
    """What is put around every page.

    The framework's own notes about a lost connection are left out: the page says it itself, see
    components/connection.py. A page that cannot be drawn says so without showing its innards.
    """
    return {(55, "ErrorBoundary"): lambda _: ErrorBoundary.create(**_BROKEN)}


_BROKEN: dict[str, Any] = {
    "on_error": rx.noop(),
    "fallback_render": rx.el.main(
        empty_state(
            "This page could not be shown",
            "Nothing of yours was changed. Load the page anew; if it happens again, tell your"
            " administrator what you were about to do.",
            rx.el.a(
                "Load the page anew",
                href="",
                class_name="button",
                custom_attrs={"data-kind": "primary"},
            ),
            picture="cloud_alert",
        )
    ),
}
