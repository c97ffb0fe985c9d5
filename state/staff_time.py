"""Staff time on the session that the address names: noted, corrected, counted against grants.

A session's page adds `StaffTimeState.open_page` to its `on_load`, and shows
`components.staff_time.staff_time_panel()`.
"""

from dataclasses import dataclass
from typing import Any

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.foundation.money import NotMoney, format_cents, parse_cents, plain_cents
from securecare.grants import grants
from securecare.outreach import claims, staff_time
from securecare.outreach.claims import CLAIM_LABELS
from securecare.outreach.staff_time import Worked
from state.filled_in import FilledIn
from state.gate import needs
from state.live import hub
from state.live_pages import live_page
from state.read import whole_number
from state.work import acting, work, work_as

TOPIC = "staff_time"
SEES, RUNS = Permission.VIEW_OUTREACH, Permission.RUN_OUTREACH
COUNTS = Permission.EDIT_GRANTS
FIELDS = ("staff_id", "minutes", "rate_cents")


@dataclass(frozen=True)
class TimeView:
    """Somebody's time as the panel shows it; money is "" for those who may not see grants."""

    id: int = 0
    name: str = ""
    time: str = ""
    minutes: str = ""
    rate: str = ""
    plain_rate: str = ""
    wages: str = ""
    counted: str = ""
    """What grants pay of it, in words."""
    is_counted: bool = False


@dataclass(frozen=True)
class _Read:
    rows: list[Worked]
    people: list[tuple[int, str]]
    grants: list[tuple[int, str]]
    sees_money: bool
    may_note: bool
    may_count: bool
    may_set_rate: bool


