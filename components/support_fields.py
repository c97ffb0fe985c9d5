"""What somebody is besides a customer, as fields of a form: a box and a day for each."""

from typing import Any

import reflex as rx

from components import ui


def support_fields(shown: Any, errors: Any) -> rx.Component:
    """The fields for a `SupportView`, with complaints by the names of the days."""
    return ui.stack(
        _one("Volunteer", "volunteer", shown.volunteer, shown.volunteer_since, errors),
        _one("Donor", "donor", shown.donor, shown.donor_since, errors),
    )


def _one(label: str, kind: str, is_one: Any, day: Any, errors: Any) -> rx.Component:
    name = f"{kind}_since"
    return rx.el.div(
        ui.checkbox(label, kind, default_checked=is_one != ""),
        ui.date_field(f"{label} since", name, default_value=day, error=errors[name]),
        class_name="support",
    )
