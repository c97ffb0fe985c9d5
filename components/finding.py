"""A search that is also where a scanner writes, with what was found below it."""

from typing import Any

import reflex as rx

from components import ui


def find_items(state: Any, *, form_id: str, placeholder: str) -> rx.Component:
    """For a state with `find`, `scan`, `put_on`, `found`, `find_error` and `find_key`.

    assets/scripts/scan.js sends here what a keyboard scanner types wherever the focus is, and what
    the camera reads.
    """
    return rx.el.div(
        rx.el.form(
            ui.search_input(
                "find",
                label="An item: name, number or barcode",
                placeholder=placeholder,
                size="lg",
                on_change=state.find,
            ),
            camera_button(),
            id=form_id,
            key=state.find_key.to_string(),
            on_submit=state.scan,
            class_name="find",
            custom_attrs={"data-scan": "true"},
        ),
        rx.el.div(ui.form_error(state.find_error), class_name="find__said"),
        rx.cond(
            state.found.length() > 0,
            rx.el.ul(
                rx.foreach(state.found, lambda each: _found(each, state)),
                class_name="handout__found",
                custom_attrs={"aria-label": "What was found"},
            ),
        ),
        class_name="stack",
    )


def camera_button(size: ui.Size = "lg") -> rx.Component:
    """Reads a barcode with the device's camera; shown by the script only where the browser can."""
    return ui.button(
        "Scan",
        leading="scan_barcode",
        size=size,
        custom_attrs={"data-camera": "true", "hidden": True},
    )


def _found(each: Any, state: Any) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            rx.el.span(
                rx.el.span(each.name, class_name="worked__name"),
                rx.el.span(each.sku, " · ", each.unit, class_name="cell__detail"),
                class_name="handout__found-words",
            ),
            rx.el.span(
                rx.el.strong(each.available, class_name="numeric"),
                rx.el.span(" free", class_name="cell__detail"),
            ),
            ui.icon("plus", 18),
            type="button",
            class_name="handout__found-one",
            on_click=state.put_on(each.key),
        )
    )
