"""Authorized people: who may act for a customer, until when, and what was made sure of about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.customers import days, phones, visibility
from securecare.customers.customers import region
from securecare.customers.models import Customer
from securecare.customers.record_models import CHECKED, AuthorizedPerson, IdentityCheck
from securecare.foundation import audit, clock
from securecare.foundation.forms import (
    Complaints,
    Overtaken,
    changed_fields,
    complain_of_text,
    require_none,
)
from securecare.organization import places

CHECKED_LABELS = {
    "name": "Full name",
    "address": "Address",
    "born_on": "Date of birth",
    "ssn": "Social Security number",
}
LONGEST = timedelta(days=10 * 366)
_LISTED = text("""
    SELECT id, name, relationship, phone, expires_on, ended_at, version FROM authorized_person
     WHERE organization_id = :organization AND customer_id = :customer
       AND (NOT :valid OR (ended_at IS NULL AND expires_on >= :today))
     ORDER BY ended_at IS NOT NULL OR expires_on < :today, name, id LIMIT :most
""")
_CHECKS = text("""
    SELECT DISTINCT ON (c.person_id, c.checked) c.person_id, c.checked, c.confirmed, c.seen,
           coalesce(who.name, ''), c.at
      FROM identity_check c LEFT JOIN account who ON who.id = c.account_id
     WHERE c.organization_id = :organization AND c.person_id = ANY(:people)
     ORDER BY c.person_id, c.checked, c.id DESC
