"""How one signs in: password, second factor and sessions, for staff and patrons alike."""

import reflex as rx

from components import ui
from state.account import AccountState, PasswordState, SecondFactorState


def password_form() -> rx.Component:
    """The form that changes one's own password."""
    return rx.el.form(
        ui.form_error(PasswordState.form_error),
        ui.text_field(
            "Current password",
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
        ui.form_actions(ui.button("Change password", submits=True)),
        on_submit=PasswordState.change,
        key=PasswordState.times_changed.to_string(),  # type: ignore[attr-defined]
        class_name="stack account__form",
    )


def second_factor() -> rx.Component:
    """Setting the second factor up, renewing its recovery codes, turning it off."""
    off = ui.stack(
        rx.el.p("It is off. Anyone who learns your password could sign in as you."),
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
        rx.el.p("Scan this with an authenticator app, or type in the code below it."),
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
            ui.button("Cancel", kind="quiet", on_click=SecondFactorState.leave),
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
            "Each one signs you in once without your phone. They are shown only now: print them, or"
            " keep them where you keep your passwords."
        ),
        foot=[ui.button("I have saved them", on_click=SecondFactorState.leave)],
    )


def open_sessions() -> rx.Component:
    """Where one is signed in, and ending what one does not recognize."""
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
