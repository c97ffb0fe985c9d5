"""Insurance: several policies of a customer, and which of them counts on a day of service."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.customers import visibility
from securecare.customers.models import Customer
from securecare.customers.record_models import GROUP_NUMBER, MEMBER_NUMBER, InsurancePolicy
from securecare.foundation import audit, clock
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import (
    Complaints,
    Overtaken,
    changed_fields,
    complain_of_number,
    complain_of_text,
    refused_by,
    require_none,
)
from securecare.organization import places

PRIORITIES = {1: "Primary", 2: "Secondary", 3: "Tertiary"}
"""Which pays first. Further ones are called by their number."""
_EXCLUDED = "insurance_policy_priority"
_COLUMNS = """
    id, carrier, plan, holder, holder_is, priority, valid_from, valid_until, public_id,
    member_number_sealed, group_number_sealed, version"""
_LISTED = text(f"""
    SELECT {_COLUMNS} FROM insurance_policy
     WHERE organization_id = :organization AND customer_id = :customer AND removed_at IS NULL
     ORDER BY valid_until IS NOT NULL AND valid_until < CAST(:day AS date), priority,
              valid_from DESC LIMIT :most
""")  # noqa: S608
_ACTIVE = text(f"""
    SELECT {_COLUMNS} FROM insurance_policy
     WHERE organization_id = :organization AND customer_id = :customer AND removed_at IS NULL
       AND valid_from <= :day AND (valid_until IS NULL OR valid_until >= :day)
     ORDER BY priority
""")  # noqa: S608


@dataclass(frozen=True, slots=True)
class PolicyForm:
    """A policy as entered."""

    carrier: str
    member_number: str
    priority: int
    valid_from: date | None
    valid_until: date | None = None
    plan: str = ""
    group_number: str = ""
    holder: str = ""
    holder_is: str = ""

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        complain_of_text(found, "carrier", self.carrier, "the insurer", 120)
        complain_of_text(found, "member_number", self.member_number, "the member number", 60)
        complain_of_text(found, "plan", self.plan, "the plan", 120, needed=False)
        complain_of_text(found, "group_number", self.group_number, "it", 60, needed=False)
        complain_of_text(found, "holder", self.holder, "the name", 120, needed=False)
        complain_of_text(found, "holder_is", self.holder_is, "what they are", 60, needed=False)
        complain_of_number(found, "priority", self.priority, 1, 9)
        if self.holder.strip() and not self.holder_is.strip():
            found.setdefault("holder_is", "Enter what the holder is to this person.")
        if self.valid_from is None:
            found["valid_from"] = "Enter the first day of the policy."
        elif self.valid_until is not None and self.valid_until < self.valid_from:
            found["valid_until"] = "The last day lies before the first."
        return found


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as it stands, with its numbers opened."""

    id: int
    form: PolicyForm
    version: int

    @property
    def priority_label(self) -> str:
        return PRIORITIES.get(self.form.priority, f"Number {self.form.priority}")

    def covers(self, day: date) -> bool:
        """Whether it is valid on that day."""
        first, last = self.form.valid_from, self.form.valid_until
        return first is not None and first <= day and (last is None or day <= last)


class PriorityTaken(DomainError):
    """Another policy has this priority on some of these days."""

    def __init__(self) -> None:
        super().__init__(
            "Another policy has this priority on some of these days. End that one, or choose"
            " another priority.",
            field="priority",
        )


def listed(
    session: Session, actor: Actor, customer_id: int, today: date, most: int | None = None
) -> list[Policy]:
    """The policies, those that are over last, so many at most; that they were seen is noted.

    Raises `NotFound`.
    """
    actor.require(Permission.VIEW_INSURANCE)
    customer = visibility.customer(session, actor, customer_id, Permission.VIEW_INSURANCE)
    rows = session.execute(_LISTED, _asked(actor, customer_id, today) | {"most": most})
    policies = [_opened(row) for row in rows]
    if policies:
        audit.record(session, actor, "insurance.seen", customer)
    return policies


