"""What pages about cases share: how a case stands, in words and a tone."""

from typing import Any

import reflex as rx

from components import ui
from securecare.casework.cases import INTAKE, LONGEST


def status_badge(status: Any, label: Any) -> rx.Component:
    """How a case stands."""
    return rx.match(  # pyright: ignore[reportReturnType]
        status,
        ("open", ui.badge(label, tone="good", leading="folder_open")),
        ("on_hold", ui.badge(label, tone="warn", leading="circle_pause")),
        ui.badge(label, leading="folder_check"),
    )


def intake_field(name: str, error: rx.Var, value: rx.Var | str = "") -> rx.Component:
    """One field of the intake, the same when it is corrected later."""
    needed = name == "reason"
    if name in LONGEST:
        return ui.text_field(
            INTAKE[name],
            name,
            default_value=value,
            error=error,
            max_length=LONGEST[name],
            optional=not needed,
            auto_complete="off",
        )
    return ui.area_field(
        INTAKE[name],
        name,
        default_value=value,
        error=error,
        max_length=4000,
        optional=not needed,
    )
