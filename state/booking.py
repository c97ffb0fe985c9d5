"""Booking an appointment from the schedule: the form, the customer search, and drags on the grid."""

import uuid
from typing import Any, TypedDict

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import search, visibility
from securecare.foundation.errors import DomainError
from securecare.scheduling import day as days
from securecare.scheduling import record
from securecare.scheduling.appointments import Move, Wish
from securecare.scheduling.booking_facts import WallTime
from securecare.scheduling.day_axis import OutsideDay
from securecare.scheduling.local_time import TimeDoesNotExist, local_day, minute_of_day
from state.attempts import BookingPanel, attempt, complaint_of, new_form_key
from state.gate import needs
from state.read import calendar_day, line, prose, whole_number
from state.schedule import ScheduleState
from state.schedule_read import Interest
from state.work import acting, work

SUGGESTIONS = 10
FIELDS = ("customer", "program_id", "staff_id", "facility_id", "day", "time", "duration", "form")
NO_ERRORS = dict.fromkeys(FIELDS, "")


Option = tuple[str, str]
"""Value and label of one choice of a list in a form."""


class Found(TypedDict):
    """A customer that the search found."""

    id: int
    name: str
    detail: str


class BookingState(rx.State):
    """The booking form, as it is opened and as it answers. What is typed lives in the form."""

    day: str = ""
    time: str = ""
    duration: str = ""
    staff_id: str = ""
    facility_id: str = ""
    program_id: str = ""
    customer_id: int = 0
    customer_name: str = ""
    found: list[Found] = []
    searched: str = ""
    staff_options: list[Option] = []
    facility_options: list[Option] = []
    program_options: list[Option] = []
    may_write_private: bool = False
    errors: dict[str, str] = NO_ERRORS

    _form_key: uuid.UUID | None = None

    @rx.event
    @needs(Permission.BOOK)
    async def start(self):
        """Open the form for the day on screen, without a time."""
        schedule = await self.get_state(ScheduleState)
        await _open_form(self, schedule.day, "", None, None, None)

    @rx.event
    @needs(Permission.VIEW_SCHEDULE)
    async def start_if_asked(self):
        """Open the form if the page's address asks for it, as the command palette does.

        The address may name the customer too, as a customer's record does.
        """
        asked = self.router.url.query_parameters
        if not asked.get("new") or not acting().may(Permission.BOOK):
            return
        schedule = await self.get_state(ScheduleState)
        await _open_form(self, schedule.day, "", None, None, None)
        if (customer_id := whole_number(asked.get("customer"))) is not None:
            self.customer_name = await work(_name_of, customer_id)
            self.customer_id = customer_id

    @rx.event
    @needs(Permission.BOOK)
    async def gesture(self, form: dict[str, Any]):
        """What was done on the grid: time was marked, or an appointment was dragged."""
        schedule = await self.get_state(ScheduleState)
        interest = schedule._interest
        if interest is None or not isinstance(form, dict):
            return None
        staff_id = whole_number(form.get("staff_id"))
        start = whole_number(form.get("start"), 0, 2880)
        length = whole_number(form.get("length"), 5, 1440)
        if staff_id not in interest.staff_ids or staff_id is None or start is None:
            return None
        if form.get("kind") == "book":
            return await self._mark_time(interest, staff_id, start, length)
        appointment_id = whole_number(form.get("appointment_id"))
        version = whole_number(form.get("version"))
        if appointment_id is None or version is None:
            return None
        return await self._drag(interest, staff_id, start, length, appointment_id, version)

    async def _mark_time(
        self, interest: Interest, staff_id: int, start: int, length: int | None
    ) -> Any:
        facility_id = await work(days.facility_for, staff_id, interest.frame.axis, start)
        zone = interest.frame.zones[facility_id]
        try:
            at = interest.frame.axis.instant_at(start, zone)
        except TimeDoesNotExist as refused:
            return rx.toast.warning(refused.message)
        except OutsideDay:
            return None
        minute = minute_of_day(at, zone)
        day = local_day(at, zone).isoformat()
        time = f"{minute // 60:02}:{minute % 60:02}"
        await _open_form(self, day, time, length, staff_id, facility_id)
        return None

    async def _drag(
        self,
        interest: Interest,
        staff_id: int,
        start: int,
        length: int | None,
        appointment_id: int,
        version: int,
    ) -> Any:
        present = await work(record.read, appointment_id, audited=False)
        facility_id = present.facility_id
        if staff_id != present.staff_id:
            facility_id = await work(days.facility_for, staff_id, interest.frame.axis, start)
        zone = interest.frame.zones[facility_id]
        try:
            when = interest.frame.axis.instant_at(start, zone)
        except (TimeDoesNotExist, OutsideDay) as refused:
            return rx.toast.warning(refused.message)
        wish = Move(
            appointment_id,
            version,
            staff_id=staff_id,
            facility_id=facility_id,
            when=present.starts_at if length is not None else when,
            duration_minutes=length,
        )
        return await attempt(self, wish)

    @rx.event
    @needs(Permission.BOOK)
    async def search_customer(self, text: str):
        """Find customers while their name, number, phone or birth date is being typed."""
        words = line(text, 80)
        self.searched = words
        self.customer_id = 0
        if not words:
            self.found = []
            return
        rows = await work(search.find, words, SUGGESTIONS)
        self.found = [Found(id=r.id, name=r.name, detail=r.detail) for r in rows]

    @rx.event
    @needs(Permission.BOOK)
    async def choose_customer(self, customer_id: int):
        """Take one of those that were found."""
        chosen = next((f for f in self.found if f["id"] == customer_id), None)
        if chosen is None:
            return
        self.customer_id = chosen["id"]
        self.customer_name = chosen["name"]
        self.found = []
        self.errors = self.errors | {"customer": ""}

    @rx.event
    @needs(Permission.BOOK)
    async def forget_customer(self):
        """Search for somebody else."""
        self.customer_id = 0
        self.customer_name = ""

    @rx.event
    @needs(Permission.BOOK)
    async def submit(self, form: dict[str, Any]):
        """Book what the form says, or say beside each field what is missing."""
        wish = self._read(form if isinstance(form, dict) else {})
        if isinstance(wish, dict):
            self.errors = NO_ERRORS | wish
            return None
        self.errors = NO_ERRORS
        try:
            return await attempt(self, wish)
        except DomainError as complaint:
            if complaint.field is None:
                raise
            self.errors = NO_ERRORS | complaint_of(complaint)
            return None

    def _read(self, form: dict[str, Any]) -> Wish | dict[str, str]:
        errors: dict[str, str] = {}
        ids = {
            name: whole_number(form.get(name)) for name in ("program_id", "staff_id", "facility_id")
        }
        for name, what in (
            ("program_id", "a program"),
            ("staff_id", "a staff member"),
            ("facility_id", "a facility"),
        ):
            if ids[name] is None:
                errors[name] = f"Choose {what}."
        when, complaints = read_wall_time(form)
        errors |= complaints
        if not self.customer_id:
            errors["customer"] = (
                "Find the person by name, phone, number or birth date, and choose them."
            )
        duration = whole_number(form.get("duration"), 5, 1440)
        if form.get("duration") and duration is None:
            errors["duration"] = "An appointment lasts from 5 minutes to 24 hours."
        if errors or when is None:
            return errors
        return Wish(
            customer_id=self.customer_id,
            program_id=ids["program_id"] or 0,
            staff_id=ids["staff_id"] or 0,
            facility_id=ids["facility_id"] or 0,
            when=when,
            duration_minutes=duration,
            public_note=prose(form.get("public_note")),
            private_note=prose(form.get("private_note")),
            form_key=self._form_key,
        )

    @rx.event
    @needs(Permission.BOOK)
    async def close(self, shown: bool = False):
        """Leave the form without booking."""
        if shown is not True:
            panel = await self.get_state(BookingPanel)
            panel.open = False
            self._leave()

    def _leave(self) -> None:
        self.customer_id = 0
        self.customer_name = ""
        self.found = []
        self.searched = ""
        self.errors = NO_ERRORS


