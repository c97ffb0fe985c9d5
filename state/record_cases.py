"""The cases of a customer: the list, and the form that begins one."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.casework import cases, standing
from securecare.casework.cases import INTAKE, PAGE, CaseForm, CaseListed, Choices, Intake
from securecare.customers import days
from securecare.foundation.days import short_day
from state.editing import NEW
from state.filled_in import FilledIn
from state.gate import needs
from state.record_tab import RecordTab, keep_current
from state.work import acting, work, work_as

SEES, WORKS = Permission.VIEW_CASES, Permission.EDIT_CASES
CASE_FIELDS = {
    "title": "Case title",
    "program_id": "Program",
    "facility_id": "Facility",
    "intake_on": "Intake",
    "lead_staff_id": "Lead worker",
}


@dataclass(frozen=True)
class CaseRow:
    """A case as the list shows it."""

    id: int
    href: str
    number: str
    title: str
    program: str
    facility: str
    lead: str
    since: str
    status: str
    status_label: str
    last: str


@dataclass(frozen=True)
class _Read:
    """Cases, and what is needed to say them."""

    rows: list[CaseListed]
    today: str
    last: list[str]
    may_begin: bool


class CasesState(RecordTab, rx.State):
    """The cases on screen, and the form of a new one."""

    rows: list[CaseRow] = []
    more: bool = False
    may_begin: bool = False
    today: str = ""
    own: str = ""
    programs: list[tuple[str, str]] = []
    facilities: list[tuple[str, str]] = []
    staff: list[tuple[str, str]] = []

    names: ClassVar[Mapping[str, str]] = CASE_FIELDS | INTAKE
    topic: ClassVar[str] = "record_cases"

    _form_key: uuid.UUID | None = None
    _shown: int = PAGE
    _intake: Intake = Intake()

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show the cases."""
        self._shown = PAGE
        await self._open()

    @rx.event
    @needs(SEES)
    async def show_more(self):
        """Show earlier ones as well."""
        if self.more:
            self._shown += PAGE
            await self._read_again(acting())

    @rx.event
    @needs(WORKS)
    async def start_new(self):
        """Open the form of a new case."""
        offered = await work(cases.choices)
        self.programs, self.facilities, self.staff = listed_choices(offered)
        self.own = str(offered.own_staff_id or "")
        self._form_key = uuid.uuid4()
        self._begin(NEW)

    @rx.event
    @needs(WORKS)
    async def save(self, form: dict[str, Any]):
        """Begin the case, or say beside each field why not."""
        read = FilledIn(form)
        today = await work(_today)
        self._wish = read_case(read, today)
        self._intake = read_intake(read)
        if read.complaints:
            own = self._wish.complaints(today) | self._intake.complaints()
            self.errors = dict.fromkeys(self.names, "") | own | read.complaints
            return None
        return await self._save()

    async def _show(self, actor: Actor) -> None:
        read = await work_as(actor, _read, self._record, self._shown + 1)
        self.more = len(read.rows) > self._shown
        both = zip(read.rows, read.last, strict=True)
        self.rows = [_row(*each) for each in both][: self._shown]
        self.may_begin, self.today = read.may_begin, read.today

    async def _write(self) -> str:
        await work(cases.begin, self._record, self._wish, self._intake, self._form_key)
        return "Case opened."


def listed_choices(offered: Choices) -> tuple[list[tuple[str, str]], ...]:
    """Programs, facilities and staff as fields offer them."""
    return tuple(
        [(str(id_), name) for id_, name in each]
        for each in (offered.programs, offered.facilities, offered.staff)
    )


def with_standing(
    options: list[tuple[str, str]], id_: int | None, name: str
) -> list[tuple[str, str]]:
    """What is offered, with what stands there now, also where it is offered no longer."""
    known = id_ is None or str(id_) in dict(options)
    return options if known else [*options, (str(id_), name)]


def read_case(read: FilledIn, today: Any) -> CaseForm:
    """What a case is about, as filled in."""
    return CaseForm(
        read.text("title"),
        read.id("program_id"),
        read.id("facility_id"),
        read.needed_day("intake_on", today),
        read.id("lead_staff_id"),
    )


def read_intake(read: FilledIn) -> Intake:
    """What was said at the intake, as filled in."""
    return Intake(**{name: read.prose(name, 4001) for name in INTAKE})


def _today(session: Session, actor: Actor) -> Any:
    del actor
    return days.today(session)


def _read(session: Session, actor: Actor, record: int, most: int) -> _Read:
    rows = cases.listed(session, actor, record, most=most)
    return _Read(
        rows,
        days.today(session).isoformat(),
        [short_day(days.local(session, row.last_at).date()) for row in rows],
        cases.may_begin(session, actor, record),
    )


def _row(row: CaseListed, last: str) -> CaseRow:
    return CaseRow(
        row.id,
        f"/customers/{row.customer_id}/cases/{row.id}",
        str(row.number),
        row.title,
        row.program,
        row.facility,
        row.lead or "Not assigned",
        short_day(row.intake_on),
        row.status,
        standing.LABELS[row.status],
        last,
    )


keep_current(CasesState, "care_case", "case_entry")
