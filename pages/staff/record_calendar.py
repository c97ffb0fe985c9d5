"""A customer's record: everything that happens around them, by month, week or day."""

from typing import Any

import reflex as rx

from components import ui
from components.record_frame import record_frame
from securecare.access.roles import Permission
from state.calendar_view import DayView, EntryView
from state.policies import holders_of
from state.record import RecordState
from state.record_calendar import CalendarState as State
from state.record_calendar import ChipView
from state.routes import page

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
PICTURES = (
    ("appointment", "calendar_clock"),
    ("service", "hand_heart"),
    ("absence", "door_open"),
    ("call", "phone"),
)


@page(
    "/customers/[id]/calendar",
    "Calendar",
    holders_of(Permission.VIEW_CUSTOMERS),
    on_load=[RecordState.open_record, State.open_page],
)
def record_calendar() -> rx.Component:
    """Appointments, services, leaves, calls and whatever else there is, in one place."""
    return record_frame(
        "calendar",
        _bar(),
        _chips(),
        rx.cond(
            State.cut,
            ui.banner(
                "There is too much here to show at once. Choose a shorter period or fewer kinds.",
                tone="warn",
            ),
        ),
        _days(),
        rx.cond(
            State.empty,
            rx.el.p("Nothing in this period.", class_name="calendar__nothing"),
        ),
        loaded=State.loaded,
    )


def _bar() -> rx.Component:
    return rx.el.div(
        ui.button_group(
            _step(0, "chevron_left", "Earlier"),
            ui.link_button(
                "Today",
                href=State.steps[1],
                custom_attrs={"aria-current": rx.cond(State.today_shown, "date", "false")},
            ),
            _step(2, "chevron_right", "Later"),
            label="Period",
        ),
        rx.el.div(
            rx.el.h2(State.title, class_name="calendar__title", aria_live="polite"),
            rx.el.p(State.clock, class_name="cell__detail"),
            class_name="calendar__words",
        ),
        rx.el.nav(
            rx.foreach(
                State.views,
                lambda view: ui.link(
                    view[1],
                    href=view[0],
                    class_name="calendar__view",
                    custom_attrs={"aria-current": rx.cond(view[2] == State.view, "true", "false")},
                ),
            ),
            class_name="calendar__views",
            aria_label="View",
        ),
        class_name="calendar__bar",
    )


def _step(number: int, picture: str, label: str) -> rx.Component:
    return ui.link_button(
        ui.icon(picture),
        rx.el.span(label, class_name="visually-hidden"),
        href=State.steps[number],
        class_name="calendar__step",
        custom_attrs={"data-tip": label},
    )


def _chips() -> rx.Component:
    return rx.el.div(
        rx.foreach(State.chips, _chip),
        class_name="chips",
        role="group",
        aria_label="Kinds shown",
    )


def _chip(chip: ChipView) -> rx.Component:
    return rx.el.button(
        _picture(chip.kind, 14),
        chip.label,
        type="button",
        class_name="chip calendar__chip",
        on_click=State.switch(chip.kind),
        aria_pressed=rx.cond(chip.on, "true", "false"),
        custom_attrs={"data-kind": chip.kind},
    )


def _picture(kind: rx.Var | str, size: int) -> Any:
    return rx.match(
        kind,
        *[(own, ui.icon(picture, size)) for own, picture in PICTURES],
        ui.icon("file_text", size),
    )


def _days() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            *[rx.el.span(name) for name in WEEKDAYS],
            class_name="calendar__weekdays",
            aria_hidden="true",
        ),
        rx.el.ol(rx.foreach(State.days, _day), class_name="calendar__days"),
        class_name="calendar",
        custom_attrs={"data-view": State.view},
    )


def _day(day: DayView) -> rx.Component:
    some = day.things.length() > 0  # type: ignore[attr-defined]
    return rx.el.li(
        rx.el.h3(
            ui.link(
                rx.el.span(day.weekday, class_name="calendar__weekday"),
                rx.el.span(day.number, class_name="calendar__number"),
                href=day.href,
                class_name="calendar__date",
                custom_attrs={
                    "aria-label": day.said,
                    "aria-current": rx.cond(day.today, "date", "false"),
                },
            ),
        ),
        rx.cond(
            some,
            rx.el.ul(rx.foreach(day.things, _entry), class_name="calendar__entries"),
        ),
        rx.cond(
            day.more > 0,
            ui.link(f"{day.more} more", href=day.href, class_name="calendar__more"),
        ),
        class_name="calendar__day",
        custom_attrs={
            "data-inside": rx.cond(day.inside, "true", "false"),
            "data-today": rx.cond(day.today, "true", "false"),
            "data-past": rx.cond(day.past, "true", "false"),
            "data-empty": rx.cond(some, "false", "true"),
        },
    )


def _entry(entry: EntryView) -> rx.Component:
    return rx.el.li(
        ui.link(
            rx.el.span(
                rx.cond(
                    entry.status != "",
                    ui.status_mark(entry.status, named=True),
                    _picture(entry.kind, 13),
                ),
                rx.cond(
                    entry.when != "",
                    rx.fragment(
                        rx.el.span(entry.when, class_name="calendar__when numeric"),
                        rx.el.span(entry.begins, class_name="calendar__begins numeric"),
                    ),
                ),
                class_name="calendar__line",
            ),
            rx.el.span(entry.what, class_name="calendar__what"),
            rx.cond(
                (entry.detail != "") | (entry.place != ""),
                rx.el.span(
                    rx.cond(entry.detail != "", rx.el.span(entry.detail)),
                    rx.cond(entry.place != "", rx.el.span(entry.place)),
                    rx.cond(entry.status != "", rx.el.span(ui.status_label(entry.status))),
                    class_name="calendar__detail",
                ),
            ),
            href=entry.href,
            class_name="calendar__entry",
            custom_attrs={"data-kind": entry.kind, "data-status": entry.status},
        ),
        key=entry.key,
    )
