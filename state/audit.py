"""The audit trail on screen: filtered, page by page."""

from typing import Any, TypedDict
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import reflex as rx
from sqlmodel import Session

from securecare.access import trail
from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.access.trail import Entry, Position, Wanted
from securecare.organization import words
from securecare.web.audit_export import wanted_of
from state.gate import needs
from state.moments import ago
from state.read import line
from state.work import work

FILTERS = ("person", "action", "object_type", "object_id", "from", "to")


class Row(TypedDict):
    """One event as the table shows it."""

    id: int
    time: str
    person: str
    action: str
    object: str
    address: str
    detail: str
    refused: bool


class AuditState(rx.State):
    """What is asked of the trail, and the page of it that is on screen."""

    person: str = ""
    action: str = ""
    object_type: str = ""
    object_id: str = ""
    first_day: str = ""
    last_day: str = ""
    rows: list[Row] = []
    actions: list[tuple[str, str]] = []
    object_types: list[tuple[str, str]] = []
    zone: str = ""
    sealed: str = ""
    summary: str = ""
    has_older: bool = False
    has_newer: bool = False
    loaded: bool = False
    may_export: bool = False
    export_href: str = ""
    day_error: str = ""
    times_cleared: int = 0
    """Empties the form: each time starts it anew."""

    _starts: list[Position | None] = [None]
    """Where each page up to this one begins."""
    _next: Position | None = None

    @rx.event
    @needs(Permission.VIEW_AUDIT)
    async def open(self):
        """Show the newest events."""
        known = await work(_around)
        self.actions, self.object_types = known["actions"], known["object_types"]
        self.zone, self.sealed, self.may_export = known["zone"], known["sealed"], known["export"]
        await self._show([None])

    @rx.event
    @needs(Permission.VIEW_AUDIT)
    async def filter(self, form: dict[str, Any]):
        """Show only what the form asks for."""
        asked = (
            {name: line(form.get(name), 100) for name in FILTERS} if isinstance(form, dict) else {}
        )
        self.person, self.action = asked.get("person", ""), asked.get("action", "")
        self.object_type = asked.get("object_type", "")
        self.object_id = asked.get("object_id", "")
        self.first_day, self.last_day = asked.get("from", ""), asked.get("to", "")
        backwards = bool(self.first_day and self.last_day and self.first_day > self.last_day)
        self.day_error = "The last day lies before the first." if backwards else ""
        if not backwards:
            await self._show([None])

    @rx.event
    @needs(Permission.VIEW_AUDIT)
    async def clear(self):
        """Show everything again."""
        self.person = self.action = self.object_type = self.object_id = ""
        self.first_day = self.last_day = self.day_error = ""
        self.times_cleared += 1
        await self._show([None])

    @rx.event
    @needs(Permission.VIEW_AUDIT)
    async def older(self):
        """Go on to older events."""
        if self._next is not None:
            await self._show([*self._starts, self._next])

    @rx.event
    @needs(Permission.VIEW_AUDIT)
    async def newer(self):
        """Go back to newer events."""
        if len(self._starts) > 1:
            await self._show(self._starts[:-1])

    async def _show(self, starts: list[Position | None]) -> None:
        asked = self._asked()
        found = await work(_page, wanted_of(asked), starts[-1])
        self._starts, self._next = starts, found["next"]
        self.rows, self.has_older = found["rows"], found["next"] is not None
        self.has_newer = len(starts) > 1
        self.summary = _summary(len(found["rows"]), len(starts))
        self.export_href = "/export/audit.csv?" + urlencode({k: v for k, v in asked.items() if v})
        self.loaded = True

    def _asked(self) -> dict[str, str]:
        return {
            "person": self.person,
            "action": self.action,
            "object_type": self.object_type,
            "object_id": self.object_id,
            "from": self.first_day,
            "to": self.last_day,
        }


def _around(session: Session, actor: Actor) -> dict[str, Any]:
    status = trail.seal_status(session, actor)
    customer = words.of(session, actor).customer
    return {
        "actions": [(each, _said(each, customer)) for each in trail.actions(session, actor)],
        "object_types": [
            (each, _said(each, customer)) for each in trail.object_types(session, actor)
        ],
        "zone": trail.time_zone(session).key.replace("_", " "),
        "export": actor.may(Permission.EXPORT),
        "sealed": _sealed(status),
    }


def _sealed(status: trail.SealStatus) -> str:
    if status.last_sealed_at is None:
        return "Not sealed yet."
    waiting = f"{status.waiting} waiting" if status.waiting else "nothing waiting"
    return f"Last sealed {ago(status.last_sealed_at)}, {waiting}."


def _page(
    session: Session, actor: Actor, wanted: Wanted, before: Position | None
) -> dict[str, Any]:
    found = trail.search(session, actor, wanted, before, trail.PAGE + 1)
    zone = trail.time_zone(session)
    shown = found[: trail.PAGE]
    customer = words.of(session, actor).customer
    rows = [_row(entry, zone, customer) for entry in shown]
    return {"rows": rows, "next": shown[-1].position if len(found) > trail.PAGE else None}


def _said(name: str, customer: str) -> str:
    """In words, and in the organization's own for the people it serves."""
    return trail.spoken(name.replace("customer", customer))


def _row(entry: Entry, zone: ZoneInfo, customer: str) -> Row:
    local = entry.at.astimezone(zone)
    number = f" {entry.object_id}" if entry.object_id is not None and not entry.object_name else ""
    return Row(
        id=entry.id,
        time=f"{local:%Y-%m-%d %H:%M:%S}",
        person=entry.actor,
        action=_said(entry.action, customer),
        object=entry.object_name or f"{_said(entry.object_type, customer)}{number}",
        address=entry.address,
        detail=trail.told(entry.detail) or "–",
        refused=entry.action.endswith((".refused", ".failed")),
    )


def _summary(shown: int, page: int) -> str:
    if not shown:
        return "No events"
    first = (page - 1) * trail.PAGE + 1
    return f"Events {first} to {first + shown - 1}, newest first"
