"""Which patron a customer is: made for them, asked for by them, ended.

A patron made here waits to be claimed and is known here alone. Staff never learn whether somebody
is a patron elsewhere: they see those who are linked or have asked, and nobody else.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session
from sqlmodel import select as model_select

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.customers import customers, duplicates, visibility
from securecare.customers.customers import CustomerForm
from securecare.customers.duplicates import Alike
from securecare.customers.kept_by_patron import FIELDS
from securecare.customers.likeness import Features
from securecare.customers.models import Customer
from securecare.customers.patron_models import (
    ASKED,
    DECLINED,
    ENDED,
    LINKED,
    Patron,
    PatronInvitation,
    PatronLink,
)
from securecare.customers.search import FoundCustomer
from securecare.foundation import audit, clock
from securecare.foundation.columns import columns_of, table_of
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import refused_by

LINK, PATRON = columns_of(PatronLink), columns_of(Patron)
INVITATION = columns_of(PatronInvitation)
PAGE = 30


@dataclass(frozen=True, slots=True)
class Request:
    """A patron who asked to be a customer here."""

    link_id: int
    name: str
    born_on: date | None
    phone: str
    email: str
    town: str
    asked_at: datetime


class AlreadyLinked(DomainError):
    """The customer, or the patron, is linked to another one."""

    def __init__(self) -> None:
        super().__init__("This record is linked to another account. Unlink that account first.")


class PatronHasRecord(DomainError):
    """The patron is another customer here already."""

    def __init__(self) -> None:
        super().__init__("This person is linked to another record already. Merge the two records.")


class ReasonMissing(DomainError):
    """A link is ended only by who says why."""

    def __init__(self) -> None:
        super().__init__("Enter a reason. It is kept in the audit trail.", field="reason")


def make(session: Session, actor: Actor, customer_id: int) -> int:
    """An account for the customer, with what is known of them, which waits to be claimed.

    Gives the id of the link. Raises `NotFound` or `AlreadyLinked`.
    """
    row = to_change(session, actor, customer_id)
    if linked(session, customer_id) is not None:
        raise AlreadyLinked
    now = clock.now()
    patron = Patron(
        made_in=actor.organization_id,
        created_at=now,
        changed_at=now,
        **as_recorded(session, actor.organization_id, customer_id),
    )
    session.add(patron)
    session.flush()
    link = _add(session, actor, customer_id, patron.id or 0)
    audit.record(session, actor, "patron.made", row)
    return link.id or 0


def register(
    session: Session, actor: Actor, form: CustomerForm, *, another_person: bool = False
) -> FoundCustomer:
    """A new customer and their account at once.

    Raises `NotAllowed`, `NotAccepted` or `AlreadyKnown`.
    """
    actor.require(Permission.EDIT_CUSTOMERS)
    made = customers.register(session, actor, form, another_person=another_person)
    make(session, actor, made.id)
    return made


def how_many_asked(session: Session, actor: Actor, most: int = 99) -> int:
    """How many patrons wait for an answer, counted up to `most`."""
    actor.require(Permission.EDIT_CUSTOMERS)
    waiting = _WAITING, {"organization": actor.organization_id, "most": most}
    return session.execute(*waiting).scalar_one()


def requests(
    session: Session, actor: Actor, after: tuple[datetime, int] | None = None, most: int = PAGE
) -> list[Request]:
    """The patrons who wait for an answer, the longest first, after the named one."""
    actor.require(Permission.EDIT_CUSTOMERS)
    asked = {
        "organization": actor.organization_id,
        "after": after[0] if after else None,
        "after_id": after[1] if after else None,
        "most": most,
    }
    return [Request(*row) for row in session.execute(_REQUESTS, asked)]


def matches(session: Session, actor: Actor, link_id: int) -> list[Alike]:
    """The customers who may be the patron that asked, the likeliest first. Raises `NotFound`."""
    actor.require(Permission.EDIT_CUSTOMERS)
    patron = session.get_one(Patron, _asked(session, actor, link_id).patron_id)
    return duplicates.of(session, actor, described(patron))


def accept(session: Session, actor: Actor, link_id: int, customer_id: int) -> None:
    """The patron who asked is this customer.

    An account that was made here and not claimed gives way. Raises `NotFound` or `AlreadyLinked`.
    """
    row = to_change(session, actor, customer_id)
    link = _asked(session, actor, link_id, lock=True)
    former = linked(session, customer_id, lock=True)
    if former is not None:
        if session.get_one(Patron, former.patron_id).account_id is not None:
            raise AlreadyLinked
        put_aside(session, actor, former)
    link.sqlmodel_update({"customer_id": customer_id, "status": LINKED, **_decided(actor)})
    with refused_by("uq_patron_link_customer", AlreadyLinked()):
        session.flush()
    audit.record(session, actor, "patron.linked", row)


def accept_as_new(
    session: Session, actor: Actor, link_id: int, *, another_person: bool = False
) -> int:
    """Make a record for the patron who asked; gives the customer's id.

    Raises `NotFound`, `NotAllowed`, or `AlreadyKnown` unless it was said to be another person.
    """
    patron = session.get_one(Patron, _asked(session, actor, link_id, lock=True).patron_id)
    who = described(patron)
    form = CustomerForm(**{each.name: getattr(who, each.name) for each in fields(CustomerForm)})
    made = customers.register(session, actor, form, another_person=another_person)
    accept(session, actor, link_id, made.id)
    return made.id


def decline(session: Session, actor: Actor, link_id: int) -> None:
    """Not a customer here. The patron may ask again. Raises `NotFound`."""
    actor.require(Permission.EDIT_CUSTOMERS)
    link = _asked(session, actor, link_id, lock=True)
    link.sqlmodel_update({"status": DECLINED, **_decided(actor)})
    session.flush()
    audit.record(session, actor, "patron.declined", ("patron_link", link_id))


def end(session: Session, actor: Actor, customer_id: int, reason: str) -> None:
    """The patron is this customer no longer; what stands in the record stays.

    Raises `NotFound` or `ReasonMissing`.
    """
    row = to_change(session, actor, customer_id)
    reason = " ".join(reason.split())[:200]
    if len(reason) < 3:
        raise ReasonMissing
    link = linked(session, customer_id, lock=True)
    if link is None:
        raise NotFound("This link")
    put_aside(session, actor, link)
    audit.record(session, actor, "patron.unlinked", row, reason=reason)


def linked(session: Session, customer_id: int, *, lock: bool = False) -> PatronLink | None:
    """The customer's link that stands, if there is one."""
    query = model_select(PatronLink).where(LINK.customer_id == customer_id, LINK.status == LINKED)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).one_or_none()


