"""Why stock cannot be moved. Each names the things it is about."""

from collections.abc import Sequence
from dataclasses import dataclass

from securecare.foundation.errors import DomainError


@dataclass(frozen=True, slots=True)
class Shortage:
    """An item of which more is needed than there is."""

    item_id: int
    name: str
    need: int
    on_hand: int
    reserved: int
    """By others than the one who needs it."""

    @property
    def available(self) -> int:
        """What could be had."""
        return self.on_hand - self.reserved

    def __str__(self) -> str:
        """The sentence the specification gives word for word."""
        return (
            f"Insufficient inventory: '{self.name}': need {self.need}, available {self.available}"
            f" (on hand {self.on_hand}, reserved {self.reserved})."
        )


class StockShort(DomainError):
    """More is needed than is available; nothing was stored. One line for every short item."""

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        super().__init__("\n".join(map(str, shortages)), field="lines")
        self.shortages = tuple(shortages)


class HeldByOthers(DomainError):
    """What should leave the shelf is reserved; the message names who holds it."""

    def __init__(self, item: str, would_leave: int, reserved: int, holders: Sequence[str]) -> None:
        held_by = "; ".join(holders)
        super().__init__(
            f"'{item}': {would_leave} would be left, but {reserved} are reserved"
            f" by {held_by}. Change or cancel what holds them first, or leave at least {reserved}.",
            field="quantity",
        )
        self.holders = tuple(holders)


class NotHeld(DomainError):
    """There is less on hand than should leave."""

    def __init__(self, item: str, wanted: int, on_hand: int) -> None:
        super().__init__(
            f"'{item}': {wanted} should leave, but only {on_hand} are on hand here.",
            field="quantity",
        )
