"""Two records side by side: what differs, and how much there is of each."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import Session
from sqlmodel import select as model_select

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import contacts, customers, phones, profile, visibility
from securecare.customers.contacts import EMERGENCY, GUARANTOR
from securecare.customers.kept_by_patron import FIELDS, is_claimed
from securecare.customers.models import Customer
from securecare.customers.profile import REACHED_BY
from securecare.foundation import audit
from securecare.foundation.columns import columns_of
from securecare.merging.pairs import SameRecord

SSN = "ssn"
LABELS: dict[str, str] = {
    **FIELDS,
    "reached_by": "Preferred contact",
    "staff_note": "Staff note",
    SSN: "Social Security number",
    EMERGENCY: "Emergency contact",
    GUARANTOR: "Guarantor",
}
"""Everything of which a record holds one, and the other may hold another."""
COUNTED = {
    "appointment": "appointments",
    "absence": "absences",
    "authorized_person": "authorized people",
    "insurance_policy": "insurance policies",
    "document": "documents",
    "phone_call": "calls",
    "care_case": "cases",
    "message_thread": "message threads",
    "customer_alert": "alerts",
}
CUSTOMER = columns_of(Customer)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two, as it stands."""

    id: int
    number: int
    name: str
    versions: tuple[int, int]
    """Of the record and of its profile: what is chosen from is what was seen."""
    claimed: bool
    """Whether the person keeps their own data: then theirs stand, whatever is chosen."""
    values: dict[str, str]
    """By field, as people read it; "" where nothing is known."""
    holds: dict[str, int]
    """How much there is of what is kept in several."""


def side(session: Session, actor: Actor, customer_id: int) -> Side:
    """One record, to be compared, which is noted as a look at it. Raises `NotAllowed`, `NotFound`."""
    actor.require(Permission.MERGE_CUSTOMERS)
    row = visibility.customer(session, actor, customer_id, Permission.MERGE_CUSTOMERS)
    audit.record(session, actor, "customer.compared", row)
    known = profile.read(session, actor, customer_id)
    region = customers.region(session)
    form = customers.form_of(row)
    values = {name: _said(value) for name, value in asdict(form).items()}
    values |= {name: _said(value) for name, value in asdict(known.form).items()}
    values["phone"] = phones.shown(form.phone, region) if form.phone else ""
    values["reached_by"] = REACHED_BY[known.form.reached_by] if known.form.reached_by else ""
    values["needs_interpreter"] = "Yes" if known.form.needs_interpreter else ""
    values[SSN] = "On file, hidden" if known.has_ssn else ""
    for role, contact in contacts.of_customer(session, actor, customer_id).items():
        told = contact.form
        values[role] = " · ".join(
            word for word in (told.name, told.relationship, told.phone, told.email) if word
        )
    return Side(
        customer_id,
        row.number,
        f"{form.given_name} {form.family_name}",
        (row.version, known.version),
        is_claimed(session, customer_id),
        {name: values.get(name, "") for name in LABELS},
        _holds(session, actor, customer_id),
    )


def both(session: Session, actor: Actor, one_id: int, other_id: int) -> tuple[Side, Side]:
    """The two side by side. Raises `NotAllowed`, `NotFound` or `SameRecord`."""
    if one_id == other_id:
        raise SameRecord
    return side(session, actor, one_id), side(session, actor, other_id)


def living(session: Session, actor: Actor, customer_id: int) -> int | None:
    """The record that a merged one became part of; None where there is no such sign.

    What it leads to is asked for like any other record.
    """
    actor.require(Permission.VIEW_CUSTOMERS)
    query = model_select(CUSTOMER.merged_into_id).where(CUSTOMER.id == customer_id)
    return session.execute(query).scalar_one_or_none()


def _holds(session: Session, actor: Actor, customer_id: int) -> dict[str, int]:
    asked = {"organization": actor.organization_id, "customer": customer_id}
    counted = session.execute(_COUNTS, asked).one()
    return dict(zip(COUNTED, counted, strict=True))


def _said(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:%b} {value.day}, {value.year}" if hasattr(value, "year") else str(value)


_PARTS = ", ".join(
    f"(SELECT count(*) FROM {table} WHERE organization_id = :organization"  # noqa: S608
    " AND customer_id = :customer)"
    for table in COUNTED
)
_COUNTS = text(f"SELECT {_PARTS}")
