"""The frame around every page of the portal: made for a phone first, and calm on a desk."""

from collections.abc import Sequence
from typing import Any, Literal

import reflex as rx
from reflex_components_core.react_router import link as route_link

from components import ui
from components.appearance import mode_items, pressed_by_script
from components.connection import connection_notice
from state.navigation import SWITCH_ORGANIZATION
from state.portal import PORTAL_PLACES, PortalFrameState, PortalPlace


def portal_frame(
    *content: ui.Content,
    title: ui.Text,
    active: str,
    description: ui.Content = "",
    actions: Sequence[ui.Content] = (),
    above: ui.Content = "",
    head: rx.Component | None = None,
    width: Literal["reading", "wide"] = "reading",
) -> rx.Component:
    """A page of the portal.

    `active` is the key of its place in `state/portal.py`. The page's head is made of `title`,
    `description`, `actions` and `above` (the way back), unless it brings a `head` of its own, which
    then must hold the h1.
    """
    shown = head or ui.page_header(title, description=description, actions=actions, above=above)
    return rx.el.div(
        rx.el.a("Skip to the content", href="#content", class_name="skip"),
        _top(active),
        connection_notice(),
        rx.el.main(
            rx.el.div(shown, *content, class_name="page", custom_attrs={"data-width": width}),
            id="content",
            custom_attrs={"tabIndex": -1},
        ),
        _phone_bar(active),
        *pressed_by_script(),
        on_mount=PortalFrameState.load_portal,
        class_name="portal",
    )


def _top(active: str) -> rx.Component:
    return rx.el.header(
        rx.el.div(
            route_link(
                rx.el.img(src="/favicon.svg", alt="", class_name="brand__mark"),
                rx.el.span("SecureCare", class_name="brand__name"),
                to="/portal",
                class_name="brand portal__brand",
            ),
            rx.el.nav(
                rx.el.ul(*[_place(each, active) for each in PORTAL_PLACES if each.key in _NAMED]),
                class_name="portal__nav",
                custom_attrs={"aria-label": "Main"},
            ),
            _person_menu(),
            class_name="portal__top",
        ),
        class_name="portal__bar",
    )


_NAMED = {place.key for place in PORTAL_PLACES} - {"reaching", "security"}


def _place(place: PortalPlace, active: str) -> rx.Component:
    said: dict[str, Any] = {"aria-current": "page"} if place.key == active else {}
    unread = [_unread_mark()] if place.key == "messages" else []
    return rx.el.li(
        route_link(
            rx.el.span(ui.icon(place.icon, 18), *unread, class_name="portal__picture"),
            rx.el.span(place.label, class_name="nav__label truncate"),
            to=place.href,
            class_name="nav__place",
            custom_attrs=said,
        )
    )


def _unread_mark() -> rx.Component:
    return ui.when(
        PortalFrameState.unread > 0,
        rx.el.span(
            rx.cond(PortalFrameState.unread > 99, "99+", PortalFrameState.unread),
            rx.el.span(" unread", class_name="visually-hidden"),
            class_name="portal__unread",
        ),
    )


def _person_menu() -> rx.Component:
    trigger = rx.el.button(
        ui.avatar(PortalFrameState.person_initials),
        type="button",
        class_name="person-button",
        custom_attrs={"aria-label": "Your account and appearance"},
    )
    return ui.menu(
        trigger,
        ui.menu_label(rx.el.div(PortalFrameState.person_name, class_name="menu__name")),
        ui.menu_item("My profile", leading="circle_user", href="/portal/profile"),
        ui.menu_item("Contact preferences", leading="phone", href="/portal/reaching"),
        ui.menu_item("Sign-in and security", leading="shield_check", href="/portal/security"),
        ui.when(
            PortalFrameState.works_too,
            ui.menu_item("Go to work", leading="briefcase", href=SWITCH_ORGANIZATION),
        ),
        ui.menu_line(),
        ui.menu_label("Appearance"),
        *mode_items(),
        ui.menu_line(),
        ui.menu_item("Sign out", leading="log_out", custom_attrs={"data-does": "sign-out"}),
    )


def _phone_bar(active: str) -> rx.Component:
    behind = [each for each in PORTAL_PLACES if not each.on_phone]
    is_behind = any(each.key == active for each in behind)
    return rx.el.nav(
        rx.el.ul(
            *[_place(each, active) for each in PORTAL_PLACES if each.on_phone],
            rx.el.li(_more(behind, active, is_behind)),
        ),
        class_name="phone-bar portal__phone-bar",
        custom_attrs={"aria-label": "Main, on a phone"},
    )


def _more(places: Sequence[PortalPlace], active: str, is_behind: bool) -> rx.Component:
    opens = rx.el.button(
        rx.el.span(ui.icon("ellipsis", 18), class_name="portal__picture"),
        rx.el.span("More", class_name="nav__label"),
        type="button",
        class_name="nav__place",
        custom_attrs={"data-holds-current": "true"} if is_behind else {},
    )
    leaves = rx.el.button(
        ui.icon("log_out", 18),
        rx.el.span("Sign out"),
        type="button",
        class_name="nav__place",
        custom_attrs={"data-does": "sign-out"},
    )
    work = ui.close_on_press(_entry("Go to work", SWITCH_ORGANIZATION, "briefcase", False))
    return ui.dialog(
        rx.el.ul(
            *[
                rx.el.li(
                    ui.close_on_press(_entry(each.label, each.href, each.icon, each.key == active))
                )
                for each in places
            ],
            ui.when(PortalFrameState.works_too, rx.el.li(work)),
            rx.el.li(leaves),
            class_name="portal__more",
        ),
        title="More",
        trigger=opens,
        size="sm",
    )


def _entry(label: str, href: str, picture: str, current: bool) -> rx.Component:
    return route_link(
        ui.icon(picture, 18),
        rx.el.span(label),
        to=href,
        class_name="nav__place",
        custom_attrs={"aria-current": "page"} if current else {},
    )
