"""The frame around every page of the staff: where one may go, who one is, and how to find things."""

from collections.abc import Sequence
from typing import Any, Literal

import reflex as rx
from reflex_components_core.react_router import link as route_link
from reflex_components_radix.primitives.dialog import dialog as radix

from components.appearance import mode_items, pressed_by_script
from components.connection import connection_notice
from components.palette import palette
from components.ui import (
    Content,
    Text,
    avatar,
    icon,
    icon_button,
    kbd,
    menu,
    menu_item,
    menu_label,
    menu_line,
    page_header,
    skeleton,
)
from components.ui.overlays import REMEMBER_FOCUS, RETURN_FOCUS
from state.frame import FrameState
from state.navigation import GROUPS, PLACES, SWITCH_ORGANIZATION, Place

PHONE_BAR = ("schedule", "reassignment", "customers", "outreach")


def frame(
    *content: Content,
    title: Text,
    active: str,
    description: Content = "",
    actions: Sequence[Content] = (),
    above: Content = "",
    head: rx.Component | None = None,
    fill: bool = False,
    width: Literal["reading", "wide", "full"] = "wide",
) -> rx.Component:
    """A page of the staff.

    `active` is the key of its place in `state/navigation.py`. The page's head is made of `title`,
    `description`, `actions` and `above` (the way back), unless the page brings a `head` of its own,
    which then must hold the h1. With `fill` the page takes exactly the window and scrolls within,
    as the schedule does. `width`: for forms, for lists, or without limit.
    """
    shown = head or page_header(title, description=description, actions=actions, above=above)
    return rx.el.div(
        rx.el.a("Skip to the content", href="#content", class_name="skip"),
        _sidebar(active),
        _top_bar(active),
        rx.el.div(
            connection_notice(),
            rx.el.main(
                rx.el.div(
                    shown,
                    *content,
                    class_name="page",
                    custom_attrs={"data-width": width},
                ),
                id="content",
                custom_attrs={"tabIndex": -1},
            ),
            class_name="frame__panel",
        ),
        _phone_bar(active),
        *pressed_by_script(),
        on_mount=FrameState.load_frame(active),
        class_name="frame",
        custom_attrs={"data-fill": "true"} if fill else {},
    )


def _sidebar(active: str) -> rx.Component:
    return rx.el.aside(
        rx.el.div(
            _brand(),
            icon_button(
                "panel_left",
                "Fold the sidebar",
                size="sm",
                custom_attrs={"data-folds-sidebar": "true"},
                class_name="sidebar__fold",
            ),
            class_name="sidebar__head",
        ),
        palette(
            rx.el.button(
                icon("search", 15),
                rx.el.span("Find or do", class_name="nav__label"),
                kbd("Ctrl K"),
                type="button",
                class_name="finder",
                custom_attrs={
                    "data-opens-palette": "true",
                    "aria-label": "Find or do: people, pages and actions",
                    "aria-keyshortcuts": "Control+K Meta+K",
                },
            )
        ),
        _navigation(active, "Main"),
        rx.el.div(_person_menu("top", named=True), class_name="sidebar__foot"),
        class_name="sidebar",
        custom_attrs={"aria-label": "SecureCare"},
    )


def _brand() -> rx.Component:
    return rx.el.div(
        rx.el.img(src="/favicon.svg", alt="", class_name="brand__mark"),
        rx.cond(
            FrameState.loaded,
            rx.el.span(FrameState.organization_name, class_name="brand__name truncate"),
            skeleton("7rem"),
        ),
        class_name="brand",
    )


def _label(place: Place) -> Any:
    return FrameState.customers_title if place.key == "customers" else place.label


def _place(place: Place, active: str, closes: bool = False) -> rx.Component:
    said: dict[str, Any] = {"data-tip": _label(place), "data-tip-when": "narrow"}
    if place.key == active:
        said["aria-current"] = "page"
    entry = route_link(
        icon(place.icon, 17),
        rx.el.span(_label(place), class_name="nav__label truncate"),
        *([_unread()] if place.key == "messages" else []),
        to=place.href,
        class_name="nav__place",
        custom_attrs=said,
    )
    if closes:
        entry = radix.close(entry, as_child=True)
    return rx.cond(FrameState.allowed.contains(place.key), rx.el.li(entry))  # type: ignore[attr-defined]


def _unread() -> rx.Component:
    """In how many conversations there is something new."""
    many = rx.cond(FrameState.unread > 99, "99+", FrameState.unread.to_string())  # type: ignore[attr-defined]
    return rx.cond(
        FrameState.unread > 0,
        rx.el.span(
            rx.el.span(many, custom_attrs={"aria-hidden": "true"}),
            rx.el.span(FrameState.unread, " with something new", class_name="visually-hidden"),
            class_name="nav__unread numeric",
        ),
    )


