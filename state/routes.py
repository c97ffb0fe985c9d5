"""The register of pages: each with its path, its title and its policy."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx

from state.policies import Policy, public
from state.work import acting_or_nobody


@dataclass(frozen=True, slots=True)
class Route:
    """A page and who may open it."""

    path: str
    title: str
    policy: Policy


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
        if route is None or route.policy.admits(actor):
            self.open = route is not None
            return None
        if actor is None:
            return rx.redirect(f"/sign-in?next={route.path}")
        return rx.redirect("/no-access")


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
