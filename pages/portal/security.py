"""How one signs in: address, password, second factor and sessions."""

import reflex as rx

from components import ui
from components.portal_frame import portal_frame
from components.security import open_sessions, password_form, second_factor
from state.account import AccountState
from state.policies import holders_of
from state.portal import OWN_PORTAL
from state.portal_security import AddressState
from state.routes import page


@page(
    "/portal/security",
    "Sign-in and security",
    holders_of(OWN_PORTAL),
    on_load=[AccountState.open, AddressState.open],
)
def security() -> rx.Component:
    """Everything that keeps others out."""
    return portal_frame(
        ui.card(_address(), title="E-mail address"),
        ui.card(
            password_form(),
            title="Password",
            description="Changing it signs you out on your other devices.",
        ),
        ui.card(
            second_factor(),
            title="Two-step sign-in",
            description="After your password, you also enter a code from an app on your phone.",
        ),
        ui.card(
            ui.stack(open_sessions()),
            title="Where you are signed in",
            description="See something you don't recognize? End it and change your password.",
        ),
        title="Sign-in and security",
        active="security",
    )


def _address() -> rx.Component:
    form = rx.el.form(
        ui.form_error(AddressState.errors["form"]),
        ui.text_field(
            "New address",
            "email",
            type="email",
            error=AddressState.errors["email"],
            auto_complete="email",
            max_length=320,
        ),
        ui.text_field(
            "Current password",
            "current",
            id="address-password",
            type="password",
            error=AddressState.errors["current"],
            auto_complete="current-password",
            max_length=200,
        ),
        ui.form_actions(ui.button("Send a confirmation link", submits=True)),
        on_submit=AddressState.ask,
        key=AddressState.form_key.to_string(),  # type: ignore[attr-defined]
        no_validate=True,
        class_name="stack account__form",
    )
    return ui.stack(
        rx.el.p("You sign in with ", rx.el.strong(AccountState.email), "."),
        rx.el.div(
            rx.cond(
                AddressState.sent_to != "",
                ui.banner(
                    "We sent a link to ",
                    AddressState.sent_to,
                    ". Your address stays the same until you open it.",
                    title="Check your e-mail",
                ),
            ),
            custom_attrs={"aria-live": "polite"},
        ),
        form,
    )
