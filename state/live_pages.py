"""Pages of lists that are read again whenever something on them changes anywhere."""

from collections.abc import Sequence
from typing import Any, Protocol

import reflex as rx

from securecare.access.actor import Actor
from securecare.foundation.live import Change
from state.live import Hub, Viewer, hub


class LivePage(Protocol):
    """A state that can read again what it shows."""

    async def _read_again(self, actor: Actor) -> None: ...


def live_page(name: str, tables: Sequence[str], cls: type[rx.State]) -> None:
    """Declare that pages of `cls` are read again when any of the tables changes."""

    async def refresh(live: Hub, changes: Sequence[Change], viewers: Sequence[Viewer]) -> None:
        for viewer in viewers:
            async with live.modify(viewer, cls) as state:
                page: Any = state
                await page._read_again(viewer.actor)

    hub.topic(name, tables, refresh)
