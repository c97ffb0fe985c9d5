"""The headers that tell a browser to be careful, and the refusal of other sites' requests."""

import base64
import hashlib
import re
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from securecare.settings import built_dir, settings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

READING_METHODS = {"GET", "HEAD", "OPTIONS"}
INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
A_YEAR_SECONDS = 31_536_000


class CarefulHeaders:
    """Wrap the whole product: refuse what another site's page sends, and mark every answer.

    `built` is the folder of the built interface; its inline scripts are allowed by their hashes
    alone, so that a script smuggled into a page does not run.
    """

    def __init__(self, app: AsgiApp, *, built: Path, public_url: str, secure: bool) -> None:
        self.app = app
        self.public_url = public_url
        self.secure = secure
        self.script_hashes = " ".join(script_hashes(built))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        asked = dict(reversed(scope["headers"]))
        host = asked.get(b"host", b"").decode("latin-1")
        writes = scope["type"] == "websocket" or scope["method"] not in READING_METHODS
        if writes and not self._comes_from_us(asked, host):
            await _refuse(scope, receive, send)
            return

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._marked(scope["path"], host, message["headers"])
            await send(message)

        await self.app(scope, receive, marked if scope["type"] == "http" else send)

    def _comes_from_us(self, asked: dict[bytes, bytes], host: str) -> bool:
        """Programs send no origin; a browser always does, and cannot be made to lie about it."""
        if asked.get(b"sec-fetch-site") == b"cross-site":
            return False
        if b"origin" not in asked:
            return True
        return is_own_origin(asked[b"origin"].decode("latin-1"), host, self.public_url)

    def _marked(self, path: str, host: str, headers: Any) -> list[tuple[bytes, bytes]]:
        answered = [(name.lower(), value) for name, value in headers]
        present = dict(answered)
        is_page = present.get(b"content-type", b"").startswith(b"text/html")
        wanted = {
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "referrer-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "permissions-policy": "camera=(self), geolocation=(), microphone=(), usb=()",
            "cache-control": _keeping(path, is_page, b"etag" in present),
        }
        if is_page:
            wanted["content-security-policy"] = self._policy(host)
        if self.secure:
            wanted["cross-origin-opener-policy"] = "same-origin"
            wanted["strict-transport-security"] = f"max-age={A_YEAR_SECONDS}; includeSubDomains"
        answered += [
            (name.encode(), value.encode("latin-1"))
            for name, value in wanted.items()
            if name.encode() not in present
        ]
        return answered

    def _policy(self, host: str) -> str:
        sockets = f" ws://{host} wss://{host}" if re.fullmatch(r"[\w.:\[\]-]+", host) else ""
        return "; ".join(
            [
                "default-src 'self'",
                # The interface's own library evaluates the snippets its server sends it.
                f"script-src 'self' 'unsafe-eval' {self.script_hashes}".rstrip(),
                "style-src 'self' 'unsafe-inline'",
                "img-src 'self' data: blob:",
                "font-src 'self' data:",
                f"connect-src 'self'{sockets}",
                "object-src 'none'",
                "base-uri 'self'",
                "form-action 'self'",
                "frame-ancestors 'none'",
            ]
        )


def with_careful_headers(app: AsgiApp) -> AsgiApp:
    """The wrapper as the composition root puts it around everything else."""
    told = settings()
    return CarefulHeaders(
        app, built=built_dir(), public_url=told.public_url, secure=told.secure_cookies
    )


def is_own_origin(origin: str, host: str, public_url: str) -> bool:
    """Whether a page from `origin` is ours: the public address, or the host it speaks to."""
    if origin == public_url:
        return True
    parts = urlsplit(origin)
    return parts.scheme in {"http", "https"} and bool(host) and parts.netloc == host


def own_origin_check(public_url: str) -> Callable[[str | None, dict[str, Any]], bool]:
    """The same question as the websocket library asks it."""

    def allowed(origin: str | None, environ: dict[str, Any]) -> bool:
        return origin is None or is_own_origin(origin, environ.get("HTTP_HOST", ""), public_url)

    return allowed


def script_hashes(built: Path) -> list[str]:
    """Hash sources of every inline script in the built pages, as a policy spells them."""
    scripts = {
        script
        for page in sorted(built.rglob("*.html"))
        for script in INLINE_SCRIPT.findall(page.read_bytes())
        if script.strip()
    }
    digests = (base64.b64encode(hashlib.sha256(script).digest()).decode() for script in scripts)
    return sorted(f"'sha256-{digest}'" for digest in digests)


def _keeping(path: str, is_page: bool, has_etag: bool) -> str:
    """How long a browser may keep an answer: built files carry their hash in their name."""
    if path.startswith("/assets/") and has_etag:
        return f"public, max-age={A_YEAR_SECONDS}, immutable"
    return "no-cache" if is_page or has_etag else "no-store"


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 4403})
        return
    body = b"This request came from another site."
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})
