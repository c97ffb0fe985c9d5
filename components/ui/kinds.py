"""The kinds of arguments that the primitives take, and how attributes are put together."""

from typing import Any, Literal

import reflex as rx

Text = str | rx.Var
"""Words, known when building or only on the page."""
Flag = bool | rx.Var
"""Yes or no, known when building or only on the page."""
Content = str | rx.Var | rx.Component
"""Whatever may stand inside something else."""
Tone = Literal["neutral", "accent", "info", "good", "warn", "danger"]
Size = Literal["sm", "md", "lg"]


def given(value: Any) -> bool:
    """Whether something was said: an empty text was not, a value of the page always is."""
    return isinstance(value, rx.Var) or value not in (None, "", False)


def when(condition: Flag, yes: Any, no: Any = None) -> Any:
    """`yes` or `no`, decided now if the condition is known now, and on the page otherwise."""
    if isinstance(condition, rx.Var):
        return rx.cond(condition, yes, rx.fragment() if no is None else no)
    return yes if condition else no


def present(*parts: Any) -> list[Any]:
    """The parts that were given, in order."""
    return [part for part in parts if isinstance(part, rx.Component) or given(part)]


def attributes(props: dict[str, Any], **attrs: Any) -> dict[str, Any]:
    """Props with more HTML attributes: `data_size="sm"` becomes data-size, what is None is left out."""
    custom = {name.replace("_", "-"): value for name, value in attrs.items() if value is not None}
    return props | {"custom_attrs": custom | props.get("custom_attrs", {})}


def marker(condition: Flag) -> Any:
    """The value of an attribute that is there only when the condition holds."""
    if isinstance(condition, rx.Var):
        return rx.cond(condition, "true", rx.Var("undefined"))
    return "true" if condition else None


def classes(own: str, props: dict[str, Any]) -> Any:
    """The class of a primitive together with those a page adds."""
    more = props.pop("class_name", None)
    if more is None:
        return own
    return [own, *(more if isinstance(more, list) else [more])]
