"""Staff: the list, and the form of one."""

import reflex as rx

from components import ui
from components.editing import form_drawer, named
from components.frame import frame
from securecare.access.roles import Permission
from state.policies import holders_of
from state.routes import page
from state.staff import ServedView, StaffView
from state.staff import StaffState as State

TABS = [("/staff", "People"), ("/staff/hours", "Hours and days off")]


@page("/staff", "Staff", holders_of(Permission.CONFIGURE_STAFF), on_load=[State.open_page])
def staff() -> rx.Component:
    return frame(
        ui.tab_links(TABS, current="/staff", label="Staff"),
        rx.cond(State.loaded, _list(), ui.loading("Loading staff", 8)),
        _drawer(),
        _retiring(),
        title="Staff",
        description="The people who hold appointments, where they are at home, and what they serve.",
        active="staff",
        actions=[
            rx.cond(
                State.may_add,
                ui.button("Add a person", kind="primary", leading="plus", on_click=State.start_new),
            )
        ],
    )


def _list() -> rx.Component:
    return ui.stack(
        rx.cond(
            State.total > 0,
            ui.toolbar(
                ui.search_input(
                    label="Search staff",
                    placeholder="Name, title, facility or program",
                    default_value=State.text,
                    on_change=State.search,
                ),
                ui.space(),
                rx.cond(
                    State.inactive > 0,
                    ui.switch(
                        "Show inactive",
                        default_checked=State.with_inactive,
                        on_change=State.show_inactive,
                    ),
                ),
                label="Filters",
            ),
        ),
        ui.table(
            [
                "Person",
                "Home facility",
                "Programs",
                "Account",
                ui.Column("Actions", align="end", tight=True, hidden_label=True),
            ],
            State.rows,
            _cells,
            label="Staff",
            empty=_nobody(),
        ),
    )


def _nobody() -> rx.Component:
    return rx.cond(
        State.total > 0,
        ui.empty_state(
            "Nobody fits",
            "No name, title, facility or program matches what you typed.",
            picture="search_x",
        ),
        rx.cond(
            State.may_add,
            ui.empty_state(
                "Nobody on the staff yet",
                "Add the people who hold appointments; then give them their weekly hours.",
                ui.button("Add a person", kind="primary", on_click=State.start_new),
                picture="id_card",
            ),
            ui.empty_state(
                "No facility to work at yet",
                "Everybody on the staff is at home at a facility. Add the first facility, then"
                " come back.",
                ui.link_button("To the facilities", href="/facilities"),
                picture="map_pin",
            ),
        ),
    )


def _cells(row: StaffView) -> list[ui.Content]:
    return [
        ui.person(
            named(ui.row_link(row.name, on_click=State.edit(row.id)), row),
            row.initials,
            detail=row.title,
            colour=row.colour.to_string(),
        ),
        row.facility,
        rx.el.span(rx.cond(row.programs != "", row.programs, "–"), class_name="clamp"),
        rx.cond(row.account != "", row.account, "–"),
        ui.menu(
            ui.icon_button("ellipsis", f"More about {row.name}", tip=False, size="sm"),
            ui.menu_item("Change", leading="pencil", on_select=State.edit(row.id)),
            rx.cond(
                row.active & State.may_edit_hours,
                ui.menu_item(
                    "Hours and days off", leading="clock", href=f"/staff/hours?staff={row.id}"
                ),
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
        ui.form_grid(
            ui.text_field(
                "Name",
                "name",
                default_value=State.draft.name,
                error=State.errors["name"],
                max_length=80,
                required=True,
                auto_focus=True,
            ),
            ui.text_field(
                "Title",
                "title",
                default_value=State.draft.title,
                error=State.errors["title"],
                hint="As in Case worker, or Nurse.",
                max_length=80,
                optional=True,
            ),
        ),
        ui.select_field(
            "Home facility",
            "facility_id",
            State.facilities,
            empty="Choose a facility",
            default_value=State.draft.facility_id,
            error=State.errors["facility_id"],
            hint="Shifts may be worked at other facilities too.",
        ),
        ui.select_field(
            "Account",
            "account_id",
            State.accounts,
            empty="None: does not sign in",
            default_value=State.draft.account_id,
            disabled=~State.may_link,
            error=State.errors["account_id"],
            hint=rx.cond(
                State.may_link,
                "Who signs in as this person. Rights come from roles, not from here.",
                "Only those who configure all staff can link an account.",
            ),
        ),
        ui.choices(
            "Programs they serve",
            rx.cond(
                State.programs.length() > 0,
                rx.el.div(
                    rx.foreach(State.programs, _program),
                    class_name="check-list",
                    custom_attrs={"tabIndex": 0, "role": "group", "aria-label": "Programs"},
                ),
                rx.el.p("There is no active program yet.", class_name="hint"),
            ),
            rx.el.p(State.errors["program_ids"], class_name="field__error"),
        ),
        form_id="staff-form",
        title=rx.cond(State.draft.id == 0, "New person", State.draft.name),
    )


def _program(program: ServedView) -> rx.Component:
    return ui.checkbox(
        program.name,
        f"program_{program.id}",
        default_checked=program.serves,
        key=program.id.to_string(),
    )


def _retiring() -> rx.Component:
    return ui.confirm(
        title=rx.fragment("Make ", State.retiring, " inactive?"),
        description=State.retiring_text,
        act="Make inactive",
        open=State.retiring != "",
        on_open_change=State.leave_active,
        on_confirm=State.retire,
    )
