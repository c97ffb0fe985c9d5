"""The drawer of one appointment: what it is, changing it, its history, and who else is at it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation.days import long_day
from securecare.foundation.errors import DomainError
from securecare.organization import words
from securecare.scheduling import day as days
from securecare.scheduling import history, presence, record
from securecare.scheduling.appointments import Move
from securecare.scheduling.booking_facts import WallTime
from securecare.scheduling.errors import ChangedMeanwhile
from securecare.scheduling.local_time import clock_label, label, local_day, minute_of_day
from securecare.scheduling.record import Notes, Record
from securecare.scheduling.statuses import AppointmentStatus
from state.attempts import attempt, complaint_of
from state.booking import NO_ERRORS, Option, read_wall_time
from state.gate import needs
from state.live import hub
from state.read import prose, whole_number
from state.work import work

TOPIC = "appointment"


class Shown(TypedDict):
    """An appointment as the drawer shows it."""

    id: int
    version: int
    customer: str
    number: int
    program: str
    colour: int
    staff: str
    facility: str
    zone: str
    day: str
    times: str
    status: str
    forced: bool
    reason: str
    public_note: str
    private_note: str
    quiet: bool
    made: str
    former: str


class Line(TypedDict):
    """One line of the history."""

    at: str
    who: str
    what: str
    reason: str


@dataclass(frozen=True)
class Opened:
    """Everything the drawer needs, read in one transaction."""

    record: Record
    deeds: list[history.Deed]
    present: list[presence.Present]
    choices: days.BookingChoices | None
    clock24: bool


EMPTY = Shown(
    id=0,
    version=0,
    customer="",
    number=0,
    program="",
    colour=0,
    staff="",
    facility="",
    zone="",
    day="",
    times="",
    status="booked",
    forced=False,
    reason="",
    public_note="",
    private_note="",
    quiet=False,
    made="",
    former="",
)


class AppointmentState(rx.State):
    """The appointment that is open. What is being typed lives in its forms until it is saved."""

    is_open: bool = False
    shown: Shown = EMPTY
    opened: int = 0
    """Counts the times something was opened, so that its forms start afresh."""
    day: str = ""
    time: str = ""
    duration: str = ""
    staff_id: str = ""
    facility_id: str = ""
    staff_options: list[Option] = []
    facility_options: list[Option] = []
    next_statuses: list[Option] = []
    lines: list[Line] = []
    others: list[str] = []
    editing: bool = False
    clock24: bool = False
    may_change: bool = False
    may_read_private: bool = False
    may_write_private: bool = False
    errors: dict[str, str] = NO_ERRORS
    theirs: Shown = EMPTY
    """The version that somebody else made meanwhile, beside what was typed here."""
    theirs_by: str = ""
    mine_public: str = ""
    mine_private: str = ""
    mine_time: str = ""
    """The time that was wished here, if it is a move that somebody else's change came before."""

    _wish: Move | None = None

    @rx.event
    @needs(Permission.VIEW_SCHEDULE)
    async def open(self, appointment_id: int):
        """Open an appointment."""
        await self._open(appointment_id)

    @rx.event
    @needs(Permission.VIEW_SCHEDULE)
    async def open_if_asked(self):
        """Open the appointment that the page's address names, as a customer's record does."""
        await self._open(self.router.url.query_parameters.get("appointment"))

    async def _open(self, appointment_id: Any) -> None:
        number = whole_number(appointment_id)
        if number is None:
            return
        opened = await work(_open, number, True, False)
        self.opened += 1
        self.editing = False
        self._fill(opened)
        self._forget_conflict()
        self.is_open = True
        hub.watch(TOPIC, self, number)

    @rx.event
    @needs(Permission.VIEW_SCHEDULE)
    async def close(self, shown: bool = False):
        """Close the drawer."""
        if shown is True or not self.is_open:
            return
        self.is_open = False
        hub.leave(TOPIC, self)
        await work(presence.leave, self.shown["id"])
        self.shown = EMPTY
        self._forget_conflict()

    @rx.event
    @needs(Permission.BOOK)
    async def edit(self, editing: bool):
        """Begin to change time, staff or notes, or stop; others see it."""
        if self.is_open:
            self.editing = editing is True
            self.errors = NO_ERRORS
            await work(presence.announce, self.shown["id"], self.editing)

    @rx.event
    @needs(Permission.BOOK)
    async def set_status(self, status: str):
        """Take a step, as from Booked to Arrived."""
        if status not in [str(each) for each in AppointmentStatus] or not self.is_open:
            return None
        wanted = AppointmentStatus(status)
        try:
            changed = await work(
                record.change_status, self.shown["id"], self.shown["version"], wanted
            )
        except ChangedMeanwhile as conflict:
            await self._read_again()
            return rx.toast.warning(
                f"{conflict.changed_by} changed this appointment a moment ago."
                " This is how it is now; choose again."
            )
        await self._read_again()
        if changed.present is AppointmentStatus.ABSENT:
            return rx.toast.success("Within an authorized absence: it counts as that.")
        return rx.toast.success(f"Set to {wanted.label}.")

    @rx.event
    @needs(Permission.BOOK)
    async def move(self, form: dict[str, Any]):
        """Give it the date, time, length, staff member and facility of the form."""
        if not isinstance(form, dict) or not self.is_open:
            return None
        when, errors = read_wall_time(form)
        duration = whole_number(form.get("duration"), 5, 1440)
        if duration is None:
            errors["duration"] = "An appointment lasts from 5 minutes to 24 hours."
        self.errors = NO_ERRORS | errors
        if errors or when is None:
            return None
        wish = Move(
            self.shown["id"],
            self.shown["version"],
            staff_id=whole_number(form.get("staff_id")),
            facility_id=whole_number(form.get("facility_id")),
            when=when,
            duration_minutes=duration,
        )
        return await self._move(wish)

    async def _move(self, wish: Move) -> Any:
        try:
            answer = await attempt(self, wish)
        except ChangedMeanwhile as conflict:
            await self._show_theirs(conflict.changed_by)
            self._wish = wish
            self.mine_time = self._said(wish)
            return None
        except DomainError as complaint:
            if complaint.field is None:
                raise
            self.errors = NO_ERRORS | complaint_of(complaint)
            return None
        await self._read_again()
        return answer

    def _said(self, wish: Move) -> str:
        people = dict(self.staff_options)
        when = wish.when
        at = (
            f"{long_day(when.day)}, {clock_label(when.minute, self.clock24)}"
            if isinstance(when, WallTime)
            else ""
        )
        return ", ".join(filter(None, (at, people.get(str(wish.staff_id), ""))))

    @rx.event
    @needs(Permission.BOOK)
    async def write_notes(self, form: dict[str, Any]):
        """Save the notes of the form; if somebody else was faster, show both versions."""
        if not isinstance(form, dict) or not self.is_open:
            return None
        public = prose(form.get("public_note"))
        private = prose(form.get("private_note")) if self.may_write_private else None
        return await self._save_notes(public, private, self.shown["version"])

    @rx.event
    @needs(Permission.BOOK)
    async def keep_mine(self):
        """Of two versions, keep one's own."""
        if not self.theirs_by:
            return None
        if self._wish is not None:
            wish = replace(self._wish, version=self.theirs["version"])
            self._forget_conflict()
            return await self._move(wish)
        public = self.mine_public
        private = self.mine_private if self.may_write_private else None
        version = self.theirs["version"]
        self._forget_conflict()
        return await self._save_notes(public, private, version)

    @rx.event
    @needs(Permission.BOOK)
    async def keep_theirs(self):
        """Of two versions, keep the other one."""
        if self.theirs_by:
            self._forget_conflict()
            self.opened += 1
            await self._read_again()

    async def _save_notes(self, public: str, private: str | None, version: int) -> Any:
        notes = Notes(self.shown["id"], version, public, private)
        try:
            await work(record.write_notes, notes)
        except ChangedMeanwhile as conflict:
            await self._show_theirs(conflict.changed_by)
            self.mine_public, self.mine_private = public, private or ""
            return None
        await self._read_again()
        return rx.toast.success("Notes saved.")

    async def _show_theirs(self, changed_by: str) -> None:
        self.theirs = _shown(await work(_open, self.shown["id"], False, True))
        self.theirs_by = changed_by

    async def _read_again(self) -> None:
        self._fill(await work(_open, self.shown["id"], False, self.editing))

    def _forget_conflict(self) -> None:
        self.theirs, self.theirs_by, self.mine_public, self.mine_private = EMPTY, "", "", ""
        self.mine_time, self._wish = "", None

    def _fill(self, opened: Opened) -> None:
        fill(self, opened)


