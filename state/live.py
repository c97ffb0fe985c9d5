"""The live hub: what was committed anywhere reaches every open page it concerns.

One hub per web process listens to the database and keeps the pages that are connected to this
process. A topic says which tables concern it and how its pages are refreshed; it is called once
per batch with all its viewers, so that a change is read once and not once per viewer.

Pages do not wait for each other. One that is busy with an event of its own is brought up to date
when that is over, and so is one that a change overtook between its reading and its being watched.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import ContextVar, copy_context
from functools import partial
from typing import Any, TypeVar

import reflex as rx
from reflex.state import StateUpdate
from reflex_base.event import Event

from securecare.access import sessions
from securecare.foundation import clock, live
from securecare.foundation.db import SIGN_IN
from securecare.foundation.faults import trace_of
from state.cookies import cookie_hash
from state.delivery import sid_of
from state.viewers import KeepAlive, Late, Refresh, Topic, Viewer
from state.work import acting, work_in

log = logging.getLogger(__name__)

S = TypeVar("S", bound=rx.State)

WATCH_SECONDS = 20.0
"""How often the sessions behind open pages are asked whether they still stand."""
BUSY_SECONDS = 0.2
"""How long the others wait for a page that is busy with an event of its own."""
ACCESS_TABLES = frozenset({"role_grant", "membership", "login_session", "account"})

_event_began: ContextVar[int | None] = ContextVar("event_began", default=None)
"""How many batches had been heard when the event that is being worked on began."""


class Hub:
    """Keeps the viewers of each topic, and tells them."""

    def __init__(self) -> None:
        self.topics: dict[str, Topic] = {}
        self.app: rx.App | None = None
        self._heard = 0
        self._nobodys = copy_context()
        """As it is where no event is being worked on."""
        self._catching_up: set[asyncio.Task[None]] = set()

    def topic(
        self,
        name: str,
        tables: Sequence[str],
        refresh: Refresh,
        keep_alive: KeepAlive | None = None,
    ) -> Topic:
        """Declare a topic, once, at import."""
        self.topics[name] = Topic(name, frozenset(tables), refresh, keep_alive)
        return self.topics[name]

    def watch(
        self,
        name: str,
        state: rx.State,
        interest: Any,
        organizations: Collection[int | None] | None = None,
    ) -> None:
        """Note that this page shows the topic now, replacing what it showed before.

        A page hears of the organization its person is at work in, unless `organizations` are named:
        in a portal those where the patron is known, and None for what belongs to nobody but them.

        What it shows may have been read before this is called, in the same event: what was heard
        since that began is told to the page when it is over.
        """
        client = state.router.session.client_token
        token_hash = cookie_hash(state.router_data.get("headers", {}).get("cookie", ""))
        if token_hash is not None:
            actor, topic = acting(), self.topics[name]
            viewer = Viewer(
                client,
                state.router.session.session_id,
                token_hash,
                actor,
                interest,
                frozenset([actor.organization_id] if organizations is None else organizations),
            )
            topic.add(viewer)
            began = _event_began.get()
            missed = viewer.concerning(topic.heard_since(began)) if began is not None else []
            if missed:
                self._tell_later(topic, viewer, missed)

    def event_begins(self) -> None:
        """Note in the gate how much had been heard before anything was read for this event."""
        _event_began.set(self._heard)

    def leave(self, name: str, state: rx.State) -> Viewer | None:
        """Forget that this page shows the topic; gives what was known of it."""
        return self.topics[name].drop(state.router.session.client_token)

    def forget(self, client: str) -> None:
        """Tell this page nothing more, whatever it showed: it is somebody else's now, or nobody's."""
        for topic in self.topics.values():
            topic.drop(client)

    def connected(self, viewer: Viewer) -> bool:
        """Whether the page still hangs on the connection it was registered over."""
        namespace = self.app.event_namespace if self.app else None
        return namespace is not None and sid_of(namespace, viewer.token) == viewer.sid

    @asynccontextmanager
    async def modify(self, viewer: Viewer, cls: type[S]) -> AsyncIterator[S]:
        """Open the viewer's state for change; what changed is sent when it closes.

        Raises `Late`, for the hub to take up, if the page is busy or no longer that viewer's.
        """
        assert self.app is not None
        token = rx.BaseStateToken(ident=viewer.token, cls=cls)
        async with AsyncExitStack() as opened:
            try:
                async with asyncio.timeout(None if viewer.catches_up else BUSY_SECONDS):
                    root = await opened.enter_async_context(self.app.modify_state(token))
            except TimeoutError:
                raise Late(viewer) from None
            if not viewer.here:  # the page became another's while this waited for it
                raise Late(viewer)
            yield await root.get_state(cls)

    async def tell(self, viewer: Viewer, spec: Any) -> None:
        """Send the viewer's page a front-end event, such as a toast or a redirect."""
        assert self.app is not None and self.app.event_namespace is not None
        update = StateUpdate(events=Event.from_event_type(spec))
        await self.app.event_namespace.emit_update(update=update, token=viewer.token)

    async def run(self, app: rx.App) -> None:
        """Listen for as long as the process lives."""
        self.app = app
        watching = asyncio.create_task(self._watch_sessions())
        try:
            async for batch in live.changes():
                with app.set_contexts():  # once for all pages, and not for each of them
                    await self.hear(batch)
        finally:
            watching.cancel()

    async def hear(self, batch: Sequence[live.Change]) -> None:
        """Pass a batch of changes to every topic that it concerns."""
        self._heard += 1
        gap = live.GAP in batch
        concerned: list[tuple[Topic, list[live.Change]]] = []
        for topic in self.topics.values():
            changes = [
                change for change in batch if change is live.GAP or change.table in topic.tables
            ]
            if changes:
                topic.hear(self._heard, changes)
                concerned.append((topic, changes))
        if gap or any(change.table in ACCESS_TABLES for change in batch):
            await self._recheck_viewers(None if gap else batch)
        for topic, changes in concerned:
            viewers = await self._viewers_of(topic, changes)
            for viewer in viewers:
                if viewer.catches_up:
                    viewer.is_behind(changes)
            await self._refresh(topic, changes, [v for v in viewers if not v.catches_up])

    async def _viewers_of(self, topic: Topic, changes: Sequence[live.Change]) -> list[Viewer]:
        now = clock.now()
        for viewer in list(topic.viewers.values()):
            if not self.connected(viewer):
                topic.drop(viewer.token)
            elif viewer.until <= now:
                await self._recheck(topic, viewer)
        return [viewer for viewer in topic.viewers.values() if viewer.concerning(changes)]

    async def _refresh(
        self, topic: Topic, changes: Sequence[live.Change], viewers: Sequence[Viewer]
    ) -> None:
        await self._with_all(
            topic,
            viewers,
            partial(topic.refresh, self, changes),
            partial(self._tell_later, topic, changes=changes),
        )

    async def _with_all(
        self,
        topic: Topic,
        viewers: Sequence[Viewer],
        do: Callable[[Sequence[Viewer]], Awaitable[None]],
        otherwise: Callable[[Viewer], None],
    ) -> None:
        """Do something for these viewers, from the start again without any who turns out to be late.

        Everything that is done shows what stands now, so that doing it again changes nothing.
        """
        there = [viewer for viewer in viewers if viewer.here]
        while there:
            try:
                await do(there)
                return
            except Late as late:
                there = [viewer for viewer in there if viewer is not late.viewer]
                if late.viewer.here:
                    otherwise(late.viewer)
            except Exception as fault:
                log.error("Refreshing %s failed", topic.name, exc_info=trace_of(fault))
                return

    def _tell_later(self, topic: Topic, viewer: Viewer, changes: Sequence[live.Change]) -> None:
        """Have the page brought up to date as soon as its own event is over."""
        viewer.is_behind(changes)
        if not viewer.catches_up:
            viewer.catches_up = True
            task = asyncio.create_task(self._catch_up(topic, viewer), context=self._nobodys.copy())
            self._catching_up.add(task)
            task.add_done_callback(self._catching_up.discard)

    async def _catch_up(self, topic: Topic, viewer: Viewer) -> None:
        try:
            while viewer.behind and viewer.here:
                if viewer.until <= clock.now():
                    await self._recheck(topic, viewer)
                changes, viewer.behind = viewer.behind, []
                await self._refresh(topic, changes, [viewer])
        finally:
            viewer.catches_up = False

    async def _watch_sessions(self) -> None:
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            try:
                await self._recheck_viewers(None)
                for topic in self.topics.values():
                    if topic.keep_alive:
                        await self._with_all(
                            topic,
                            list(topic.viewers.values()),
                            topic.keep_alive,
                            partial(self._tell_later, topic, changes=[live.GAP]),
                        )
            except Exception as fault:
                log.error("Watching the open pages failed", exc_info=trace_of(fault))

    async def _recheck_viewers(self, batch: Sequence[live.Change] | None) -> None:
        """Read again who the viewers are; those whose session or rights changed start anew."""
        for topic in self.topics.values():
            for viewer in list(topic.viewers.values()):
                if batch is None or _concerns(viewer, batch):
                    await self._recheck(topic, viewer)

    async def _recheck(self, topic: Topic, viewer: Viewer) -> None:
        if not self.connected(viewer):
            topic.drop(viewer.token)
            return
        standing = await work_in(SIGN_IN, sessions.peek, viewer.token_hash, clock.now())
        known = viewer.actor
        if standing is None:
            topic.drop(viewer.token)
            await self.tell(viewer, rx.redirect("/sign-in?ended=1"))
        elif (standing.actor.grants, standing.actor.organization_id) != (
            known.grants,
            known.organization_id,
        ):
            topic.drop(viewer.token)
            await self.tell(viewer, rx.call_script("window.location.reload()"))
        else:
            viewer.until = standing.until


def _concerns(viewer: Viewer, batch: Sequence[live.Change]) -> bool:
    return any(
        change.row.get("account_id") == viewer.actor.account_id
        or (change.table == "account" and change.row.get("id") == viewer.actor.account_id)
        for change in batch
        if change.table in ACCESS_TABLES
    )


hub = Hub()
