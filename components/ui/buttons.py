"""What is pressed: buttons, links that look like buttons, and links that look like links."""

from typing import Any, Literal

import reflex as rx
from reflex_components_core.react_router import link as route_link

from components.ui.icons import icon, spinner
from components.ui.kinds import (
    Content,
    Flag,
    Size,
    Text,
    attributes,
    classes,
    given,
    marker,
    present,
    when,
)

ButtonKind = Literal["primary", "secondary", "quiet", "danger", "danger-fill"]


def button(
    *content: Content,
    kind: ButtonKind = "secondary",
    size: Size = "md",
    leading: str = "",
    trailing: str = "",
    pending: Flag = False,
    disabled: Flag = False,
    full: bool = False,
    submits: bool = False,
    **props: Any,
) -> rx.Component:
    """A button. `leading` and `trailing` name icons.

    While `pending` it turns a ring, keeps its place and the focus, and ignores the pointer.
    A form is only submitted by a button that `submits`.
    """
    lead = icon(leading, 14 if size == "sm" else 16) if leading else None
    start = when(pending, spinner(), lead) if given(pending) else lead
    props = attributes(
        props,
        data_kind=kind,
        data_size=size,
        data_full=marker(full),
        data_pending=marker(pending),
        aria_busy=marker(pending),
    )
    if given(disabled):
        props["disabled"] = disabled
    return rx.el.button(
        *present(start),
        *content,
        *present(icon(trailing, 14) if trailing else None),
        type="submit" if submits else "button",
        class_name=classes("button", props),
        **props,
    )


def icon_button(
    name: str,
    label: Text,
    *,
    kind: ButtonKind = "quiet",
    size: Size = "md",
    tip: bool = True,
    pending: Flag = False,
    disabled: Flag = False,
    **props: Any,
) -> rx.Component:
    """A button that is only an icon. The label is required: it is its name and its tooltip."""
    face: Any = icon(name, 14 if size == "sm" else 17)
    props = attributes(
        props,
        aria_label=label,
        data_tip=label if tip else None,
        data_kind=kind,
        data_size=size,
        data_icon="true",
        data_pending=marker(pending),
        aria_busy=marker(pending),
    )
    if given(disabled):
        props["disabled"] = disabled
    return rx.el.button(
        when(pending, spinner(), face) if given(pending) else face,
        type="button",
        class_name=classes("button", props),
        **props,
    )


def link_button(
    *content: Content,
    href: Text,
    kind: ButtonKind = "secondary",
    size: Size = "md",
    leading: str = "",
    download: bool = False,
    **props: Any,
) -> rx.Component:
    """A link that looks like a button. `download` leaves the application for a file."""
    props = attributes(props, data_kind=kind, data_size=size)
    props["class_name"] = classes("button", props)
    parts = [*present(icon(leading, 14 if size == "sm" else 16) if leading else None), *content]
    if download:
        # Without this the router would look for a page of its own at the address.
        props["custom_attrs"] |= {"download": "", "reloadDocument": True}
        return rx.el.a(*parts, href=href, **props)
    return route_link(*parts, to=href, **props)


def link(*content: Content, href: Text, **props: Any) -> rx.Component:
    """A link within running text, to another page of the application."""
    return route_link(*content, to=href, class_name=classes("link", props), **props)


def row_link(*content: Content, href: Text = "", **props: Any) -> rx.Component:
    """The one link of a table's row: it opens the row wherever the row is pressed.

    Without `href` it is a button, for rows that open a drawer (`on_click`).
    """
    name = classes("row-link", props)
    if given(href):
        return route_link(*content, to=href, class_name=name, **props)
    return rx.el.button(*content, type="button", class_name=name, **props)


def button_group(*buttons: rx.Component, label: Text, **props: Any) -> rx.Component:
    """Buttons that belong together, as previous, today and next do."""
    props = attributes(props, role="group", aria_label=label)
    return rx.el.div(*buttons, class_name=classes("button-group", props), **props)
