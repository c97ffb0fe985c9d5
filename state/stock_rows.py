"""The rows of the stock list, a few to each small state, so that a changed figure re-sends a few rows.

A state for every single row would send less still, but weigh on every open page of the product.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import reflex as rx

from securecare.inventory.listing import PAGE, Listed


@dataclass(frozen=True)
class StockRowView:
    """An item as its row shows it. `mark` is "low", "out" or ""."""

    id: int = 0
    name: str = ""
    sku: str = ""
    unit: str = ""
    category: str = ""
    on_hand: str = ""
    reserved: str = ""
    available: str = ""
    level: str = ""
    mark: str = ""
    mark_label: str = ""
    active: bool = True


ROWS_PER_BAND = 5


class StockBand(rx.State, mixin=True):
    """What some neighbouring rows show. Written by the stock list and the live hub only."""

    rows: list[StockRowView] = []


def _make(number: int) -> type[rx.State]:
    name = f"StockBand{number:02}"
    # Under its own name in this module: a state kept in Redis is found again by it.
    made = type(name, (StockBand, rx.State), {"__module__": __name__, "__qualname__": name})
    globals()[name] = made
    return made


BANDS: tuple[type[rx.State], ...] = tuple(_make(n) for n in range(PAGE // ROWS_PER_BAND))


def band_of(place: int) -> tuple[type[rx.State], int]:
    """The band in which the row at this place of the page stands, and its place there."""
    band, within = divmod(place, ROWS_PER_BAND)
    return BANDS[band], within


def in_bands(rows: Sequence[StockRowView]) -> list[list[StockRowView]]:
    """The rows of a page, as many lists as there are bands; the last may be empty."""
    starts = range(0, PAGE, ROWS_PER_BAND)
    return [list(rows[start : start + ROWS_PER_BAND]) for start in starts]


def view(listed: Listed) -> StockRowView:
    """The words and figures of a row."""
    mark, said = _mark(listed)
    return StockRowView(
        listed.id,
        listed.name,
        listed.sku,
        listed.unit,
        listed.category,
        f"{listed.on_hand:,}",
        f"{listed.reserved:,}",
        f"{listed.available:,}",
        f"{listed.minimum_level:,} / {listed.recommended_level:,}",
        mark,
        said,
        listed.active,
    )


def _mark(listed: Listed) -> tuple[str, str]:
    if listed.empty_at:
        return "out", _places("None left", listed.empty_at, listed.available > 0)
    if listed.low_at:
        enough = listed.available >= listed.minimum_level
        return "low", _places("Low", listed.low_at, enough)
    return "", ""


def _places(what: str, count: int, elsewhere: bool) -> str:
    """Where it is so; said of one facility only if there is more at another."""
    if count == 1:
        return f"{what} at 1 facility" if elsewhere else what
    return f"{what} at {count} facilities"
