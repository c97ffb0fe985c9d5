"""The conversations that somebody of the staff takes part in, the newest first."""

from collections.abc import Sequence

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation.live import Change
from securecare.messages import reading
from securecare.messages.reading import Page, Position
from state.gate import needs
from state.live import Hub, Viewer, hub
from state.message_live import TABLES, taking_part
from state.message_views import Clock, ThreadView, clock_of, thread_view
from state.work import acting, work_as

SEES = Permission.VIEW_MESSAGES
TOPIC = "messages"


class MessagesState(rx.State):
    """A part of the list."""

    loaded: bool = False
    threads: list[ThreadView] = []
    first: bool = True
    last: bool = True

    _starts: list[Position | None] = [None]
    _following: Position | None = None

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show the newest, and keep them current."""
        self._starts = [None]
        await self._read_again(acting())
        hub.watch(TOPIC, self, None)

    @rx.event
    @needs(SEES)
    async def show_following(self):
        """Go on in the list."""
        if self._following is not None:
            self._starts = [*self._starts, self._following]
            await self._read_again(acting())

    @rx.event
    @needs(SEES)
    async def show_previous(self):
        """Go back in the list."""
        if len(self._starts) > 1:
            self._starts = self._starts[:-1]
            await self._read_again(acting())

    async def _read_again(self, actor: Actor) -> None:
        page, told = await work_as(actor, _read, self._starts[-1])
        self.threads = [thread_view(each, told) for each in page.rows]
        self._following = page.following
        self.first, self.last = len(self._starts) == 1, self._following is None
        self.loaded = True


def _read(session: Session, actor: Actor, since: Position | None) -> tuple[Page, Clock]:
    return reading.of_staff(session, actor, since), clock_of(session, actor)


async def _refresh(live: Hub, changes: Sequence[Change], viewers: Sequence[Viewer]) -> None:
    for viewer in await taking_part(changes, viewers):
        async with live.modify(viewer, MessagesState) as state:
            await state._read_again(viewer.actor)


hub.topic(TOPIC, TABLES, _refresh)
