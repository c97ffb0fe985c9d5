"""What staff read of a customer's patron: who they are, what was sent, and what they changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import visibility
from securecare.customers.kept_by_patron import FIELDS
from securecare.customers.support import Support
from securecare.foundation import clock

PAGE = 25
Standing = Literal["waiting", "used", "expired", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Linked:
    """The patron of a customer."""

    name: str
    email: str
    claimed: bool
    """Whether the person signs in and keeps their own data; until then staff do."""
    since: datetime
    by: str
    """Who made or accepted the link; empty where the person did by claiming."""
    support: Support
    """What they are here besides a customer."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """The last letter with which the account may be claimed."""

    id: int
    email: str
    sent_at: datetime
    expires_at: datetime
    by: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Former:
    """A link that was ended; of whose account it was, nothing is told any more."""

    since: datetime
    until: datetime
    by: str


@dataclass(frozen=True, slots=True)
class PatronTab:
    """Everything the tab shows at once, but for the changes."""

    linked: Linked | None
    invitation: Invitation | None
    former: tuple[Former, ...]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field the person changed: its name in words, before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changed:
    """What the person changed at one time."""

    id: int
    at: datetime
    fields: tuple[FieldChange, ...]


def of(session: Session, actor: Actor, customer_id: int) -> PatronTab:
    """The customer's patron and the way there. Raises `NotFound`."""
    actor.require(Permission.VIEW_CUSTOMERS)
    visibility.customer(session, actor, customer_id)
    asked = {"organization": actor.organization_id, "customer": customer_id}
    row = session.execute(_LINKED, asked).one_or_none()
    sent = session.execute(_INVITATION, asked).one_or_none()
    former = session.execute(_FORMER, asked)
    return PatronTab(
        Linked(*row[:-2], support=Support(*row[-2:])) if row else None,
        _invitation(sent) if sent and (row is not None or sent.used_at is None) else None,
        tuple(Former(*each) for each in former),
    )


def changes(
    session: Session, actor: Actor, customer_id: int, before_id: int | None = None, most: int = PAGE
) -> list[Changed]:
    """What the person changed of themselves since they are linked, the latest first.

    What they changed before is nobody's business here. Raises `NotFound`.
    """
    actor.require(Permission.VIEW_CUSTOMERS)
    visibility.customer(session, actor, customer_id)
    asked = {
        "organization": actor.organization_id,
        "customer": customer_id,
        "before": before_id,
        "most": most,
    }
    return [
        Changed(row.id, row.at, _fields(row.changes)) for row in session.execute(_CHANGES, asked)
    ]


def _fields(told: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(label, *(_said(value) for value in told[name]))
        for name, label in FIELDS.items()
        if name in told
    )


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return "" if value is None else str(value)


def _invitation(row: Any) -> Invitation:
    standing: Standing = "waiting"
    if row.used_at is not None:
        standing = "used"
    elif row.withdrawn_at is not None:
        standing = "withdrawn"
    elif row.expires_at <= clock.now():
        standing = "expired"
    return Invitation(row.id, row.email, row.made_at, row.expires_at, row.by, standing)


# Not `coalesce` where a row is looked for: beneath row-level security no index is found by what it gives.
_LINKED = text("""
    SELECT p.given_name || ' ' || p.family_name, p.email, p.account_id IS NOT NULL,
           coalesce(l.decided_at, l.made_at), coalesce(a.name, ''),
           l.donor_since, l.volunteer_since
      FROM patron_link l JOIN patron p ON p.id = l.patron_id
      LEFT JOIN account a
        ON a.id = CASE WHEN l.decided_by IS NULL THEN l.made_by ELSE l.decided_by END
     WHERE l.organization_id = :organization AND l.customer_id = :customer
       AND l.status = 'linked'
""")
_INVITATION = text("""
    SELECT i.id, i.email, i.made_at, i.expires_at, i.used_at, i.withdrawn_at,
           coalesce(a.name, '') AS by
      FROM patron_invitation i LEFT JOIN account a ON a.id = i.made_by
     WHERE i.organization_id = :organization AND i.customer_id = :customer
     ORDER BY i.id DESC LIMIT 1
""")
_FORMER = text("""
    SELECT l.made_at, l.decided_at, coalesce(a.name, '')
      FROM patron_link l LEFT JOIN account a ON a.id = l.decided_by
     WHERE l.organization_id = :organization AND l.customer_id = :customer
       AND l.status = 'ended' AND l.decided_at IS NOT NULL
     ORDER BY l.decided_at DESC LIMIT 20
""")
_CHANGES = text("""
    SELECT c.id, c.at, c.changes
      FROM patron_link l JOIN patron_change c ON c.patron_id = l.patron_id
     WHERE l.organization_id = :organization AND l.customer_id = :customer
       AND l.status = 'linked'
       AND c.at >= CASE WHEN l.decided_at IS NULL THEN l.made_at ELSE l.decided_at END
       AND (CAST(:before AS bigint) IS NULL
            OR (c.at, c.id) < (SELECT b.at, b.id FROM patron_change b WHERE b.id = :before))
     ORDER BY c.at DESC, c.id DESC LIMIT :most
""")
