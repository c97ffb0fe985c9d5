"""The weekly hours of one staff member: shifts per weekday, their breaks, and copies of a day."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.scheduling import consequences, hours_choices, shifts
from securecare.scheduling.hours_choices import HoursChoices
from securecare.scheduling.local_time import DAY_MINUTES
from securecare.scheduling.shift_form import MOST_BREAKS, WEEKDAYS, ShiftForm
from securecare.scheduling.shifts import ShiftListed
from state import shift_draft, week_view
from state.days_off import ExceptionsState
from state.editing import NEW, Editing, differences, question_about, told
from state.filled_in import FilledIn
from state.gate import needs
from state.live import hub
from state.live_pages import live_page
from state.read import line, whole_number
from state.shift_draft import BreakView, PersonView, ShiftDraft, WeekdayView
from state.week_view import DayView
from state.work import acting, work, work_as

TOPIC = "shifts"
RIGHT = Permission.EDIT_SHIFTS
NAMES = {
    "weekday": "Day",
    "facility_id": "Facility",
    "starts": "Start",
    "ends": "End",
    "breaks": "Breaks",
    "valid_from": "First day",
    "valid_until": "Last day",
    "starts_minute": "Start",
    "ends_minute": "End",
    "weekdays": "Days",
}


class ShiftsState(Editing, rx.State):
    """Whose week is shown, and the shift whose form is open."""

    loaded: bool = False
    people: list[PersonView] = []
    text: str = ""
    nobody: bool = False
    """There is no staff whose hours one may change."""
    chosen: int = 0
    chosen_name: str = ""
    chosen_detail: str = ""
    days: list[DayView] = []
    total: str = ""
    ticks: list[str] = []
    """The times under which the lines of the week are cut in four."""
    facilities: list[list[str]] = []
    draft: ShiftDraft = ShiftDraft()
    day_name: str = ""
    weekdays: list[WeekdayView] = []
    is_new: bool = False
    breaks: list[BreakView] = []
    copying: str = ""
    """The name of the day being copied."""

    _choices: HoursChoices | None = None
    _week: list[ShiftListed] = []
    _editing: int = 0
    _weekday: int = 0
    _seen: ShiftForm | None = None
    _wish: ShiftForm | None = None
    _wished_days: frozenset[int] = frozenset()
    _deed: str = ""
    _next_break: int = 0

    @rx.event
    @needs(RIGHT)
    async def open_page(self):
        """Show the week of the person named in the address, else of the one shown before."""
        asked = whole_number(self.router.url.query_parameters.get("staff"))
        if asked:
            self.chosen = asked
        self._saved()
        hub.watch(TOPIC, self, None)
        await self._read_again(acting())
        return ExceptionsState.show_staff(self.chosen)

    @rx.event
    @needs(RIGHT)
    async def search(self, text: str):
        """Show only people whose name, title or facility fits."""
        self.text = line(text, 80)
        self._show_people()

    @rx.event
    @needs(RIGHT)
    async def choose(self, staff_id: int):
        """Show somebody else's week."""
        self.chosen = whole_number(staff_id) or 0
        self._saved()
        await self._read_again(acting())
        return ExceptionsState.show_staff(self.chosen)

    @rx.event
    @needs(RIGHT)
    async def start_new(self, weekday: int):
        """Open an empty form for a shift on that day."""
        day = whole_number(weekday, 0, 6)
        if day is None or self._choices is None:
            return
        person = next((p for p in self._choices.people if p.id == self.chosen), None)
        known = {id_ for id_, _ in self._choices.facilities}
        home = str(person.facility_id) if person and person.facility_id in known else ""
        self._edit(NEW, day, ShiftDraft(facility_id=home), [])

    @rx.event
    @needs(RIGHT)
    async def edit(self, shift_id: int):
        """Open the form of a shift."""
        self._show_form(self._shift(shift_id))

    @rx.event
    @needs(RIGHT)
    async def add_break(self):
        """One more break."""
        if len(self.breaks) < MOST_BREAKS:
            self.breaks = [*self.breaks, self._new_break("12:00", "12:30")]

    @rx.event
    @needs(RIGHT)
    async def remove_break(self, key: int):
        """One break less."""
        self.breaks = [each for each in self.breaks if each.key != key]

    @rx.event
    @needs(RIGHT)
    async def save(self, form: dict[str, Any]):
        """Save the open shift, or say beside each field why not."""
        read = FilledIn(form)
        wish = shift_draft.read(read, self._weekday, self.breaks)
        self._wished_days = read.ids("weekday_") if self.is_new else frozenset()
        # The boxes are named 1 to 7, since an id is never 0.
        self._wished_days = frozenset(day - 1 for day in self._wished_days)
        try:
            read.require_accepted(wish.complaints())
        except NotAccepted as refusal:
            self._complain(refusal)
            return None
        self._wish, self._deed = wish, "save"
        return await self._do(agreed=False)

    @rx.event
    @needs(RIGHT)
    async def remove(self):
        """Take the open shift out of every week; asked first if that strands appointments."""
        if self._editing == NEW or not self._editing:
            return None
        self._deed = "remove"
        return await self._do(agreed=False)

    @rx.event
    @needs(RIGHT)
    async def save_anyway(self):
        """Do it although appointments will then wait for reassignment."""
        return await self._do(agreed=True) if self.question else None

    @rx.event
    @needs(RIGHT)
    async def keep_mine(self):
        """Save what was typed over what somebody else saved."""
        if not self.differences:
            return None
        self._seen = self._shift(self._editing).form
        return await self._do(agreed=False)

    @rx.event
    @needs(RIGHT)
    async def take_theirs(self):
        """Leave what was typed, and show what is saved."""
        self._show_form(self._shift(self._editing))

    @rx.event
    @needs(RIGHT)
    async def start_copy(self, weekday: int):
        """Ask to which days the shifts of one are to be copied."""
        day = whole_number(weekday, 0, 6)
        if day is None:
            return
        self._start(NAMES)
        self.drawer_open = False
        self._weekday, self.copying = day, WEEKDAYS[day]
        self.weekdays = [
            WeekdayView(number + 1, name, number < 5 and number != day)
            for number, name in enumerate(WEEKDAYS)
            if number != day
        ]

    @rx.event
    @needs(RIGHT)
    async def leave_copy(self, opened: bool):
        """Copy nothing after all."""
        if opened is not True:
            self.copying = ""
            self._ask_nothing()

    @rx.event
    @needs(RIGHT)
    async def copy(self, form: dict[str, Any]):
        """Copy the day to those ticked, in place of their own shifts."""
        if not self.copying:
            return None
        self._wished_days = frozenset(day - 1 for day in FilledIn(form).ids("weekday_"))
        self._deed = "copy"
        return await self._do(agreed=False)

    def _verb(self) -> tuple[str, Callable[..., Any], tuple[Any, ...]] | None:
        """What is about to be done: how it is told, the verb, and what it is done with."""
        if self._deed == "copy":
            days = self._wished_days
            return f"{self.copying} is copied.", shifts.copy_day, (self.chosen, self._weekday, days)
        if self._deed == "remove" and self._seen:
            return "The shift is removed.", shifts.remove, (self._editing, self._seen)
        if self._deed != "save" or self._wish is None:
            return None
        if self._editing == NEW:
            return "Saved.", shifts.add, (self.chosen, self._wish, self._wished_days)
        return "Saved.", shifts.change, (self._editing, self._wish, self._seen)

    async def _do(self, *, agreed: bool) -> Any:
        todo = self._verb()
        if todo is None:
            return None
        done, verb, args = todo
        try:
            if not agreed:
                expected = await work(consequences.rehearse, verb, *args)
                if question := question_about(expected):
                    self._ask(question)
                    return None
            outcome = await work(verb, *args)
        except NotAccepted as refusal:
            self._complain(refusal)
            return None
        except Overtaken as refusal:
            await self._read_again(acting())
            self._compare(refusal)
            return None
        self._saved()
        self.copying, self._deed = "", ""
        await self._read_again(acting())
        return told(done, outcome)

    def _compare(self, refusal: Overtaken) -> None:
        theirs = self._shift(self._editing).form
        mine = self._wish if self._deed == "save" and self._wish else self._seen
        self._overtaken(refusal, differences(mine, theirs, NAMES, self._say))

    def _say(self, field: str, value: Any) -> str:
        if field == "facility_id":
            return dict(self.facilities).get(str(value), "Another facility")
        if field in ("starts_minute", "ends_minute"):
            return week_view.clock_value(value % DAY_MINUTES)
        if field == "breaks":
            return ", ".join(week_view.times_label(a, b, self._clock24) for a, b in value) or "None"
        if field == "weekday":
            return WEEKDAYS[value]
        return str(value or "Always")

    @property
    def _clock24(self) -> bool:
        return bool(self._choices and self._choices.clock24)

    def _show_form(self, row: ShiftListed) -> None:
        form, draft = row.form, shift_draft.of(row.form)
        breaks = [
            self._new_break(*(week_view.clock_value(each % DAY_MINUTES) for each in pair))
            for pair in form.breaks
        ]
        self._edit(row.id, form.weekday, draft, breaks)
        self._seen = form
        if draft.facility_id not in dict(self.facilities):
            self.facilities = [*self.facilities, [draft.facility_id, row.facility]]

    def _edit(self, id_: int, weekday: int, draft: ShiftDraft, breaks: list[BreakView]) -> None:
        self._start(NAMES)
        self._editing, self._weekday, self._seen, self._wish = id_, weekday, None, None
        self.is_new = id_ == NEW
        self.day_name = WEEKDAYS[weekday]
        self.draft, self.breaks = draft, breaks
        self.weekdays = [
            WeekdayView(number + 1, name, number == weekday) for number, name in enumerate(WEEKDAYS)
        ]
        choices = self._choices.facilities if self._choices else ()
        self.facilities = [[str(facility), name] for facility, name in choices]

    def _new_break(self, starts: str, ends: str) -> BreakView:
        self._next_break += 1
        return BreakView(self._next_break, starts, ends)

    def _shift(self, shift_id: Any) -> ShiftListed:
        number = whole_number(shift_id)
        found = next((each for each in self._week if each.id == number), None)
        if found is None:
            raise NotFound("This shift")
        return found

    async def _read_again(self, actor: Actor) -> None:
        choices = await work_as(actor, hours_choices.of)
        self._choices = choices
        known = {person.id: person for person in choices.people}
        if self.chosen not in known:
            self.chosen = choices.people[0].id if choices.people else 0
        self.nobody = not choices.people
        self._show_people()
        self._week = await work_as(actor, shifts.week_of, self.chosen) if self.chosen else []
        person = known.get(self.chosen)
        self.chosen_name = person.name if person else ""
        self.chosen_detail = (
            " · ".join(filter(None, (person.title, person.facility))) if person else ""
        )
        self.days = week_view.week(self._week, choices.clock24)
        self.ticks = week_view.ticks(choices.clock24)
        self.total = week_view.week_total(self._week)
        self.loaded = True

    def _show_people(self) -> None:
        words = self.text.casefold().split()
        people = self._choices.people if self._choices else ()
        self.people = [
            shift_draft.person(each)
            for each in people
            if all(word in f"{each.name} {each.title} {each.facility}".casefold() for word in words)
        ]


live_page(TOPIC, ["shift", "staff", "facility", "organization"], ShiftsState)
