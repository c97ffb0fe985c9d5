"""The appointments of a customer, those to come and those that are over."""

from dataclasses import dataclass
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.organization import words
from securecare.scheduling import of_customer
from securecare.scheduling.local_time import label, local_day, place_of
from securecare.scheduling.of_customer import PAGE, Filters, Listed, Page, Position
from securecare.scheduling.statuses import AppointmentStatus
from state.gate import needs
from state.read import whole_number
from state.record_tab import RecordTab, keep_current
from state.work import acting, work, work_as

SEES = Permission.VIEW_SCHEDULE


@dataclass(frozen=True)
class AppointmentView:
    """One appointment in words."""

    id: int
    day: str
    times: str
    clock: str
    """Where the clock hangs that shows them."""
    status: str
    program: str
    colour: int
    facility: str
    staff: str
    note: str
    private: bool
    href: str


@dataclass(frozen=True)
class _Read:
    coming: Page
    past: Page
    programs: list[tuple[int, str]]
    clock24: bool
    may_book: bool


class AppointmentsState(RecordTab, rx.State):
    """The appointments on screen, and what they are narrowed to."""

    coming: list[AppointmentView] = []
    past: list[AppointmentView] = []
    more_coming: bool = False
    more_past: bool = False
    programs: list[list[str]] = []
    status: str = ""
    program: str = ""
    may_book: bool = False
    book_href: str = ""

    topic: ClassVar[str] = "record_appointments"

    _following: dict[str, Position | None] = {"coming": None, "past": None}

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show what is next and what was last, of every status and program."""
        self.status = self.program = ""
        self.coming = self.past = []
        await self._open()

    @rx.event
    @needs(SEES)
    async def show_more(self, when: Any):
        """Show those after the last one to come, or those before the first that is over."""
        if when not in ("coming", "past") or self._following[when] is None:
            return
        since = self._following[when]
        read, clock24 = await work(_more, self._record, when, since, self._filters())
        rows = [_view(row, clock24) for row in read.rows]
        if when == "coming":
            self.coming, self.more_coming = self.coming + rows, read.following is not None
        else:
            self.past, self.more_past = self.past + rows, read.following is not None
        self._following = self._following | {when: read.following}

    @rx.event
    @needs(SEES)
    async def narrow_to_status(self, status: Any):
        """Show one status only, or all."""
        known = {each.value for each in AppointmentStatus}
        self.status = status if isinstance(status, str) and status in known else ""
        await self._narrowed()

    @rx.event
    @needs(SEES)
    async def narrow_to_program(self, program_id: Any):
        """Show one program only, or all."""
        wanted = str(whole_number(program_id) or "")
        self.program = wanted if wanted in {each[0] for each in self.programs} else ""
        await self._narrowed()

    async def _narrowed(self) -> None:
        self.coming = self.past = []
        await self._read_again(acting())

    def _filters(self) -> Filters:
        status = AppointmentStatus(self.status) if self.status else None
        return Filters(status, whole_number(self.program))

    async def _show(self, actor: Actor) -> None:
        sizes = [max(PAGE, len(rows)) for rows in (self.coming, self.past)]
        read = await work_as(actor, _read, self._record, self._filters(), *sizes)
        self.coming = [_view(row, read.clock24) for row in read.coming.rows]
        self.past = [_view(row, read.clock24) for row in read.past.rows]
        self._following = {"coming": read.coming.following, "past": read.past.following}
        self.more_coming = read.coming.following is not None
        self.more_past = read.past.following is not None
        self.programs = [[str(id_), name] for id_, name in read.programs]
        self.may_book = read.may_book
        self.book_href = f"/schedule?new=1&customer={self._record}"


def _read(
    session: Session,
    actor: Actor,
    record: int,
    filters: Filters,
    coming: int = PAGE,
    past: int = PAGE,
) -> _Read:
    def page(when: of_customer.When, size: int) -> Page:
        return of_customer.page(session, actor, record, when, filters=filters, size=size)

    return _Read(
        page("coming", coming),
        page("past", past),
        of_customer.programs(session, actor, record),
        words.of(session, actor).clock24,
        actor.may(Permission.BOOK),
    )


def _more(
    session: Session,
    actor: Actor,
    record: int,
    when: of_customer.When,
    since: Position,
    filters: Filters,
) -> tuple[Page, bool]:
    read = of_customer.page(session, actor, record, when, since, filters)
    return read, words.of(session, actor).clock24


def _view(row: Listed, clock24: bool) -> AppointmentView:
    zone = ZoneInfo(row.time_zone)
    day = local_day(row.starts_at, zone)
    from_, to = (label(at, zone, clock24) for at in (row.starts_at, row.ends_at))
    return AppointmentView(
        row.id,
        f"{day:%a}, {day:%b} {day.day}, {day.year}",
        f"{from_} – {to}",
        place_of(zone),
        row.status.value,
        row.program,
        row.colour,
        row.facility,
        row.staff,
        row.public_note,
        row.has_private_note,
        of_customer.href(row.id, row.starts_at, row.time_zone),
    )


keep_current(
    AppointmentsState, "appointment", "absence", "facility", "program", "staff", "organization"
)
