"""A customer's record, first tab: what is known of them."""

from collections.abc import Sequence

import reflex as rx

from components import ui
from components.editing import form_drawer
from components.localities import COUNTRIES, ZONES, postal_address
from components.record_frame import record_frame
from securecare.access.roles import Permission
from securecare.customers.choices import MARITAL_STATUSES, VETERAN
from securecare.customers.profile import REACHED_BY
from state.policies import holders_of
from state.record import RecordState
from state.record_profile import ProfileState as State
from state.routes import page


@page(
    "/customers/[id]",
    "Profile",
    holders_of(Permission.VIEW_CUSTOMERS),
    on_load=[RecordState.open_record, State.open_page],
)
def record_profile() -> rx.Component:
    """Everything about the person that is no event."""
    return record_frame(
        "",
        rx.cond(State.kept, _kept()),
        rx.el.div(_person(), _reached(), _protected(), class_name="record__cards"),
        _form(),
        _reveal(),
        _take_down(),
        loaded=State.loaded,
        actions=[
            rx.cond(
                State.may_change,
                ui.button("Change", kind="primary", leading="pencil", on_click=State.edit),
            )
        ],
    )


def _known(value: rx.Var) -> rx.Component:
    return rx.cond(value != "", value, rx.el.span("Not known", class_name="cell__detail"))


def _kept() -> rx.Component:
    """Who keeps the record, where it is not the staff."""
    return ui.banner(
        "Name, birth date, contact details, address and personal details come from their own"
        " account and are changed there.",
        tone="info",
        title="They keep their own details up to date",
        actions=[
            ui.link_button(
                "See what they changed",
                href=f"/customers/{RecordState.head.id}/patron",
                size="sm",
            )
        ],
    )


def _person() -> rx.Component:
    shown = State.shown
    return ui.card(
        ui.details(
            ("Birth date", _known(shown.born)),
            ("Preferred name", _known(shown.preferred_name)),
            ("Pronouns", _known(shown.pronouns)),
            ("Gender", _known(shown.gender)),
            ("Ethnicity", _known(shown.ethnicity)),
            ("Race", _known(shown.race)),
            ("Sexual orientation", _known(shown.sexual_orientation)),
            ("Marital status", _known(shown.marital_status)),
            ("Veteran", _known(shown.veteran)),
            (
                "Language",
                rx.fragment(
                    _known(shown.language),
                    rx.cond(
                        shown.needs_interpreter,
                        ui.badge("Needs an interpreter", tone="warn", leading="languages"),
                    ),
                ),
            ),
        ),
        rx.cond(
            shown.staff_note != "",
            rx.el.p(shown.staff_note, class_name="record__note"),
        ),
        title="Person",
    )


def _reached() -> rx.Component:
    shown = State.shown
    return ui.card(
        ui.details(
            ("Phone", _known(shown.phone)),
            ("E-mail", _known(shown.email)),
            ("Preferred contact", shown.reached_by_label),
            (
                "Address",
                postal_address(shown, rx.el.span("Not known", class_name="cell__detail")),  # type: ignore[arg-type]
            ),
            ("Time zone", _known(shown.zone_name)),
        ),
        title="Contact details",
    )


def _protected() -> rx.Component:
    return ui.card(
        ui.details(
            (
                "Social Security number",
                rx.cond(
                    State.shown.has_ssn,
                    rx.el.span(
                        "•••-••-••••",
                        class_name="numeric",
                        custom_attrs={"aria-label": "on file, hidden"},
                    ),
                    rx.el.span("Not on file", class_name="cell__detail"),
                ),
            ),
        ),
        ui.cluster(
            rx.cond(
                State.may_reveal & State.shown.has_ssn,
                ui.button("Show", size="sm", leading="eye", on_click=State.start_reveal),
            ),
            rx.cond(
                State.may_change,
                ui.button(
                    rx.cond(State.shown.has_ssn, "Replace", "Add"),  # type: ignore[arg-type]
                    size="sm",
                    leading="pencil",
                    on_click=State.start_ssn,
                ),
            ),
        ),
        title="Protected",
        description="Encrypted. Showing it takes a reason, which is recorded.",
    )


def _form() -> rx.Component:
    return form_drawer(
        State,
        rx.cond(
            State.kept,
            ui.banner(
                "They keep everything else up to date in their own account.",
                tone="info",
            ),
            _of_the_person(),
        ),
        ui.select_field(
            "Preferred contact",
            "reached_by",
            tuple(REACHED_BY.items()),
            default_value=State.draft.reached_by,
            error=State.errors["reached_by"],
        ),
        rx.cond(State.kept, rx.fragment(), _where()),
        ui.area_field(
            "Staff note",
            "staff_note",
            default_value=State.draft.staff_note,
            error=State.errors["staff_note"],
            hint="Everyone with access to this record can read it. Leave out anything about health.",
            max_length=1000,
            optional=True,
        ),
        form_id="profile-form",
        title=f"{State.draft.given_name} {State.draft.family_name}",
    )


