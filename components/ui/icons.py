"""Icons, shipped with the application and silent to screen readers."""

import reflex as rx


def icon(name: str, size: int = 16, **props) -> rx.Component:
    """A Lucide icon by its name, known when building. The words beside it do the talking."""
    return rx.icon(
        name,
        size=size,
        custom_attrs={"aria-hidden": "true", "strokeWidth": 1.75} | props.pop("custom_attrs", {}),
        **props,
    )


def spinner(label: str = "", size: str = "md") -> rx.Component:
    """A turning ring. With a label it is announced, without one it decorates."""
    said = {"role": "status", "aria-label": label} if label else {"aria-hidden": "true"}
    return rx.el.span(class_name="spinner", custom_attrs={"data-size": size} | said)
