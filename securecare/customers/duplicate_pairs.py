"""Pairs of records that may be one person's: to be compared, or told apart for good.

Telling two apart answers what spoke for one person then. When more speaks for it later, because a
name, birth date, telephone or address was changed, they come up again; not when as much does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select, text, true, tuple_
from sqlmodel import Session
from sqlmodel import select as model_select

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.models import Account
from securecare.access.roles import Permission
from securecare.customers import duplicates, likeness, pair_sides, visibility
from securecare.customers.duplicate_models import DuplicatePair
from securecare.customers.likeness import LIKELY, Features, Likeness
from securecare.customers.models import Customer
from securecare.customers.pair_sides import Side
from securecare.foundation import audit, clock
from securecare.foundation.columns import columns_of, table_of
from securecare.foundation.errors import DomainError

PAIR, CUSTOMER, ACCOUNT = columns_of(DuplicatePair), columns_of(Customer), columns_of(Account)
MERGE = Permission.MERGE_CUSTOMERS
PAGE, MOST_COUNTED = 20, 100
LOOKED_AT = 2000
"""So many pairs, the likeliest, are looked at to count those within reach."""
_OPEN = PAIR.score > PAIR.dismissed_score
_APART = PAIR.dismissed_score >= PAIR.score

Position = tuple[Any, int]
"""Where a part of a list ends: what it is ordered by, and the pair's id."""


class MoreSpeaksForIt(DomainError):
    """More speaks for one person than whoever tells the two apart has seen."""

    def __init__(self) -> None:
        super().__init__("More of their details match by now. Please look at both once more.")


@dataclass(frozen=True, slots=True)
class Listed:
    """Two records that may be one person's."""

    id: int
    score: int
    why: str
    one: Side
    other: Side
    dismissed_at: datetime | None
    """When somebody told them apart, last; more speaks for it since if it is listed as open."""
    dismissed_by: str


