"""Every plain HTTP route, called by a stranger with nothing, with nonsense and with too much."""

import asyncio
from typing import Any

import pytest
from starlette.routing import Route

from securecare.web.policy import FORM_BYTES
from securecare.web.routes import every_route
from tests.security.tables import contents
from tests.support.http import SITE, Browser

ROUTES = [route for route in every_route() if isinstance(route, Route)]
HARMLESS = {"/auth/login"}
"""Where a wrong try is counted, which is meant to be kept."""
FORMS = ("/sign-in", "/set-password", "/sign-up", "/forgotten", "/confirm", "/portal/claim")
BODIES: tuple[dict[str, Any], ...] = (
    {},
    {"content": b"\x00\xff" * 500},
    {"data": {"id": "1", "From": "+12125550123", "Body": "STOP", "MessageSid": "SM1"}},
    {"data": {"id": "1", "more": "x" * (FORM_BYTES + 1)}},
    {"json": {"id": [1, {"x": None}]}},
)


def asked(route: Route, method: str, **more: Any) -> Any:
    headers = {"Origin": SITE} if method == "POST" else {}
    return asyncio.run(Browser(ROUTES)._ask(method, route.path, headers=headers, **more))


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
def test_a_stranger_gets_nothing_and_changes_nothing(demo_database: str, route: Route):
    del demo_database
    before = contents()
    for method in sorted((route.methods or set()) - {"HEAD"}):
        for body in BODIES if method == "POST" else ({}, {"params": {"id": "1", "notice": "x"}}):
            answer = asked(route, method, **body)
            assert answer.status_code in {204, 303, 400, 403, 404, 405, 413}, (route.path, body)
            assert "Traceback" not in answer.text
            if answer.status_code == 303:
                assert answer.headers["location"].startswith(FORMS)
    if route.path not in HARMLESS:
        assert contents() == before


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
def test_a_route_answers_no_other_method(demo_database: str, route: Route):
    del demo_database
    for method in {"GET", "POST", "PUT", "DELETE", "PATCH"} - (route.methods or set()):
        assert asked(route, method).status_code == 405
