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
        title="Earlier",
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
        description="None of them learns here that another one knows you.",
        active="organizations",
        actions=[
            ui.button("Connect me", kind="primary", leading="plus", on_click=State.start),
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
                rx.cond(each.status == "asked", "Take back", "Leave"),  # type: ignore[attr-defined,arg-type]
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
        "No organization is connected with you yet",
        "Open the link in its invitation, or ask it here by its name.",
        picture="building_2",
    )


def _form() -> rx.Component:
    return ui.dialog(
        rx.el.form(
            ui.text_field(
                "Name or code of the organization",
                "organization",
                hint="Just as it calls itself. Its staff can tell you the code.",
                error=State.error,
                auto_focus=True,
                auto_complete="organization",
                max_length=120,
            ),
            rx.el.p(
                "Its staff see your profile and decide. Only then do you see what it has for you.",
                class_name="note",
            ),
            id="ask-form",
            key=State.form_key.to_string(),  # type: ignore[attr-defined]
            on_submit=State.ask,
            no_validate=True,
            class_name="stack",
        ),
        title="Connect me with an organization",
        open=State.asking,
        on_open_change=State.open_form,
        size="sm",
        actions=[
            ui.close_on_press(ui.button("Cancel")),
            ui.button("Ask it", kind="primary", submits=True, form="ask-form"),
        ],
    )


def _ending() -> rx.Component:
    ending = State.ending
    asked = ending.status == "asked"
    return ui.confirm(
        rx.cond(
            asked,
            rx.el.p("Its staff no longer see your profile."),
            rx.el.p(
                "You no longer see its appointments, documents and messages here, and what you"
                " change in your profile does not reach it. What it has noted stays with it. To"
                " come back, ask it again.",
            ),
        ),
        title=rx.cond(
            asked,
            f"Take your wish to {ending.organization} back?",
            f"Leave {ending.organization}?",
        ),
        act=rx.cond(asked, "Take it back", "Leave"),  # type: ignore[arg-type]
        on_confirm=State.end,
        open=ending.id > 0,
        on_open_change=State.open_ending,
    )
