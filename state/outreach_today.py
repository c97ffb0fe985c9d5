"""Today's sessions, one of them open to work with, and the dates that may come next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation import clock
from securecare.foundation.days import near_day
from securecare.foundation.live import Change
from securecare.organization import words
from securecare.outreach import today
from securecare.outreach.session_reading import SessionListed
from securecare.outreach.today import Suggestion, Today
from state.gate import needs
from state.live import Hub, Viewer, hub
from state.read import whole_number
from state.session_sheet import SheetState
from state.session_view import STATUS_WORDS, hours_of
from state.work import acting, work_as

TOPIC = "outreach_today"
SEES = Permission.VIEW_OUTREACH
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True)
class CardView:
    """A session as it can be chosen."""

    id: int = 0
    service: str = ""
    facility: str = ""
    hours: str = ""
    day: str = ""
    status: str = ""
    status_word: str = ""
    lines: str = ""


@dataclass(frozen=True)
class SuggestionView:
    """A date on which a session could be planned."""

    service_id: int
    service: str
    facility: str
    day: str
    href: str


class TodayState(rx.State):
    """What is to be done today."""

    loaded: bool = False
    cards: list[CardView] = []
    left_open: list[CardView] = []
    suggestions: list[SuggestionView] = []
    chosen: int = 0
    may_run: bool = False

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show today, with the session that the address names or that comes next."""
        hub.watch(TOPIC, self, _quarter())
        await self._read_again(acting())
        asked = whole_number(self.router.url.query_parameters.get("session"))
        known = [card.id for card in self.cards]
        if asked in known:
            self.chosen = asked or 0
        elif self.chosen not in known:
            waiting = [card.id for card in self.cards if card.status == "planned"]
            self.chosen = next(iter(waiting or known), 0)
        await self._open_chosen()

    @rx.event
    @needs(SEES)
    async def choose(self, session_id: Any):
        """Open one of today's sessions."""
        wanted = whole_number(session_id) or 0
        if wanted in {card.id for card in self.cards}:
            self.chosen = wanted
            await self._open_chosen()

    async def _open_chosen(self) -> None:
        if self.chosen:
            sheet = await self.get_state(SheetState)
            await sheet._open(self.chosen)

    async def _read_again(self, actor: Actor) -> None:
        found, clock24 = await work_as(actor, _read)
        self.cards = [_card(each, clock24) for each in found.sessions]
        self.left_open = [_card(each, clock24) for each in found.left_open]
        self.suggestions = [_suggestion(each) for each in found.suggestions]
        self.may_run = actor.may(Permission.RUN_OUTREACH)
        self.loaded = True


def _read(session: Session, actor: Actor) -> tuple[Today, bool]:
    return today.read(session, actor), words.of(session, actor).clock24


def _card(listed: SessionListed, clock24: bool) -> CardView:
    lines = "1 line" if listed.lines == 1 else f"{listed.lines} lines"
    return CardView(
        listed.id,
        listed.service,
        listed.facility,
        hours_of(listed.starts_minute, listed.ends_minute, clock24),
        near_day(listed.held_on),
        listed.status,
        STATUS_WORDS[listed.status],
        lines if listed.lines else "Nothing on it yet",
    )


def _suggestion(each: Suggestion) -> SuggestionView:
    near = {0: "today", 1: "tomorrow"}.get(each.in_days, near_day(each.held_on))
    href = f"/outreach/sessions/new?service={each.service_id}&on={each.held_on.isoformat()}"
    return SuggestionView(each.service_id, each.service, each.facility, near, href)


def _quarter() -> int:
    """Which quarter of an hour it is. Days begin with one, wherever a facility is."""
    return int(clock.now().timestamp() // QUARTER.total_seconds())


async def _refresh(live: Hub, _changes: Sequence[Change], viewers: Sequence[Viewer]) -> None:
    for viewer in viewers:
        await _show_anew(live, viewer)


async def _as_time_goes_by(viewers: Sequence[Viewer]) -> None:
    """A page that stays open over midnight turns to the new day."""
    for viewer in viewers:
        if viewer.interest != _quarter():
            viewer.interest = _quarter()
            await _show_anew(hub, viewer)


async def _show_anew(live: Hub, viewer: Viewer) -> None:
    async with live.modify(viewer, TodayState) as state:
        await state._read_again(viewer.actor)


hub.topic(TOPIC, ("outreach_session", "community_service"), _refresh, _as_time_goes_by)