""")


@dataclass(frozen=True, slots=True)
class PersonForm:
    """An authorized person as entered; everything is needed."""

    name: str
    relationship: str
    phone: str
    expires_on: date | None

    def complaints(self, today: date) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        complain_of_text(found, "name", self.name, "their name", 120)
        complain_of_text(found, "relationship", self.relationship, "what they are", 60)
        complain_of_text(found, "phone", self.phone, "a phone number", 40)
        if self.expires_on is None:
            found["expires_on"] = "Enter the last day of the authorization."
        elif self.expires_on < today:
            found["expires_on"] = "This day is in the past."
        elif self.expires_on > today + LONGEST:
            found["expires_on"] = "Ten years at most. You can renew it then."
        return found


@dataclass(frozen=True, slots=True)
class Check:
    """What was made sure of, by whom, when, and in what it was seen."""

    seen: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """An authorized person with what has been made sure of, by what it was."""

    id: int
    name: str
    relationship: str
    phone: str
    expires_on: date
    valid: bool
    """Whether they may be offered anywhere."""
    ended_at: datetime | None
    version: int
    checks: Mapping[str, Check] = field(default_factory=dict)


def listed(
    session: Session,
    actor: Actor,
    customer_id: int,
    most: int | None = None,
    *,
    only_valid: bool = False,
) -> list[Person]:
    """Whom the customer ever authorized, those who still are first; so many of them at most.

    Raises `NotFound`.
    """
    visibility.customer(session, actor, customer_id)
    today = days.today(session)
    asked = {
        "organization": actor.organization_id,
        "customer": customer_id,
        "today": today,
        "valid": only_valid,
        "most": most,
    }
    rows = session.execute(_LISTED, asked).all()
    checks = _checks(session, actor, [row.id for row in rows])
    return [
        Person(
            row.id,
            row.name,
            row.relationship,
            row.phone,
            row.expires_on,
            row.ended_at is None and row.expires_on >= today,
            row.ended_at,
            row.version,
            checks.get(row.id, {}),
        )
        for row in rows
    ]


def valid(session: Session, actor: Actor, customer_id: int) -> list[Person]:
    """Whom the customer lets act for them today: all that may be offered. Raises `NotFound`."""
    return listed(session, actor, customer_id, only_valid=True)


def add(session: Session, actor: Actor, customer_id: int, form: PersonForm) -> int:
    """Note an authorized person. Raises `NotFound` or `NotAccepted`."""
    customer = _reachable(session, actor, customer_id)
    row = AuthorizedPerson(
        organization_id=actor.organization_id,
        customer_id=customer_id,
        added_by=actor.account_id,
        added_at=clock.now(),
        **_accepted(session, form),
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "authorized_person.added", customer, person_id=row.id)
    return row.id or 0


def change(
    session: Session, actor: Actor, customer_id: int, person_id: int, version: int, form: PersonForm
) -> None:
    """Correct or renew. Raises `NotFound`, `NotAccepted` or `Overtaken`."""
    customer = _reachable(session, actor, customer_id)
    row = _of(session, customer_id, person_id)
    if row.version != version or row.ended_at is not None:
        raise Overtaken(places.last_changed_by(session, "customer", customer_id))
    values = _accepted(session, form)
    before = PersonForm(row.name, row.relationship, row.phone, row.expires_on)
    changed = changed_fields(before, PersonForm(**values))
    if changed:
        row.sqlmodel_update({**values, "version": version + 1})
        session.flush()
        audit.record(
            session,
            actor,
            "authorized_person.changed",
            customer,
            fields=changed,
            person_id=person_id,
        )


def end(session: Session, actor: Actor, customer_id: int, person_id: int) -> None:
    """The customer took the authorization back; from now on nobody is offered them."""
    customer = _reachable(session, actor, customer_id)
    row = _of(session, customer_id, person_id)
    if row.ended_at is None:
        ended = {"ended_at": clock.now(), "ended_by": actor.account_id}
        row.sqlmodel_update({**ended, "version": row.version + 1})
        session.flush()
        audit.record(session, actor, "authorized_person.ended", customer, person_id=person_id)


def check(
    session: Session,
    actor: Actor,
    customer_id: int,
    person_id: int,
    checked: str,
    confirmed: bool,
    seen: str = "",
) -> None:
    """Record that something about the person was made sure of, or that it no longer is.

    Raises `NotFound` or `NotAccepted`.
    """
    customer = _reachable(session, actor, customer_id)
    _of(session, customer_id, person_id)
    seen = " ".join(seen.split())
    found: Complaints = {}
    complain_of_text(found, "seen", seen, "what it was seen in", 80, needed=False)
    if checked not in CHECKED:
        found["checked"] = "Choose what you verified."
    if any(each.isdigit() for each in seen):
        found["seen"] = "Enter only the kind of document, not its number."
    require_none(found)
    session.add(
        IdentityCheck(
            organization_id=actor.organization_id,
            person_id=person_id,
            checked=checked,
            confirmed=confirmed,
            seen=seen,
            account_id=actor.account_id,
            at=clock.now(),
        )
    )
    session.flush()
    deed = "authorized_person.checked" if confirmed else "authorized_person.unchecked"
    audit.record(session, actor, deed, customer, fields=[checked], person_id=person_id)


def _checks(session: Session, actor: Actor, people: Sequence[int]) -> dict[int, dict[str, Check]]:
    if not people:
        return {}
    found: dict[int, dict[str, Check]] = {}
    asked = {"organization": actor.organization_id, "people": list(people)}
    for person_id, checked, confirmed, seen, by, at in session.execute(_CHECKS, asked):
        if confirmed:
            found.setdefault(person_id, {})[checked] = Check(seen, by, at)
    return found


def _accepted(session: Session, form: PersonForm) -> dict[str, object]:
    found = form.complaints(days.today(session))
    phone = phones.kept(" ".join(form.phone.split()), region(session))
    if phone is None and "phone" not in found:
        found["phone"] = "This is not a complete phone number. Add the area or country code."
    require_none(found)
    return {
        "name": " ".join(form.name.split()),
        "relationship": " ".join(form.relationship.split()),
        "phone": phone,
        "expires_on": form.expires_on,
    }


def _reachable(session: Session, actor: Actor, customer_id: int) -> Customer:
    actor.require(Permission.EDIT_CUSTOMERS)
    return visibility.customer(session, actor, customer_id, Permission.EDIT_CUSTOMERS)


def _of(session: Session, customer_id: int, person_id: int) -> AuthorizedPerson:
    row = session.get(AuthorizedPerson, person_id, with_for_update=True, populate_existing=True)
    if row is None or row.customer_id != customer_id:
        raise NotFound("This person")
    return row