def read_wall_time(form: dict[str, Any]) -> tuple[WallTime | None, dict[str, str]]:
    """The date and time fields of a form, and what is wrong with them."""
    errors: dict[str, str] = {}
    day = calendar_day(form.get("day"))
    if day is None:
        errors["day"] = "Give the date."
    minute = clock_minute(form.get("time"))
    if minute is None:
        errors["time"] = "Give the time at which it starts."
    if day is None or minute is None:
        return None, errors
    return WallTime(day, minute), errors


def clock_minute(value: Any) -> int | None:
    """A time as in "14:30" as a minute of the day."""
    hour, colon, minute = value.partition(":") if isinstance(value, str) else ("", "", "")
    if not colon:
        return None
    hours, minutes = whole_number(hour, 0, 23), whole_number(minute[:2], 0, 59)
    return None if hours is None or minutes is None else hours * 60 + minutes


def _name_of(session: Session, actor: Actor, customer_id: int) -> str:
    row = visibility.customer(session, actor, customer_id)
    return f"{row.given_name} {row.family_name}"


async def _open_form(
    state: BookingState,
    day: str,
    time: str,
    length: int | None,
    staff_id: int | None,
    facility_id: int | None,
) -> None:
    choices = await work(days.booking_choices)
    actor = acting()
    home = next((p for p in choices.staff if p.id == staff_id), None)
    lead = next((p for p in choices.programs if p.lead_staff_id == staff_id and staff_id), None)
    state._leave()
    state._form_key = new_form_key()
    state.day, state.time = day, time
    state.duration = str(length or "")
    state.staff_id = str(staff_id or "")
    state.facility_id = str(facility_id or (home.facility_id if home else "") or "")
    state.program_id = str(lead.id) if lead else ""
    state.staff_options = [(str(p.id), p.name) for p in choices.staff]
    state.facility_options = [(str(p.id), p.name) for p in choices.places]
    state.program_options = [
        (str(p.id), f"{p.name} · {p.duration_minutes} min") for p in choices.programs
    ]
    state.may_write_private = actor.may(Permission.WRITE_PRIVATE_NOTES)
    panel = await state.get_state(BookingPanel)
    panel.shown += 1
    panel.open = True
