"""One's own account."""

import reflex as rx

from components import ui
from components.frame import frame
from components.security import open_sessions, password_form, second_factor
from state.account import AccountState
from state.policies import AT_WORK
from state.routes import page


@page("/account", "My account", AT_WORK, on_load=[AccountState.open])
def account() -> rx.Component:
    """Name, password, second factor and sessions."""
    return frame(
        ui.when(AccountState.must_set_up, _must_set_up()),
        ui.section("Name", _name_form(), description="As your colleagues see it."),
        ui.section(
            "Password",
            password_form(),
            description="Changing it signs you out everywhere else.",
        ),
        ui.section(
            "Second factor",
            second_factor(),
            description="A code from an app on your phone, asked for after the password.",
        ),
        ui.section(
            "Where you are signed in",
            open_sessions(),
            description="End what you do not recognize, and change your password.",
        ),
        title="My account",
        active="account",
        description=AccountState.email,
        width="wide",
    )


def _must_set_up() -> rx.Component:
    return ui.banner(
        "Until it is set up below, everything else stays closed to you.",
        title="Your organization requires a second factor",
        tone="warn",
    )


def _name_form() -> rx.Component:
    return rx.el.form(
        ui.text_field(
            "Name",
            "name",
            default_value=AccountState.name,
            key=AccountState.name,
            error=AccountState.name_error,
            auto_complete="name",
            max_length=120,
        ),
        ui.form_actions(ui.button("Save the name", submits=True)),
        on_submit=AccountState.rename,
        class_name="stack account__form",
    )
