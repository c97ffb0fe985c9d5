"""The live hub: what was committed anywhere reaches every open page it concerns.

One hub per web process listens to the database and keeps the pages that are connected to this
process. A topic says which tables concern it and how its pages are refreshed; it is called once
per batch with all its viewers, so that a change is read once and not once per viewer.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import reflex as rx
from reflex.state import StateUpdate
from reflex_base.event import Event

from securecare.access import sessions
from securecare.access.actor import Actor
from securecare.foundation import clock, live
from securecare.foundation.db import SIGN_IN
from securecare.foundation.faults import trace_of
from state.cookies import cookie_hash
from state.work import acting, work_in

log = logging.getLogger(__name__)

S = TypeVar("S", bound=rx.State)

WATCH_SECONDS = 20.0
"""How often the sessions behind open pages are asked whether they still stand."""
ACCESS_TABLES = frozenset({"role_grant", "membership", "login_session", "account"})


@dataclass(eq=False)
class Viewer:
    """One open page of one person, over one connection."""

    token: str
    sid: str
    token_hash: bytes
    actor: Actor
    interest: Any = None
    """What of the topic is on screen; its meaning belongs to the topic."""
    organizations: frozenset[int | None] = frozenset()
    """Whose changes are told here."""
    until: datetime = field(default_factory=clock.now)
    """When the session has to be asked again before anything more is told: before the first time,
    and when it would have fallen idle or reached its end unless something was done meanwhile."""


KeepAlive = Callable[[Sequence[Viewer]], Awaitable[None]]
Refresh = Callable[["Hub", Sequence[live.Change], Sequence[Viewer]], Awaitable[None]]


@dataclass(eq=False)
class Topic:
    """A kind of page that changes by itself."""

    name: str
    tables: frozenset[str]
    refresh: Refresh
    keep_alive: KeepAlive | None = None
    """Called now and then for viewers who are still there."""
    viewers: dict[str, Viewer] = field(default_factory=dict)


class Hub:
    """Keeps the viewers of each topic, and tells them."""

    def __init__(self) -> None:
        self.topics: dict[str, Topic] = {}
        self.app: rx.App | None = None

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
        """
        client = state.router.session.client_token
        token_hash = cookie_hash(state.router_data.get("headers", {}).get("cookie", ""))
        if token_hash is not None:
            actor = acting()
            self.topics[name].viewers[client] = Viewer(
                client,
                state.router.session.session_id,
                token_hash,
                actor,
                interest,
                frozenset([actor.organization_id] if organizations is None else organizations),
            )

    def leave(self, name: str, state: rx.State) -> Viewer | None:
        """Forget that this page shows the topic; gives what was known of it."""
        return self.topics[name].viewers.pop(state.router.session.client_token, None)

    def forget(self, client: str) -> None:
        """Tell this page nothing more, whatever it showed: it is somebody else's now, or nobody's."""
        for topic in self.topics.values():
            topic.viewers.pop(client, None)

    def connected(self, viewer: Viewer) -> bool:
        """Whether the page still hangs on the connection it was registered over."""
        namespace = self.app.event_namespace if self.app else None
        return namespace is not None and namespace.token_to_sid.get(viewer.token) == viewer.sid

    @asynccontextmanager
    async def modify(self, viewer: Viewer, cls: type[S]) -> AsyncIterator[S]:
        """Open the viewer's state for change; what changed is sent when it closes."""
        assert self.app is not None
        token = rx.BaseStateToken(ident=viewer.token, cls=cls)
        async with self.app.modify_state(token) as root:
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
                await self.hear(batch)
        finally:
            watching.cancel()

    async def hear(self, batch: Sequence[live.Change]) -> None:
        """Pass a batch of changes to every topic that it concerns."""
        gap = live.GAP in batch
        if gap or any(change.table in ACCESS_TABLES for change in batch):
            await self._recheck_viewers(None if gap else batch)
        for topic in self.topics.values():
            changes = [
                change for change in batch if change is live.GAP or change.table in topic.tables
            ]
            viewers = await self._viewers_of(topic, changes)
            if viewers:
                await self._refresh(topic, changes, viewers)

    async def _viewers_of(self, topic: Topic, changes: Sequence[live.Change]) -> list[Viewer]:
        if not changes:
            return []
        now = clock.now()
        for viewer in list(topic.viewers.values()):
            if not self.connected(viewer):
                topic.viewers.pop(viewer.token, None)
            elif viewer.until <= now:
                await self._recheck(topic, viewer)
        if live.GAP in changes:
            return list(topic.viewers.values())
        organizations = {change.organization_id for change in changes}
        return [v for v in topic.viewers.values() if not organizations.isdisjoint(v.organizations)]

    async def _refresh(
        self, topic: Topic, changes: Sequence[live.Change], viewers: Sequence[Viewer]
    ) -> None:
        try:
            await topic.refresh(self, changes, viewers)
        except Exception as fault:
            log.error("Refreshing %s failed", topic.name, exc_info=trace_of(fault))

    async def _watch_sessions(self) -> None:
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            try:
                await self._recheck_viewers(None)
                for topic in self.topics.values():
                    if topic.keep_alive and topic.viewers:
                        await topic.keep_alive(list(topic.viewers.values()))
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
            topic.viewers.pop(viewer.token, None)
            return
        standing = await work_in(SIGN_IN, sessions.peek, viewer.token_hash, clock.now())
        known = viewer.actor
        if standing is None:
            topic.viewers.pop(viewer.token, None)
            await self.tell(viewer, rx.redirect("/sign-in?ended=1"))
        elif (standing.actor.grants, standing.actor.organization_id) != (
            known.grants,
            known.organization_id,
        ):
            topic.viewers.pop(viewer.token, None)
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
