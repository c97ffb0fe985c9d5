"""A customer's record: who may act for them, whom to call, and who is responsible for payment."""

import reflex as rx

from components import ui
from components.editing import form_drawer
from components.record_frame import record_frame, show_more
from securecare.access.roles import Permission
from securecare.customers.contacts import EMERGENCY, GUARANTOR
from state.policies import holders_of
from state.record import RecordState
from state.record_people import CheckView, ContactsState, ContactView, PersonView
from state.record_people import PeopleState as State
from state.routes import page


@page(
    "/customers/[id]/people",
    "People",
    holders_of(Permission.VIEW_CUSTOMERS),
    on_load=[RecordState.open_record, State.open_page, ContactsState.open_page],
)
def record_people() -> rx.Component:
    """Authorized people, the emergency contact and the guarantor."""
    return record_frame(
        "people",
        rx.el.div(
            _contact(
                ContactsState.emergency,
                EMERGENCY,
                "Who to call in an emergency.",
                "Same as guarantor",
                ContactsState.guarantor.name != "",
            ),
            _contact(
                ContactsState.guarantor,
                GUARANTOR,
                "Who is financially responsible and receives the invoices.",
                "Same as emergency contact",
                ContactsState.emergency.name != "",
            ),
            class_name="record__cards",
        ),
        ui.card(
            rx.cond(State.people.length() > 0, _people(), _nobody()),
            show_more(State, "Show more people"),
            title="Authorized people",
            description="Who may act on this person's behalf, until when, and how they were verified.",
            actions=[
                rx.cond(
                    State.may_change,
                    ui.button(
                        "Add authorized person", leading="user_plus", on_click=State.start_new
                    ),
                )
            ],
        ),
        _form(),
        _contact_form(),
        _checks(),
        loaded=State.loaded & ContactsState.loaded,
    )


def _contact(contact: ContactView, role: str, about: str, copy: str, other: rx.Var) -> rx.Component:
    return ui.card(
        rx.cond(
            contact.name != "",
            ui.details(
                ("Name", contact.name),
                ("Relationship", rx.cond(contact.relationship != "", contact.relationship, "–")),
                ("Phone", rx.cond(contact.phone != "", contact.phone, "–")),
                ("E-mail", rx.cond(contact.email != "", contact.email, "–")),
            ),
            rx.el.p("Nobody on file.", class_name="hint"),
        ),
        rx.cond(
            ContactsState.may_change,
            ui.cluster(
                ui.button(
                    rx.cond(contact.name != "", "Change", "Add"),  # type: ignore[arg-type]
                    size="sm",
                    leading="pencil",
                    on_click=ContactsState.edit(role),
                    custom_attrs={"aria-label": f"Change the {contact.label}"},
                ),
                rx.cond(
                    other,
                    ui.button(copy, size="sm", leading="copy", on_click=ContactsState.copy(role)),
                ),
            ),
        ),
        title=contact.label,
        description=about,
    )


def _people() -> rx.Component:
    return rx.el.ul(
        rx.foreach(State.people, _person),
        class_name="record__list",
        custom_attrs={"aria-label": "Authorized people"},
    )


def _person(person: PersonView) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.strong(person.name),
            rx.el.span(person.relationship, class_name="cell__detail"),
            ui.link(person.phone, href=person.href, class_name="numeric"),
            ui.badge(person.until, tone=rx.cond(person.valid, "good", "warn")),  # type: ignore[arg-type]
            class_name="record__line",
        ),
        rx.el.ul(
            rx.foreach(person.checks, _checked),
            class_name="record__checks",
            custom_attrs={"aria-label": "Verification"},
        ),
        rx.cond(
            State.may_change & ~person.ended,
            ui.cluster(
                ui.button(
                    "Verify",
                    size="sm",
                    leading="badge_check",
                    on_click=State.start_check(person.id),
                    custom_attrs={"aria-label": f"Verify {person.name}"},
                ),
                ui.button(
                    rx.cond(person.valid, "Change", "Renew"),  # type: ignore[arg-type]
                    size="sm",
                    leading="pencil",
                    on_click=State.edit(person.id),
                ),
                ui.confirm(
                    "They will no longer be offered anywhere. The entry stays on record.",
                    title=f"Revoke the authorization of {person.name}?",
                    act="Revoke",
                    on_confirm=State.end(person.id),
                    trigger=ui.button("Revoke", size="sm", leading="user_x"),
                ),
            ),
        ),
        custom_attrs={"data-faded": rx.cond(person.valid, "false", "true")},
    )