def active_on(
    session: Session, organization_id: int, customer_id: int, day: date
) -> tuple[Policy, ...]:
    """The policies that are valid on a day of service, the one that pays first at the front.

    For billing, which has found out by itself whether it may ask.
    """
    asked = {"organization": organization_id, "customer": customer_id, "day": day}
    return tuple(_opened(row) for row in session.execute(_ACTIVE, asked))


def add(session: Session, actor: Actor, customer_id: int, form: PolicyForm) -> int:
    """Note a policy. Raises `NotFound`, `NotAccepted` or `PriorityTaken`."""
    customer = _reachable(session, actor, customer_id)
    require_none(form.complaints())
    row = InsurancePolicy(
        organization_id=actor.organization_id,
        customer_id=customer_id,
        carrier="",
        priority=form.priority,
        valid_from=form.valid_from or date.min,
        member_number_sealed=b"",
        version=0,
    )
    _write(session, row, form)
    audit.record(session, actor, "insurance.added", customer, policy_id=row.id)
    return row.id or 0


def change(
    session: Session, actor: Actor, customer_id: int, policy_id: int, version: int, form: PolicyForm
) -> None:
    """Correct a policy. Raises `NotFound`, `NotAccepted`, `Overtaken` or `PriorityTaken`."""
    customer = _reachable(session, actor, customer_id)
    row = _of(session, customer_id, policy_id)
    if row.version != version:
        raise Overtaken(places.last_changed_by(session, "customer", customer_id))
    require_none(form.complaints())
    changed = changed_fields(_opened(row).form, form)
    if changed:
        _write(session, row, form)
        audit.record(
            session, actor, "insurance.changed", customer, fields=changed, policy_id=policy_id
        )


def remove(session: Session, actor: Actor, customer_id: int, policy_id: int) -> None:
    """It was noted by mistake: it counts no more, and stays in the trail. Raises `NotFound`.

    A policy that has ended is given its last day instead.
    """
    customer = _reachable(session, actor, customer_id)
    row = _of(session, customer_id, policy_id)
    row.sqlmodel_update({"removed_at": clock.now(), "version": row.version + 1})
    session.flush()
    audit.record(session, actor, "insurance.removed", customer, policy_id=policy_id)


def _write(session: Session, row: InsurancePolicy, form: PolicyForm) -> None:
    group = form.group_number.strip()
    row.sqlmodel_update(
        {
            "carrier": " ".join(form.carrier.split()),
            "plan": " ".join(form.plan.split()),
            "holder": " ".join(form.holder.split()),
            "holder_is": " ".join(form.holder_is.split()),
            "priority": form.priority,
            "valid_from": form.valid_from,
            "valid_until": form.valid_until,
            "member_number_sealed": MEMBER_NUMBER.seal(form.member_number.strip(), row.public_id),
            "group_number_sealed": GROUP_NUMBER.seal(group, row.public_id) if group else None,
            "version": row.version + 1,
            "changed_at": clock.now(),
        }
    )
    with refused_by(_EXCLUDED, PriorityTaken()), session.begin_nested():
        session.add(row)
        session.flush()


def _opened(row: InsurancePolicy) -> Policy:
    group = row.group_number_sealed
    form = PolicyForm(
        row.carrier,
        MEMBER_NUMBER.open(row.member_number_sealed, row.public_id),
        row.priority,
        row.valid_from,
        row.valid_until,
        row.plan,
        GROUP_NUMBER.open(group, row.public_id) if group else "",
        row.holder,
        row.holder_is,
    )
    return Policy(row.id or 0, form, row.version)


def _reachable(session: Session, actor: Actor, customer_id: int) -> Customer:
    actor.require(Permission.EDIT_INSURANCE)
    return visibility.customer(session, actor, customer_id, Permission.EDIT_INSURANCE, lock=True)


def _of(session: Session, customer_id: int, policy_id: int) -> InsurancePolicy:
    row = session.get(InsurancePolicy, policy_id, with_for_update=True, populate_existing=True)
    if row is None or row.customer_id != customer_id or row.removed_at is not None:
        raise NotFound("This policy")
    return row


def _asked(actor: Actor, customer_id: int, day: date) -> dict[str, object]:
    return {"organization": actor.organization_id, "customer": customer_id, "day": day}
