"""Days that differ from the week: somebody's days off and other hours, a facility's closed days."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import reflex as rx

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation import clock
from securecare.foundation.forms import NotAccepted
from securecare.scheduling import closures, consequences, exceptions, hours_choices
from securecare.scheduling.closures import ClosureForm, ClosureListed
from securecare.scheduling.exceptions import ExceptionForm, ExceptionListed
from securecare.scheduling.local_time import DAY_MINUTES
from state import week_view
from state.editing import Editing, question_about, told
from state.filled_in import FilledIn
from state.gate import needs
from state.live import hub
from state.live_pages import live_page
from state.read import whole_number
from state.work import acting, work, work_as

RIGHT = Permission.EDIT_SHIFTS
EXCEPTION_NAMES = dict.fromkeys(
    ("kind", "starts_on", "ends_on", "facility_id", "starts", "ends", "reason"), ""
)
CLOSURE_NAMES = dict.fromkeys(("starts_on", "ends_on", "reason"), "")
RECENT = timedelta(days=31)
"""How long past days stay on the list."""


@dataclass(frozen=True)
class DaysView:
    """A stretch of days in a list that reads like a calendar."""

    id: int
    month: str
    """The heading before it, if it is the first of its month."""
    day: str
    weekday: str
    days: str
    what: str
    detail: str
    kind: str
    past: bool


class ExceptionsState(Editing, rx.State):
    """The days off and other hours of the staff member shown."""

    loaded: bool = False
    rows: list[DaysView] = []
    facilities: list[list[str]] = []
    kind: str = "off"
    today: str = ""

    _staff_id: int = 0
    _wish: ExceptionForm | None = None

    @rx.event
    @needs(RIGHT)
    async def show_staff(self, staff_id: int):
        """Show somebody's days."""
        self._saved()
        self._staff_id = whole_number(staff_id) or 0
        hub.watch("exceptions", self, None)
        await self._read_again(acting())

    @rx.event
    @needs(RIGHT)
    async def start_new(self):
        """Open an empty form."""
        if not self._staff_id:
            return
        choices = await work(hours_choices.of)
        self.facilities = [[str(id_), name] for id_, name in choices.facilities]
        self.kind, self.today = "off", clock.now().date().isoformat()
        self._start(EXCEPTION_NAMES)

    @rx.event
    @needs(RIGHT)
    async def choose_kind(self, kind: str):
        """Days off, or other hours."""
        if kind in ("off", "hours"):
            self.kind = kind
            self.question = ""

    @rx.event
    @needs(RIGHT)
    async def save(self, form: dict[str, Any]):
        """Give the days, or say beside each field why not."""
        read = FilledIn(form)
        self._wish = self._read_exception(read)
        try:
            read.require_accepted(self._wish.complaints())
        except NotAccepted as refusal:
            self._complain(refusal)
            return None
        return await self._add(agreed=False)

    @rx.event
    @needs(RIGHT)
    async def save_anyway(self):
        """Give them although appointments will then wait for reassignment."""
        return await self._add(agreed=True) if self.question else None

    @rx.event
    @needs(RIGHT)
    async def remove(self, exception_id: int):
        """Take days back: the weekly hours count again."""
        number = whole_number(exception_id)
        if number is None:
            raise NotFound("This exception")
        outcome = await work(exceptions.remove, number)
        await self._read_again(acting())
        return told("Removed: the weekly hours count again.", outcome)

    async def _add(self, *, agreed: bool) -> Any:
        if self._wish is None or not self._staff_id:
            return None
        try:
            if not agreed:
                expected = await work(
                    consequences.rehearse, exceptions.add, self._staff_id, self._wish
                )
                if question := question_about(expected):
                    self._ask(question)
                    return None
            outcome = await work(exceptions.add, self._staff_id, self._wish)
        except NotAccepted as refusal:
            self._complain(refusal)
            return None
        self._saved()
        await self._read_again(acting())
        return told("Saved.", outcome)

    def _read_exception(self, read: FilledIn) -> ExceptionForm:
        today = clock.now().date()
        first = read.needed_day("starts_on", today)
        last = read.day("ends_on") or first
        if self.kind == "off":
            return ExceptionForm("off", first, last, reason=read.text("reason"))
        starts, ends = read.minute("starts"), read.minute("ends")
        if starts is not None and ends is not None and ends <= starts:  # the night after
            ends += DAY_MINUTES
        return ExceptionForm(
            "hours", first, last, read.id("facility_id"), starts, ends, read.text("reason")
        )

    async def _read_again(self, actor: Actor) -> None:
        self.loaded = True
        if not self._staff_id:
            self.rows = []
            return
        choices = await work_as(actor, hours_choices.of)
        since = clock.now().date() - RECENT
        try:
            listed = await work_as(actor, exceptions.of_staff, self._staff_id, since)
        except NotFound:  # out of reach, perhaps only since a moment ago
            self._staff_id, self.rows = 0, []
            return
        self.rows = _calendar([_exception(each, choices.clock24) for each in listed])


