"""The days on which a facility is closed to everybody."""

from typing import Any

import reflex as rx

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.foundation import clock
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.scheduling import closures, hours_choices
from securecare.scheduling.closures import ClosureForm, ClosureListed
from state.days_editing import RIGHT, DaysEditing, Deed
from state.days_off import RECENT
from state.days_view import DaysDraft, DaysView, calendar, days, last_day
from state.editing import NEW, differences, told
from state.filled_in import FilledIn
from state.gate import needs
from state.live import hub
from state.live_pages import live_page
from state.read import whole_number
from state.work import acting, work, work_as

NAMES = dict.fromkeys(("starts_on", "ends_on", "reason"), "")
LABELS = {"starts_on": "First day", "ends_on": "Last day", "reason": "Reason"}


class ClosuresState(DaysEditing, rx.State):
    """The closed days of the facility shown."""

    facilities: list[list[str]] = []
    chosen: str = ""
    chosen_name: str = ""

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
            self._open(NAMES, DaysDraft(clock.now().date().isoformat()))

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
        return await self._do(agreed=False)

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

    def _deed(self) -> Deed:
        if self._editing == NEW:
            return closures.add, (whole_number(self.chosen) or 0, self._wish)
        return closures.change, (self._editing, self._wish, self._seen)

    def _show(self, listed: ClosureListed) -> None:
        form = listed.form
        draft = DaysDraft(
            form.starts_on.isoformat(),
            last_day(form.starts_on, form.ends_on),
            reason=form.reason,
        )
        self._open(NAMES, draft, listed)

    def _compare(self, refusal: Overtaken) -> None:
        theirs = self._row(self._editing).form
        self._overtaken(
            refusal,
            differences(self._wish, theirs, LABELS, lambda _, value: str(value or "None")),
        )

    async def _read_again(self, actor: Actor) -> None:
        choices = await work_as(actor, hours_choices.of)
        self.facilities = [[str(id_), name] for id_, name in choices.facilities]
        names = dict(self.facilities)
        if self.chosen not in names:
            self.chosen = self.facilities[0][0] if self.facilities else ""
        self.chosen_name = names.get(self.chosen, "")
        self._listed = []
        if self.chosen:
            since = clock.now().date() - RECENT
            self._listed = await work_as(actor, closures.of_facility, int(self.chosen), since)
        self.rows = calendar([_view(each) for each in self._listed])
        self.loaded = True


def _view(listed: ClosureListed) -> DaysView:
    form = listed.form
    return days(listed.id, form.starts_on, form.ends_on, "Closed", form.reason, "closed")


live_page("closures", ["facility_closure", "facility"], ClosuresState)
