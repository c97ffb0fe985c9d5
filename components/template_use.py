"""Using a distribution template: from its own page, and from the page of a planned session."""

import reflex as rx

from components import ui
from state.template_use import Offer
from state.template_use import TemplateUseState as State

WAYS = (("fill", "Planned session"), ("plan", "New session"), ("record", "Record now"))


def template_use_dialog() -> rx.Component:
    """Where the lines of the chosen template are to go."""
    return ui.dialog(
        ui.stack(
            rx.el.ul(rx.foreach(State.lines, rx.el.li), class_name="template__lines"),
            ui.segmented("way", WAYS, label="How", value=State.way, on_change=State.choose_way),
            rx.el.form(
                rx.cond(
                    State.way == "fill",
                    ui.select_field(
                        "Planned session",
                        "session_id",
                        State.planned,
                        empty="Choose",
                        hint="The lines are added to what is planned there, and reserved at once.",
                    ),
                    rx.fragment(
                        ui.select_field("Service", "service_id", State.services, empty="Choose"),
                        ui.date_field(
                            "Day",
                            "held_on",
                            default_value=State.today,
                            hint=rx.cond(
                                State.way == "record",
                                "Planned and completed in one step: the stock leaves the shelf now.",
                                "What is needed is reserved at once.",
                            ),
                        ),
                    ),
                ),
                short(State.error),
                id="template-use",
                key=State.form_key.to_string(),  # type: ignore[attr-defined]
                on_submit=State.use,
                class_name="stack",
            ),
        ),
        title=rx.fragment("Use ", State.template),
        open=State.is_open,
        on_open_change=State.open_dialog,
        actions=[
            ui.close_on_press(ui.button("Cancel")),
            ui.button(
                rx.match(
                    State.way,
                    ("plan", "Plan the session"),
                    ("record", "Record it"),
                    "Add the lines",
                ),
                kind="primary",
                submits=True,
                form="template-use",
            ),
        ],
    )


def use_template_here(session_id: rx.Var) -> rx.Component:
    """The button on a planned session, and the templates that may be put onto it."""
    return rx.fragment(
        ui.button("Use a template", leading="layout_template", on_click=State.pick(session_id)),
        ui.dialog(
            short(State.error),
            rx.cond(
                State.offers.length() > 0,
                rx.el.ul(rx.foreach(State.offers, _offer), class_name="template__offers"),
                rx.el.p("No template is offered for this session.", class_name="hint"),
            ),
            title="Use a template",
            description="Its lines are added to this session, and reserved at once.",
            open=State.picking,
            on_open_change=State.open_picking,
        ),
    )


def _offer(offer: Offer) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            rx.el.span(offer.name, class_name="worked__name"),
            rx.el.span(offer.lines, class_name="cell__detail"),
            type="button",
            class_name="pick-list__option",
            on_click=State.put_on(offer.id),
        )
    )


def short(error: rx.Var) -> rx.Component:
    """Why it was refused, one line for every item that is short."""
    return rx.el.div(ui.form_error(error), class_name="short")
