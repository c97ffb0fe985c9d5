"""A websocket server with nothing in it: what a broadcast costs before there is a product."""

import time
from typing import Any

import socketio

server = socketio.AsyncServer(
    async_mode="asgi", cors_allowed_origins="*", transports=["websocket"], async_handlers=False
)
NAMESPACE = "/_event"


async def broadcast(sid: str, payload: dict[str, Any]) -> float:
    """Send the payload to every client; gives the instant before."""
    began = time.perf_counter()
    await server.emit("event", payload, namespace=NAMESPACE)
    return began


async def connect(sid: str, environ: dict[str, Any], auth: Any = None) -> None:
    """Let everybody in."""


server.on("broadcast", broadcast, namespace=NAMESPACE)
server.on("connect", connect, namespace=NAMESPACE)


def application() -> Any:
    """The server as an ASGI application, made in its own process."""
    return socketio.ASGIApp(server, socketio_path="/_event")
