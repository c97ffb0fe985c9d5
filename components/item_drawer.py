"""The form of an item in its drawer."""

from typing import Any

import reflex as rx

from components import ui
from components.editing import form_drawer


def item_drawer(state: Any) -> rx.Component:
    """The drawer of an `ItemEditing` state."""
    return form_drawer(
        state,
        _pair(
            _text(state, "Name", "name", 80, required=True, auto_focus=True),
            _text(
                state, "Number", "sku", 40, required=True, hint="Your own, as on the shelf label."
            ),
        ),
        _pair(
            _text(state, "Category", "category", 60, optional=True),
            _text(
                state, "Unit", "unit", 20, required=True, hint="What one of it is: each, box, loaf."
            ),
        ),
        _text(state, "Barcode", "barcode", 60, optional=True),
        _text(state, "Description", "description", 300, optional=True),
        _pair(
            _text(
                state,
                "Cost",
                "wholesale",
                20,
                hint="Of one unit, in dollars.",
                input_mode="decimal",
            ),
            _text(state, "Retail value", "retail", 20, hint="Of one unit.", input_mode="decimal"),
        ),
        _pair(
            _text(
                state, "Minimum", "minimum_level", 9, hint="Fewer available is low.", type="number"
            ),
            _text(
                state,
                "Recommended",
                "recommended_level",
                9,
                hint="What to fill up to.",
                type="number",
            ),
        ),
        form_id="item-form",
        title=rx.cond(state.is_new, "New item", state.draft.name),
        description="What has moved before keeps the costs of its moment.",
        more=(_retiring(state),),
    )


def _pair(*fields: rx.Component) -> rx.Component:
    return ui.form_grid(*fields, style={"--column": "9rem"})


def _text(state: Any, label: str, name: str, most: int, **props: Any) -> rx.Component:
    return ui.text_field(
        label,
        name,
        default_value=getattr(state.draft, name),
        error=state.errors[name],
        max_length=most,
        **props,
    )


def _retiring(state: Any) -> rx.Component:
    return rx.cond(
        state.is_new | ~state.may_change,
        rx.fragment(),
        rx.cond(
            state.is_active,
            ui.button(
                "No longer in use",
                kind="danger",
                leading="archive",
                on_click=state.set_active(False),
            ),
            ui.button("Use it again", leading="archive_restore", on_click=state.set_active(True)),
        ),
    )
