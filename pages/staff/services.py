"""Community services: the list, the form of one, and the page of one with its sessions."""

from typing import Any

import reflex as rx

from components import ui
from components.editing import form_drawer
from components.frame import frame
from securecare.access.roles import Permission
from state.policies import holders_of
from state.routes import page
from state.services import HeldView, ServiceView
from state.services import ServicesState as State

SEES = holders_of(Permission.VIEW_OUTREACH)
KINDS = (("once", "Once"), ("daily", "Daily"), ("weekly", "Weekly"), ("monthly", "Monthly"))
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
TONES = {"planned": "info", "completed": "good", "cancelled": "neutral"}


@page("/outreach/services", "Services", SEES, on_load=[State.open_page])
def services() -> rx.Component:
    """All services, with when each comes next."""
    return frame(
        rx.cond(State.loaded, _list(), ui.loading("Loading services")),
        _drawer(),
        title="Community services",
        description="What is held where, how often, and when it comes next.",
        active="services",
        actions=[rx.cond(State.may_add, _add())],
    )


@page("/outreach/services/[id]", "Service", SEES, on_load=[State.open_one])
def service() -> rx.Component:
    """One service: its pattern, the next date, and every session of it."""
    there = State.loaded & ~State.missing
    return frame(
        rx.cond(
            State.loaded,
            rx.cond(State.missing, _missing(), _one()),
            ui.loading("Reading the service", lines=6),
        ),
        _drawer(),
        title=rx.cond(there, State.one.name, "Service"),
        description=rx.cond(there, State.one.facility, ""),
        active="services",
        above=ui.link("Community services", href="/outreach/services"),
        actions=[
            rx.cond(
                there & State.one.may_change,
                ui.button("Change", leading="pencil", on_click=State.edit(State.one.id)),
            ),
            rx.cond(there & State.one.may_run & State.one.active, _plan(State.one)),
        ],
    )


def _add() -> rx.Component:
    return ui.button("Add a service", kind="primary", leading="plus", on_click=State.start_new)


def _plan(row: ServiceView) -> rx.Component:
    return ui.link_button(
        "Plan a session",
        href=f"/outreach/sessions/new?service={row.id}",
        kind="primary",
        leading="plus",
    )


def _list() -> rx.Component:
    return ui.table(
        [
            "Service",
            "When",
            "So far",
            "Next",
            ui.Column("More", align="end", tight=True, hidden_label=True),
        ],
        State.rows,
        _row,
        label="Community services",
        empty=ui.empty_state(
            "No service yet",
            "A service is what you hold again and again: a lunch, a blanket round, a pantry day.",
            rx.cond(State.may_add, _add()),
            picture="heart_handshake",
        ),
    )


def _row(row: ServiceView) -> list[ui.Content]:
    return [
        rx.el.div(
            ui.cluster(
                ui.row_link(row.name, href=f"/outreach/services/{row.id}"),
                rx.cond(row.active, rx.fragment(), ui.badge("Out of use", leading="archive")),
            ),
            rx.el.span(row.facility, class_name="cell__detail"),
            class_name="handout__words",
        ),
        row.summary,
        rx.el.span(row.held, class_name="cell__detail"),
        _next(row),
        rx.cond(row.may_change, _more(row)),
    ]


def _next(row: ServiceView) -> rx.Component:
    return rx.cond(
        row.next != "",
        rx.el.div(
            rx.el.strong(row.next),
            rx.cond(
                row.next_is_planned,
                ui.link("planned", href=row.next_href),
                rx.cond(
                    row.may_run,
                    ui.link("suggested: plan it", href=row.next_href),
                    rx.el.span("suggested", class_name="cell__detail"),
                ),
            ),
            class_name="handout__words",
        ),
        rx.el.span("–", class_name="cell__detail"),
    )


def _more(row: ServiceView) -> rx.Component:
    return ui.menu(
        ui.icon_button("ellipsis", f"More about {row.name}", tip=False, size="sm"),
        ui.menu_item("Change", leading="pencil", on_select=State.edit(row.id)),
        rx.cond(
            row.active,
            ui.menu_item(
                "Take out of use", leading="archive", on_select=State.set_active(row.id, False)
            ),
            ui.menu_item(
                "Use again", leading="archive_restore", on_select=State.set_active(row.id, True)
            ),
        ),
    )


def _missing() -> rx.Component:
    return ui.empty_state(
        "No such service",
        "It may have been named wrongly, or it is held where you see nothing.",
        ui.link_button("All services", href="/outreach/services"),
        picture="heart_handshake",
    )


