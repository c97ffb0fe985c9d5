"""How low stock is marked, wherever it is shown."""

from typing import Any

import reflex as rx

from components import ui


def stock_mark(row: Any) -> rx.Component:
    """Low and out differ by shape too, not by colour alone."""
    return rx.fragment(
        rx.cond(row.mark == "out", ui.badge(row.mark_label, tone="danger", leading="octagon_x")),
        rx.cond(row.mark == "low", ui.badge(row.mark_label, tone="warn", leading="triangle_alert")),
    )
