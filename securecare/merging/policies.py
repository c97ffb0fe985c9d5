"""Insurance policies of two records under one: at any day still at most one of each priority."""

from datetime import date

from sqlmodel import select

from securecare.customers.record_models import MEMBER_NUMBER, InsurancePolicy
from securecare.customers.search_terms import folded
from securecare.foundation import clock
from securecare.foundation.columns import columns_of
from securecare.merging.pairs import NoPriorityLeft, Pair

POLICY = columns_of(InsurancePolicy)
LOWEST = 9


def move_policies(pair: Pair) -> int:
    """All of them: behind the remaining record's own where both had the same priority.

    A policy that both have is kept once; the other one is marked as noted by mistake.
    """
    query = (
        select(InsurancePolicy)
        .where(
            POLICY.organization_id == pair.actor.organization_id,
            POLICY.customer_id.in_((pair.former, pair.remaining)),
        )
        .order_by(POLICY.priority, POLICY.valid_from, POLICY.id)
        .with_for_update()
    )
    rows = pair.session.exec(query.execution_options(populate_existing=True)).all()
    standing = [r for r in rows if r.customer_id == pair.remaining and r.removed_at is None]
    moving = [row for row in rows if row.customer_id == pair.former]
    for row in moving:
        values: dict[str, object] = {"customer_id": pair.remaining, "version": row.version + 1}
        if row.removed_at is None:
            if any(_same(row, each) for each in standing):
                values["removed_at"] = clock.now()
            else:
                values["priority"] = _free_priority(row, standing)
                standing.append(row)
        row.sqlmodel_update(values)
        pair.session.flush()
    return len(moving)


def _free_priority(row: InsurancePolicy, standing: list[InsurancePolicy]) -> int:
    taken = {each.priority for each in standing if _overlap(row, each)}
    free = [n for n in range(row.priority, LOWEST + 1) if n not in taken]
    if not free:
        raise NoPriorityLeft
    return free[0]


def _overlap(one: InsurancePolicy, other: InsurancePolicy) -> bool:
    ends, others_end = one.valid_until or date.max, other.valid_until or date.max
    return one.valid_from <= others_end and other.valid_from <= ends


def _same(one: InsurancePolicy, other: InsurancePolicy) -> bool:
    return (
        folded(one.carrier) == folded(other.carrier)
        and _overlap(one, other)
        and _number(one) == _number(other)
    )


def _number(row: InsurancePolicy) -> str:
    return MEMBER_NUMBER.open(row.member_number_sealed, row.public_id).replace(" ", "").lower()
