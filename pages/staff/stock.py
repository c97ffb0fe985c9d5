"""The stock list: what there is of every item, as it changes."""

import reflex as rx

import state.stock_live  # noqa: F401  what keeps the list current
from components import ui
from components.editing import named
from components.frame import frame
from components.item_drawer import item_drawer
from components.stock_mark import stock_mark
from securecare.access.roles import Permission
from state.policies import holders_of
from state.routes import page
from state.stock import StockState as State
from state.stock_rows import BANDS, StockRowView


@page("/inventory", "Stock", holders_of(Permission.VIEW_STOCK), on_load=[State.open_page])
def stock() -> rx.Component:
    """Every item with what is on hand, reserved and available."""
    return frame(
        _tools(),
        rx.cond(State.loaded, _list(), ui.loading("Reading the stock", lines=8)),
        item_drawer(State),
        title="Stock",
        description="What is on hand, what is reserved for planned sessions, and what is free.",
        active="stock",
        actions=[rx.cond(State.may_change, _add())],
    )


def _add() -> rx.Component:
    return ui.button("Add an item", kind="primary", leading="plus", on_click=State.start_new)


def _tools() -> rx.Component:
    return ui.toolbar(
        ui.search_input(
            "stock-search",
            label="Search the stock",
            placeholder="Name, number, barcode or category",
            wait_ms=150,
            on_change=State.search,
        ),
        ui.select(
            "facility",
            State.facilities,
            id="of-facility",
            label="Facility",
            empty="All facilities",
            value=State.facility,
            on_change=State.choose_facility,
        ),
        ui.select(
            "category",
            State.categories,
            id="of-category",
            label="Category",
            empty="All categories",
            value=State.category,
            on_change=State.choose_category,
        ),
        ui.switch("Only what is low", "low_only", on_change=State.show_low),
        ui.switch("Also what is no longer in use", "retired_too", on_change=State.show_retired),
        class_name="stock-tools",
    )


def _list() -> rx.Component:
    return rx.fragment(
        rx.cond(
            State.count > 0,
            ui.table(
                [
                    "Item",
                    "Category",
                    ui.Column("On hand", align="end", tight=True),
                    ui.Column("Reserved", align="end", tight=True),
                    ui.Column("Available", align="end", tight=True),
                    ui.Column("Minimum / recommended", align="end", tight=True),
                    ui.Column("Change", align="end", tight=True, hidden_label=True),
                ],
                [band.rows for band in BANDS],  # pyright: ignore[reportAttributeAccessIssue]
                _cells,
                label="Stock",
                class_name="stock-table",
            ),
            _nothing(),
        ),
        rx.cond(
            State.count > 0,
            ui.pagination(
                summary=State.summary,
                on_previous=State.show_previous,
                on_next=State.show_following,
                first=State.first,
                last=State.last,
            ),
        ),
    )


def _cells(item: StockRowView) -> list[ui.Content]:
    return [
        rx.el.div(
            named(ui.row_link(item.name, href=f"/inventory/items/{item.id}"), item),
            rx.el.div(item.sku, " · ", item.unit, class_name="cell__detail"),
        ),
        rx.cond(item.category != "", item.category, "–"),
        rx.el.span(item.on_hand, class_name="numeric"),
        rx.el.span(item.reserved, class_name="numeric"),
        rx.el.div(
            stock_mark(item),
            rx.el.strong(item.available, class_name="numeric stock__available"),
            class_name="stock__free",
            custom_attrs={"data-mark": item.mark},
        ),
        rx.el.span(item.level, class_name="numeric cell__detail"),
        rx.cond(
            State.may_change,
            ui.icon_button(
                "pencil",
                rx.Var.create("Change ") + item.name,
                size="sm",
                on_click=State.edit(item.id),
            ),
            "",
        ),
    ]


def _nothing() -> rx.Component:
    return rx.cond(
        (State.text != "") | (State.category != "") | State.low_only | (State.facility != ""),
        ui.empty_state(
            "No item fits",
            "Look for a part of the name or number, or choose all facilities and categories.",
            picture="search_x",
        ),
        ui.empty_state(
            "Nothing in stock yet",
            "Add the things you keep and give out. Then receive them at a facility.",
            rx.cond(State.may_change, _add()),
            picture="package",
        ),
    )
