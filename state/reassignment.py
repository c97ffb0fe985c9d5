"""The queue of appointments that a change of hours left outside them."""

from datetime import datetime
from typing import Any, TypedDict

import reflex as rx

from securecare.access.roles import Permission
from securecare.foundation.days import long_day
from securecare.scheduling import reassignment_queue
from securecare.scheduling.appointments import Move
from securecare.scheduling.local_time import label, local_day
from securecare.scheduling.reassignment_queue import PAGE, Suggestion
from state.attempts import attempt
from state.gate import needs
from state.live import hub
from state.read import whole_number
from state.work import acting, work

TOPIC = "reassignment"

OfferButton = tuple[str, int, str]
"""Label, staff id, and the start as an instant."""


class Waiting(TypedDict):
    """One appointment of the queue, with what could be done about it."""

    id: int
    version: int
    customer: str
    program: str
    colour: int
    staff: str
    facility: str
    when: str
    former: str
    people: list[OfferButton]
    times: list[OfferButton]


class ReassignmentState(rx.State):
    """What waits, the earliest first."""

    waiting: list[Waiting] = []
    total: int = 0
    skip: int = 0
    loaded: bool = False
    may_book: bool = False

    @rx.event
    @needs(Permission.VIEW_SCHEDULE)
    async def open(self):
        """Show the beginning of the queue."""
        self.skip = 0
        await _show(self)

    @rx.event
    @needs(Permission.VIEW_SCHEDULE)
    async def turn(self, by: int):
        """Show the next ones, or the former ones."""
        step = whole_number(by, -1, 1)
        if step is not None and 0 <= self.skip + step * PAGE < max(self.total, 1):
            self.skip += step * PAGE
            await _show(self)

    @rx.event
    @needs(Permission.BOOK)
    async def accept(self, appointment_id: int, version: int, staff_id: int, at: str) -> Any:
        """Give the appointment the suggested staff member and time."""
        ids = [whole_number(value) for value in (appointment_id, version, staff_id)]
        start = _instant(at)
        if None in ids or start is None:
            return None
        wish = Move(ids[0] or 0, ids[1] or 0, staff_id=ids[2], when=start)
        answer = await attempt(self, wish)
        await _show(self)
        return answer


async def _show(state: ReassignmentState) -> None:
    total = await work(reassignment_queue.count)
    found = await work(reassignment_queue.page, state.skip)
    hub.watch(TOPIC, state, state.skip)
    fill(state, total, found)
    state.may_book = acting().may(Permission.BOOK)


def fill(state: ReassignmentState, total: int, found: list[Suggestion]) -> None:
    """Show what was read."""
    state.total = total
    state.waiting = [_waiting(each) for each in found]
    state.loaded = True


def _waiting(each: Suggestion) -> Waiting:
    one = each.stranded
    times = " – ".join(label(at, one.zone, one.clock24) for at in (one.starts_at, one.ends_at))
    return Waiting(
        id=one.id,
        version=one.version,
        customer=one.customer_name,
        program=one.program_name,
        colour=one.colour,
        staff=one.staff_name,
        facility=one.facility_name,
        when=f"{long_day(local_day(one.starts_at, one.zone))}, {times}",
        former=one.former_status,
        people=[(t.label, t.staff_id, t.starts_at.isoformat()) for t in each.people],
        times=[(t.label, t.staff_id, t.starts_at.isoformat()) for t in each.other_times],
    )


def _instant(text: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return at if at.tzinfo else None
