"""Where one is known, and asking to be known."""

import reflex as rx

from components import ui
from components.portal_frame import portal_frame
from state.policies import holders_of
from state.portal import OWN_PORTAL
from state.portal_organizations import PortalOrganizationsState as State
from state.routes import page


@page("/portal/organizations", "My organizations", holders_of(OWN_PORTAL), on_load=[State.open])
def organizations() -> rx.Component:
    """The organizations that know the person, and those asked."""
    some = State.links.length() > 0  # type: ignore[attr-defined]
    former = ui.card(
        rx.el.ul(rx.foreach(State.former, _over), class_name="portal__list"),
        title="Past connections",
        flush=True,
    )
    return portal_frame(
        rx.cond(
            State.loaded,
            rx.fragment(
                ui.card(
                    rx.cond(
                        some,
                        rx.el.ul(rx.foreach(State.links, _link), class_name="portal__list"),
                        _nowhere(),
                    ),
                    flush=True,
                ),
                ui.when(State.former.length() > 0, former),  # type: ignore[attr-defined]
            ),
            ui.loading(),
        ),
        _form(),
        _ending(),
        title="My organizations",
        description="Each sees only your profile and its own records, never your other organizations.",
        active="organizations",
        actions=[
            ui.button("Connect", kind="primary", leading="plus", on_click=State.start),
        ],
    )


def _words(each: rx.Var) -> rx.Component:
    return rx.fragment(
        rx.el.span(ui.icon("building_2", 18), class_name="portal__file"),
        rx.el.div(
            rx.el.strong(each.organization),  # type: ignore[attr-defined]
            rx.el.div(each.words, class_name="note"),  # type: ignore[attr-defined]
            class_name="portal__words",
        ),
    )


def _link(each: rx.Var) -> rx.Component:
    return rx.el.li(
        _words(each),
        rx.el.div(
            ui.button(
                rx.cond(each.status == "asked", "Cancel request", "Leave"),  # type: ignore[attr-defined,arg-type]
                on_click=State.start_ending(each.id),  # type: ignore[attr-defined]
            ),
            class_name="portal__deeds",
        ),
        class_name="portal__item",
    )


def _over(each: rx.Var) -> rx.Component:
    return rx.el.li(_words(each), class_name="portal__item")


def _nowhere() -> rx.Component:
    return ui.empty_state(
        "You're not connected yet",
        "Open the link in your invitation e-mail, or connect here by the organization's name.",
        picture="building_2",
    )


def _form() -> rx.Component:
    return ui.dialog(
        rx.el.form(
            ui.text_field(
                "Organization name or code",
                "organization",
                hint="Its full name, or the code its staff gave you.",
                error=State.error,
                auto_focus=True,
                auto_complete="organization",
                max_length=120,
            ),
            ui.choices(
                "What brings you there?",
                ui.checkbox("I receive services", "services"),
                ui.checkbox("I volunteer", "volunteer"),
                ui.checkbox("I donate", "donor"),
                rx.el.div(
                    State.as_error,
                    class_name="field__error",
                    custom_attrs={"aria-live": "polite"},
                ),
            ),
            rx.el.p(
                "The staff will see your profile and decide whether to connect you.",
                class_name="note",
            ),
            id="ask-form",
            key=State.form_key.to_string(),  # type: ignore[attr-defined]
            on_submit=State.ask,
            no_validate=True,
            class_name="stack",
        ),
        title="Connect with an organization",
        open=State.asking,
        on_open_change=State.open_form,
        size="sm",
        actions=[
            ui.close_on_press(ui.button("Cancel")),
            ui.button("Send request", kind="primary", submits=True, form="ask-form"),
        ],
    )


def _ending() -> rx.Component:
    ending = State.ending
    asked = ending.status == "asked"
    supports = rx.el.p("You are no longer a volunteer or donor there, either.")
    return ui.confirm(
        rx.cond(
            asked,
            rx.el.p("The staff will no longer see your profile."),
            rx.cond(
                ending.status == "known",
                rx.el.p(
                    "You will no longer be a volunteer or donor there, and its staff will no longer"
                    " see how to reach you. You can ask to connect again at any time."
                ),
                ui.stack(
                    rx.el.p(
                        "You'll no longer see its appointments, documents and messages here, and it"
                        " won't see changes to your profile. It keeps the records it has. You can"
                        " ask to connect again at any time.",
                    ),
                    ui.when(ending.supports, supports),
                ),
            ),
        ),
        title=rx.cond(
            asked,
            f"Cancel your request to {ending.organization}?",
            f"Leave {ending.organization}?",
        ),
        act=rx.cond(asked, "Cancel request", "Leave"),  # type: ignore[arg-type]
        on_confirm=State.end,
        open=ending.id > 0,
        on_open_change=State.open_ending,
    )
