"""Staff time counted against grants: once as wages (personnel), once as the benefits on them (fringe).

Amounts are worked out when they are counted (see `securecare.grants.amounts`) and never again.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session, col, select

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation import audit, clock
from securecare.foundation.errors import DomainError
from securecare.grants.amounts import fringe_cents, wages_cents
from securecare.grants.models import FundingGrant
from securecare.outreach import staff_time
from securecare.outreach.models import CLAIMS, StaffTime, TimeClaim

CLAIM_LABELS = {"personnel": "Personnel", "fringe": "Fringe"}


class DayNotCovered(DomainError):
    """The grant was not given for that day."""

    def __init__(self, grant: FundingGrant) -> None:
        super().__init__(
            f"“{grant.name}” may be spent from {grant.starts_on:%b} {grant.starts_on.day},"
            f" {grant.starts_on.year} to {grant.ends_on:%b} {grant.ends_on.day},"
            f" {grant.ends_on.year}. This session lies outside.",
            field="grant_id",
        )


class GrantClosed(DomainError):
    """Nothing more is counted against the grant."""

    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}” is closed. Make it active again first.", field="grant_id")


class NotYetWorked(DomainError):
    """Only what was done is paid."""

    def __init__(self) -> None:
        super().__init__("Complete the session first: a grant pays for work that was done.")


class NoRate(DomainError):
    """Nobody said what an hour costs."""

    def __init__(self) -> None:
        super().__init__("Enter what an hour of this person costs first.", field="rate_cents")


class AnotherGrantPays(DomainError):
    """This time is counted already."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"A grant pays for this already as {CLAIM_LABELS[kind].lower()}. Withdraw that first."
        )


@dataclass(frozen=True, slots=True)
class Claimed:
    """What was counted now, and by how much the grant is overspent with it (0: it is not)."""

    amounts: dict[str, int]
    grant: str
    over_by_cents: int

    @property
    def total_cents(self) -> int:
        """Both kinds together."""
        return sum(self.amounts.values())


def claim(
    session: Session,
    actor: Actor,
    staff_time_id: int,
    grant_id: int,
    kinds: Collection[str] = CLAIMS,
) -> Claimed:
    """Count somebody's time on a session against a grant, as wages, as benefits or both.

    The same again changes nothing. A grant over its amount is told, not refused. Raises `NotFound`,
    `NotYetWorked`, `NoRate`, `GrantClosed`, `DayNotCovered` or `AnotherGrantPays`.
    """
    row, occasion = staff_time.locked(session, actor, staff_time_id, Permission.EDIT_GRANTS)
    grant = _grant(session, grant_id)
    if not grant.active:
        raise GrantClosed(grant.name)
    if occasion.status != "completed":
        raise NotYetWorked
    if not grant.starts_on <= occasion.held_on <= grant.ends_on:
        raise DayNotCovered(grant)
    if row.rate_cents == 0:
        raise NoRate
    amounts = _add(session, actor, row, grant, [kind for kind in CLAIMS if kind in kinds])
    if amounts:
        audit.record(
            session,
            actor,
            "time_claim.added",
            ("staff_time", row.id),
            facility_id=occasion.facility_id,
            fields=tuple(amounts),
            grant_id=grant_id,
        )
    return Claimed(amounts, grant.name, max(spent_cents(session, grant_id) - grant.amount_cents, 0))


def withdraw(
    session: Session, actor: Actor, staff_time_id: int, kinds: Collection[str] = CLAIMS
) -> int:
    """Count the time against no grant any more; gives the cents that are free again."""
    row, occasion = staff_time.locked(session, actor, staff_time_id, Permission.EDIT_GRANTS)
    found = [each for each in _of(session, row.id or 0).values() if each.claimed_as in kinds]
    for each in found:
        session.delete(each)
    session.flush()
    if found:
        audit.record(
            session,
            actor,
            "time_claim.withdrawn",
            ("staff_time", row.id),
            facility_id=occasion.facility_id,
            fields=tuple(sorted(each.claimed_as for each in found)),
            grant_id=found[0].grant_id,
        )
    return sum(each.amount_cents for each in found)


def _add(
    session: Session, actor: Actor, row: StaffTime, grant: FundingGrant, kinds: list[str]
) -> dict[str, int]:
    standing = _of(session, row.id or 0)
    wages = wages_cents(row.minutes, row.rate_cents)
    amounts = {
        "personnel": wages,
        "fringe": fringe_cents(wages, grant.fringe_basis_points),
    }
    added: dict[str, int] = {}
    for kind in kinds:
        if kind in standing:
            if standing[kind].grant_id != grant.id:
                raise AnotherGrantPays(kind)
            continue
        session.add(
            TimeClaim(
                organization_id=actor.organization_id,
                staff_time_id=row.id or 0,
                claimed_as=kind,
                grant_id=grant.id or 0,
                amount_cents=amounts[kind],
                account_id=actor.account_id,
                claimed_at=clock.now(),
            )
        )
        added[kind] = amounts[kind]
    session.flush()
    return added


def _of(session: Session, staff_time_id: int) -> dict[str, TimeClaim]:
    query = select(TimeClaim).where(col(TimeClaim.staff_time_id) == staff_time_id)
    return {row.claimed_as: row for row in session.exec(query)}


def _grant(session: Session, grant_id: int) -> FundingGrant:
    # Two who count against one grant wait for each other, so that the second is told the truth.
    row = session.exec(
        select(FundingGrant)
        .where(FundingGrant.id == grant_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound("This grant")
    return row


_SPENT = text(
    "SELECT coalesce((SELECT sum(amount_cents) FROM time_claim WHERE grant_id = :grant), 0)"
    " + coalesce((SELECT sum(-m.on_hand_change * m.wholesale_cents) FROM outreach_session s"
    " JOIN stock_movement m ON m.organization_id = s.organization_id"
    " AND m.holder = 'outreach_session' AND m.holder_id = s.id"
    " AND m.kind IN ('committed', 'returned')"
    " WHERE s.grant_id = :grant), 0)"
    " + coalesce((SELECT sum(l.given::bigint * l.wholesale_cents) FROM outreach_session s"
    " JOIN session_line l ON l.session_id = s.id AND l.kind = 'free'"
    " WHERE s.grant_id = :grant AND s.status = 'completed'), 0)"
)


def spent_cents(session: Session, grant_id: int) -> int:
    """All that is counted against a grant: supplies, free lines, wages and benefits."""
    return int(session.execute(_SPENT, {"grant": grant_id}).scalar_one())
