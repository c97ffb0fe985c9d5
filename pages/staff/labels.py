"""Labels with barcodes, on screen as they come out of the printer."""

import reflex as rx

from components import ui
from components.finding import find_items
from components.frame import frame
from securecare.access.roles import Permission
from state.labels import LabelsState as State
from state.labels import LabelView
from state.policies import holders_of
from state.routes import page


@page("/inventory/labels", "Labels", holders_of(Permission.VIEW_STOCK), on_load=[State.open_page])
def labels() -> rx.Component:
    """Which labels, how many, and the sheet itself."""
    return frame(
        rx.el.div(
            find_items(State, form_id="label-find", placeholder="Find or scan an item to label"),
            rx.cond(State.labels.length() > 0, _chosen(), _none()),
            class_name="stack goods labels__tools",
        ),
        rx.cond(
            State.labels.length() > 0,
            rx.el.ol(
                rx.foreach(State.labels, _as_often),
                class_name="labels",
                custom_attrs={"aria-label": "The sheet of labels"},
            ),
        ),
        title="Labels",
        description="Barcodes for shelves and boxes, three to a row of a sheet.",
        active="stock",
        above=ui.link("Stock", href="/inventory"),
        actions=[
            rx.cond(
                State.labels.length() > 0,
                ui.button(
                    "Print",
                    kind="primary",
                    leading="printer",
                    on_click=rx.call_script("window.print()"),
                ),
            )
        ],
    )


def _none() -> rx.Component:
    return ui.empty_state(
        "No label yet",
        "Find items above, or take all of which there is too little.",
        ui.button("Take what is low", leading="triangle_alert", on_click=State.put_on_low),
        picture="barcode",
    )


def _chosen() -> rx.Component:
    return rx.el.div(
        rx.el.ul(rx.foreach(State.labels, _copies), class_name="handout__lines"),
        ui.form_actions(
            ui.button("Also what is low", leading="triangle_alert", on_click=State.put_on_low),
            ui.button("Begin anew", kind="quiet", on_click=State.clear),
        ),
    )


def _copies(each: LabelView) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span(each.name, class_name="worked__name"),
            rx.el.span(each.code, class_name="cell__detail numeric"),
            class_name="handout__words",
        ),
        rx.el.label(
            rx.el.span("Copies", class_name="cell__detail"),
            ui.text_input(
                f"copies_{each.key}",
                id=f"copies_{each.key}",
                type="number",
                min="0",
                max="60",
                default_value=each.copies.to_string(),  # type: ignore[attr-defined]
                on_change=lambda number: State.count(each.key, number),
                class_name="labels__copies",
            ),
        ),
        key=each.key,
        class_name="goods__line",
    )


def _as_often(each: LabelView) -> rx.Component:
    return rx.fragment(rx.foreach(rx.Var.range(each.copies), lambda _: _label(each)))


def _label(each: LabelView) -> rx.Component:
    return rx.el.li(
        rx.el.strong(each.name),
        rx.cond(
            State.pictures[each.key] != "",
            rx.el.img(src=State.pictures[each.key], alt=f"Barcode {each.code}"),
            rx.el.span("Its number cannot be a barcode"),
        ),
        rx.el.span(each.code, class_name="numeric"),
        class_name="labels__one",
    )
