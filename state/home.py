"""Arriving without naming a page."""

import reflex as rx

from state.navigation import PLACES, within_reach
from state.policies import public
from state.work import acting_or_nobody


class HomeState(rx.State):
    """Knows nothing; sends people on."""

    @rx.event
    @public
    async def arrive(self):
        """Go on to the first page that is open to the person, or to sign in."""
        actor = acting_or_nobody()
        if actor is None:
            return rx.redirect("/sign-in", replace=True)
        if actor.in_portal:
            return rx.redirect("/portal", replace=True)
        first = next((p.href for p in PLACES if within_reach(actor, p.permissions)), "/account")
        return rx.redirect(first, replace=True)
