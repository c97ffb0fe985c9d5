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
    names = names_of(session, {(row.holder, row.holder_id) for row in rows})
    return [
        Held(row.holder, row.holder_id, names[row.holder, row.holder_id], row.quantity)
        for row in rows
    ]


def names_of(session: Session, wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """What each of these holders, told by kind and id, is called."""
    known = {
        kind: _NAMES[kind](session, [id_ for other, id_ in wanted if other == kind])
        for kind in {kind for kind, _ in wanted} & _NAMES.keys()
    }
    return {(kind, id_): known.get(kind, {}).get(id_, f"{kind} {id_}") for kind, id_ in wanted}
