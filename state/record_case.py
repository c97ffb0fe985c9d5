"""One case: its head, scores over time, goals and timeline, as they are now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotAllowed, NotFound
from securecare.access.roles import Permission
from securecare.casework import cases, forms, goals, taking, timeline
from securecare.casework.cases import CaseListed
from securecare.casework.goals import Goal
from securecare.casework.taking import Asked, Score
from securecare.casework.timeline import Page, Place, Sums
from securecare.customers import days
from securecare.foundation.live import GAP, Change
from state import case_words
from state.case_words import CaseHead, GoalView, LineView, ScoreView
from state.gate import needs
from state.live import Hub, Viewer, hub
from state.read import whole_number
from state.record import record_in
from state.work import acting, work, work_as

TOPIC = "record_case"
SEES = Permission.VIEW_CASES
KINDS: dict[str, tuple[str, ...]] = {
    "all": (),
    "services": ("service",),
    "assessments": ("assessment",),
    "goals": ("goal", "outcome"),
    "standing": ("status", "intake", "absence"),
}
MOST_LINES = 200
"""So many lines are read again when something changes; those further down are asked for anew."""


@dataclass(frozen=True)
class _Read:
    """Everything of a case that its page shows."""

    row: CaseListed
    sums: Sums
    goals: list[Goal]
    asked: list[Asked]
    form_id: int
    scores: list[Score]
    page: Page
    zone: ZoneInfo
    today: date
    may_change: bool


class CaseState(rx.State):
    """The case that the address names."""

    loaded: bool = False
    missing: bool = False
    head: CaseHead = CaseHead()
    goals: list[GoalView] = []
    lines: list[LineView] = []
    more: bool = False
    kinds: str = "all"
    asked: list[tuple[str, str]] = []
    """The forms it was assessed with."""
    form: str = ""
    """Which of them the chart shows."""
    points: list[dict[str, str | float]] = []
    reach: list[float] = [0, 1]
    unit: str = ""
    about: str = ""
    scores: list[ScoreView] = []
    may_change: bool = False
    detail_open: bool = False
    detail_title: str = ""
    detail_rows: list[list[str]] = []
    detail_lines: list[LineView] = []

    _record: int = 0
    _case: int = 0
    _next: Place | None = None

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show the case, and keep it current."""
        self.reset()
        self._record, self._case = record_in(self), _case_in(self)
        await self._read(acting(), noted=True)
        hub.watch(TOPIC, self, (self._record, self._case))

    @rx.event
    @needs(SEES)
    async def show_kinds(self, kinds: Any):
        """Show lines of these kinds only."""
        if isinstance(kinds, str) and kinds in KINDS and not self.missing:
            self.kinds, self.lines = kinds, []
            await self._read(acting())

    @rx.event
    @needs(SEES)
    async def show_form(self, form_id: Any):
        """Show what assessments with this form came to."""
        if isinstance(form_id, str) and form_id in dict(self.asked):
            self.form = form_id
            await self._read(acting())

    @rx.event
    @needs(SEES)
    async def show_more(self):
        """Show what was before."""
        if self._next is None:
            return
        kinds = KINDS[self.kinds]
        page, zone = await work(_page, self._record, self._case, kinds, self._next)
        self.lines = [*self.lines, *(_line(each, zone, self.may_change) for each in page.lines)]
        self._next, self.more = page.next, page.next is not None

    @rx.event
    @needs(SEES)
    async def show_answers(self, entry_id: Any):
        """Show what was answered in an assessment."""
        title, rows = await work(_answers, self._record, self._case, whole_number(entry_id) or 0)
        self.detail_title, self.detail_rows, self.detail_lines = title, rows, []
        self.detail_open = True

    @rx.event
    @needs(SEES)
    async def show_former(self, root_id: Any):
        """Show everything that an entry ever said."""
        read = (self._record, self._case, whole_number(root_id) or 0)
        found, zone = await work(_former, *read)
        self.detail_title, self.detail_rows = "Earlier version", []
        self.detail_lines = [_line(each, zone, False) for each in found]
        self.detail_open = True

    @rx.event
    @needs(SEES)
    async def open_detail(self, opened: Any):
        """Close it; only its own button opens it."""
        if opened is not True:
            self.detail_open, self.detail_rows, self.detail_lines = False, [], []

    async def _read(self, actor: Actor, *, noted: bool = False) -> None:
        most = min(max(len(self.lines), timeline.PAGE), MOST_LINES)
        asked = (self._record, self._case, KINDS[self.kinds], whole_number(self.form), most, noted)
        try:
            read = await work_as(actor, _read, *asked)
        except (NotFound, NotAllowed):
            record, case = self._record, self._case
            self.reset()
            self._record, self._case = record, case
            self.loaded = self.missing = True
            return
        self._show(read)

    def _show(self, read: _Read) -> None:
        zone = read.zone
        self.may_change = read.may_change
        self.head = case_words.head(read.row, read.sums, zone)
        self.goals = [case_words.goal(each, read.today, zone) for each in read.goals]
        self.lines = [_line(each, zone, read.may_change) for each in read.page.lines]
        self._next, self.more = read.page.next, read.page.next is not None
        self.asked = [(str(each.form_id), each.name) for each in read.asked]
        self.form = str(read.form_id or "")
        self.points, self.reach, self.unit = case_words.points(read.scores, zone)
        self.about = case_words.about_scores(read.scores)
        self.scores = case_words.score_rows(read.scores, zone)
        self.loaded, self.missing = True, False


