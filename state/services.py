"""Community services: their list, the form of one, and one with what was held of it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation import clock
from securecare.foundation.days import near_day
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.grants import grants
from securecare.organization import places, words
from securecare.outreach import recurrence, services, session_reading
from securecare.outreach.recurrence import Pattern
from securecare.outreach.services import ServiceForm, ServiceListed
from securecare.outreach.session_reading import SessionListed
from state.editing import NEW, Editing, differences
from state.filled_in import FilledIn
from state.gate import needs
from state.live import hub
from state.live_pages import live_page
from state.read import line, whole_number
from state.session_view import STATUS_WORDS, clock_value
from state.work import acting, work, work_as

TOPIC = "services"
SEES, CHANGES, RUNS = (
    Permission.VIEW_OUTREACH,
    Permission.CONFIGURE_OUTREACH,
    Permission.RUN_OUTREACH,
)
A_DAY = 1440
NAMES = {
    "name": "Name",
    "facility_id": "Facility",
    "description": "Description",
    "starts_minute": "From",
    "ends_minute": "To",
    "grant_id": "Grant",
    "pattern": "How often",
}
FIELDS = (*NAMES, "interval", "weekdays", "month_day", "valid_from", "valid_until")
SKETCHED = frozenset(
    {"starts", "ends", "interval", "month_day", "valid_from", "valid_until"}
    | {f"day-{number}" for number in range(7)}
)


@dataclass(frozen=True)
class ServiceView:
    """A service as its row and its form show it."""

    id: int = 0
    name: str = ""
    description: str = ""
    facility: str = ""
    facility_id: str = ""
    summary: str = ""
    held: str = ""
    next: str = ""
    """When it comes next, in words."""
    next_href: str = ""
    next_is_planned: bool = False
    grant: str = ""
    grant_id: str = ""
    starts: str = ""
    ends: str = ""
    interval: str = "1"
    weekdays: list[bool] = field(default_factory=lambda: [False] * 7)
    month_day: str = ""
    valid_from: str = ""
    valid_until: str = ""
    active: bool = True
    may_change: bool = False
    may_run: bool = False


@dataclass(frozen=True)
class HeldView:
    """A session in the list of a service."""

    id: int
    name: str
    day: str
    status: str
    status_word: str
    given: str
    people: str


class ServicesState(Editing, rx.State):
    """The services on screen, the one whose form is open, and the one whose page is open."""

    loaded: bool = False
    missing: bool = False
    rows: list[ServiceView] = []
    one: ServiceView = ServiceView()
    sessions: list[HeldView] = []
    may_add: bool = False
    draft: ServiceView = ServiceView()
    kind: str = "weekly"
    sketch: str = ""
    """The pattern in words, as it is being typed."""
    facilities: list[tuple[str, str]] = []
    grants: list[tuple[str, str]] = []

    _one: int = 0
    _editing: int = 0
    _version: int = 0
    _default_grant: int | None = None
    _typed: dict[str, Any] = {}
    _clock24: bool = False
    _wish: ServiceForm | None = None

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show the list, and keep it current."""
        self._one = 0
        hub.watch(TOPIC, self, None)
        await self._read_again(acting())

    @rx.event
    @needs(SEES)
    async def open_one(self):
        """Show the service that the address names, and keep it current."""
        named = whole_number(self.router.url.path.rstrip("/").rpartition("/")[2]) or 0
        if named != self._one:
            self.loaded = False
        self._one = named
        hub.watch(TOPIC, self, None)
        await self._read_again(acting())

    @rx.event
    @needs(CHANGES)
    async def start_new(self):
        """Open an empty form."""
        today = clock.now().date()
        await self._edit(NEW, ServiceView(valid_from=today.isoformat()), "weekly", 0, None)

    @rx.event
    @needs(CHANGES)
    async def edit(self, service_id: int):
        """Open the form of a service."""
        row = await work(services.one, whole_number(service_id) or 0)
        kind, grant_id = row.form.pattern.kind, row.form.grant_id
        await self._edit(row.id, _view(row, acting()), kind, row.version, grant_id)

    @rx.event
    @needs(CHANGES)
    async def choose_kind(self, kind: Any):
        """Choose how often it is held."""
        if kind in ("once", "daily", "weekly", "monthly"):
            self.kind = kind
            self._say_sketch()

    @rx.event
    @needs(CHANGES)
    async def type_pattern(self, name: Any, value: Any):
        """Say in words what the pattern is, as far as it is typed."""
        if isinstance(name, str) and name in SKETCHED:
            if isinstance(value, float) and value.is_integer():
                value = int(value)  # as the browser tells what a field of numbers holds
            said = value if isinstance(value, bool) else line(str(value), 20)
            self._typed = self._typed | {name: said}
            self._say_sketch()

    @rx.event
    @needs(CHANGES)
    async def save(self, form: dict[str, Any]):
        """Save the open form, or say beside each field why not."""
        read = FilledIn(form)
        wish = self._wished(read)
        try:
            read.require_accepted(wish.complaints())
        except NotAccepted as refusal:
            self._complain(refusal)
            return None
        self._wish = wish
        return await self._store()

    @rx.event
    @needs(CHANGES)
    async def keep_mine(self):
        """Save what was typed over what somebody else saved."""
        if not self.differences:
            return None
        self._version = (await work(services.one, self._editing)).version
        return await self._store()

    @rx.event
    @needs(CHANGES)
    async def take_theirs(self):
        """Leave what was typed, and show what is saved."""
        row = await work(services.one, self._editing)
        kind, grant_id = row.form.pattern.kind, row.form.grant_id
        await self._edit(row.id, _view(row, acting()), kind, row.version, grant_id)

    @rx.event
    @needs(CHANGES)
    async def set_active(self, service_id: int, active: bool):
        """Hold a service no more, or again."""
        await work(services.set_active, whole_number(service_id) or 0, active is True)
        await self._read_again(acting())

    async def _edit(
        self, id_: int, draft: ServiceView, kind: str, version: int, grant_id: int | None
    ) -> None:
        choices = await work(_choices)
        self.facilities = [(str(n), name) for n, name in choices[0]]
        self.grants = [(str(n), name) for n, name in choices[1]]
        self._clock24 = choices[2]
        self._start(dict.fromkeys(FIELDS, ""))
        self._editing, self._version, self._default_grant = id_, version, grant_id
        self.draft, self.kind = draft, kind
        self._typed = {
            "starts": draft.starts,
            "ends": draft.ends,
            "interval": draft.interval,
            "month_day": draft.month_day,
            "valid_from": draft.valid_from,
            "valid_until": draft.valid_until,
            **{f"day-{number}": on for number, on in enumerate(draft.weekdays)},
        }
        self._say_sketch()

    def _say_sketch(self) -> None:
        read = FilledIn(self._typed)
        pattern = _pattern(read, self.kind)
        starts, ends = _hours(read)
        ready = self._typed.get("valid_from") and not (read.complaints or pattern.complaints())
        self.sketch = (
            recurrence.summary(pattern, starts, ends, clock24=self._clock24) if ready else ""
        )

    def _wished(self, read: FilledIn) -> ServiceForm:
        pattern = _pattern(read, self.kind)
        if not read.text("valid_from"):
            read.complaints["valid_from"] = "Choose a day."
        starts, ends = _hours(read)
        return ServiceForm(
            read.id("facility_id") or 0,
            read.text("name"),
            pattern,
            read.text("description"),
            starts,
            ends,
            read.id("grant_id") if self.grants else self._default_grant,
        )

    async def _store(self) -> Any:
        wish = self._wish
        if wish is None:
            return None
        try:
            if self._editing == NEW:
                await work(services.add, wish)
            else:
                await work(services.change, self._editing, self._version, wish)
        except NotAccepted as refusal:
            self._complain(refusal)
            return None
        except NotFound:
            self._complain(NotAccepted({"facility_id": "Choose a facility."}))
            return None
        except Overtaken as refusal:
            theirs = (await work(services.one, self._editing)).form
            self._overtaken(refusal, differences(wish, theirs, NAMES, _said))
            return None
        self._saved()
        await self._read_again(acting())
        return rx.toast.success(f"{wish.name} is saved.")

    async def _read_again(self, actor: Actor) -> None:
        self.may_add = not actor.reach(CHANGES).nowhere
        if not self._one:
            found = await work_as(actor, services.listed)
            self.rows = [_view(row, actor) for row in found]
        else:
            try:
                row, held = await work_as(actor, _read_one, self._one)
            except NotFound:
                self.missing, self.loaded = True, True
                return
            self.one, self.sessions = _view(row, actor), [_held(each) for each in held]
        self.missing, self.loaded = False, True


