"""Which customers somebody may see: the one rule for lists, search, export, booking and push.

Whoever may see customers everywhere sees all. Whoever may see them at some facilities or in some
programs sees those who have an appointment there, and those who have none anywhere yet: they are
new, and somebody has to give them their first one.

Nobody sees a record that was merged into another: that other one is seen.
"""

from sqlalchemy import (
    ColumnElement,
    and_,
    column,
    false,
    func,
    literal_column,
    or_,
    select,
    table,
)
from sqlmodel import Session
from sqlmodel import select as model_select

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.customers.models import Customer
from securecare.foundation.columns import columns_of

CUSTOMER = columns_of(Customer)

# Named, not imported: the schedule is built on customers and not the other way about.
APPOINTMENT = table(
    "appointment", column("customer_id"), column("facility_id"), column("program_id")
)


def within_reach(
    actor: Actor, permission: Permission = Permission.VIEW_CUSTOMERS
) -> ColumnElement[bool]:
    """The condition on `customer` that only customers the actor may see (or change) fulfil."""
    reach = actor.reach(permission)
    living = CUSTOMER.merged_into_id.is_(None)
    if reach.everywhere:
        return living
    if reach.nowhere:
        return false()
    theirs = APPOINTMENT.c.customer_id == CUSTOMER.id
    met = or_(
        APPOINTMENT.c.facility_id.in_(reach.facility_ids),
        APPOINTMENT.c.program_id.in_(reach.program_ids),
    )
    return and_(living, or_(_any(theirs, met), ~_any(theirs)))


def _any(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    # OFFSET 0 keeps PostgreSQL from reading every appointment there is in order to answer quickly
    # for every customer there is: a page of a list asks about a few of them only.
    own = select(APPOINTMENT.c.customer_id).where(*conditions).correlate(CUSTOMER.id.table)
    return own.offset(literal_column("0")).exists()


def require(session: Session, actor: Actor, customer_id: int) -> None:
    """Raise `NotFound` unless the customer exists and the actor may see them."""
    if actor.reach(Permission.VIEW_CUSTOMERS).everywhere:
        return  # existence is found out by whoever reads the row
    query = select(CUSTOMER.id).where(CUSTOMER.id == customer_id, within_reach(actor))
    if session.execute(query).first() is None:
        raise NotFound("This person")


def is_within_reach(
    session: Session, actor: Actor, customer_id: int, permission: Permission
) -> bool:
    """Whether the permission holds for this customer, who is there."""
    query = select(CUSTOMER.id).where(CUSTOMER.id == customer_id, within_reach(actor, permission))
    return session.execute(query).first() is not None


def numbered(session: Session, actor: Actor, number: int) -> int:
    """Whose number it is, or was before their record was merged. Raises `NotFound`."""
    query = select(func.coalesce(CUSTOMER.merged_into_id, CUSTOMER.id)).where(
        CUSTOMER.organization_id == actor.organization_id, CUSTOMER.number == number
    )
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound("This person")
    return customer(session, actor, found).id or 0


def customer(
    session: Session,
    actor: Actor,
    customer_id: int,
    permission: Permission = Permission.VIEW_CUSTOMERS,
    *,
    lock: bool = False,
) -> Customer:
    """The customer's row, to be changed if `lock`; `NotFound` unless it is within reach."""
    query = model_select(Customer).where(
        CUSTOMER.id == customer_id, within_reach(actor, permission)
    )
    if lock:
        # Not FOR UPDATE: that would make bookings wait, which refer to the row.
        query = query.with_for_update(key_share=True, of=Customer).execution_options(
            populate_existing=True
        )
    row = session.exec(query).one_or_none()
    if row is None:
        raise NotFound("This person")
    return row
