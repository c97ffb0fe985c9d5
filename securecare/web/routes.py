"""The plain HTTP side: sign-in, files and health, before everything else goes to the app."""

from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from securecare.web import (
    audit_export,
    auth,
    claiming,
    day_export,
    documents,
    letters,
    notices,
    outreach_exports,
    portal_documents,
)


def with_http_routes(app: ASGIApp) -> ASGIApp:
    """The app with the plain routes in front of it."""
    return HttpRoutes(app, every_route())


def every_route() -> list[Route]:
    """All plain HTTP routes of the product; each carries its policy (see `securecare.web.policy`)."""
    return [
        *auth.routes(),
        *claiming.routes(),
        *audit_export.routes(),
        *day_export.routes(),
        *documents.routes(),
        *letters.routes(),
        *notices.routes(),
        *outreach_exports.routes(),
        *portal_documents.routes(),
    ]


class HttpRoutes:
    """Answers the routes it has and passes on everything else, websockets included."""

    def __init__(self, app: ASGIApp, routes: list[Route]) -> None:
        self._app = app
        self._paths = {route.path for route in routes}
        self._router = Router(routes=routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] in self._paths:
            await self._router(scope, receive, send)
        else:
            await self._app(scope, receive, send)
