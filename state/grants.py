"""Grants: the list with what was spent of each, the form of one, and its spending line by line."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import reflex as rx

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation import clock
from securecare.foundation.days import short_day
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.foundation.money import NotMoney, format_cents, parse_cents, plain_cents
from securecare.grants import grants
from securecare.grants.grants import GrantForm, GrantListed
from securecare.reports import grant_spending
from securecare.reports.grant_spending import KIND_LABELS, KINDS, PAGE, Spending, SpendingLine
from state.editing import NEW, Editing, differences
from state.filled_in import FilledIn
from state.gate import needs
from state.live import hub
from state.live_pages import live_page
from state.read import whole_number
from state.work import acting, work, work_as

LIST, ONE = "grants", "grant"
SEES, CHANGES = Permission.VIEW_GRANTS, Permission.EDIT_GRANTS
TABLES = ("funding_grant", "time_claim", "outreach_session", "session_line")
NAMES = {
    "name": "Name",
    "funder": "Given by",
    "award_number": "Award number",
    "purpose": "Purpose",
    "amount_cents": "Amount",
    "starts_on": "First day",
    "ends_on": "Last day",
    "fringe_basis_points": "Fringe",
}


@dataclass(frozen=True)
class SpentView:
    """What was spent of one kind: its name, the amount, and its share of the grant in percent."""

    kind: str
    label: str
    amount: str
    share: str


@dataclass(frozen=True)
class GrantView:
    """A grant as its row, its page and its form show it."""

    id: int = 0
    name: str = ""
    funder: str = ""
    award_number: str = ""
    purpose: str = ""
    amount: str = ""
    plain_amount: str = ""
    fringe: str = ""
    starts_on: str = ""
    ends_on: str = ""
    period: str = ""
    standing: str = ""
    """Whether it runs: "Runs", "Ended", "Not begun" or "Closed"."""
    spent: str = ""
    left: str = ""
    over: str = ""
    """By how much it is overspent, or ""."""
    percent: int = 0
    kinds: list[SpentView] = field(default_factory=list)
    is_all: bool = True
    active: bool = True


@dataclass(frozen=True)
class LineView:
    """One thing the grant was spent on."""

    session_id: int
    day: str
    service: str
    facility: str
    kind: str
    what: str
    detail: str
    amount: str


class GrantsState(Editing, rx.State):
    """The grants, and the one whose form is open."""

    loaded: bool = False
    rows: list[GrantView] = []
    may_change: bool = False
    is_all: bool = True
    draft: GrantView = GrantView()

    _editing: int = 0
    _version: int = 0
    _wish: GrantForm | None = None

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show the list, and keep it current."""
        hub.watch(LIST, self, None)
        self._saved()
        await self._read_again(acting())
        if self.router.url.query_parameters.get("new") and self.may_change:
            self._edit(NEW, GrantView(), 0)

    @rx.event
    @needs(CHANGES)
    async def start_new(self):
        """Open an empty form."""
        self._edit(NEW, GrantView(), 0)

    @rx.event
    @needs(CHANGES)
    async def edit(self, grant_id: int):
        """Open the form of a grant."""
        row = await work(grants.one, _id(grant_id))
        self._edit(row.id, _plain_view(row), row.version)

    @rx.event
    @needs(CHANGES)
    async def save(self, form: dict[str, Any]):
        """Save the open form, or say beside each field why not."""
        read = FilledIn(form)
        today = clock.now().date()
        wish = GrantForm(
            read.text("name"),
            read.text("funder"),
            read.text("award_number"),
            read.text("purpose"),
            _hundredths(read, "amount_cents"),
            read.needed_day("starts_on", today),
            read.needed_day("ends_on", date.max),
            _hundredths(read, "fringe_basis_points"),
        )
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
        self._version = (await work(grants.one, self._editing)).version
        return await self._store()

    @rx.event
    @needs(CHANGES)
    async def take_theirs(self):
        """Leave what was typed, and show what is saved."""
        row = await work(grants.one, self._editing)
        self._edit(row.id, _plain_view(row), row.version)

    @rx.event
    @needs(CHANGES)
    async def set_active(self, grant_id: int, active: bool):
        """Close a grant to new spending, or open it again."""
        row = await work(grants.one, _id(grant_id))
        await work(grants.set_active, row.id, active is True)
        await self._read_again(acting())
        now = "is active again" if active is True else "is closed to new spending"
        return rx.toast.success(f"{row.form.name} {now}.")

    def _edit(self, id_: int, draft: GrantView, version: int) -> None:
        self._start(NAMES)
        self._editing, self._version, self.draft = id_, version, draft

    async def _store(self) -> Any:
        wish = self._wish
        if wish is None:
            return None
        try:
            if self._editing == NEW:
                await work(grants.add, wish)
            else:
                await work(grants.change, self._editing, self._version, wish)
        except NotAccepted as refusal:
            self._complain(refusal)
            return None
        except Overtaken as refusal:
            theirs = await work(grants.one, self._editing)
            self._overtaken(refusal, differences(wish, theirs.form, NAMES, _said))
            return None
        self._saved()
        await self._read_again(acting())
        return rx.toast.success(f"{wish.name} is saved.")

    async def _read_again(self, actor: Actor) -> None:
        rows = await work_as(actor, grant_spending.listed)
        self.rows = [_view(row) for row in rows]
        self.may_change = actor.reach(CHANGES).everywhere
        self.is_all = actor.reach(SEES).everywhere
        self.loaded = True


