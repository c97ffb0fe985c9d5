"""One session: its lines with what is left of each, who worked, and what was done with it."""

import reflex as rx

import state.session_live  # noqa: F401  what keeps the page current
from components import ui
from components.frame import frame
from components.session_sheet import session_sheet, session_status
from components.staff_time import staff_time_panel
from securecare.access.roles import Permission
from state.policies import holders_of
from state.routes import page
from state.session_sheet import SheetState as State
from state.session_view import DeedView
from state.staff_time import StaffTimeState


@page(
    "/outreach/sessions/[id]",
    "Session",
    holders_of(Permission.VIEW_OUTREACH),
    on_load=[State.open_page, StaffTimeState.open_page],
)
def session() -> rx.Component:
    """One session."""
    sheet, there = State.sheet, State.loaded & ~State.missing
    return frame(
        rx.cond(
            State.loaded,
            rx.cond(State.missing, _missing(), _session()),
            ui.loading("Reading the session", lines=8),
        ),
        title=rx.cond(there, f"{sheet.service}, session {sheet.number}", "Session"),
        description=rx.cond(there, rx.fragment(sheet.day, " · ", sheet.facility), ""),
        active="services",
        above=rx.cond(
            there,
            ui.link(sheet.service, href=f"/outreach/services/{sheet.service_id}"),
            ui.link("Community services", href="/outreach/services"),
        ),
        actions=[rx.cond(there & sheet.may_run, _deeds_to_do())],
    )


def _deeds_to_do() -> rx.Component:
    return rx.fragment(
        rx.cond(
            State.sheet.status == "planned",
            rx.fragment(
                ui.button("Date and notes", leading="calendar", on_click=State.ask("occasion")),
                ui.button("Cancel session", leading="ban", on_click=State.ask("cancel")),
            ),
        ),
        rx.cond(
            State.sheet.status == "completed",
            ui.button("Open again", leading="undo_2", on_click=State.ask("reopen")),
        ),
    )


def _missing() -> rx.Component:
    return ui.empty_state(
        "No such session",
        "It may have been named wrongly, or it is held where you see nothing.",
        ui.link_button("All services", href="/outreach/services"),
        picture="heart_handshake",
    )


def _session() -> rx.Component:
    return rx.el.div(
        session_sheet(),
        rx.el.div(_facts(), staff_time_panel(), _history(), class_name="session__side"),
        class_name="session",
    )


def _facts() -> rx.Component:
    sheet = State.sheet
    return ui.card(
        rx.el.dl(
            *_fact("Status", session_status()),
            rx.cond(sheet.ended != "", rx.fragment(*_fact("Ended", sheet.ended))),
            *_fact("Day", rx.fragment(sheet.day, rx.el.span(" · ", sheet.when))),
            rx.cond(sheet.hours != "", rx.fragment(*_fact("Hours", sheet.hours))),
            *_fact("Facility", sheet.facility),
            rx.cond(sheet.people != "", rx.fragment(*_fact("People served", sheet.people))),
            rx.cond(sheet.grant != "", rx.fragment(*_fact("Grant", sheet.grant))),
            *_fact("Cost", rx.el.span(sheet.cost, class_name="numeric")),
            *_fact("Retail value", rx.el.span(sheet.retail, class_name="numeric")),
            rx.cond(sheet.notes != "", rx.fragment(*_fact("Notes", sheet.notes))),
            class_name="session__facts",
        ),
        title="This session",
    )


def _fact(label: str, value: ui.Content) -> list[rx.Component]:
    return [rx.el.dt(label), rx.el.dd(value)]


def _history() -> ui.Content:
    return rx.cond(
        State.deeds.length() > 0,
        ui.card(
            rx.el.ol(rx.foreach(State.deeds, _deed), class_name="deeds"), title="What was done"
        ),
        rx.fragment(),
    )


def _deed(deed: DeedView) -> rx.Component:
    return rx.el.li(
        rx.el.span(rx.el.strong(deed.what), " by ", deed.who),
        rx.cond(deed.reason != "", rx.el.span(deed.reason)),
        rx.el.span(deed.at, class_name="cell__detail"),
    )
