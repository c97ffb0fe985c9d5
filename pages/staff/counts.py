"""Stocktakes: the list of them, and the sheet of one with its differences."""

import reflex as rx

from components import ui
from components.finding import find_items
from components.frame import frame
from components.template_use import short
from securecare.access.roles import Permission
from state.counts import CountedView, CountView
from state.counts import CountsState as State
from state.policies import holders_of
from state.routes import page

SEES = holders_of(Permission.VIEW_STOCK)
TONES = {"open": "info", "posted": "good", "abandoned": "neutral"}


@page("/inventory/counts", "Counts", SEES, on_load=[State.open_page])
def counts() -> rx.Component:
    """All counts, those that go on first."""
    return frame(
        rx.cond(State.loaded, _list(), ui.loading("Reading the counts")),
        _starting(),
        title="Counts",
        description="Count the shelf, look at the differences, then let the books follow.",
        active="stock",
        above=ui.link("Stock", href="/inventory"),
        actions=[rx.cond(State.may_edit, _start())],
    )


@page("/inventory/counts/[id]", "Count", SEES, on_load=[State.open_one])
def count() -> rx.Component:
    """One count: what was counted, and how it differs from the books."""
    there = State.loaded & ~State.missing
    goes_on = there & State.may_edit & (State.one.status == "open")
    return frame(
        rx.cond(
            State.loaded,
            rx.cond(State.missing, _missing(), _sheet()),
            ui.loading("Reading the count", lines=6),
        ),
        _posting(),
        _abandoning(),
        title=rx.cond(there, f"Count at {State.one.facility}", "Count"),
        description=rx.cond(there, rx.fragment(State.one.what, " · ", State.one.started), ""),
        active="stock",
        above=ui.link("Counts", href="/inventory/counts"),
        actions=[
            rx.cond(goes_on, ui.button("Abandon", on_click=State.ask("abandon"))),
            rx.cond(
                goes_on,
                ui.button(
                    "Look over and post",
                    kind="primary",
                    leading="clipboard_check",
                    on_click=State.ask("post"),
                ),
            ),
        ],
    )


def _start() -> rx.Component:
    return ui.button(
        "Start a count", kind="primary", leading="clipboard_list", on_click=State.ask("start")
    )


def _list() -> rx.Component:
    return ui.table(
        [
            "Where",
            "What",
            "Started",
            "Status",
            ui.Column("Counted", align="end", tight=True),
            ui.Column("Differing", align="end", tight=True),
        ],
        State.rows,
        _row,
        label="Counts",
        empty=ui.empty_state(
            "No count yet",
            "Count a category or a whole facility. Nothing changes before you post it.",
            rx.cond(State.may_edit, _start()),
            picture="clipboard_list",
        ),
    )


def _row(row: CountView) -> list[ui.Content]:
    return [
        ui.row_link(row.facility, href=f"/inventory/counts/{row.id}"),
        rx.el.div(
            rx.el.span(row.what),
            rx.cond(row.note != "", rx.el.span(row.note, class_name="cell__detail")),
            class_name="handout__words",
        ),
        rx.el.span(row.started, class_name="cell__detail"),
        _status(row),
        rx.el.span(row.counted, class_name="numeric"),
        rx.el.span(row.differing, class_name="numeric"),
    ]


def _status(row: CountView) -> rx.Component:
    return rx.match(
        row.status,
        *[(s, ui.badge(row.status_word, tone=tone)) for s, tone in TONES.items()],  # type: ignore[arg-type]
        rx.fragment(),
    )  # type: ignore[return-value]


def _starting() -> rx.Component:
    return ui.dialog(
        rx.el.form(
            ui.select_field(
                "Facility",
                "facility_id",
                State.facilities,
                empty="Choose",
                error=State.errors["facility_id"],
            ),
            ui.select_field(
                "What",
                "category",
                State.categories,
                empty="Everything",
                error=State.errors["category"],
            ),
            ui.text_field(
                "Note", "note", optional=True, error=State.errors["note"], max_length=500
            ),
            id="count-start",
            key=State.dialog_key.to_string(),  # type: ignore[attr-defined]
            on_submit=State.start,
            no_validate=True,
            class_name="stack",
        ),
        title="Start a count",
        description="Several people may count at once; everybody sees what was entered.",
        open=State.dialog == "start",
        on_open_change=State.open_dialog,
        actions=[
            ui.close_on_press(ui.button("Cancel")),
            ui.button("Start", kind="primary", submits=True, form="count-start"),
        ],
    )


