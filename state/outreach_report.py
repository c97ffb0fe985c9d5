"""The report of what community service gave out: what is asked, its lines and its charts."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypedDict

import reflex as rx

from securecare.access.roles import Permission
from securecare.foundation import clock
from securecare.foundation.days import short_day
from securecare.foundation.money import format_cents
from securecare.reports import outreach
from securecare.reports.outreach import BY, BY_LABELS, LONGEST_DAYS, By, Figures, Question, Row
from securecare.web.outreach_exports import asked, question_of
from state.filled_in import FilledIn
from state.gate import needs
from state.work import acting, work

SEES = Permission.VIEW_OUTREACH
BARS = 8
"""So many lines are drawn beside one another; the table has all."""
FILTERS = ("facility_id", "service_id", "item_id", "grant_id")


@dataclass(frozen=True)
class RowView:
    """A line of the report as the table shows it."""

    name: str = ""
    sessions: str = ""
    units: str = ""
    people: str = ""
    hours: str = ""
    cost: str = ""
    retail: str = ""


class Bar(TypedDict):
    """A bar of a chart; amounts in whole units of the currency."""

    name: str
    cost: float
    retail: float


class OutreachReportState(rx.State):
    """What is asked, and the answer."""

    loaded: bool = False
    by: str = "service"
    by_label: str = "Service"
    first: str = ""
    last: str = ""
    facility: str = ""
    service: str = ""
    item: str = ""
    grant: str = ""
    error: str = ""
    facilities: list[tuple[str, str]] = []
    services: list[tuple[str, str]] = []
    items: list[tuple[str, str]] = []
    grants: list[tuple[str, str]] = []
    sees_grants: bool = False
    rows: list[RowView] = []
    total: RowView = RowView()
    months: list[Bar] = []
    largest: list[Bar] = []
    has_people: bool = True
    said: str = ""
    """What the report is about, in words: also the head of the printed page."""
    printed: str = ""
    may_export: bool = False
    export_href: str = ""
    form_key: int = 0

    _question: Question | None = None

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show the last year by service, or what the address asks for."""
        found = await work(outreach.choices)
        self.sees_grants = "grant" in found.by
        self.facilities, self.services = _options(found.facilities), _options(found.services)
        self.items, self.grants = _options(found.items), _options(found.grants)
        self.may_export = acting().may(Permission.EXPORT)
        today = clock.now().date()
        wanted = question_of(dict(self.router.url.query_parameters))
        self.form_key += 1
        await self._show(wanted or Question(today - timedelta(days=365), today))

    @rx.event
    @needs(SEES)
    async def group_by(self, by: str):
        """Group the same sessions by something else."""
        if by in BY and self._question is not None:
            await self._show(replace(self._question, by=_by(by)))

    @rx.event
    @needs(SEES)
    async def ask(self, form: dict[str, Any]):
        """Show what the form asks for, or say why not."""
        read = FilledIn(form)
        today = clock.now().date()
        first = read.needed_day("first", today)
        last = read.needed_day("last", today)
        if read.complaints:
            self.error = "Enter the first and the last day."
        elif last < first:
            self.error = "The last day lies before the first."
        elif (last - first).days > LONGEST_DAYS:
            self.error = "Choose ten years at most."
        else:
            chosen = {name: read.id(name) for name in FILTERS}
            await self._show(Question(first, last, _by(self.by), **chosen))

    @rx.event
    @needs(SEES)
    async def since(self, days: int):
        """Show the last so many days, with the same filters."""
        if days in (30, 90, 365) and self._question is not None:
            today = clock.now().date()
            first = today - timedelta(days=days)
            self.form_key += 1
            await self._show(replace(self._question, first=first, last=today))

    async def _show(self, question: Question) -> None:
        report = await work(outreach.read, question)
        self._question, self.error = question, ""
        self.by, self.by_label = question.by, BY_LABELS[question.by]
        self.first, self.last = question.first.isoformat(), question.last.isoformat()
        self.facility, self.service = _text(question.facility_id), _text(question.service_id)
        self.item, self.grant = _text(question.item_id), _text(question.grant_id)
        self.has_people = question.item_id is None and question.by != "item"
        self.rows = [_view(row.name, row.figures) for row in report.rows]
        self.total = _view("Total", report.total)
        self.months = [_bar(row) for row in report.months]
        by_month = question.by == "month"
        self.largest = [] if by_month else [_bar(row) for row in report.rows[:BARS]]
        self.said = self._words(question)
        self.printed = short_day(clock.now().date())
        self.export_href = f"/export/outreach-report.csv?{asked(question)}"
        self.loaded = True

    def _words(self, question: Question) -> str:
        lists = (
            (question.facility_id, self.facilities),
            (question.service_id, self.services),
            (question.item_id, self.items),
            (question.grant_id, self.grants),
        )
        named = [dict(listed).get(str(id_), "") for id_, listed in lists if id_ is not None]
        days = f"{short_day(question.first)} – {short_day(question.last)}"
        return " · ".join([days, *filter(None, named)])


def _by(text: str) -> By:
    known: dict[str, By] = {each: each for each in BY}
    return known.get(text, "service")


def _options(pairs: tuple[tuple[int, str], ...]) -> list[tuple[str, str]]:
    return [(str(id_), name) for id_, name in pairs]


def _text(id_: int | None) -> str:
    return "" if id_ is None else str(id_)


def _view(name: str, figures: Figures) -> RowView:
    return RowView(
        name,
        f"{figures.sessions:,}",
        f"{figures.units:,}",
        "–" if figures.people is None else f"{figures.people:,}",
        "–" if figures.minutes is None else f"{figures.minutes / 60:,.1f}",
        format_cents(figures.cost_cents),
        format_cents(figures.retail_cents),
    )


def _bar(row: Row) -> Bar:
    return Bar(
        name=row.name,
        cost=row.figures.cost_cents / 100,
        retail=row.figures.retail_cents / 100,
    )
