"""The call log: who called about a customer, and what was said. Entries stay; more can be added."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.customers import authorized, phones, visibility
from securecare.customers.authorized import Person
from securecare.customers.customers import region
from securecare.customers.record_models import (
    ADDED_NOTES,
    CALL_NOTES,
    PhoneCall,
    PhoneCallAddition,
)
from securecare.foundation import audit, clock
from securecare.foundation.forms import Complaints, complain_of_text, require_none

NOTES_LENGTH = 4000
PAGE = 25
_AHEAD = timedelta(minutes=5)
_LISTED = text("""
    SELECT c.id, c.at, c.caller, c.relationship, c.phone, c.topic, c.public_id, c.notes_sealed,
           coalesce(who.name, '') AS by, c.made_at, c.person_id
      FROM phone_call c LEFT JOIN account who ON who.id = c.account_id
     WHERE c.organization_id = :organization AND c.customer_id = :customer
       AND (CAST(:before AS timestamptz) IS NULL OR (c.at, c.id) < (:before, :before_id))
     ORDER BY c.at DESC, c.id DESC LIMIT :most
""")
_ADDITIONS = text("""
    SELECT a.call_id, a.public_id, a.notes_sealed, coalesce(who.name, '') AS by, a.made_at
      FROM phone_call_addition a LEFT JOIN account who ON who.id = a.account_id
     WHERE a.organization_id = :organization AND a.call_id = ANY(:calls) ORDER BY a.id
""")
_SAME_FORM = text("SELECT id FROM phone_call WHERE form_key = :key")


@dataclass(frozen=True, slots=True)
class CallForm:
    """A call as entered: the caller is an authorized person, or is named in words."""

    at: datetime
    topic: str
    notes: str = ""
    person_id: int | None = None
    caller: str = ""
    relationship: str = ""
    phone: str = ""
    form_key: uuid.UUID | None = None

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        if self.at > clock.now() + _AHEAD:
            found["at"] = "This time is in the future."
        elif self.at < clock.now() - timedelta(days=3660):
            found["at"] = "Check the year."
        if self.person_id is None:
            complain_of_text(found, "caller", self.caller, "who called", 120)
            complain_of_text(
                found, "relationship", self.relationship, "what they are", 60, needed=False
            )
        complain_of_text(found, "topic", self.topic, "what it was about", 120)
        _complain_of_notes(found, self.notes)
        return found


@dataclass(frozen=True, slots=True)
class Addition:
    """What was added later."""

    notes: str
    by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """One call with all that was added to it."""

    id: int
    at: datetime
    caller: str
    relationship: str
    phone: str
    topic: str
    notes: str
    by: str
    made_at: datetime
    additions: tuple[Addition, ...]


def callers(session: Session, actor: Actor, customer_id: int) -> list[Person]:
    """Whom the form offers: those who are authorized today. Raises `NotFound`."""
    actor.require(Permission.LOG_CALLS)
    return authorized.valid(session, actor, customer_id)


def listed(
    session: Session,
    actor: Actor,
    customer_id: int,
    before: tuple[datetime, int] | None = None,
    most: int = PAGE,
) -> list[Call]:
    """The calls about a customer, the latest first; that they were read is noted.

    `before` is when the last one on the page before was, and its id. Raises `NotFound`.
    """
    actor.require(Permission.READ_CALLS)
    customer = visibility.customer(session, actor, customer_id, Permission.READ_CALLS)
    asked = {
        "organization": actor.organization_id,
        "customer": customer_id,
        "before": before[0] if before else None,
        "before_id": before[1] if before else None,
        "most": most,
    }
    rows = session.execute(_LISTED, asked).all()
    additions: dict[int, list[Addition]] = {row.id: [] for row in rows}
    if rows:
        calls = {"organization": actor.organization_id, "calls": list(additions)}
        for row in session.execute(_ADDITIONS, calls):
            notes = ADDED_NOTES.open(row.notes_sealed, row.public_id)
            additions[row.call_id].append(Addition(notes, row.by, row.made_at))
        audit.record(session, actor, "calls.read", customer)
    return [
        Call(
            row.id,
            row.at,
            row.caller,
            row.relationship,
            row.phone,
            row.topic,
            CALL_NOTES.open(row.notes_sealed, row.public_id) if row.notes_sealed else "",
            row.by,
            row.made_at,
            tuple(additions[row.id]),
        )
        for row in rows
    ]


def log(session: Session, actor: Actor, customer_id: int, form: CallForm) -> int:
    """Note a call for good; the same form sent twice notes it once.

    Raises `NotFound` or `NotAccepted`, also where the caller is authorized no longer.
    """
    actor.require(Permission.LOG_CALLS)
    customer = visibility.customer(session, actor, customer_id, Permission.LOG_CALLS, lock=True)
    if form.form_key is not None:
        known = session.execute(_SAME_FORM, {"key": form.form_key}).scalar()
        if known is not None:
            return known
    require_none(form.complaints())
    caller, relationship, phone = _caller(session, actor, customer_id, form)
    row = PhoneCall(
        organization_id=actor.organization_id,
        customer_id=customer_id,
        at=form.at,
        person_id=form.person_id,
        caller=caller,
        relationship=relationship,
        phone=phone,
        topic=" ".join(form.topic.split()),
        account_id=actor.account_id,
        made_at=clock.now(),
        form_key=form.form_key,
    )
    if form.notes.strip():
        row.notes_sealed = CALL_NOTES.seal(form.notes.strip(), row.public_id)
    session.add(row)
    session.flush()
    audit.record(session, actor, "call.logged", customer, call_id=row.id)
    return row.id or 0


def add_notes(session: Session, actor: Actor, customer_id: int, call_id: int, notes: str) -> None:
    """Add to a call; what stands there stays. Raises `NotFound` or `NotAccepted`."""
    actor.require(Permission.LOG_CALLS)
    customer = visibility.customer(session, actor, customer_id, Permission.LOG_CALLS)
    call = session.get(PhoneCall, call_id)
    if call is None or call.customer_id != customer_id:
        raise NotFound("This call")
    found: Complaints = {} if notes.strip() else {"notes": "Enter the follow-up."}
    _complain_of_notes(found, notes)
    require_none(found)
    row = PhoneCallAddition(
        organization_id=actor.organization_id,
        call_id=call_id,
        notes_sealed=b"",
        account_id=actor.account_id,
        made_at=clock.now(),
    )
    row.notes_sealed = ADDED_NOTES.seal(notes.strip(), row.public_id)
    session.add(row)
    session.flush()
    audit.record(session, actor, "call.added_to", customer, call_id=call_id)


def _caller(
    session: Session, actor: Actor, customer_id: int, form: CallForm
) -> tuple[str, str, str]:
    """Name, relationship and phone of who called."""
    if form.person_id is not None:
        for person in authorized.valid(session, actor, customer_id):
            if person.id == form.person_id:
                return person.name, person.relationship, person.phone
        require_none(
            {"person_id": "This person is no longer authorized. Enter the caller's name instead."}
        )
    phone = phones.kept(" ".join(form.phone.split()), region(session))
    if phone is None:
        require_none({"phone": "This is not a complete phone number. Add the area code."})
    return " ".join(form.caller.split()), " ".join(form.relationship.split()), phone or ""


def _complain_of_notes(found: Complaints, notes: str) -> None:
    if len(notes) > NOTES_LENGTH:
        found["notes"] = f"Keep this to {NOTES_LENGTH} characters; it has {len(notes)}."
    elif any(ord(each) < 32 and each not in "\n\t\r" for each in notes):
        found["notes"] = "Remove invisible characters."
