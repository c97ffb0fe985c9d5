"""The authorized absences of a customer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import reflex as rx
from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import absences, customers, days
from securecare.customers.absences import REASONS, AbsenceForm, AbsenceListed
from securecare.foundation import clock
from securecare.foundation.days import short_day
from securecare.foundation.forms import NotAccepted
from securecare.organization import words
from securecare.scheduling.local_time import label
from state.editing import NEW
from state.filled_in import FilledIn
from state.gate import needs
from state.read import whole_number
from state.record_tab import RecordTab, keep_current
from state.work import acting, work, work_as

SEES, CHANGES = Permission.VIEW_CUSTOMERS, Permission.EDIT_CUSTOMERS
_PROGRAMS = text("SELECT id, name FROM program WHERE active ORDER BY name")


@dataclass(frozen=True)
class AbsenceView:
    """A leave in words."""

    id: int = 0
    span: str = ""
    reason: str = ""
    reason_label: str = ""
    words: str = ""
    program: str = ""
    program_id: str = ""
    approver: str = ""
    approved: str = ""
    from_day: str = ""
    from_time: str = ""
    to_day: str = ""
    to_time: str = ""
    standing: str = "coming"
    """"now", "coming", "over" or "withdrawn"."""


@dataclass(frozen=True)
class _Read:
    """The leaves, and what is needed to say them."""

    rows: list[AbsenceListed]
    zone: ZoneInfo
    clock24: bool
    may_change: bool
    programs: list[list[str]]


class AbsenceState(RecordTab, rx.State):
    """The leaves of a customer, and the form of one."""

    leaves: list[AbsenceView] = []
    programs: list[list[str]] = []
    draft: AbsenceView = AbsenceView()
    may_change: bool = False

    names: ClassVar[Mapping[str, str]] = {
        "starts_at": "From",
        "ends_at": "Until",
        "reason": "Reason",
        "approver": "Approved by",
        "words": "Details",
        "program_id": "Program",
    }
    topic: ClassVar[str] = "record_absence"

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show the leaves."""
        await self._open()

    @rx.event
    @needs(SEES)
    async def show_more(self):
        """Show earlier leaves as well."""
        await self._show_more()

    @rx.event
    @needs(CHANGES)
    async def start_new(self):
        """Open an empty form."""
        self.draft = AbsenceView(approver=acting().name, from_time="09:00", to_time="17:00")
        self._begin(NEW)

    @rx.event
    @needs(CHANGES)
    async def edit(self, absence_id: Any):
        """Open the form of one."""
        await self._edit(whole_number(absence_id) or 0)

    @rx.event
    @needs(CHANGES)
    async def save(self, form: dict[str, Any]):
        """Save the open form, or say beside each field why not."""
        read = FilledIn(form)
        zone = (await work(_zone)).key
        starts_at = _moment(read, "starts_at", "from_day", "from_time", zone)
        ends_at = _moment(read, "ends_at", "to_day", "to_time", zone)
        now = clock.now()
        self._wish = AbsenceForm(
            starts_at or now,
            ends_at or now + timedelta(days=1),
            read.text("reason"),
            read.text("approver"),
            read.text("words"),
            read.id("program_id"),
        )
        if read.complaints:
            self._complain(NotAccepted(self._wish.complaints() | read.complaints))
            return None
        return await self._save()

    @rx.event
    @needs(CHANGES)
    async def withdraw(self, absence_id: Any):
        """The leave was taken back."""
        await work(absences.withdraw, self._record, whole_number(absence_id) or 0)
        await self._read_again(acting())
        return rx.toast.success(
            "Absence withdrawn. Appointments missed during it count as no-shows again."
        )

    async def _show(self, actor: Actor) -> None:
        read = await work_as(actor, _read, self._record, self._shown + 1)
        self.leaves = [_view(each, read) for each in self._part(read.rows)]
        self.programs, self.may_change = read.programs, read.may_change

    async def _edit(self, id_: int) -> None:
        read = await work(_read, self._record, self._shown + 1)
        row = next((each for each in read.rows if each.id == id_), None)
        if row is not None and row.withdrawn_at is None:
            self.draft = _view(row, read)
            self._begin(id_, row.version)

    async def _standing(self) -> tuple[AbsenceForm, int]:
        read = await work(_read, self._record, self._shown + 1)
        row = next(each for each in read.rows if each.id == self._editing)
        form = AbsenceForm(
            row.starts_at, row.ends_at, row.reason, row.approver, row.words, row.program_id
        )
        return form, row.version

    async def _write(self) -> str:
        if self._editing == NEW:
            await work(absences.add, self._record, self._wish)
        else:
            await work(absences.change, self._record, self._editing, self._version, self._wish)
        return "Absence saved."

    def _say(self, name: str, value: Any) -> str:
        if name == "reason":
            return REASONS.get(value, "–")
        if isinstance(value, datetime):
            return f"{short_day(value.date())}, {value:%H:%M} UTC"
        if name == "program_id":
            return dict(self.programs).get(str(value), "All programs")
        return super()._say(name, value)


def _moment(read: FilledIn, field: str, day: str, minute: str, zone: str) -> datetime | None:
    on, at = read.day(day), read.minute(minute)
    if read.complaints.pop(day, "") or on is None or at is None:
        read.complaints[field] = "Enter a day and a time."
        return None
    return local(on, at, zone)


def local(on: date, minute: int, zone: str) -> datetime:
    """That minute of that day there; the first of two where the clocks go back."""
    return datetime(on.year, on.month, on.day, minute // 60, minute % 60, tzinfo=ZoneInfo(zone))


def _zone(session: Session, actor: Actor) -> ZoneInfo:
    del actor
    return days.zone(session)


def _read(session: Session, actor: Actor, record: int, most: int) -> _Read:
    return _Read(
        absences.listed(session, actor, record, most=most),
        days.zone(session),
        words.of(session, actor).clock24,
        customers.may_change(session, actor, record),
        [[str(row.id), row.name] for row in session.execute(_PROGRAMS)],
    )


def _view(row: AbsenceListed, read: _Read) -> AbsenceView:
    first, last = row.starts_at.astimezone(read.zone), row.ends_at.astimezone(read.zone)
    now = clock.now()
    standing = "over" if row.ends_at <= now else "now" if row.starts_at <= now else "coming"
    begins, ends = (label(at, read.zone, read.clock24) for at in (row.starts_at, row.ends_at))
    until = ends if first.date() == last.date() else f"{short_day(last.date())}, {ends}"
    return AbsenceView(
        row.id,
        f"{short_day(first.date())}, {begins} – {until}",
        row.reason,
        REASONS[row.reason],
        row.words,
        row.program or "All programs",
        str(row.program_id or ""),
        row.approver,
        short_day(row.approved_at.astimezone(read.zone).date()),
        first.date().isoformat(),
        f"{first:%H:%M}",
        last.date().isoformat(),
        f"{last:%H:%M}",
        "withdrawn" if row.withdrawn_at else standing,
    )


keep_current(AbsenceState, "absence")
