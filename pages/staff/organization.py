"""The organization's own settings."""

import reflex as rx

from components import ui
from components.editing import compared
from components.frame import frame
from securecare.access.roles import Permission
from state.organization import OrganizationState as State
from state.policies import holders_of
from state.routes import page


@page(
    "/organization",
    "Organization",
    holders_of(Permission.CONFIGURE_ORGANIZATION),
    on_load=[State.open_page],
)
def organization() -> rx.Component:
    return frame(
        rx.cond(State.loaded, _form(), ui.loading("Loading the settings", 8)),
        title="Organization",
        description="Its name, its own words, and how people sign in. For everybody, at once.",
        active="organization",
        width="reading",
    )


def _form() -> rx.Component:
    return rx.el.form(
        compared(State),
        rx.cond(
            State.newer,
            ui.banner(
                "Somebody else saved these settings while you were typing.",
                tone="info",
                actions=[
                    ui.button("Show what is saved", size="sm", on_click=State.take_theirs),
                ],
            ),
        ),
        _names(),
        _clock(),
        _signing_in(),
        _portal(),
        ui.form_actions(ui.button("Save changes", kind="primary", submits=True)),
        key=State.form_key.to_string(),
        on_submit=State.save,
        on_focus=State.touch,
        no_validate=True,
    )


def _names() -> rx.Component:
    return ui.section(
        "Name and words",
        ui.text_field(
            "Name",
            "name",
            default_value=State.current.name,
            error=State.errors["name"],
            max_length=120,
            required=True,
        ),
        ui.form_grid(
            ui.text_field(
                "You say for one",
                "customer_singular",
                default_value=State.current.customer_singular,
                error=State.errors["customer_singular"],
                hint="Customer, guest, client, patient…",
                max_length=40,
                required=True,
            ),
            ui.text_field(
                "And for several",
                "customer_plural",
                default_value=State.current.customer_plural,
                error=State.errors["customer_plural"],
                hint="Customers, guests, clients, patients…",
                max_length=40,
                required=True,
            ),
        ),
        description="Every screen speaks of the people you serve in these words.",
    )


def _clock() -> rx.Component:
    return ui.section(
        "Clock",
        rx.cond(
            State.current.clock24,
            _clock_choice("24"),
            _clock_choice("12"),
        ),
        description="How times of day are written, here and on printed sheets.",
    )


def _clock_choice(present: str) -> rx.Component:
    choice = ui.segmented(
        "clock",
        [("12", "2:30 PM"), ("24", "14:30")],
        label="How times are shown",
        default_value=present,
    )
    return ui.cluster(choice, key=f"clock-{present}")


def _signing_in() -> rx.Component:
    return ui.section(
        "Signing in",
        ui.form_grid(
            ui.text_field(
                "Sign out after no activity for",
                "staff_idle_minutes",
                type="number",
                unit="minutes",
                default_value=State.current.staff_idle_minutes.to_string(),
                error=State.errors["staff_idle_minutes"],
                input_mode="numeric",
            ),
            ui.text_field(
                "And at the latest after",
                "session_hours",
                type="number",
                unit="hours",
                default_value=State.current.session_hours.to_string(),
                error=State.errors["session_hours"],
                input_mode="numeric",
            ),
        ),
        ui.switch(
            "Require a second factor",
            "require_second_factor",
            default_checked=State.current.require_second_factor,
            hint="Whoever has none yet can only set one up when they next do anything.",
        ),
        description="Open pages on shared computers are how records are seen by the wrong people.",
    )


def _portal() -> rx.Component:
    code = rx.el.p(
        "They find it by its exact name, or by the code ",
        rx.el.strong(State.portal_code, class_name="numeric"),
        ".",
        class_name="note",
    )
    return ui.section(
        "Portal",
        ui.switch(
            "People may ask you to connect them",
            "patrons_may_ask",
            default_checked=State.current.patrons_may_ask,
            hint="Staff see who asks, and decide. Invitations by mail work either way.",
        ),
        ui.when(State.current.patrons_may_ask & (State.portal_code != ""), code),
        description="Those you care for see their appointments, documents and messages there.",
    )
