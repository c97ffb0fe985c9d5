"""What is typed into and chosen from. Every control works in a plain HTML form by its `name`."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from components.ui.icons import icon
from components.ui.kinds import (
    Content,
    Size,
    Text,
    attributes,
    classes,
    given,
    marker,
    present,
    when,
)

Option = tuple[str, str]
"""A value and its label."""


def control_id(name: str, id: str = "") -> str:
    """The id of a control: its own, or one made from its name."""
    return id or f"field-{name}"


def field(
    label: Text,
    control: rx.Component,
    *,
    name: str,
    id: str = "",
    hint: Text = "",
    error: Text = "",
    optional: bool = False,
    wide: bool = False,
    **props: Any,
) -> rx.Component:
    """A control with its label, a hint, and the sentence that says what is wrong with it.

    The control must have been made with the same `name` and `id`, and with the same `error`.
    """
    own = control_id(name, id)
    props = attributes(props, data_wide=marker(wide))
    return rx.el.div(
        rx.el.label(
            label,
            *present(rx.el.span("optional", class_name="field__optional") if optional else None),
            html_for=own,
            class_name="field__label",
        ),
        control,
        rx.el.div(hint, id=f"{own}-hint", class_name="field__hint"),
        rx.el.div(
            error,
            id=f"{own}-error",
            class_name="field__error",
            custom_attrs={"aria-live": "polite"},
        ),
        class_name=classes("field", props),
        **props,
    )


def _control(
    props: dict[str, Any], name: str, id: str, error: Text, described: bool
) -> dict[str, Any]:
    own = control_id(name, id)
    invalid = marker(error != "" if isinstance(error, rx.Var) else bool(error))
    props = attributes(
        props,
        aria_invalid=invalid,
        aria_describedby=f"{own}-hint {own}-error" if described else None,
    )
    return props | {"id": own, "name": name, "class_name": classes("input", props)}


def text_input(
    name: str,
    *,
    type: str = "text",
    id: str = "",
    error: Text = "",
    size: Size = "md",
    described: bool = False,
    label: Text = "",
    **props: Any,
) -> rx.Component:
    """One line of text, or a number, a password, an address: see `type`.

    Give `default_value` and read the form, rather than `value`: what is typed then stays where it
    was when the connection is lost. `label` names a control that has no visible label.
    """
    props = attributes(props, data_size=size, aria_label=label if given(label) else None)
    return rx.el.input(type=type, **_control(props, name, id, error, described))


def text_area(
    name: str,
    *,
    id: str = "",
    error: Text = "",
    rows: int = 3,
    described: bool = False,
    label: Text = "",
    **props: Any,
) -> rx.Component:
    """Several lines of text; grows with what is typed."""
    props = attributes(props, rows=str(rows), aria_label=label if given(label) else None)
    return rx.el.textarea(**_control(props, name, id, error, described))


def select(
    name: str,
    options: Sequence[Option] | rx.Var,
    *,
    id: str = "",
    error: Text = "",
    size: Size = "md",
    empty: Text = "",
    described: bool = False,
    label: Text = "",
    **props: Any,
) -> rx.Component:
    """A native list to choose from. Options are (value, label); `empty` labels "none of them".

    As a var, options are a list of such pairs.
    """
    if isinstance(options, rx.Var):
        listed: list[Any] = [rx.foreach(options, lambda o: rx.el.option(o[1], value=o[0]))]
    else:
        listed = [rx.el.option(words, value=value) for value, words in options]
    if given(empty):
        listed.insert(0, rx.el.option(empty, value=""))
    props = attributes(props, data_size=size, aria_label=label if given(label) else None)
    return rx.el.select(*listed, **_control(props, name, id, error, described))


def date_input(name: str, **props: Any) -> rx.Component:
    """A day, with the browser's own calendar; its value is "2026-03-29"."""
    return text_input(name, type="date", **props)


def time_input(name: str, *, step_minutes: int = 5, **props: Any) -> rx.Component:
    """A time of day; its value is "14:30" whichever clock the browser shows."""
    return text_input(name, type="time", step=str(step_minutes * 60), **props)


def search_input(
    name: str = "search",
    *,
    label: Text,
    placeholder: Text = "Search",
    wait_ms: int = 150,
    shortcut: str = "",
    size: Size = "md",
    id: str = "",
    **props: Any,
) -> rx.Component:
    """A search that hands on what was typed once typing rests for `wait_ms` (`on_change`)."""
    typed = props.pop("on_change", None)
    own = props.pop("class_name", "")
    control = rx.el.input(
        type="search",
        name=name,
        id=control_id(name, id),
        placeholder=placeholder,
        auto_complete="off",
        class_name="input",
        custom_attrs={
            "aria-label": label,
            "data-size": size,
            "spellCheck": False,
            "enterKeyHint": "search",
        },
        **(
            {"on_change": typed.debounce(wait_ms) if hasattr(typed, "debounce") else typed}
            if typed is not None
            else {}
        ),
        **props,
    )
    return rx.el.div(
        icon("search", 15),
        control,
        *present(kbd(shortcut) if shortcut else None),
        class_name=["search", own] if given(own) else "search",
    )


def kbd(*keys: str) -> rx.Component:
    """A key of the keyboard, for people who look."""
    return rx.el.kbd(*keys, class_name="kbd", custom_attrs={"aria-hidden": "true"})


def with_unit(control: rx.Component, unit: Text) -> rx.Component:
    """A control with its unit at the right: minutes, days."""
    return rx.el.div(control, rx.el.span(unit, class_name="affix__text"), class_name="affix")


