"""What lies over the page: dialogs, drawers, menus, tooltips.

Radix's primitives keep the focus inside, close on Escape and hide the rest from screen readers;
the looks are ours. When one closes, the focus returns to what had it before.
"""

from collections.abc import Sequence
from typing import Any

import reflex as rx
from reflex_base.components.component import field
from reflex_base.constants.compiler import MemoizationMode
from reflex_components_core.react_router import link as route_link
from reflex_components_radix.primitives.dialog import dialog as radix

from components.ui.buttons import ButtonKind, button, icon_button
from components.ui.icons import icon
from components.ui.kinds import Content, Flag, Size, Text, Tone, attributes, classes, given, present

# Not asked for where a field with `auto_focus` was quicker: the script ui.js remembers it then.
REMEMBER_FOCUS = rx.Var("((event) => { event.currentTarget.cameFrom = document.activeElement; })")
RETURN_FOCUS = rx.Var(
    "((event) => { const back = event.currentTarget.cameFrom;"
    " if (back?.isConnected) { event.preventDefault(); back.focus(); } })"
)
STAY_OPEN = rx.Var("((event) => event.preventDefault())")


def dialog(
    *content: Content,
    title: Content,
    description: Content = "",
    actions: Sequence[Content] = (),
    open: Flag | None = None,
    on_open_change: Any = None,
    trigger: rx.Component | None = None,
    size: Size = "md",
    **props: Any,
) -> rx.Component:
    """A question or a short form over the page; a sheet from below on a phone.

    Either a state holds `open` and hears `on_open_change`, or a `trigger` button opens it without
    asking the server.
    """
    props = attributes(props, data_size=size)
    return _over(
        "dialog",
        [*_panel(title, description, content, actions)],
        open=open,
        on_open_change=on_open_change,
        trigger=trigger,
        described=given(description),
        modal=True,
        props=props,
    )


def drawer(
    *content: Content,
    title: Content,
    description: Content = "",
    actions: Sequence[Content] = (),
    open: Flag | None = None,
    on_open_change: Any = None,
    trigger: rx.Component | None = None,
    modal: bool = True,
    size: Size = "md",
    **props: Any,
) -> rx.Component:
    """One thing in full at the right of the page; the whole screen on a phone.

    With `modal=False` the page beside it stays usable, and pressing there does not close it.
    """
    props = attributes(props, data_size=size)
    return _over(
        "drawer",
        [*_panel(title, description, content, actions)],
        open=open,
        on_open_change=on_open_change,
        trigger=trigger,
        described=given(description),
        modal=modal,
        props=props,
    )


def confirm(
    *content: Content,
    title: Content,
    act: Text,
    on_confirm: Any,
    open: Flag | None = None,
    on_open_change: Any = None,
    trigger: rx.Component | None = None,
    kind: ButtonKind = "danger-fill",
    description: Content = "",
    pending: Flag = False,
) -> rx.Component:
    """Ask once more. `act` says what the button does: "End the session", never "OK"."""
    does = button(act, kind=kind, pending=pending, on_click=on_confirm)
    leaves = radix.close(button("Keep it as it is"), as_child=True)
    return dialog(
        *content,
        title=title,
        description=description,
        # Opened by its own trigger it also closes by itself; the wrapper takes the press after it.
        actions=[leaves, does if open is not None else radix.close(rx.el.div(does), as_child=True)],
        open=open,
        on_open_change=on_open_change,
        trigger=trigger,
        size="sm",
    )


def close_on_press(child: rx.Component) -> rx.Component:
    """Within a dialog or drawer: pressing this (a button without `on_click`) closes it."""
    return radix.close(child, as_child=True)


def _panel(
    title: Content, description: Content, content: Sequence[Content], actions: Sequence[Content]
) -> list[Any]:
    words = rx.el.div(
        radix.title(rx.el.h2(title, class_name="panel__title"), as_child=True),
        *present(
            radix.description(
                rx.el.div(description, class_name="panel__description"), as_child=True
            )
            if given(description)
            else None
        ),
        class_name="panel__words",
    )
    closes = radix.close(icon_button("x", "Close", size="sm", tip=False), as_child=True)
    return [
        rx.el.div(words, closes, class_name="panel__head"),
        *present(rx.el.div(*content, class_name="panel__body") if content else None),
        *present(rx.el.div(*actions, class_name="panel__foot") if actions else None),
    ]


