"""What reaches an item's open page: new figures and the movements that made them.

They are read once for all who look at the same item with the same rights.
"""

from collections.abc import Sequence

from securecare.access.actor import Reach
from securecare.access.roles import Permission
from securecare.foundation.live import GAP, Change
from state.live import Hub, Viewer, hub
from state.stock_item import TOPIC, ItemState, Screen, Standing, standing_of
from state.work import work_as

TABLES = ("stock", "item", "facility")


async def refresh(live: Hub, changes: Sequence[Change], viewers: Sequence[Viewer]) -> None:
    """Bring every page up to date that the changes concern."""
    known: dict[tuple[int, Screen, Reach], Standing] = {}
    for viewer in viewers:
        item_id = viewer.interest.item_id
        mine = [c for c in changes if c is GAP or c.organization_id == viewer.actor.organization_id]
        if any(_is_about_item(change, item_id) for change in mine):
            async with live.modify(viewer, ItemState) as state:
                await state._read_again(viewer.actor)
                viewer.interest = state._screen
        elif any(change.row["item_id"] == item_id for change in mine if change.table == "stock"):
            await _move_on(live, viewer, known)


def _is_about_item(change: Change, item_id: int) -> bool:
    if change is GAP or change.table == "facility":
        return True
    return change.table == "item" and change.row["id"] == item_id


async def _move_on(
    live: Hub, viewer: Viewer, known: dict[tuple[int, Screen, Reach], Standing]
) -> None:
    actor = viewer.actor
    key = (actor.organization_id, viewer.interest, actor.reach(Permission.VIEW_STOCK))
    if key not in known:
        known[key] = await work_as(actor, standing_of, viewer.interest)
    async with live.modify(viewer, ItemState) as state:
        state._move_on(known[key], actor)
        viewer.interest = state._screen


hub.topic(TOPIC, TABLES, refresh)
