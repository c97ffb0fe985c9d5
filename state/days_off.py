"""Somebody's days off and other hours."""

from datetime import timedelta
from typing import Any

import reflex as rx

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.foundation import clock
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.scheduling import exceptions, hours_choices
from securecare.scheduling.exceptions import ExceptionForm, ExceptionListed
from securecare.scheduling.local_time import DAY_MINUTES
from state import week_view
from state.days_editing import RIGHT, DaysEditing, Deed
from state.days_view import DaysDraft, DaysView, calendar, days, last_day
from state.editing import NEW, differences, told
from state.filled_in import FilledIn
from state.gate import needs
from state.live import hub
from state.live_pages import live_page
from state.read import whole_number
from state.work import acting, work, work_as

NAMES = dict.fromkeys(
    ("kind", "starts_on", "ends_on", "facility_id", "starts", "ends", "reason"), ""
)
LABELS = {
    "kind": "What differs",
    "starts_on": "First day",
    "ends_on": "Last day",
    "facility_id": "Facility",
    "starts_minute": "Starts",
    "ends_minute": "Ends",
    "reason": "Reason",
}
KINDS = {"off": "Days off", "hours": "Other hours"}
RECENT = timedelta(days=31)
"""How long past days stay on the list."""


class ExceptionsState(DaysEditing, rx.State):
    """The days off and other hours of the staff member shown."""

    facilities: list[list[str]] = []
    kind: str = "off"

    _staff_id: int = 0

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
        self.kind = "off"
        self._open(NAMES, DaysDraft(clock.now().date().isoformat()))

    @rx.event
    @needs(RIGHT)
    async def choose_kind(self, kind: str):
        """Days off, or other hours."""
        if kind in list(KINDS):  # a list, for what is sent need not be hashable
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
        return await self._do(agreed=False)

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

    def _deed(self) -> Deed:
        if self._editing == NEW:
            return exceptions.add, (self._staff_id, self._wish)
        return exceptions.change, (self._editing, self._wish, self._seen)

    def _show(self, listed: ExceptionListed) -> None:
        form = listed.form
        self.kind = form.kind
        draft = DaysDraft(
            form.starts_on.isoformat(),
            last_day(form.starts_on, form.ends_on),
            reason=form.reason,
        )
        if form.kind == "hours":
            place = str(form.facility_id)
            draft = DaysDraft(
                draft.starts_on,
                draft.ends_on,
                place,
                week_view.clock_value(form.starts_minute or 0),
                week_view.clock_value((form.ends_minute or 0) % DAY_MINUTES),
                form.reason,
            )
            if place not in dict(self.facilities):
                self.facilities = [*self.facilities, [place, listed.facility]]
        self._open(NAMES, draft, listed)

    def _compare(self, refusal: Overtaken) -> None:
        theirs = self._row(self._editing).form
        self._overtaken(refusal, differences(self._wish, theirs, LABELS, self._say))

    def _say(self, field: str, value: Any) -> str:
        if field == "kind":
            return KINDS[value]
        if field == "facility_id":
            return dict(self.facilities).get(str(value), "") if value else "None"
        if field in ("starts_minute", "ends_minute") and value is not None:
            return week_view.clock_value(value % DAY_MINUTES)
        return str(value or "None")

    def _read_exception(self, read: FilledIn) -> ExceptionForm:
        first = read.needed_day("starts_on", clock.now().date())
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
            self.rows, self._listed = [], []
            return
        choices = await work_as(actor, hours_choices.of)
        since = clock.now().date() - RECENT
        try:
            self._listed = await work_as(actor, exceptions.of_staff, self._staff_id, since)
        except NotFound:  # out of reach, perhaps only since a moment ago
            self._staff_id, self.rows, self._listed = 0, [], []
            return
        self.facilities = [[str(id_), name] for id_, name in choices.facilities]
        self.rows = calendar([_view(each, choices.clock24) for each in self._listed])


def _view(listed: ExceptionListed, clock24: bool) -> DaysView:
    form = listed.form
    if form.kind == "off":
        return days(listed.id, form.starts_on, form.ends_on, "Day off", form.reason, "off")
    hours = week_view.times_label(form.starts_minute or 0, form.ends_minute or 0, clock24)
    detail = " · ".join(filter(None, (listed.facility, form.reason)))
    return days(listed.id, form.starts_on, form.ends_on, hours, detail, "hours")


live_page("exceptions", ["staff_exception", "facility", "organization"], ExceptionsState)
