"""Who looks at what: the open pages that the live hub tells, and the kinds of pages there are."""

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from securecare.access.actor import Actor
from securecare.foundation import clock
from securecare.foundation.live import GAP, Change

if TYPE_CHECKING:
    from state.live import Hub

REMEMBERED = 500
"""Changes that a topic remembers for pages which they overtake; who missed more reads everything."""


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
    here: bool = True
    """Until the page shows something else, or is somebody else's."""
    catches_up: bool = False
    """Whether it is told what it is behind with on its own, and the others do not wait for it."""
    behind: list[Change] = field(default_factory=list)

    def concerning(self, changes: Sequence[Change]) -> list[Change]:
        """Those of the changes that happened where this page hears of changes."""
        return [c for c in changes if c is GAP or c.organization_id in self.organizations]

    def is_behind(self, changes: Sequence[Change]) -> None:
        """Note what it is still to be told."""
        self.behind = [*self.behind, *changes] if len(self.behind) < REMEMBERED else [GAP]


class Late(Exception):
    """A page is busy with an event of its own, or no longer the viewer's. Taken up by the hub."""

    def __init__(self, viewer: Viewer) -> None:
        super().__init__()
        self.viewer = viewer


KeepAlive = Callable[[Sequence[Viewer]], Awaitable[None]]
Refresh = Callable[["Hub", Sequence[Change], Sequence[Viewer]], Awaitable[None]]


@dataclass(eq=False)
class Topic:
    """A kind of page that changes by itself."""

    name: str
    tables: frozenset[str]
    refresh: Refresh
    keep_alive: KeepAlive | None = None
    """Called now and then for viewers who are still there."""
    viewers: dict[str, Viewer] = field(default_factory=dict)
    _heard: deque[tuple[int, Change]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    _forgotten_until: int = 0

    def add(self, viewer: Viewer) -> None:
        """Tell this viewer from now on, and nobody who had the page before."""
        self.drop(viewer.token)
        self.viewers[viewer.token] = viewer

    def drop(self, token: str) -> Viewer | None:
        """Tell this page nothing more, not even what is on its way; gives what was known of it."""
        viewer = self.viewers.pop(token, None)
        if viewer is not None:
            viewer.here = False
        return viewer

    def hear(self, number: int, changes: Sequence[Change]) -> None:
        """Remember the changes of a batch."""
        for change in changes:
            if len(self._heard) == REMEMBERED:
                self._forgotten_until = self._heard[0][0]
            self._heard.append((number, change))

    def heard_since(self, number: int) -> list[Change]:
        """The changes of all batches after that one."""
        if self._forgotten_until > number:
            return [GAP]
        missed: list[Change] = []
        for heard, change in reversed(self._heard):
            if heard <= number:
                break
            missed.append(change)
        return missed[::-1]
