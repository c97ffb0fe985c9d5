"""What every plain HTTP route rests on: who calls, from where, and whether they may.

A route is made by one of `public`, `signed_in` and `needs`; there is no other way to make one.
Work that blocks runs in threads of its own, apart from those that serve open pages.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from securecare.access import sessions
from securecare.access.actor import Actor
from securecare.access.errors import NotAllowed
from securecare.access.roles import Permission
from securecare.access.sessions import COOKIE_NAME, Device
from securecare.foundation import clock
from securecare.foundation.db import SIGN_IN, transaction
from securecare.foundation.errors import DomainError
from securecare.foundation.faults import describe, trace_of
from securecare.settings import settings
from securecare.web.headers import is_own_origin

log = logging.getLogger(__name__)

Result = TypeVar("Result")
Answer = Callable[[Request], Awaitable[Response]]
ActorAnswer = Callable[[Request, Actor], Awaitable[Response]]

FORM_BYTES = 16_384
FORM_SECONDS = 20.0
"""A form is small: whoever takes longer keeps a connection and nothing else."""
MARK_COOKIE = "securecare_device"
"""Tells the throttle that this browser has signed in before; opens nothing."""

_threads = ThreadPoolExecutor(6, thread_name_prefix="http")


async def in_thread(call: Callable[[], Result]) -> Result:
    """Run something that blocks without blocking anybody's page."""
    return await asyncio.get_running_loop().run_in_executor(_threads, call)


def public(path: str, answer: Answer, methods: Sequence[str] = ("GET",)) -> Route:
    """A route for anybody."""
    return Route(path, _guarded(answer), methods=list(methods))


def signed_in(path: str, answer: ActorAnswer, methods: Sequence[str] = ("GET",)) -> Route:
    """A route for whoever is signed in."""
    return needs(path, answer, methods=methods)


def needs(
    path: str, answer: ActorAnswer, *permissions: Permission, methods: Sequence[str] = ("GET",)
) -> Route:
    """A route for holders of any of the permissions, in any place; the domain asks where."""

    async def as_actor(request: Request) -> Response:
        actor = await in_thread(lambda: actor_of(request))
        if actor is None:
            return RedirectResponse("/sign-in", status_code=303)
        if permissions and not any(actor.may(permission) for permission in permissions):
            return PlainTextResponse(NotAllowed().message, status_code=403)
        return await answer(request, actor)

    return Route(path, _guarded(as_actor), methods=list(methods))


def actor_of(request: Request) -> Actor | None:
    """The person behind the request's session cookie, with the rights of this moment."""
    cookie = request.cookies.get(COOKIE_NAME)
    if not cookie:
        return None
    with transaction(SIGN_IN) as session:
        token_hash = sessions.hash_of(cookie)
        return sessions.actor_of(session, token_hash, clock.now(), address_of(request))


def device_of(request: Request) -> Device:
    """The browser the request comes from."""
    mark = request.cookies.get(MARK_COOKIE, "")
    try:
        known = bytes.fromhex(mark) or None
    except ValueError:
        known = None
    return Device(address_of(request), request.headers.get("user-agent", ""), known)


def address_of(request: Request) -> str:
    """The address of the person, told by as many proxies as the settings trust."""
    peer = request.client.host if request.client else ""
    hops = settings().trusted_proxy_hops
    told = [each.strip() for each in request.headers.get("x-forwarded-for", "").split(",")]
    return (told[-hops] or peer) if 0 < hops <= len(told) else peer


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a plain HTML form; a body that is none, too long or too slow has no fields.

    Without the character that no text holds and no database takes.
    """
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    body = b""
    try:
        async with asyncio.timeout(FORM_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > FORM_BYTES:
                    return {}
    except TimeoutError:
        return {}
    fields = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: value.replace("\0", "") for name, value in fields}


def safe_path(wish: str, otherwise: str = "/") -> str:
    """Where to go on: a path of this site, never another one's."""
    if not wish.startswith("/") or wish.startswith("//") or "\\" in wish:
        return otherwise
    if any(ord(letter) <= 32 or ord(letter) == 127 for letter in wish):
        return otherwise
    parts = urlsplit(wish)
    if parts.scheme or parts.netloc or parts.path.startswith(("/auth/", "/sign-in")):
        return otherwise
    if any(each in {"", ".", ".."} for each in parts.path[1:].split("/")[:-1]):
        return otherwise  # "/.//elsewhere" is a path to one, and an address to another
    return wish


def comes_from_us(request: Request) -> bool:
    """Whether a page of ours sent this. Programs name no origin; a browser always does."""
    site = request.headers.get("sec-fetch-site", "")
    origin = request.headers.get("origin")
    if site == "cross-site":
        return False
    if origin is None:
        return site in {"", "same-origin"}
    told = settings()
    host = request.headers.get("host", "")
    return origin in told.allowed_origins or is_own_origin(origin, host, told.public_url)


def _guarded(answer: Answer) -> Answer:
    async def guarded(request: Request) -> Response:
        if request.method not in {"GET", "HEAD"} and not comes_from_us(request):
            return PlainTextResponse("This request came from another site.", status_code=403)
        try:
            return await answer(request)
        except DomainError as refusal:
            return PlainTextResponse(refusal.message, status_code=403)
        except ClientDisconnect:
            raise
        except Exception as fault:  # noqa: BLE001 - told below, without anybody's words
            return _broken(fault)

    return guarded


def _broken(fault: Exception) -> Response:
    """An answer that says nothing of a fault, whose words may be somebody's: nor does the log."""
    reference = secrets.token_hex(4)
    log.error("Fault %s over HTTP: %s", reference, describe(fault), exc_info=trace_of(fault))
    said = "Something went wrong on our side and nothing was changed. Try again; if it happens once"
    return PlainTextResponse(
        f"{said} more, tell your administrator the reference {reference}.", status_code=500
    )
