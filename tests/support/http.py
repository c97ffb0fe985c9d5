"""A browser for the plain HTTP routes, without a server or a screen."""

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.routing import Route

SITE = "http://localhost:8000"


class Browser:
    """Keeps cookies, follows no redirect, and says where it comes from as browsers do."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self.app = Starlette(routes=list(routes))
        self.cookies = httpx.Cookies()

    def get(self, path: str, **more: Any) -> httpx.Response:
        """Open a page."""
        return asyncio.run(self._ask("GET", path, **more))

    def post(self, path: str, **more: Any) -> httpx.Response:
        """Send a form."""
        headers = {"Origin": SITE} | more.pop("headers", {})
        return asyncio.run(self._ask("POST", path, headers=headers, **more))

    async def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, client=("192.0.2.10", 5000))
        async with httpx.AsyncClient(
            transport=transport, base_url=SITE, cookies=self.cookies
        ) as client:
            answer = await client.request(method, path, **more)
            self.cookies = client.cookies
        return answer
