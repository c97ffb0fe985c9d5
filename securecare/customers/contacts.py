"""The emergency contact and the guarantor: two people, even where they are one and the same."""

from dataclasses import asdict, dataclass, replace

from sqlmodel import Session
from sqlmodel import select as model_select

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import phones, visibility
from securecare.customers.customers import is_mail, region
from securecare.customers.models import Customer
from securecare.customers.record_models import CONTACT_ROLES, ContactPerson
from securecare.foundation import audit, clock
from securecare.foundation.columns import columns_of
from securecare.foundation.forms import (
    Complaints,
    Overtaken,
    changed_fields,
    complain_of_text,
    require_none,
)
from securecare.organization import places

CONTACT = columns_of(ContactPerson)
EMERGENCY, GUARANTOR = CONTACT_ROLES
LABELS = {EMERGENCY: "Emergency contact", GUARANTOR: "Guarantor"}


@dataclass(frozen=True, slots=True)
class ContactForm:
    """One of the two as entered. A guarantor is written to, so they need an address for it."""

    name: str = ""
    relationship: str = ""
    phone: str = ""
    email: str = ""

    def complaints(self, role: str) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        complain_of_text(found, "name", self.name, "their name", 120)
        complain_of_text(
            found, "relationship", self.relationship, "what they are", 60, needed=False
        )
        if role == EMERGENCY and not self.phone.strip():
            found["phone"] = "Enter the number to call when something happens."
        if role == GUARANTOR and not self.email.strip() and not self.phone.strip():
            found["email"] = "Enter an e-mail address or a phone number for invoices."
        if self.email and not is_mail(self.email):
            found["email"] = "Enter an address like name@example.org, or leave it empty."
        return found


@dataclass(frozen=True, slots=True)
class Contact:
    """One of the two as it stands; version 0 where nobody is noted."""

    form: ContactForm
    version: int


NOBODY = Contact(ContactForm(), 0)


def of_customer(session: Session, actor: Actor, customer_id: int) -> dict[str, Contact]:
    """Both, by role. Raises `NotFound`."""
    visibility.customer(session, actor, customer_id)
    return both_of(session, customer_id)


def write(
    session: Session, actor: Actor, customer_id: int, role: str, version: int, form: ContactForm
) -> None:
    """Note who it is, of the version that was looked at.

    Raises `NotFound`, `NotAccepted` or `Overtaken`.
    """
    actor.require(Permission.EDIT_CUSTOMERS)
    customer = visibility.customer(
        session, actor, customer_id, Permission.EDIT_CUSTOMERS, lock=True
    )
    note(session, actor, customer, role, version, form)


def both_of(session: Session, customer_id: int) -> dict[str, Contact]:
    """Both, by role, for whoever has found out already that this may be read."""
    query = model_select(ContactPerson).where(CONTACT.customer_id == customer_id)
    rows = session.exec(query.execution_options(populate_existing=True))
    found = dict.fromkeys(CONTACT_ROLES, NOBODY)
    return found | {row.role: Contact(_form_of(row), row.version) for row in rows}


def note(
    session: Session, actor: Actor, customer: Customer, role: str, version: int, form: ContactForm
) -> None:
    """The same as `write` for whoever has found out already that this may be done, as the portal has.

    `customer` is the locked row. Raises `NotAccepted` or `Overtaken`.
    """
    customer_id = customer.id or 0
    if role not in CONTACT_ROLES:
        raise ValueError(role)
    row = _row(session, customer_id, role)
    if (row.version if row else 0) != version:
        raise Overtaken(places.last_changed_by(session, "customer", customer_id))
    form = _accepted(session, role, form)
    before = _form_of(row) if row else ContactForm()
    changed = changed_fields(before, form)
    if not changed:
        return
    if row is None:
        row = ContactPerson(
            organization_id=actor.organization_id,
            customer_id=customer_id,
            role=role,
            name=form.name,
            version=0,
        )
    row.sqlmodel_update({**asdict(form), "version": version + 1, "changed_at": clock.now()})
    session.add(row)
    session.flush()
    audit.record(session, actor, f"customer.{role}_changed", customer, fields=changed)


def copy_other(session: Session, actor: Actor, customer_id: int, role: str, version: int) -> None:
    """Make it the same person as the other one, at a click.

    What the other lacks and this one had, such as an e-mail address, stays only if it is the same
    person already. Raises `NotFound`, `NotAccepted` or `Overtaken`.
    """
    both = of_customer(session, actor, customer_id)
    other = both[GUARANTOR if role == EMERGENCY else EMERGENCY].form
    mine = both[role].form
    if mine.name == other.name:
        other = replace(other, email=other.email or mine.email, phone=other.phone or mine.phone)
    write(session, actor, customer_id, role, version, other)


def _accepted(session: Session, role: str, form: ContactForm) -> ContactForm:
    found = form.complaints(role)
    phone = phones.kept(" ".join(form.phone.split()), region(session))
    if phone is None and "phone" not in found:
        found["phone"] = "This is not a complete phone number. Add the area or country code."
    require_none(found)
    return ContactForm(
        " ".join(form.name.split()),
        " ".join(form.relationship.split()),
        phone or "",
        form.email.strip(),
    )


def _form_of(row: ContactPerson) -> ContactForm:
    return ContactForm(row.name, row.relationship, row.phone, row.email)


def _row(session: Session, customer_id: int, role: str) -> ContactPerson | None:
    query = model_select(ContactPerson).where(
        CONTACT.customer_id == customer_id, CONTACT.role == role
    )
    return session.exec(query.execution_options(populate_existing=True)).one_or_none()
