"""The page around each tab of a customer's record: who it is, what to mind, and the other tabs."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from components import ui
from components.frame import frame
from components.ui.kinds import Content
from securecare.customers.alerts import KINDS
from state.frame import FrameState
from state.record import AlertView
from state.record import RecordState as Record

PICTURES = {
    "safety": "shield_alert",
    "medical": "heart_pulse",
    "care": "hand_heart",
    "access": "accessibility",
}


def record_frame(
    part: str, *content: Content, loaded: rx.Var, actions: Sequence[Content] = ()
) -> rx.Component:
    """A tab of the record; `part` is the end of its address, "" for the first."""
    there = Record.loaded & ~Record.missing
    return frame(
        rx.cond(
            Record.missing,
            rx.cond(Record.merged_into > 0, _merged(), _missing()),
            rx.fragment(
                rx.cond(Record.alerts.length() > 0, _alerts()),
                _tabs(part),
                rx.cond(loaded, rx.fragment(*content), ui.loading("Reading the record", lines=6)),
            ),
        ),
        _new_alert(),
        title=rx.cond(there, Record.head.name, "Record"),
        active="customers",
        head=_head(actions),
    )


def _missing() -> rx.Component:
    return ui.empty_state(
        "Record not found",
        "The link may be wrong, or you may not have access to it.",
        ui.link_button(f"All {FrameState.customers}", href="/customers"),
        picture="user_x",
    )


def _merged() -> rx.Component:
    return ui.empty_state(
        "This record was merged",
        "Everything in it is now part of another record for the same person.",
        ui.link_button("Open that record", href=f"/customers/{Record.merged_into}", kind="primary"),
        picture="merge",
    )


def show_more(state: Any, words: str) -> rx.Component:
    """The button under a list of a `RecordTab` that has more than is shown."""
    return rx.cond(
        state.more,
        ui.cluster(
            ui.button(words, size="sm", on_click=state.show_more), class_name="record__more"
        ),
    )


def _head(actions: Sequence[Content]) -> rx.Component:
    head = Record.head
    return rx.el.header(
        ui.link(FrameState.customers_title, href="/customers"),
        rx.el.div(
            ui.avatar(head.initials, size="lg"),
            rx.el.div(
                rx.el.h1(rx.cond(Record.missing, "Record", head.name)),
                _about(),
                class_name="record__words",
            ),
            rx.el.div(*actions, class_name="toolbar record__deeds"),
            _more(),
            rx.cond(head.next_when != "", _next()),
            class_name="record__head",
        ),
        class_name="record",
    )


def _about() -> rx.Component:
    """What tells two people of one name apart, and how to reach this one."""
    head = Record.head
    return rx.el.p(
        rx.cond(head.number != "", rx.el.span("No. ", head.number)),
        rx.cond(head.called != "", rx.el.span("goes by ", head.called)),
        rx.cond(head.about != "", rx.el.span(head.about)),
        rx.cond(
            head.phone != "",
            rx.el.span(ui.link(head.phone, href=head.phone_href, class_name="numeric")),
        ),
        class_name="record__about",
    )


def _next() -> rx.Component:
    head = Record.head
    return rx.el.p(
        ui.icon("calendar_clock", 14),
        rx.el.span("Next: ", rx.el.span(head.next_when, class_name="numeric")),
        rx.el.span(head.next_what),
        class_name="record__next",
    )


def _more() -> rx.Component:
    """What is done rarely, and from any tab."""
    head = Record.head
    alert = ui.menu_item("Add alert", leading="bell_plus", on_select=Record.start_alert)
    merge = ui.menu_item(
        "Merge with another record", leading="merge", href=f"/customers/{head.id}/merge"
    )
    return rx.cond(
        (Record.may_change | Record.may_merge) & ~Record.missing,
        ui.menu(
            ui.icon_button("ellipsis", "More for this record", kind="secondary", tip=False),
            rx.cond(Record.may_change, alert),
            rx.cond(Record.may_merge, merge),
        ),
    )


def _alerts() -> rx.Component:
    return rx.el.ul(
        rx.foreach(Record.alerts, _alert),
        class_name="record__alerts",
        custom_attrs={"aria-label": "Alerts"},
    )


def _alert(each: AlertView) -> rx.Component:
    return rx.el.li(
        rx.match(
            each.kind,
            *[(kind, ui.icon(picture, 16)) for kind, picture in PICTURES.items()],
            ui.icon("bell", 16),
        ),
        rx.el.div(
            rx.el.strong(each.label, ": "),
            each.words,
            rx.el.div(
                rx.cond(each.by != "", rx.el.span("Added by ", each.by)),
                rx.cond(each.until != "", rx.el.span(" ", each.until)),
                class_name="cell__detail",
            ),
        ),
        rx.cond(
            Record.may_change,
            ui.icon_button(
                "x", f"Remove alert: {each.words}", size="sm", on_click=Record.lift_alert(each.id)
            ),
        ),
        custom_attrs={"data-kind": each.kind},
    )


def _tabs(part: str) -> rx.Component:
    return rx.el.nav(
        rx.foreach(
            Record.tabs,
            lambda tab: ui.link(
                tab[1],
                href=tab[0],
                class_name="tabs__tab",
                custom_attrs={"aria-current": rx.cond(tab[2] == part, "page", "false")},
            ),
        ),
        class_name="tabs tabs--many",
        custom_attrs={"aria-label": "Parts of the record"},
    )


def _new_alert() -> rx.Component:
    errors = Record.alert_errors
    return ui.dialog(
        rx.el.form(
            ui.select_field(
                "Kind", "kind", tuple(KINDS.items()), empty="Choose", error=errors["kind"]
            ),
            ui.text_field(
                "What staff should know",
                "words",
                error=errors["words"],
                hint="One short sentence. Everyone who opens this record sees it.",
                max_length=160,
                auto_focus=True,
                auto_complete="off",
            ),
            ui.date_field(
                "Until", "until", error=errors["until"], optional=True, hint="The last day."
            ),
            id="alert-form",
            key=Record.alert_key.to_string(),  # type: ignore[attr-defined]
            on_submit=Record.add_alert,
            no_validate=True,
            class_name="stack",
        ),
        title="Add alert",
        open=Record.adding_alert,
        on_open_change=Record.open_alert,
        actions=[
            ui.close_on_press(ui.button("Cancel")),
            ui.button("Save alert", kind="primary", submits=True, form="alert-form"),
        ],
    )
