"""Whom a change in messages concerns among those who have a page open."""

from collections.abc import Sequence

from securecare.foundation.live import GAP, Change
from securecare.messages import marks
from state.live import Viewer
from state.work import work_as

TABLES = ("message_thread", "message_participant", "message_read")


async def taking_part(changes: Sequence[Change], viewers: Sequence[Viewer]) -> list[Viewer]:
    """The viewers for whom something is new or read: asked once for each organization."""
    if GAP in changes:
        return list(viewers)
    concerned: list[Viewer] = []
    for organization in {viewer.actor.organization_id for viewer in viewers}:
        here = [v for v in viewers if v.actor.organization_id == organization]
        theirs = [c for c in changes if c.organization_id == organization]
        threads = {c.row["id"] for c in theirs if c.table == "message_thread"}
        people = {c.row["account_id"] for c in theirs if c.table != "message_thread"}
        if threads:
            people |= await work_as(here[0].actor, marks.taking_part, threads)
        concerned += [viewer for viewer in here if viewer.actor.account_id in people]
    return concerned