def text_field(
    label: Text,
    name: str,
    *,
    hint: Text = "",
    error: Text = "",
    optional: bool = False,
    wide: bool = False,
    id: str = "",
    unit: Text = "",
    **props: Any,
) -> rx.Component:
    """A labelled line of text (or number, password, e-mail: `type`)."""
    control = text_input(name, id=id, error=error, described=True, **props)
    if given(unit):
        control = with_unit(control, unit)
    return field(
        label, control, name=name, id=id, hint=hint, error=error, optional=optional, wide=wide
    )


def area_field(
    label: Text,
    name: str,
    *,
    hint: Text = "",
    error: Text = "",
    optional: bool = False,
    wide: bool = True,
    id: str = "",
    **props: Any,
) -> rx.Component:
    """Labelled lines of text."""
    control = text_area(name, id=id, error=error, described=True, **props)
    return field(
        label, control, name=name, id=id, hint=hint, error=error, optional=optional, wide=wide
    )


def select_field(
    label: Text,
    name: str,
    options: Sequence[Option] | rx.Var,
    *,
    hint: Text = "",
    error: Text = "",
    optional: bool = False,
    wide: bool = False,
    id: str = "",
    **props: Any,
) -> rx.Component:
    """A labelled list to choose from."""
    control = select(name, options, id=id, error=error, described=True, **props)
    return field(
        label, control, name=name, id=id, hint=hint, error=error, optional=optional, wide=wide
    )


def date_field(label: Text, name: str, **props: Any) -> rx.Component:
    """A labelled day."""
    return text_field(label, name, type="date", **props)


def time_field(label: Text, name: str, *, step_minutes: int = 5, **props: Any) -> rx.Component:
    """A labelled time of day."""
    return text_field(label, name, type="time", step=str(step_minutes * 60), **props)


def _choice(face: rx.Component, label: Content, hint: Text, props: dict[str, Any]) -> rx.Component:
    return rx.el.label(
        face,
        rx.el.span(
            rx.el.span(label),
            *present(rx.el.span(hint, class_name="choice__hint") if given(hint) else None),
            class_name="choice__text",
        ),
        class_name=classes("choice", props),
    )


def checkbox(label: Content, name: str = "", *, hint: Text = "", **props: Any) -> rx.Component:
    """A box to tick, with its words. In a form it says "on" when ticked and nothing otherwise."""
    shell = {"class_name": props.pop("class_name", None)}
    face = rx.el.input(type="checkbox", name=name, class_name="checkbox", **props)
    return _choice(face, label, hint, shell)


def switch(label: Content, name: str = "", *, hint: Text = "", **props: Any) -> rx.Component:
    """A setting that is on or off. In a form it behaves like a checkbox."""
    shell = {"class_name": props.pop("class_name", None)}
    props = attributes(props, role="switch")
    face = rx.el.input(type="checkbox", name=name, class_name="switch", **props)
    return _choice(face, label, hint, shell)


def radio(label: Content, name: str, value: str, *, hint: Text = "", **props: Any) -> rx.Component:
    """One of several choices below one another; those of one `name` exclude each other."""
    shell = {"class_name": props.pop("class_name", None)}
    face = rx.el.input(type="radio", name=name, value=value, class_name="radio", **props)
    return _choice(face, label, hint, shell)


def choices(legend: Text, *boxes: rx.Component, **props: Any) -> rx.Component:
    """Checkboxes or radio buttons under one heading."""
    return rx.el.fieldset(
        rx.el.legend(legend, class_name="field__label"),
        *boxes,
        class_name=classes("choices", props),
        **props,
    )


def segmented(
    name: str,
    options: Sequence[Option | tuple[str, str, str]],
    *,
    label: Text,
    value: Any = None,
    default_value: str = "",
    on_change: Any = None,
    icons_only: bool = False,
    **props: Any,
) -> rx.Component:
    """One of a few, side by side, as radio buttons: arrow keys move among them.

    Options are (value, label) or (value, label, icon name). `on_change` gets the value.
    """
    props = attributes(props, role="radiogroup", aria_label=label)
    return rx.el.div(
        *[
            _segment(name, option, value, default_value, on_change, icons_only)
            for option in options
        ],
        class_name=classes("segments", props),
        **props,
    )


def _segment(
    name: str, option: tuple[str, ...], value: Any, default: str, on_change: Any, icons_only: bool
) -> rx.Component:
    own, words, *more = option
    chosen = {"default_checked": own == default} if value is None else {"checked": value == own}
    shown = rx.el.span(words, class_name="visually-hidden" if icons_only else "")
    return rx.el.label(
        rx.el.input(
            type="radio",
            name=name,
            value=own,
            **chosen,
            **({"on_change": on_change} if on_change is not None else {}),
        ),
        rx.el.span(
            *present(icon(more[0], 15) if more else None), shown, class_name="segments__face"
        ),
        class_name="segments__option",
        custom_attrs={"data-tip": words} if icons_only else {},
    )


def form_grid(*fields: Content, **props: Any) -> rx.Component:
    """Fields side by side as far as there is room; a `wide` one takes the whole width."""
    return rx.el.div(*fields, class_name=classes("form-grid", props), **props)


def form_actions(*buttons: Content, **props: Any) -> rx.Component:
    """The buttons below a form, the most likely one first."""
    return rx.el.div(*buttons, class_name=classes("form-actions", props), **props)


def form_error(error: rx.Var | str) -> rx.Component:
    """What is wrong with a form as a whole; announced as it appears."""
    shown = rx.el.div(
        icon("circle_alert", 16),
        rx.el.div(error, class_name="banner__words"),
        class_name="banner",
        custom_attrs={"data-tone": "danger"},
    )
    return rx.el.div(when(error != "", shown, None) or "", custom_attrs={"aria-live": "polite"})