class GrantState(rx.State):
    """One grant: what was spent of it, line by line."""

    loaded: bool = False
    grant: GrantView = GrantView()
    lines: list[LineView] = []
    kind: str = ""
    summary: str = ""
    first: bool = True
    last: bool = True
    may_export: bool = False
    export_href: str = ""

    _id: int = 0
    _skipped: int = 0

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show the grant that the address names, and keep it current."""
        self._id = _id(self.router.url.path.rstrip("/").rpartition("/")[2])
        self._skipped, self.kind, self.loaded = 0, "", False
        hub.watch(ONE, self, self._id)
        await self._read_again(acting())

    @rx.event
    @needs(SEES)
    async def show_kind(self, kind: str):
        """List one kind of spending, or all."""
        self.kind = kind if kind in KINDS else ""
        self._skipped = 0
        await self._read_again(acting())

    @rx.event
    @needs(SEES)
    async def show_following(self):
        """Go on to earlier lines."""
        if not self.last:
            self._skipped += PAGE
            await self._read_again(acting())

    @rx.event
    @needs(SEES)
    async def show_previous(self):
        """Go back to later lines."""
        if not self.first:
            self._skipped = max(self._skipped - PAGE, 0)
            await self._read_again(acting())

    async def _read_again(self, actor: Actor) -> None:
        if not self._id:
            return
        spending = await work_as(actor, grant_spending.of_grant, self._id)
        found = await work_as(
            actor, grant_spending.lines, self._id, self.kind or None, self._skipped, PAGE + 1
        )
        self.grant = _view(spending)
        self.lines = [_line_view(each) for each in found[:PAGE]]
        self.first, self.last = self._skipped == 0, len(found) <= PAGE
        shown = len(self.lines)
        self.summary = (
            f"Lines {self._skipped + 1:,} to {self._skipped + shown:,}, latest first"
            if shown
            else "Nothing yet"
        )
        self.may_export = actor.may(Permission.EXPORT)
        self.export_href = f"/export/grant.csv?grant={self._id}"
        self.loaded = True


def _id(value: Any) -> int:
    number = whole_number(value)
    if number is None:
        raise NotFound("This grant")
    return number


def _hundredths(read: FilledIn, name: str) -> int:
    try:
        return parse_cents(read.text(name) or "0")
    except NotMoney as refusal:
        read.complaints[name] = refusal.message
        return 0


def _said(name: str, value: Any) -> str:
    if name == "amount_cents":
        return format_cents(value)
    if name == "fringe_basis_points":
        return f"{plain_cents(value)} %"
    return short_day(value) if isinstance(value, date) else str(value) or "–"


def _plain_view(row: GrantListed) -> GrantView:
    return _view(Spending(row, dict.fromkeys(KINDS, 0), True))


def _view(spending: Spending) -> GrantView:
    row, form = spending.grant, spending.grant.form
    spent, left = spending.spent_cents, spending.left_cents
    whole = form.amount_cents or 1
    return GrantView(
        row.id,
        form.name,
        form.funder,
        form.award_number,
        form.purpose,
        format_cents(form.amount_cents),
        plain_cents(form.amount_cents),
        plain_cents(form.fringe_basis_points),
        form.starts_on.isoformat(),
        form.ends_on.isoformat(),
        f"{short_day(form.starts_on)} – {short_day(form.ends_on)}",
        _standing(row),
        format_cents(spent),
        format_cents(left),
        format_cents(-left) if left < 0 else "",
        min(round(100 * spent / whole), 999),
        [
            SpentView(
                kind,
                KIND_LABELS[kind],
                format_cents(cents),
                f"{min(100 * cents / max(whole, spent), 100):.2f}%",
            )
            for kind, cents in spending.by_kind.items()
        ],
        spending.is_all,
        row.active,
    )


def _standing(row: GrantListed) -> str:
    today = clock.now().date()
    if not row.active:
        return "Closed"
    if today < row.form.starts_on:
        return "Not begun"
    return "Ended" if today > row.form.ends_on else "Runs"


def _line_view(line: SpendingLine) -> LineView:
    return LineView(
        line.session_id,
        short_day(line.held_on),
        line.service,
        line.facility,
        KIND_LABELS[line.kind],
        line.what,
        line.detail,
        format_cents(line.cents),
    )


live_page(LIST, TABLES, GrantsState)
live_page(ONE, TABLES, GrantState)
