"""The day schedule."""

import reflex as rx

from components import ui
from components.appointment_drawer import appointment_drawer
from components.booking_panel import booking_panel, refusal_dialog
from components.day_grid import day_grid
from components.frame import frame
from components.schedule_toolbar import filter_bar, legend, schedule_head
from securecare.access.roles import Permission
from state.appointment import AppointmentState
from state.booking import BookingState
from state.policies import holders_of
from state.routes import page
from state.schedule import ScheduleState


@page(
    "/schedule",
    "Schedule",
    holders_of(Permission.VIEW_SCHEDULE),
    on_load=[ScheduleState.open, BookingState.start_if_asked, AppointmentState.open_if_asked],
)
def schedule() -> rx.Component:
    """One day, live, in lanes of staff."""
    return frame(
        filter_bar(),
        rx.cond(
            ScheduleState.loaded,
            rx.cond(
                ScheduleState.lanes > 0,
                day_grid(),
                ui.empty_state(
                    "Nobody works on this day",
                    "Show staff without a shift, choose other facilities, or go to another day.",
                    ui.button("Show everybody", on_click=ScheduleState.hide_without_shift(False)),
                    picture="calendar-off",
                ),
            ),
            ui.loading("Opening the day"),
        ),
        legend(),
        appointment_drawer(),
        booking_panel(),
        refusal_dialog(),
        title=ScheduleState.day_label,
        active="schedule",
        head=schedule_head(),
        fill=True,
        width="full",
    )
