"""What is written into a case: every form of its page, in one drawer."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, ClassVar

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.casework import cases, forms, goals, services, standing, taking, timeline
from securecare.casework.cases import INTAKE, Choices, Intake
from securecare.casework.definitions import Answer
from securecare.casework.forms import Version
from securecare.casework.goals import GoalForm, OutcomeForm
from securecare.casework.services import ServiceForm
from securecare.casework.standing import MoveForm
from securecare.casework.taking import TakenForm
from securecare.casework.timeline import Entry
from securecare.customers import days
from securecare.foundation.days import short_day
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import NotAccepted
from state.case_words import QuestionView, question_views
from state.editing import NEW
from state.filled_in import FilledIn
from state.gate import needs
from state.read import line, whole_number
from state.record_case import CaseState
from state.record_cases import CASE_FIELDS, listed_choices, read_case, read_intake, with_standing
from state.record_tab import RecordTab
from state.work import acting, work

WORKS = Permission.EDIT_CASES
CORRECTED = ("intake", "service", "assessment", "goal", "outcome")
ADDED = ("service", "goal", "assessment")
DONE = {
    "head": "Case saved.",
    "service": "Service added.",
    "assessment": "Assessment added.",
    "goal": "Goal added.",
    "outcome": "Outcome recorded.",
    "on_hold": "The case is on hold.",
    "closed": "The case is closed.",
    "open": "Case reopened.",
}
FIELDS = (
    CASE_FIELDS
    | INTAKE
    | {
        "on": "Day",
        "staff_id": "By",
        "minutes": "Minutes",
        "quantity": "Quantity",
        "note": "Note",
        "words": "Details",
        "measure": "How it is measured",
        "target": "Target value",
        "due_on": "Target date",
        "result": "How far",
        "value": "Value",
        "answers": "Answers",
        "status": "Status",
        "why": "Reason",
    }
)


@dataclass(frozen=True)
class _Prepared:
    """What a form is filled with before somebody types."""

    choices: Choices
    today: date
    entry: Entry | None = None
    version: Version | None = None


class CaseFormState(RecordTab, rx.State):
    """The form that is open over a case."""

    what: str = ""
    """Which one: of an entry by its kind, "head", or "status"."""
    draft: dict[str, str] = {}
    programs: list[tuple[str, str]] = []
    facilities: list[tuple[str, str]] = []
    staff: list[tuple[str, str]] = []
    offered: list[tuple[str, str]] = []
    """The versions that may be asked with."""
    version: str = ""
    questions: list[QuestionView] = []
    move: str = ""
    """What the case is to become."""
    reasons: list[tuple[str, str]] = []
    goal_words: str = ""
    correcting: bool = False
    strike_open: bool = False
    strike_title: str = ""
    strike_error: str = ""
    strike_key: int = 0

    names: ClassVar[Mapping[str, str]] = FIELDS

    _case: int = 0
    _goal: int = 0
    _seen: str = ""
    _why: str = ""
    _form_key: uuid.UUID | None = None

    @rx.event
    @needs(WORKS)
    async def start(self, what: Any):
        """Open an empty form for a service, an assessment or a goal."""
        if not isinstance(what, str) or what not in ADDED:
            return
        read = await self._prepare(0)
        if what == "assessment":
            offered = await work(forms.offered)
            self.offered = [(str(each.id), each.name) for each in offered]
            self._ask_with(offered[0] if offered else None)
        own = str(read.choices.own_staff_id or "")
        self._fill(what, on=read.today.isoformat(), staff_id=own)

    @rx.event
    @needs(WORKS)
    async def choose_version(self, version_id: Any):
        """Ask with another form."""
        if isinstance(version_id, str) and version_id in dict(self.offered):
            self._ask_with(await work(forms.version, int(version_id)))

    @rx.event
    @needs(WORKS)
    async def start_outcome(self, goal_id: Any, words: Any):
        """Open the form of what came of a goal."""
        read = await self._prepare(0)
        self._goal, self.goal_words = whole_number(goal_id) or 0, line(words)
        self._fill("outcome", on=read.today.isoformat())

    @rx.event
    @needs(WORKS)
    async def start_move(self, status: Any):
        """Open the form that holds, closes or reopens the case."""
        if not isinstance(status, str) or status not in standing.REASONS:
            return
        await self._prepare(0)
        case = await self.get_state(CaseState)
        self.move, self._seen = status, case.head.status
        self.reasons = list(standing.REASONS[status].items())
        self._fill("status")

    @rx.event
    @needs(WORKS)
    async def edit_head(self):
        """Open the form of what the case is about."""
        await self._edit_head()

    async def _edit_head(self) -> None:
        await self._prepare(0)
        row = await work(cases.one, self._record, self._case)
        self.programs = with_standing(self.programs, row.program_id, row.program)
        self.facilities = with_standing(self.facilities, row.facility_id, row.facility)
        self.staff = with_standing(self.staff, row.lead_staff_id, row.lead)
        form = row.form
        values = {name: getattr(form, name) for name in CASE_FIELDS}
        self._fill("head", **{name: _typed(value) for name, value in values.items()})
        self._editing, self._version = row.id, row.version

    @rx.event
    @needs(WORKS)
    async def correct(self, entry_id: Any):
        """Open the form of an entry, to put it right."""
        await self._edit(whole_number(entry_id) or 0)

    @rx.event
    @needs(WORKS)
    async def save(self, form: dict[str, Any]):
        """Note it, or say beside each field why not."""
        read = FilledIn(form)
        self._wish, self._why = self._read_wish(read), read.text("why")
        if self._wish is None:
            return None
        if read.complaints:
            own = self._wish.complaints() if isinstance(self._wish, ServiceForm) else {}
            self._complain(NotAccepted(own | read.complaints))
            return None
        return await self._save()

    @rx.event
    @needs(WORKS)
    async def start_striking(self, entry_id: Any, title: Any):
        """Ask why an entry was never right."""
        await self._prepare(0)
        self._editing, self.strike_title = whole_number(entry_id) or 0, line(title)
        self.strike_error, self.strike_open = "", True
        self.strike_key += 1

    @rx.event
    @needs(WORKS)
    async def open_striking(self, opened: Any):
        """Close it."""
        if opened is not True:
            self.strike_open = False

    @rx.event
    @needs(WORKS)
    async def strike(self, form: dict[str, Any]):
        """Strike the entry, with the reason."""
        if not self.strike_open:
            return None
        why = FilledIn(form).text("why")
        try:
            await work(cases.strike, self._record, self._case, self._editing, why)
        except DomainError as refusal:
            self.strike_error = refusal.message
            return None
        self.strike_open = False
        await self._show_case()
        return rx.toast.success(
            "Marked as entered in error. It stays readable but no longer counts."
        )

    async def _prepare(self, entry_id: int) -> _Prepared:
        case = await self.get_state(CaseState)
        self._record, self._case = case._record, case._case
        read = await work(_prepared, self._record, self._case, entry_id)
        self.programs, self.facilities, self.staff = listed_choices(read.choices)
        self._form_key, self.correcting = uuid.uuid4(), entry_id != 0
        return read

    def _fill(self, what: str, **values: str) -> None:
        self._begin(NEW)
        self.what = what
        self.draft = dict.fromkeys(self.names, "") | values

    def _ask_with(self, version: Version | None, answers: tuple[Answer, ...] = ()) -> None:
        self.version = str(version.id) if version else ""
        self.questions = question_views(version, answers) if version else []

    async def _edit(self, id_: int) -> None:
        if self.what == "head" and self.drawer_open:
            return await self._edit_head()
        read = await self._prepare(id_)
        entry = read.entry
        if entry is None or entry.kind not in CORRECTED:
            return None
        said = {name: _typed(value) for name, value in entry.said.items() if name in FIELDS}
        said |= {name: _typed(getattr(entry, name)) for name in _COLUMNS}
        on = await work(_day_of, entry)
        self._fill(entry.kind, **(said | {"on": on.isoformat(), "why": ""}))
        if read.version is not None:
            self._ask_with(read.version, tuple(entry.said["answers"]))
        self._editing = self._version = entry.id
        self.staff = with_standing(self.staff, entry.staff_id, entry.staff)
        self._goal, self.goal_words = entry.goal_id or 0, ""
        return None

    async def _standing(self) -> tuple[Any, int]:
        if self.what == "head":
            row = await work(cases.one, self._record, self._case)
            return row.form, row.version
        entry = await work(_latest, self._record, self._case, self._editing)
        on = await work(_day_of, entry)
        return _form_of(entry, on), entry.id

    def _read_wish(self, read: FilledIn) -> Any:
        if self.what == "head":
            return read_case(read, date.min)
        if self.what == "intake":
            return read_intake(read)
        if self.what == "status":
            return MoveForm(self.move, read.text("reason"), read.prose("words", 1001))
        on = read.needed_day("on", date.min)
        key = None if self.correcting else self._form_key
        if self.what == "service":
            minutes, quantity = _count(read, "minutes"), _count(read, "quantity")
            by, note = read.id("staff_id"), read.prose("note", 4001)
            return ServiceForm(on, read.text("title"), minutes, quantity, by, note, key)
        if self.what == "goal":
            said = [read.text(name) for name in ("words", "measure", "target")]
            return GoalForm(on, *said, read.day("due_on"), key)
        if self.what == "outcome":
            value, note = read.text("value"), read.prose("note", 4001)
            return OutcomeForm(on, read.text("result"), value, note, key)
        if self.what == "assessment":
            answers = tuple(_answer(read, each) for each in self.questions)
            note, by = read.prose("note", 4001), read.id("staff_id")
            return TakenForm(on, whole_number(self.version) or 0, answers, note, by, key)
        return None

    async def _write(self) -> str:
        at, wish = (self._record, self._case), self._wish
        if self.what == "status":
            await work(standing.move, *at, self._seen, wish)
            return DONE[wish.status]
        if self.what == "head":
            await work(cases.change, *at, self._version, wish)
        elif self.correcting:
            await work(_CORRECT[self.what], *at, self._version, wish, self._why)
            return "Correction saved. The earlier version stays readable."
        elif self.what == "outcome":
            await work(goals.note, *at, self._goal, wish)
        else:
            await work(_ADD[self.what], *at, wish)
        return DONE[self.what]

    def _complain(self, refusal: NotAccepted) -> None:
        super()._complain(refusal)
        self.questions = [
            replace(each, error=refusal.complaints.get(f"answer.{each.number}", ""))
            for each in self.questions
        ]

    async def _show(self, actor: Actor) -> None:
        del actor
        await self._show_case()

    async def _show_case(self) -> None:
        case = await self.get_state(CaseState)
        await case._read(acting())

    def _say(self, name: str, value: Any) -> str:
        chosen = {
            "program_id": self.programs,
            "facility_id": self.facilities,
            "lead_staff_id": self.staff,
            "staff_id": self.staff,
        }.get(name)
        if chosen is not None:
            return dict(chosen).get(str(value), "–")
        if isinstance(value, date):
            return short_day(value)
        if name == "result":
            return goals.RESULT_LABELS.get(value, "–")
        if name == "answers":
            counted = sum(answer not in (None, "") for answer in value)
            return f"{counted} answered"
        return super()._say(name, value)


_COLUMNS = ("staff_id", "title", "minutes", "quantity", "result", "due_on")
_ADD = {"service": services.add, "goal": goals.add, "assessment": taking.take}
_CORRECT = {
    "intake": cases.correct_intake,
    "service": services.correct,
    "goal": goals.correct,
    "outcome": goals.correct_outcome,
    "assessment": taking.correct,
}
_FORMS = {"service": ServiceForm, "goal": GoalForm, "outcome": OutcomeForm, "intake": Intake}


def _typed(value: Any) -> str:
    """A value as a field shows it."""
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _count(read: FilledIn, name: str) -> int | None:
    """A number that may be left out."""
    return read.number(name) if read.text(name) else None


def _answer(read: FilledIn, question: QuestionView) -> Answer:
    name = f"answer-{question.number}"
    if question.choices:
        return whole_number(read.text(name), 0)
    return read.prose(name, 2001) or None


def _form_of(entry: Entry, on: date) -> Any:
    """An entry as the form that would write it."""
    if entry.kind == "assessment":
        answers = tuple(entry.said["answers"])
        return TakenForm(on, entry.version_id or 0, answers, entry.said["note"], entry.staff_id)
    cls = _FORMS[entry.kind]
    known = {"on": on} | {name: getattr(entry, name) for name in _COLUMNS} | entry.said
    return cls(**{each.name: known[each.name] for each in fields(cls) if each.name in known})


def _prepared(session: Session, actor: Actor, record: int, case: int, entry_id: int) -> _Prepared:
    choices, today = cases.choices(session, actor), days.today(session)
    if not entry_id:
        return _Prepared(choices, today)
    entry = _latest(session, actor, record, case, entry_id)
    version = None
    if entry.version_id is not None:
        version = forms.version(session, actor, entry.version_id)
    return _Prepared(choices, today, entry, version)


def _latest(session: Session, actor: Actor, record: int, case: int, entry_id: int) -> Entry:
    """What an entry reads now, whatever has taken its place."""
    entry = timeline.one(session, actor, record, case, entry_id)
    return timeline.former(session, actor, record, case, entry.root_id or entry.id, noted=False)[0]


def _day_of(session: Session, _actor: Actor, entry: Entry) -> date:
    return days.local(session, entry.at).date()
