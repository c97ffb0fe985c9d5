"""The organization's own words and clock, as every page needs them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.foundation.columns import columns_of
from securecare.organization.models import Organization

ORGANIZATION = columns_of(Organization)


@dataclass(frozen=True, slots=True)
class Words:
    """How the organization calls itself and the people it serves, and how it tells the time."""

    organization: str
    customer: str
    customers: str
    clock24: bool


def of(session: Session, actor: Actor) -> Words:
    """The words of the organization the actor works in."""
    row = session.execute(
        select(
            ORGANIZATION.name,
            ORGANIZATION.customer_singular,
            ORGANIZATION.customer_plural,
            ORGANIZATION.clock24,
        ).where(ORGANIZATION.id == actor.organization_id)
    ).one()
    return Words(*row)
