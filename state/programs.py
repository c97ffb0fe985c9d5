"""Programs: their list, and the form of one."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.organization import programs
from securecare.organization.programs import COLOURS, Colleague, ProgramForm, ProgramListed
from state.editing import NEW, Editing, differences
from state.filled_in import FilledIn
from state.gate import needs
from state.live import hub
from state.live_pages import live_page
from state.read import whole_number
from state.work import acting, work, work_as

TOPIC = "programs"
RIGHT = Permission.CONFIGURE_PROGRAMS
NAMES = {
    "name": "Name",
    "short_name": "Short name",
    "colour": "Colour",
    "lead_staff_id": "Lead staff member",
    "duration_minutes": "Duration",
    "slot_step_minutes": "Slot step",
    "buffer_before_minutes": "Buffer before",
    "buffer_after_minutes": "Buffer after",
    "minimum_notice_minutes": "Minimum notice",
    "horizon_days": "Horizon",
    "minimum_days_between": "Days between bookings",
    "public_booking": "Public booking",
    "staff_ids": "Who serves it",
}
NOTICE_UNITS = {"minutes": 1, "hours": 60, "days": 1440}


@dataclass(frozen=True)
class ProgramView:
    """A program as its row and its form show it."""

    id: int = 0
    name: str = ""
    short_name: str = ""
    colour: int = 0
    lead: str = ""
    lead_id: str = ""
    duration: int = 45
    step: int = 15
    before: int = 0
    after: int = 0
    notice: int = 0
    notice_unit: str = "hours"
    horizon: int = 90
    days_between: int = 0
    public: bool = False
    serving: str = ""
    rhythm: str = ""
    """ "45 min, every 15" for the list."""
    buffers: str = ""
    active: bool = True


@dataclass(frozen=True)
class ServerView:
    """Somebody who serves the program, or could."""

    id: int
    name: str
    detail: str
    serves: bool


class ProgramsState(Editing, rx.State):
    """The programs one may configure, and the one whose form is open."""

    loaded: bool = False
    rows: list[ProgramView] = []
    may_add: bool = False
    draft: ProgramView = ProgramView()
    people: list[ServerView] = []
    leads: list[list[str]] = []
    retiring: str = ""

    _editing: int = 0
    _version: int = 0
    _seen: frozenset[int] = frozenset()
    _wish: ProgramForm | None = None
    _retiring: int = 0

    @rx.event
    @needs(RIGHT)
    async def open_page(self):
        """Show the list, and keep it current."""
        hub.watch(TOPIC, self, None)
        self._saved()
        await self._read_again(acting())

    @rx.event
    @needs(RIGHT)
    async def start_new(self):
        """Open an empty form in the first colour that no program has."""
        taken = {row.colour for row in self.rows if row.active}
        colour = next((each for each in range(COLOURS) if each not in taken), 0)
        self._edit(NEW, ProgramView(colour=colour), 0, frozenset(), await self._colleagues())

    @rx.event
    @needs(RIGHT)
    async def edit(self, program_id: int):
        """Open the form of a program."""
        await self._open(program_id)

    @rx.event
    @needs(RIGHT)
    async def save(self, form: dict[str, Any]):
        """Save the open form, or say beside each field why not."""
        read = FilledIn(form)
        unit = NOTICE_UNITS.get(read.text("notice_unit"), 60)
        self._wish = ProgramForm(
            name=read.text("name"),
            short_name=read.text("short_name") or read.text("name")[:14].strip(),
            colour=read.number("colour", self.draft.colour),
            lead_staff_id=read.id("lead_staff_id"),
            duration_minutes=read.number("duration_minutes", 45),
            slot_step_minutes=read.number("slot_step_minutes", 15),
            buffer_before_minutes=read.number("buffer_before_minutes"),
            buffer_after_minutes=read.number("buffer_after_minutes"),
            minimum_notice_minutes=read.number("minimum_notice_minutes") * unit,
            horizon_days=read.number("horizon_days", 90),
            minimum_days_between=read.number("minimum_days_between"),
            public_booking=read.flag("public_booking"),
            staff_ids=read.ids("staff_"),
        )
        try:
            read.require_accepted(self._wish.complaints())
        except NotAccepted as refusal:
            self._complain(refusal)
            return None
        return await self._store()

    @rx.event
    @needs(RIGHT)
    async def keep_mine(self):
        """Save what was typed over what somebody else saved."""
        if not self.differences:
            return None
        self._version = (await self._row(self._editing)).version
        return await self._store()

    @rx.event
    @needs(RIGHT)
    async def take_theirs(self):
        """Leave what was typed, and show what is saved."""
        await self._open(self._editing)

    @rx.event
    @needs(RIGHT)
    async def ask_to_retire(self, program_id: int):
        """Ask before a program is offered no more."""
        row = await self._row(program_id)
        self._retiring, self.retiring = row.id, row.form.name

    @rx.event
    @needs(RIGHT)
    async def leave_active(self, opened: bool):
        """Go on offering it after all."""
        if opened is not True:
            self.retiring, self._retiring = "", 0

    @rx.event
    @needs(RIGHT)
    async def retire(self):
        """Offer the program no more."""
        if not self._retiring:
            return None
        name = self.retiring
        await work(programs.set_active, self._retiring, False)
        self.retiring, self._retiring = "", 0
        self._saved()
        await self._read_again(acting())
        return rx.toast.success(f"{name} is inactive. What is booked stays booked.")

    @rx.event
    @needs(RIGHT)
    async def make_active(self, program_id: int):
        """Offer a program again."""
        row = await self._row(program_id)
        await work(programs.set_active, row.id, True)
        self._saved()
        await self._read_again(acting())
        return rx.toast.success(f"{row.form.name} is active again.")

    async def _open(self, program_id: Any) -> None:
        row = await self._row(program_id)
        people = await self._colleagues()
        names = {each.id: each.name for each in people}
        self._edit(row.id, _view(row, names), row.version, row.form.staff_ids, people)

    def _edit(
        self,
        id_: int,
        draft: ProgramView,
        version: int,
        serving: frozenset[int],
        people: list[Colleague],
    ) -> None:
        self._start(NAMES)
        # Those who left the staff are not shown, so nothing here can take them away.
        shown = frozenset(person.id for person in people)
        self._editing, self._version, self._seen = id_, version, serving & shown
        self.draft = draft
        # Those who serve it stand first: of many names these are the ones looked for.
        self.people = sorted(
            (ServerView(p.id, p.name, _where(p), p.id in serving) for p in people),
            key=lambda person: not person.serves,
        )
        self.leads = [[str(p.id), p.name] for p in people]
        if draft.lead_id and not draft.lead:
            self.leads.append([draft.lead_id, "Somebody no longer on the staff"])

    async def _store(self) -> Any:
        wish = self._wish
        if wish is None:
            return None
        try:
            if self._editing == NEW:
                await work(programs.add, wish)
            else:
                await work(programs.change, self._editing, self._version, wish, self._seen)
        except NotAccepted as refusal:
            self._complain(refusal)
            return None
        except Overtaken as refusal:
            theirs = (await self._row(self._editing)).form
            names = {person.id: person.name for person in self.people}
            found = differences(wish, theirs, NAMES, lambda field, v: _say(field, v, names))
            self._overtaken(refusal, found)
            return None
        self._saved()
        await self._read_again(acting())
        return rx.toast.success(f"{wish.name} is saved.")

    async def _colleagues(self) -> list[Colleague]:
        """Who could serve it; those who left the staff stay where they were chosen."""
        return await work(programs.who_could_serve)

    async def _row(self, program_id: Any) -> ProgramListed:
        number = whole_number(program_id)
        found = {each.id: each for each in await work(programs.listed)}
        if number not in found:
            raise NotFound("This program")
        return found[number]

    async def _read_again(self, actor: Actor) -> None:
        rows = await work_as(actor, programs.listed)
        people = await work_as(actor, programs.who_could_serve)
        names = {person.id: person.name for person in people}
        self.rows = [_view(row, names) for row in rows]
        self.may_add = actor.reach(RIGHT).everywhere
        self.loaded = True


def _where(person: Colleague) -> str:
    return " · ".join(filter(None, (person.title, person.facility)))


def _view(row: ProgramListed, names: dict[int, str]) -> ProgramView:
    form = row.form
    serving = sorted(names[each] for each in form.staff_ids if each in names)
    amount, unit = _notice(form.minimum_notice_minutes)
    buffers = (form.buffer_before_minutes, form.buffer_after_minutes)
    return ProgramView(
        id=row.id,
        name=form.name,
        short_name=form.short_name,
        colour=form.colour,
        lead=names.get(form.lead_staff_id or 0, ""),
        lead_id=str(form.lead_staff_id or ""),
        duration=form.duration_minutes,
        step=form.slot_step_minutes,
        before=form.buffer_before_minutes,
        after=form.buffer_after_minutes,
        notice=amount,
        notice_unit=unit,
        horizon=form.horizon_days,
        days_between=form.minimum_days_between,
        public=form.public_booking,
        serving=_people(len(serving)),
        rhythm=f"{form.duration_minutes} min",
        buffers=f"{buffers[0]} + {buffers[1]} min" if any(buffers) else "–",
        active=row.active,
    )


def _people(count: int) -> str:
    return "Nobody" if not count else "1 person" if count == 1 else f"{count} people"


def _notice(minutes: int) -> tuple[int, str]:
    """An amount of minutes in the greatest unit that says it whole."""
    if not minutes:
        return 0, "hours"
    unit = next(u for u in ("days", "hours", "minutes") if minutes % NOTICE_UNITS[u] == 0)
    return minutes // NOTICE_UNITS[unit], unit


def _say(field: str, value: Any, names: dict[int, str]) -> str:
    if field == "lead_staff_id":
        return names.get(value, "Nobody")
    if field == "staff_ids":
        return ", ".join(sorted(names.get(each, "Somebody else") for each in value)) or "Nobody"
    if field == "public_booking":
        return "On" if value else "Off"
    if field == "colour":
        return f"Number {value + 1}"
    return str(value)


live_page(TOPIC, ["program", "program_staff", "staff"], ProgramsState)
