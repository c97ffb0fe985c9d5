"""Family and groups: who belongs to whom, in the words of both sides. Nothing is ever inferred."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, or_, select, text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.customers import visibility
from securecare.customers.models import Customer
from securecare.customers.record_models import FamilyLink
from securecare.foundation import audit, clock
from securecare.foundation.columns import columns_of
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import Complaints, Overtaken, complain_of_text, require_none
from securecare.organization import places

LINK, CUSTOMER = columns_of(FamilyLink), columns_of(Customer)
MOST_IN_HOUSEHOLD = 60
MOST_STEPS = 8
_NEXT = text("""
    SELECT DISTINCT other FROM (
        SELECT second_id AS other FROM family_link
         WHERE organization_id = :organization AND first_id = ANY(:reached)
        UNION ALL
        SELECT first_id FROM family_link
         WHERE organization_id = :organization AND second_id = ANY(:reached)) linked
     WHERE other <> ALL(:known) ORDER BY other LIMIT :most
""")


@dataclass(frozen=True, slots=True)
class Relative:
    """Somebody linked to a customer: what they are, and what the customer is to them."""

    link_id: int
    customer_id: int
    name: str
    number: int
    born_on: date | None
    they_are: str
    this_is: str
    version: int


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a household, with the words of every link that leads to others in it."""

    customer_id: int
    name: str
    number: int
    born_on: date | None
    words: tuple[str, ...]


class Linked(DomainError):
    """The two are linked already; there is one link for two people."""

    def __init__(self) -> None:
        super().__init__("These two are linked already. Change that link.", field="other")


def relatives(
    session: Session, actor: Actor, customer_id: int, most: int | None = None
) -> list[Relative]:
    """Whom of those linked to a customer the reader may see, the eldest first, so many at most.

    Raises `NotFound`.
    """
    visibility.customer(session, actor, customer_id)
    is_first = LINK.first_id == customer_id
    query = (
        select(
            LINK.id,
            CUSTOMER.id,
            CUSTOMER.given_name + " " + CUSTOMER.family_name,
            CUSTOMER.number,
            CUSTOMER.born_on,
            case((is_first, LINK.second_is), else_=LINK.first_is),
            case((is_first, LINK.first_is), else_=LINK.second_is),
            LINK.version,
        )
        .select_from(FamilyLink)
        .join(Customer, CUSTOMER.id == case((is_first, LINK.second_id), else_=LINK.first_id))
        .where(
            LINK.organization_id == actor.organization_id,
            or_(is_first, LINK.second_id == customer_id),
            visibility.within_reach(actor),
        )
        .order_by(
            CUSTOMER.born_on.nulls_last(), CUSTOMER.given_name, CUSTOMER.family_name, CUSTOMER.id
        )
        .limit(most)
    )
    return [Relative(*row) for row in session.execute(query)]


def household(session: Session, actor: Actor, customer_id: int) -> list[Member]:
    """Everybody who is linked to the customer, or to somebody who is, the eldest first.

    Only links are followed; those whom the reader may not see are left out. Raises `NotFound`.
    """
    visibility.customer(session, actor, customer_id)
    people = _people(session, actor, _reached(session, actor, customer_id))
    links = session.execute(
        LINK.id.table.select().where(LINK.first_id.in_(people), LINK.second_id.in_(people))
    ).all()
    said: dict[int, list[str]] = {id_: [] for id_ in people}
    for link in links:
        first, second = people[link.first_id], people[link.second_id]
        said[link.first_id].append(f"{link.first_is} of {second.given_name}")
        said[link.second_id].append(f"{link.second_is} of {first.given_name}")
    members = [
        Member(id_, _name(row), row.number, row.born_on, tuple(sorted(said[id_])))
        for id_, row in people.items()
    ]
    return sorted(members, key=lambda each: (each.born_on or date.max, each.name))


def _reached(session: Session, actor: Actor, customer_id: int) -> set[int]:
    """Who is linked, the nearest first, until the household is as large as one can be shown."""
    known, reached = {customer_id}, [customer_id]
    for _ in range(MOST_STEPS):
        asked = {
            "organization": actor.organization_id,
            "reached": reached,
            "known": list(known),
            "most": MOST_IN_HOUSEHOLD - len(known),
        }
        reached = list(session.execute(_NEXT, asked).scalars())
        known.update(reached)
        if not reached or len(known) >= MOST_IN_HOUSEHOLD:
            break
    return known


