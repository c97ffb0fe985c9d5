"""Who may read a customer's messages: of the staff, and whether the customer themselves can."""

from dataclasses import dataclass

from sqlalchemy import select, text
from sqlmodel import Session

from securecare.access.actor import Actor, Grant
from securecare.access.roles import Permission, Role
from securecare.customers import visibility
from securecare.customers.models import Customer
from securecare.foundation.columns import columns_of

CUSTOMER = columns_of(Customer)
SEES = Permission.VIEW_MESSAGES


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff who may take part."""

    account_id: int
    name: str


def eligible(session: Session, actor: Actor, customer_id: int) -> list[Colleague]:
    """Everybody who may read this customer's messages now, by name.

    Raises `NotAllowed`, or `NotFound` unless the customer is within reach.
    """
    actor.require(SEES)
    visibility.customer(session, actor, customer_id, SEES)
    people = [each for each in _people(session, actor) if not each.reach(SEES).nowhere]
    if not people:
        return []
    asked = [visibility.within_reach(each, SEES).label(f"of_{n}") for n, each in enumerate(people)]
    answers = session.execute(select(*asked).where(CUSTOMER.id == customer_id)).one()
    return [
        Colleague(each.account_id, each.name)
        for each, may in zip(people, answers, strict=True)
        if may
    ]


def can_read(session: Session, customer_id: int) -> bool:
    """Whether the customer has an account to read messages with."""
    return session.execute(_READS, {"customer": customer_id}).first() is not None


def _people(session: Session, actor: Actor) -> list[Actor]:
    """Every member as they could act here, without a session."""
    found: dict[int, tuple[str, list[Grant]]] = {}
    for row in session.execute(_HELD, {"organization": actor.organization_id}):
        grant = Grant(Role(row.role), row.facility_id, row.program_id)
        found.setdefault(row.id, (row.name, []))[1].append(grant)
    return [
        Actor(id_, actor.organization_id, 0, name, tuple(grants))
        for id_, (name, grants) in found.items()
    ]


_READS = text("""
    SELECT 1 FROM patron_link l
      JOIN patron p ON p.id = l.patron_id AND p.account_id IS NOT NULL
     WHERE l.customer_id = :customer AND l.status = 'linked' LIMIT 1
""")
_HELD = text("""
    SELECT a.id, a.name, g.role, g.facility_id, g.program_id
      FROM membership m
      JOIN account a ON a.id = m.account_id AND a.disabled_at IS NULL
      JOIN role_grant g ON g.account_id = m.account_id AND g.organization_id = m.organization_id
                       AND g.withdrawn_at IS NULL
     WHERE m.organization_id = :organization AND m.ended_at IS NULL
     ORDER BY lower(a.name), a.id, g.id
""")
