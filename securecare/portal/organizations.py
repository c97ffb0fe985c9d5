"""Where a person is known, and asking to be known: by an organization that wishes to be found.

Nothing here tells who is known where: an organization is found by its exact name or its code, the
answer is the same for everybody, and what the asking person is there is up to its staff.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, select

from securecare.access import throttle
from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.customers import own, patrons
from securecare.customers.patron_models import ASKED, ENDED, STANDING, PatronLink
from securecare.customers.support import ASKED_AS, Support
from securecare.foundation import audit, clock
from securecare.foundation.db import SIGN_IN, transaction
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import NotAccepted, refused_by


@dataclass(frozen=True, slots=True)
class Link:
    """A person and an organization: asked for, standing, or over."""

    id: int
    organization_id: int
    organization: str
    status: str
    since: datetime
    support: Support
    """What the person is there besides a customer."""
    called: str
    """How the organization calls the people it serves."""


@dataclass(frozen=True, slots=True)
class Places:
    """What of the world concerns a person's portal: for pages that stay current."""

    organizations: frozenset[int]
    customers: frozenset[int]


class AlreadyAsked(DomainError):
    """The organization knows the person, or was asked and has not answered."""

    def __init__(self, organization: str) -> None:
        super().__init__(
            f"You are already connected with {organization}, or have asked to be.",
            field="organization",
        )


class ProfileIncomplete(DomainError):
    """An organization could not tell who is asking."""

    def __init__(self) -> None:
        super().__init__(
            "Complete your profile first, so the staff can tell who you are.",
            field="organization",
        )


def links(session: Session, actor: Actor) -> list[Link]:
    """The person's own links, the newest first. Raises `NotAllowed`."""
    actor.require(Permission.OWN_PORTAL)
    return [_link(row) for row in session.execute(_LINKS)]


def places(session: Session, actor: Actor) -> Places:
    """Which organizations' and whose changes concern the person's pages. Raises `NotAllowed`."""
    known = [each.organization_id for each in links(session, actor) if each.status != ENDED]
    records = own.records(session, actor)
    return Places(frozenset(known), frozenset(id_ for each in records for id_ in each.customer_ids))


def ask(actor: Actor, told: str, asked_as: Collection[str]) -> str:
    """Ask the organization of that name or code to be known there; gives its name.

    `asked_as` is what the person says they are there, of `ASKED_AS`: a wish, which staff decide on.

    Raises `NotAllowed`, `NotAccepted`, `AlreadyAsked`, `ProfileIncomplete`, or `Paused` for who
    tries many names. Opens its own transactions, since each try counts.
    """
    actor.require(Permission.OWN_PORTAL)
    told = " ".join(told.split())[:120]
    if not told:
        raise NotAccepted({"organization": "Enter the organization's name or its code."})
    said = [each for each in ASKED_AS if each in asked_as]
    if not said:
        raise NotAccepted({"asked_as": "Choose what fits. Several may."})
    with transaction(SIGN_IN) as session:
        tries = throttle.keys("ask to be known", str(actor.account_id), actor.address, None)
        throttle.take_attempt(session, tries)
    with transaction(actor.scope) as session:
        asked = _ask(session, actor, told, said)
    with transaction(SIGN_IN) as session:
        throttle.take_back(session, tries)
    return asked


def _ask(session: Session, actor: Actor, told: str, said: list[str]) -> str:
    mine = patrons.read(session, actor)
    if mine.missing:
        raise ProfileIncomplete
    found = session.execute(_TO_ASK, {"told": told}).all()
    if not found:
        raise NotAccepted(
            {
                "organization": "We can't find an organization with this name or code. Check it with the staff."
            }
        )
    if len(found) > 1:
        raise NotAccepted(
            {"organization": "More than one organization has this name. Ask yours for its code."}
        )
    organization_id, name = found[0]
    link = PatronLink(
        organization_id=organization_id,
        patron_id=mine.id,
        status=ASKED,
        asked_as=said,
        made_by=actor.account_id,
        made_at=clock.now(),
    )
    with refused_by("uq_patron_link_patron", AlreadyAsked(name)):
        session.add(link)
        session.flush()
    audit.record(session, actor, "patron_link.asked", link)
    return name


def end(session: Session, actor: Actor, link_id: int) -> str:
    """Take a wish back, or leave an organization; gives its name. Raises `NotAllowed`, `NotFound`.

    What the organization noted stays with it; it is not shown here any more, and what the person
    changes of themselves does not reach it.
    """
    names = {each.id: each.organization for each in links(session, actor)}
    query = select(PatronLink).where(PatronLink.id == link_id).with_for_update(key_share=True)
    link = session.exec(query).one_or_none() if link_id in names else None
    if link is None or link.status not in STANDING:
        raise NotFound("This connection")
    former = link.status
    link.status, link.decided_by, link.decided_at = ENDED, actor.account_id, clock.now()
    session.add(link)
    session.flush()
    withdrawn = "patron_link.withdrawn" if former == ASKED else "patron_link.left"
    audit.record(session, actor, withdrawn, link)
    return names[link_id]


def _link(row: Any) -> Link:
    since = row.made_at if row.status == ASKED else row.decided_at or row.made_at
    support = Support(row.donor_since, row.volunteer_since)
    return Link(row.id, row.organization_id, row.name, row.status, since, support, row.called)


_LINKS = text("""
    SELECT id, organization_id, name, status, made_at, decided_at, donor_since, volunteer_since,
           called
      FROM own_links()
""")
_TO_ASK = text("SELECT id, name FROM organization_to_ask(:told)")
