"""Countries and time zones to choose from, and an address as it stands on a letter."""

import reflex as rx

from securecare.organization.time_zones import countries, every_zone

COUNTRIES = tuple(sorted(countries().items(), key=lambda pair: pair[1]))
"""Code and name, by name."""
ZONES = tuple(
    (zone.name, f"{zone.country}: {zone.city}" if zone.country else zone.city)
    for zone in sorted(every_zone().values(), key=lambda zone: (zone.country, zone.city))
)
"""Name and what it is called, by country."""


def postal_address(shown: rx.Var, otherwise: rx.Component) -> rx.Component:
    """The address of a view with `street`, `city`, `region`, `postal_code` and `country_name`."""
    region = rx.cond(
        (shown.city != "") & (shown.region != ""),  # type: ignore[attr-defined]
        f", {shown.region}",  # type: ignore[attr-defined]
        shown.region,  # type: ignore[attr-defined]
    )
    return rx.cond(
        (shown.street != "") | (shown.city != ""),  # type: ignore[attr-defined]
        rx.el.address(
            rx.el.div(shown.street),  # type: ignore[attr-defined]
            rx.el.div(shown.city, region, " ", shown.postal_code),  # type: ignore[attr-defined]
            rx.el.div(shown.country_name),  # type: ignore[attr-defined]
        ),
        otherwise,
    )
