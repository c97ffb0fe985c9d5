"""The audit trail as a file."""

from collections.abc import AsyncIterator
from datetime import date
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from securecare.access import trail
from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.access.trail import EXPORT_PAGE, Entry, Position, Wanted
from securecare.foundation import clock
from securecare.foundation.db import transaction
from securecare.web.csv_export import Cell, csv_file
from securecare.web.policy import in_thread, needs

HEAD = ("Time (UTC)", "Person", "Action", "Object", "Number", "Name", "Address", "Detail")


def routes() -> list[Route]:
    """The route of the download."""
    return [needs("/export/audit.csv", download, Permission.VIEW_AUDIT)]


async def download(request: Request, actor: Actor) -> Response:
    """What the page's filters show, without its pages."""
    wanted = wanted_of(dict(request.query_params))

    def begin() -> None:
        with transaction(actor.scope) as session:
            trail.begin_export(session, actor, wanted)

    await in_thread(begin)
    name = f"audit-{clock.now():%Y-%m-%d}"
    return csv_file(name, HEAD, _pages(actor, wanted))


def wanted_of(asked: dict[str, str]) -> Wanted:
    """The filters as they stand in an address; what makes no sense is left out."""
    number = asked.get("object_id", "")
    return Wanted(
        person=asked.get("person", "")[:100],
        action=asked.get("action", "")[:100],
        object_type=asked.get("object_type", "")[:100],
        object_id=int(number)
        if number.isascii() and number.isdecimal() and len(number) < 19
        else None,
        first_day=_day(asked.get("from", "")),
        last_day=_day(asked.get("to", "")),
    )


async def _pages(actor: Actor, wanted: Wanted) -> AsyncIterator[list[list[Cell]]]:
    before: Position | None = None
    while page := await in_thread(partial(_page, actor, wanted, before)):
        yield [_row(entry) for entry in page]
        before = page[-1].position


def _page(actor: Actor, wanted: Wanted, before: Position | None) -> list[Entry]:
    with transaction(actor.scope) as session:
        return trail.search(session, actor, wanted, before, EXPORT_PAGE)


def _row(entry: Entry) -> list[Cell]:
    return [
        entry.at.isoformat(timespec="seconds"),
        entry.actor,
        entry.action,
        entry.object_type,
        entry.object_id,
        entry.object_name,
        entry.address,
        trail.told(entry.detail),
    ]


def _day(written: str) -> date | None:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return day if 1900 <= day.year < 2200 else None
