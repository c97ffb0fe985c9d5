"""What reaches an open stock list: the few rows around a figure that changed.

Figures are read once for all who look at the same facility with the same rights.
"""

from collections.abc import Sequence
from typing import Any

from securecare.access.actor import Reach
from securecare.access.roles import Permission
from securecare.foundation.live import GAP, Change
from securecare.inventory import listing
from securecare.inventory.listing import Listed
from state.live import Hub, Viewer, hub
from state.stock import TOPIC, StockState
from state.stock_rows import band_of, view
from state.work import work_as

TABLES = ("stock", "item", "facility")


async def refresh(live: Hub, changes: Sequence[Change], viewers: Sequence[Viewer]) -> None:
    """Bring every screen up to date that the changes concern."""
    known: dict[tuple[int, int | None, Reach], dict[int, Listed]] = {}
    for viewer in viewers:
        mine = [c for c in changes if c is GAP or c.organization_id == viewer.actor.organization_id]
        touched = _touched(mine, viewer)
        if touched is None:
            async with live.modify(viewer, StockState) as state:
                viewer.interest = await state._read_again(viewer.actor)
        elif touched:
            await _push(live, viewer, touched, known)


def _touched(changes: Sequence[Change], viewer: Viewer) -> set[int] | None:
    """The items on this screen whose rows may look different now; None if the list itself may."""
    screen = viewer.interest
    touched: set[int] = set()
    for change in changes:
        if change is GAP or change.table == "facility":
            return None
        if change.table == "item":
            if change.row["id"] not in screen.item_ids:
                return None
            touched.add(change.row["id"])
        elif screen.facility_id in (None, change.row["facility_id"]):
            touched.add(change.row["item_id"])
    return touched & set(screen.item_ids)


async def _push(
    live: Hub,
    viewer: Viewer,
    touched: set[int],
    known: dict[tuple[int, int | None, Reach], dict[int, Listed]],
) -> None:
    actor, screen = viewer.actor, viewer.interest
    key = (actor.organization_id, screen.facility_id, actor.reach(Permission.VIEW_STOCK))
    figures = known.setdefault(key, {})
    if missing := touched - figures.keys():
        figures |= await work_as(actor, listing.these, missing, screen.facility_id)
    async with live.modify(viewer, StockState) as state:
        for item_id in touched & figures.keys():
            band, place = band_of(screen.item_ids.index(item_id))
            own: Any = await state.get_state(band)
            own.rows[place] = view(figures[item_id])


hub.topic(TOPIC, TABLES, refresh)