def _over(
    kind: str,
    parts: list[Any],
    *,
    open: Flag | None,
    on_open_change: Any,
    trigger: rx.Component | None,
    described: bool,
    modal: bool,
    props: dict[str, Any],
) -> rx.Component:
    props = attributes(props, onOpenAutoFocus=REMEMBER_FOCUS, onCloseAutoFocus=RETURN_FOCUS)
    if not described:
        # Radix asks for this when there is nothing to describe the dialog by.
        props = attributes(props, aria_describedby=rx.Var("undefined"))
    if not modal:
        props = attributes(props, onInteractOutside=STAY_OPEN)
    portal = radix.portal(
        *present(
            radix.overlay(class_name="scrim", custom_attrs={"data-for": kind}) if modal else None
        ),
        radix.content(*parts, class_name=classes(kind, props), **props),
    )
    control: dict[str, Any] = {"modal": modal}
    if open is not None:
        control["open"] = open
    if on_open_change is not None:
        control["on_open_change"] = on_open_change
    opens = present(radix.trigger(trigger, as_child=True) if trigger is not None else None)
    return radix.root(*opens, portal, **control)


class _MenuPart(rx.Component):
    """A part of Radix's dropdown menu."""

    library = "@radix-ui/react-dropdown-menu@2.2.1"


class _MenuRoot(_MenuPart):
    tag = "Root"
    alias = "DropdownMenuRoot"
    modal: rx.Var[bool]


class _MenuTrigger(_MenuPart):
    tag = "Trigger"
    alias = "DropdownMenuTrigger"
    as_child: rx.Var[bool]
    _memoization_mode = MemoizationMode(recursive=False)


class _MenuPortal(_MenuPart):
    tag = "Portal"
    alias = "DropdownMenuPortal"


class _MenuContent(_MenuPart):
    tag = "Content"
    alias = "DropdownMenuContent"
    align: rx.Var[str]
    side: rx.Var[str]
    side_offset: rx.Var[int]
    collision_padding: rx.Var[int]


class _MenuItem(_MenuPart):
    tag = "Item"
    alias = "DropdownMenuItem"
    as_child: rx.Var[bool]
    disabled: rx.Var[bool]
    on_select: rx.EventHandler[rx.event.no_args_event_spec] = field(
        doc="The item was chosen, by pointer or by key."
    )
    _memoization_mode = MemoizationMode(recursive=False)


class _MenuLabel(_MenuPart):
    tag = "Label"
    alias = "DropdownMenuLabel"


class _MenuSeparator(_MenuPart):
    tag = "Separator"
    alias = "DropdownMenuSeparator"


def menu(
    trigger: rx.Component, *items: Content, align: str = "end", side: str = "bottom"
) -> rx.Component:
    """A menu that a button opens. Arrow keys, first letters and Escape work in it.

    The trigger is a `button` or `icon_button` (with `tip=False`) without `on_click`.
    """
    return _MenuRoot.create(
        _MenuTrigger.create(trigger, as_child=True),
        _MenuPortal.create(
            _MenuContent.create(
                *items,
                align=align,
                side=side,
                side_offset=5,
                collision_padding=8,
                class_name="menu",
            )
        ),
        modal=False,
    )


def menu_item(
    label: Content,
    *,
    leading: str = "",
    trailing: Content = "",
    href: Text = "",
    tone: Tone = "neutral",
    disabled: Flag = False,
    on_select: Any = None,
    **props: Any,
) -> rx.Component:
    """Something to choose from a menu: an event (`on_select`) or a page (`href`)."""
    parts = [
        *present(icon(leading, 15) if leading else None),
        rx.el.span(label, class_name="truncate"),
        *present(rx.el.span(trailing, class_name="menu__end") if given(trailing) else None),
    ]
    props = attributes(props, data_tone=tone)
    if given(disabled):
        props["disabled"] = disabled
    if given(href):
        return _MenuItem.create(
            route_link(*parts, to=href, class_name="menu__item"), as_child=True, **props
        )
    if on_select is not None:
        props["on_select"] = on_select
    return _MenuItem.create(*parts, class_name="menu__item", **props)


def menu_label(label: Content) -> rx.Component:
    """The head of a group within a menu."""
    return _MenuLabel.create(label, class_name="menu__label")


def menu_line() -> rx.Component:
    """A line between groups of a menu."""
    return _MenuSeparator.create(class_name="menu__line")


def tooltip(child: rx.Component, text: Text) -> rx.Component:
    """Words that appear when the pointer or the keyboard rests on something. Never the only place."""
    child.custom_attrs = child.custom_attrs | {"data-tip": text, "aria-description": text}
    return child
