"""Finding customers while somebody types: by name, number, phone, e-mail or birth date.

Words are looked up in a plain b-tree by `word >= 'smi' AND word < 'smj'`: of all ways to find a
beginning only this one may run beneath row-level security, where other rows are still in sight.
However many customers share a beginning, a bounded number of them is looked at.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, func, or_, select
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers.models import Customer, CustomerWord
from securecare.customers.search_terms import Term, after, terms
from securecare.customers.visibility import within_reach
from securecare.foundation import clock
from securecare.foundation.columns import columns_of
from securecare.foundation.days import short_day

CUSTOMER = columns_of(Customer)
WORDS = CustomerWord.__table__  # pyright: ignore[reportAttributeAccessIssue]

CONSIDERED = 1200
"""So many are put in order where very many begin alike; who wants others types on."""
LOOKED_AT = 5000
"""So many are looked at for a second word where very many share the first."""


@dataclass(frozen=True, slots=True)
class FoundCustomer:
    """A customer as a search shows them."""

    id: int
    number: int
    name: str
    born_on: date | None
    phone: str

    @property
    def phone_tail(self) -> str:
        """The last four digits: enough to tell two people apart."""
        return self.phone[-4:]

    @property
    def detail(self) -> str:
        """What tells two people of one name apart."""
        born = f"born {short_day(self.born_on)}" if self.born_on else ""
        tail = f"phone …{self.phone_tail}" if self.phone else ""
        return " · ".join(part for part in (f"No. {self.number}", born, tail) if part)


def find(session: Session, actor: Actor, text: str, limit: int = 10) -> list[FoundCustomer]:
    """Customers within the actor's reach who have a word for each term of the text.

    Those with exactly the words come first, then by family and given name.
    """
    actor.require(Permission.VIEW_CUSTOMERS)
    wanted = terms(text, clock.now().date())
    if not wanted:
        return []
    lead, *others = _rarest_first(session, actor, wanted)
    ranked = _in_order(_candidates(actor, lead, others)).subquery("ranked")
    query = (
        select(
            CUSTOMER.id,
            CUSTOMER.number,
            CUSTOMER.given_name + " " + CUSTOMER.family_name,
            CUSTOMER.born_on,
            CUSTOMER.phone,
        )
        .join(ranked, ranked.c.id == CUSTOMER.id)
        .where(within_reach(actor))
        .order_by(*_order(ranked.c))
        .limit(limit)
    )
    return [FoundCustomer(*row) for row in session.execute(query)]


def _rarest_first(session: Session, actor: Actor, wanted: list[Term]) -> list[Term]:
    """The term that fewest words fit leads; counting stops where looking stops."""
    if len(wanted) == 1:
        return wanted
    word = WORDS.alias()
    found = [
        select(word.c.word).where(_fits(word, actor, term)).limit(LOOKED_AT).subquery()
        for term in wanted
    ]
    counts = [select(func.count()).select_from(each).scalar_subquery() for each in found]
    counted = session.execute(select(*counts)).one()
    order = sorted(range(len(wanted)), key=lambda n: (counted[n], -wanted[n].longest))
    return [wanted[n] for n in order]


def _candidates(actor: Actor, lead: Term, others: list[Term]) -> Select:
    """The first in the order of the leading word who have all the other words too.

    `inexact` counts the terms for which only the beginning of a word fits.
    """
    word = WORDS.alias()
    leading = (
        select(word.c.customer_id, word.c.word, _inexact(word, lead).label("inexact"))
        .where(_fits(word, actor, lead))
        .order_by(word.c.word)
        .limit(LOOKED_AT if others else CONSIDERED)
        .subquery("leading")
    )
    inexact, fitting = leading.c.inexact, leading
    for term in others:
        # One look at the few words of each: never a join with all words that begin like this.
        other = WORDS.alias()
        own = select(func.min(_inexact(other, term)).label("inexact")).where(
            other.c.customer_id == leading.c.customer_id, _fits(other, actor, term)
        )
        has = own.lateral()
        fitting = fitting.join(has, has.c.inexact.is_not(None))
        inexact += has.c.inexact
    query = select(leading.c.customer_id, inexact.label("inexact")).select_from(fitting)
    return query.order_by(leading.c.word).limit(CONSIDERED)


def _fits(word: FromClause, actor: Actor, term: Term) -> ColumnElement[bool]:
    """Plain comparisons, which may run beneath row-level security; LIKE may not."""
    ranges = [
        and_(word.c.word >= beginning, word.c.word < after(beginning))
        for beginning in term.beginnings
    ]
    return and_(word.c.organization_id == actor.organization_id, or_(*ranges))


def _inexact(word: FromClause, term: Term) -> ColumnElement[int]:
    return case((word.c.word.in_(term.beginnings), 0), else_=1)


def _in_order(candidates: Select) -> Select:
    """Each customer once. Sorted by itself, so that reach is asked about from the top down only."""
    found = candidates.subquery("found")
    best = (
        select(found.c.customer_id, func.min(found.c.inexact).label("inexact"))
        .group_by(found.c.customer_id)
        .subquery("best")
    )
    ranked = select(
        CUSTOMER.id, CUSTOMER.family_name, CUSTOMER.given_name, best.c.inexact
    ).join_from(best, CUSTOMER.id.table, best.c.customer_id == CUSTOMER.id)
    return ranked.order_by(*_order(ranked.selected_columns))


def _order(columns: Any) -> tuple[ColumnElement, ...]:
    return columns.inexact, columns.family_name, columns.given_name, columns.id