def _checked(check: CheckView) -> rx.Component:
    return rx.el.li(
        rx.cond(check.done, ui.icon("circle_check", 14), ui.icon("circle_dashed", 14)),
        rx.el.span(check.label),
        rx.cond(
            check.done,
            rx.el.span(check.said, class_name="cell__detail"),
            rx.el.span("not verified", class_name="cell__detail"),
        ),
        custom_attrs={"data-done": rx.cond(check.done, "true", "false")},
    )


def _nobody() -> rx.Component:
    return ui.empty_state(
        "No authorized people",
        "People who may call or sign on this person's behalf appear here, with the day their authorization ends.",
        picture="user_check",
    )


def _form() -> rx.Component:
    return form_drawer(
        State,
        _text(State, "Name", "name", 120, auto_focus=True),
        ui.form_grid(
            _text(State, "Relationship", "relationship", 60, placeholder="Mother"),
            _text(State, "Phone", "phone", 40, type="tel"),
        ),
        ui.date_field(
            "Authorized until",
            "expires_on",
            default_value=State.draft.expires_on,
            error=State.errors["expires_on"],
            hint="The last day. An authorization always ends.",
            required=True,
        ),
        form_id="authorized-form",
        title=rx.cond(State.is_new, "Add authorized person", State.draft.name),
    )


def _contact_form() -> rx.Component:
    state = ContactsState
    return form_drawer(
        state,
        _text(state, "Name", "name", 120, auto_focus=True),
        _text(state, "Relationship", "relationship", 60, optional=True),
        _text(state, "Phone", "phone", 40, type="tel", optional=True),
        _text(state, "E-mail", "email", 200, type="email", optional=True),
        form_id="contact-form",
        title=state.draft.label,
    )


def _text(state: type, label: str, name: str, most: int, **props: object) -> rx.Component:
    if not props.get("optional"):
        props["required"] = True
    return ui.text_field(
        label,
        name,
        id=f"{state.__name__}-{name}",
        default_value=getattr(state.draft, name),  # type: ignore[attr-defined]
        error=state.errors[name],  # type: ignore[attr-defined]
        max_length=most,
        auto_complete="off",
        **props,  # type: ignore[arg-type]
    )


def _checks() -> rx.Component:
    return ui.dialog(
        rx.el.form(
            rx.foreach(State.checking.checks, _choice),
            ui.form_error(State.check_error),
            id="check-form",
            key=State.checking.id.to_string(),  # type: ignore[attr-defined]
            on_submit=State.check,
            no_validate=True,
            class_name="stack",
        ),
        title=f"Verify {State.checking.name}",
        description="Your name and the time are recorded. Uncheck what no longer holds.",
        open=State.check_open,
        on_open_change=State.open_check,
        actions=[
            ui.close_on_press(ui.button("Cancel")),
            ui.button("Save verification", kind="primary", submits=True, form="check-form"),
        ],
    )


def _choice(check: CheckView) -> rx.Component:
    return rx.el.div(
        ui.checkbox(check.label, check.what, default_checked=check.done),  # type: ignore[arg-type]
        rx.cond(
            check.done,
            rx.el.span(check.said, class_name="cell__detail"),
            rx.el.input(
                name=f"seen_{check.what}",
                placeholder="Document seen, such as a passport",
                max_length=80,
                auto_complete="off",
                class_name="input",
                custom_attrs={
                    "aria-label": f"{check.label}: document seen",
                    "data-size": "sm",
                },
            ),
        ),
        class_name="record__choice",
    )
