"""The rows of the stock list, one small state each, so that a changed figure re-sends one row only."""

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


NO_ROW = StockRowView()


class StockRow(rx.State, mixin=True):
    """What one row shows. Written by the stock list and the live hub only."""

    item: StockRowView = NO_ROW


def _make(number: int) -> type[rx.State]:
    name = f"StockRow{number:02}"
    # Under its own name in this module: a state kept in Redis is found again by it.
    made = type(name, (StockRow, rx.State), {"__module__": __name__, "__qualname__": name})
    globals()[name] = made
    return made


ROWS: tuple[type[rx.State], ...] = tuple(_make(number) for number in range(PAGE))


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
        return "out", _places("None left", listed.empty_at)
    if listed.low_at:
        return "low", _places("Low", listed.low_at)
    return "", ""


def _places(what: str, count: int) -> str:
    return what if count == 1 else f"{what} at {count} facilities"
