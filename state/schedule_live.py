"""What reaches an open schedule: the lanes that a committed change touched, and nothing else.

A change is read once for all who look at the same day; each screen is then given the entries as
its person may see them.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from securecare.access.roles import Permission
from securecare.foundation.columns import columns_of
from securecare.foundation.db import Scope
from securecare.foundation.live import GAP, Change
from securecare.foundation.spans import Span
from securecare.scheduling import day as days
from securecare.scheduling.day import Entry, seen_by
from securecare.scheduling.models import Appointment
from state import schedule_view as view
from state.lanes import LANES
from state.live import Hub, Viewer, hub
from state.schedule import TOPIC, DayCounts, ScheduleState, show
from state.schedule_read import Interest, open_day
from state.work import work_as, work_in

APPOINTMENT = columns_of(Appointment)

TABLES = (
    "appointment",
    "customer",
    "absence",
    "shift",
    "staff_exception",
    "facility_closure",
    "facility",
    "program",
    "staff",
    "organization",
)
LANE_BY_LANE = frozenset({"appointment", "customer", "absence"})
"""Changes that leave the frame of the day as it is."""


async def refresh(live: Hub, changes: Sequence[Change], viewers: Sequence[Viewer]) -> None:
    """Bring every screen up to date that the changes concern."""
    anew = [v for v in viewers if any(_needs_reload(change, v) for change in changes)]
    for viewer in anew:
        await _open_anew(live, viewer)
    rest = [v for v in viewers if v not in anew]
    for (organization_id, span), group in _by_day(rest).items():
        mine = [c for c in changes if c.organization_id == organization_id]
        staff_ids = await _touched(organization_id, mine, span, group)
        if staff_ids:
            found = await work_in(
                Scope(organization_id), days.entries, organization_id, staff_ids, span
            )
            await _push(live, group, staff_ids, found)


def _needs_reload(change: Change, viewer: Viewer) -> bool:
    if change is GAP:
        return True
    mine = change.organization_id == viewer.actor.organization_id
    return mine and change.table not in LANE_BY_LANE


async def _open_anew(live: Hub, viewer: Viewer) -> None:
    """Open the day again for a screen whose frame changed, without an event of its person's."""
    interest: Interest = viewer.interest
    screen = await work_as(viewer.actor, open_day, interest.choice)
    viewer.interest = screen.interest
    async with live.modify(viewer, ScheduleState) as state:
        await show(state, screen)


def _by_day(viewers: Iterable[Viewer]) -> dict[tuple[int, Span], list[Viewer]]:
    groups: dict[tuple[int, Span], list[Viewer]] = {}
    for viewer in viewers:
        groups.setdefault((viewer.actor.organization_id, viewer.interest.span), []).append(viewer)
    return groups


async def _touched(
    organization_id: int, changes: Sequence[Change], span: Span, viewers: Sequence[Viewer]
) -> set[int]:
    """The staff members on any of these screens whose lanes may look different now."""
    on_screen = {staff_id for v in viewers for staff_id in v.interest.staff_ids}
    touched = {
        change.row["staff_id"]
        for change in changes
        if change.table == "appointment" and _within(change, span)
    }
    customers = [
        change.row["id" if change.table == "customer" else "customer_id"]
        for change in changes
        if change.table in ("customer", "absence")
    ]
    if customers:
        scope = Scope(organization_id)
        touched |= await work_in(scope, _staff_who_see, organization_id, customers, span)
    return touched & on_screen


def _within(change: Change, span: Span) -> bool:
    starts = datetime.fromisoformat(change.row["starts_at"])
    ends = datetime.fromisoformat(change.row["ends_at"])
    return starts < span.end and ends > span.start


def _staff_who_see(
    session: Session, organization_id: int, customer_ids: Collection[int], span: Span
) -> set[int]:
    query = select(APPOINTMENT.staff_id).where(
        APPOINTMENT.organization_id == organization_id,
        APPOINTMENT.customer_id.in_(customer_ids),
        APPOINTMENT.starts_at > span.start - days.LONGEST,
        APPOINTMENT.starts_at < span.end,
    )
    return set(session.execute(query).scalars())


async def _push(
    live: Hub, viewers: Sequence[Viewer], staff_ids: Collection[int], found: Sequence[Entry]
) -> None:
    by_staff: dict[int, list[Entry]] = {staff_id: [] for staff_id in staff_ids}
    for entry in found:
        by_staff[entry.staff_id].append(entry)
    laid_out: dict[tuple, tuple[view.Tally, list[view.Block] | None]] = {}
    for viewer in viewers:
        interest: Interest = viewer.interest
        reach = viewer.actor.reach(Permission.VIEW_SCHEDULE)
        lanes: dict[int, list[view.Block]] = {}
        for staff_id in by_staff:
            if staff_id not in interest.lanes:
                continue
            key = (staff_id, interest.frame.key, reach)
            if key not in laid_out:
                seen = seen_by(reach, by_staff[staff_id])
                blocks = view.blocks_if_they_fit(seen, interest.frame)
                laid_out[key] = (view.tally_of(seen), blocks)
            tally, blocks = laid_out[key]
            if blocks is None:
                await _open_anew(live, viewer)
                lanes.clear()
                break
            interest.count_anew(staff_id, tally)
            lanes[interest.lanes[staff_id]] = blocks
        if lanes:
            await _show(live, viewer, lanes)


async def _show(live: Hub, viewer: Viewer, lanes: dict[int, list[view.Block]]) -> None:
    async with live.modify(viewer, DayCounts) as state:
        for number, blocks in lanes.items():
            lane = await state.get_state(LANES[number])
            if lane.blocks != blocks:
                lane.blocks = blocks
        if viewer.interest.untold:
            state.counts = viewer.interest.counts()
            viewer.interest.untold = False


hub.topic(TOPIC, TABLES, refresh)
