"""The day grid: lanes of appointments, drawn once, turned by style alone.

A lane hangs on a state of its own, so that a change redraws one lane. Which way time runs is one
attribute of the grid: the lanes are the same elements in either orientation. Dragging is done by
`assets/scripts/day_grid.js`, which fills in and sends the form at the end of the grid: what a
gesture says, the form for keyboards says too, and both go the same way from there.
"""

from typing import Any

import reflex as rx

from components import ui
from securecare.scheduling.statuses import AppointmentStatus
from state.appointment import AppointmentState
from state.booking import BookingState
from state.lanes import LANES
from state.schedule import ScheduleState

SLOT_MINUTES = 15


def day_grid() -> rx.Component:
    """The grid with its axis, its lanes and the form that gestures are sent with."""
    return rx.el.div(
        rx.el.div(
            _axis(),
            *(_lane(number, lane) for number, lane in enumerate(LANES)),
            class_name="grid__inner",
            custom_attrs=_placed(length=ScheduleState.length),
        ),
        _gesture_form(),
        id="day-grid",
        class_name="grid",
        role="group",
        aria_label="Schedule of " + ScheduleState.day_label,
        custom_attrs={
            "data-across": rx.cond(ScheduleState.across, "true", "false"),
            "data-day": ScheduleState.day,
            "data-first": ScheduleState.first_minute,
            "data-today": rx.cond(ScheduleState.is_today, "true", "false"),
            "data-slot": str(SLOT_MINUTES),
            "data-may-book": rx.cond(ScheduleState.may_book, "true", "false"),
        },
    )


def _axis() -> rx.Component:
    return rx.el.div(
        rx.el.div(class_name="axis__corner"),
        rx.el.div(
            rx.foreach(ScheduleState.lines, _line),
            class_name="axis__lines",
            custom_attrs={"aria-hidden": "true"},
        ),
        class_name="axis",
    )


def _line(line: Any) -> rx.Component:
    return rx.el.div(
        rx.el.span(line["label"]),
        rx.cond(line["again"], rx.el.span("again", class_name="axis__again")),
        class_name="axis__line",
        custom_attrs=_placed(at=line["at"]) | {"data-at": line["at"]},
    )


def _lane(number: int, lane: Any) -> rx.Component:
    return rx.cond(
        lane.head["staff"] > 0,
        rx.el.section(
            rx.el.header(
                ui.avatar(lane.head["initials"], size="sm"),
                rx.el.div(
                    rx.el.h3(lane.head["name"], class_name="lane__name"),
                    rx.el.p(lane.head["note"], class_name="lane__note"),
                    class_name="lane__who",
                ),
                class_name="lane__head",
            ),
            rx.el.div(
                rx.foreach(lane.shades, _shade),
                rx.foreach(lane.blocks, _block),
                class_name="lane__body",
                custom_attrs={
                    "data-staff": lane.head["staff"],
                    "data-zone": lane.head["zone"],
                },
            ),
            class_name="lane",
            aria_label=lane.head["name"],
            custom_attrs={"data-lane": str(number)},
        ),
    )


def _shade(shade: Any) -> rx.Component:
    return rx.el.div(
        class_name="shade",
        custom_attrs=_placed(s=shade[0], l=shade[1])
        | {"data-kind": shade[2], "aria-hidden": "true"},
    )


def _block(block: Any) -> rx.Component:
    status = rx.match(block[5], *((each.code, each.value) for each in AppointmentStatus), "none")
    return rx.el.button(
        ui.status_mark(status),
        rx.el.span(block[10], class_name="block__who"),
        rx.el.span(block[9], class_name="block__when"),
        rx.el.span(block[11], class_name="block__what"),
        rx.el.span(
            rx.match(block[5], *((each.code, each.label) for each in AppointmentStatus), ""),
            class_name="visually-hidden",
        ),
        rx.cond(block[8] == 1, rx.el.span("Override", class_name="block__forced")),
        type="button",
        class_name="block",
        on_click=AppointmentState.open(block[0]),
        custom_attrs=_placed(s=block[1], l=block[2], c=block[3], n=block[4])
        | {
            "data-id": block[0],
            "data-s": block[1],
            "data-l": block[2],
            "data-version": block[7],
            "data-code": block[5],
            "data-status": status,
            "data-program": block[6],
        },
        key=block[0].to(str) + "-" + block[1].to(str),
    )


def _placed(**values: Any) -> dict[str, Any]:
    """Where something is, as custom properties of its own: a style rule for each would be slow."""
    return {"style": rx.Var.create({f"--{name}": value for name, value in values.items()})}


def _gesture_form() -> rx.Component:
    fields = ("kind", "staff_id", "start", "length", "appointment_id", "version", "by_key")
    return rx.el.form(
        *(rx.el.input(type="hidden", name=name) for name in fields),
        id="grid-gesture",
        on_submit=BookingState.gesture,
        custom_attrs={"hidden": "hidden"},
    )
