"""What reaches an open queue: it is read again when an appointment or anybody's hours change."""

from collections.abc import Sequence

from securecare.foundation.live import Change
from securecare.scheduling import reassignment_queue
from state.live import Hub, Viewer, hub
from state.reassignment import TOPIC, ReassignmentState, fill
from state.work import work_as

TABLES = ("appointment", "shift", "staff_exception", "facility_closure", "program_staff", "staff")


async def refresh(live: Hub, changes: Sequence[Change], viewers: Sequence[Viewer]) -> None:
    """Show every open queue as it is now."""
    del changes
    for viewer in viewers:
        total = await work_as(viewer.actor, reassignment_queue.count)
        found = await work_as(viewer.actor, reassignment_queue.page, viewer.interest)
        async with live.modify(viewer, ReassignmentState) as state:
            fill(state, total, found)


hub.topic(TOPIC, TABLES, refresh)
