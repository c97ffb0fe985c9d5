"""How a case stands: open, on hold or closed; each change with its reason, for good."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.casework import cases, entries
from securecare.foundation import audit, clock
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import Complaints, require_none

LABELS = {"open": "Open", "on_hold": "On hold", "closed": "Closed"}
DONE = {"open": "opened", "on_hold": "put on hold", "closed": "closed"}
CHANGES: dict[str, tuple[str, ...]] = {
    "open": ("on_hold", "closed"),
    "on_hold": ("open", "closed"),
    "closed": ("open",),
}
REASONS: dict[str, dict[str, str]] = {
    "on_hold": {
        "waiting": "Waiting for another agency",
        "list": "On a waiting list",
        "away": "Away for a while",
        "asked": "Asked for a pause",
        "other": "Other reason",
    },
    "closed": {
        "reached": "Goals reached",
        "referred": "Referred elsewhere",
        "moved": "Moved away",
        "lost": "Lost contact",
        "declined": "Declined further services",
        "ineligible": "No longer eligible",
        "died": "Died",
        "other": "Other reason",
    },
    "open": {
        "returned": "Returned",
        "needed": "Needs help again",
        "settled": "Reason for the hold is resolved",
        "mistake": "Changed by mistake",
        "other": "Other reason",
    },
}
BEGUN = "begun"
_LAST = text("""
    SELECT coalesce(a.name, '') FROM case_entry e LEFT JOIN account a ON a.id = e.account_id
     WHERE e.organization_id = :organization AND e.case_id = :case AND e.kind = 'status'
     ORDER BY e.at DESC, e.id DESC LIMIT 1
""")


class AlreadyMoved(DomainError):
    """Somebody else changed how the case stands; nothing was done."""

    def __init__(self, by: str, status: str) -> None:
        super().__init__(
            f"{by or 'Somebody else'} has {DONE[status]} this case in the meantime. Nothing was"
            " changed. Check the reason, then decide."
        )


@dataclass(frozen=True, slots=True)
class MoveForm:
    """What the case is to become, and why."""

    status: str
    reason: str
    words: str = ""

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        if self.reason not in REASONS.get(self.status, {}):
            found["reason"] = "Choose a reason."
        needed = "the reason in your own words" if self.reason == "other" else ""
        entries.complain_of_prose(found, "words", self.words, 1000, needed)
        return found


def move(
    session: Session, actor: Actor, customer_id: int, case_id: int, seen: str, form: MoveForm
) -> None:
    """Hold, close or reopen a case. `seen` is how it stood when the person decided.

    Raises `NotFound`, `NotAccepted`, or `AlreadyMoved` if it does not stand so any more.
    """
    row = cases.of(session, actor, customer_id, case_id, Permission.EDIT_CASES, lock=True)
    present = row.status or ""
    if present != seen:
        asked = {"organization": actor.organization_id, "case": case_id}
        raise AlreadyMoved(session.execute(_LAST, asked).scalar() or "", present)
    found = form.complaints()
    if form.status not in CHANGES.get(present, ()):
        found["status"] = f"It is {LABELS[present].lower()}: it cannot become that from here."
    require_none(found)
    draft = entries.Draft(
        "status",
        clock.now(),
        {"words": form.words.strip()},
        status=form.status,
        reason=form.reason,
    )
    entries.write(session, actor, row, draft)
    session.expire(row)
    audit.record(session, actor, f"case.{_ACTIONS[present, form.status]}", row)


_ACTIONS = {
    ("open", "on_hold"): "put_on_hold",
    ("open", "closed"): "closed",
    ("on_hold", "open"): "resumed",
    ("on_hold", "closed"): "closed",
    ("closed", "open"): "reopened",
}
