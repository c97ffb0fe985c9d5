"""The register of pages: each with its path, its title and its policy."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx

from securecare.access import accounts
from securecare.access.actor import Actor
from state.navigation import SWITCH_ORGANIZATION
from state.policies import Policy, public
from state.work import acting_or_nobody, work_as


@dataclass(frozen=True, slots=True)
class Route:
    """A page and who may open it."""

    path: str
    title: str
    policy: Policy

    @property
    def is_for_patrons(self) -> bool:
        """Whether it is a page of the portal."""
        return self.path == "/portal" or self.path.startswith("/portal/")

    @property
    def is_for_staff(self) -> bool:
        """Whether only people at work have anything to do there."""
        return not (self.is_for_patrons or self.policy.open_to_all)


STEPPED_ASIDE = {"/account": "/portal/security"}
"""Where a patron is led who opens a page of the staff that the portal has another for."""

ROUTES: dict[str, Route] = {}
"""Every page of the product by its path. A page that stands nowhere here does not exist."""


class Door(rx.State):
    """Whether the person may be on this page; what is behind it asks again for itself."""

    open: bool = False

    @rx.event
    @public
    async def enter(self):
        """Let the person in, send them to sign in, or tell them that the page is not for them."""
        self.open = False
        route = ROUTES.get(_key(self.router.route_id))
        actor = acting_or_nobody()
        if route is not None and actor is not None and actor.in_portal and route.is_for_staff:
            return rx.redirect(STEPPED_ASIDE.get(route.path, "/portal"))
        if route is None or route.policy.admits(actor):
            self.open = route is not None
            return None
        if actor is None:
            return rx.redirect(f"/sign-in?next={route.path}")
        return rx.redirect(await _instead(route, actor))


async def _instead(route: Route, actor: Actor) -> str:
    """Where somebody is led whom the page does not admit."""
    if route.is_for_patrons and await work_as(actor, accounts.is_patron):
        return f"{SWITCH_ORGANIZATION}?next={route.path}"
    return "/no-access"


def page(
    path: str, title: str, policy: Policy, on_load: Sequence[Any] = ()
) -> Callable[[Callable[[], rx.Component]], Callable[[], rx.Component]]:
    """Register a page under its path. Its handlers run after the door has been passed."""
    ROUTES[_key(path)] = Route(path, title, policy)
    return rx.page(route=path, title=f"{title} · SecureCare", on_load=[Door.enter, *on_load])


def _key(route: str) -> str:
    """The same for "/", "index" and "", and for "/schedule" and "schedule"."""
    bare = route.strip("/")
    return "/" if bare in {"", "index"} else f"/{bare}"