class ClosuresState(Editing, rx.State):
    """The closed days of the facility shown."""

    loaded: bool = False
    facilities: list[list[str]] = []
    chosen: str = ""
    chosen_name: str = ""
    rows: list[DaysView] = []
    today: str = ""

    _wish: ClosureForm | None = None

    @rx.event
    @needs(RIGHT)
    async def open_page(self):
        """Show the facility named in the address, else the one shown before."""
        asked = whole_number(self.router.url.query_parameters.get("facility"))
        if asked:
            self.chosen = str(asked)
        self._saved()
        hub.watch("closures", self, None)
        await self._read_again(acting())

    @rx.event
    @needs(RIGHT)
    async def choose(self, facility_id: str):
        """Show another facility."""
        self.chosen = str(whole_number(facility_id) or "")
        self._saved()
        await self._read_again(acting())

    @rx.event
    @needs(RIGHT)
    async def start_new(self):
        """Open an empty form."""
        if self.chosen:
            self.today = clock.now().date().isoformat()
            self._start(CLOSURE_NAMES)

    @rx.event
    @needs(RIGHT)
    async def save(self, form: dict[str, Any]):
        """Close the facility on these days, or say beside each field why not."""
        read = FilledIn(form)
        first = read.needed_day("starts_on", clock.now().date())
        last = read.day("ends_on") or first
        self._wish = ClosureForm(first, last, read.text("reason"))
        try:
            read.require_accepted(self._wish.complaints())
        except NotAccepted as refusal:
            self._complain(refusal)
            return None
        return await self._add(agreed=False)

    @rx.event
    @needs(RIGHT)
    async def save_anyway(self):
        """Close although appointments will then wait for reassignment."""
        return await self._add(agreed=True) if self.question else None

    @rx.event
    @needs(RIGHT)
    async def remove(self, closure_id: int):
        """Open the facility again on those days."""
        number = whole_number(closure_id)
        if number is None:
            raise NotFound("This closure")
        outcome = await work(closures.remove, number)
        await self._read_again(acting())
        return told("Removed: the facility is open again on those days.", outcome)

    async def _add(self, *, agreed: bool) -> Any:
        facility_id = whole_number(self.chosen)
        if self._wish is None or facility_id is None:
            return None
        try:
            if not agreed:
                expected = await work(consequences.rehearse, closures.add, facility_id, self._wish)
                if question := question_about(expected):
                    self._ask(question)
                    return None
            outcome = await work(closures.add, facility_id, self._wish)
        except NotAccepted as refusal:
            self._complain(refusal)
            return None
        self._saved()
        await self._read_again(acting())
        return told("Saved.", outcome)

    async def _read_again(self, actor: Actor) -> None:
        choices = await work_as(actor, hours_choices.of)
        self.facilities = [[str(id_), name] for id_, name in choices.facilities]
        names = dict(self.facilities)
        if self.chosen not in names:
            self.chosen = self.facilities[0][0] if self.facilities else ""
        self.chosen_name = names.get(self.chosen, "")
        listed: Sequence[ClosureListed] = ()
        if self.chosen:
            since = clock.now().date() - RECENT
            listed = await work_as(actor, closures.of_facility, int(self.chosen), since)
        self.rows = _calendar([_closure(each) for each in listed])
        self.loaded = True


def _exception(listed: ExceptionListed, clock24: bool) -> DaysView:
    form = listed.form
    if form.kind == "off":
        return _days(listed.id, form.starts_on, form.ends_on, "Day off", form.reason, "off")
    hours = week_view.times_label(form.starts_minute or 0, form.ends_minute or 0, clock24)
    detail = " · ".join(filter(None, (listed.facility, form.reason)))
    return _days(listed.id, form.starts_on, form.ends_on, hours, detail, "hours")


def _closure(listed: ClosureListed) -> DaysView:
    form = listed.form
    return _days(listed.id, form.starts_on, form.ends_on, "Closed", form.reason, "closed")


def _days(id_: int, first: date, last: date, what: str, detail: str, kind: str) -> DaysView:
    length = (last - first).days + 1
    if length > 1 and kind == "off":
        what = f"{length} days off"
    elif length > 1 and kind == "closed":
        what = f"Closed for {length} days"
    return DaysView(
        id_,
        f"{first:%B} {first.year}",
        str(first.day),
        f"{first:%a}",
        week_view.days_label(first, last),
        what,
        detail,
        kind,
        last < clock.now().date(),
    )


def _calendar(rows: Sequence[DaysView]) -> list[DaysView]:
    """The month stands only before the first of it."""
    shown: list[DaysView] = []
    month = ""
    for row in rows:
        shown.append(row if row.month != month else replace(row, month=""))
        month = row.month
    return shown


live_page("exceptions", ["staff_exception", "facility", "organization"], ExceptionsState)
live_page("closures", ["facility_closure", "facility"], ClosuresState)
