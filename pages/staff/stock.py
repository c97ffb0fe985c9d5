"""The stock list: what there is of every item, as it changes."""

from typing import Any

import reflex as rx

import state.stock_live  # noqa: F401  what keeps the list current
from components import ui
from components.editing import form_drawer, named
from components.frame import frame
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
        _drawer(),
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
            named(
                rx.cond(
                    State.may_change,
                    ui.row_link(item.name, on_click=State.edit(item.id)),
                    rx.el.strong(item.name),
                ),
                item,
            ),
            rx.el.div(item.sku, " · ", item.unit, class_name="cell__detail"),
        ),
        rx.cond(item.category != "", item.category, "–"),
        rx.el.span(item.on_hand, class_name="numeric"),
        rx.el.span(item.reserved, class_name="numeric"),
        rx.el.div(
            _mark(item),
            rx.el.strong(item.available, class_name="numeric stock__available"),
            class_name="stock__free",
            custom_attrs={"data-mark": item.mark},
        ),
        rx.el.span(item.level, class_name="numeric cell__detail"),
    ]


def _mark(item: Any) -> rx.Component:
    """Low and out differ by shape too, not by colour alone."""
    return rx.fragment(
        rx.cond(item.mark == "out", ui.badge(item.mark_label, tone="danger", leading="octagon_x")),
        rx.cond(
            item.mark == "low", ui.badge(item.mark_label, tone="warn", leading="triangle_alert")
        ),
    )


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


def _drawer() -> rx.Component:
    return form_drawer(
        State,
        _pair(
            _text("Name", "name", 80, required=True, auto_focus=True),
            _text("Number", "sku", 40, required=True, hint="Your own, as on the shelf label."),
        ),
        _pair(
            _text("Category", "category", 60, optional=True),
            _text("Unit", "unit", 20, required=True, hint="What one of it is: each, box, loaf."),
        ),
        _text("Barcode", "barcode", 60, optional=True),
        _text("Description", "description", 300, optional=True),
        _pair(
            _text("Cost", "wholesale", 20, hint="Of one unit, in dollars.", input_mode="decimal"),
            _text("Retail value", "retail", 20, hint="Of one unit.", input_mode="decimal"),
        ),
        _pair(
            _text("Minimum", "minimum_level", 9, hint="Fewer available is low.", type="number"),
            _text("Recommended", "recommended_level", 9, hint="What to fill up to.", type="number"),
        ),
        form_id="item-form",
        title=rx.cond(State.is_new, "New item", State.draft.name),
        description="What has moved before keeps the costs of its moment.",
        more=(_retiring(),),
    )


def _pair(*fields: rx.Component) -> rx.Component:
    return ui.form_grid(*fields, style={"--column": "9rem"})


def _text(label: str, name: str, most: int, **props: Any) -> rx.Component:
    return ui.text_field(
        label,
        name,
        default_value=getattr(State.draft, name),
        error=State.errors[name],
        max_length=most,
        **props,
    )


def _retiring() -> rx.Component:
    return rx.cond(
        State.is_new | ~State.may_change,
        rx.fragment(),
        rx.cond(
            State.is_active,
            ui.button(
                "No longer in use",
                kind="danger",
                leading="archive",
                on_click=State.set_active(False),
            ),
            ui.button("Use it again", leading="archive_restore", on_click=State.set_active(True)),
        ),
    )