def _missing() -> rx.Component:
    return ui.empty_state(
        "No such count",
        "It may have been named wrongly, or it is of a facility whose stock you do not see.",
        ui.link_button("All counts", href="/inventory/counts"),
        picture="clipboard_list",
    )


def _sheet() -> rx.Component:
    return rx.el.div(
        rx.cond((State.one.status == "open") & State.may_edit, _counting()),
        ui.toolbar(
            _status(State.one),
            rx.el.span(
                rx.el.strong(State.one.counted, class_name="numeric"),
                " counted, ",
                rx.el.strong(State.one.differing, class_name="numeric"),
                " differing, worth ",
                rx.el.strong(State.total, class_name="numeric"),
            ),
            ui.space(),
            ui.switch("Only what differs", "only_different", on_change=State.show_different),
        ),
        ui.table(
            [
                "Item",
                ui.Column("Books", align="end", tight=True),
                ui.Column("Counted", align="end", tight=True),
                ui.Column("Difference", align="end", tight=True),
                ui.Column("Worth", align="end", tight=True),
                ui.Column("Take off", align="end", tight=True, hidden_label=True),
            ],
            State.lines,
            _line,
            label="What was counted",
            empty=ui.empty_state(
                "Nothing counted yet",
                "Scan or find an item above, then enter how many there are.",
                picture="scan_barcode",
            ),
        ),
        class_name="stack",
    )


def _counting() -> rx.Component:
    return rx.el.div(
        find_items(State, form_id="count-find", placeholder="Scan or find what you count"),
        rx.cond(
            State.asked.key != "",
            rx.el.form(
                ui.text_field(
                    rx.fragment("How many ", State.asked.name, " are there?"),  # type: ignore[arg-type]
                    "counted",
                    type="number",
                    min="0",
                    input_mode="numeric",
                    auto_focus=True,
                    error=State.errors["counted"],
                    hint=State.asked.sku,
                ),
                ui.form_actions(
                    ui.button("Enter", kind="primary", size="lg", submits=True),
                    ui.button("Not this one", kind="quiet", on_click=State.leave_item),
                ),
                id="count-enter",
                key=State.asked_key.to_string(),  # type: ignore[attr-defined]
                on_submit=State.enter,
                no_validate=True,
                class_name="card goods__asked",
                custom_attrs={"data-keeps": "true"},
            ),
        ),
        class_name="stack",
    )


def _line(each: CountedView) -> list[ui.Content]:
    return [
        rx.el.div(
            rx.el.span(each.name, class_name="worked__name"),
            rx.el.span(each.sku, class_name="cell__detail"),
            class_name="handout__words",
        ),
        rx.el.span(each.expected, class_name="numeric"),
        rx.el.strong(each.counted, class_name="numeric"),
        rx.el.span(
            each.difference,
            class_name="numeric count__difference",
            custom_attrs={"data-mark": each.mark},
        ),
        rx.el.span(each.value, class_name="numeric"),
        rx.cond(
            State.may_edit & (State.one.status == "open"),
            ui.icon_button(
                "trash_2", f"Take {each.name} off the sheet", on_click=State.forget(each.key)
            ),
            "",
        ),
    ]


def _posting() -> rx.Component:
    return ui.confirm(
        rx.el.p(
            rx.el.strong(State.one.differing, class_name="numeric"),
            " of ",
            rx.el.strong(State.one.counted, class_name="numeric"),
            " items differ from the books, worth ",
            rx.el.strong(State.total, class_name="numeric"),
            ". Each difference becomes an adjustment with the reason “Counted”.",
        ),
        short(State.refused),
        title="Post this count?",
        act="Post the count",
        kind="primary",
        on_confirm=State.post,
        open=State.dialog == "post",
        on_open_change=State.open_dialog,
    )


def _abandoning() -> rx.Component:
    return ui.confirm(
        "What was counted stays on record. Nothing in the books changes.",
        title="Abandon this count?",
        act="Abandon the count",
        on_confirm=State.abandon,
        open=State.dialog == "abandon",
        on_open_change=State.open_dialog,
    )
