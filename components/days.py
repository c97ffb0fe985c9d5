"""Days that differ from the week, in a list that reads like a calendar."""

from typing import Any

import reflex as rx

from components import ui


def day_list(
    rows: Any, on_edit: Any, on_remove: Any, *, label: str, empty: rx.Component
) -> rx.Component:
    """Stretches of days under their months; each can be changed or removed."""
    return rx.cond(
        rows.length() > 0,
        rx.el.ul(
            rx.foreach(rows, lambda row: _item(row, on_edit, on_remove)),
            class_name="day-list",
            custom_attrs={"aria-label": label},
        ),
        empty,
    )


def _item(row: Any, on_edit: Any, on_remove: Any) -> rx.Component:
    return rx.el.li(
        rx.cond(row.month != "", rx.el.h3(row.month, class_name="day-list__month")),
        rx.el.div(
            rx.el.div(
                rx.el.span(row.weekday, class_name="day-list__weekday"),
                rx.el.span(row.day, class_name="day-list__day"),
                class_name="day-list__date",
                custom_attrs={"aria-hidden": "true"},
            ),
            rx.el.div(
                rx.el.div(row.what, class_name="day-list__what"),
                rx.el.div(
                    row.days,
                    rx.cond(row.detail != "", rx.fragment(" · ", row.detail)),
                    class_name="cell__detail",
                ),
                class_name="day-list__words",
            ),
            ui.cluster(
                ui.icon_button(
                    "pencil", f"Change {row.what}, {row.days}", tip=False, on_click=on_edit(row.id)
                ),
                ui.confirm(
                    title="Remove this?",
                    description=(
                        "The usual hours count again on these days. Appointments that waited for"
                        " reassignment because of it get their former status back."
                    ),
                    act="Remove it",
                    kind="primary",
                    on_confirm=on_remove(row.id),
                    trigger=ui.icon_button("trash_2", f"Remove {row.what}, {row.days}", tip=False),
                ),
            ),
            class_name="day-list__item",
            custom_attrs={"data-kind": row.kind, "data-past": rx.cond(row.past, "true", "false")},
        ),
    )
