"""Making one record of two: all of it in one transaction, or nothing."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import text
from sqlmodel import Session
from sqlmodel import select as model_select

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import kept_by_patron, visibility
from securecare.customers.contacts import EMERGENCY, GUARANTOR
from securecare.customers.customers import CustomerForm
from securecare.customers.models import Customer
from securecare.customers.profile import ProfileForm
from securecare.customers.record_models import SSN, ContactPerson, CustomerProfile
from securecare.foundation import audit, clock
from securecare.foundation.columns import columns_of
from securecare.foundation.forms import Overtaken
from securecare.merging import comparing, moving
from securecare.merging.pairs import Pair, SameRecord
from securecare.organization import places
from securecare.scheduling import locks

PROFILE, CONTACT = columns_of(CustomerProfile), columns_of(ContactPerson)
_OF_CUSTOMER = tuple(each.name for each in fields(CustomerForm))
_OF_PROFILE = tuple(each.name for each in fields(ProfileForm))


@dataclass(frozen=True, slots=True)
class Wish:
    """Which record stays, and what of the other is to stand in it."""

    remaining: int
    former: int
    remaining_versions: tuple[int, int]
    former_versions: tuple[int, int]
    """As they were when the two were compared."""
    taken: frozenset[str] = frozenset()
    """Fields of `comparing.LABELS` whose value comes from the former record. What the remaining one
    lacks is taken in any case."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of it."""

    id: int
    number: int
    name: str
    moved: dict[str, int]
    """By table, how many entries now belong to the remaining record."""


def merge(session: Session, actor: Actor, wish: Wish) -> Merged:
    """Make the former record part of the remaining one; it cannot be taken back.

    Raises `NotAllowed`, `NotFound`, `SameRecord`, `Overtaken` where either was changed since it was
    compared, `BothClaimed`, `BookedTwice` or `NoPriorityLeft`.
    """
    actor.require(Permission.MERGE_CUSTOMERS)
    if wish.remaining == wish.former:
        raise SameRecord
    rows = _locked(session, actor, wish)
    remaining, former = rows[wish.remaining], rows[wish.former]
    _require_unchanged(session, wish, remaining, former)
    pair = Pair(session, actor, wish.former, wish.remaining)
    claimed = any(kept_by_patron.is_claimed(session, id_) for id_ in rows)
    _take_values(pair, remaining, former, wish.taken, claimed=claimed)
    now = clock.now()
    former.sqlmodel_update(
        {"merged_into_id": wish.remaining, "merged_at": now, "version": former.version + 1}
    )
    session.flush()
    moved = moving.move_all(pair)
    session.execute(_WORDS_ANEW, {"id": wish.remaining})
    audit.record(session, actor, "customer.merged", remaining, merged_id=wish.former)
    audit.record(session, actor, "customer.merged_away", former, into_id=wish.remaining)
    session.refresh(remaining)
    name = f"{remaining.given_name} {remaining.family_name}"
    return Merged(wish.remaining, remaining.number, name, moved)


def _locked(session: Session, actor: Actor, wish: Wish) -> dict[int, Customer]:
    """Both, so that nobody books for them, writes into them or merges them meanwhile."""
    ids = sorted((wish.remaining, wish.former))
    for id_ in ids:
        visibility.customer(session, actor, id_, Permission.MERGE_CUSTOMERS)
    locks.for_merging(session, actor.organization_id, ids)
    session.execute(_ALONE, {"ids": ids})
    return {
        id_: visibility.customer(session, actor, id_, Permission.MERGE_CUSTOMERS, lock=True)
        for id_ in ids
    }


def _require_unchanged(session: Session, wish: Wish, remaining: Customer, former: Customer) -> None:
    for row, versions in (
        (remaining, wish.remaining_versions),
        (former, wish.former_versions),
    ):
        profile = _profile(session, row.id or 0)
        if (row.version, profile.version if profile else 0) != versions:
            raise Overtaken(places.last_changed_by(session, "customer", row.id or 0))


def _take_values(
    pair: Pair, remaining: Customer, former: Customer, taken: Collection[str], *, claimed: bool
) -> None:
    """Write what was chosen into the remaining record; what a person keeps themselves comes later,
    with their account."""
    theirs = frozenset(kept_by_patron.FIELDS) if claimed else frozenset()
    chosen = _chosen(_OF_CUSTOMER, remaining.model_dump(), former.model_dump(), taken, theirs)
    remaining.sqlmodel_update({**chosen, "version": remaining.version + 1})
    _take_profile(pair, taken, theirs)
    for role in (EMERGENCY, GUARANTOR):
        if role in taken:
            _take_contact(pair, role)
    pair.session.flush()


def _chosen(
    names: Collection[str],
    here: dict[str, Any],
    there: dict[str, Any],
    taken: Collection[str],
    theirs: Collection[str],
) -> dict[str, Any]:
    return {
        name: there[name]
        for name in names
        if name not in theirs and there[name] and (name in taken or not here[name])
    }


def _take_profile(pair: Pair, taken: Collection[str], theirs: Collection[str]) -> None:
    there = _profile(pair.session, pair.former)
    if there is None:
        return
    here = _profile(pair.session, pair.remaining)
    if here is None:
        here = CustomerProfile(
            organization_id=pair.actor.organization_id, customer_id=pair.remaining, version=0
        )
    values = _chosen(_OF_PROFILE, here.model_dump(), there.model_dump(), taken, theirs)
    if there.ssn_sealed is not None and (comparing.SSN in taken or here.ssn_sealed is None):
        digits = SSN.open(there.ssn_sealed, there.public_id)
        values["ssn_sealed"] = SSN.seal(digits, here.public_id)
    here.sqlmodel_update({**values, "version": here.version + 1, "changed_at": clock.now()})
    pair.session.add(here)


def _take_contact(pair: Pair, role: str) -> None:
    found = {
        row.customer_id: row
        for row in pair.session.exec(
            model_select(ContactPerson)
            .where(CONTACT.customer_id.in_((pair.former, pair.remaining)), CONTACT.role == role)
            .execution_options(populate_existing=True)
        )
    }
    here, there = found.get(pair.remaining), found.get(pair.former)
    if here is not None and there is not None:
        values = {name: getattr(there, name) for name in ("name", "relationship", "phone", "email")}
        here.sqlmodel_update({**values, "version": here.version + 1, "changed_at": clock.now()})


def _profile(session: Session, customer_id: int) -> CustomerProfile | None:
    query = model_select(CustomerProfile).where(PROFILE.customer_id == customer_id)
    return session.exec(query.execution_options(populate_existing=True)).one_or_none()


_ALONE = text("SELECT id FROM customer WHERE id = ANY(:ids) ORDER BY id FOR UPDATE")
# The words of a record are kept when it changes: this one has another number to be found by.
_WORDS_ANEW = text("UPDATE customer SET number = number WHERE id = :id")
