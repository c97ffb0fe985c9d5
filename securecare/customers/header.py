"""The head of a customer's record: what staff need at a glance."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import alerts, customers, days, listing, profile, visibility
from securecare.customers.alerts import Alert
from securecare.customers.customers import CustomerForm
from securecare.customers.listing import Next
from securecare.foundation import clock


@dataclass(frozen=True, slots=True)
class Header:
    """Who it is, what to mind, and what comes next."""

    id: int
    number: int
    form: CustomerForm
    version: int
    preferred_name: str
    pronouns: str
    age: int | None
    """Full years today, where the organization is."""
    alerts: tuple[Alert, ...]
    next: Next | None
    """The next appointment, as far as the reader may see the schedule."""
    zone: ZoneInfo
    """Of the organization's first facility: another one's clock has to be named."""
    today: date
    region: str
    """The country in which phone numbers are shown without its code."""
    may_change: bool


def of(session: Session, actor: Actor, customer_id: int, *, noted: bool = True) -> Header:
    """The head of the record; that it was opened is noted unless it is only brought up to date.

    Raises `NotFound`.
    """
    actor.require(Permission.VIEW_CUSTOMERS)
    read = customers.look_at if noted else visibility.customer
    row = read(session, actor, customer_id)
    known = profile.read(session, actor, customer_id).form
    zone = days.zone(session)
    today = clock.now().astimezone(zone).date()
    form = customers.form_of(row)
    return Header(
        customer_id,
        row.number,
        form,
        row.version,
        known.preferred_name,
        known.pronouns,
        age(form.born_on, today) if form.born_on else None,
        tuple(alerts.standing(session, actor, customer_id)),
        listing.next_of(session, actor, [customer_id]).get(customer_id),
        zone,
        today,
        customers.region(session),
        customers.may_change(session, actor, customer_id),
    )


def age(born_on: date, today: date) -> int:
    """Full years; who was born on February 29 is a year older on March 1 of other years."""
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))
