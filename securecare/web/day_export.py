"""The day of the schedule as a CSV file."""

from collections.abc import AsyncIterator
from datetime import date

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation.db import transaction
from securecare.scheduling import day_sheet
from securecare.web.csv_export import csv_file
from securecare.web.policy import in_thread, needs


def routes() -> list[Route]:
    """The download of one day."""
    return [needs("/export/day.csv", _day, Permission.EXPORT)]


async def _day(request: Request, actor: Actor) -> Response:
    try:
        day = date.fromisoformat(request.query_params.get("day", ""))
    except ValueError:
        return PlainTextResponse("Name the day as in 2026-11-20.", status_code=400)
    facilities, staff = (_ids(request, name) for name in ("facilities", "staff"))

    def read() -> list[day_sheet.Row]:
        with transaction(actor.scope) as session:
            return day_sheet.rows(session, actor, day, facilities, staff)

    rows = await in_thread(read)

    async def pages() -> AsyncIterator[list[day_sheet.Row]]:
        yield rows

    return csv_file(f"schedule-{day.isoformat()}", day_sheet.HEAD, pages())


def _ids(request: Request, name: str) -> frozenset[int]:
    given = request.query_params.get(name, "").split(",")
    return frozenset(int(each) for each in given if each.isdecimal() and len(each) < 19)