class StaffTimeState(rx.State):
    """The panel of one session."""

    loaded: bool = False
    rows: list[TimeView] = []
    total: str = ""
    total_wages: str = ""
    people: list[tuple[str, str]] = []
    grants: list[tuple[str, str]] = []
    sees_money: bool = False
    may_note: bool = False
    may_count: bool = False
    may_set_rate: bool = False
    form_open: bool = False
    form_key: int = 0
    draft: TimeView = TimeView()
    errors: dict[str, str] = dict.fromkeys(FIELDS, "")
    counting: TimeView = TimeView()
    counting_open: bool = False
    count_error: str = ""

    _session: int = 0
    _editing: int = 0
    _version: int = 0

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show the time on the session that the address names, and keep it current."""
        self.loaded = self.form_open = self.counting_open = False
        self._session = whole_number(self.router.url.path.rstrip("/").rpartition("/")[2]) or 0
        if self._session:
            hub.watch(TOPIC, self, self._session)
            await self._read_again(acting())

    @rx.event
    @needs(RUNS)
    async def start(self):
        """Open an empty form."""
        self._edit(TimeView(), 0)

    @rx.event
    @needs(RUNS)
    async def edit(self, staff_time_id: int):
        """Open the form of a note."""
        row = await self._row(staff_time_id)
        if row is not None:
            self._edit(_view(row), row.version)

    @rx.event
    @needs(SEES)
    async def open_form(self, opened: bool):
        """Close the form; only its own buttons open it."""
        if opened is not True:
            self.form_open = False

    @rx.event
    @needs(RUNS)
    async def save(self, form: dict[str, Any]):
        """Save the note, or say beside each field why not."""
        read = FilledIn(form)
        minutes, rate = read.number("minutes"), _rate(read)
        person = read.id("staff_id")
        if not self._editing and person is None:
            read.complaints["staff_id"] = "Choose who worked."
        try:
            read.require_accepted({})
            if self._editing:
                await work(staff_time.change, self._editing, self._version, minutes, rate)
            else:
                await work(staff_time.note, self._session, person or 0, minutes, rate)
        except NotAccepted as refusal:
            self.errors = dict.fromkeys(FIELDS, "") | refusal.complaints
            return None
        except (Overtaken, staff_time.CountedAlready, staff_time.NotHeld) as refusal:
            self.form_open = False
            await self._read_again(acting())
            return rx.toast.error(refusal.message)
        self.form_open = False
        await self._read_again(acting())
        return None

    @rx.event
    @needs(RUNS)
    async def remove(self, staff_time_id: int):
        """Take a note back."""
        await work(staff_time.remove, whole_number(staff_time_id) or 0)
        await self._read_again(acting())

    @rx.event
    @needs(COUNTS)
    async def start_counting(self, staff_time_id: int):
        """Ask which grant pays for it."""
        row = await self._row(staff_time_id)
        if row is not None:
            self.counting, self.count_error = _view(row), ""
            self.form_key += 1
            self.counting_open = True

    @rx.event
    @needs(SEES)
    async def open_counting(self, opened: bool):
        """Leave it uncounted."""
        if opened is not True:
            self.counting_open = False

    @rx.event
    @needs(COUNTS)
    async def count(self, form: dict[str, Any]):
        """Count the time against the chosen grant."""
        read = FilledIn(form)
        grant = read.id("grant_id")
        kinds = [kind for kind in CLAIM_LABELS if read.flag(kind)]
        if grant is None or not kinds:
            self.count_error = "Choose a grant, and wages, benefits or both."
            return None
        try:
            done = await work(claims.claim, self.counting.id, grant, kinds)
        except DomainError as refusal:
            self.count_error = refusal.message
            return None
        self.counting_open = False
        await self._read_again(acting())
        said = f"{format_cents(done.total_cents)} counted against {done.grant}."
        if done.over_by_cents:
            over = format_cents(done.over_by_cents)
            return rx.toast.warning(f"{said} It is now over its amount by {over}.", duration=12000)
        return rx.toast.success(said)

    @rx.event
    @needs(COUNTS)
    async def withdraw(self, staff_time_id: int):
        """Count the time against no grant any more."""
        free = await work(claims.withdraw, whole_number(staff_time_id) or 0)
        await self._read_again(acting())
        return rx.toast.success(f"{format_cents(free)} withdrawn from the grant.")

    def _edit(self, draft: TimeView, version: int) -> None:
        self._editing, self._version, self.draft = draft.id, version, draft
        self.errors = dict.fromkeys(FIELDS, "")
        self.form_key += 1
        self.form_open = True

    async def _row(self, staff_time_id: Any) -> Worked | None:
        wanted = whole_number(staff_time_id)
        rows = await work(staff_time.of_session, self._session)
        return next((row for row in rows if row.id == wanted), None)

    async def _read_again(self, actor: Actor) -> None:
        if not self._session:
            return
        found = await work_as(actor, _read, self._session)
        self.rows = [_view(row) for row in found.rows]
        self.total = _time(sum(row.minutes for row in found.rows))
        self.total_wages = (
            format_cents(sum(row.wages_cents or 0 for row in found.rows))
            if found.sees_money
            else ""
        )
        noted = {row.staff_id for row in found.rows}
        self.people = [(str(id_), name) for id_, name in found.people if id_ not in noted]
        self.grants = [(str(id_), name) for id_, name in found.grants]
        self.sees_money = found.sees_money
        self.may_note, self.may_count = found.may_note, found.may_count
        self.may_set_rate = found.may_set_rate
        self.loaded = True


def _read(session: Session, actor: Actor, session_id: int) -> _Read:
    at = staff_time.occasion_of(session, actor, session_id, SEES)
    may_note = actor.may(RUNS, at.facility_id) and at.status != "cancelled"
    may_count = actor.may(COUNTS, at.facility_id) and at.status == "completed"
    covering = grants.covering(session, actor, at.held_on) if may_count else []
    return _Read(
        staff_time.of_session(session, actor, session_id),
        staff_time.who_may_work(session, actor) if may_note else [],
        [(each.id, each.form.name) for each in covering],
        actor.may(Permission.VIEW_GRANTS, at.facility_id),
        may_note,
        may_count,
        actor.may(COUNTS, at.facility_id),
    )


def _rate(read: FilledIn) -> int | None:
    typed = read.text("rate_cents")
    if not typed:
        return None
    try:
        return parse_cents(typed)
    except NotMoney as refusal:
        read.complaints["rate_cents"] = refusal.message
        return None


def _time(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02} min" if hours else f"{rest} min"


def _view(row: Worked) -> TimeView:
    money = row.rate_cents is not None
    return TimeView(
        row.id,
        row.name,
        _time(row.minutes),
        str(row.minutes),
        f"{format_cents(row.rate_cents or 0)} an hour" if row.rate_cents else "",
        plain_cents(row.rate_cents or 0) if row.rate_cents else "",
        format_cents(row.wages_cents or 0) if money else "",
        " · ".join(
            f"{CLAIM_LABELS[each.claimed_as]} {format_cents(each.amount_cents)}, {each.grant}"
            for each in row.counted
        ),
        row.is_counted,
    )


live_page(TOPIC, ("staff_time", "time_claim", "outreach_session"), StaffTimeState)
