"""Today, for a tablet in one hand: the sessions, what goes out, and what is left."""

import reflex as rx

import state.session_live  # noqa: F401  what keeps the figures current
from components import ui
from components.frame import frame
from components.session_sheet import session_sheet, session_status
from securecare.access.roles import Permission
from state.outreach_today import CardView, SuggestionView
from state.outreach_today import TodayState as State
from state.policies import holders_of
from state.routes import page
from state.session_sheet import SheetState as Sheet

TONES = {"planned": "info", "completed": "good", "cancelled": "neutral"}


@page(
    "/outreach", "Today's outreach", holders_of(Permission.VIEW_OUTREACH), on_load=[State.open_page]
)
def outreach_today() -> rx.Component:
    """Today's sessions, one of them open."""
    return frame(
        rx.cond(State.loaded, _today(), ui.loading("Reading today's sessions", lines=6)),
        title="Today's outreach",
        active="outreach",
        actions=[
            rx.cond(
                State.may_run,
                ui.link_button("Plan a session", href="/outreach/sessions/new", leading="plus"),
            )
        ],
    )


def _today() -> rx.Component:
    return rx.fragment(
        rx.cond(
            State.cards.length() > 0,
            rx.fragment(
                rx.el.ul(
                    rx.foreach(State.cards, _card),
                    class_name="today__cards",
                    custom_attrs={"aria-label": "Today's sessions"},
                ),
                _open(),
            ),
            ui.empty_state(
                "Nothing is planned for today",
                "Plan a session from a service; what it needs is reserved at once.",
                ui.link_button("Community services", href="/outreach/services"),
                picture="calendar_heart",
            ),
        ),
        rx.cond(State.left_open.length() > 0, _left_open()),
        rx.cond(State.suggestions.length() > 0, _coming()),
    )


def _card(card: CardView) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            rx.el.strong(card.service),
            rx.el.span(card.hours, rx.cond(card.hours != "", " · ", ""), card.facility),
            rx.el.span(card.lines, class_name="cell__detail"),
            rx.match(
                card.status,
                *[(s, ui.badge(card.status_word, tone=tone)) for s, tone in TONES.items()],  # type: ignore[arg-type]
                rx.fragment(),
            ),
            type="button",
            class_name="today__card",
            on_click=State.choose(card.id),
            custom_attrs={"aria-pressed": rx.cond(State.chosen == card.id, "true", "false")},
        )
    )


def _open() -> rx.Component:
    sheet = Sheet.sheet
    return rx.cond(
        Sheet.loaded & ~Sheet.missing & (sheet.id == State.chosen),
        rx.el.section(
            rx.el.div(
                rx.el.h2(
                    ui.link(sheet.service, href=f"/outreach/sessions/{sheet.id}"),
                    class_name="grant__name",
                ),
                session_status(),
                rx.cond(sheet.notes != "", rx.el.p(sheet.notes, class_name="handout__wide")),
                class_name="cluster",
            ),
            session_sheet(),
            class_name="stack",
            custom_attrs={"aria-label": "The open session"},
        ),
    )


def _left_open() -> rx.Component:
    return ui.card(
        rx.el.ul(
            rx.foreach(
                State.left_open,
                lambda card: rx.el.li(
                    ui.link(card.service, href=f"/outreach/sessions/{card.id}"),
                    rx.el.span(card.day, " · ", card.facility, class_name="cell__detail"),
                    class_name="today__next",
                ),
            ),
            class_name="deeds",
        ),
        title="Still open from the days before",
        description="What they hold stays reserved until they are completed or cancelled.",
    )


def _coming() -> rx.Component:
    return ui.card(
        rx.el.ul(rx.foreach(State.suggestions, _suggestion), class_name="deeds"),
        title="Could be planned",
        description="By the pattern of each service. Nothing is created by itself.",
    )


def _suggestion(each: SuggestionView) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.el.strong(each.service),
            rx.el.span(" ", each.day, " · ", each.facility, class_name="cell__detail"),
        ),
        rx.cond(
            State.may_run,
            ui.link_button("Plan it", href=each.href, size="sm"),
        ),
        class_name="today__next",
    )
