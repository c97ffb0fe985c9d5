"""Every plain HTTP route, asked by nobody, by somebody without rights, and by another site's page."""

import pytest
from starlette.routing import Route

from securecare.access.roles import Role
from securecare.web import auth, claiming, letters, notices
from securecare.web.routes import every_route
from tests.support.community import PASSWORD, organization, person
from tests.support.http import Browser

OPEN = {
    route.path
    for route in [*auth.routes(), *claiming.routes(), *letters.routes(), *notices.routes()]
}
"""Signing in is for everybody; the text service shows by its signature who it is."""
CLOSED = [route for route in every_route() if route.path not in OPEN]


@pytest.fixture
def browser(database: str) -> Browser:
    del database
    return Browser(every_route())


def asked(browser: Browser, route: Route, **headers: str) -> int:
    if "POST" in (route.methods or ()):
        return browser.post(route.path, headers=headers, content=b"x").status_code
    return browser.get(route.path, headers=headers).status_code


@pytest.mark.parametrize("route", CLOSED, ids=lambda route: route.path)
def test_nobody_is_sent_to_sign_in(browser: Browser, route: Route) -> None:
    assert asked(browser, route) == 303


@pytest.mark.parametrize("route", CLOSED, ids=lambda route: route.path)
def test_somebody_without_any_right_is_refused(browser: Browser, route: Route) -> None:
    role = Role.OUTREACH_LEAD if route.path.startswith("/portal/") else Role.PATRON
    somebody = person(organization(), role=role)
    browser.post("/auth/login", data={"email": somebody.email, "password": PASSWORD})
    assert asked(browser, route) == 403


@pytest.mark.parametrize("route", every_route(), ids=lambda route: route.path)
def test_another_sites_page_can_send_nothing(browser: Browser, route: Route) -> None:
    if "POST" in (route.methods or ()):
        assert asked(browser, route, Origin="https://evil.example") == 403
