"""What staff must see at a glance on a customer's record."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.customers import days, visibility
from securecare.customers.record_models import ALERT_KINDS, CustomerAlert
from securecare.foundation import audit, clock
from securecare.foundation.forms import Complaints, complain_of_text, require_none

KINDS = {
    "safety": "Safety",
    "medical": "Medical",
    "care": "Care",
    "access": "Access",
}
_STANDING = text("""
    SELECT a.id, a.kind, a.words, a.until, coalesce(who.name, ''), a.set_at
      FROM customer_alert a LEFT JOIN account who ON who.id = a.set_by
     WHERE a.organization_id = :organization AND a.customer_id = :customer
       AND a.lifted_at IS NULL AND (a.until IS NULL OR a.until >= :today)
     ORDER BY array_position(:order, a.kind), a.id
""")


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert that stands."""

    id: int
    kind: str
    words: str
    until: date | None
    set_by: str
    set_at: object


def standing(session: Session, actor: Actor, customer_id: int) -> list[Alert]:
    """What is to be seen today, the gravest first. Raises `NotFound`."""
    visibility.customer(session, actor, customer_id)
    asked = {
        "organization": actor.organization_id,
        "customer": customer_id,
        "today": days.today(session),
        "order": list(ALERT_KINDS),
    }
    return [Alert(*row) for row in session.execute(_STANDING, asked)]


def add(
    session: Session,
    actor: Actor,
    customer_id: int,
    kind: str,
    words: str,
    until: date | None = None,
) -> int:
    """Set an alert. Raises `NotFound` or `NotAccepted`."""
    actor.require(Permission.EDIT_CUSTOMERS)
    customer = visibility.customer(session, actor, customer_id, Permission.EDIT_CUSTOMERS)
    words = " ".join(words.split())
    found: Complaints = {}
    complain_of_text(found, "words", words, "what is to be seen", 160)
    if kind not in ALERT_KINDS:
        found["kind"] = "Choose what kind of alert this is."
    if until is not None and until < days.today(session):
        found["until"] = "This day is in the past."
    require_none(found)
    row = CustomerAlert(
        organization_id=actor.organization_id,
        customer_id=customer_id,
        kind=kind,
        words=words,
        until=until,
        set_by=actor.account_id,
        set_at=clock.now(),
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "customer.alert_set", customer, kind=kind)
    return row.id or 0


def lift(session: Session, actor: Actor, customer_id: int, alert_id: int) -> None:
    """Take an alert off the record; twice is as good as once. Raises `NotFound`."""
    actor.require(Permission.EDIT_CUSTOMERS)
    customer = visibility.customer(session, actor, customer_id, Permission.EDIT_CUSTOMERS)
    row = session.get(CustomerAlert, alert_id, with_for_update=True)
    if row is None or row.customer_id != customer.id:
        raise NotFound("This alert")
    if row.lifted_at is None:
        row.sqlmodel_update({"lifted_at": clock.now(), "lifted_by": actor.account_id})
        session.add(row)
        session.flush()
        audit.record(session, actor, "customer.alert_lifted", customer, kind=row.kind)
