"""Receiving, adjusting and transferring stock: three short forms over the same shelf."""

from typing import Any

import reflex as rx

from components import ui
from components.finding import find_items
from components.frame import frame
from components.template_use import short
from securecare.access.roles import Permission
from securecare.inventory.adjustments import REASONS
from state.goods import DoneView, GoodsLine
from state.goods import GoodsState as State
from state.policies import holders_of
from state.routes import page

EDITS = holders_of(Permission.EDIT_STOCK)
FORM = "goods-form"


@page("/inventory/receive", "Receive goods", EDITS, on_load=[State.open_receiving])
def receive() -> rx.Component:
    """What came in, at what it cost."""
    return _page(
        "Receive goods",
        "What came in goes on the shelf at what it cost this time.",
        ui.form_grid(
            _facility("Received at"),
            _field("From whom", "source", max_length=120),
            _field("Their paper number", "paper", max_length=60),
            ui.date_field(
                "Received on", "happened_on", optional=True, error=State.errors["happened_on"]
            ),
        ),
        _lines(_received),
        _note(),
        act="Receive",
        done="Latest receipts",
    )


@page("/inventory/transfer", "Transfer stock", EDITS, on_load=[State.open_transferring])
def transfer() -> rx.Component:
    """What goes from one facility to another."""
    return _page(
        "Transfer stock",
        "From one facility's shelf to another's, in one step. What is reserved stays.",
        ui.form_grid(
            _facility("From"),
            ui.select_field(
                "To",
                "to_facility_id",
                State.facilities,
                empty="Choose",
                error=State.errors["to_facility_id"],
            ),
        ),
        _lines(_leaving),
        _note(),
        act="Transfer",
        done="Latest transfers",
    )


@page("/inventory/adjust", "Adjust stock", EDITS, on_load=[State.open_adjusting])
def adjust() -> rx.Component:
    """What is more or fewer than the books say, and why."""
    return _page(
        "Adjust stock",
        "The books follow the shelf, with a reason that stays on record.",
        _facility("At"),
        _lines(_adjusted),
        rx.cond(
            State.lines.length() > 0,
            rx.el.div(
                ui.segmented(
                    "way",
                    (
                        ("fewer", "There are fewer"),
                        ("more", "There are more"),
                        ("figure", "I know how many"),
                    ),
                    label="How they differ",
                    value=State.way,
                    on_change=State.choose_way,
                ),
                ui.form_grid(
                    ui.text_field(
                        rx.cond(State.way == "figure", "How many there are", "By how many"),  # type: ignore[arg-type]
                        "quantity",
                        type="number",
                        min="0",
                        auto_focus=True,
                        input_mode="numeric",
                        error=State.errors["quantity"],
                    ),
                    ui.select_field(
                        "Reason",
                        "reason",
                        list(REASONS.items()),
                        empty="Choose",
                        error=State.errors["reason"],
                    ),
                ),
                class_name="stack",
            ),
        ),
        _note(),
        act="Adjust",
        done="Latest adjustments",
    )


def _page(title: str, description: str, *fields: rx.Component, act: str, done: str) -> rx.Component:
    return frame(
        rx.cond(
            State.loaded,
            rx.el.div(
                find_items(
                    State, form_id="goods-find", placeholder="Find an item, or scan its barcode"
                ),
                rx.el.form(
                    rx.el.input(type="hidden", name="form", value=State.form_key.to_string()),  # type: ignore[attr-defined]
                    *fields,
                    short(State.refused),
                    ui.form_actions(
                        ui.button(act, kind="primary", size="lg", submits=True),
                        ui.link_button("Back to the stock", href="/inventory", kind="quiet"),
                    ),
                    id=FORM,
                    key=State.form_key.to_string(),  # type: ignore[attr-defined]
                    on_submit=State.save,
                    no_validate=True,
                    class_name="stack",
                    custom_attrs={"data-keeps": "true"},
                ),
                _done(done),
                class_name="stack goods",
            ),
            ui.loading("Reading the stock"),
        ),
        title=title,
        description=description,
        active="stock",
        above=ui.link("Stock", href="/inventory"),
        width="reading",
    )


def _facility(label: str) -> rx.Component:
    return ui.select_field(
        label,
        "facility_id",
        State.facilities,
        empty="Choose",
        value=State.facility,
        on_change=State.choose_facility,
        error=State.errors["facility_id"],
    )


def _field(label: str, name: str, **props: Any) -> rx.Component:
    return ui.text_field(label, name, optional=True, error=State.errors[name], **props)


def _note() -> rx.Component:
    return ui.text_field("Note", "note", optional=True, error=State.errors["note"], max_length=500)


def _lines(fields: Any) -> rx.Component:
    return rx.el.div(
        rx.cond(
            State.lines.length() > 0,
            rx.el.ul(
                rx.foreach(State.lines, lambda each: _line(each, fields)),
                class_name="handout__lines",
            ),
            rx.el.p("Find or scan an item above to begin.", class_name="goods__empty"),
        ),
        rx.el.div(
            State.errors["lines"], class_name="field__error", custom_attrs={"aria-live": "polite"}
        ),
    )


def _line(each: GoodsLine, fields: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span(each.name, class_name="handout__name"),
            rx.el.span(
                each.sku,
                " · ",
                each.on_hand,
                " on hand, ",
                each.reserved,
                " reserved, ",
                each.available,
                " free",
                class_name="cell__detail numeric",
            ),
            class_name="handout__words",
        ),
        rx.el.div(*fields(each), class_name="goods__fields"),
        ui.icon_button("trash_2", f"Take {each.name} off", on_click=State.take_out(each.key)),
        rx.cond(
            State.line_errors.contains(each.key),  # type: ignore[attr-defined]
            rx.el.p(State.line_errors[each.key], class_name="field__error handout__wide"),
        ),
        key=each.key,
        class_name="goods__line",
    )


def _received(each: GoodsLine) -> list[rx.Component]:
    return [
        _number("How many", f"quantity_{each.key}", "", each.unit, auto_focus=True),
        _number("Cost of one ($)", f"cost_{each.key}", each.cost, kind="text"),
        _number("Retail value ($)", f"value_{each.key}", each.value, kind="text"),
    ]


def _leaving(each: GoodsLine) -> list[rx.Component]:
    return [_number("How many", f"quantity_{each.key}", "", each.unit, auto_focus=True)]


def _adjusted(_: GoodsLine) -> list[rx.Component]:
    return []


def _number(
    label: str, name: Any, value: Any, unit: Any = "", kind: str = "number", **props: Any
) -> rx.Component:
    if kind == "number":
        props |= {"min": "1", "type": "number", "input_mode": "numeric"}
    control = ui.text_input(name, id=name, default_value=value, auto_complete="off", **props)
    words = [label, " (", unit, ")"] if not isinstance(unit, str) else [label]
    return rx.el.label(rx.el.span(*words, class_name="cell__detail"), control)


def _done(title: str) -> rx.Component:
    return rx.cond(
        State.done.length() > 0,
        ui.card(rx.el.ol(rx.foreach(State.done, _one), class_name="deeds"), title=title),
        rx.fragment(),
    )  # type: ignore[return-value]


def _one(each: DoneView) -> rx.Component:
    return rx.el.li(
        rx.el.span(each.what),
        rx.cond(each.about != "", rx.el.span(each.about, class_name="cell__detail")),
        rx.el.span(each.when, " · ", each.place, " · ", each.by, class_name="cell__detail"),
    )
