"""Which patron a customer is: made for them, asked for by them, ended.

What a patron is besides a customer stands on the same link, and goes where the link goes.

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
from securecare.customers import customers, days, duplicates, visibility
from securecare.customers.customers import CustomerForm
from securecare.customers.duplicates import Alike
from securecare.customers.kept_by_patron import FIELDS
from securecare.customers.likeness import Features
from securecare.customers.models import Customer
from securecare.customers.patron_models import (
    ASKED,
    DECLINED,
    ENDED,
    KNOWN,
    LINKED,
    Patron,
    PatronInvitation,
    PatronLink,
)
from securecare.customers.search import FoundCustomer
from securecare.customers.support import Support
from securecare.foundation import audit, clock
from securecare.foundation.columns import columns_of, table_of
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import refused_by, require_none

LINK, PATRON = columns_of(PatronLink), columns_of(Patron)
INVITATION = columns_of(PatronInvitation)
PAGE = 30
NO_SUPPORT = Support()


@dataclass(frozen=True, slots=True)
class Request:
    """A patron who asked to be connected."""

    link_id: int
    name: str
    born_on: date | None
    phone: str
    email: str
    town: str
    asked_as: tuple[str, ...]
    """What they say they are here: `services`, `volunteer`, `donor`."""
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

    @classmethod
    def given(cls, reason: str) -> str:
        """The reason as it is kept; raises this where there is none."""
        reason = " ".join(reason.split())[:200]
        if len(reason) < 3:
            raise cls
        return reason


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
    return [
        Request(*told, asked_as=tuple(asked_as), asked_at=asked_at)
        for *told, asked_as, asked_at in session.execute(_REQUESTS, asked)
    ]


def matches(session: Session, actor: Actor, link_id: int) -> list[Alike]:
    """The customers who may be the patron that asked, the likeliest first. Raises `NotFound`."""
    actor.require(Permission.EDIT_CUSTOMERS)
    patron = session.get_one(Patron, standing(session, actor, link_id, ASKED).patron_id)
    return duplicates.of(session, actor, described(patron))


def accept(
    session: Session,
    actor: Actor,
    link_id: int,
    customer_id: int,
    support: Support = NO_SUPPORT,
) -> None:
    """The patron who asked is this customer, and besides what `support` says.

    An account that was made here and not claimed gives way. Raises `NotFound`, `NotAccepted` or
    `AlreadyLinked`.
    """
    require_none(support.complaints(days.today(session)))
    _join(session, actor, (link_id, ASKED), customer_id, support)


def give_record(session: Session, actor: Actor, link_id: int, customer_id: int) -> None:
    """Somebody known without a record is this customer; whatever else they are they stay.

    For who sees every record: else they would learn here who has one out of their reach. Raises
    `NotAllowed`, `NotFound` or `AlreadyLinked`.
    """
    actor.require_everywhere(Permission.EDIT_CUSTOMERS)
    _join(session, actor, (link_id, KNOWN), customer_id, NO_SUPPORT)


def _join(
    session: Session, actor: Actor, of: tuple[int, str], customer_id: int, support: Support
) -> None:
    row = to_change(session, actor, customer_id)
    link = standing(session, actor, *of, lock=True)
    support = support.together(Support.of(link))
    former = linked(session, customer_id, lock=True)
    if former is not None:
        if session.get_one(Patron, former.patron_id).account_id is not None:
            raise AlreadyLinked
        put_aside(session, actor, former)
        support = support.together(Support.of(former))
    found = {"customer_id": customer_id, "status": LINKED, **support.fields()}
    link.sqlmodel_update({**found, **decided(actor)})
    with refused_by("uq_patron_link_customer", AlreadyLinked()):
        session.flush()
    audit.record(session, actor, "patron.linked", row, fields=support.named())


def accept_as_new(
    session: Session,
    actor: Actor,
    link_id: int,
    support: Support = NO_SUPPORT,
    *,
    another_person: bool = False,
) -> int:
    """Make a record for the patron who asked; gives the customer's id.

    Raises `NotFound`, `NotAllowed`, `NotAccepted`, or `AlreadyKnown` unless it was said to be
    another person.
    """
    patron = session.get_one(Patron, standing(session, actor, link_id, ASKED, lock=True).patron_id)
    who = described(patron)
    form = CustomerForm(**{each.name: getattr(who, each.name) for each in fields(CustomerForm)})
    made = customers.register(session, actor, form, another_person=another_person)
    accept(session, actor, link_id, made.id, support)
    return made.id


def decline(session: Session, actor: Actor, link_id: int) -> None:
    """Nobody known here. The patron may ask again. Raises `NotFound`."""
    actor.require(Permission.EDIT_CUSTOMERS)
    link = standing(session, actor, link_id, ASKED, lock=True)
    link.sqlmodel_update({"status": DECLINED, **decided(actor)})
    session.flush()
    audit.record(session, actor, "patron.declined", ("patron_link", link_id))


def end(session: Session, actor: Actor, customer_id: int, reason: str) -> None:
    """The patron is this customer no longer; what stands in the record stays.

    A donor or volunteer stays one, without a record. Raises `NotFound` or `ReasonMissing`.
    """
    row = to_change(session, actor, customer_id)
    reason = ReasonMissing.given(reason)
    link = linked(session, customer_id, lock=True)
    if link is None:
        raise NotFound("This link")
    if Support.of(link):
        _take_record(session, actor, link)
    else:
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
    link.sqlmodel_update({"status": ENDED, **decided(actor)})
    session.flush()
    _close_invitations(session, link)


def _take_record(session: Session, actor: Actor, link: PatronLink) -> None:
    """Let a link stand without its record, of which a row of its own keeps the history.

    In this order, since an organization sees a patron by what stands.
    """
    had = {**link.model_dump(exclude={"id", "sorted_as"}), "status": ENDED, **decided(actor)}
    # An ended link tells since when: for as long as it was one with this record.
    had["made_at"] = link.decided_at or link.made_at
    link.sqlmodel_update({"customer_id": None, "status": KNOWN, **decided(actor)})
    session.flush()
    session.add(PatronLink(**had))
    session.flush()
    _close_invitations(session, link)


def _close_invitations(session: Session, link: PatronLink) -> None:
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


def standing(
    session: Session, actor: Actor, link_id: int, *statuses: str, lock: bool = False
) -> PatronLink:
    """A link of this organization that stands so now; the actor's own elsewhere is none of it.

    Raises `NotFound`.
    """
    query = model_select(PatronLink).where(
        LINK.id == link_id,
        LINK.organization_id == actor.organization_id,
        LINK.status.in_(statuses),
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    link = session.exec(query).one_or_none()
    if link is None:
        raise NotFound("This request" if statuses == (ASKED,) else "This connection")
    return link


def decided(actor: Actor) -> dict[str, Any]:
    """Who decided about a link, and when: now."""
    return {"decided_by": actor.account_id, "decided_at": clock.now()}


_WAITING = text("""
    SELECT count(*) FROM (
        SELECT FROM patron_link WHERE organization_id = :organization AND status = 'asked'
         LIMIT :most
    ) AS waiting
""")
_REQUESTS = text("""
    SELECT l.id, p.given_name || ' ' || p.family_name, p.born_on, p.phone, p.email, p.city,
           l.asked_as, l.made_at
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
