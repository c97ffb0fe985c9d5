"""The reassignment queue."""

from typing import Any

import reflex as rx

from components import ui
from components.booking_panel import refusal_dialog
from components.frame import frame
from securecare.access.roles import Permission
from state.policies import holders_of
from state.reassignment import ReassignmentState
from state.routes import page


@page(
    "/reassignment",
    "Reassignment",
    holders_of(Permission.VIEW_SCHEDULE),
    on_load=[ReassignmentState.open],
)
def reassignment() -> rx.Component:
    """Appointments that wait for another time or staff member, each with suggestions."""
    return frame(
        rx.cond(
            ReassignmentState.loaded,
            rx.cond(
                ReassignmentState.waiting.length() > 0,
                rx.el.ol(
                    rx.foreach(ReassignmentState.waiting, _card),
                    class_name="queue",
                ),
                ui.empty_state(
                    "Nothing waits",
                    "When shifts, days off or closed days change, appointments left outside"
                    " working hours appear here with times and people that would do.",
                    ui.link_button("Go to the schedule", href="/schedule"),
                    picture="circle-check",
                ),
            ),
            ui.loading("Reading the queue"),
        ),
        rx.cond(
            ReassignmentState.total > ReassignmentState.waiting.length(),
            ui.toolbar(
                ui.button("Earlier ones", on_click=ReassignmentState.turn(-1)),
                ui.button("Later ones", on_click=ReassignmentState.turn(1)),
            ),
        ),
        refusal_dialog(),
        title="Reassignment",
        active="reassignment",
        description="Appointments outside working hours since these changed. Each keeps its time"
        " until you give it another one, or the hours return.",
    )


def _card(waiting: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.h2(waiting["customer"], class_name="queue__who"),
            ui.status_badge("pending_reassignment"),
            class_name="queue__head",
        ),
        rx.el.p(waiting["when"], class_name="queue__when"),
        rx.el.p(
            ui.program_tag(waiting["program"], waiting["colour"].to(int)),
            rx.el.span(waiting["staff"]),
            rx.el.span(waiting["facility"]),
            class_name="queue__what",
        ),
        rx.cond(
            ReassignmentState.may_book,
            rx.el.div(
                _offers("That day, with", waiting, "people", "user-round"),
                _offers("Same person, at", waiting, "times", "clock"),
                rx.cond(
                    (waiting["people"].to(list).length() == 0)
                    & (waiting["times"].to(list).length() == 0),
                    rx.el.p(
                        "No free time within ten days. Open it in the schedule to look further.",
                        class_name="queue__none",
                    ),
                ),
                class_name="queue__offers",
            ),
        ),
        class_name="queue__card",
    )


def _offers(words: str, waiting: Any, kind: str, picture: str) -> rx.Component:
    offers = waiting[kind].to(list[tuple[str, int, str]])
    return rx.cond(
        offers.length() > 0,
        rx.el.div(
            rx.el.span(words, class_name="queue__label"),
            rx.foreach(
                offers,
                lambda offer: ui.button(
                    offer[0],
                    size="sm",
                    leading=picture,
                    on_click=ReassignmentState.accept(
                        waiting["id"], waiting["version"], offer[1], offer[2]
                    ),
                ),
            ),
            class_name="queue__row",
        ),
    )
