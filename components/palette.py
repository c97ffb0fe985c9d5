"""The command palette: Ctrl-K, type, Enter."""

from typing import Any

import reflex as rx
from reflex_components_core.react_router import link as route_link
from reflex_components_radix.primitives.dialog import dialog as radix

from components.ui import icon, kbd
from components.ui.overlays import REMEMBER_FOCUS, RETURN_FOCUS
from state.navigation import DEEDS, PLACES
from state.palette import PaletteState

WAIT_MS = 120
ICONS = dict.fromkeys(["user", *(place.icon for place in PLACES), *(deed.icon for deed in DEEDS)])


def palette(trigger: rx.Component) -> rx.Component:
    """The palette behind the button that opens it; assets/scripts/ui.js gives it its keys.

    It opens without asking the server, so that what is typed right after Ctrl-K is not lost.
    """
    return radix.root(
        radix.trigger(trigger, as_child=True),
        radix.portal(
            radix.overlay(class_name="scrim"),
            radix.content(
                radix.title(rx.el.h2("Find and do", class_name="visually-hidden"), as_child=True),
                _input(),
                _results(),
                _keys(),
                class_name="palette",
                custom_attrs={
                    "onOpenAutoFocus": REMEMBER_FOCUS,
                    "onCloseAutoFocus": RETURN_FOCUS,
                    "aria-describedby": rx.Var("undefined"),
                },
            ),
        ),
        on_open_change=PaletteState.opened,
    )


def _input() -> rx.Component:
    return rx.el.div(
        icon("search", 18),
        rx.el.input(
            type="text",
            placeholder="Find people, pages and actions",
            auto_complete="off",
            on_change=PaletteState.search.debounce(WAIT_MS),
            class_name="palette__input",
            custom_attrs={
                "role": "combobox",
                "aria-label": "Find people, pages and actions",
                "aria-expanded": "true",
                "aria-controls": "palette-results",
                "aria-autocomplete": "list",
                "spellCheck": False,
            },
        ),
        radix.close(
            rx.el.button("Close", type="button", class_name="palette__close"), as_child=True
        ),
        class_name="palette__head",
    )


def _results() -> rx.Component:
    return rx.el.div(
        rx.foreach(PaletteState.groups, _group),
        rx.cond(
            (PaletteState.groups.length() == 0) & (PaletteState.asked != ""),  # type: ignore[attr-defined]
            rx.el.div(
                rx.el.strong("Nothing found for “", PaletteState.asked, "”"),
                rx.el.span("Try part of a name, a number, or the name of a page."),
                class_name="palette__nothing",
                custom_attrs={"role": "presentation"},
            ),
        ),
        id="palette-results",
        class_name="palette__results",
        custom_attrs={
            "role": "listbox",
            "aria-label": "Found",
            "data-for": PaletteState.asked,
        },
    )


def _group(group: Any) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            group["label"], class_name="palette__label", custom_attrs={"aria-hidden": "true"}
        ),
        rx.foreach(group["items"], _option),
        key=group["label"],
        custom_attrs={"role": "group", "aria-label": group["label"]},
    )


def _option(found: Any) -> rx.Component:
    parts = [
        rx.match(
            found["icon"], *[(name, icon(name, 16)) for name in ICONS], icon("arrow_right", 16)
        ),
        rx.el.span(found["label"], class_name="truncate"),
        rx.el.span(found["detail"], class_name="palette__detail truncate"),
        rx.el.span("↵", class_name="palette__enter", custom_attrs={"aria-hidden": "true"}),
    ]
    said = {"role": "option", "aria-selected": "false", "tabIndex": -1}
    return rx.cond(
        found["does"] != "",
        radix.close(
            rx.el.button(
                *parts,
                type="button",
                id=found["id"],
                key=found["id"],
                class_name="palette__option",
                custom_attrs=said | {"data-does": found["does"]},
            ),
            as_child=True,
        ),
        radix.close(
            route_link(
                *parts,
                to=found["href"],
                id=found["id"],
                key=found["id"],
                class_name="palette__option",
                custom_attrs=said,
            ),
            as_child=True,
        ),
    )


def _keys() -> rx.Component:
    return rx.el.div(
        rx.el.span(kbd("↑"), kbd("↓"), " choose"),
        rx.el.span(kbd("↵"), " open"),
        rx.el.span(kbd("Esc"), " close"),
        class_name="palette__keys",
        custom_attrs={"aria-hidden": "true"},
    )
