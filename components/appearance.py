"""Light, dark or as the device: what menus offer, and what scripts press."""

import reflex as rx
from reflex.style import color_mode, set_color_mode

from components.ui import icon, menu_item, posted_form

MODES = (
    ("light", "Light", "sun"),
    ("dark", "Dark", "moon"),
    ("system", "As the device", "monitor"),
)


def mode_items() -> list[rx.Component]:
    """The choices of appearance, for a menu."""
    return [_item(*mode) for mode in MODES]


def _item(mode: str, label: str, picture: str) -> rx.Component:
    return menu_item(
        label,
        leading=picture,
        trailing=rx.cond(
            color_mode == mode,
            rx.el.span(icon("check", 14), rx.el.span("chosen", class_name="visually-hidden")),
            rx.fragment(),
        ),
        on_select=set_color_mode(mode),
    )


def pressed_by_script() -> list[rx.Component]:
    """What the palette's actions and the person's menu press, wherever they are in the page."""
    modes = [
        rx.el.button(
            label,
            type="button",
            on_click=set_color_mode(mode),  # type: ignore[arg-type]
            custom_attrs={"hidden": True, "data-mode": mode},
        )
        for mode, label, _ in MODES
    ]
    leaves = posted_form(id="sign-out", action="/auth/logout", custom_attrs={"hidden": True})
    return [*modes, leaves]
