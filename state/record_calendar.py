"""The calendar of a customer: a month, a week or a day of everything that happens around them."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import days as home
from securecare.foundation import clock
from securecare.organization import words
from securecare.reports import activity
from securecare.reports.activity import Activity, Kind
from securecare.scheduling.local_time import local_day, place_of
from state import calendar_view
from state.calendar_view import VIEWS, DayView, View
from state.gate import needs
from state.read import calendar_day
from state.record_tab import RecordTab, keep_current
from state.work import acting, work_as

SEES = Permission.VIEW_CUSTOMERS
KIND_LABELS = {
    Kind.APPOINTMENT: "Appointments",
    Kind.SERVICE: "Services",
    Kind.ABSENCE: "Absences",
    Kind.CALL: "Calls",
    Kind.OTHER: "Other activity",
}


@dataclass(frozen=True)
class ChipView:
    """A kind that can be left out."""

    kind: str
    label: str
    on: bool


@dataclass(frozen=True)
class _Read:
    """A stretch of the calendar, and what is needed to say it."""

    activity: Activity
    days: list[date]
    day: date
    today: date
    zone: ZoneInfo
    clock24: bool


class CalendarState(RecordTab, rx.State):
    """The days on screen. Which they are stands in the address of the page."""

    view: str = "month"
    title: str = ""
    clock: str = ""
    """By whose clock it goes where a thing has no place of its own."""
    days: list[DayView] = []
    empty: bool = False
    cut: bool = False
    chips: list[ChipView] = []
    views: list[list[str]] = []
    """Address, name and value of each view."""
    steps: list[str] = ["", "", ""]
    """The addresses of what comes before, of today, and of what comes next."""
    today_shown: bool = False

    topic: ClassVar[str] = "record_calendar"

    _day: date | None = None
    _left_out: frozenset[Kind] = frozenset()
    _look: bool = False

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show the view and the day that the address names: this month, if it names none."""
        asked = self.router.url.query_parameters
        wanted = asked.get("view")
        self.view = wanted if wanted in dict(VIEWS) else "month"
        self._day = calendar_day(asked.get("day"))
        self._look = True
        await self._open()

    @rx.event
    @needs(SEES)
    async def switch(self, kind: Any):
        """Leave a kind out, or show it again."""
        if isinstance(kind, str) and kind in {each.value for each in Kind}:
            self._left_out = self._left_out ^ {Kind(kind)}
            await self._read_again(acting())

    async def _show(self, actor: Actor) -> None:
        view: View = self.view  # type: ignore[assignment]
        look, self._look = self._look, False
        left_out = self._left_out
        read = await work_as(actor, _read, self._record, view, self._day, left_out, look)
        address = f"/customers/{self._record}/calendar"
        self.days = laid_out(read, view, address)
        self.title = calendar_view.title_of(view, read.day)
        self.clock = f"{place_of(read.zone)} time, unless noted otherwise"
        self.empty = not any(day.things for day in self.days)
        self.cut = read.activity.cut
        self.today_shown = any(day.today for day in self.days)
        self.chips = [
            ChipView(kind.value, KIND_LABELS[kind], kind not in left_out)
            for kind in read.activity.kinds
        ]
        self.views = [[_at(address, own, read.day), name, own] for own, name in VIEWS]
        before, after = (calendar_view.stepped(view, read.day, by) for by in (-1, 1))
        self.steps = [_at(address, view, each) for each in (before, read.today, after)]


def _at(address: str, view: View, day: date) -> str:
    return f"{address}?view={view}&day={day.isoformat()}"


def _read(
    session: Session,
    actor: Actor,
    record: int,
    view: View,
    day: date | None,
    left_out: frozenset[Kind],
    look: bool,
) -> _Read:
    zone = home.zone(session)
    today = local_day(clock.now(), zone)
    days = calendar_view.shown_days(view, day or today)
    span = calendar_view.span_of(days)
    kinds = frozenset(Kind) - left_out
    found = activity.of_customer(session, actor, record, span, kinds, noted=look)
    return _Read(found, days, day or today, today, zone, words.of(session, actor).clock24)


def laid_out(read: _Read, view: View, address: str) -> list[DayView]:
    """The days as they are sent."""
    return calendar_view.lay_out(
        read.activity.happenings,
        read.days,
        read.zone,
        view=view,
        inside=read.day.month,
        today=read.today,
        address=address,
        clock24=read.clock24,
    )


keep_current(CalendarState, *activity.tables(), "organization")
