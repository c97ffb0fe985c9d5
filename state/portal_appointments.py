"""One's own appointments: what is to come, and what is over."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from securecare.access.actor import Actor
from securecare.portal import appointments
from securecare.portal.appointments import PAGE, OwnAppointment, Position
from state.gate import needs
from state.portal import OWN_PORTAL, in_each, portal_topic, watch_own
from state.portal_views import AppointmentView, appointment_view
from state.work import acting

TOPIC = "portal_appointments"
MOST = 400
"""So many are read again at most when something changes."""


class PortalAppointmentsState(rx.State):
    """The list on screen, and whether it goes on."""

    loaded: bool = False
    past: bool = False
    rows: list[AppointmentView] = []
    has_more: bool = False

    _following: Position | None = None

    @rx.event
    @needs(OWN_PORTAL)
    async def open(self):
        """Show what is to come."""
        self.past, self.rows = False, []
        await self._read_again(acting())
        await watch_own(TOPIC, self)

    @rx.event
    @needs(OWN_PORTAL)
    async def show(self, which: Any):
        """Show what is to come, or what is over."""
        self.past, self.rows = which == "past", []
        await self._read_again(acting())

    @rx.event
    @needs(OWN_PORTAL)
    async def show_more(self):
        """Read on."""
        if self._following is not None:
            self._keep(await _read(acting(), self.past, PAGE, self._following), PAGE, self.rows)

    async def _read_again(self, actor: Actor) -> None:
        size = min(max(PAGE, len(self.rows)), MOST)
        self._keep(await _read(actor, self.past, size), size, [])
        self.loaded = True

    def _keep(
        self, found: Sequence[OwnAppointment], size: int, before: Sequence[AppointmentView]
    ) -> None:
        shown = found[:size]
        self.has_more = len(found) > size
        self._following = shown[-1].position if shown else None
        self.rows = [*before, *map(appointment_view, shown)]


async def _read(
    actor: Actor, past: bool, size: int, since: Position | None = None
) -> list[OwnAppointment]:
    """The next of all organizations together, one more than asked for if the list goes on."""
    read = await in_each(actor, appointments.of_patron, past=past, since=since, size=size + 1)
    every = [each for _, listed in read for each in listed]
    every.sort(key=lambda each: each.position, reverse=past)
    return every[: size + 1]


portal_topic(TOPIC, ["appointment", "facility", "program", "staff"], PortalAppointmentsState)
