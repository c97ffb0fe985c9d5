"""The day on screen: which facilities, staff, date and orientation, never whose it is."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, TypedDict

import reflex as rx
from sqlmodel import Session

from securecare.access import preferences
from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.scheduling.statuses import AppointmentStatus
from state.gate import needs
from state.lanes import LANES, NOBODY
from state.live import hub
from state.read import calendar_day, whole_number
from state.schedule_read import Choice, Interest, Screen, open_day
from state.schedule_view import AxisLine, Filters, StatusCount
from state.work import work

TOPIC = "schedule"
PREFERENCE = "schedule"


class Chooser(TypedDict):
    """Something that can be switched on and off in a filter."""

    id: int
    name: str
    note: str
    on: bool


class DayCounts(rx.State):
    """Counts per status, apart from the rest so that a count does not redraw the grid."""

    counts: list[StatusCount] = []


class ScheduleState(rx.State):
    """What is chosen, and the frame that the lanes hang in."""

    day: str = ""
    day_label: str = ""
    is_today: bool = False
    across: bool = False
    hide_off: bool = True
    whole_day: bool = False
    text: str = ""
    facilities: list[Chooser] = []
    people: list[Chooser] = []
    programs: list[Chooser] = []
    statuses: list[str] = []
    lines: list[AxisLine] = []
    length: int = 0
    first_minute: int = 0
    lanes: int = 0
    page: int = 0
    pages: int = 1
    loaded: bool = False
    may_book: bool = False
    may_export: bool = False
    export_href: str = ""

    _choice: Choice = Choice()
    _interest: Interest | None = None

    @rx.event
    @needs(Permission.VIEW_SCHEDULE)
    async def open(self):
        """Show the day as it was last looked at, today at first.

        The address may name a day or a staff member, or ask for the booking form at once.
        """
        if not self.loaded:
            kept = await work(preferences.read, PREFERENCE)
            self._choice = Choice.of_kept(kept)
        asked = self.router.url.query_parameters
        choice = self._choice
        if (day := calendar_day(asked.get("day"))) is not None:
            choice = replace(choice, day=day)
        if (staff_id := whole_number(asked.get("staff"))) is not None:
            choice = replace(choice, staff_ids=(staff_id,), hide_off=False)
        await _show_choice(self, choice, keep=False)

    @rx.event
    @needs(Permission.VIEW_SCHEDULE)
    async def go_to(self, day: str):
        """Show another date, given as in 2026-11-20."""
        if (chosen := calendar_day(day)) is not None:
            await _show_choice(self, replace(self._choice, day=chosen), keep=False)

    @rx.event
    @needs(Permission.VIEW_SCHEDULE)
    async def go_by(self, days: int):
        """Show the date so many days later, or earlier."""
        step = whole_number(days, -366, 366)
        day = self._choice.day or calendar_day(self.day)
        if step and day:
            moved = replace(self._choice, day=day + timedelta(days=step))
            await _show_choice(self, moved, keep=False)

    @rx.event
    @needs(Permission.VIEW_SCHEDULE)
    async def go_to_today(self):
        """Show today."""
        await _show_choice(self, replace(self._choice, day=None), keep=False)

    @rx.event
    @needs(Permission.VIEW_SCHEDULE)
    async def turn(self, across: bool):
        """Staff as rows and time as columns, or the other way about."""
        await _show_choice(self, replace(self._choice, across=across is True))

    @rx.event
    @needs(Permission.VIEW_SCHEDULE)
    async def switch_facility(self, facility_id: int):
        """Show or leave out a facility; none chosen means all."""
        ids = _switched(self._choice.facility_ids, facility_id)
        await _show_choice(self, replace(self._choice, facility_ids=ids, page=0))

    @rx.event
    @needs(Permission.VIEW_SCHEDULE)
    async def switch_person(self, staff_id: int):
        """Show or leave out a staff member; none chosen means everybody."""
        ids = _switched(self._choice.staff_ids, staff_id)
        await _show_choice(self, replace(self._choice, staff_ids=ids, page=0))

    @rx.event
    @needs(Permission.VIEW_SCHEDULE)
    async def show_everybody(self):
        """Choose no staff in particular."""
        await _show_choice(self, replace(self._choice, staff_ids=(), page=0))

    @rx.event
    @needs(Permission.VIEW_SCHEDULE)
    async def hide_without_shift(self, hide: bool):
        """Leave out, or show, staff who do not work that day."""
        await _show_choice(self, replace(self._choice, hide_off=hide is True, page=0))

    @rx.event
    @needs(Permission.VIEW_SCHEDULE)
    async def show_whole_day(self, whole: bool):
        """Show all hours of the day, or only those in use."""
        await _show_choice(self, replace(self._choice, whole_day=whole is True))

    @rx.event
    @needs(Permission.VIEW_SCHEDULE)
    async def switch_status(self, status: str):
        """Show only appointments of this status, besides others so chosen."""
        if status in [str(each) for each in AppointmentStatus]:
            chosen = self._choice.filters.statuses ^ {status}
            await self._filter(statuses=chosen)

    @rx.event
    @needs(Permission.VIEW_SCHEDULE)
    async def switch_program(self, program_id: int):
        """Show only appointments of this program, besides others so chosen."""
        if (number := whole_number(program_id)) is not None:
            await self._filter(program_ids=self._choice.filters.program_ids ^ {number})

    @rx.event
    @needs(Permission.VIEW_SCHEDULE)
    async def search(self, text: str):
        """Show only appointments in which these words occur."""
        if isinstance(text, str):
            await self._filter(text=text[:80])

    @rx.event
    @needs(Permission.VIEW_SCHEDULE)
    async def clear_filters(self):
        """Show everything again."""
        await _show_choice(self, replace(self._choice, filters=Filters()))

    @rx.event
    @needs(Permission.VIEW_SCHEDULE)
    async def turn_page(self, by: int):
        """Show the next lanes, or the former ones, of a day with more staff than fit."""
        if (step := whole_number(by, -1, 1)) is not None:
            page = max(0, self._choice.page + step)
            await _show_choice(self, replace(self._choice, page=page), keep=False)

    @rx.event
    @needs(Permission.VIEW_SCHEDULE)
    async def close(self):
        """Stop hearing of the day, when the page is left."""
        hub.leave(TOPIC, self)

    async def _filter(self, **changed: Any) -> None:
        filters = replace(self._choice.filters, **changed)
        await _show_choice(self, replace(self._choice, filters=filters))


async def _show_choice(state: ScheduleState, choice: Choice, keep: bool = True) -> None:
    screen = await work(_open_and_keep, choice, keep)
    hub.watch(TOPIC, state, screen.interest)
    await show(state, screen)


def _open_and_keep(session: Session, actor: Actor, choice: Choice, keep: bool) -> Screen:
    screen = open_day(session, actor, choice)
    if keep:
        preferences.keep(session, actor, PREFERENCE, screen.choice.kept())
    return screen


async def show(state: ScheduleState, screen: Screen) -> None:
    """Put a day on this screen; lanes that look the same already are not sent again."""
    choice = screen.choice
    state._choice = choice
    state._interest = screen.interest
    values = {
        "day": screen.day.isoformat(),
        "day_label": screen.day_label,
        "is_today": screen.day == screen.today,
        "across": choice.across,
        "hide_off": choice.hide_off,
        "whole_day": choice.whole_day,
        "text": choice.filters.text,
        "statuses": sorted(choice.filters.statuses),
        "facilities": [
            Chooser(id=p.id, name=p.name, note=_zone_name(p.zone), on=p.id in choice.facility_ids)
            for p in screen.places
        ],
        "people": [
            Chooser(id=p.id, name=p.name, note=p.title, on=p.id in choice.staff_ids)
            for p in screen.people
        ],
        "programs": [
            Chooser(id=p.id, name=p.name, note="", on=p.id in choice.filters.program_ids)
            for p in screen.programs
        ],
        "lines": screen.lines,
        "length": screen.length,
        "first_minute": screen.first_minute,
        "lanes": len(screen.lanes),
        "page": choice.page,
        "pages": screen.pages,
        "loaded": True,
        "may_book": screen.may_book,
        "may_export": screen.may_export,
        "export_href": _export_href(screen),
    }
    for name, value in values.items():
        if getattr(state, name) != value:
            setattr(state, name, value)
    counts = await state.get_state(DayCounts)
    counts.counts = screen.interest.counts()
    for number, cls in enumerate(LANES):
        lane = await state.get_state(cls)
        view = screen.lanes[number] if number < len(screen.lanes) else None
        for name, value in (
            ("head", view.head if view else NOBODY),
            ("shades", view.shades if view else []),
            ("blocks", view.blocks if view else []),
        ):
            if getattr(lane, name) != value:
                setattr(lane, name, value)


def _export_href(screen: Screen) -> str:
    facilities = ",".join(map(str, screen.choice.facility_ids))
    staff = ",".join(map(str, screen.choice.staff_ids))
    return f"/export/day.csv?day={screen.day.isoformat()}&facilities={facilities}&staff={staff}"


def _switched(ids: tuple[int, ...], id_: Any) -> tuple[int, ...]:
    number = whole_number(id_)
    if number is None:
        return ids
    return tuple(i for i in ids if i != number) if number in ids else (*ids, number)


def _zone_name(zone: str) -> str:
    return zone.rsplit("/", 1)[-1].replace("_", " ")
