"""Where a patron arrives: what comes next, what is new, and what is missing."""

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.customers import patrons
from securecare.customers.own import Own
from securecare.customers.patron_models import ASKED, KNOWN
from securecare.documents import reading
from securecare.portal import appointments, organizations
from state.gate import needs
from state.portal import OWN_PORTAL, in_each, portal_topic, watch_own
from state.portal_views import AppointmentView, FileView, appointment_view, file_view
from state.work import acting, work_as

TOPIC = "portal_home"
SHOWN = 3


class PortalHomeState(rx.State):
    """A little of everything."""

    loaded: bool = False
    called: str = ""
    """What the person wants to be called."""
    appointments: list[AppointmentView] = []
    files: list[FileView] = []
    missing: list[str] = []
    """The fields of their profile that are still needed."""
    asked: list[str] = []
    """Organizations that have not answered yet."""
    known: bool = False
    """Whether any organization knows them."""

    @rx.event
    @needs(OWN_PORTAL)
    async def open(self):
        """Show it."""
        await self._read_again(acting())
        await watch_own(TOPIC, self)

    async def _read_again(self, actor: Actor) -> None:
        mine = await work_as(actor, patrons.read)
        links = await work_as(actor, organizations.links)
        read = await in_each(actor, _newest)
        coming = sorted(
            (each for _, (listed, _) in read for each in listed), key=lambda each: each.position
        )
        files = sorted(
            ((known, each) for known, (_, listed) in read for each in listed),
            key=lambda pair: pair[1].stored_at,
            reverse=True,
        )
        self.called = mine.form.preferred_name or mine.form.given_name
        self.missing = [patrons.LABELS[name] for name in mine.missing]
        self.asked = [each.organization for each in links if each.status == ASKED]
        self.known = bool(read) or any(each.status == KNOWN for each in links)
        self.appointments = [appointment_view(each) for each in coming[:SHOWN]]
        self.files = [
            file_view(each, known.organization_id, known.organization)
            for known, each in files[:SHOWN]
        ]
        self.loaded = True


def _newest(
    session: Session, actor: Actor, known: Own
) -> tuple[list[appointments.OwnAppointment], list[reading.DocumentListed]]:
    coming = appointments.of_patron(session, actor, known, size=SHOWN)
    return coming, reading.of_patron(session, actor, known.customer_ids, size=SHOWN).rows


portal_topic(TOPIC, ["appointment", "document", "patron"], PortalHomeState)
