"""What reaches an open session: the figures of its items when stock moves, all of it when it changes."""

from collections.abc import Sequence

from securecare.foundation.live import GAP, Change
from state.live import Hub, Viewer, hub
from state.session_sheet import TOPIC, Screen, SheetState, figures_again

TABLES = ("outreach_session", "session_line", "stock", "item")


async def refresh(live: Hub, changes: Sequence[Change], viewers: Sequence[Viewer]) -> None:
    """Bring every open session up to date that the changes concern."""
    known: dict[tuple[int | None, Screen], dict[str, list[int]]] = {}
    for viewer in viewers:
        mine = [c for c in changes if c is GAP or c.organization_id == viewer.actor.organization_id]
        screen: Screen = viewer.interest
        if any(_is_about(change, screen) for change in mine):
            await _show_anew(live, viewer, screen)
        elif any(_moves(change, screen) for change in mine):
            key = (viewer.actor.organization_id, screen)
            if key not in known:
                known[key] = await figures_again(viewer.actor, screen)
            await _push(live, viewer, known[key])


def _is_about(change: Change, screen: Screen) -> bool:
    if change is GAP or change.table == "item":
        return change is GAP or change.row["id"] in screen.item_ids
    row_key = {"outreach_session": "id", "session_line": "session_id"}.get(change.table)
    return row_key is not None and change.row[row_key] == screen.session_id


def _moves(change: Change, screen: Screen) -> bool:
    return (
        change.table == "stock"
        and change.row["facility_id"] == screen.facility_id
        and change.row["item_id"] in screen.item_ids
    )


async def _show_anew(live: Hub, viewer: Viewer, screen: Screen) -> None:
    async with live.modify(viewer, SheetState) as state:
        if state.sheet.id != screen.session_id:
            return
        await state._read_again(viewer.actor, screen.session_id)
        items = frozenset(map(int, state.figures))
        viewer.interest = Screen(screen.session_id, state._facility, items)


async def _push(live: Hub, viewer: Viewer, figures: dict[str, list[int]]) -> None:
    async with live.modify(viewer, SheetState) as state:
        if state.figures.keys() == figures.keys() and state.figures != figures:
            state.figures = figures


hub.topic(TOPIC, TABLES, refresh)
