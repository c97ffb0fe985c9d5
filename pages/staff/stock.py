"""The stock list: what there is of every item, as it changes."""

import reflex as rx

import state.stock_live  # noqa: F401  what keeps the list current
from components import ui
from components.editing import named
from components.finding import camera_button
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
        actions=[_deeds()],
    )


def _deeds() -> rx.Component:
    """What can be done with stock, for those who may at some facility."""
    return rx.fragment(
        rx.cond(
            State.may_move,
            rx.fragment(
                ui.link_button("Receive", href="/inventory/receive", leading="package_plus"),
                ui.menu(
                    ui.button("More", trailing="chevron_down"),
                    ui.menu_item(
                        "Transfer", leading="arrow_left_right", href="/inventory/transfer"
                    ),
                    ui.menu_item("Adjust", leading="sliders_horizontal", href="/inventory/adjust"),
                    ui.menu_item("Import a file", leading="file_up", href="/inventory/import"),
                    *_for_all(),
                ),
            ),
            ui.menu(ui.button("More", trailing="chevron_down"), *_for_all()),
        ),
        rx.cond(State.may_change, _add()),
    )


def _for_all() -> list[rx.Component]:
    return [
        ui.menu_item("Counts", leading="clipboard_list", href="/inventory/counts"),
        ui.menu_item("Labels", leading="barcode", href="/inventory/labels"),
    ]


def _add() -> rx.Component:
    return ui.button("Add an item", kind="primary", leading="plus", on_click=State.start_new)


def _tools() -> rx.Component:
    return ui.toolbar(
        rx.el.form(
            ui.search_input(
                "stock-search",
                label="Search the stock",
                placeholder="Name, number, barcode or category",
                wait_ms=150,
                on_change=State.search,
            ),
            camera_button(size="md"),
            id="stock-find",
            on_submit=State.scan,
            class_name="find",
            custom_attrs={"data-scan": "true"},
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
