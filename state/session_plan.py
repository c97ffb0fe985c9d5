"""Planning a session: when and of which service, and what it begins with."""

import uuid
from dataclasses import dataclass, replace
from typing import Any

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation.db import opening_with
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import NotAccepted
from securecare.grants import grants
from securecare.inventory.errors import StockShort
from securecare.outreach import applying, line_changes, planning, services, templates
from securecare.outreach.errors import DayTaken
from securecare.outreach.planning import Planned
from securecare.outreach.services import ServiceListed
from securecare.outreach.sessions import SessionWish
from state.filled_in import FilledIn
from state.gate import needs
from state.read import calendar_day, whole_number
from state.session_form import occasion
from state.session_view import clock_value
from state.work import work

RUNS = Permission.RUN_OUTREACH
FIELDS = ("service_id", "held_on", "starts", "ends", "notes", "grant_id", "template_id")
LAST, TEMPLATE, NOTHING = "last", "template", "nothing"


@dataclass(frozen=True)
class PlanDraft:
    """What the fields hold when the form opens."""

    service_id: str = ""
    held_on: str = ""
    starts: str = ""
    ends: str = ""
    grant_id: str = ""
    summary: str = ""


@dataclass(frozen=True)
class _Read:
    services: tuple[ServiceListed, ...]
    templates: tuple[tuple[int, str, int | None], ...]
    grants: tuple[tuple[int, str], ...]


class PlanState(rx.State):
    """The form of a new session. Its key is made when it opens: sent twice, it plans once."""

    loaded: bool = False
    services: list[tuple[str, str]] = []
    templates: list[tuple[str, str]] = []
    grants: list[tuple[str, str]] = []
    last_lines: list[str] = []
    """What the last session of the service was made of."""
    begins: str = LAST
    draft: PlanDraft = PlanDraft()
    form_key: int = 0
    when_key: int = 0
    errors: dict[str, str] = dict.fromkeys(FIELDS, "")
    refused: str = ""

    _key: uuid.UUID | None = None
    _known: _Read = _Read((), (), ())
    _asked: str = ""

    @rx.event
    @needs(RUNS)
    async def open_page(self):
        """Open the form, filled in as the address says; what was typed stays if it is open already."""
        asked = self.router.url.query
        if self.loaded and self._key is not None and asked == self._asked:
            return
        named = self.router.url.query_parameters
        self._asked, self._key = asked, uuid.uuid4()
        self._known = await work(_read)
        self.services = [
            (str(each.id), f"{each.form.name} · {each.facility}") for each in self._known.services
        ]
        self.grants = [(str(id_), name) for id_, name in self._known.grants]
        self.errors, self.refused = dict.fromkeys(FIELDS, ""), ""
        first = self._known.services[0].id if len(self._known.services) == 1 else 0
        await self._choose(whole_number(named.get("service")) or first, named.get("on"))
        self.form_key += 1
        self.loaded = True

    @rx.event
    @needs(RUNS)
    async def choose_service(self, service_id: Any):
        """Fill in what is usual for the service."""
        await self._choose(whole_number(service_id) or 0, None)

    @rx.event
    @needs(RUNS)
    async def begin_with(self, what: Any):
        """Choose what the session begins with."""
        if what in (LAST, TEMPLATE, NOTHING):
            self.begins = what

    @rx.event
    @needs(RUNS)
    async def plan(self, form: dict[str, Any]):
        """Plan the session and reserve what it begins with, or say why not; then nothing is stored."""
        filled = FilledIn(form)
        service_id, template_id = filled.id("service_id"), filled.id("template_id")
        chosen = next((s for s in self._known.services if s.id == service_id), None)
        if chosen is None:
            filled.complaints["service_id"] = "Choose a service."
        if self.begins == TEMPLATE and template_id is None:
            filled.complaints["template_id"] = "Choose a template."
        default = chosen.form.grant_id if chosen else None
        grant_id = filled.id("grant_id") if self.grants else default
        wish = occasion(filled, service_id or 0, grant_id)
        self.errors, self.refused = dict.fromkeys(FIELDS, ""), ""
        if filled.complaints or self._key is None:
            self.errors = self.errors | filled.complaints
            return None
        return await self._store(wish, template_id)

    async def _store(self, wish: SessionWish, template_id: int | None) -> Any:
        assert self._key is not None
        try:
            planned = await work(_plan, wish, self._key, self.begins, template_id)
        except NotAccepted as refusal:
            known = {n: w for n, w in refusal.complaints.items() if n in FIELDS}
            self.errors = self.errors | known
            self.refused = "" if known else refusal.message
            return None
        except DayTaken as refusal:
            self.errors = self.errors | {"held_on": refusal.message}
            return None
        except DomainError as refusal:
            more = " Begin with nothing, and add what there is." * (
                isinstance(refusal, StockShort) and self.begins == LAST
            )
            self.refused = refusal.message + ("\n" + more.strip() if more else "")
            return None
        self._key = None
        return rx.redirect(f"/outreach/sessions/{planned.session_id}")

    async def _choose(self, service_id: int, on: Any) -> None:
        chosen = next((s for s in self._known.services if s.id == service_id), None)
        self.when_key += 1
        if chosen is None:
            self.draft, self.last_lines, self.templates = PlanDraft(), [], []
            return
        day = calendar_day(on) or chosen.next_on
        covered = {id_ for id_, _ in self._known.grants}
        self.draft = PlanDraft(
            str(chosen.id),
            day.isoformat() if day else "",
            clock_value(chosen.form.starts_minute),
            clock_value(chosen.form.ends_minute),
            str(chosen.form.grant_id) if chosen.form.grant_id in covered else "",
            chosen.summary,
        )
        self.templates = [
            (str(id_), name)
            for id_, name, at in self._known.templates
            if at in (None, chosen.form.facility_id)
        ]
        self.last_lines = await work(_said_of_last, chosen.id)
        if self.begins == LAST and not self.last_lines:
            self.begins = NOTHING
        elif self.begins == NOTHING and self.last_lines:
            self.begins = LAST


def _read(session: Session, actor: Actor) -> _Read:
    may_plan = [
        each
        for each in services.listed(session, actor)
        if each.active and actor.may(RUNS, each.form.facility_id)
    ]
    sees_grants = actor.may(Permission.VIEW_GRANTS)
    return _Read(
        tuple(may_plan),
        tuple(
            (row.id, row.form.name, row.form.facility_id)
            for row in templates.listed(session, actor)
            if row.active
        ),
        tuple((g.id, g.form.name) for g in grants.listed(session, actor) if g.active)
        if sees_grants
        else (),
    )


def _said_of_last(session: Session, actor: Actor, service_id: int) -> list[str]:
    return line_changes.said(session, line_changes.lines_of_last(session, actor, service_id))


def _opening(wish: SessionWish, _key: uuid.UUID, begins: str, template_id: int | None) -> str:
    of_template = begins == TEMPLATE and template_id is not None
    return "" if of_template else planning.opening(wish)


@opening_with(_opening)
def _plan(
    session: Session,
    actor: Actor,
    wish: SessionWish,
    key: uuid.UUID,
    begins: str,
    template_id: int | None,
) -> Planned:
    if begins == TEMPLATE and template_id is not None:
        return applying.apply(session, actor, template_id, wish=wish, form_key=key)
    lines = line_changes.lines_of_last(session, actor, wish.service_id) if begins == LAST else ()
    return planning.plan(session, actor, replace(wish, lines=lines, form_key=key))
