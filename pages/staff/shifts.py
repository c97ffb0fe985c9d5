"""Weekly hours and days off of each staff member."""

import reflex as rx

from components import ui
from components.days import day_list
from components.editing import consequence, form_drawer
from components.frame import frame
from components.week import week
from pages.staff.staff import TABS
from securecare.access.roles import Permission
from state.days_off import ExceptionsState
from state.policies import holders_of
from state.routes import page
from state.shift_draft import BreakView, PersonView, WeekdayView
from state.shifts import ShiftsState as State


@page(
    "/staff/hours",
    "Hours and days off",
    holders_of(Permission.EDIT_SHIFTS),
    on_load=[State.open_page],
)
def shifts() -> rx.Component:
    return frame(
        ui.tab_links(TABS, current="/staff/hours", label="Staff"),
        rx.cond(
            State.loaded,
            rx.cond(State.nobody, _nobody(), _person_and_week()),
            ui.loading("Loading hours", 8),
        ),
        _shift_drawer(),
        _exception_drawer(),
        _copying(),
        title="Hours and days off",
        description="When each person works, every week and on days that differ.",
        active="staff",
    )


def _nobody() -> rx.Component:
    return ui.empty_state(
        "Nobody's hours are yours to change",
        "Add people to the staff first, or ask an administrator for the right to change shifts.",
        ui.link_button("To the staff", href="/staff"),
        picture="clock",
    )


def _person_and_week() -> rx.Component:
    return rx.el.div(_people(), _hours(), class_name="hours")


def _people() -> rx.Component:
    return rx.el.nav(
        ui.search_input(
            "person_search",
            label="Search staff",
            placeholder="Name, title or facility",
            default_value=State.text,
            on_change=State.search,
        ),
        rx.el.ul(rx.foreach(State.people, _person), class_name="hours__people"),
        rx.cond(
            State.people.length() == 0, rx.el.p("Nobody fits what you typed.", class_name="hint")
        ),
        class_name="hours__side",
        custom_attrs={"aria-label": "Whose hours"},
    )


def _person(person: PersonView) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            ui.person(
                person.name,
                person.initials,
                detail=person.detail,
                colour=person.colour.to_string(),
                size="sm",
            ),
            type="button",
            on_click=State.choose(person.id),
            class_name="hours__person",
            custom_attrs={"aria-current": rx.cond(State.chosen == person.id, "true", "false")},
        ),
    )


def _hours() -> rx.Component:
    return rx.el.div(
        ui.card(
            week(
                State.days,
                State.ticks,
                on_edit=State.edit,
                on_add=State.start_new,
                on_copy=State.start_copy,
            ),
            title=State.chosen_name,
            description=rx.fragment(State.chosen_detail, " · ", State.total, " a week"),
        ),
        ui.card(
            day_list(
                ExceptionsState.rows,
                ExceptionsState.edit,
                ExceptionsState.remove,
                label="Days off and other hours",
                empty=ui.empty_state(
                    "As every week",
                    "No days off and no other hours are entered. Add holidays, training or a"
                    " changed day here; the weekly hours stay as they are.",
                    ui.button("Add days", on_click=ExceptionsState.start_new),
                    picture="calendar_check",
                ),
            ),
            title="Days off and other hours",
            actions=[
                ui.button("Add days", leading="plus", size="sm", on_click=ExceptionsState.start_new)
            ],
        ),
        class_name="stack",
    )


def _shift_drawer() -> rx.Component:
    return form_drawer(
        State,
        ui.form_grid(
            ui.time_field(
                "Starts",
                "starts",
                default_value=State.draft.starts,
                error=State.errors["starts"],
            ),
            ui.time_field(
                "Ends",
                "ends",
                default_value=State.draft.ends,
                error=State.errors["ends"],
                hint="Up to the start means: on the next day.",
            ),
            style={"--column": "9rem"},
        ),
        ui.select_field(
            "Facility",
            "facility_id",
            State.facilities,
            empty="Choose a facility",
            default_value=State.draft.facility_id,
            error=State.errors["facility_id"],
        ),
        _breaks(),
        ui.form_grid(
            ui.date_field(
                "From",
                "valid_from",
                default_value=State.draft.valid_from,
                error=State.errors["valid_from"],
                hint="Left empty: always has.",
                optional=True,
            ),
            ui.date_field(
                "Until",
                "valid_until",
                default_value=State.draft.valid_until,
                error=State.errors["valid_until"],
                hint="Left empty: without end.",
                optional=True,
            ),
            style={"--column": "9rem"},
        ),
        rx.cond(State.is_new, _weekdays("On these days", State.errors["weekday"])),
        form_id="shift-form",
        title=rx.cond(State.is_new, "New shift", rx.fragment("Shift on ", State.day_name)),
        description=State.chosen_name,
        more=(
            rx.cond(
                ~State.is_new & (State.question == ""),
                ui.confirm(
                    title="Remove this shift?",
                    description=(
                        "It is taken out of every week. Appointments in it are not cancelled; you"
                        " are asked before any is left waiting for reassignment."
                    ),
                    act="Remove the shift",
                    on_confirm=State.remove,
                    trigger=ui.button("Remove this shift", kind="danger", leading="trash_2"),
                ),
            ),
        ),
    )


