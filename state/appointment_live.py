"""What reaches an open appointment: changes by others, and who else has it open."""

from collections.abc import Sequence

from securecare.access.errors import NotFound
from securecare.foundation.live import GAP, Change
from securecare.scheduling import presence
from state.appointment import TOPIC, AppointmentState, fill, read_quietly
from state.live import Hub, Viewer, hub
from state.work import work_as


async def refresh(live: Hub, changes: Sequence[Change], viewers: Sequence[Viewer]) -> None:
    """Show the drawer as it is now to everybody whose appointment changed."""
    touched = {
        change.row.get("id") if change.table == "appointment" else change.row.get("appointment_id")
        for change in changes
    }
    leaves = any(change.table == "absence" for change in changes)  # a no-show may be one no more
    for viewer in viewers:
        if viewer.interest in touched or leaves or GAP in changes:
            await _show(live, viewer)


async def _show(live: Hub, viewer: Viewer) -> None:
    try:
        opened = await work_as(viewer.actor, read_quietly, viewer.interest)
    except NotFound:
        return
    async with live.modify(viewer, AppointmentState) as state:
        mine = state.shown["version"]
        if not state.is_open or state.shown["id"] != opened.record.id:
            return
        fill(state, opened)
        if state.editing:
            # What is typed here was begun on the former version: saving it must ask first.
            state.shown = {**state.shown, "version": mine}


async def keep_alive(viewers: Sequence[Viewer]) -> None:
    """Say for every open drawer that somebody still has it open."""
    for viewer in viewers:
        await work_as(viewer.actor, presence.still_there, viewer.interest)


hub.topic(TOPIC, ("appointment", "appointment_presence", "absence"), refresh, keep_alive)
