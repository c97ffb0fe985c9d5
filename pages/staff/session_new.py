"""Planning a session: of which service, when, and what it begins with."""

import reflex as rx

from components import ui
from components.frame import frame
from components.template_use import short
from securecare.access.roles import Permission
from state.policies import holders_of
from state.routes import page
from state.session_plan import PlanState as State

FORM = "session-plan"


@page(
    "/outreach/sessions/new",
    "Plan a session",
    holders_of(Permission.RUN_OUTREACH),
    on_load=[State.open_page],
)
def session_new() -> rx.Component:
    """The form of a new session."""
    return frame(
        rx.cond(
            State.loaded,
            rx.cond(State.services.length() > 0, _form(), _no_service()),
            ui.loading("Reading the services"),
        ),
        title="Plan a session",
        description="What it begins with is reserved at once: nobody else can give it away.",
        active="services",
        above=ui.link("Community services", href="/outreach/services"),
        width="reading",
    )


def _no_service() -> rx.Component:
    return ui.empty_state(
        "No service to plan for",
        "A session belongs to a service. Set one up first, or ask who may.",
        ui.link_button("Community services", href="/outreach/services"),
        picture="heart_handshake",
    )


def _form() -> rx.Component:
    return rx.el.form(
        ui.card(_occasion()),
        ui.card(_beginning(), title="It begins with"),
        short(State.refused),
        ui.form_actions(
            ui.button("Plan the session", kind="primary", submits=True),
            ui.link_button("Leave it", href="/outreach/services", kind="quiet"),
        ),
        id=FORM,
        key=State.form_key.to_string(),  # type: ignore[attr-defined]
        on_submit=State.plan,
        no_validate=True,
        class_name="stack",
        custom_attrs={"data-keeps": "true"},
    )


def _occasion() -> rx.Component:
    draft, errors = State.draft, State.errors
    return rx.el.div(
        ui.select_field(
            "Service",
            "service_id",
            State.services,
            empty="Choose",
            default_value=draft.service_id,
            on_change=State.choose_service,
            error=errors["service_id"],
            hint=draft.summary,
        ),
        rx.el.div(
            ui.form_grid(
                ui.date_field(
                    "Day",
                    "held_on",
                    default_value=draft.held_on,
                    error=errors["held_on"],
                    wide=True,
                ),
                ui.time_field("From", "starts", default_value=draft.starts, error=errors["starts"]),
                ui.time_field("To", "ends", default_value=draft.ends, error=errors["ends"]),
            ),
            rx.cond(
                State.grants.length() > 0,
                ui.select_field(
                    "Grant",
                    "grant_id",
                    State.grants,
                    empty="No grant",
                    default_value=draft.grant_id,
                    error=errors["grant_id"],
                ),
            ),
            key=State.when_key.to_string(),  # type: ignore[attr-defined]
            class_name="stack",
        ),
        ui.area_field("Notes", "notes", error=errors["notes"], max_length=2000, optional=True),
        class_name="stack",
    )


def _beginning() -> rx.Component:
    return rx.el.div(
        ui.segmented(
            "begins",
            (("last", "The last session"), ("template", "A template"), ("nothing", "Nothing")),
            label="What it begins with",
            value=State.begins,
            on_change=State.begin_with,
        ),
        rx.match(
            State.begins,
            (
                "last",
                rx.cond(
                    State.last_lines.length() > 0,
                    rx.el.ul(rx.foreach(State.last_lines, rx.el.li), class_name="template__lines"),
                    rx.el.p("Nothing was on the last session yet.", class_name="hint"),
                ),
            ),
            (
                "template",
                ui.select_field(
                    "Template",
                    "template_id",
                    State.templates,
                    empty="Choose",
                    error=State.errors["template_id"],
                ),
            ),
            rx.el.p("Lines are added on the next page.", class_name="hint"),
        ),
        class_name="stack",
    )
