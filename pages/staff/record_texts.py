"""A customer's record: what they agreed to be texted and written to about, and the log of it."""

import reflex as rx

from components import ui
from components.record_frame import record_frame, show_more
from securecare.access.roles import Permission
from state.policies import holders_of
from state.record import RecordState
from state.record_texts import EntryView, UseView
from state.record_texts import TextsState as State
from state.routes import page


@page(
    "/customers/[id]/texts",
    "Texts",
    holders_of(Permission.VIEW_CUSTOMERS),
    on_load=[RecordState.open_record, State.open_page],
)
def record_texts() -> rx.Component:
    """Consent use by use, and everything that was ever said about it."""
    return record_frame(
        "texts",
        ui.card(
            rx.el.ul(
                rx.foreach(State.uses, lambda each: _use(each, State.phone, "")),
                class_name="record__list",
                custom_attrs={"aria-label": "What texts are agreed to"},
            ),
            title="Texts",
            description=rx.cond(
                State.phone != "",
                f"To {State.phone}. Without a yes nothing is sent.",
                "No phone number is noted in the profile.",
            ),
        ),
        ui.card(
            rx.el.ul(
                rx.foreach(State.letters, lambda each: _use(each, State.email, " by e-mail")),
                class_name="record__list",
                custom_attrs={"aria-label": "What e-mails are agreed to"},
            ),
            title="E-mails",
            description=rx.cond(
                State.email != "",
                f"To {State.email}. Without a yes none of these is sent.",
                "No e-mail address is noted in the profile.",
            ),
        ),
        ui.card(
            ui.table(
                ["When", "What for", "Said", "Where", "How"],
                State.history,
                _cells,
                label="The log of consent, the latest first",
                empty=rx.el.p("Nothing was ever said.", class_name="hint"),
            ),
            show_more(State, "Show earlier entries"),
            title="Log",
            description="It only grows: how it stood at any moment can be told.",
        ),
        loaded=State.loaded,
    )


def _use(each: UseView, address: rx.Var, by: str) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.strong(each.label),
            rx.cond(
                each.given,
                ui.badge("Yes", tone="good", leading="check"),
                ui.badge("No", leading="x"),
            ),
            class_name="record__line",
        ),
        rx.el.span(each.said, class_name="cell__detail"),
        rx.cond(
            each.held,
            rx.el.p(
                "They texted STOP. Only a text saying START from that phone brings it back.",
                class_name="hint",
            ),
            rx.cond(
                State.may_change & (address != ""),
                ui.cluster(
                    rx.cond(
                        each.given,
                        ui.button(
                            "They withdrew it",
                            size="sm",
                            on_click=State.withdraw(each.channel, each.use),
                            custom_attrs={"aria-label": f"{each.label}{by}: they withdrew it"},
                        ),
                        ui.button(
                            "They agreed",
                            size="sm",
                            on_click=State.agree(each.channel, each.use),
                            custom_attrs={"aria-label": f"{each.label}{by}: they agreed"},
                        ),
                    )
                ),
            ),
        ),
    )


def _cells(each: EntryView) -> list[ui.Content]:
    return [
        rx.el.span(each.when, class_name="numeric"),
        each.what,
        rx.cond(each.given, "Yes", "No"),
        rx.el.span(each.phone, class_name="numeric"),
        each.source,
    ]
