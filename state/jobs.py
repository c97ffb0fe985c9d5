"""What runs by itself, and what goes out by e-mail and text: what waits, what failed, trying again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation.errors import DomainError
from securecare.foundation.live import GAP, Change
from securecare.jobs import ticks
from securecare.jobs.ticks import Tick
from securecare.notices import dead_letters, watching
from securecare.notices.watching import MOST_COUNTED, SHOWN, STATE_LABELS, Line, Tally
from state.gate import needs
from state.live import Hub, Viewer, hub
from state.moments import ago
from state.read import whole_number
from state.work import acting, work, work_as

TOPIC = "jobs"
SEES, RUNS = Permission.VIEW_JOBS, Permission.RUN_JOBS
CHANNELS = {"email": "E-mail", "sms": "Text"}
JOBS = {
    "send_notices": "Sending e-mails and texts",
    "find_duplicates": "Looking for likely duplicates",
    "seal_audit_trail": "Sealing the audit trail",
    "forget_who_left_without_a_word": "Clearing page presence",
    "forget_what_is_over": "Cleaning up expired data",
    "forget_what_was_sent": "Erasing what was sent long ago",
    "sweep_the_vault": "Cleaning up the document vault",
}
TEMPLATES = {
    "patron_invitation": "Invitation",
    "confirm_address": "Confirming an address",
    "address_in_use": "Address in use",
    "address_changed": "Address changed",
    "new_password": "New password",
    "message_waiting": "A message waits",
}


@dataclass(frozen=True)
class TickView:
    """Something that runs by itself."""

    name: str
    every: str
    last: str
    took: str
    failures: str
    standing: str
    """"runs", "well" or "failed"."""


@dataclass(frozen=True)
class TallyView:
    """How a channel stands."""

    channel: str
    set_up: bool
    waiting: str
    later: str
    sending: str
    failed: str
    withheld: str


@dataclass(frozen=True)
class LineView:
    """A notice in the list."""

    id: int
    channel: str
    what: str
    whom: str
    state: str
    label: str
    when: str
    attempts: str
    reason: str
    failed: bool
    may_retry: bool


class JobsState(rx.State):
    """What is on the page."""

    loaded: bool = False
    ticks: list[TickView] = []
    tallies: list[TallyView] = []
    lines: list[LineView] = []
    shown: str = "failed"
    may_run: bool = False
    any_failed: bool = False

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show how everything stands, and keep it current."""
        self.shown = "failed"
        await self._show(acting())
        hub.watch(TOPIC, self, None)

    @rx.event
    @needs(SEES)
    async def show(self, which: Any):
        """Look at notices in other states."""
        if isinstance(which, str) and which in SHOWN:
            self.shown = which
            await self._show(acting())

    @rx.event
    @needs(SEES)
    async def look_again(self):
        """Read everything again."""
        await self._show(acting())

    @rx.event
    @needs(RUNS)
    async def retry(self, notice_id: Any):
        """Send one of them again."""
        try:
            await work(watching.retry, whole_number(notice_id) or 0)
        except DomainError as refusal:
            return rx.toast.error(refusal.message)
        await self._show(acting())
        return rx.toast.success("Queued to be sent again.")

    @rx.event
    @needs(RUNS)
    async def retry_all(self):
        """Send all again that were given up."""
        count = await work(watching.retry_all_dead)
        await self._show(acting())
        many = "1 notice is" if count == 1 else f"{count:,} notices are"
        return rx.toast.success(f"{many} sent again.")

    @rx.event
    @needs(RUNS)
    async def set_aside(self, notice_id: Any):
        """Nothing more is to be done about one of them."""
        try:
            await work(dead_letters.set_aside, whole_number(notice_id) or 0)
        except DomainError as refusal:
            return rx.toast.error(refusal.message)
        await self._show(acting())
        return rx.toast.success("It is set aside.")

    @rx.event
    @needs(RUNS)
    async def set_all_aside(self):
        """Nothing more is to be done about any that failed."""
        count = await work(dead_letters.set_all_aside)
        await self._show(acting())
        many = "1 notice is" if count == 1 else f"{count:,} notices are"
        return rx.toast.success(f"{many} set aside.")

    async def _show(self, actor: Actor) -> None:
        running, tallies, lines = await work_as(actor, _read, self.shown)
        self.ticks = [_tick(each) for each in running]
        self.tallies = [_tally(each) for each in tallies]
        self.lines = [_line(each) for each in lines]
        self.may_run = actor.may(RUNS)
        self.any_failed = any(each.failed + each.dead for each in tallies)
        self.loaded = True


def _read(session: Session, actor: Actor, shown: str) -> tuple[list[Tick], list[Tally], list[Line]]:
    return (
        ticks.of(session, actor),
        watching.tallies(session, actor),
        watching.listing(session, actor, shown),
    )


def _tick(each: Tick) -> TickView:
    failed = each.failed_at is not None and (
        each.finished_at is None or each.failed_at >= each.finished_at
    )
    last = f"failed {ago(each.failed_at)}" if failed and each.failed_at else ago(each.started_at)
    return TickView(
        JOBS.get(each.name, each.name.replace("_", " ").capitalize()),
        f"every {_every(each.every_seconds)}",
        last,
        f"{each.milliseconds:,} ms",
        f"{each.failures:,} of {each.runs:,}",
        "failed" if failed else "runs" if each.running else "well",
    )


def _every(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 3600 else f"{seconds // 3600} h"


def _tally(each: Tally) -> TallyView:
    return TallyView(
        CHANNELS[each.channel],
        each.set_up,
        _many(each.waiting),
        _many(each.later),
        _many(each.sending),
        _many(each.failed + each.dead),
        _many(each.withheld),
    )


def _many(count: int) -> str:
    """A figure that was counted up to a limit."""
    return f"{count:,}" if count < MOST_COUNTED else f"{MOST_COUNTED:,} or more"


def _line(each: Line) -> LineView:
    return LineView(
        each.id,
        CHANNELS[each.channel],
        TEMPLATES.get(each.template, each.template.replace("_", " ").capitalize()),
        each.recipient,
        each.state,
        STATE_LABELS[each.state],
        ago(each.finished_at or each.sent_at or each.queued_at),
        f"{each.attempts}",
        each.reason,
        each.failed,
        each.may_retry,
    )


async def _refresh(live: Hub, changes: Sequence[Change], viewers: Sequence[Viewer]) -> None:
    """Read the page again for everybody in whose organization something has moved."""
    for viewer in viewers:
        organization = viewer.actor.organization_id
        if any(change is GAP or change.organization_id == organization for change in changes):
            async with live.modify(viewer, JobsState) as state:
                await state._show(viewer.actor)


hub.topic(TOPIC, ["notice"], _refresh)
