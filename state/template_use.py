"""Applying a template: to a planned session, to one newly planned, or recording one at once."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation import clock
from securecare.foundation.days import short_day
from securecare.foundation.errors import DomainError
from securecare.outreach import applying, template_choices, templates
from securecare.outreach.planning import Planned
from securecare.outreach.template_choices import TemplateChoices
from securecare.outreach.templates import TemplateListed
from state.filled_in import FilledIn
from state.gate import needs
from state.read import whole_number
from state.work import work

RUNS = Permission.RUN_OUTREACH
FILL, PLAN, RECORD = "fill", "plan", "record"


@dataclass(frozen=True)
class Offer:
    """A template that may be applied here."""

    id: int
    name: str
    lines: str


class TemplateUseState(rx.State):
    """The dialog of one use. Its key is made when it opens, so that pressing twice uses once."""

    is_open: bool = False
    template: str = ""
    lines: list[str] = []
    way: str = FILL
    planned: list[tuple[str, str]] = []
    services: list[tuple[str, str]] = []
    today: str = ""
    error: str = ""
    pending: bool = False
    form_key: int = 0
    offers: list[Offer] = []
    """What may be put onto the session that is open."""
    picking: bool = False

    _template: int = 0
    _key: uuid.UUID | None = None
    _session: int = 0

    @rx.event
    @needs(RUNS)
    async def start(self, template_id: int):
        """Ask where the template's lines are to go."""
        row = await work(templates.one, whole_number(template_id) or 0)
        known = await work(template_choices.of)
        self._template, self._key = row.id, uuid.uuid4()
        self.template, self.lines = row.form.name, _said(row)
        at = row.form.facility_id
        self.planned = [
            (str(each.id), f"{each.service}, {short_day(each.held_on)} · {each.facility}")
            for each in known.planned
            if at in (None, each.facility_id)
        ]
        self.services = [
            (str(each.id), f"{each.name} · {each.facility}")
            for each in known.services
            if at in (None, each.facility_id)
        ]
        self.way = FILL if self.planned else PLAN
        self.today = clock.now().date().isoformat()
        self.error, self.form_key = "", self.form_key + 1
        self.is_open = True

    @rx.event
    @needs(RUNS)
    async def open_dialog(self, opened: bool):
        """Leave it."""
        if opened is not True:
            self.is_open = False

    @rx.event
    @needs(RUNS)
    async def choose_way(self, way: str):
        """Fill a planned session, plan a new one, or record one at once."""
        if way in (FILL, PLAN, RECORD):
            self.way, self.error = way, ""

    @rx.event
    @needs(RUNS)
    async def use(self, form: dict[str, Any]):
        """Apply the template as the form says, once."""
        read = FilledIn(form)
        if self._key is None:
            return None
        try:
            planned = await work(
                _use,
                self._template,
                self._key,
                self.way,
                read.id("session_id"),
                read.id("service_id"),
                read.day("held_on"),
            )
        except DomainError as refusal:
            self.error = refusal.message
            return None
        self.is_open = False
        done = "The session is recorded." if self.way == RECORD else "The lines are planned."
        way = {
            "label": "Open the session",
            "on_click": rx.redirect(f"/outreach/sessions/{planned.session_id}"),
        }
        return rx.toast.success(f"{self.template}: {done}", action=way, duration=12000)

    @rx.event
    @needs(RUNS)
    async def pick(self, session_id: int):
        """Show the templates that are offered for a planned session."""
        self._session = whole_number(session_id) or 0
        self.offers = await work(_offers, self._session)
        self._key, self.error = uuid.uuid4(), ""
        self.picking = True

    @rx.event
    @needs(RUNS)
    async def open_picking(self, opened: bool):
        """Leave it."""
        if opened is not True:
            self.picking = False

    @rx.event
    @needs(RUNS)
    async def put_on(self, template_id: int):
        """Put the template's lines onto this session, once."""
        if self._key is None or not self._session:
            return None
        try:
            await work(
                _use, whole_number(template_id) or 0, self._key, FILL, self._session, None, None
            )
        except DomainError as refusal:
            self.error, self._key = refusal.message, uuid.uuid4()
            return None
        self.picking = False
        return rx.toast.success("The template's lines are on this session.")


def _use(
    session: Session,
    actor: Actor,
    template_id: int,
    key: uuid.UUID,
    way: str,
    session_id: int | None,
    service_id: int | None,
    held_on: date | None,
) -> Planned:
    if way == FILL:
        if session_id is None:
            raise applying.WhichSession
        return applying.apply(session, actor, template_id, session_id=session_id, form_key=key)
    if service_id is None or held_on is None:
        raise applying.WhichSession
    wish = applying.wish_for(session, service_id, held_on)
    if way == RECORD:
        return applying.record_now(session, actor, template_id, wish, form_key=key)
    return applying.apply(session, actor, template_id, wish=wish, form_key=key)


def _offers(session: Session, actor: Actor, session_id: int) -> list[Offer]:
    known: TemplateChoices = template_choices.of(session, actor)
    at = next((each.facility_id for each in known.planned if each.id == session_id), None)
    return [
        Offer(row.id, row.form.name, ", ".join(_said(row)))
        for row in templates.listed(session, actor)
        if at is not None and row.active and row.form.facility_id in (None, at)
    ]


def _said(row: TemplateListed) -> list[str]:
    return [
        f"{line.quantity:,} × {name}" for line, name in zip(row.form.lines, row.names, strict=True)
    ]
