"""Donors and volunteers as a list shows them: by name, page by page, and found by words of names.

Their names are looked up as those of customers are: see `search`. What is read of a person is how
they are called and reached; that they have a record here is told only to who may see it.
"""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, select, true, tuple_
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.customers.models import Customer
from securecare.customers.patron_models import Patron, PatronLink, SupporterWord
from securecare.customers.search_terms import LONGEST, MOST_WORDS, after, folded
from securecare.customers.support import DONOR, VOLUNTEER, Support
from securecare.customers.visibility import within_reach
from securecare.foundation.columns import columns_of, table_of

CUSTOMER, PATRON, LINK = columns_of(Customer), columns_of(Patron), columns_of(PatronLink)
WORD = columns_of(SupporterWord)
SINCE = {DONOR: LINK.donor_since, VOLUNTEER: LINK.volunteer_since}


class Position(NamedTuple):
    """A place in the list: what follows it comes next."""

    sorted_as: str
    link_id: int


@dataclass(frozen=True, slots=True)
class Supporter:
    """A donor or volunteer."""

    link_id: int
    name: str
    phone: str
    email: str
    support: Support
    customer_id: int | None
    """Their record, where they have one that the reader may see."""


@dataclass(frozen=True, slots=True)
class SupporterPage:
    """A part of the list; `following` is where the next part begins, if there is one."""

    rows: list[Supporter]
    following: Position | None


def page(
    session: Session,
    actor: Actor,
    text: str = "",
    kind: str = "",
    since: Position | None = None,
    size: int = 50,
) -> SupporterPage:
    """Those with a word for each word of the text, by family name; with `kind` donors or
    volunteers alone. Raises `NotAllowed`."""
    actor.require(Permission.EDIT_CUSTOMERS)
    wanted = (
        select(LINK.id, LINK.sorted_as)
        .where(LINK.organization_id == actor.organization_id, LINK.sorted_as.is_not(None))
        .where(SINCE[kind].is_not(None) if kind in SINCE else true())
        .where(tuple_(LINK.sorted_as, LINK.id) > tuple_(*since) if since else true())
        .where(*(_has(actor, word) for word in _words(text)))
        .order_by(LINK.sorted_as, LINK.id)
        .limit(size + 1)
        .subquery("wanted")
    )
    query = _shown(actor).join(wanted, wanted.c.id == LINK.id)
    found = session.execute(query.order_by(LINK.sorted_as, LINK.id)).all()
    last = found[size - 1] if len(found) > size else None
    following = Position(last.sorted_as, last.id) if last else None
    return SupporterPage([_supporter(row) for row in found[:size]], following)


def one(session: Session, actor: Actor, link_id: int) -> Supporter:
    """One of them. Raises `NotAllowed` or `NotFound`."""
    actor.require(Permission.EDIT_CUSTOMERS)
    query = _shown(actor).where(
        LINK.organization_id == actor.organization_id,
        LINK.id == link_id,
        LINK.sorted_as.is_not(None),
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound("This connection")
    return _supporter(row)


def _shown(actor: Actor) -> Select:
    seen = and_(CUSTOMER.id == LINK.customer_id, within_reach(actor))
    return (
        select(
            LINK.id,
            LINK.sorted_as,
            PATRON.given_name,
            PATRON.family_name,
            PATRON.phone,
            PATRON.email,
            LINK.donor_since,
            LINK.volunteer_since,
            CUSTOMER.id.label("customer_id"),
        )
        .select_from(table_of(PatronLink))
        .join(table_of(Patron), PATRON.id == LINK.patron_id)
        .outerjoin(table_of(Customer), seen)
    )


def _supporter(row: Any) -> Supporter:
    return Supporter(
        row.id,
        f"{row.given_name} {row.family_name}",
        row.phone,
        row.email,
        Support(row.donor_since, row.volunteer_since),
        row.customer_id,
    )


def _words(text: str) -> list[str]:
    found = re.findall(r"[^\W_]+", folded(text[:LONGEST]))
    return list(dict.fromkeys(found))[:MOST_WORDS]


def _has(actor: Actor, word: str) -> ColumnElement[bool]:
    """Plain comparisons, which may run beneath row-level security."""
    return LINK.id.in_(
        select(WORD.link_id).where(
            WORD.organization_id == actor.organization_id,
            WORD.word >= word,
            WORD.word < after(word),
        )
    )
