"""Days on which a facility is closed to everybody."""

import reflex as rx

from components import ui
from components.days import day_list
from components.editing import form_drawer
from components.frame import frame
from pages.staff.facilities import TABS
from securecare.access.roles import Permission
from state.closed_days import ClosuresState as State
from state.policies import holders_of
from state.routes import page


@page(
    "/facilities/closed-days",
    "Closed days",
    holders_of(Permission.EDIT_SHIFTS),
    on_load=[State.open_page],
)
def closed_days() -> rx.Component:
    return frame(
        ui.tab_links(TABS, current="/facilities/closed-days", label="Facilities"),
        rx.cond(State.loaded, _days(), ui.loading("Loading closed days")),
        _drawer(),
        title="Closed days",
        description="Holidays and other days on which nobody works at a facility.",
        active="facilities",
        width="reading",
    )


def _days() -> rx.Component:
    return rx.cond(
        State.chosen == "",
        ui.empty_state(
            "No facility is yours to close",
            "Closed days belong to a facility. Ask an administrator for the right to change its"
            " hours, or for a first facility.",
            picture="map_pin",
        ),
        ui.stack(
            ui.toolbar(
                ui.select(
                    "facility",
                    State.facilities,
                    label="Facility",
                    value=State.chosen,
                    on_change=State.choose,
                ),
                ui.space(),
                ui.button(
                    "Add closed days", kind="primary", leading="plus", on_click=State.start_new
                ),
            ),
            day_list(
                State.rows,
                State.edit,
                State.remove,
                label="Closed days",
                empty=ui.empty_state(
                    "Open as usual",
                    "No closed days are entered. Add holidays here, and nobody can be booked on"
                    " them.",
                    ui.button("Add closed days", on_click=State.start_new),
                    picture="calendar_check",
                ),
            ),
        ),
    )


def _drawer() -> rx.Component:
    return form_drawer(
        State,
        ui.form_grid(
            ui.date_field(
                "First day",
                "starts_on",
                default_value=State.draft.starts_on,
                error=State.errors["starts_on"],
                required=True,
            ),
            ui.date_field(
                "Last day",
                "ends_on",
                default_value=State.draft.ends_on,
                error=State.errors["ends_on"],
                hint="Left empty: one day only.",
                optional=True,
            ),
        ),
        ui.text_field(
            "Reason",
            "reason",
            default_value=State.draft.reason,
            error=State.errors["reason"],
            hint="As in Thanksgiving, or Floor repairs.",
            max_length=120,
            optional=True,
        ),
        form_id="closure-form",
        title=rx.fragment("Close ", State.chosen_name),
        save=rx.cond(State.is_new, "Close on these days", "Save"),
    )