def link(
    session: Session, actor: Actor, customer_id: int, other_id: int, this_is: str, they_are: str
) -> int:
    """Link two customers. Raises `NotFound`, `NotAccepted` or `Linked`."""
    this, other = _both(session, actor, customer_id, other_id)
    this_is, they_are = _words(this_is, they_are)
    first, second = sorted((this.id or 0, other.id or 0))
    known = session.execute(
        LINK.id.table.select().where(LINK.first_id == first, LINK.second_id == second)
    )
    if known.first() is not None:
        raise Linked
    row = FamilyLink(
        organization_id=actor.organization_id,
        first_id=first,
        second_id=second,
        first_is=this_is if first == customer_id else they_are,
        second_is=they_are if first == customer_id else this_is,
        added_by=actor.account_id,
        added_at=clock.now(),
    )
    session.add(row)
    session.flush()
    _note(session, actor, "family_link.added", this, other)
    return row.id or 0


def reword(
    session: Session,
    actor: Actor,
    customer_id: int,
    link_id: int,
    version: int,
    this_is: str,
    they_are: str,
) -> None:
    """Change the words of a link. Raises `NotFound`, `NotAccepted` or `Overtaken`."""
    row, this, other = _of(session, actor, customer_id, link_id)
    if row.version != version:
        raise Overtaken(places.last_changed_by(session, "customer", customer_id))
    this_is, they_are = _words(this_is, they_are)
    ours = row.first_id == customer_id
    words = {
        "first_is": this_is if ours else they_are,
        "second_is": they_are if ours else this_is,
    }
    row.sqlmodel_update({**words, "version": version + 1})
    session.flush()
    _note(session, actor, "family_link.changed", this, other)


def unlink(session: Session, actor: Actor, customer_id: int, link_id: int) -> None:
    """Take a link away; both records note it. Raises `NotFound`."""
    row, this, other = _of(session, actor, customer_id, link_id)
    session.delete(row)
    session.flush()
    _note(session, actor, "family_link.removed", this, other)


def _words(this_is: str, they_are: str) -> tuple[str, str]:
    found: Complaints = {}
    this_is, they_are = " ".join(this_is.split()), " ".join(they_are.split())
    complain_of_text(found, "this_is", this_is, "a word for it, such as niece", 40)
    complain_of_text(found, "they_are", they_are, "a word for it, such as uncle", 40)
    require_none(found)
    return this_is, they_are


def _both(
    session: Session, actor: Actor, customer_id: int, other_id: int
) -> tuple[Customer, Customer]:
    """Locked in the order of their ids, so that two who link the same pair wait for each other."""
    actor.require(Permission.EDIT_CUSTOMERS)
    if customer_id == other_id:
        require_none({"other": "Choose a different person."})
    rows = {
        id_: visibility.customer(session, actor, id_, Permission.EDIT_CUSTOMERS, lock=True)
        for id_ in sorted((customer_id, other_id))
    }
    return rows[customer_id], rows[other_id]


def _of(
    session: Session, actor: Actor, customer_id: int, link_id: int
) -> tuple[FamilyLink, Customer, Customer]:
    seen = session.get(FamilyLink, link_id)
    if seen is None or customer_id not in (seen.first_id, seen.second_id):
        raise NotFound("This link")
    other_id = seen.second_id if seen.first_id == customer_id else seen.first_id
    this, other = _both(session, actor, customer_id, other_id)
    row = session.get(FamilyLink, link_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("This link")
    return row, this, other


def _people(session: Session, actor: Actor, ids: set[int]) -> dict[int, Customer]:
    if not ids:
        return {}
    query = CUSTOMER.id.table.select().where(CUSTOMER.id.in_(ids), visibility.within_reach(actor))
    return {row.id: row for row in session.execute(query)}  # type: ignore[misc]


def _name(row: Customer) -> str:
    return f"{row.given_name} {row.family_name}"


def _note(session: Session, actor: Actor, deed: str, this: Customer, other: Customer) -> None:
    for each in (this, other):
        audit.record(session, actor, deed, each)