def put_aside(session: Session, actor: Actor, link: PatronLink) -> None:
    """End a link, and whatever invitation to it is still open."""
    link.sqlmodel_update({"status": ENDED, **_decided(actor)})
    session.flush()
    session.execute(
        table_of(PatronInvitation)
        .update()
        .where(
            INVITATION.organization_id == link.organization_id,
            INVITATION.patron_id == link.patron_id,
            INVITATION.used_at.is_(None),
            INVITATION.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=clock.now())
    )


def as_recorded(session: Session, organization_id: int, customer_id: int) -> dict[str, Any]:
    """The fields of a patron as they stand in the record of a customer."""
    asked = {"organization": organization_id, "customer": customer_id}
    row = session.execute(_RECORDED, asked).one()
    return {name: getattr(row, name) for name in FIELDS}


def described(patron: Patron) -> Features:
    """What a patron is looked for by."""
    return Features(
        patron.given_name, patron.family_name, patron.born_on, patron.phone, patron.email
    )


def to_change(session: Session, actor: Actor, customer_id: int) -> Customer:
    """The customer, locked: before anything of their links. Raises `NotAllowed` or `NotFound`."""
    actor.require(Permission.EDIT_CUSTOMERS)
    return visibility.customer(session, actor, customer_id, Permission.EDIT_CUSTOMERS, lock=True)


def _add(session: Session, actor: Actor, customer_id: int, patron_id: int) -> PatronLink:
    link = PatronLink(
        organization_id=actor.organization_id,
        patron_id=patron_id,
        customer_id=customer_id,
        status=LINKED,
        made_by=actor.account_id,
        made_at=clock.now(),
    )
    session.add(link)
    with refused_by("uq_patron_link_customer", AlreadyLinked()):
        session.flush()
    return link


def _asked(session: Session, actor: Actor, link_id: int, *, lock: bool = False) -> PatronLink:
    """What this organization was asked; the actor's own wish to be known elsewhere is none."""
    query = model_select(PatronLink).where(
        LINK.id == link_id,
        LINK.organization_id == actor.organization_id,
        LINK.status == ASKED,
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    link = session.exec(query).one_or_none()
    if link is None:
        raise NotFound("This request")
    return link


def _decided(actor: Actor) -> dict[str, Any]:
    return {"decided_by": actor.account_id, "decided_at": clock.now()}


_WAITING = text("""
    SELECT count(*) FROM (
        SELECT FROM patron_link WHERE organization_id = :organization AND status = 'asked'
         LIMIT :most
    ) AS waiting
""")
_REQUESTS = text("""
    SELECT l.id, p.given_name || ' ' || p.family_name, p.born_on, p.phone, p.email, p.city,
           l.made_at
      FROM patron_link l JOIN patron p ON p.id = l.patron_id
     WHERE l.organization_id = :organization AND l.status = 'asked'
       AND (CAST(:after AS timestamptz) IS NULL OR (l.made_at, l.id) > (:after, :after_id))
     ORDER BY l.made_at, l.id LIMIT :most
""")
_RECORDED = text("""
    SELECT c.given_name, c.family_name, c.born_on, c.phone, c.email,
           coalesce(p.preferred_name, '') AS preferred_name, coalesce(p.pronouns, '') AS pronouns,
           coalesce(p.gender, '') AS gender, coalesce(p.ethnicity, '') AS ethnicity,
           coalesce(p.race, '') AS race, coalesce(p.marital_status, '') AS marital_status,
           coalesce(p.sexual_orientation, '') AS sexual_orientation,
           coalesce(p.veteran, '') AS veteran, coalesce(p.language, '') AS language,
           coalesce(p.needs_interpreter, false) AS needs_interpreter,
           coalesce(p.street, '') AS street, coalesce(p.city, '') AS city,
           coalesce(p.region, '') AS region, coalesce(p.postal_code, '') AS postal_code,
           coalesce(p.country, '') AS country, coalesce(p.time_zone, '') AS time_zone
      FROM customer c LEFT JOIN customer_profile p ON p.customer_id = c.id
     WHERE c.organization_id = :organization AND c.id = :customer
""")