def _read_one(
    session: Session, actor: Actor, service_id: int
) -> tuple[ServiceListed, list[SessionListed]]:
    row = services.one(session, actor, service_id)
    return row, session_reading.of_service(session, actor, service_id)


def _choices(
    session: Session, actor: Actor
) -> tuple[list[tuple[int, str]], list[tuple[int, str]], bool]:
    sees_grants = actor.may(Permission.VIEW_GRANTS)
    funded = [(g.id, g.form.name) for g in grants.listed(session, actor) if g.active] * sees_grants
    return (
        places.facility_names(session, actor, CHANGES),
        funded,
        words.of(session, actor).clock24,
    )


def _view(row: ServiceListed, actor: Actor) -> ServiceView:
    form, pattern = row.form, row.form.pattern
    planned = row.planned_on is not None and (not row.next_on or row.planned_on <= row.next_on)
    at = row.planned_on if planned else row.next_on
    href = (
        f"/outreach/sessions/{row.planned_id}"
        if planned
        else f"/outreach/sessions/new?service={row.id}&on={at.isoformat() if at else ''}"
    )
    times = "once" if row.held == 1 else f"{row.held:,} times"
    last = f", last on {near_day(row.last_on)}" if row.last_on else ""
    return ServiceView(
        row.id,
        form.name,
        form.description,
        row.facility,
        str(form.facility_id),
        row.summary,
        f"Held {times}{last}" if row.held else "Not held yet",
        _near(at, row.today) if at and row.active else "",
        href,
        planned,
        row.grant,
        str(form.grant_id or ""),
        clock_value(form.starts_minute),
        clock_value(form.ends_minute),
        str(pattern.interval),
        [number in pattern.weekdays for number in range(7)],
        str(pattern.month_day or ""),
        pattern.valid_from.isoformat(),
        pattern.valid_until.isoformat() if pattern.valid_until else "",
        row.active,
        actor.may(CHANGES, form.facility_id),
        actor.may(RUNS, form.facility_id),
    )


