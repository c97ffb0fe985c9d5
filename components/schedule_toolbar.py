"""What stands above the day grid: the date, who and what is shown, and counts per status."""

from typing import Any

import reflex as rx

from components import ui
from securecare.scheduling.statuses import AppointmentStatus
from state.booking import BookingState
from state.schedule import DayCounts, ScheduleState


def schedule_head() -> rx.Component:
    """The day as the page's heading, and beside it which day, which way round, and what to do."""
    return rx.el.header(
        rx.el.h1(ScheduleState.day_label, class_name="schedule__title"),
        _date_bar(),
        class_name="schedule__head",
    )


def _date_bar() -> rx.Component:
    return ui.toolbar(
        ui.button_group(
            ui.icon_button(
                "chevron-left",
                "Day before",
                kind="secondary",
                on_click=ScheduleState.go_by(-1),
            ),
            ui.button("Today", on_click=ScheduleState.go_to_today, disabled=ScheduleState.is_today),
            ui.icon_button(
                "chevron-right", "Day after", kind="secondary", on_click=ScheduleState.go_by(1)
            ),
            label="Change the day",
        ),
        ui.date_input(
            "schedule_day",
            value=ScheduleState.day,
            on_change=ScheduleState.go_to,
            label="Day",
            class_name="schedule__date",
        ),
        ui.space(),
        ui.segmented(
            "orientation",
            [
                ("down", "Staff as columns", "columns-3"),
                ("across", "Staff as rows", "rows-3"),
            ],
            label="Orientation",
            value=rx.cond(ScheduleState.across, "across", "down"),
            on_change=lambda value: ScheduleState.turn(value == "across"),
            icons_only=True,
        ),
        _people_menu(),
        _more_menu(),
        rx.cond(
            ScheduleState.may_book,
            ui.button(
                "New appointment",
                kind="primary",
                leading="plus",
                on_click=BookingState.start,
                class_name="schedule__new",
            ),
        ),
        label="Day and view",
    )


def filter_bar() -> rx.Component:
    """Facilities, statuses with their counts, programs and words."""
    return rx.el.div(
        rx.el.div(
            rx.foreach(ScheduleState.facilities, _facility_chip),
            class_name="chips",
            role="group",
            aria_label="Facilities",
        ),
        rx.el.div(
            _program_menu(),
            ui.search_input(
                "schedule_search",
                label="Find in this day",
                placeholder="Find in this day",
                size="sm",
                wait_ms=250,
                default_value=ScheduleState.text,
                key=ScheduleState.loaded.to_string(),
                on_change=ScheduleState.search,
            ),
            class_name="filters__end",
        ),
        rx.el.div(
            rx.foreach(DayCounts.counts, _status_chip),
            class_name="chips chips--statuses",
            role="group",
            aria_label="Statuses",
        ),
        class_name="filters",
    )


def _facility_chip(facility: Any) -> rx.Component:
    return rx.el.button(
        facility["name"],
        rx.el.span(facility["note"], class_name="chip__note"),
        type="button",
        class_name="chip",
        on_click=ScheduleState.switch_facility(facility["id"]),
        aria_pressed=facility["on"].to_string(),
    )


def _status_chip(count: Any) -> rx.Component:
    return rx.el.button(
        rx.el.span(
            class_name="status-mark",
            custom_attrs={"data-status": count["status"], "aria-hidden": "true"},
        ),
        rx.el.span(count["label"], class_name="chip__label"),
        rx.el.span(count["count"], class_name="chip__count"),
        type="button",
        class_name="chip",
        on_click=ScheduleState.switch_status(count["status"]),
        aria_pressed=ScheduleState.statuses.contains(count["status"]).to_string(),
        custom_attrs={"data-status": count["status"]},
    )


def _people_menu() -> rx.Component:
    return rx.el.details(
        rx.el.summary(
            ui.icon("users", 16),
            rx.el.span("Staff"),
            class_name="button",
            custom_attrs={"data-kind": "secondary", "data-size": "md"},
        ),
        rx.el.div(
            ui.switch(
                "Hide staff without a shift",
                checked=ScheduleState.hide_off,
                on_change=ScheduleState.hide_without_shift,
            ),
            ui.switch(
                "Show all 24 hours",
                checked=ScheduleState.whole_day,
                on_change=ScheduleState.show_whole_day,
            ),
            rx.el.div(
                rx.el.span("Show only", class_name="popover__title"),
                ui.button(
                    "Everybody", size="sm", kind="quiet", on_click=ScheduleState.show_everybody
                ),
                class_name="popover__head",
            ),
            rx.el.div(rx.foreach(ScheduleState.people, _person_box), class_name="popover__list"),
            class_name="popover",
        ),
        class_name="popover-holder",
    )


def _person_box(person: Any) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="checkbox",
            class_name="checkbox",
            checked=person["on"],
            on_change=ScheduleState.switch_person(person["id"]),
        ),
        rx.el.span(person["name"], class_name="truncate"),
        rx.el.span(person["note"], class_name="popover__note truncate"),
        class_name="popover__row",
    )


def _program_menu() -> rx.Component:
    return rx.el.details(
        rx.el.summary(
            ui.icon("layers", 14),
            rx.el.span("Programs"),
            class_name="button",
            custom_attrs={"data-kind": "secondary", "data-size": "sm"},
        ),
        rx.el.div(
            rx.el.div(
                rx.foreach(
                    ScheduleState.programs,
                    lambda program: rx.el.label(
                        rx.el.input(
                            type="checkbox",
                            class_name="checkbox",
                            checked=program["on"],
                            on_change=ScheduleState.switch_program(program["id"]),
                        ),
                        rx.el.span(program["name"], class_name="truncate"),
                        class_name="popover__row",
                    ),
                ),
                class_name="popover__list",
            ),
            class_name="popover",
        ),
        class_name="popover-holder",
    )


def _more_menu() -> rx.Component:
    return ui.menu(
        ui.icon_button("ellipsis", "More", kind="secondary", tip=False),
        ui.menu_item(
            "Print the day", leading="printer", on_select=rx.call_script("window.print()")
        ),
        rx.cond(
            ScheduleState.may_export,
            ui.menu_item(
                "Download as CSV",
                leading="download",
                on_select=rx.download(ScheduleState.export_href),
            ),
        ),
        ui.menu_item("Reassignment queue", leading="triangle-alert", href="/reassignment"),
        ui.menu_item(
            "Clear all filters", leading="filter-x", on_select=ScheduleState.clear_filters
        ),
    )


def legend() -> rx.Component:
    """What the marks and shades mean."""
    shades = (
        ("off", "Not working"),
        ("break", "Break"),
        ("day_off", "Day off"),
        ("closed", "Closed"),
    )
    return rx.el.footer(
        *(
            rx.el.span(ui.status_mark(status.value), status.label, class_name="legend__item")
            for status in AppointmentStatus
        ),
        *(
            rx.el.span(
                rx.el.span(class_name="legend__shade", custom_attrs={"data-kind": kind}),
                words,
                class_name="legend__item",
            )
            for kind, words in shades
        ),
        class_name="legend",
        aria_label="Legend",
    )
