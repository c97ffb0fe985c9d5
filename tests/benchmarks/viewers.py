"""Viewers of an open page: websocket clients that speak to the product as its pages do."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import engineio
import socketio

NAMESPACE = "/_event"
STATE = "reflex___state____state"
HYDRATE = f"{STATE}.hydrate_and_load"
GO = "reflex___state____on_load_internal_state.on_load_internal"
"""What a page sends when it has gone to another address."""
FRAME = "state___frame____frame_state"
SCHEDULE = f"{STATE}.state___schedule____schedule_state"
LANE = f"{STATE}.state___lanes____lane"
STOCK = f"{STATE}.state___stock____stock_state"
STOCK_BAND = f"{STATE}.state___stock_rows____stock_band"
PATIENCE_SECONDS = 60
CONNECT_AT_ONCE = 10

Delta = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Page:
    """A page to open: its path, and by which delta one knows that it is on screen."""

    path: str
    shown: Callable[[Delta], bool]

    @property
    def router_data(self) -> dict[str, Any]:
        return {"pathname": self.path, "asPath": self.path, "query": {}}


DAY = Page("/schedule", lambda delta: "lanes_rx_state_" in delta.get(SCHEDULE, {}))
STOCK_LIST = Page("/inventory", lambda delta: "count_rx_state_" in delta.get(STOCK, {}))


class _Counting(engineio.AsyncClient):
    """Counts what arrives, as long as it is on the wire, without the frame's own few bytes."""

    received_bytes = 0

    async def _receive_packet(self, pkt: Any) -> None:
        self.received_bytes += len(pkt.encode().encode())
        await super()._receive_packet(pkt)


class _Client(socketio.AsyncClient):
    def _engineio_client_class(self) -> type[engineio.AsyncClient]:
        return _Counting


class Viewer:
    """One open page: signed in by its cookie, connected once, hearing updates."""

    def __init__(self, page: Page = DAY) -> None:
        self.page = page
        self.client = _Client(reconnection=False)
        self.client.on("event", self._hear, namespace=NAMESPACE)
        self.last_update: dict[str, Any] = {}
        self.heard_at = 0.0
        self._waiting: tuple[Callable[[Delta], bool], asyncio.Future[float]] | None = None

    async def connect(self, url: str, cookie: str) -> None:
        """Connect as the page does, and wait until what it shows is on it."""
        shown = self.expect(self.page.shown)
        await self.begin(url, cookie)
        await asyncio.wait_for(shown, PATIENCE_SECONDS)

    async def begin(self, url: str, cookie: str) -> None:
        """Connect as the page does; what it shows comes by and by."""
        boot = {"name": HYDRATE, "payload": {}, "router_data": self.page.router_data}
        await self.client.connect(
            f"{url}?token={uuid.uuid4()}",
            headers={"Cookie": cookie, "Origin": url},
            namespaces=[NAMESPACE],
            socketio_path="/_event",
            transports=["websocket"],
            auth={"event": boot},
        )

    def expect(self, wanted: Callable[[Delta], bool]) -> "asyncio.Future[float]":
        """When (on the clock of `time.perf_counter`) the first such delta has been decoded."""
        future: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waiting = (wanted, future)
        return future

    async def send(self, handler: str, **payload: Any) -> None:
        """Raise an event, as a click does."""
        event = {
            "name": f"{STATE}.{handler}",
            "payload": payload,
            "router_data": self.page.router_data,
        }
        await self.client.emit("event", event, namespace=NAMESPACE)

    @property
    def received_bytes(self) -> int:
        return self.client.eio.received_bytes

    async def _hear(self, update: dict[str, Any]) -> None:
        at = time.perf_counter()
        if self._waiting and self._waiting[0](update.get("delta") or {}):
            future, self._waiting = self._waiting[1], None
            self.last_update = update
            future.set_result(at)


def lane_changed(delta: Delta) -> bool:
    """Whether a lane got other blocks."""
    return any(
        name.startswith(LANE) and "blocks_rx_state_" in values for name, values in delta.items()
    )


def row_changed(delta: Delta) -> bool:
    """Whether some rows of the stock list got other figures."""
    return any(
        name.startswith(STOCK_BAND) and "rows_rx_state_" in values for name, values in delta.items()
    )


@asynccontextmanager
async def viewers(
    url: str, cookies: Sequence[str], page: Page = DAY
) -> AsyncIterator[list[Viewer]]:
    """As many as there are cookies, each with the page open."""
    made = [Viewer(page) for _ in cookies]
    try:
        for first in range(0, len(made), CONNECT_AT_ONCE):
            some = range(first, min(first + CONNECT_AT_ONCE, len(made)))
            await asyncio.gather(*(made[n].connect(url, cookies[n]) for n in some))
        yield made
    finally:
        await asyncio.gather(*(viewer.client.disconnect() for viewer in made))
