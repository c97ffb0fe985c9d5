"""The websocket without a browser: events as anybody could send them, and every frame that answers."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
import socketio

from securecare.access.sessions import COOKIE_NAME
from tests.support.signing_in import credentials_of

T = TypeVar("T")

NAMESPACE = "/_event"
ROOT = "reflex___state____state"
PATIENCE_SECONDS = 60


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run it to its end in a thread of its own: this one's loop may belong to a browser."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def cookie_of(url: str, who: str) -> str:
    """Sign in as one of the demo's people; gives the value of their cookie."""
    email, password = credentials_of(who)
    with httpx.Client(base_url=url, headers={"Origin": url}) as client:
        answer = client.post("/auth/login", data={"email": email, "password": password})
        assert answer.status_code == 303, answer.status_code
        return client.cookies[COOKIE_NAME]


@dataclass
class Wire:
    """One open connection, and what came over it."""

    client: socketio.AsyncClient
    frames: list[str] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(
        self, name: str, payload: Any = None, path: str = "/schedule", **router_data: Any
    ) -> None:
        """Send an event, without waiting for what becomes of it."""
        event = {
            "name": name,
            "payload": {} if payload is None else payload,
            "router_data": {"pathname": path, "asPath": path, "query": {}, **router_data},
        }
        await self.client.emit("event", event, namespace=NAMESPACE)

    async def wait_for(self, text: str, since: int = 0) -> str:
        """The first frame from the one numbered `since` on in which the text occurs."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                for frame in self.frames[since:]:
                    if text in frame:
                        return frame
                self.news.clear()
                await self.news.wait()

    async def settle(self) -> list[str]:
        """Wait until everything sent so far was dealt with: events of one page run in order."""
        since = len(self.frames)
        await self.send(f"{ROOT}.hydrate")
        await self.wait_for('"is_hydrated_rx_state_"', since)
        return self.frames[since:]


@asynccontextmanager
async def connected(
    url: str, cookie: str | None = None, token: str | None = None
) -> AsyncIterator[Wire]:
    """Open a connection as a browser with this cookie would, or one with none."""
    client = socketio.AsyncClient(reconnection=False)
    wire = Wire(client)

    async def hear(*data: Any) -> None:
        wire.frames.append(json.dumps(data, ensure_ascii=False))
        wire.news.set()

    client.on("event", hear, namespace=NAMESPACE)
    headers = {"Origin": url} | ({"Cookie": f"{COOKIE_NAME}={cookie}"} if cookie else {})
    await client.connect(
        f"{url}/?token={token or uuid.uuid4()}",
        headers=headers,
        transports=["websocket"],
        namespaces=[NAMESPACE],
        socketio_path="_event",
        wait_timeout=PATIENCE_SECONDS,
    )
    try:
        yield wire
    finally:
        await client.disconnect()
