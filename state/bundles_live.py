"""What reaches an open list of bundles: how many could be assembled now.

It is read once for all who look at the same facility with the same rights.
"""

from collections.abc import Sequence

from securecare.access.actor import Reach
from securecare.foundation.live import GAP, Change
from securecare.inventory import bundles
from securecare.inventory.bundles import BundleListed
from state.bundles import SEES, TOPIC, BundlesState, Screen
from state.live import Hub, Viewer, hub
from state.work import work_as

TABLES = ("bundle", "stock", "item", "facility")
Known = dict[tuple[int, int, Reach], list[BundleListed]]


async def refresh(live: Hub, changes: Sequence[Change], viewers: Sequence[Viewer]) -> None:
    """Bring every list up to date that the changes concern."""
    known: Known = {}
    for viewer in viewers:
        mine = [c for c in changes if c is GAP or c.organization_id == viewer.actor.organization_id]
        if any(_is_about_the_list(change, viewer.interest) for change in mine):
            async with live.modify(viewer, BundlesState) as state:
                viewer.interest = await state._read_again(viewer.actor)
        elif any(_is_about_its_figures(change, viewer.interest) for change in mine):
            await _refigure(live, viewer, known)


def _is_about_the_list(change: Change, screen: Screen) -> bool:
    if change.table == "item":
        return change.row["id"] in screen.item_ids
    return change.table != "stock"


def _is_about_its_figures(change: Change, screen: Screen) -> bool:
    return (
        change.table == "stock"
        and change.row["facility_id"] == screen.facility_id
        and change.row["item_id"] in screen.item_ids
    )


async def _refigure(live: Hub, viewer: Viewer, known: Known) -> None:
    actor, facility_id = viewer.actor, viewer.interest.facility_id
    key = (actor.organization_id, facility_id, actor.reach(SEES))
    if key not in known:
        known[key] = await work_as(actor, bundles.listing, facility_id)
    async with live.modify(viewer, BundlesState) as state:
        state._refigure(known[key])


hub.topic(TOPIC, TABLES, refresh)
