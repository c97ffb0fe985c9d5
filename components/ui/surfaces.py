"""What things lie on: cards, sections, heads of pages, toolbars, tabs, banners, empty states."""

from collections.abc import Sequence
from typing import Any, Literal

import reflex as rx
from reflex_components_core.react_router import link as route_link

from components.ui.icons import icon
from components.ui.kinds import Content, Text, attributes, classes, given, present

BANNER_ICONS = {
    "info": "info",
    "good": "circle_check",
    "warn": "triangle_alert",
    "danger": "octagon_alert",
}


def card(
    *content: Content,
    title: Content = "",
    description: Content = "",
    actions: Sequence[rx.Component] = (),
    foot: Sequence[Content] = (),
    flush: bool = False,
    **props: Any,
) -> rx.Component:
    """Things that belong together. `flush` lets a table or list touch the edges."""
    props = attributes(props, data_flush="" if flush else None)
    parts: list[Any] = []
    if given(title):
        words = rx.el.div(
            rx.el.h2(title, class_name="card__title"),
            *present(
                rx.el.p(description, class_name="card__description") if given(description) else None
            ),
        )
        parts.append(rx.el.div(words, *present(_actions(actions)), class_name="card__head"))
    parts.append(rx.el.div(*content, class_name="card__body"))
    if foot:
        parts.append(rx.el.div(*foot, class_name="card__foot"))
    return rx.el.section(*parts, class_name=classes("card", props), **props)


def _actions(actions: Sequence[rx.Component]) -> rx.Component | None:
    return rx.el.div(*actions, class_name="toolbar") if actions else None


def section(
    title: Text, *content: Content, description: Content = "", **props: Any
) -> rx.Component:
    """A part of a settings page: what it is about at the left, its form at the right."""
    return rx.el.section(
        rx.el.div(
            rx.el.h2(title, class_name="section__title"),
            *present(
                rx.el.p(description, class_name="section__description")
                if given(description)
                else None
            ),
        ),
        rx.el.div(*content, class_name="stack"),
        class_name=classes("section", props),
        **props,
    )


def page_header(
    title: Content,
    *,
    description: Content = "",
    actions: Sequence[Content] = (),
    above: Content = "",
) -> rx.Component:
    """The head of a page: its one h1, what it is for, and what can be done. `above`: the way back."""
    return rx.el.header(
        rx.el.div(
            *present(rx.el.div(above, class_name="page-head__above") if given(above) else None),
            rx.el.h1(title, class_name="page-head__title"),
            *present(
                rx.el.p(description, class_name="page-head__description")
                if given(description)
                else None
            ),
            class_name="page-head__words",
        ),
        *present(rx.el.div(*actions, class_name="page-head__actions") if actions else None),
        class_name="page-head",
    )


def toolbar(*content: Content, label: Text = "", **props: Any) -> rx.Component:
    """A row of controls above what they act on."""
    if given(label):
        props = attributes(props, role="group", aria_label=label)
    return rx.el.div(*content, class_name=classes("toolbar", props), **props)


def space() -> rx.Component:
    """In a toolbar: what follows stands at the right."""
    return rx.el.span(class_name="toolbar__space")


def stack(*content: Content, **props: Any) -> rx.Component:
    """One below the other. `style={"--gap": ...}` sets the distance."""
    return rx.el.div(*content, class_name=classes("stack", props), **props)


def cluster(*content: Content, **props: Any) -> rx.Component:
    """Side by side, wrapping."""
    return rx.el.div(*content, class_name=classes("cluster", props), **props)


def columns(*content: Content, **props: Any) -> rx.Component:
    """In as many equal columns as fit. `style={"--column": ...}` sets their least width."""
    return rx.el.div(*content, class_name=classes("columns", props), **props)


def tab_links(tabs: Sequence[tuple[Text, Text]], *, current: Text, label: Text) -> rx.Component:
    """Tabs that are pages of their own: (href, label). `current` is the href of this page."""
    return rx.el.nav(
        *[
            route_link(
                words,
                to=href,
                class_name="tabs__tab",
                custom_attrs={
                    "aria-current": rx.cond(current == href, "page", rx.Var("undefined"))
                    if isinstance(current, rx.Var) or isinstance(href, rx.Var)
                    else ("page" if current == href else "false")
                },
            )
            for href, words in tabs
        ],
        class_name="tabs",
        custom_attrs={"aria-label": label},
    )


def tabs(
    options: Sequence[tuple[str, Text] | tuple[str, Text, Any]],
    *,
    value: rx.Var,
    on_change: Any,
    label: Text,
) -> rx.Component:
    """Tabs within a page: (key, label) or (key, label, count). `on_change` gets the key.

    Arrow keys move among them. Put what they show into `tab_panel`.
    """
    return rx.el.div(
        *[_tab(option, value, on_change) for option in options],
        class_name="tabs",
        custom_attrs={"role": "tablist", "aria-label": label},
    )


def _tab(option: tuple[Any, ...], value: rx.Var, on_change: Any) -> rx.Component:
    key, words, *count = option
    return rx.el.button(
        words,
        *[rx.el.span(n, class_name="tabs__count") for n in count],
        type="button",
        id=f"tab-{key}",
        class_name="tabs__tab",
        on_click=on_change(key),
        custom_attrs={
            "role": "tab",
            "aria-selected": rx.cond(value == key, "true", "false"),
            "aria-controls": rx.cond(value == key, f"tab-panel-{key}", rx.Var("undefined")),
            "tabIndex": rx.cond(value == key, 0, -1),
        },
    )


def tab_panel(key: str, *content: Content, value: rx.Var) -> rx.Component:
    """What the tab of this key shows, while it is the chosen one."""
    return rx.cond(
        value == key,
        rx.el.div(
            *content,
            id=f"tab-panel-{key}",
            custom_attrs={"role": "tabpanel", "aria-labelledby": f"tab-{key}"},
        ),
    )


def empty_state(
    title: Content, text: Content, *actions: rx.Component, picture: str = "inbox"
) -> rx.Component:
    """Nothing here yet: why, and what to do next. `picture` names an icon."""
    return rx.el.div(
        rx.el.div(icon(picture, 20), class_name="empty__icon"),
        rx.el.h2(title, class_name="empty__title"),
        rx.el.p(text, class_name="empty__text"),
        *present(rx.el.div(*actions, class_name="empty__actions") if actions else None),
        class_name="empty",
    )


def banner(
    *text: Content,
    tone: Literal["info", "good", "warn", "danger"] = "info",
    title: Content = "",
    actions: Sequence[rx.Component] = (),
    **props: Any,
) -> rx.Component:
    """A message that stays in the page until its cause is gone."""
    props = attributes(props, data_tone=tone, role="alert" if tone == "danger" else "status")
    return rx.el.div(
        icon(BANNER_ICONS[tone], 16),
        rx.el.div(
            *present(rx.el.div(title, class_name="banner__title") if given(title) else None),
            *text,
            class_name="banner__words",
        ),
        *present(rx.el.div(*actions, class_name="banner__actions") if actions else None),
        class_name=classes("banner", props),
        **props,
    )
