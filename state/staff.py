"""Staff: their list, and the form of one."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.organization import staff
from securecare.organization.staff import Choices, StaffForm, StaffListed
from securecare.scheduling import consequences
from state.editing import NEW, Editing, differences, question_about, told
from state.filled_in import FilledIn
from state.frame import initials
from state.gate import needs
from state.live import hub
from state.live_pages import live_page
from state.read import line, whole_number
from state.work import acting, work, work_as

TOPIC = "staff"
RIGHT = Permission.CONFIGURE_STAFF
NAMES = {
    "name": "Name",
    "title": "Title",
    "facility_id": "Home facility",
    "account_id": "Account",
    "program_ids": "Programs",
}


@dataclass(frozen=True)
class StaffView:
    """A staff member as their row and their form show them."""

    id: int = 0
    name: str = ""
    initials: str = ""
    colour: int = 0
    title: str = ""
    facility: str = ""
    facility_id: str = ""
    programs: str = ""
    account: str = ""
    account_id: str = ""
    active: bool = True


@dataclass(frozen=True)
class ServedView:
    """A program the person serves, or could."""

    id: int
    name: str
    serves: bool


class StaffState(Editing, rx.State):
    """The staff one may configure, and the one whose form is open."""

    loaded: bool = False
    rows: list[StaffView] = []
    total: int = 0
    """How many there are before anything is searched for."""
    inactive: int = 0
    text: str = ""
    with_inactive: bool = False
    may_add: bool = False
    may_link: bool = False
    may_edit_hours: bool = False
    draft: StaffView = StaffView()
    programs: list[ServedView] = []
    facilities: list[list[str]] = []
    accounts: list[list[str]] = []
    retiring: str = ""
    retiring_text: str = ""

    _editing: int = 0
    _version: int = 0
    _seen: frozenset[int] = frozenset()
    _wish: StaffForm | None = None
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
    async def search(self, text: str):
        """Show only people whose name, title, facility or program fits."""
        self.text = line(text, 80)
        await self._read_again(acting())

    @rx.event
    @needs(RIGHT)
    async def show_inactive(self, shown: bool):
        """Show those who left the staff too, or not."""
        self.with_inactive = shown is True
        await self._read_again(acting())

    @rx.event
    @needs(RIGHT)
    async def start_new(self):
        """Open an empty form."""
        choices = await work(staff.choices)
        home = choices.facilities[0][0] if len(choices.facilities) == 1 else ""
        self._edit(NEW, StaffView(facility_id=str(home)), 0, frozenset(), choices)

    @rx.event
    @needs(RIGHT)
    async def edit(self, staff_id: int):
        """Open the form of a staff member."""
        await self._open(staff_id)

    @rx.event
    @needs(RIGHT)
    async def save(self, form: dict[str, Any]):
        """Save the open form, or say beside each field why not."""
        read = FilledIn(form)
        account = read.id("account_id") if self.may_link else whole_number(self.draft.account_id)
        self._wish = StaffForm(
            read.text("name"),
            read.text("title"),
            read.id("facility_id") or 0,
            account,
            read.ids("program_"),
        )
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
    async def ask_to_retire(self, staff_id: int):
        """Say what taking somebody off the staff would do, and ask."""
        row = await self._row(staff_id)
        expected = await work(consequences.rehearse, consequences.set_staff_active, row.id, False)
        self.retiring_text = (
            "Nobody can be booked with them any more. Past appointments and shifts stay, and you"
            " can make them active again. " + question_about(expected)
        )
        self._retiring, self.retiring = row.id, row.form.name

    @rx.event
    @needs(RIGHT)
    async def leave_active(self, opened: bool):
        """Keep them on the staff after all."""
        if opened is not True:
            self.retiring, self._retiring = "", 0

    @rx.event
    @needs(RIGHT)
    async def retire(self):
        """Take the person off the staff."""
        if not self._retiring:
            return None
        name = self.retiring
        outcome = await work(consequences.set_staff_active, self._retiring, False)
        self.retiring, self._retiring = "", 0
        self._saved()
        await self._read_again(acting())
        return told(f"{name} is inactive.", outcome)

    @rx.event
    @needs(RIGHT)
    async def make_active(self, staff_id: int):
        """Take somebody back onto the staff."""
        row = await self._row(staff_id)
        outcome = await work(consequences.set_staff_active, row.id, True)
        self._saved()
        await self._read_again(acting())
        return told(f"{row.form.name} is active again.", outcome)

    async def _open(self, staff_id: Any) -> None:
        row = await self._row(staff_id)
        choices = await work(staff.choices)
        self._edit(
            row.id, _view(row, dict(choices.programs)), row.version, row.form.program_ids, choices
        )

    def _edit(
        self, id_: int, draft: StaffView, version: int, served: frozenset[int], choices: Choices
    ) -> None:
        self._start(NAMES)
        shown = frozenset(program_id for program_id, _ in choices.programs)
        # Programs no longer offered are not shown, so nothing here can take them away.
        self._editing, self._version, self._seen = id_, version, served & shown
        self.draft = draft
        self.programs = [ServedView(id_, name, id_ in served) for id_, name in choices.programs]
        self.facilities = _with_present(choices.facilities, draft.facility_id, draft.facility)
        self.accounts = _with_present(choices.accounts, draft.account_id, draft.account)
        self.may_link = choices.may_link

    async def _store(self) -> Any:
        wish = self._wish
        if wish is None:
            return None
        try:
            if self._editing == NEW:
                await work(staff.add, wish)
            else:
                await work(staff.change, self._editing, self._version, wish, self._seen)
        except NotAccepted as refusal:
            self._complain(refusal)
            return None
        except Overtaken as refusal:
            theirs = await self._row(self._editing)
            self._overtaken(refusal, differences(wish, theirs.form, NAMES, self._say))
            return None
        self._saved()
        await self._read_again(acting())
        return rx.toast.success(f"{wish.name} is saved.")

    def _say(self, field: str, value: Any) -> str:
        if field == "facility_id":
            return dict(self.facilities).get(str(value), "Another facility")
        if field == "account_id":
            return dict(self.accounts).get(str(value), "Another account") if value else "None"
        if field == "program_ids":
            names = {program.id: program.name for program in self.programs}
            return ", ".join(sorted(names.get(each, "Another") for each in value)) or "None"
        return value or "–"

    async def _row(self, staff_id: Any) -> StaffListed:
        number = whole_number(staff_id)
        found = {each.id: each for each in await work(staff.listed)}
        if number not in found:
            raise NotFound("This staff member")
        return found[number]

    async def _read_again(self, actor: Actor) -> None:
        listed = await work_as(actor, staff.listed)
        choices = await work_as(actor, staff.choices)
        programs = dict(choices.programs)
        views = [_view(row, programs) for row in listed]
        self.total, self.inactive = len(views), sum(not view.active for view in views)
        words = self.text.casefold().split()
        self.rows = [
            view
            for view in views
            if (view.active or self.with_inactive) and all(w in _searched(view) for w in words)
        ]
        self.may_add = bool(choices.facilities)
        self.may_edit_hours = actor.may(Permission.EDIT_SHIFTS)
        self.loaded = True


def _searched(view: StaffView) -> str:
    return f"{view.name} {view.title} {view.facility} {view.programs}".casefold()


def _with_present(
    options: tuple[tuple[int, str], ...], present: str, label: str
) -> list[list[str]]:
    """The options, with the present choice among them even where it is no longer on offer."""
    listed = [[str(id_), name] for id_, name in options]
    if present and present not in dict(listed):
        listed.append([present, label or "As it is"])
    return listed


def _view(row: StaffListed, programs: dict[int, str]) -> StaffView:
    form = row.form
    served = sorted(programs[each] for each in form.program_ids if each in programs)
    return StaffView(
        id=row.id,
        name=form.name,
        initials=initials(form.name),
        colour=row.id % 12,
        title=form.title,
        facility=row.facility,
        facility_id=str(form.facility_id),
        programs=", ".join(served),
        account=row.account,
        account_id=str(form.account_id or ""),
        active=row.active,
    )


live_page(TOPIC, ["staff", "program_staff", "program", "facility", "account"], StaffState)
