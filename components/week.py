"""A week of shifts: for each day its hours on a line of 24, and each shift to open."""

from typing import Any

import reflex as rx

from components import ui
from state.week_view import BarView, DayView, ShiftView


def week(days: Any, ticks: Any, *, on_edit: Any, on_add: Any, on_copy: Any) -> rx.Component:
    """Seven days, Monday first. The events get a shift's id, or a weekday."""
    return rx.el.div(
        rx.el.div(
            rx.el.div(rx.foreach(ticks, rx.el.span), class_name="week__ticks numeric"),
            rx.el.div(class_name="week__actions"),
            class_name="week__day week__scale",
            custom_attrs={"aria-hidden": "true"},
        ),
        rx.el.ol(
            rx.foreach(days, lambda day: _day(day, on_edit, on_add, on_copy)), class_name="week"
        ),
    )


def _day(day: DayView, on_edit: Any, on_add: Any, on_copy: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.h3(day.name, class_name="week__name"),
            rx.el.span(
                rx.cond(day.total != "", day.total, "Off"), class_name="cell__detail numeric"
            ),
            class_name="week__head",
        ),
        rx.el.div(
            rx.el.div(
                rx.foreach(day.bars, _bar),
                class_name="week__line",
                custom_attrs={"aria-hidden": "true"},
            ),
            rx.cond(
                day.shifts.length() > 0,
                rx.el.ul(
                    rx.foreach(day.shifts, lambda shift: _shift(shift, day, on_edit)),
                    class_name="week__shifts",
                ),
            ),
            class_name="week__hours",
        ),
        rx.el.div(
            ui.icon_button(
                "plus", f"Add a shift on {day.name}", size="sm", on_click=on_add(day.weekday)
            ),
            rx.cond(
                day.shifts.length() > 0,
                ui.icon_button(
                    "copy",
                    f"Copy {day.name} to other days",
                    size="sm",
                    on_click=on_copy(day.weekday),
                ),
            ),
            class_name="week__actions",
        ),
        class_name="week__day",
    )


def _bar(bar: BarView) -> rx.Component:
    return rx.el.span(
        class_name="week__bar",
        style={"left": bar.left, "width": bar.width},
        custom_attrs={"data-kind": bar.kind},
    )


def _shift(shift: ShiftView, day: DayView, on_edit: Any) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            rx.el.span(
                rx.el.span(day.name, ", ", class_name="visually-hidden"),
                shift.hours,
                class_name="week__time numeric",
            ),
            rx.el.span(shift.facility, class_name="cell__detail"),
            rx.cond(shift.breaks != "", rx.el.span(shift.breaks, class_name="cell__detail")),
            rx.cond(shift.season != "", ui.badge(shift.season, leading="calendar_range")),
            type="button",
            on_click=on_edit(shift.id),
            class_name="week__shift",
        )
    )
