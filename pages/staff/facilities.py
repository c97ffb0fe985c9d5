"""Facilities: the list, and the form of one."""

import reflex as rx

from components import ui
from components.editing import form_drawer, named
from components.frame import frame
from securecare.access.roles import Permission
from state.facilities import FacilitiesState as State
from state.facilities import FacilityView, ZoneView
from state.policies import holders_of
from state.routes import page

TABS = [("/facilities", "Facilities"), ("/facilities/closed-days", "Closed days")]


@page(
    "/facilities",
    "Facilities",
    holders_of(Permission.CONFIGURE_FACILITIES),
    on_load=[State.open_page],
)
def facilities() -> rx.Component:
    return frame(
        ui.tab_links(TABS, current="/facilities", label="Facilities"),
        rx.cond(State.loaded, _list(), ui.loading("Loading facilities")),
        _drawer(),
        _retiring(),
        title="Facilities",
        description="Places with a clock of their own. Hours and appointments follow it.",
        active="facilities",
        actions=[
            rx.cond(
                State.may_add,
                ui.button(
                    "Add a facility", kind="primary", leading="plus", on_click=State.start_new
                ),
            )
        ],
    )


def _list() -> rx.Component:
    return ui.table(
        [
            "Facility",
            "Time zone",
            "Phone",
            "Staff at home there",
            ui.Column("Actions", align="end", tight=True, hidden_label=True),
        ],
        State.rows,
        _cells,
        label="Facilities",
        empty=ui.empty_state(
            "No facility yet",
            "Staff, shifts and appointments all belong to a facility. Start with the first one.",
            rx.cond(
                State.may_add,
                ui.button("Add a facility", kind="primary", on_click=State.start_new),
            ),
            picture="map_pin",
        ),
    )


def _cells(row: FacilityView) -> list[ui.Content]:
    return [
        rx.el.div(
            named(ui.row_link(row.name, on_click=State.edit(row.id)), row),
            rx.cond(row.street != "", rx.el.div(row.street, class_name="cell__detail")),
        ),
        rx.el.div(row.zone_label, " ", rx.el.span(row.offset, class_name="cell__detail numeric")),
        rx.cond(row.phone != "", row.phone, "–"),
        row.staff,
        ui.menu(
            ui.icon_button("ellipsis", f"More about {row.name}", tip=False, size="sm"),
            ui.menu_item("Change", leading="pencil", on_select=State.edit(row.id)),
            ui.menu_item(
                "Closed days",
                leading="calendar_x",
                href=f"/facilities/closed-days?facility={row.id}",
            ),
            rx.cond(
                row.active,
                ui.menu_item(
                    "Make inactive…",
                    leading="archive",
                    tone="danger",
                    on_select=State.ask_to_retire(row.id),
                ),
                ui.menu_item(
                    "Make active again",
                    leading="archive_restore",
                    on_select=State.make_active(row.id),
                ),
            ),
        ),
    ]


def _drawer() -> rx.Component:
    return form_drawer(
        State,
        ui.text_field(
            "Name",
            "name",
            default_value=State.draft.name,
            error=State.errors["name"],
            max_length=80,
            required=True,
            auto_focus=True,
        ),
        _zone(),
        ui.text_field(
            "Address",
            "street",
            default_value=State.draft.street,
            error=State.errors["street"],
            max_length=200,
            optional=True,
        ),
        ui.text_field(
            "Phone",
            "phone",
            type="tel",
            default_value=State.draft.phone,
            error=State.errors["phone"],
            max_length=40,
            optional=True,
        ),
        form_id="facility-form",
        title=rx.cond(State.draft.id == 0, "New facility", State.draft.name),
    )


def _zone() -> rx.Component:
    return rx.el.div(
        ui.text_field(
            "Time zone",
            "zone_search",
            default_value="",
            placeholder="Search by city, country or region",
            error=State.errors["time_zone"],
            hint="Hours are entered and shown as clocks there show them.",
            auto_complete="off",
            on_change=State.search_zone.debounce(150),
            on_focus=State.search_zone(""),
        ),
        rx.cond(
            State.zone_label != "",
            rx.el.p(ui.icon("globe", 14), State.zone_label, class_name="chosen"),
        ),
        rx.cond(
            State.zone_open,
            rx.el.div(
                rx.foreach(State.zones, _zone_option),
                rx.cond(
                    State.zones.length() == 0,
                    rx.el.p("No time zone fits. Try a larger city nearby.", class_name="hint"),
                ),
                id="zone-list",
                class_name="pick-list",
                custom_attrs={"role": "group", "aria-label": "Time zones"},
            ),
        ),
        class_name="pick",
    )


def _zone_option(zone: ZoneView) -> rx.Component:
    return rx.el.button(
        rx.el.span(zone.label),
        rx.el.span(zone.detail, class_name="cell__detail"),
        type="button",
        class_name="pick-list__option",
        on_click=State.choose_zone(zone.name),
    )


def _retiring() -> rx.Component:
    return ui.confirm(
        title=rx.fragment("Make ", State.retiring, " inactive?"),
        description=State.retiring_text,
        act="Make it inactive",
        open=State.retiring != "",
        on_open_change=State.leave_active,
        on_confirm=State.retire,
    )
