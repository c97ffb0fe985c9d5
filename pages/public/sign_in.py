"""Signing in: the password, the second factor, the organization, and a link to set a password."""

import reflex as rx

from components import ui
from components.doorway import doorway, plain_form
from state.policies import PUBLIC
from state.routes import page
from state.sign_in import SignInState


def _messages() -> rx.Component:
    return rx.fragment(
        ui.form_error(SignInState.error),
        ui.when(SignInState.notice != "", ui.banner(SignInState.notice, tone="info"), None) or "",
    )


def _onward() -> rx.Component:
    return rx.el.input(type="hidden", name="next", value=SignInState.onward, read_only=True)


def _start_over() -> rx.Component:
    return plain_form(
        ui.button("Start over", kind="quiet", submits=True, full=True), action="/auth/logout"
    )


def _sign_out() -> rx.Component:
    return plain_form(
        ui.button("Sign out", kind="quiet", submits=True, full=True), action="/auth/logout"
    )


@page("/sign-in", "Sign in", PUBLIC, on_load=[SignInState.arrive])
def sign_in() -> rx.Component:
    """E-mail and password."""
    return doorway(
        _messages(),
        plain_form(
            ui.text_field(
                "E-mail address",
                "email",
                type="email",
                default_value=SignInState.email,
                required=True,
                auto_complete="username",
                auto_focus=True,
                max_length=320,
            ),
            ui.text_field(
                "Password",
                "password",
                type="password",
                required=True,
                auto_complete="current-password",
                max_length=200,
            ),
            _onward(),
            ui.button("Sign in", kind="primary", size="lg", full=True, submits=True),
            action="/auth/login",
        ),
        rx.el.div(
            ui.link("Forgot your password?", href="/forgotten"),
            ui.link("Create an account", href=SignInState.sign_up_href),
            class_name="doorway__ways",
        ),
        title="Sign in",
    )


@page("/sign-in/code", "Second factor", PUBLIC, on_load=[SignInState.arrive])
def second_factor() -> rx.Component:
    """The code of the second factor."""
    return doorway(
        _messages(),
        plain_form(
            ui.text_field(
                "Code",
                "code",
                hint="Six digits, or one of your recovery codes.",
                required=True,
                auto_focus=True,
                auto_complete="one-time-code",
                max_length=40,
                class_name="doorway__code",
            ),
            _onward(),
            ui.button("Continue", kind="primary", size="lg", full=True, submits=True),
            action="/auth/second-factor",
        ),
        _start_over(),
        rx.el.p(
            "Lost your phone and your recovery codes? An administrator of your organization can give"
            " you a link to start over.",
            class_name="doorway__foot",
        ),
        title="Enter your code",
        lead="Open your authenticator app and enter the code it shows for SecureCare.",
    )


def _organization(choice: rx.vars.ObjectVar) -> rx.Component:
    return plain_form(
        rx.el.input(type="hidden", name="organization_id", value=choice["id"], read_only=True),
        _onward(),
        ui.button(choice["name"], trailing="arrow_right", full=True, size="lg", submits=True),
        action="/auth/organization",
    )


@page(
    "/sign-in/organization",
    "Choose an organization",
    PUBLIC,
    on_load=[SignInState.arrive_to_choose],
)
def organization() -> rx.Component:
    """Which of the person's organizations to work in."""
    return doorway(
        _messages(),
        rx.el.div(
            rx.foreach(SignInState.organizations, _organization),
            class_name="doorway__choices",
        ),
        rx.cond(
            SignInState.already_in,
            ui.link_button("Stay where I am", href="/", kind="quiet", size="lg"),
            _start_over(),
        ),
        title="Where would you like to go?",
        lead="Your account opens more than one place.",
    )


@page(
    "/sign-in/nowhere",
    "Nowhere to go yet",
    PUBLIC,
    on_load=[SignInState.arrive_nowhere],
)
def nowhere() -> rx.Component:
    """For somebody whose account belongs to no organization and has no portal."""
    invited = ui.link_button(
        "Continue with your invitation", href="/portal/claim", kind="primary", size="lg"
    )
    own = ui.stack(
        rx.el.p("Were you invited? Open the link in your invitation e-mail now."),
        rx.el.p(
            "Are you cared for by an organization that uses SecureCare? Get a portal of your own: we"
            " send a link to your e-mail address."
        ),
        plain_form(
            ui.button("Send me a link", kind="primary", size="lg", full=True, submits=True),
            action="/auth/own-portal",
        ),
    )
    return doorway(
        _messages(),
        rx.cond(
            SignInState.ready,
            ui.stack(rx.cond(SignInState.invited, invited, own), _sign_out()),
            ui.loading(),
        ),
        rx.el.p(
            "Should you have access for your work? Ask an administrator of your organization.",
            class_name="doorway__foot",
        ),
        title="Your account isn't connected yet",
        lead="You're signed in, but your account doesn't belong to an organization right now.",
    )


@page("/set-password", "Set your password", PUBLIC, on_load=[SignInState.arrive_by_link])
def set_password() -> rx.Component:
    """What a one-time link leads to."""
    to_sign_in = ui.link_button("Go to sign-in", href="/sign-in", kind="primary", size="lg")
    form = plain_form(
        rx.el.input(
            type="email",
            name="username",
            value=SignInState.email,
            read_only=True,
            auto_complete="username",
            custom_attrs={"hidden": True},
        ),
        ui.text_field(
            "New password",
            "password",
            type="password",
            hint="At least 12 characters. A short sentence of your own works well.",
            required=True,
            min_length=12,
            max_length=200,
            auto_focus=True,
            auto_complete="new-password",
        ),
        ui.button("Save password", kind="primary", size="lg", full=True, submits=True),
        action="/auth/set-password",
    )
    has_one = ui.stack(
        rx.el.p(
            "You already have an account with this address. Sign in with your current"
            " password. If you can't choose this organization then, set a new password first with"
            " “Forgot your password?” on the sign-in page."
        ),
        to_sign_in,
    )
    return doorway(
        _messages(),
        rx.cond(
            SignInState.link_is_good,
            rx.fragment(
                rx.el.p(SignInState.email, class_name="doorway__lead"),
                rx.cond(SignInState.link_sets_password, form, has_one),
            ),
            rx.cond(
                SignInState.ready,
                ui.link_button("Go to sign-in", href="/sign-in"),
                ui.loading(),
            ),
        ),
        title="Set your password",
    )
