"""Who may be the same person as somebody being noted: found by name, birth date, phone and e-mail.

Candidates come from the words customers are found by, each looked up as it is in a plain b-tree;
the few that remain are compared one by one. So it takes as long with many customers as with few.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select, union
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import likeness, visibility
from securecare.customers.likeness import LIKELY, Features, Likeness
from securecare.customers.models import Customer, CustomerWord
from securecare.customers.search import FoundCustomer
from securecare.customers.search_terms import folded
from securecare.foundation.columns import columns_of, table_of

CUSTOMER = columns_of(Customer)
_WORDS = table_of(CustomerWord)

MOST = 8
MOST_WORDS = 6
"""Of a name with more words, the longest are looked at."""
_OF_ONE_WORD = 200
"""So many are looked at for each thing two people may share: no birth date has more in practice."""
_OF_RARE_NAME = 150
"""A name that fewer share is compared with the others for slips of the pen."""
_OF_COMMON_NAME = 4000


@dataclass(frozen=True, slots=True)
class Alike:
    """A customer who may be the same person, and what speaks for it."""

    customer: FoundCustomer
    likeness: Likeness

    @property
    def id(self) -> int:
        return self.customer.id

    @property
    def number(self) -> int:
        return self.customer.number

    @property
    def name(self) -> str:
        return self.customer.name

    @property
    def detail(self) -> str:
        """What tells two people of one name apart."""
        return self.customer.detail

    @property
    def why(self) -> str:
        """What is alike, as in "same phone, same birth date"."""
        return ", ".join(self.likeness.why)


def of(
    session: Session, actor: Actor, who: Features, *, but_not: Iterable[int] = (), most: int = MOST
) -> list[Alike]:
    """The customers within reach who look like the one described, the likeliest first."""
    actor.require(Permission.VIEW_CUSTOMERS)
    candidates = _candidates(session, actor, who) - frozenset(but_not)
    if not candidates:
        return []
    rows = session.execute(
        select(
            CUSTOMER.id,
            CUSTOMER.number,
            CUSTOMER.given_name,
            CUSTOMER.family_name,
            CUSTOMER.born_on,
            CUSTOMER.phone,
            CUSTOMER.email,
        ).where(
            CUSTOMER.id.in_(candidates),
            visibility.within_reach(actor),
        )
    )
    found = []
    for id_, number, *known in rows:
        alike = likeness.of(who, Features(*known))
        if alike.score >= LIKELY:
            given, family, born_on, phone, _ = known
            customer = FoundCustomer(id_, number, f"{given} {family}", born_on, phone)
            found.append(Alike(customer, alike))
    return sorted(found, key=lambda each: (-each.likeness.score, each.id))[:most]


def of_record(session: Session, actor: Actor, customer_id: int) -> list[Alike]:
    """Who may be the same person as this customer. Raises `NotFound`."""
    actor.require(Permission.VIEW_CUSTOMERS)
    row = visibility.customer(session, actor, customer_id)
    who = Features(row.given_name, row.family_name, row.born_on, row.phone, row.email)
    return of(session, actor, who, but_not=[customer_id])


def _candidates(session: Session, actor: Actor, who: Features) -> frozenset[int]:
    shared = [_having(actor, word).limit(_OF_ONE_WORD) for word in _own_words(who)]
    names = _by_name(session, actor, who)
    parts = [*shared, *names]
    return frozenset(session.execute(union(*parts)).scalars()) if parts else frozenset()


def _own_words(who: Features) -> list[str]:
    """The words that are hardly anybody else's."""
    digits = "".join(each for each in who.phone if each.isdigit())
    born = f"{who.born_on:%Y%m%d}" if who.born_on else ""
    return [word for word in (born, digits, folded(who.email)) if word]


def _by_name(session: Session, actor: Actor, who: Features) -> list[Select]:
    """Those with the same name, whichever way round, and those who share its rarest word."""
    given, family = likeness.words_of(who.given_name, who.family_name)
    words = sorted(given | family, key=len)[-MOST_WORDS:]
    if not words:
        return []
    counts = [
        select(func.count())
        .select_from(_having(actor, word).limit(_OF_COMMON_NAME).subquery())
        .scalar_subquery()
        for word in words
    ]
    counted = dict(zip(words, session.execute(select(*counts)).one(), strict=True))
    found = [
        _having(actor, word).limit(_OF_RARE_NAME)
        for word in words
        if counted[word] <= _OF_RARE_NAME
    ]
    lead, *others = sorted(words, key=lambda word: counted[word])
    leading = _having(actor, lead).limit(_OF_COMMON_NAME).subquery("leading")
    query = select(leading.c.customer_id)
    for word in others:
        # One look at the few words of each, never a join with everybody of that name.
        theirs = _WORDS.alias()
        own = select(theirs.c.customer_id).where(
            theirs.c.customer_id == leading.c.customer_id, _is(theirs, actor, word)
        )
        query = query.where(own.correlate(leading).exists())
    return [*found, query.limit(_OF_ONE_WORD)]


def _having(actor: Actor, word: str) -> Select:
    words = _WORDS.alias()
    return select(words.c.customer_id).where(_is(words, actor, word))


def _is(words: object, actor: Actor, word: str) -> ColumnElement[bool]:
    columns = words.c  # pyright: ignore[reportAttributeAccessIssue]
    return (columns.organization_id == actor.organization_id) & (columns.word == word)
