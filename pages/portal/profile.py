"""How one describes oneself."""

from collections.abc import Sequence

import reflex as rx

from components import ui
from components.editing import compared
from components.localities import COUNTRIES, ZONES, postal_address
from components.portal_frame import portal_frame
from securecare.customers.choices import MARITAL_STATUSES, VETERAN
from state.policies import holders_of
from state.portal import OWN_PORTAL
from state.portal_profile import PortalProfileState as State
from state.routes import page


@page("/portal/profile", "My profile", holders_of(OWN_PORTAL), on_load=[State.open])
def profile() -> rx.Component:
    """What is known, or the form that changes it."""
    return portal_frame(
        rx.cond(
            State.loaded,
            rx.cond(State.editing, _form(), rx.fragment(_person(), _reached(), _optional())),
            ui.loading(),
        ),
        title="My profile",
        description="Your organizations see what you change here right away.",
        active="profile",
        actions=[
            rx.cond(
                State.loaded & ~State.editing,  # type: ignore[operator]
                ui.button("Edit", kind="primary", leading="pencil", on_click=State.edit),
            )
        ],
    )


def _known(value: rx.Var) -> rx.Component:
    return rx.cond(value != "", value, rx.el.span("Not given", class_name="faint"))


def _person() -> rx.Component:
    shown = State.shown
    return ui.card(
        ui.details(
            ("Name", rx.fragment(shown.given_name, " ", shown.family_name)),
            ("Date of birth", _known(shown.born)),
        ),
        title="About you",
    )


def _reached() -> rx.Component:
    shown = State.shown
    address = postal_address(shown, rx.el.span("Not given", class_name="faint"))  # type: ignore[arg-type]
    return ui.card(
        ui.details(
            ("Address", address),
            ("Time zone", _known(shown.zone_name)),
            ("Phone", _known(shown.phone)),
            (
                "E-mail",
                rx.fragment(
                    shown.email,
                    " ",
                    ui.link("Change", href="/portal/security"),
                ),
            ),
        ),
        title="Contact details",
    )


def _optional() -> rx.Component:
    shown = State.shown
    return ui.card(
        ui.details(
            ("Preferred name", _known(shown.preferred_name)),
            ("Pronouns", _known(shown.pronouns)),
            ("Gender", _known(shown.gender)),
            ("Race", _known(shown.race)),
            ("Ethnicity", _known(shown.ethnicity)),
            ("Sexual orientation", _known(shown.sexual_orientation)),
            ("Marital status", _known(shown.marital_status)),
            ("Veteran", _known(shown.veteran)),
            ("Language", _known(shown.language)),
            ("Needs an interpreter", rx.cond(shown.needs_interpreter, "Yes", "No")),
        ),
        title="Optional",
    )


def _form() -> rx.Component:
    return ui.stack(
        compared(State),
        rx.el.form(
            ui.card(
                _needed(), title="About you", description="So nobody mistakes you for someone else."
            ),
            ui.card(
                _wished(),
                title="Optional",
                description="Share only what you want to.",
            ),
            rx.cond(
                State.changed_by == "",
                ui.form_actions(
                    ui.button("Save", kind="primary", size="lg", submits=True),
                    ui.button("Cancel", size="lg", on_click=State.leave),
                ),
            ),
            key=State.form_key.to_string(),  # type: ignore[attr-defined]
            on_submit=State.save,
            no_validate=True,
            class_name="stack",
        ),
    )


def _needed() -> rx.Component:
    draft = State.draft
    return ui.form_grid(
        _text("First name", "given_name", "given-name", required=True),
        _text("Last name", "family_name", "family-name", required=True),
        ui.date_field(
            "Date of birth",
            "born_on",
            default_value=draft.born_on,
            error=State.errors["born_on"],
            auto_complete="bday",
            required=True,
        ),
        _text("Street address", "street", "street-address", required=True, max_length=200),
        _text("City", "city", "address-level2", required=True, max_length=120),
        _text("State or region", "region", "address-level1"),
        _text("ZIP or postal code", "postal_code", "postal-code"),
        ui.select_field(
            "Country",
            "country",
            COUNTRIES,
            empty="Choose",
            default_value=draft.country,
            error=State.errors["country"],
            auto_complete="country",
        ),
        ui.select_field(
            "Time zone",
            "time_zone",
            ZONES,
            empty="Choose",
            default_value=draft.time_zone,
            key=draft.time_zone,
            error=State.errors["time_zone"],
            hint="So we don't text you at night.",
            wide=True,
        ),
    )


def _wished() -> rx.Component:
    draft = State.draft
    return ui.stack(
        ui.form_grid(
            _text("Phone", "phone", "tel", type="tel", max_length=40),
            _text("Preferred name", "preferred_name", "nickname"),
            _text("Pronouns", "pronouns", "off", placeholder="she/her"),
            _text("Gender", "gender", "off"),
            _text("Race", "race", "off"),
            _text("Ethnicity", "ethnicity", "off"),
            _text("Sexual orientation", "sexual_orientation", "off"),
            _chosen("Marital status", "marital_status", MARITAL_STATUSES),
            _chosen("Veteran", "veteran", VETERAN, hint="Have you served in the military?"),
            _text("Language", "language", "language"),
        ),
        ui.checkbox(
            "I need an interpreter",
            "needs_interpreter",
            default_checked=draft.needs_interpreter,
        ),
    )


def _chosen(label: str, name: str, options: Sequence[str], **props: object) -> rx.Component:
    return ui.select_field(
        label,
        name,
        [(each, each) for each in options],
        empty="Prefer not to say",
        default_value=getattr(State.draft, name),
        error=State.errors[name],
        auto_complete="off",
        **props,  # type: ignore[arg-type]
    )


def _text(label: str, name: str, kind: str, **props: object) -> rx.Component:
    props.setdefault("max_length", 80)
    return ui.text_field(
        label,
        name,
        default_value=getattr(State.draft, name),
        error=State.errors[name],
        auto_complete=kind,
        **props,  # type: ignore[arg-type]
    )
