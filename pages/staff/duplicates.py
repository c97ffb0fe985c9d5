"""Records that may be one person's, two by two."""

import reflex as rx

from components import ui
from components.frame import frame
from securecare.access.roles import Permission
from state.duplicates import APART, COMPARE, PairView, RecordView
from state.duplicates import DuplicatesState as State
from state.frame import FrameState
from state.policies import holders_of
from state.routes import page


@page(
    "/customers/duplicates",
    "Likely duplicates",
    holders_of(Permission.MERGE_CUSTOMERS),
    on_load=[State.open_page],
)
def duplicates() -> rx.Component:
    """Those to be compared, and those that were told apart."""
    return frame(
        rx.cond(
            State.loaded,
            rx.fragment(
                ui.tabs(
                    [
                        (COMPARE, "To compare", rx.cond(State.count != "", State.count, "0")),
                        (APART, "Not the same person"),
                    ],
                    value=State.tab,
                    on_change=State.choose_tab,
                    label="Which pairs",
                ),
                ui.tab_panel(COMPARE, _to_compare(), value=State.tab),
                ui.tab_panel(APART, _told_apart(), value=State.tab),
            ),
            ui.loading("Loading the list", lines=8),
        ),
        title="Likely duplicates",
        active="customers",
        above=ui.link(FrameState.customers_title, href="/customers"),
        description="Records that may belong to one person. Nothing is merged until you have compared"
        " the two.",
    )


def _to_compare() -> rx.Component:
    return _list(
        _open,
        "Pairs to compare",
        ui.empty_state(
            "No likely duplicates",
            "New and changed records are compared with all others within a minute or so.",
            ui.link_button("All ", FrameState.customers, href="/customers"),
            picture="users",
        ),
    )


def _told_apart() -> rx.Component:
    return _list(
        _apart,
        "Pairs that were told apart",
        ui.empty_state(
            "No pairs here yet",
            "Pairs you mark as “Not the same person” are kept here. They come up again only if"
            " more of their details match later.",
            picture="users",
        ),
    )


def _list(shown, label: str, empty: rx.Component) -> rx.Component:
    return rx.cond(
        State.rows.length() > 0,
        rx.fragment(
            rx.el.ul(
                rx.foreach(State.rows, shown),
                class_name="pairs",
                custom_attrs={"aria-label": label},
            ),
            rx.cond(
                State.first & State.last,
                rx.fragment(),
                ui.pagination(
                    summary=State.summary,
                    on_previous=State.show_previous,
                    on_next=State.show_following,
                    first=State.first,
                    last=State.last,
                ),
            ),
        ),
        empty,
    )


def _open(pair: PairView) -> rx.Component:
    return _pair(
        pair,
        rx.cond(
            pair.told != "",
            rx.el.span(
                pair.told,
                " More of their details match now.",
                class_name="cell__detail",
            ),
        ),
        ui.link_button(
            "Compare",
            href=pair.compare,
            kind="primary",
            size="sm",
            leading="columns_2",
            custom_attrs={"aria-label": _of_both("Compare ", pair)},
        ),
        ui.button(
            "Not the same person",
            size="sm",
            on_click=State.tell_apart(pair.id),
            custom_attrs={"aria-label": _of_both("Not the same person: ", pair)},
        ),
    )


def _apart(pair: PairView) -> rx.Component:
    return _pair(
        pair,
        rx.el.span(pair.told, class_name="cell__detail"),
        ui.button(
            "Undo",
            size="sm",
            leading="undo_2",
            on_click=State.take_back(pair.id),
            custom_attrs={"aria-label": _of_both("Undo: ", pair)},
        ),
    )


def _of_both(deed: str, pair: PairView) -> rx.Var | str:
    return f"{deed}{pair.one.name} and {pair.other.name}"


def _pair(pair: PairView, told: rx.Component, *actions: rx.Component) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.strong(rx.cond(pair.why != "", pair.why, "Nothing matches any more")),
            told,
            class_name="pairs__why",
        ),
        rx.el.div(_record(pair.one), _record(pair.other), class_name="pairs__sides"),
        ui.cluster(*actions, class_name="pairs__actions"),
        class_name="pairs__pair",
    )


def _record(record: RecordView) -> rx.Component:
    return rx.el.div(
        ui.person(
            ui.link(record.name, href=f"/customers/{record.id}"),
            record.initials,
            size="sm",
        ),
        rx.el.div(record.about, class_name="numeric"),
        rx.cond(record.reached != "", rx.el.div(record.reached, class_name="cell__detail numeric")),
        rx.cond(record.place != "", rx.el.div(record.place, class_name="cell__detail")),
        class_name="pairs__record",
    )