def _near(at: date, today: date) -> str:
    return {0: "Today", 1: "Tomorrow"}.get((at - today).days, near_day(at))


def _held(each: SessionListed) -> HeldView:
    return HeldView(
        each.id,
        f"Session {each.number}",
        f"{near_day(each.held_on)}, {each.held_on.year}",
        each.status,
        STATUS_WORDS[each.status],
        f"{each.quantity:,}",
        "" if each.people_served is None else f"{each.people_served:,}",
    )


def _pattern(read: FilledIn, kind: str) -> Pattern:
    return Pattern(
        kind,
        read.day("valid_from") or clock.now().date(),
        read.day("valid_until") if kind != "once" else None,
        read.number("interval", 1) if kind != "once" else 1,
        tuple(number for number in range(7) if read.flag(f"day-{number}")),
        whole_number(read.text("month_day"), 1, 31) if kind == "monthly" else None,
    )


def _hours(read: FilledIn) -> tuple[int | None, int | None]:
    starts, ends = read.minute("starts"), read.minute("ends")
    if starts is not None and ends is not None and ends <= starts:
        ends += A_DAY
    return starts, ends


def _said(name: str, value: Any) -> str:
    if name in ("starts_minute", "ends_minute"):
        return clock_value(value) or "–"
    if isinstance(value, Pattern):
        return recurrence.summary(value)
    return str(value or "–")


live_page(TOPIC, ("community_service", "outreach_session", "funding_grant"), ServicesState)
