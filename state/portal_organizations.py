"""Where one is known: asking an organization, taking a wish back, leaving."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import reflex as rx

from securecare.access.actor import Actor
from securecare.customers.patron_models import ASKED, DECLINED, ENDED, KNOWN, LINKED, STANDING
from securecare.customers.support import ASKED_AS
from securecare.foundation.days import short_day
from securecare.foundation.errors import DomainError
from securecare.portal import organizations
from securecare.portal.organizations import Link
from state.filled_in import FilledIn
from state.gate import needs
from state.navigation import capitalized
from state.portal import OWN_PORTAL, portal_topic, watch_own
from state.read import whole_number
from state.work import acting, in_thread, work, work_as

TOPIC = "portal_organizations"
WORDS = {
    ASKED: "Requested {day}. Waiting for an answer.",
    DECLINED: "Could not find your record on {day}. Please speak with the staff.",
    ENDED: "Ended {day}",
}


@dataclass(frozen=True)
class LinkView:
    """One organization, in words."""

    id: int
    organization: str
    status: str
    words: str
    supports: bool = False
    """Whether the person donates or volunteers there."""


class PortalOrganizationsState(rx.State):
    """One's links, and the form that asks for another."""

    loaded: bool = False
    links: list[LinkView] = []
    former: list[LinkView] = []
    """What is over; the last of each organization."""
    asking: bool = False
    form_key: int = 0
    error: str = ""
    as_error: str = ""
    """What is wrong with what the person says they are there."""
    ending: LinkView = LinkView(0, "", "", "")
    """What is about to be ended, once that is confirmed."""

    @rx.event
    @needs(OWN_PORTAL)
    async def open(self):
        """Show them."""
        self.asking, self.ending = False, LinkView(0, "", "", "")
        self.error = self.as_error = ""
        await self._read_again(acting())
        await watch_own(TOPIC, self)

    @rx.event
    @needs(OWN_PORTAL)
    async def start(self):
        """Open the form."""
        self.error = self.as_error = ""
        self.asking = True
        self.form_key += 1

    @rx.event
    @needs(OWN_PORTAL)
    async def open_form(self, opened: Any):
        """Close it."""
        if opened is not True:
            self.asking = False

    @rx.event
    @needs(OWN_PORTAL)
    async def ask(self, form: dict[str, Any]):
        """Ask the organization of that name or code."""
        read = FilledIn(form)
        told, said = read.text("organization"), [each for each in ASKED_AS if read.flag(each)]
        self.error = self.as_error = ""
        try:
            name = await in_thread(partial(organizations.ask, acting(), told, said))
        except DomainError as refusal:
            if refusal.field == "asked_as":
                self.as_error = refusal.message
            else:
                self.error = refusal.message
            return None
        self.asking = False
        await self._changed()
        return rx.toast.success(f"Request sent to {name}.")

    @rx.event
    @needs(OWN_PORTAL)
    async def start_ending(self, link_id: Any):
        """Ask once more."""
        number = whole_number(link_id)
        found = next((each for each in self.links if each.id == number), None)
        if found is not None:
            self.ending = found

    @rx.event
    @needs(OWN_PORTAL)
    async def open_ending(self, opened: Any):
        """Leave it as it is."""
        if opened is not True:
            self.ending = LinkView(0, "", "", "")

    @rx.event
    @needs(OWN_PORTAL)
    async def end(self):
        """Take the wish back, or leave the organization."""
        ended, self.ending = self.ending, LinkView(0, "", "", "")
        name = await work(organizations.end, ended.id)
        await self._changed()
        what = "Your request is canceled" if ended.status == ASKED else f"You have left {name}"
        return rx.toast.success(f"{what}.")

    async def _changed(self) -> None:
        await self._read_again(acting())
        await watch_own(TOPIC, self)

    async def _read_again(self, actor: Actor) -> None:
        found = await work_as(actor, organizations.links)
        standing = [each for each in found if each.status in STANDING]
        seen = {each.organization_id for each in standing}
        former = []
        for each in found:
            if each.organization_id not in seen:
                seen.add(each.organization_id)
                former.append(each)
        self.links = [_view(each) for each in standing]
        self.former = [_view(each) for each in former]
        self.loaded = True


def _view(link: Link) -> LinkView:
    if link.status in (LINKED, KNOWN):
        words = _known_as(link)
    else:
        words = WORDS[link.status].format(day=short_day(link.since.date()))
    return LinkView(link.id, link.organization, link.status, words, bool(link.support))


def _known_as(link: Link) -> str:
    """As in "Guest since May 1, 2026, volunteer since June 2, 2026"."""
    since = (
        (link.called, link.since.date() if link.status == LINKED else None),
        ("volunteer", link.support.volunteer_since),
        ("donor", link.support.donor_since),
    )
    return capitalized(", ".join(f"{what} since {short_day(day)}" for what, day in since if day))


portal_topic(TOPIC, [], PortalOrganizationsState)
