"""The statuses of an appointment: a word, a colour and a shape for each."""

from typing import Any

import reflex as rx

from components.ui.kinds import Text, attributes, classes, given

STATUS_LABELS: dict[str, str] = {
    "booked": "Booked",
    "confirmed": "Confirmed",
    "arrived": "Arrived",
    "completed": "Completed",
    "no_show": "No-show",
    "cancelled": "Cancelled",
    "pending_reassignment": "Pending reassignment",
    "absent": "Absence",
}
"""In the order in which an appointment lives through them."""


def status_label(status: Text) -> Any:
    """The word for a status."""
    if isinstance(status, rx.Var):
        return rx.match(status, *STATUS_LABELS.items(), "Unknown")
    return STATUS_LABELS[status]


def status_mark(status: Text, *, named: bool = False, **props: Any) -> rx.Component:
    """The shape of a status: ring, ringed check, dot, disc with check, cross, struck ring, triangle,
    open door.

    With `named` it is an image with the status as its name; otherwise the word must stand nearby.
    """
    said = {"role": "img", "aria_label": status_label(status)} if named else {"aria_hidden": "true"}
    props = attributes(props, data_status=status, **said)
    return rx.el.span(class_name=classes("status-mark", props), **props)


def status_badge(status: Text, label: Text = "", **props: Any) -> rx.Component:
    """A status with its mark and its word."""
    props = attributes(props, data_status=status)
    return rx.el.span(
        status_mark(status),
        rx.el.span(label if given(label) else status_label(status), class_name="badge__text"),
        class_name=classes("badge", props),
        **props,
    )


def program_tag(name: Text, colour: int | rx.Var, **props: Any) -> rx.Component:
    """A program with the stripe of its colour, 0 to 11."""
    shade = colour if isinstance(colour, rx.Var) else str(colour)
    props = attributes(props, data_program=shade)
    return rx.el.span(
        rx.el.span(name, class_name="truncate"), class_name=classes("program-tag", props), **props
    )
