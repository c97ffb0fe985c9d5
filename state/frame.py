"""What surrounds every page of the staff: who is here, where they may go, which words they use."""

from collections.abc import Sequence
from typing import Any

import reflex as rx
from sqlmodel import Session

from securecare.access import accounts
from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation.live import Change
from securecare.messages import marks
from securecare.organization import words
from state.live import Hub, Viewer, hub
from state.message_live import TABLES, taking_part
from state.navigation import PLACES, capitalized, within_reach
from state.policies import at_work
from state.work import acting, work, work_as

RECENT_PLACES = 5
TOPIC = "frame"


class FrameState(rx.State):
    """The person, their organization and its words, and the places that are open to them."""

    loaded: bool = False
    person_name: str = ""
    person_initials: str = ""
    organization_name: str = ""
    belongs_elsewhere: bool = False
    """Whether there is another organization that this person could switch to."""
    customer: str = "customer"
    """What the organization calls one person it serves, and below, several of them."""
    customers: str = "customers"
    customer_title: str = "Customer"
    """The same at the beginning of a heading."""
    customers_title: str = "Customers"
    clock24: bool = False
    allowed: list[str] = []
    """The keys of the places that this person may open."""
    unread: int = 0
    """In how many conversations there is something new for this person."""

    _recent: list[str] = []

    @rx.event
    @at_work
    async def load_frame(self, active: Any):
        """Read who is here and which words are used; remember the place that was opened."""
        actor = acting()
        spoken, elsewhere, self.unread = await work(_surroundings)
        self.belongs_elsewhere = elsewhere
        self._remember(active)
        self._show_person(actor)
        self._show_words(spoken)
        self.loaded = True
        if actor.may(Permission.VIEW_MESSAGES):
            hub.watch(TOPIC, self, None)

    def _remember(self, key: Any) -> None:
        if any(place.key == key for place in PLACES):
            others = [other for other in self._recent if other != key]
            self._recent = [key, *others][: RECENT_PLACES + 1]

    def _show_person(self, actor: Actor) -> None:
        self.person_name = actor.name
        self.person_initials = initials(actor.name)
        self.allowed = [place.key for place in PLACES if within_reach(actor, place.permissions)]

    def _show_words(self, spoken: words.Words) -> None:
        self.organization_name = spoken.organization
        self.customer, self.customers = spoken.customer, spoken.customers
        self.customer_title = capitalized(spoken.customer)
        self.customers_title = capitalized(spoken.customers)
        self.clock24 = spoken.clock24


def _surroundings(session: Session, actor: Actor) -> tuple[words.Words, bool, int]:
    elsewhere = accounts.belongs_elsewhere(session, actor)
    return words.of(session, actor), elsewhere, marks.unread(session, actor)


async def _refresh(live: Hub, changes: Sequence[Change], viewers: Sequence[Viewer]) -> None:
    """Count again for those for whom something is new or read by now."""
    for viewer in await taking_part(changes, viewers):
        count = await work_as(viewer.actor, marks.unread)
        async with live.modify(viewer, FrameState) as state:
            state.unread = count


hub.topic(TOPIC, TABLES, _refresh)


def initials(name: str) -> str:
    """The first letters of the first and the last word of a name, as in "RD" for Rosa Delgado."""
    first, *others = [word for word in name.split() if word[0].isalpha()] or ["?"]
    return "".join(word[0].upper() for word in [first, *others[-1:]])
