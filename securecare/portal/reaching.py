"""How one is reached, as the person says themselves: whom to call, and what may be written about."""

from dataclasses import dataclass

from sqlmodel import Session, select

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.customers import contacts, customers
from securecare.customers.contacts import EMERGENCY, Contact, ContactForm
from securecare.customers.models import Customer
from securecare.customers.own import Own
from securecare.foundation.columns import columns_of
from securecare.notices import consent
from securecare.notices.consent import NoPhone, Standing
from securecare.notices.outbox import Channel, Use

CUSTOMER = columns_of(Customer)


@dataclass(frozen=True, slots=True)
class Reaching:
    """What one organization has noted."""

    emergency: Contact
    standing: list[Standing]
    """For the present number, then for e-mail: each use, and whether it was agreed to."""
    phone: str
    """E.164, or empty."""
    email: str
    region: str
    """Whose phone numbers are written without their country."""


def read(session: Session, actor: Actor, own: Own) -> Reaching:
    """What the organization has noted of its patron. Raises `NotAllowed` or `NotFound`."""
    customer = _customer(session, actor, own)
    return Reaching(
        contacts.both_of(session, customer.id or 0)[EMERGENCY],
        consent.standing_of(session, customer),
        customer.phone,
        customer.email,
        customers.region(session),
    )


def change_emergency_contact(
    session: Session, actor: Actor, own: Own, version: int | None, form: ContactForm
) -> None:
    """Note whom to call when something happens; without a version, whoever is noted by now.

    Raises `NotAllowed`, `NotFound`, `NotAccepted` or `Overtaken`.
    """
    customer = _customer(session, actor, own, lock=True)
    if version is None:
        version = contacts.both_of(session, customer.id or 0)[EMERGENCY].version
    contacts.note(session, actor, customer, EMERGENCY, version, form)


def agree(
    session: Session, actor: Actor, own: Own, channel: Channel, use: Use, given: bool
) -> bool:
    """Agree to be written to for a use, or take it back; False if it stood so already.

    By text it is the number in the profile. Raises `NotAllowed`, `NotFound`, `NoPhone` where there
    is none, or `StoppedByText`.
    """
    customer = _customer(session, actor, own, lock=True)
    phone = customer.phone if channel == "sms" else ""
    if channel == "sms" and not phone:
        raise NoPhone
    return consent.note(
        session, actor, customer, use, given, channel=channel, phone=phone, source="portal"
    )


def _customer(session: Session, actor: Actor, own: Own, *, lock: bool = False) -> Customer:
    """The patron's record there; its id was found by the account, see `customers.own`."""
    actor.require(Permission.OWN_PORTAL)
    query = (
        select(Customer)
        .where(CUSTOMER.organization_id == actor.organization_id, CUSTOMER.id.in_(own.customer_ids))
        .order_by(CUSTOMER.id)
        .limit(1)
        .execution_options(populate_existing=True)
    )
    row = session.exec(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound("This record")
    return row