def fill(state: AppointmentState, opened: Opened) -> None:
    """Show what was read. Fields that are being typed into keep what was typed."""
    read = opened.record
    zone = ZoneInfo(read.time_zone)
    minute = minute_of_day(read.starts_at, zone)
    state.shown = _shown(opened)
    state.day = local_day(read.starts_at, zone).isoformat()
    state.time = f"{minute // 60:02}:{minute % 60:02}"
    state.duration = str(int((read.ends_at - read.starts_at).total_seconds() // 60))
    state.staff_id, state.facility_id = str(read.staff_id), str(read.facility_id)
    if opened.choices:
        state.staff_options = [(str(p.id), p.name) for p in opened.choices.staff]
        state.facility_options = [(str(p.id), p.name) for p in opened.choices.places]
    state.next_statuses = [(s.value, s.label) for s in read.next_statuses]
    state.lines = [
        Line(at=_moment(d.at, zone, opened.clock24), who=d.actor, what=d.what, reason=d.reason)
        for d in opened.deeds
    ]
    state.others = [_who(each) for each in opened.present]
    state.clock24 = opened.clock24
    state.may_change = read.may_change
    state.may_read_private = read.private_note is not None
    state.may_write_private = read.may_write_private


def read_quietly(session: Session, actor: Actor, appointment_id: int) -> Opened:
    """Read again what is open already, because somebody changed it: no new look, no new word."""
    return _read(
        session, actor, appointment_id, False, presence.others(session, actor, appointment_id)
    )


def _open(session: Session, actor: Actor, appointment_id: int, look: bool, editing: bool) -> Opened:
    present = presence.announce(session, actor, appointment_id, editing)
    return _read(session, actor, appointment_id, look, present)


def _read(
    session: Session,
    actor: Actor,
    appointment_id: int,
    look: bool,
    present: list[presence.Present],
) -> Opened:
    read = record.read(session, actor, appointment_id, audited=look)
    return Opened(
        read,
        history.of_appointment(session, actor, appointment_id),
        present,
        days.booking_choices(session, actor) if read.may_change else None,
        words.of(session, actor).clock24,
    )


def _shown(opened: Opened) -> Shown:
    read = opened.record
    zone = ZoneInfo(read.time_zone)
    from_, to = (label(at, zone, opened.clock24) for at in (read.starts_at, read.ends_at))
    former = AppointmentStatus(read.former_status).label if read.former_status else ""
    return Shown(
        id=read.id,
        version=read.version,
        customer=read.customer_name,
        number=read.customer_number,
        program=read.program_name,
        colour=read.colour,
        staff=read.staff_name,
        facility=read.facility_name,
        zone=read.time_zone.rsplit("/", 1)[-1].replace("_", " "),
        day=long_day(local_day(read.starts_at, zone)),
        times=f"{from_} – {to}",
        status=read.status.value,
        forced=read.forced,
        reason=read.override_reason,
        public_note=read.public_note,
        private_note=read.private_note or "",
        quiet=not read.notify_customer,
        made=f"{_moment(read.created_at, zone, opened.clock24)}"
        + (f" by {read.created_by}" if read.created_by else ""),
        former=former,
    )


def _moment(at: datetime, zone: ZoneInfo, clock24: bool) -> str:
    day = local_day(at, zone)
    return f"{day:%b} {day.day}, {label(at, zone, clock24)}"


def _who(present: presence.Present) -> str:
    return f"{present.name} is {'editing' if present.editing else 'looking at'} this now"
