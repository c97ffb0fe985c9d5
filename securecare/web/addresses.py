"""Addresses as people see them: a page's own, without a slash at its end and without a detour."""

from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from securecare.settings import built_dir


class PlainAddresses:
    """Serves `/schedule` from the file the build made of it.

    Left to itself the file server would send the browser from `/schedule` to `/schedule/`: one more
    round trip, and an address that the rest of the product does not know.
    """

    def __init__(self, app: ASGIApp, built: Path) -> None:
        self._app = app
        self._files = {
            f"/{page.relative_to(built).with_suffix('').as_posix()}": f"/{page.relative_to(built)}"
            for page in built.rglob("*.html")
            if page.stem not in {"index", "404", "__spa-fallback"}
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        file = self._files.get(scope["path"]) if scope["type"] == "http" else None
        if file and scope["method"] in {"GET", "HEAD"}:
            scope = {**scope, "path": file}
        await self._app(scope, receive, send)


def with_plain_addresses(app: ASGIApp) -> ASGIApp:
    """The app behind the addresses of the pages that were built."""
    return PlainAddresses(app, built_dir())
