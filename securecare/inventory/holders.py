"""Who holds reserved stock, in words. Domains that reserve say here what their holders are called."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session

Names = Callable[[Session, Collection[int]], Mapping[int, str]]
_NAMES: dict[str, Names] = {}

_HOLDERS = text(
    "SELECT holder, holder_id, quantity FROM reservation WHERE organization_id = :organization"
    " AND facility_id = :facility AND item_id = :item ORDER BY quantity DESC, holder_id LIMIT 20"
)


@dataclass(frozen=True, slots=True)
class Held:
    """So many pieces, kept for this holder."""

    kind: str
    id: int
    name: str
    quantity: int

    def __str__(self) -> str:
        """For a sentence: who, and how many."""
        return f"{self.name} ({self.quantity})"


def named_by(kind: str, names: Names) -> None:
    """Declare how holders of this kind are called, once, at import of the domain that reserves."""
    _NAMES[kind] = names


def of(session: Session, organization_id: int, facility_id: int, item_id: int) -> list[Held]:
    """Who has pieces of the item reserved at the facility, the most first, twenty at most."""
    rows = session.execute(
        _HOLDERS, {"organization": organization_id, "facility": facility_id, "item": item_id}
    ).all()
    names = {
        kind: _NAMES[kind](session, [row.holder_id for row in rows if row.holder == kind])
        for kind in {row.holder for row in rows} & _NAMES.keys()
    }
    return [
        Held(
            row.holder,
            row.holder_id,
            names.get(row.holder, {}).get(row.holder_id, f"{row.holder} {row.holder_id}"),
            row.quantity,
        )
        for row in rows
    ]
