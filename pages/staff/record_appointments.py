"""A customer's record: their appointments, those to come and those that are over."""

from typing import Any

import reflex as rx

from components import ui
from components.record_frame import record_frame
from securecare.access.roles import Permission
from state.policies import holders_of
from state.record import RecordState
from state.record_appointments import AppointmentsState as State
from state.record_appointments import AppointmentView
from state.routes import page


@page(
    "/customers/[id]/appointments",
    "Appointments",
    holders_of(Permission.VIEW_SCHEDULE),
    on_load=[RecordState.open_record, State.open_page],
)
def record_appointments() -> rx.Component:
    """What is booked for this person, and what became of what was."""
    return record_frame(
        "appointments",
        _narrowing(),
        _list("To come", State.coming, State.more_coming, "coming", "later ones"),
        _list("Past", State.past, State.more_past, "past", "earlier ones"),
        loaded=State.loaded,
        actions=[rx.cond(State.may_book, _book())],
    )


def _book() -> rx.Component:
    return ui.link_button(
        "Book an appointment", href=State.book_href, kind="primary", leading="calendar_plus"
    )


def _narrowing() -> rx.Component:
    return ui.cluster(
        ui.select(
            "status",
            tuple(ui.STATUS_LABELS.items()),
            empty="All statuses",
            value=State.status,
            on_change=State.narrow_to_status,
            label="Status",
        ),
        rx.cond(
            State.programs.length() > 1,
            ui.select(
                "program",
                State.programs,
                empty="All programs",
                value=State.program,
                on_change=State.narrow_to_program,
                label="Program",
            ),
        ),
        class_name="record__narrowing",
    )


def _list(title: str, rows: Any, more: Any, when: str, what: str) -> rx.Component:
    narrowed = (State.status != "") | (State.program != "")
    nothing = "No upcoming appointments." if when == "coming" else "Nothing yet."
    return ui.card(
        rx.cond(
            rows.length() > 0,
            rx.el.ol(
                rx.foreach(rows, _appointment),
                class_name="record__list record__appointments",
                custom_attrs={"aria-label": title},
            ),
            rx.el.p(
                rx.cond(narrowed, "No appointments match these filters.", nothing),
                class_name="hint",
            ),
        ),
        rx.cond(
            more,
            ui.button(f"Show {what}", size="sm", on_click=State.show_more(when)),
        ),
        title=title,
        class_name="record__appointments-card",
    )


def _appointment(each: AppointmentView) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            ui.link(each.day, href=each.href, class_name="record__day numeric"),
            rx.el.span(each.times, class_name="numeric"),
            rx.el.span(each.clock, " time", class_name="cell__detail"),
            class_name="record__when",
        ),
        rx.el.div(
            rx.el.div(
                ui.program_tag(each.program, each.colour),
                rx.el.span(each.staff),
                rx.el.span(each.facility, class_name="cell__detail"),
                class_name="record__line",
            ),
            rx.cond(each.note != "", rx.el.p(each.note, class_name="record__note hint")),
            rx.cond(
                each.private,
                rx.el.span(
                    ui.icon("lock", 12),
                    "Has a private note: open it on the schedule",
                    class_name="cell__detail record__private",
                ),
            ),
        ),
        ui.status_badge(each.status),
        key=each.id.to_string(),  # type: ignore[attr-defined]
    )
