"""Customers: taken down when they first come, and corrected later. Nobody is ever deleted."""

import re
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, insert, select, text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotAllowed
from securecare.access.roles import Permission
from securecare.customers import duplicates, kept_by_patron, phones, visibility
from securecare.customers.duplicates import Alike
from securecare.customers.likeness import Features
from securecare.customers.models import Customer
from securecare.customers.search import FoundCustomer
from securecare.foundation import audit, clock
from securecare.foundation.columns import columns_of
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import (
    Complaints,
    Overtaken,
    changed_fields,
    complain_of_text,
    require_none,
)
from securecare.organization import places
from securecare.organization.models import Facility

CUSTOMER, FACILITY = columns_of(Customer), columns_of(Facility)
FIRST_NUMBER = 1001
OLDEST = timedelta(days=130 * 366)
_MAIL = re.compile(r"[^@\s,;<>()]+@[^@\s,;<>()]+\.[^@\s,;<>()]{2,}")


@dataclass(frozen=True, slots=True)
class CustomerForm:
    """What is noted of a customer; only the names are needed."""

    given_name: str
    family_name: str
    born_on: date | None = None
    phone: str = ""
    email: str = ""

    def tidied(self) -> "CustomerForm":
        """Without blanks at the ends or doubled ones within."""
        return CustomerForm(
            _tidy(self.given_name),
            _tidy(self.family_name),
            self.born_on,
            _tidy(self.phone),
            _tidy(self.email),
        )

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field; the phone number is read by `phones`."""
        found: Complaints = {}
        complain_of_text(found, "given_name", self.given_name, "a given name", 80)
        complain_of_text(found, "family_name", self.family_name, "a family name", 80)
        today = clock.now().date() + timedelta(days=1)  # it may be tomorrow there already
        if self.born_on and self.born_on > today:
            found["born_on"] = "The birth date lies in the future."
        elif self.born_on and self.born_on < today - OLDEST:
            found["born_on"] = "Check the year of the birth date."
        if self.email and not is_mail(self.email):
            found["email"] = "Enter an address like name@example.org, or leave it empty."
        return found


def is_mail(address: str) -> bool:
    """Whether it has the form of an e-mail address, and a length that can be kept."""
    return len(address) <= 200 and address.isprintable() and _MAIL.fullmatch(address) is not None


def _tidy(text: str) -> str:
    return " ".join(text.split())


class AlreadyKnown(DomainError):
    """Somebody like this is a customer already; `known` are those the actor may see."""

    def __init__(self, known: tuple[Alike, ...]) -> None:
        super().__init__(f"{known[0].name} seems to be here already ({known[0].detail}).")
        self.known = known


def form_of(row: Customer) -> CustomerForm:
    """The customer as noted now."""
    return CustomerForm(row.given_name, row.family_name, row.born_on, row.phone, row.email)


def register(
    session: Session, actor: Actor, form: CustomerForm, *, another_person: bool = False
) -> FoundCustomer:
    """Note a new customer under the next number of the organization.

    Raises `NotAllowed`, `NotAccepted`, or `AlreadyKnown` unless it was said to be another person.
    """
    if not (actor.may(Permission.EDIT_CUSTOMERS) or actor.may(Permission.BOOK)):
        raise NotAllowed
    form = _accepted(session, actor, form)
    # One at a time in an organization: no number is left out and none is given twice. It also
    # makes a form that was sent twice find the customer it has just made.
    session.execute(_TURN, {"id": actor.organization_id})
    if not another_person and (known := _alike(session, actor, form)):
        raise AlreadyKnown(known)
    row = session.execute(
        insert(Customer)
        .values(
            organization_id=actor.organization_id,
            number=_next_number(actor),
            created_at=clock.now(),
            version=1,
            **asdict(form),
        )
        .returning(CUSTOMER.id, CUSTOMER.number)
    ).one()
    audit.record(session, actor, "customer.added", ("customer", row.id))
    name = f"{form.given_name} {form.family_name}"
    return FoundCustomer(row.id, row.number, name, form.born_on, form.phone)


def change(
    session: Session, actor: Actor, customer_id: int, version: int, form: CustomerForm
) -> tuple[str, ...]:
    """Correct what is noted of a customer; gives the names of the fields that changed.

    Raises `NotAllowed`, `NotFound`, `NotAccepted`, or `Overtaken` if it is of another version.
    """
    actor.require(Permission.EDIT_CUSTOMERS)
    row = visibility.customer(session, actor, customer_id, Permission.EDIT_CUSTOMERS, lock=True)
    form = _accepted(session, actor, form)
    if row.version != version:
        raise Overtaken(places.last_changed_by(session, "customer", row.id))
    changed = changed_fields(form_of(row), form)
    kept_by_patron.require_others(session, customer_id, changed)
    if changed:
        row.sqlmodel_update({**asdict(form), "version": version + 1})
        session.flush()
        audit.record(session, actor, "customer.changed", row, fields=changed)
    return changed


def look_at(session: Session, actor: Actor, customer_id: int) -> Customer:
    """One customer's record, and a note in the audit trail that it was seen. Raises `NotFound`."""
    actor.require(Permission.VIEW_CUSTOMERS)
    row = visibility.customer(session, actor, customer_id)
    audit.record(session, actor, "customer.seen", row)
    return row


def may_change(session: Session, actor: Actor, customer_id: int) -> bool:
    """Whether the actor may correct this customer's record, and not only see it."""
    within = visibility.within_reach(actor, Permission.EDIT_CUSTOMERS)
    query = select(CUSTOMER.id).where(CUSTOMER.id == customer_id, within)
    return session.execute(query).first() is not None


def region(session: Session) -> str:
    """The country of a phone number without one: that of the organization's first facility."""
    query = select(FACILITY.time_zone).order_by(FACILITY.active.desc(), FACILITY.id).limit(1)
    return phones.region_of(session.execute(query).scalar() or "")


def complaints(session: Session, actor: Actor, form: CustomerForm) -> Complaints:
    """Everything that cannot stay as it is, by field, the telephone number included."""
    actor.require(Permission.VIEW_CUSTOMERS)
    form = form.tidied()
    found = form.complaints()
    if phones.kept(form.phone, region(session)) is None:
        found["phone"] = "This is not a complete phone number. Add the area or country code."
    return found


def _accepted(session: Session, actor: Actor, form: CustomerForm) -> CustomerForm:
    require_none(complaints(session, actor, form))
    form = form.tidied()
    return replace(form, phone=phones.kept(form.phone, region(session)) or "")


_TURN = text("SELECT id FROM organization WHERE id = :id FOR NO KEY UPDATE")


def _next_number(actor: Actor) -> ColumnElement[int]:
    highest = select(func.max(CUSTOMER.number)).where(
        CUSTOMER.organization_id == actor.organization_id
    )
    return func.coalesce(highest.scalar_subquery() + 1, FIRST_NUMBER)


def _alike(session: Session, actor: Actor, form: CustomerForm) -> tuple[Alike, ...]:
    return tuple(duplicates.of(session, actor, Features(**asdict(form))))
