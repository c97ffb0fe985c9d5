"""How one is reached: the emergency contact, and what one may be written to about."""

import reflex as rx

from components import ui
from components.portal_frame import portal_frame
from state.policies import holders_of
from state.portal import OWN_PORTAL
from state.portal_reaching import PortalReachingState as State
from state.portal_reaching import ReachView, UseView
from state.routes import page


@page(
    "/portal/reaching",
    "Contact preferences",
    holders_of(OWN_PORTAL),
    on_load=[State.open],
)
def reaching() -> rx.Component:
    """Each organization asks for itself, and is answered for itself."""
    return portal_frame(
        rx.cond(
            State.loaded,
            rx.cond(
                State.places.length() > 0,
                rx.fragment(rx.foreach(State.places, _place)),
                ui.empty_state(
                    "You're not connected yet",
                    "Once you're connected with an organization, you choose here whom it may call and"
                    " what it may send you.",
                    ui.link_button("My organizations", href="/portal/organizations"),
                    picture="phone",
                ),
            ),
            ui.loading("Loading your preferences", lines=5),
        ),
        _form(),
        title="Contact preferences",
        description="Who to call in an emergency, and what you'd like to hear about.",
        active="reaching",
    )


def _place(each: ReachView) -> rx.Component:
    return rx.el.section(
        rx.el.h2(each.organization, class_name="portal__heading"),
        ui.card(_emergency(each), title="Emergency contact"),
        ui.card(
            rx.el.ul(
                rx.foreach(each.uses, lambda use: _use(each, use)),
                class_name="portal__uses",
                custom_attrs={"aria-label": f"Notifications from {each.organization}"},
            ),
            title="Notifications",
            description=rx.cond(
                each.own_phone != "",
                f"Texts go to {each.own_phone}, e-mails to {each.own_email}. Nothing is sent unless"
                " you turn it on.",
                f"E-mails go to {each.own_email}. To get texts, add your phone number to your"
                " profile.",
            ),
        ),
        class_name="stack",
        custom_attrs={"aria-label": each.organization},
    )


def _emergency(each: ReachView) -> rx.Component:
    there = rx.el.div(
        rx.el.div(
            rx.el.strong(each.name),
            rx.cond(each.relationship != "", rx.el.span(each.relationship, class_name="note")),
            class_name="cluster",
        ),
        rx.el.div(each.phone, class_name="numeric"),
        rx.cond(each.email != "", rx.el.div(each.email)),
        class_name="portal__person",
    )
    nobody = rx.el.p("No emergency contact yet. Who should we call if something happens to you?")
    return ui.stack(
        rx.cond(each.known, there, nobody),
        ui.cluster(
            ui.button(
                rx.cond(each.known, "Edit", "Add"),
                on_click=State.edit(each.organization_id),
                custom_attrs={
                    "aria-label": rx.cond(
                        each.known,
                        f"Edit the emergency contact for {each.organization}",
                        f"Add an emergency contact for {each.organization}",
                    )
                },
            )
        ),
    )


def _use(place: ReachView, each: UseView) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.strong(each.label),
            rx.el.div(each.about, class_name="note"),
            rx.cond(
                each.stopped,
                rx.el.div(
                    "You texted STOP. Text START to get texts again.",
                    class_name="note",
                ),
            ),
            class_name="portal__words",
        ),
        rx.el.div(
            rx.cond(
                (place.own_phone != "") & ~each.stopped,
                _switch(place, each, "sms", "Text", each.by_text),
            ),
            rx.cond(place.own_email != "", _switch(place, each, "email", "E-mail", each.by_mail)),
            class_name="portal__switches",
        ),
    )


def _switch(place: ReachView, each: UseView, channel: str, label: str, given: bool) -> rx.Component:
    return ui.switch(
        label,
        checked=given,
        on_change=lambda wished: State.agree(place.organization_id, channel, each.use, wished),
        custom_attrs={"aria-label": f"{each.label}: {label}"},
    )


def _form() -> rx.Component:
    draft = State.draft
    return ui.dialog(
        rx.el.form(
            ui.form_error(State.errors["form"]),
            _text("Name", "name", required=True, auto_focus=True, max_length=120),
            _text("Relationship to you", "relationship", optional=True, placeholder="Sister"),
            _text("Phone", "phone", required=True, type="tel", max_length=40),
            _text("E-mail", "email", optional=True, type="email", max_length=200),
            rx.cond(
                State.places.length() > 1,
                ui.checkbox("Use for all my organizations", "everywhere", default_checked=True),
            ),
            id="emergency-form",
            key=State.form_key.to_string(),  # type: ignore[attr-defined]
            on_submit=State.save,
            no_validate=True,
            class_name="stack",
        ),
        title="Emergency contact",
        description=f"For {draft.organization}. We'll call them only if something happens to you.",
        open=draft.organization_id > 0,
        on_open_change=State.open_form,
        actions=[
            ui.close_on_press(ui.button("Cancel")),
            ui.button("Save", kind="primary", submits=True, form="emergency-form"),
        ],
    )


def _text(label: str, name: str, **props: object) -> rx.Component:
    props.setdefault("max_length", 60)
    return ui.text_field(
        label,
        name,
        id=f"emergency-{name}",
        default_value=getattr(State.draft, name),
        error=State.errors[name],
        auto_complete="off",
        **props,  # type: ignore[arg-type]
    )