def _of_the_person() -> rx.Component:
    return rx.fragment(
        ui.form_grid(
            _text("Given name", "given_name", required=True, auto_focus=True),
            _text("Family name", "family_name", required=True),
            _text("Preferred name", "preferred_name"),
            _text("Pronouns", "pronouns", placeholder="she/her"),
            ui.date_field(
                "Birth date",
                "born_on",
                default_value=State.draft.born_on,
                error=State.errors["born_on"],
                optional=True,
            ),
            _text("Gender", "gender"),
            _text("Language", "language"),
            _text("Ethnicity", "ethnicity"),
            _text("Race", "race"),
            _text("Sexual orientation", "sexual_orientation"),
            _chosen("Marital status", "marital_status", _as_they_are(MARITAL_STATUSES)),
            _chosen("Veteran", "veteran", _as_they_are(VETERAN)),
        ),
        ui.checkbox(
            "Needs an interpreter",
            "needs_interpreter",
            default_checked=State.draft.needs_interpreter,
        ),
        ui.form_grid(
            _text("Phone", "phone", type="tel", max_length=40),
            _text("E-mail", "email", type="email", max_length=200),
        ),
    )


def _where() -> rx.Component:
    return rx.fragment(
        _text("Street", "street", max_length=200),
        ui.form_grid(
            _text("City", "city", max_length=120),
            _text("State or region", "region"),
            _text("Postal code", "postal_code"),
            _chosen("Country", "country", COUNTRIES),
        ),
        _chosen("Time zone", "time_zone", ZONES),
    )


def _chosen(label: str, name: str, choices: Sequence[tuple[str, str]]) -> rx.Component:
    return ui.select_field(
        label,
        name,
        choices,
        empty="Not known",
        default_value=getattr(State.draft, name),
        error=State.errors[name],
        optional=True,
    )


def _as_they_are(words: Sequence[str]) -> list[tuple[str, str]]:
    return [(each, each) for each in words]


def _text(label: str, name: str, **props: object) -> rx.Component:
    props.setdefault("max_length", 80)
    if not props.get("required"):
        props["optional"] = True
    return ui.text_field(
        label,
        name,
        default_value=getattr(State.draft, name),
        error=State.errors[name],
        auto_complete="off",
        **props,  # type: ignore[arg-type]
    )


def _reveal() -> rx.Component:
    return ui.dialog(
        rx.cond(
            State.ssn != "",
            rx.el.p(State.ssn, class_name="record__ssn numeric", role="status"),
            rx.el.form(
                ui.text_field(
                    "Why do you need it?",
                    "reason",
                    error=State.ssn_error,
                    hint="Your name, the time and the reason are kept in the audit trail.",
                    max_length=200,
                    auto_focus=True,
                    auto_complete="off",
                ),
                id="reveal-form",
                key=State.ssn_key.to_string(),  # type: ignore[attr-defined]
                on_submit=State.reveal,
                no_validate=True,
            ),
        ),
        title="Show the Social Security number",
        open=State.asking,
        on_open_change=State.open_reveal,
        actions=[
            ui.close_on_press(ui.button(rx.cond(State.ssn != "", "Hide", "Cancel"))),  # type: ignore[arg-type]
            rx.cond(
                State.ssn == "",
                ui.button("Show number", kind="primary", submits=True, form="reveal-form"),
            ),
        ],
    )


def _take_down() -> rx.Component:
    return ui.dialog(
        rx.el.form(
            ui.text_field(
                "Social Security number",
                "ssn",
                error=State.ssn_error,
                hint=rx.cond(
                    State.shown.has_ssn,
                    "Leave it empty to remove the number on file.",
                    "Nine digits. It is encrypted before it is stored.",
                ),
                input_mode="numeric",
                max_length=11,
                auto_focus=True,
                auto_complete="off",
            ),
            id="ssn-form",
            key=State.ssn_key.to_string(),  # type: ignore[attr-defined]
            on_submit=State.save_ssn,
            no_validate=True,
        ),
        title="Social Security number",
        open=State.entering,
        on_open_change=State.open_ssn,
        actions=[
            ui.close_on_press(ui.button("Cancel")),
            ui.button("Save", kind="primary", submits=True, form="ssn-form"),
        ],
    )
