"""Who may be the same person as somebody being noted: found by name, birth date, phone and e-mail.

Candidates come from the words customers are found by, each looked up as it is in a plain b-tree;
the few that remain are compared one by one. So it takes as long with many customers as with few.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, CompoundSelect, Select, func, select, union
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import likeness, visibility
from securecare.customers.duplicate_models import DuplicatePair
from securecare.customers.likeness import Features, Likeness
from securecare.customers.models import Customer, CustomerWord
from securecare.customers.search import FoundCustomer
from securecare.customers.search_terms import folded
from securecare.foundation.columns import columns_of, table_of

CUSTOMER, PAIR = columns_of(Customer), columns_of(DuplicatePair)
COMPARED = (
    CUSTOMER.given_name,
    CUSTOMER.family_name,
    CUSTOMER.born_on,
    CUSTOMER.phone,
    CUSTOMER.email,
)
"""What makes `Features`."""
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
        return self.likeness.said


def of(
    session: Session, actor: Actor, who: Features, *, but_not: Iterable[int] = (), most: int = MOST
) -> list[Alike]:
    """The customers within reach who look like the one described, the likeliest first."""
    actor.require(Permission.VIEW_CUSTOMERS)
    found = likely(session, actor.organization_id, who)
    for id_ in but_not:
        found.pop(id_, None)
    return _within_reach(session, actor, found)[:most]


def of_record(session: Session, actor: Actor, customer_id: int) -> list[Alike]:
    """Who may be the same person as this customer, and was not told apart from them since.

    Raises `NotFound`.
    """
    actor.require(Permission.VIEW_CUSTOMERS)
    row = visibility.customer(session, actor, customer_id)
    found = likely(session, actor.organization_id, features_of(row))
    found.pop(customer_id, None)
    for other, score in told_apart(session, actor.organization_id, customer_id).items():
        if other in found and found[other].score <= score:
            del found[other]
    return _within_reach(session, actor, found)[:MOST]


def features_of(row: Customer) -> Features:
    """What a customer is compared by."""
    return Features(row.given_name, row.family_name, row.born_on, row.phone, row.email)


def likely(session: Session, organization_id: int, who: Features) -> dict[int, Likeness]:
    """All customers of the organization who look like the one described; for nobody's eyes yet."""
    candidates = _candidates(session, organization_id, who)
    if candidates is None:
        return {}
    query = select(CUSTOMER.id, *COMPARED).where(
        CUSTOMER.id.in_(candidates), CUSTOMER.merged_into_id.is_(None)
    )
    others = ((id_, Features(*known)) for id_, *known in session.execute(query))
    return dict(likeness.likely_among(who, others))


def told_apart(session: Session, organization_id: int, customer_id: int) -> dict[int, int]:
    """Who was said to be another person than this customer, and what spoke for one person then."""
    query = select(PAIR.first_id, PAIR.second_id, PAIR.dismissed_score).where(
        PAIR.organization_id == organization_id,
        (PAIR.first_id == customer_id) | (PAIR.second_id == customer_id),
        PAIR.dismissed_at.is_not(None),
    )
    return {
        second if first == customer_id else first: score
        for first, second, score in session.execute(query)
    }


def _within_reach(session: Session, actor: Actor, found: dict[int, Likeness]) -> list[Alike]:
    """Those whom the actor may see, the likeliest first."""
    if not found:
        return []
    query = select(CUSTOMER.id, CUSTOMER.number, *COMPARED).where(
        CUSTOMER.id.in_(found), visibility.within_reach(actor)
    )
    seen = [
        Alike(FoundCustomer(id_, number, f"{given} {family}", born_on, phone), found[id_])
        for id_, number, given, family, born_on, phone, _ in session.execute(query)
    ]
    return sorted(seen, key=lambda each: (-each.likeness.score, each.id))


def _candidates(session: Session, organization_id: int, who: Features) -> CompoundSelect | None:
    shared = [_having(organization_id, word).limit(_OF_ONE_WORD) for word in _own_words(who)]
    parts = [*shared, *_by_name(session, organization_id, who)]
    return union(*parts) if parts else None


def _own_words(who: Features) -> list[str]:
    """The words that are hardly anybody else's."""
    digits = "".join(each for each in who.phone if each.isdigit())
    born = f"{who.born_on:%Y%m%d}" if who.born_on else ""
    return [word for word in (born, digits, folded(who.email)) if word]


def _by_name(session: Session, organization_id: int, who: Features) -> list[Select]:
    """Those with the same name, whichever way round, and those who share its rarest word."""
    given, family = likeness.words_of(who.given_name, who.family_name)
    words = sorted(given | family, key=len)[-MOST_WORDS:]
    if not words:
        return []
    counts = [
        select(func.count())
        .select_from(_having(organization_id, word).limit(_OF_COMMON_NAME).subquery())
        .scalar_subquery()
        for word in words
    ]
    counted = dict(zip(words, session.execute(select(*counts)).one(), strict=True))
    found = [
        _having(organization_id, word).limit(_OF_RARE_NAME)
        for word in words
        if counted[word] <= _OF_RARE_NAME
    ]
    lead, *others = sorted(words, key=lambda word: counted[word])
    leading = _having(organization_id, lead).limit(_OF_COMMON_NAME).subquery("leading")
    query = select(leading.c.customer_id)
    for word in others:
        # One look at the few words of each, never a join with everybody of that name.
        theirs = _WORDS.alias()
        own = select(theirs.c.customer_id).where(
            theirs.c.customer_id == leading.c.customer_id, _is(theirs, organization_id, word)
        )
        query = query.where(own.correlate(leading).exists())
    return [*found, query.limit(_OF_ONE_WORD)]


def _having(organization_id: int, word: str) -> Select:
    words = _WORDS.alias()
    return select(words.c.customer_id).where(_is(words, organization_id, word))


def _is(words: object, organization_id: int, word: str) -> ColumnElement[bool]:
    columns = words.c  # pyright: ignore[reportAttributeAccessIssue]
    return (columns.organization_id == organization_id) & (columns.word == word)
