"""What the link of an invitation leads to: the record becomes the person's own."""

import reflex as rx

from components import ui
from components.doorway import doorway, plain_form
from state.claim import ClaimState as State
from state.policies import PUBLIC
from state.routes import page


@page("/portal/claim", "Your account", PUBLIC, on_load=[State.arrive])
def claim() -> rx.Component:
    """Sign in, or choose a password; then confirm who one is."""
    return doorway(
        ui.form_error(State.error),
        rx.cond(
            State.is_good,
            rx.cond(
                State.signed_in_as != "",
                _as_signed_in(),
                rx.cond(State.has_account, _sign_in_first(), _new_account()),
            ),
            rx.cond(
                State.ready,
                ui.link_button("Go to sign-in", href="/sign-in", size="lg"),
                ui.loading(),
            ),
        ),
        title=rx.cond(State.is_good, f"{State.organization} invited you", "Your invitation"),
        lead=rx.cond(
            State.is_good,
            "See your appointments, documents and messages in one place, and keep your details up to"
            " date.",
            "",
        ),
    )


def _born_on() -> rx.Component:
    return ui.date_field(
        "Date of birth",
        "born_on",
        hint="To make sure it's really you.",
        default_value=State.born_on,
        error=State.errors["born_on"],
        required=True,
        auto_complete="bday",
    )


def _new_account() -> rx.Component:
    return rx.fragment(
        plain_form(
            ui.text_field(
                "E-mail address",
                "username",
                type="email",
                default_value=State.email,
                hint="You'll sign in with it.",
                read_only=True,
                auto_complete="username",
            ),
            _born_on(),
            ui.text_field(
                "Choose a password",
                "password",
                type="password",
                error=State.errors["password"],
                hint="At least 12 characters. A short sentence of your own works well.",
                required=True,
                min_length=12,
                max_length=200,
                auto_complete="new-password",
            ),
            ui.button("Create my account", kind="primary", size="lg", full=True, submits=True),
            action="/auth/claim",
        ),
        rx.el.p(
            "Already have an account with another address? ",
            ui.link("Sign in", href="/sign-in?next=/portal/claim"),
            " and we'll add this to it.",
            class_name="doorway__foot",
        ),
    )


def _sign_in_first() -> rx.Component:
    return ui.stack(
        rx.el.p(
            "You already have an account with ",
            rx.el.strong(State.email),
            ". Sign in to accept the invitation.",
        ),
        ui.link_button(
            "Sign in to continue",
            href="/sign-in?next=/portal/claim",
            kind="primary",
            size="lg",
        ),
    )


def _as_signed_in() -> rx.Component:
    return rx.fragment(
        plain_form(
            rx.el.p("You're signed in as ", rx.el.strong(State.signed_in_as), "."),
            _born_on(),
            ui.button("Add to my account", kind="primary", size="lg", full=True, submits=True),
            action="/auth/claim-mine",
        ),
        plain_form(
            ui.button("Not you? Sign out", kind="quiet", submits=True, full=True),
            action="/auth/logout",
        ),
    )