def _navigation(active: str, label: str, closes: bool = False) -> rx.Component:
    groups = [
        _group(name, [place for place in PLACES if place.group == name], active, closes)
        for name in GROUPS
    ]
    waiting = rx.el.div(
        *[skeleton(width) for width in ("70%", "55%", "62%", "48%", "66%")],
        class_name="nav__waiting",
    )
    return rx.el.nav(
        rx.cond(FrameState.loaded, rx.fragment(*groups), waiting),
        class_name="nav",
        custom_attrs={"aria-label": label},
    )


def _group(name: str, places: list[Place], active: str, closes: bool) -> rx.Component:
    entries = rx.el.ul(*[_place(place, active, closes) for place in places])
    if name == GROUPS[0]:
        return rx.el.div(entries, class_name="nav__group")
    some = [FrameState.allowed.contains(place.key) for place in places]  # type: ignore[attr-defined]
    shown = some[0]
    for each in some[1:]:
        shown = shown | each
    return rx.cond(
        shown,
        rx.el.div(rx.el.h2(name, class_name="nav__heading"), entries, class_name="nav__group"),
    )


def _person_menu(side: str, *, named: bool) -> rx.Component:
    face = [avatar(FrameState.person_initials)]
    if named:
        face += [
            rx.el.span(FrameState.person_name, class_name="nav__label truncate"),
            icon("chevrons_up_down", 14),
        ]
    trigger = rx.el.button(
        *face,
        type="button",
        class_name="person-button",
        custom_attrs={} if named else {"aria-label": "Your account and the appearance"},
    )
    return menu(
        trigger,
        menu_label(
            rx.el.div(
                rx.el.div(FrameState.person_name, class_name="menu__name"),
                rx.el.div(FrameState.organization_name),
            )
        ),
        menu_item("My account and sessions", leading="circle_user", href="/account"),
        rx.cond(
            FrameState.belongs_elsewhere,
            menu_item("Switch organization", leading="chevrons_up_down", href=SWITCH_ORGANIZATION),
        ),
        menu_line(),
        menu_label("Appearance"),
        *mode_items(),
        menu_line(),
        menu_item("Sign out", leading="log_out", custom_attrs={"data-does": "sign-out"}),
        side=side,
        align="start" if named else "end",
    )


def _top_bar(active: str) -> rx.Component:
    return rx.el.header(
        _sheet(
            active,
            icon_button("menu", "Open the menu", tip=False, size="lg"),
        ),
        _brand(),
        rx.el.div(
            icon_button(
                "search",
                "Find people, pages and actions",
                tip=False,
                size="lg",
                custom_attrs={"data-presses": "[data-opens-palette]"},
            ),
            _person_menu("bottom", named=False),
            class_name="top-bar__end",
        ),
        class_name="top-bar",
    )


def _sheet(active: str, trigger: rx.Component) -> rx.Component:
    """The navigation as a sheet, where there is no room for the sidebar."""
    return radix.root(
        radix.trigger(trigger, as_child=True),
        radix.portal(
            radix.overlay(class_name="scrim", custom_attrs={"data-for": "drawer"}),
            radix.content(
                radix.title(rx.el.h2("Pages", class_name="visually-hidden"), as_child=True),
                rx.el.div(
                    _brand(),
                    radix.close(
                        icon_button("x", "Close the menu", tip=False, size="lg"), as_child=True
                    ),
                    class_name="sidebar__head",
                ),
                _navigation(active, "All pages", closes=True),
                class_name="sheet",
                custom_attrs={
                    "onOpenAutoFocus": REMEMBER_FOCUS,
                    "onCloseAutoFocus": RETURN_FOCUS,
                    "aria-describedby": rx.Var("undefined"),
                },
            ),
        ),
    )


def _phone_bar(active: str) -> rx.Component:
    places = [place for place in PLACES if place.key in PHONE_BAR]
    return rx.el.nav(
        rx.el.ul(
            *[_place(place, active) for place in places],
            rx.el.li(
                rx.el.button(
                    icon("search", 17),
                    rx.el.span("Find", class_name="nav__label"),
                    type="button",
                    class_name="nav__place",
                    custom_attrs={"data-presses": "[data-opens-palette]"},
                )
            ),
        ),
        class_name="phone-bar",
        custom_attrs={"aria-label": "Most used pages"},
    )
