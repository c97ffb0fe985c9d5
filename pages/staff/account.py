"""One's own account."""

import reflex as rx

from components import ui
from components.frame import frame
from state.account import AccountState, PasswordState, SecondFactorState
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
            _password_form(),
            description="Changing it signs you out everywhere else.",
        ),
        ui.section(
            "Second factor",
            _second_factor(),
            description="A code from an app on your phone, asked for after the password.",
        ),
        ui.section(
            "Where you are signed in",
            _sessions(),
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


def _password_form() -> rx.Component:
    return rx.el.form(
        ui.form_error(PasswordState.form_error),
        ui.text_field(
            "Present password",
            "current",
            type="password",
            error=PasswordState.current_error,
            required=True,
            auto_complete="current-password",
            max_length=200,
        ),
        ui.text_field(
            "New password",
            "password",
            type="password",
            hint="At least 12 characters. A short sentence of your own works well.",
            error=PasswordState.new_error,
            required=True,
            auto_complete="new-password",
            max_length=200,
        ),
        ui.form_actions(ui.button("Change the password", submits=True)),
        on_submit=PasswordState.change,
        key=PasswordState.times_changed.to_string(),  # type: ignore[attr-defined]
        class_name="stack account__form",
    )


def _second_factor() -> rx.Component:
    off = ui.stack(
        rx.el.p("Not set up. Anybody who learns your password can sign in as you."),
        ui.cluster(
            ui.button("Set up", kind="primary", on_click=SecondFactorState.begin),
        ),
    )
    return rx.fragment(
        ui.when(SecondFactorState.recovery_codes.length() > 0, _recovery_codes()),  # type: ignore[attr-defined]
        rx.cond(
            SecondFactorState.on,
            _on(),
            rx.cond(SecondFactorState.picture != "", _enrolment(), off),
        ),
    )


def _on() -> rx.Component:
    return ui.stack(
        ui.cluster(
            ui.badge("On", tone="good", leading="check"),
            rx.el.span(
                "Set up ",
                SecondFactorState.since,
                ". Recovery codes left: ",
                SecondFactorState.codes_left,
                ".",
            ),
        ),
        rx.match(
            SecondFactorState.asking,
            ("renew", _code_form("Make new recovery codes", SecondFactorState.renew)),
            ("off", _code_form("Turn it off", SecondFactorState.turn_off)),
            ui.cluster(
                ui.button("New recovery codes", on_click=SecondFactorState.ask("renew")),
                ui.button("Turn off", kind="danger", on_click=SecondFactorState.ask("off")),
            ),
        ),
    )


def _enrolment() -> rx.Component:
    return ui.stack(
        rx.el.p("Scan this with an authenticator app, or type the secret into it."),
        rx.el.div(
            rx.el.img(
                src=SecondFactorState.picture,
                alt="QR code with the secret for your authenticator app",
                class_name="account__qr",
            ),
            rx.el.code(SecondFactorState.secret, class_name="account__secret"),
            class_name="account__enrolment",
        ),
        _code_form("Turn it on", SecondFactorState.confirm),
    )


def _code_form(act: str, does: rx.event.EventHandler) -> rx.Component:
    return rx.el.form(
        ui.text_field(
            "Code from your app",
            "code",
            error=SecondFactorState.error,
            required=True,
            auto_complete="one-time-code",
            input_mode="numeric",
            max_length=40,
        ),
        ui.form_actions(
            ui.button(act, kind="primary", submits=True),
            ui.button("Leave it", kind="quiet", on_click=SecondFactorState.leave),
        ),
        on_submit=does,
        class_name="stack account__form",
    )


def _recovery_codes() -> rx.Component:
    return ui.card(
        rx.el.ul(
            rx.foreach(SecondFactorState.recovery_codes, lambda code: rx.el.li(rx.el.code(code))),
            class_name="account__codes",
        ),
        title="Your recovery codes",
        description=(
            "Each gets you in once without your phone. They are shown only now: print them, or put"
            " them where your passwords are."
        ),
        foot=[ui.button("I have kept them", on_click=SecondFactorState.leave)],
    )


def _sessions() -> rx.Component:
    return rx.fragment(
        ui.table(
            [
                "Browser",
                "Address",
                ui.Column("Signed in", tight=True),
                ui.Column("Last active", tight=True),
                ui.Column("Actions", align="end", tight=True, hidden_label=True),
            ],
            AccountState.sessions,
            lambda row: [
                row["device"],
                rx.el.span(row["address"], class_name="numeric"),
                row["started"],
                rx.cond(row["current"], ui.badge("This one", tone="info"), row["seen"]),
                rx.cond(
                    row["current"],
                    rx.fragment(),
                    ui.button(
                        "End this session",
                        size="sm",
                        on_click=AccountState.end_session(row["id"]),
                    ),
                ),
            ],
            label="Where you are signed in",
        ),
        ui.when(
            AccountState.sessions.length() > 1,  # type: ignore[attr-defined]
            ui.cluster(ui.button("End all others", on_click=AccountState.end_others)),
        ),
    )