def _one() -> rx.Component:
    one = State.one
    return rx.el.div(
        ui.card(
            rx.el.dl(
                *_fact("When", one.summary),
                *_fact("So far", one.held),
                rx.cond(one.description != "", rx.fragment(*_fact("About", one.description))),
                rx.cond(one.grant != "", rx.fragment(*_fact("Grant", one.grant))),
                *_fact("Next", _next(one)),
                class_name="session__facts",
            ),
        ),
        ui.table(
            [
                "Session",
                "Day",
                "Status",
                ui.Column("Units", align="end", tight=True),
                ui.Column("People", align="end", tight=True),
            ],
            State.sessions,
            _session,
            label="Sessions of this service",
            empty=ui.empty_state(
                "No session yet",
                "None is created by itself: plan the first one when you are ready.",
                rx.cond(one.may_run & one.active, _plan(one)),
                picture="calendar_plus",
            ),
        ),
        class_name="stack",
    )


def _fact(label: str, value: ui.Content) -> list[rx.Component]:
    return [rx.el.dt(label), rx.el.dd(value)]


def _session(row: HeldView) -> list[ui.Content]:
    return [
        ui.row_link(row.name, href=f"/outreach/sessions/{row.id}"),
        row.day,
        rx.match(
            row.status,
            *[(s, ui.badge(row.status_word, tone=tone)) for s, tone in TONES.items()],  # type: ignore[arg-type]
            rx.fragment(),
        ),
        rx.el.span(row.given, class_name="numeric"),
        rx.el.span(row.people, class_name="numeric"),
    ]


def _drawer() -> rx.Component:
    draft, errors = State.draft, State.errors
    return form_drawer(
        State,
        ui.text_field(
            "Name",
            "name",
            default_value=draft.name,
            error=errors["name"],
            max_length=120,
            required=True,
            auto_focus=True,
        ),
        ui.select_field(
            "Facility",
            "facility_id",
            State.facilities,
            empty="Choose",
            default_value=draft.facility_id,
            error=errors["facility_id"],
        ),
        ui.area_field(
            "Description",
            "description",
            default_value=draft.description,
            error=errors["description"],
            max_length=500,
            rows=2,
            optional=True,
        ),
        ui.segmented(
            "kind", KINDS, label="How often", value=State.kind, on_change=State.choose_kind
        ),
        _pattern(draft, errors),
        ui.form_grid(
            _typed(ui.time_field, "From", "starts", draft.starts, errors["starts_minute"]),
            _typed(ui.time_field, "To", "ends", draft.ends, errors["ends_minute"]),
        ),
        rx.el.div(
            rx.cond(State.sketch != "", rx.el.p(State.sketch, class_name="service__summary")),
            custom_attrs={"aria-live": "polite"},
        ),
        rx.cond(
            State.grants.length() > 0,
            ui.select_field(
                "Grant that usually pays",
                "grant_id",
                State.grants,
                empty="No grant",
                default_value=draft.grant_id,
                error=errors["grant_id"],
            ),
        ),
        form_id="service-form",
        title=rx.cond(draft.id == 0, "New service", draft.name),
    )


def _pattern(draft: ServiceView, errors: Any) -> rx.Component:
    every = _typed(
        ui.text_field,
        "Every",
        "interval",
        draft.interval,
        errors["interval"],
        type="number",
        min="1",
        max="99",
        unit=rx.match(State.kind, ("daily", "days"), ("weekly", "weeks"), "months"),
    )
    return rx.fragment(
        rx.cond(
            State.kind == "once",
            _typed(ui.date_field, "Day", "valid_from", draft.valid_from, errors["valid_from"]),
            rx.fragment(
                every,
                rx.match(
                    State.kind,
                    ("weekly", _weekdays(draft, errors)),
                    (
                        "monthly",
                        _typed(
                            ui.text_field,
                            "Day of the month",
                            "month_day",
                            draft.month_day,
                            errors["month_day"],
                            type="number",
                            min="1",
                            max="31",
                            hint="In months that are shorter, their last day.",
                        ),
                    ),
                    rx.fragment(),
                ),
                ui.form_grid(
                    _typed(
                        ui.date_field,
                        "First day",
                        "valid_from",
                        draft.valid_from,
                        errors["valid_from"],
                    ),
                    _typed(
                        ui.date_field,
                        "Last day",
                        "valid_until",
                        draft.valid_until,
                        errors["valid_until"],
                        optional=True,
                    ),
                ),
            ),
        ),
    )


def _weekdays(draft: ServiceView, errors: Any) -> rx.Component:
    return rx.el.div(
        ui.choices(
            "On",
            rx.el.div(
                *[
                    ui.checkbox(
                        day,
                        f"day-{number}",
                        default_checked=draft.weekdays[number],
                        on_change=lambda on, name=f"day-{number}": State.type_pattern(name, on),
                    )
                    for number, day in enumerate(DAYS)
                ],
                class_name="service__days",
            ),
        ),
        rx.el.div(
            errors["weekdays"], class_name="field__error", custom_attrs={"aria-live": "polite"}
        ),
    )


def _typed(
    make: Any, label: str, name: str, value: rx.Var | str, error: rx.Var, **props: Any
) -> rx.Component:
    """A field whose content is said in words as it is typed."""
    return make(
        label,
        name,
        default_value=value,
        error=error,
        on_change=lambda text: State.type_pattern(name, text),
        **props,
    )
