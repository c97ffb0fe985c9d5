"""How a session looks on screen, whichever page shows it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation import clock
from securecare.foundation.days import near_day, short_day
from securecare.foundation.money import format_cents
from securecare.grants import grants
from securecare.inventory.errors import StockShort
from securecare.organization import words
from securecare.outreach import session_history, session_reading
from securecare.outreach.recurrence import WEEKDAYS, hours
from securecare.outreach.session_history import Deed
from securecare.outreach.session_reading import Figure, LineRead, SessionDetail
from securecare.scheduling.local_time import label, local_day

STATUS_WORDS = {"planned": "Planned", "completed": "Completed", "cancelled": "Cancelled"}


@dataclass(frozen=True)
class LineView:
    """A line: what it is, how many were planned, and what one of it is made of, for the script."""

    key: str = ""
    kind: str = ""
    name: str = ""
    detail: str = ""
    planned: int = 0
    given: int = 0
    made_of: str = ""
    """A list of item, pieces and name, as JSON."""
    cost: str = ""


@dataclass(frozen=True)
class SessionView:
    """All that is said of a session around its lines."""

    id: int = 0
    version: int = 0
    number: int = 0
    service_id: int = 0
    service: str = ""
    facility: str = ""
    day: str = ""
    when: str = ""
    held_on: str = ""
    hours: str = ""
    starts: str = ""
    ends: str = ""
    status: str = ""
    status_word: str = ""
    notes: str = ""
    people: str = ""
    grant: str = ""
    grant_id: str = ""
    ended: str = ""
    """Who ended it, and when."""
    cost: str = ""
    retail: str = ""
    may_run: bool = False


@dataclass(frozen=True)
class DeedView:
    """One line of the history."""

    at: str
    who: str
    what: str
    reason: str


@dataclass(frozen=True)
class Opened:
    """What one reading of a session brings."""

    detail: SessionDetail
    deeds: tuple[Deed, ...]
    clock24: bool
    grants: tuple[tuple[int, str], ...]
    may_run: bool


def read(session: Session, actor: Actor, session_id: int) -> Opened:
    """The session with its history. Raises `NotFound`."""
    detail = session_reading.detail(session, actor, session_id)
    deeds = session_history.of_session(session, actor, session_id)
    may_run = actor.may(Permission.RUN_OUTREACH, detail.facility_id)
    sees_grants = actor.may(Permission.VIEW_GRANTS, detail.facility_id)
    covering = grants.covering(session, actor, detail.held_on) if may_run and sees_grants else []
    return Opened(
        detail,
        tuple(deeds),
        words.of(session, actor).clock24,
        tuple((each.id, each.form.name) for each in covering),
        may_run,
    )


def session_view(opened: Opened) -> SessionView:
    """The session in words."""
    detail = opened.detail
    return SessionView(
        detail.id,
        detail.version,
        detail.number,
        detail.service_id,
        detail.service,
        detail.facility,
        f"{WEEKDAYS[detail.held_on.weekday()]}, {short_day(detail.held_on)}",
        _when(detail),
        detail.held_on.isoformat(),
        hours_of(detail.starts_minute, detail.ends_minute, opened.clock24),
        clock_value(detail.starts_minute),
        clock_value(detail.ends_minute),
        detail.status,
        STATUS_WORDS[detail.status],
        detail.notes,
        "" if detail.people_served is None else str(detail.people_served),
        detail.grant,
        str(detail.grant_id or ""),
        _ended(opened),
        format_cents(detail.wholesale_cents),
        format_cents(detail.retail_cents),
        opened.may_run,
    )


def line_views(detail: SessionDetail) -> list[LineView]:
    """The lines in their order."""
    return [_line(line, detail) for line in detail.lines]


def figure_values(figures: Mapping[int, Figure]) -> dict[str, list[int]]:
    """By item: on hand, reserved by all, and how many of those by this session."""
    return {str(id_): [f.on_hand, f.reserved, f.held] for id_, f in figures.items()}


def deed_views(opened: Opened) -> list[DeedView]:
    """The history, the latest first, in the clock of the facility."""
    zone = opened.detail.zone
    return [
        DeedView(moment(each.at, zone, opened.clock24), each.actor, each.what, each.reason)
        for each in opened.deeds
    ]


def short_lines(refusal: StockShort, lines: Sequence[LineRead]) -> dict[str, str]:
    """The message of each short item, at every line that it is part of."""
    found: dict[str, str] = {}
    for line in lines:
        items = {item for item, _ in line.made_of}
        said = [str(each) for each in refusal.shortages if each.item_id in items]
        if said:
            found[str(line.id)] = "\n".join(said)
    return found


def hours_of(starts: int | None, ends: int | None, clock24: bool) -> str:
    """As in "10:00 AM – 2:00 PM", or ""."""
    return "" if starts is None or ends is None else hours(starts, ends, clock24)


def clock_value(minute: int | None) -> str:
    """As a time field holds it."""
    return "" if minute is None else f"{minute // 60 % 24:02}:{minute % 60:02}"


def moment(at: datetime, zone: str, clock24: bool) -> str:
    """As in "Sat May 9, 2:05 PM"."""
    return f"{near_day(local_day(at, zone))}, {label(at, ZoneInfo(zone), clock24)}"


def _when(detail: SessionDetail) -> str:
    days = (detail.held_on - local_day(clock.now(), detail.zone)).days
    near = {0: "Today", 1: "Tomorrow", -1: "Yesterday"}
    return near.get(days, f"In {days} days" if days > 0 else f"{-days} days ago")


def _ended(opened: Opened) -> str:
    detail = opened.detail
    if detail.ended_at is None:
        return ""
    by = f" by {detail.ended_by}" if detail.ended_by else ""
    return (
        f"{STATUS_WORDS[detail.status]}{by}, {moment(detail.ended_at, detail.zone, opened.clock24)}"
    )


def _line(line: LineRead, detail: SessionDetail) -> LineView:
    count = line.quantity if line.given is None else line.given
    made_of = [[item, per, detail.figures[item].name] for item, per in line.made_of]
    return LineView(
        str(line.id),
        line.kind,
        line.description,
        _detail(line, detail),
        line.quantity,
        count,
        json.dumps(made_of),
        format_cents(count * line.wholesale_cents),
    )


def _detail(line: LineRead, detail: SessionDetail) -> str:
    if line.kind == "item":
        return line.unit
    if line.kind == "free":
        return f"{format_cents(line.wholesale_cents)} each"
    names = (
        detail.figures[item].name if per == 1 else f"{per} {detail.figures[item].name}"
        for item, per in line.made_of
    )
    return ", ".join(names)
