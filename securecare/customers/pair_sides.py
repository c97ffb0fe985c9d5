"""Two records at a glance: what tells their people apart, and where each comes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.customers.listing import APPOINTMENT, on_schedule
from securecare.customers.models import Customer
from securecare.customers.record_models import CustomerProfile
from securecare.foundation.columns import columns_of
from securecare.organization.models import Facility

CUSTOMER, PROFILE = columns_of(Customer), columns_of(CustomerProfile)
FACILITY = columns_of(Facility)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two."""

    id: int
    number: int
    name: str
    born_on: date | None
    phone: str
    email: str
    city: str
    facilities: tuple[str, ...]
    """Where they have appointments, as far as the reader may see the schedule."""


def of(session: Session, actor: Actor, ids: Collection[int]) -> dict[int, Side]:
    """Those records, which were found to be within reach."""
    if not ids:
        return {}
    places = _facilities(session, actor, ids)
    query = (
        select(
            CUSTOMER.id,
            CUSTOMER.number,
            CUSTOMER.given_name + " " + CUSTOMER.family_name,
            CUSTOMER.born_on,
            CUSTOMER.phone,
            CUSTOMER.email,
            PROFILE.city,
        )
        .outerjoin(PROFILE.id.table, PROFILE.customer_id == CUSTOMER.id)
        .where(CUSTOMER.id.in_(ids))
    )
    return {
        id_: Side(id_, *known, city or "", places.get(id_, ()))
        for id_, *known, city in session.execute(query)
    }


def _facilities(session: Session, actor: Actor, ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    query = (
        select(APPOINTMENT.c.customer_id, FACILITY.name)
        .join(FACILITY.id.table, FACILITY.id == APPOINTMENT.c.facility_id)
        .where(
            APPOINTMENT.c.organization_id == actor.organization_id,
            APPOINTMENT.c.customer_id.in_(ids),
            on_schedule(actor),
        )
        .distinct()
        .order_by(APPOINTMENT.c.customer_id, FACILITY.name)
    )
    found: dict[int, tuple[str, ...]] = {}
    for id_, name in session.execute(query):
        found[id_] = (*found.get(id_, ()), name)
    return found
