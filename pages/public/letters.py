"""Signing up, a forgotten password, and what a link by mail leads to."""

import reflex as rx

from components import ui
from components.doorway import doorway, plain_form
from state.letters import LetterState as State
from state.policies import PUBLIC
from state.routes import page


def _to_sign_in(label: str = "To the sign-in page") -> rx.Component:
    return ui.link(label, href=State.sign_in_href)


def _email(**props: object) -> rx.Component:
    return ui.text_field(
        "E-mail address",
        "email",
        type="email",
        default_value=State.typed["email"],
        key=State.typed["email"],
        error=State.errors["email"],
        required=True,
        auto_complete="email",
        max_length=320,
        **props,  # type: ignore[arg-type]
    )


def _sent(lasts: str, again: str) -> rx.Component:
    """The same for every address."""
    to = rx.cond(State.typed["email"] != "", State.typed["email"], "the address you gave")
    return ui.stack(
        rx.el.p("If we can write to ", rx.el.strong(to), ", a letter with a link is on its way."),
        rx.el.p(
            f"The link works for {lasts}, and once. Nothing there? Look among unwanted mail, and"
            " check how you wrote the address.",
            class_name="note",
        ),
        rx.el.div(
            ui.link("Ask again", href=again),
            _to_sign_in(),
            class_name="doorway__ways",
        ),
    )


@page("/sign-up", "Create an account", PUBLIC, on_load=[State.arrive])
def sign_up() -> rx.Component:
    """Name and address of who would like an account."""
    form = plain_form(
        _name("Given name", "given_name", "given-name", auto_focus=True),
        _name("Family name", "family_name", "family-name"),
        _email(hint="You sign in with it. We mail a link to it first."),
        rx.el.input(type="hidden", name="next", value=State.onward, read_only=True),
        ui.button("Create my account", kind="primary", size="lg", full=True, submits=True),
        action="/auth/sign-up",
    )
    return doorway(
        ui.form_error(State.error),
        rx.cond(
            State.sent,
            _sent("24 hours", "/sign-up"),
            rx.fragment(
                form,
                rx.el.div(_to_sign_in("I have an account already"), class_name="doorway__ways"),
            ),
        ),
        title=rx.cond(State.sent, "Look into your mailbox", "Create an account"),
        lead=rx.cond(
            State.sent, "", "One account for every organization that cares for you. It is yours."
        ),
    )


def _name(label: str, name: str, kind: str, **props: object) -> rx.Component:
    return ui.text_field(
        label,
        name,
        default_value=State.typed[name],
        key=State.typed[name],
        error=State.errors[name],
        required=True,
        auto_complete=kind,
        max_length=60,
        **props,  # type: ignore[arg-type]
    )


@page("/forgotten", "Forgotten password", PUBLIC, on_load=[State.arrive])
def forgotten() -> rx.Component:
    """Where a link to choose a new password is to be mailed."""
    form = plain_form(
        _email(auto_focus=True),
        ui.button("Mail me a link", kind="primary", size="lg", full=True, submits=True),
        action="/auth/forgotten",
    )
    return doorway(
        ui.form_error(State.error),
        rx.cond(
            State.sent,
            _sent("two hours", "/forgotten"),
            rx.fragment(form, rx.el.div(_to_sign_in(), class_name="doorway__ways")),
        ),
        title=rx.cond(State.sent, "Look into your mailbox", "Forgotten your password?"),
        lead=rx.cond(State.sent, "", "We mail you a link with which you choose a new one."),
    )


@page("/confirm", "By mail", PUBLIC, on_load=[State.arrive_by_letter])
def confirm() -> rx.Component:
    """What a link by mail is for, and doing it."""
    return doorway(
        ui.form_error(State.error),
        rx.cond(
            State.ready,
            rx.match(
                State.purpose,
                ("sign_up", rx.cond(State.asks_password, _choose("Open my account"), _add())),
                ("password", _choose("Set the password")),
                ("address", _use()),
                _gone(),
            ),
            ui.loading(),
        ),
        title=rx.match(
            State.purpose,
            ("sign_up", rx.cond(State.asks_password, "Choose a password", "Add your own portal")),
            ("password", "Choose a new password"),
            ("address", "Use this address?"),
            "This link",
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
            " has an account already, as for work. Your own portal is added to it: what an"
            " organization knows of you as a person it cares for stays apart from your work.",
        ),
        plain_form(
            ui.button("Add my portal", kind="primary", size="lg", full=True, submits=True),
            action="/auth/confirm",
        ),
    )


def _use() -> rx.Component:
    return rx.fragment(
        rx.el.p(
            "From now on you sign in with ",
            rx.el.strong(State.typed["email"]),
            ", and organizations that know you write to it.",
        ),
        plain_form(
            ui.button("Use this address", kind="primary", size="lg", full=True, submits=True),
            action="/auth/confirm",
        ),
    )


def _gone() -> rx.Component:
    return ui.stack(
        ui.link_button("Mail me a new password link", href="/forgotten", size="lg"),
        ui.link_button("Create an account", href="/sign-up", size="lg"),
        ui.link_button("To the sign-in page", href="/sign-in", kind="quiet", size="lg"),
    )
