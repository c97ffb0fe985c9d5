"""What surrounds every page of the portal: who is here, where they may go, what waits for them.

A patron belongs to no organization. What an organization knows of them is read within it, one after
the other: see `in_each`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

import reflex as rx
from sqlmodel import Session

from securecare.access import accounts
from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import own
from securecare.customers.own import Own
from securecare.foundation.live import GAP, Change
from securecare.messages import portal as messages
from securecare.portal import organizations
from state.frame import initials
from state.gate import needs
from state.live import Hub, Viewer, hub
from state.work import acting, work, work_as

P = ParamSpec("P")
Result = TypeVar("Result")

OWN_PORTAL = Permission.OWN_PORTAL
TOPIC = "portal_frame"


@dataclass(frozen=True, slots=True)
class PortalPlace:
    """A page of the portal."""

    key: str
    label: str
    href: str
    icon: str
    on_phone: bool = True
    """Whether it stands in the phone's bar, or behind "More"."""


PORTAL_PLACES: tuple[PortalPlace, ...] = (
    PortalPlace("home", "Home", "/portal", "house"),
    PortalPlace("appointments", "Appointments", "/portal/appointments", "calendar_days"),
    PortalPlace("documents", "Documents", "/portal/documents", "file_text"),
    PortalPlace("messages", "Messages", "/portal/messages", "message_square_text"),
    PortalPlace("organizations", "Organizations", "/portal/organizations", "building_2", False),
    PortalPlace("profile", "My profile", "/portal/profile", "circle_user", False),
    PortalPlace("reaching", "Contact preferences", "/portal/reaching", "phone", False),
    PortalPlace("security", "Sign-in and security", "/portal/security", "shield_check", False),
)


class PortalFrameState(rx.State):
    """The person, and what waits for them."""

    loaded: bool = False
    person_name: str = ""
    person_initials: str = ""
    works_too: bool = False
    """Whether the person also belongs to an organization that they could go to work in."""
    unread: int = 0
    """Conversations with something to be read, in all organizations together."""

    @rx.event
    @needs(OWN_PORTAL)
    async def load_portal(self):
        """Read who is here and what waits for them."""
        actor = acting()
        self.works_too = await work(accounts.belongs_elsewhere)
        await self._read_again(actor)
        await watch_own(TOPIC, self)

    async def _read_again(self, actor: Actor) -> None:
        self.person_name, self.person_initials = actor.name, initials(actor.name)
        self.unread = sum(unread for _, unread in await in_each(actor, _unread))
        self.loaded = True


def _unread(session: Session, actor: Actor, known: Own) -> int:
    return messages.unread_of_patron(session, actor, known.customer_ids)


async def in_each(
    patron: Actor,
    verb: Callable[Concatenate[Session, Actor, Own, P], Result],
    *args: P.args,
    **kwargs: P.kwargs,
) -> list[tuple[Own, Result]]:
    """Run a verb of the domain within each organization that knows the patron, by its name.

    The verb is given the patron's own records there; each is a transaction of its own, in which the
    person has the rights of a patron of that organization and sees its rows alone.
    """
    return [
        (each, await work_as(each.actor(patron), verb, each, *args, **kwargs))
        for each in await work_as(patron, own.records)
    ]


async def within(patron: Actor, organization_id: Any) -> tuple[Own, Actor]:
    """The patron's own records in an organization, and the actor to read them as. `NotFound`."""
    known = await work_as(patron, own.within, organization_id)
    return known, known.actor(patron)


async def watch_own(topic: str, state: rx.State) -> None:
    """Keep a page of the portal current wherever its person is known, or has asked to be."""
    places = await work(organizations.places)
    hub.watch(topic, state, places.customers, organizations=[*places.organizations, None])


def is_theirs(change: Change, viewer: Viewer) -> bool:
    """Whether a change is about the person whose page it is."""
    if change is GAP:
        return True
    if change.table == "patron_link":
        return change.organization_id in viewer.organizations
    customer_id = change.row.get("customer_id")
    if customer_id is not None:
        return customer_id in viewer.interest
    account_id = change.row.get("account_id")
    return account_id is None or account_id == viewer.actor.account_id


def portal_topic(name: str, tables: Sequence[str], cls: type[rx.State]) -> None:
    """Have pages of `cls` read again (`_read_again`) what changes about their person."""

    async def refresh(live: Hub, changes: Sequence[Change], viewers: Sequence[Viewer]) -> None:
        for viewer in viewers:
            if not any(is_theirs(change, viewer) for change in changes):
                continue
            if any(change is GAP or change.table == "patron_link" for change in changes):
                places = await work_as(viewer.actor, organizations.places)
                viewer.interest = places.customers
                viewer.organizations = frozenset([*places.organizations, None])
            async with live.modify(viewer, cls) as state:
                page: Any = state
                await page._read_again(viewer.actor)

    hub.topic(name, [*tables, "patron_link"], refresh)


portal_topic(TOPIC, ["message_thread", "message_read"], PortalFrameState)
