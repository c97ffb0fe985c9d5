"""What was given out, and what grants were spent on, as CSV files."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation.db import transaction
from securecare.foundation.errors import DomainError
from securecare.foundation.money import plain_cents
from securecare.reports import grant_spending, outreach
from securecare.reports.grant_spending import KIND_LABELS, Spending, SpendingLine
from securecare.reports.outreach import BY_LABELS, By, Figures, Question, Report
from securecare.web.csv_export import Cell, csv_file
from securecare.web.policy import in_thread, needs

LINES = ("Day", "Service", "Facility", "Session", "Kind", "What", "Detail", "Amount")
FIGURES = ("Sessions held", "Units given", "People served", "Cost", "Retail value", "Hours")
FILTERS = ("facility_id", "service_id", "item_id", "grant_id")


def routes() -> list[Route]:
    """The routes of both downloads."""
    return [
        needs("/export/grant.csv", _grant, Permission.EXPORT),
        needs("/export/outreach-report.csv", _report, Permission.EXPORT),
    ]


def asked(question: Question) -> str:
    """The question as it stands in an address."""
    parts = {name: getattr(question, name) for name in ("by", "first", "last", *FILTERS)}
    return urlencode({name: str(value) for name, value in parts.items() if value is not None})


def question_of(query: dict[str, str]) -> Question | None:
    """The question in an address, or None if there is none to be read."""
    try:
        first, last = (date.fromisoformat(query.get(name, "")) for name in ("first", "last"))
    except ValueError:
        return None
    by = query.get("by", "")
    found: By | None = next((each for each in outreach.BY if each == by), None)
    if found is None or not first <= last or (last - first).days > outreach.LONGEST_DAYS:
        return None
    return Question(first, last, found, **{name: _id(query.get(name, "")) for name in FILTERS})


async def _grant(request: Request, actor: Actor) -> Response:
    grant_id = _id(request.query_params.get("grant", ""))

    def read() -> tuple[Spending, list[SpendingLine]]:
        with transaction(actor.scope) as session:
            return grant_spending.export(session, actor, grant_id or 0)

    try:
        _, lines = await in_thread(read)
    except DomainError as refusal:
        return PlainTextResponse(refusal.message, status_code=404)
    rows = [
        (
            each.held_on.isoformat(),
            each.service,
            each.facility,
            each.session_id,
            KIND_LABELS[each.kind],
            each.what,
            each.detail,
            plain_cents(each.cents),
        )
        for each in lines
    ]
    return csv_file(f"grant-{grant_id}", LINES, _at_once(rows))


async def _report(request: Request, actor: Actor) -> Response:
    question = question_of(dict(request.query_params))
    if question is None:
        return PlainTextResponse("Name the days and what to group by.", status_code=400)

    def read() -> Report:
        with transaction(actor.scope) as session:
            return outreach.export(session, actor, question)

    try:
        report = await in_thread(read)
    except DomainError as refusal:
        return PlainTextResponse(refusal.message, status_code=403)
    rows = [(row.name, *_cells(row.figures)) for row in report.rows]
    rows.append(("Total", *_cells(report.total)))
    head = (BY_LABELS[question.by], *FIGURES)
    name = f"outreach-{question.by}-{question.first}-{question.last}"
    return csv_file(name, head, _at_once(rows))


def _cells(figures: Figures) -> tuple[Cell, ...]:
    return (
        figures.sessions,
        figures.units,
        figures.people,
        plain_cents(figures.cost_cents),
        plain_cents(figures.retail_cents),
        None if figures.minutes is None else f"{figures.minutes / 60:.2f}",
    )


async def _at_once(rows: Sequence[Sequence[Cell]]) -> AsyncIterator[Sequence[Sequence[Cell]]]:
    yield rows


def _id(written: str) -> int | None:
    known = written.isascii() and written.isdecimal() and len(written) < 19
    return int(written) if known else None
