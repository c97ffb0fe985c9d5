"""What the whole application wears: style sheets, its script, its toaster. Used once, by the app."""

import reflex as rx

STYLESHEETS = [
    f"/styles/{name}.css"
    for name in ("tokens", "base", "controls", "surfaces", "data", "frame", "pages", "schedule")
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
        rx.el.script(src="/scripts/day_grid.js"),
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