@dataclass(frozen=True, slots=True)
class Between:
    """How two records stand to each other."""

    points: int
    """What speaks for one person."""
    dismissed_at: datetime | None
    """When somebody told them apart, last."""
    dismissed_by: str


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the list; `following` is where the next part begins, if there is one."""

    rows: list[Listed]
    following: Position | None


def to_compare(
    session: Session, actor: Actor, after: Position | None = None, size: int = PAGE
) -> Page:
    """The pairs nobody has told apart, the likeliest first, as far as both are within reach."""
    key = tuple_(PAIR.score, PAIR.id)
    query = _visible(actor, _OPEN).where(key < tuple_(*after) if after else true())
    rows = session.execute(query.order_by(PAIR.score.desc(), PAIR.id.desc()).limit(size + 1)).all()
    return _page(session, actor, rows, size, "score")


def dismissed(
    session: Session, actor: Actor, after: Position | None = None, size: int = PAGE
) -> Page:
    """The pairs that were told apart, the latest first, as far as both are within reach."""
    key = tuple_(PAIR.dismissed_at, PAIR.id)
    query = _visible(actor, _APART).where(key < tuple_(*after) if after else true())
    query = query.order_by(PAIR.dismissed_at.desc(), PAIR.id.desc()).limit(size + 1)
    return _page(session, actor, session.execute(query).all(), size, "dismissed_at")


def how_many(session: Session, actor: Actor, most: int = MOST_COUNTED) -> int:
    """How many pairs wait to be compared, counted up to `most`, among the likeliest."""
    if not actor.may(MERGE):
        return 0
    likeliest = (
        select(PAIR.id)
        .where(PAIR.organization_id == actor.organization_id, _OPEN)
        .order_by(PAIR.score.desc(), PAIR.id.desc())
        .limit(LOOKED_AT)
    )
    some = _visible(actor, PAIR.id.in_(likeliest)).limit(most).subquery()
    return session.execute(select(func.count()).select_from(some)).scalar_one()


def dismiss(session: Session, actor: Actor, one_id: int, other_id: int, seen: int) -> None:
    """These are two people. `seen` are the points the actor was shown.

    Raises `NotAllowed`, `NotFound`, or `MoreSpeaksForIt` where it is more by now.
    """
    alike = _compared(session, actor, one_id, other_id)
    if alike.score > seen:
        raise MoreSpeaksForIt
    row = session.execute(
        _DISMISS,
        {
            "organization": actor.organization_id,
            "first": min(one_id, other_id),
            "second": max(one_id, other_id),
            "score": max(alike.score, 0),
            "why": alike.said,
            "dismissed": max(alike.score, 1),
            "now": clock.now(),
            "by": actor.account_id,
        },
    ).one_or_none()
    if row is not None:
        _note(session, actor, "customer.told_apart", one_id, other_id)


def restore(session: Session, actor: Actor, pair_id: int) -> bool:
    """It may be one person after all; says whether enough speaks for it to be listed again.

    Raises `NotAllowed` or `NotFound`.
    """
    actor.require(MERGE)
    ids = session.execute(
        select(PAIR.first_id, PAIR.second_id).where(PAIR.id == pair_id)
    ).one_or_none()
    if ids is None:
        raise NotFound("This pair")
    alike = _compared(session, actor, *ids)
    locked = model_select(DuplicatePair).where(PAIR.id == pair_id).with_for_update()
    row = session.exec(locked).one_or_none()
    if row is None or {row.first_id, row.second_id} != set(ids):
        raise NotFound("This pair")
    if row.dismissed_at is None:
        return True  # somebody was first
    if alike.score < LIKELY:
        session.delete(row)
    else:
        row.sqlmodel_update({"dismissed_score": 0, "dismissed_at": None, "dismissed_by": None})
        row.sqlmodel_update({"score": alike.score, "why": alike.said})
    session.flush()
    _note(session, actor, "customer.doubted_again", *ids)
    return alike.score >= LIKELY


def between(session: Session, actor: Actor, one_id: int, other_id: int) -> Between:
    """What speaks for one person, to be shown and answered by `dismiss`.

    Raises `NotAllowed` or `NotFound`.
    """
    actor.require(MERGE)
    points = _likeness(session, actor, one_id, other_id).score
    query = (
        select(PAIR.dismissed_at, ACCOUNT.name)
        .outerjoin(table_of(Account), ACCOUNT.id == PAIR.dismissed_by)
        .where(
            PAIR.organization_id == actor.organization_id,
            func.least(PAIR.first_id, PAIR.second_id) == min(one_id, other_id),
            func.greatest(PAIR.first_id, PAIR.second_id) == max(one_id, other_id),
        )
    )
    told = session.execute(query).one_or_none()
    return Between(points, told[0], told[1] or "") if told else Between(points, None, "")


def _compared(session: Session, actor: Actor, one_id: int, other_id: int) -> Likeness:
    """What speaks for it now; neither record is merged before the transaction ends."""
    actor.require(MERGE)
    session.execute(_SHARE, {"ids": sorted((one_id, other_id))})
    return _likeness(session, actor, one_id, other_id)


def _likeness(session: Session, actor: Actor, one_id: int, other_id: int) -> Likeness:
    query = select(*duplicates.COMPARED).where(
        CUSTOMER.id.in_((one_id, other_id)), visibility.within_reach(actor, MERGE)
    )
    both = [Features(*known) for known in session.execute(query)]
    if len(both) != 2:
        raise NotFound("This pair")
    return likeness.of(*both)


def _note(session: Session, actor: Actor, action: str, one_id: int, other_id: int) -> None:
    for id_, another in ((one_id, other_id), (other_id, one_id)):
        audit.record(session, actor, action, ("customer", id_), other_id=another)


def _visible(actor: Actor, condition: ColumnElement[bool]) -> Select:
    """The pairs of which both records may be merged by the actor; neither is merged already."""
    actor.require(MERGE)
    return select(*PAIR).where(
        PAIR.organization_id == actor.organization_id,
        condition,
        _within_reach(actor, PAIR.first_id),
        _within_reach(actor, PAIR.second_id),
    )


def _within_reach(actor: Actor, id_: ColumnElement[int]) -> ColumnElement[bool]:
    # OFFSET 0: asked from the top down for the few that are shown, not for everybody beforehand.
    own = select(CUSTOMER.id).where(CUSTOMER.id == id_, visibility.within_reach(actor, MERGE))
    return own.correlate(table_of(DuplicatePair)).offset(literal_column("0")).exists()


def _page(session: Session, actor: Actor, rows: Sequence[Any], size: int, ordered_by: str) -> Page:
    shown = rows[:size]
    last = shown[-1] if len(rows) > size else None
    sides = pair_sides.of(
        session, actor, {id_ for row in shown for id_ in (row.first_id, row.second_id)}
    )
    names = _names(session, {row.dismissed_by for row in shown if row.dismissed_by})
    listed = [
        Listed(
            row.id,
            row.score,
            row.why,
            *(sides[id_] for id_ in sorted((row.first_id, row.second_id))),
            row.dismissed_at,
            names.get(row.dismissed_by, ""),
        )
        for row in shown
    ]
    return Page(listed, (getattr(last, ordered_by), last.id) if last else None)


def _names(session: Session, ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    query = select(ACCOUNT.id, ACCOUNT.name).where(ACCOUNT.id.in_(ids))
    return {id_: name for id_, name in session.execute(query)}


_SHARE = text("SELECT id FROM customer WHERE id = ANY(:ids) ORDER BY id FOR KEY SHARE")
# Who comes second finds it done, and is not the one who did it.
_DISMISS = text("""
    INSERT INTO duplicate_pair AS p
           (organization_id, first_id, second_id, score, why, found_at,
            dismissed_score, dismissed_at, dismissed_by)
    VALUES (:organization, :first, :second, :score, :why, :now, :dismissed, :now, :by)
    ON CONFLICT (organization_id, least(first_id, second_id), greatest(first_id, second_id))
    DO UPDATE SET score = excluded.score, why = excluded.why,
           dismissed_score = greatest(p.dismissed_score, excluded.dismissed_score),
           dismissed_at = excluded.dismissed_at, dismissed_by = excluded.dismissed_by
     WHERE p.score > p.dismissed_score OR p.dismissed_score < excluded.dismissed_score
    RETURNING p.id
""")
