"""Signing up, a forgotten password, and what a link by mail leads to."""

import reflex as rx

from components import ui
from components.doorway import doorway, plain_form
from state.letters import LetterState as State
from state.policies import PUBLIC
from state.routes import page


def _to_sign_in(label: str = "Back to sign-in") -> rx.Component:
    return ui.link(label, href=State.sign_in_href)


def _email(**props: object) -> rx.Component:
    return ui.text_field(
        "E-mail address",
        "email",
        type="email",
        default_value=State.typed["email"],
        error=State.errors["email"],
        required=True,
        auto_complete="email",
        max_length=320,
        **props,  # type: ignore[arg-type]
    )


def _sent(before: str, after: str, lasts: str, again: str) -> rx.Component:
    """The same for every address."""
    to = rx.cond(State.typed["email"] != "", State.typed["email"], "your address")
    return doorway(
        rx.el.p(before, rx.el.strong(to), after),
        rx.el.p(
            f"The link works once and expires in {lasts}. Don't see it? Check your spam folder, and"
            " make sure the address is spelled right.",
            class_name="note",
        ),
        rx.el.div(
            ui.link("Send it again", href=again),
            _to_sign_in(),
            class_name="doorway__ways",
        ),
        title="Check your e-mail",
    )


@page("/sign-up", "Create an account", PUBLIC, on_load=[State.arrive])
def sign_up() -> rx.Component:
    """Name and address of who would like an account."""
    return doorway(
        ui.form_error(State.error),
        plain_form(
            _name("First name", "given_name", "given-name", auto_focus=True),
            _name("Last name", "family_name", "family-name"),
            _email(hint="You'll sign in with it. We'll send a link to confirm it."),
            rx.el.input(type="hidden", name="next", value=State.onward, read_only=True),
            ui.button("Create my account", kind="primary", size="lg", full=True, submits=True),
            action="/auth/sign-up",
        ),
        rx.el.div(_to_sign_in("I already have an account"), class_name="doorway__ways"),
        title="Create an account",
        lead="One account for all the organizations that care for you.",
    )


@page("/sign-up/sent", "Check your e-mail", PUBLIC, on_load=[State.arrive])
def sign_up_sent() -> rx.Component:
    """A page of its own, so that nobody on a slow line sees the empty form again."""
    return _sent("We sent an e-mail to ", ".", "24 hours", "/sign-up")


def _name(label: str, name: str, kind: str, **props: object) -> rx.Component:
    return ui.text_field(
        label,
        name,
        default_value=State.typed[name],
        error=State.errors[name],
        required=True,
        auto_complete=kind,
        max_length=60,
        **props,  # type: ignore[arg-type]
    )


@page("/forgotten", "Forgot your password?", PUBLIC, on_load=[State.arrive])
def forgotten() -> rx.Component:
    """Where a link to choose a new password is to be mailed."""
    return doorway(
        ui.form_error(State.error),
        plain_form(
            _email(auto_focus=True),
            ui.button("Send me a link", kind="primary", size="lg", full=True, submits=True),
            action="/auth/forgotten",
        ),
        rx.el.div(_to_sign_in(), class_name="doorway__ways"),
        title="Forgot your password?",
        lead="Enter your e-mail address and we'll send you a link to choose a new one.",
    )


@page("/forgotten/sent", "Check your e-mail", PUBLIC, on_load=[State.arrive])
def forgotten_sent() -> rx.Component:
    """Whether there was anybody to write to is not told."""
    return _sent("If ", " has an account, we sent a link to it.", "two hours", "/forgotten")


@page("/confirm", "Your link", PUBLIC, on_load=[State.arrive_by_letter])
def confirm() -> rx.Component:
    """What a link by mail is for, and doing it."""
    return doorway(
        ui.form_error(State.error),
        rx.cond(
            State.ready,
            rx.match(
                State.purpose,
                ("sign_up", rx.cond(State.asks_password, _choose("Finish and sign in"), _add())),
                ("password", _choose("Save password")),
                ("address", _use()),
                _gone(),
            ),
            ui.loading(),
        ),
        title=rx.match(
            State.purpose,
            ("sign_up", rx.cond(State.asks_password, "Choose a password", "Add your portal")),
            ("password", "Choose a new password"),
            ("address", "Use this address?"),
            "This link no longer works",
        ),
    )


def _choose(act: str) -> rx.Component:
    return rx.fragment(
        rx.el.p(State.typed["email"], class_name="doorway__lead"),
        plain_form(
            rx.el.input(
                type="email",
                name="username",
                value=State.typed["email"],
                read_only=True,
                auto_complete="username",
                custom_attrs={"hidden": True},
            ),
            ui.text_field(
                "Password",
                "password",
                type="password",
                error=State.password_error,
                hint="At least 12 characters. A short sentence of your own works well.",
                required=True,
                min_length=12,
                max_length=200,
                auto_focus=True,
                auto_complete="new-password",
            ),
            ui.button(act, kind="primary", size="lg", full=True, submits=True),
            action="/auth/confirm",
        ),
    )


def _add() -> rx.Component:
    return rx.fragment(
        rx.el.p(
            State.typed["email"],
            " already has an account, for example for work. You can add a portal of your own to it."
            " It stays separate from your work.",
        ),
        plain_form(
            ui.button("Add my portal", kind="primary", size="lg", full=True, submits=True),
            action="/auth/confirm",
        ),
    )


def _use() -> rx.Component:
    return rx.fragment(
        rx.el.p(
            "From now on you'll sign in with ",
            rx.el.strong(State.typed["email"]),
            ", and your organizations will write to you there.",
        ),
        plain_form(
            ui.button("Use this address", kind="primary", size="lg", full=True, submits=True),
            action="/auth/confirm",
        ),
    )


def _gone() -> rx.Component:
    return ui.stack(
        ui.link_button("Reset my password", href="/forgotten", size="lg"),
        ui.link_button("Create an account", href="/sign-up", size="lg"),
        ui.link_button("Go to sign-in", href="/sign-in", kind="quiet", size="lg"),
    )