def _case_in(state: rx.State) -> int:
    """Which case the address names; 0 where it names none."""
    parts = state.router.url.path.split("/")
    return whole_number(parts[4]) or 0 if len(parts) > 4 else 0


def _line(each: Any, zone: ZoneInfo, may_change: bool) -> LineView:
    return case_words.line(each, zone, may_change)


def _read(
    session: Session,
    actor: Actor,
    record: int,
    case: int,
    kinds: tuple[str, ...],
    form_id: int | None,
    most: int,
    noted: bool,
) -> _Read:
    row = cases.one(session, actor, record, case)
    asked = taking.asked(session, actor, record, case)
    known = [each.form_id for each in asked]
    chosen = form_id if form_id in known else next(iter(known), 0)
    return _Read(
        row,
        timeline.sums(session, actor, record, case),
        goals.listed(session, actor, record, case),
        asked,
        chosen,
        taking.scores(session, actor, record, case, chosen) if chosen else [],
        timeline.page(session, actor, record, case, kinds, most=most, noted=noted),
        days.zone(session),
        days.today(session),
        actor.may(Permission.EDIT_CASES, row.facility_id, row.program_id)
        and cases.may_begin(session, actor, record),
    )


def _page(
    session: Session, actor: Actor, record: int, case: int, kinds: tuple[str, ...], before: Place
) -> tuple[Page, ZoneInfo]:
    page = timeline.page(session, actor, record, case, kinds, before)
    return page, days.zone(session)


def _answers(
    session: Session, actor: Actor, record: int, case: int, entry_id: int
) -> tuple[str, list[list[str]]]:
    entry = timeline.one(session, actor, record, case, entry_id)
    if entry.version_id is None:
        raise NotFound("This assessment")
    version = forms.version(session, actor, entry.version_id)
    day = case_words.zoned(entry.at, days.zone(session))
    title = f"{version.name}, {day}: {entry.score} of {entry.highest}"
    return title, case_words.answers(version, entry)


def _former(
    session: Session, actor: Actor, record: int, case: int, root_id: int
) -> tuple[list[timeline.Entry], ZoneInfo]:
    found = timeline.former(session, actor, record, case, root_id)
    return found, days.zone(session)


async def _refresh(live: Hub, changes: Sequence[Change], viewers: Sequence[Viewer]) -> None:
    """Read the cases again that something has changed about."""
    for viewer in viewers:
        if any(_concerns(change, viewer) for change in changes):
            async with live.modify(viewer, CaseState) as state:
                await state._read(viewer.actor)


def _concerns(change: Change, viewer: Viewer) -> bool:
    record, case = viewer.interest
    if change is GAP:
        return True
    if change.organization_id != viewer.actor.organization_id:
        return False
    if change.table == "case_entry":
        return change.row.get("case_id") == case
    if change.table == "care_case":
        return change.row.get("id") == case
    return change.row.get("customer_id") == record


hub.topic(TOPIC, ["care_case", "case_entry", "absence"], _refresh)