def _breaks() -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend("Breaks", class_name="field__label"),
        rx.foreach(State.breaks, _break),
        rx.el.p(
            State.errors["breaks"], class_name="field__error", custom_attrs={"aria-live": "polite"}
        ),
        ui.button("Add a break", size="sm", leading="plus", on_click=State.add_break),
        class_name="choices breaks",
    )


def _break(each: BreakView) -> rx.Component:
    return ui.cluster(
        ui.time_input(f"break_from_{each.key}", default_value=each.starts, label="Break starts"),
        "to",
        ui.time_input(f"break_until_{each.key}", default_value=each.ends, label="Break ends"),
        ui.icon_button("x", "Remove this break", size="sm", on_click=State.remove_break(each.key)),
        key=each.key.to_string(),
        class_name="break",
    )


def _weekdays(legend: str, error: rx.Var) -> rx.Component:
    return ui.choices(
        legend,
        rx.el.div(rx.foreach(State.weekdays, _weekday), class_name="weekdays"),
        rx.el.p(error, class_name="field__error", custom_attrs={"aria-live": "polite"}),
    )


def _weekday(day: WeekdayView) -> rx.Component:
    return ui.checkbox(day.name, f"weekday_{day.number}", default_checked=day.ticked, key=day.name)


def _copying() -> rx.Component:
    return ui.dialog(
        rx.el.form(
            _weekdays("To these days", State.errors["weekdays"]),
            rx.el.p(State.errors["starts"], class_name="field__error"),
            id="copy-form",
            key=State.form_key.to_string(),
            on_submit=State.copy,
        ),
        consequence(State),
        title=rx.fragment("Copy ", State.copying),
        description="The days you tick get exactly these shifts, in place of their own.",
        open=State.copying != "",
        on_open_change=State.leave_copy,
        actions=[
            rx.cond(
                State.question == "",
                rx.fragment(
                    ui.close_on_press(ui.button("Cancel")),
                    ui.button("Copy", kind="primary", submits=True, form="copy-form"),
                ),
            )
        ],
        size="sm",
    )


def _exception_drawer() -> rx.Component:
    exceptions = ExceptionsState
    return form_drawer(
        exceptions,
        ui.segmented(
            "kind",
            [("off", "Days off"), ("hours", "Other hours")],
            label="What differs",
            default_value=exceptions.kind,
            key=exceptions.form_key.to_string(),
            on_change=exceptions.choose_kind,
        ),
        ui.form_grid(
            ui.date_field(
                "First day",
                "starts_on",
                default_value=exceptions.draft.starts_on,
                error=exceptions.errors["starts_on"],
            ),
            ui.date_field(
                "Last day",
                "ends_on",
                default_value=exceptions.draft.ends_on,
                error=exceptions.errors["ends_on"],
                hint="Left empty: one day only.",
                optional=True,
            ),
            style={"--column": "9rem"},
        ),
        rx.cond(
            exceptions.kind == "hours",
            ui.stack(
                ui.form_grid(
                    ui.time_field(
                        "Starts",
                        "starts",
                        id="other-starts",
                        default_value=exceptions.draft.starts,
                        error=exceptions.errors["starts"],
                    ),
                    ui.time_field(
                        "Ends",
                        "ends",
                        id="other-ends",
                        default_value=exceptions.draft.ends,
                        error=exceptions.errors["ends"],
                        hint="Up to the start means: on the next day.",
                    ),
                    style={"--column": "9rem"},
                ),
                ui.select_field(
                    "Facility",
                    "facility_id",
                    exceptions.facilities,
                    id="other-facility",
                    default_value=exceptions.draft.facility_id,
                    empty="Choose a facility",
                    error=exceptions.errors["facility_id"],
                ),
            ),
        ),
        ui.text_field(
            "Reason",
            "reason",
            default_value=exceptions.draft.reason,
            error=exceptions.errors["reason"],
            hint="Seen by those who may change hours.",
            max_length=120,
            optional=True,
        ),
        form_id="exception-form",
        title="Days off or other hours",
        description=State.chosen_name,
    )
