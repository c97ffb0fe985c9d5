"""The call log of a customer."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import calls, customers, days, phones
from securecare.customers.authorized import Person
from securecare.customers.calls import Call, CallForm
from securecare.foundation import clock
from securecare.foundation.days import short_day
from securecare.foundation.forms import NotAccepted
from securecare.organization import words
from securecare.scheduling.local_time import label
from state.editing import NEW
from state.filled_in import FilledIn
from state.gate import needs
from state.read import whole_number
from state.record_absence import local
from state.record_tab import RecordTab, keep_current
from state.work import acting, work, work_as

SEES, LOGS = Permission.READ_CALLS, Permission.LOG_CALLS


@dataclass(frozen=True)
class AddedView:
    """What was added to a call."""

    notes: str
    by: str


@dataclass(frozen=True)
class CallView:
    """One call in words."""

    id: int = 0
    when: str = ""
    caller: str = ""
    detail: str = ""
    phone: str = ""
    href: str = ""
    topic: str = ""
    notes: str = ""
    by: str = ""
    added: list[AddedView] | None = None


@dataclass(frozen=True)
class CallerView:
    """Whom the form offers."""

    id: str
    name: str
    detail: str


@dataclass(frozen=True)
class _Read:
    """Calls, and what is needed to say them."""

    rows: list[Call]
    zone: ZoneInfo
    clock24: bool
    region: str
    may_log: bool


class CallsState(RecordTab, rx.State):
    """The calls on screen, and the form of a new one."""

    calls: list[CallView] = []
    callers: list[CallerView] = []
    caller: str = ""
    """Which of the offered ones it was; empty for somebody else."""
    day: str = ""
    time: str = ""
    may_log: bool = False
    adding_to: CallView = CallView()
    add_open: bool = False
    add_error: str = ""
    add_key: int = 0

    names: ClassVar[Mapping[str, str]] = {
        "at": "When",
        "caller": "Caller",
        "person_id": "Caller",
        "relationship": "Relationship",
        "phone": "Phone",
        "topic": "Topic",
        "notes": "Notes",
    }
    topic: ClassVar[str] = "record_calls"

    _form_key: uuid.UUID | None = None

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show the latest calls."""
        self.add_open = False
        await self._open()

    @rx.event
    @needs(SEES)
    async def show_more(self):
        """Show earlier ones as well."""
        await self._show_more()

    @rx.event
    @needs(LOGS)
    async def start_new(self):
        """Open the form of a call that is just over."""
        read, callers = await work(_callers, self._record)
        now = clock.now().astimezone(read.zone)
        self.day, self.time = now.date().isoformat(), f"{now:%H:%M}"
        self.callers = [_caller(each, read.region) for each in callers]
        self.caller = self.callers[0].id if self.callers else ""
        self._form_key = uuid.uuid4()
        self._begin(NEW)

    @rx.event
    @needs(LOGS)
    async def choose_caller(self, person_id: Any):
        """It was one of those who are authorized, or somebody else."""
        known = {each.id for each in self.callers}
        self.caller = person_id if isinstance(person_id, str) and person_id in known else ""
        self.errors = self.errors | dict.fromkeys(("caller", "person_id", "phone"), "")

    @rx.event
    @needs(LOGS)
    async def save(self, form: dict[str, Any]):
        """Log the call for good, or say beside each field why not."""
        read = FilledIn(form)
        on, minute = read.day("day"), read.minute("time")
        at = None
        if read.complaints.pop("day", "") or on is None or minute is None:
            read.complaints["at"] = "Enter the day and the time of the call."
        else:
            zone = (await work(_read, self._record, 1)).zone
            at = local(on, minute, zone.key)
        person_id = whole_number(self.caller)
        self._wish = CallForm(
            at or clock.now(),
            read.text("topic"),
            read.prose("notes", calls.NOTES_LENGTH + 1),
            person_id,
            "" if person_id else read.text("caller"),
            "" if person_id else read.text("relationship"),
            "" if person_id else read.text("phone"),
            self._form_key,
        )
        if read.complaints:
            self._complain(NotAccepted(self._wish.complaints() | read.complaints))
            return None
        return await self._save()

    @rx.event
    @needs(LOGS)
    async def start_adding(self, call_id: Any):
        """Open the form of an addition."""
        wanted = whole_number(call_id)
        self.adding_to = next((each for each in self.calls if each.id == wanted), CallView())
        self.add_open, self.add_error = self.adding_to.id != 0, ""
        self.add_key += 1

    @rx.event
    @needs(LOGS)
    async def open_adding(self, opened: Any):
        """Close it."""
        if opened is not True:
            self.add_open = False

    @rx.event
    @needs(LOGS)
    async def add(self, form: dict[str, Any]):
        """Add to the call; what stands there stays."""
        notes = FilledIn(form).prose("notes", calls.NOTES_LENGTH + 1)
        if not self.add_open:  # pressed twice
            return None
        try:
            await work(calls.add_notes, self._record, self.adding_to.id, notes)
        except NotAccepted as refusal:
            self.add_error = refusal.message
            return None
        self.add_open = False
        await self._read_again(acting())
        return rx.toast.success("Follow-up added.")

    async def _show(self, actor: Actor) -> None:
        read = await work_as(actor, _read, self._record, self._shown + 1)
        self.calls = [_view(each, read) for each in self._part(read.rows)]
        self.may_log = read.may_log

    async def _write(self) -> str:
        await work(calls.log, self._record, self._wish)
        return "Call logged."


def _read(session: Session, actor: Actor, record: int, most: int) -> _Read:
    may_log = actor.may(LOGS) or not actor.reach(LOGS).nowhere
    return _Read(
        calls.listed(session, actor, record, most=most),
        days.zone(session),
        words.of(session, actor).clock24,
        customers.region(session),
        may_log,
    )


def _callers(session: Session, actor: Actor, record: int) -> tuple[_Read, list[Person]]:
    return _read(session, actor, record, 1), calls.callers(session, actor, record)


def _view(call: Call, read: _Read) -> CallView:
    return CallView(
        call.id,
        _when(call.at, read),
        call.caller,
        call.relationship,
        phones.shown(call.phone, read.region) if call.phone else "",
        f"tel:{call.phone}" if call.phone else "",
        call.topic,
        call.notes,
        f"{call.by}, noted {_when(call.made_at, read)}",
        [
            AddedView(each.notes, f"{each.by}, {_when(each.made_at, read)}")
            for each in call.additions
        ],
    )


def _when(at: datetime, read: _Read) -> str:
    day = at.astimezone(read.zone).date()
    return f"{short_day(day)}, {label(at, read.zone, read.clock24)}"


def _caller(person: Person, region: str) -> CallerView:
    phone = phones.shown(person.phone, region)
    return CallerView(str(person.id), person.name, f"{person.relationship} · {phone}")


keep_current(CallsState, "phone_call", "phone_call_addition")
