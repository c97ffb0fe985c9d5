"""Two records of one person, side by side, and what is to stand in the one that stays."""

import reflex as rx

from components import ui
from components.record_frame import record_frame
from securecare.access.roles import Permission
from state.frame import FrameState
from state.policies import holders_of
from state.record import RecordState
from state.record_merge import HERE, THERE, CandidateView, FieldView, SideView
from state.record_merge import MergeState as State
from state.routes import page


@page(
    "/customers/[id]/merge",
    "Merge",
    holders_of(Permission.MERGE_CUSTOMERS),
    on_load=[RecordState.open_record, State.open_page],
)
def record_merge() -> rx.Component:
    """First the other record, then what differs."""
    return record_frame(
        "merge",
        rx.cond(State.there.id > 0, _compared(), _choice()),
        loaded=State.loaded,
    )


def _choice() -> rx.Component:
    return ui.card(
        ui.form_error(State.error),
        ui.search_input(
            "merge-search",
            label=f"Search {FrameState.customers}",
            placeholder="Name, phone, number or birth date",
            wait_ms=150,
            on_change=State.search,
        ),
        rx.cond(
            State.candidates.length() > 0,
            rx.el.ul(
                rx.foreach(State.candidates, _candidate),
                class_name="record__list",
                custom_attrs={"aria-label": "Records to compare with"},
            ),
            rx.el.p(
                rx.cond(
                    State.asked != "",
                    "No other record matches your search.",
                    "No likely matches. Search for the other record.",
                ),
                class_name="hint",
            ),
        ),
        title="Which other record belongs to the same person?",
        description="Likely matches come first. Nothing changes until you have compared both"
        " records.",
    )


def _candidate(each: CandidateView) -> rx.Component:
    return rx.el.li(
        rx.el.strong(each.name),
        rx.el.div(each.detail, class_name="cell__detail"),
        rx.cond(each.why != "", rx.el.div(each.why, class_name="cell__detail")),
        ui.cluster(
            ui.button(
                "Compare",
                size="sm",
                leading="columns_2",
                on_click=State.choose(each.id),
                custom_attrs={"aria-label": f"Compare with {each.name}"},
            )
        ),
    )


def _compared() -> rx.Component:
    return rx.el.form(
        rx.cond(
            State.told_apart != "",
            ui.banner(
                State.told_apart,
                tone="warn",
                title="These two were marked as not the same person",
            ),
        ),
        ui.card(
            rx.el.fieldset(
                rx.el.legend("Which record stays?"),
                rx.el.div(
                    _stays(State.here, HERE),
                    _stays(State.there, THERE),
                    class_name="merge__sides",
                ),
                class_name="merge__field",
            ),
            rx.el.p(
                "Everything in the other record moves here, and its number leads here.",
                class_name="hint",
            ),
            title="Two records, one person?",
            actions=[
                ui.button("Not the same person", size="sm", on_click=State.tell_apart),
                ui.button("Another record", size="sm", on_click=State.choose_another),
            ],
        ),
        ui.card(
            rx.cond(
                State.fields.length() > 0,
                rx.fragment(rx.foreach(State.fields, _field)),
                rx.el.p("There are no differences.", class_name="hint"),
            ),
            rx.cond(
                State.alike != "", rx.el.p("Same in both: ", State.alike, ".", class_name="hint")
            ),
            rx.cond(
                State.here.claimed | State.there.claimed,
                ui.banner(
                    "The person keeps one of these records up to date themselves. Their own"
                    " details stay, whatever you choose here.",
                    tone="info",
                ),
            ),
            title="Which details to keep",
        ),
        ui.card(
            ui.stack(
                ui.checkbox("I compared both records. They belong to the same person.", "sure"),
                ui.form_error(State.error),
                ui.cluster(
                    ui.button("Merge the records", kind="danger", leading="merge", submits=True)
                ),
            ),
            title="Merge",
            description="This cannot be undone.",
        ),
        key=State.form_key.to_string(),  # type: ignore[attr-defined]
        on_submit=State.merge,
        no_validate=True,
        class_name="stack",
    )


def _stays(side: SideView, which: str) -> rx.Component:
    return ui.radio(
        rx.fragment(side.name, " · No. ", side.number),
        "stays",
        which,
        hint=side.holds,
        default_checked=which == HERE,
    )


def _field(each: FieldView) -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(each.label),
        rx.el.div(
            ui.radio(
                each.here,
                f"field_{each.name}",
                HERE,
                default_checked=each.chosen == HERE,
            ),
            ui.radio(
                each.there,
                f"field_{each.name}",
                THERE,
                default_checked=each.chosen == THERE,
            ),
            class_name="merge__sides",
        ),
        class_name="merge__field",
    )
