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
                custom_attrs={"aria-label": "Consent to texts"},
            ),
            title="Texts",
            description=rx.cond(
                State.phone != "",
                f"To {State.phone}. Nothing is sent without consent.",
                "There is no phone number in the profile.",
            ),
        ),
        ui.when(State.others.length() > 0, _others()),  # type: ignore[attr-defined]
        ui.card(
            rx.el.ul(
                rx.foreach(State.letters, lambda each: _use(each, State.email, " by e-mail")),
                class_name="record__list",
                custom_attrs={"aria-label": "Consent to e-mails"},
            ),
            title="E-mails",
            description=rx.cond(
                State.email != "",
                f"To {State.email}. None of these is sent without consent.",
                "There is no e-mail address in the profile.",
            ),
        ),
        ui.card(
            ui.table(
                ["When", "For", "Consent", "Number or address", "Source"],
                State.history,
                _cells,
                label="The log of consent, the latest first",
                empty=rx.el.p("No entries yet.", class_name="hint"),
            ),
            show_more(State, "Show earlier entries"),
            title="Log",
            description="Entries are permanent. Nobody can change or delete them.",
        ),
        _past(),
        loaded=State.loaded,
    )


def _use(each: UseView, address: rx.Var, by: str) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.strong(each.label),
            _yes_or_no(each),
            class_name="record__line",
        ),
        rx.el.span(each.said, class_name="cell__detail"),
        rx.cond(
            each.held,
            rx.el.p(
                "They texted STOP. Only a text saying START from that phone turns texts on again.",
                class_name="hint",
            ),
            rx.cond(
                State.may_change & (address != ""),
                ui.cluster(
                    rx.cond(
                        each.given,
                        ui.button(
                            "Record opt-out",
                            size="sm",
                            on_click=State.withdraw(each.channel, each.use, ""),
                            custom_attrs={"aria-label": f"{each.label}{by}: record opt-out"},
                        ),
                        ui.button(
                            "Record consent",
                            size="sm",
                            on_click=State.agree(each.channel, each.use),
                            custom_attrs={"aria-label": f"{each.label}{by}: record consent"},
                        ),
                    )
                ),
            ),
        ),
    )


def _others() -> rx.Component:
    return ui.card(
        rx.el.ul(
            rx.foreach(State.others, _other),
            class_name="record__list",
            custom_attrs={"aria-label": "Consent to texts to other numbers"},
        ),
        title="Other numbers",
        description="Consent belongs to a number. It does not move to a new one by itself.",
    )


def _other(each: UseView) -> rx.Component:
    return rx.el.li(
        _stands(each),
        rx.cond(
            State.may_change & each.given,
            ui.cluster(
                ui.button(
                    "Record opt-out",
                    size="sm",
                    on_click=State.withdraw(each.channel, each.use, each.phone),
                    custom_attrs={"aria-label": f"{each.label}, {each.number}: record opt-out"},
                )
            ),
        ),
    )


def _past() -> rx.Component:
    """How consent stood at a moment somebody asks about, as an auditor does."""
    return ui.card(
        rx.el.form(
            ui.form_grid(
                ui.date_field("Day", "day", error=State.past_errors["day"]),
                ui.time_field("Time", "time", step_minutes=1, error=State.past_errors["time"]),
            ),
            ui.form_actions(ui.button("Show consent at that time", submits=True)),
            on_submit=State.ask_past,
            no_validate=True,
            class_name="stack",
        ),
        rx.cond(
            State.past_when != "",
            rx.el.div(
                rx.el.h3(f"On {State.past_when}"),
                rx.el.ul(
                    rx.foreach(State.past, lambda each: rx.el.li(_stands(each))),
                    class_name="record__list",
                    custom_attrs={"aria-label": f"Consent on {State.past_when}"},
                ),
                role="status",
            ),
        ),
        title="Look up a past moment",
        description="What could be sent, and to which number, at any time since the record began.",
    )


def _stands(each: UseView) -> rx.Component:
    """One use of one number, and whether it is agreed to."""
    return rx.fragment(
        rx.el.div(
            rx.el.strong(each.label),
            rx.el.span(
                rx.cond(each.number != "", each.number, "E-mail"), class_name="cell__detail numeric"
            ),
            _yes_or_no(each),
            class_name="record__line",
        ),
        rx.el.span(each.said, class_name="cell__detail"),
    )


def _yes_or_no(each: UseView) -> rx.Component:
    return rx.cond(
        each.given,
        ui.badge("Yes", tone="good", leading="check"),
        ui.badge("No", leading="x"),
    )


def _cells(each: EntryView) -> list[ui.Content]:
    return [
        rx.el.span(each.when, class_name="numeric"),
        each.what,
        rx.cond(each.given, "Yes", "No"),
        rx.el.span(each.phone, class_name="numeric"),
        each.source,
    ]
