"""Finding customers while somebody types: by name, number, phone or birth date."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers.models import Customer, CustomerWord
from securecare.customers.visibility import within_reach
from securecare.foundation.columns import columns_of

CUSTOMER = columns_of(Customer)
CUSTOMER_WORD = columns_of(CustomerWord)

MOST_WORDS = 5
CONSIDERED = 400
"""Of a word that very many share, so many are looked at: nobody reads further."""


@dataclass(frozen=True, slots=True)
class FoundCustomer:
    """A customer as a search shows them."""

    id: int
    number: int
    name: str
    born_on: date | None
    phone: str

    @property
    def detail(self) -> str:
        """What tells two people of one name apart."""
        born = (
            f"born {self.born_on:%b} {self.born_on.day}, {self.born_on.year}"
            if self.born_on
            else ""
        )
        tail = f"phone …{self.phone[-4:]}" if self.phone else ""
        return " · ".join(part for part in (f"No. {self.number}", born, tail) if part)


def find(session: Session, actor: Actor, text: str, limit: int = 10) -> list[FoundCustomer]:
    """Customers within the actor's reach that every word of the text fits, by its beginning."""
    actor.require(Permission.VIEW_CUSTOMERS)
    words = plain_words(text)
    if not words:
        return []
    # The longest word is the rarest: it leads, the others are looked up for what it found.
    lead, *others = sorted(words, key=len, reverse=True)
    candidates = (
        select(CUSTOMER_WORD.customer_id, CUSTOMER_WORD.word)
        .where(CUSTOMER_WORD.organization_id == actor.organization_id, *_begins(lead))
        .order_by(CUSTOMER_WORD.word)
    )
    for word in others:
        other = CustomerWord.__table__.alias()  # pyright: ignore[reportAttributeAccessIssue]
        candidates = candidates.where(
            select(other.c.customer_id)
            .where(
                other.c.customer_id == CUSTOMER_WORD.customer_id,
                other.c.word >= word,
                other.c.word < _past(word),
            )
            .exists()
        )
    leading = candidates.limit(CONSIDERED).subquery()
    query = (
        select(
            CUSTOMER.id,
            CUSTOMER.number,
            CUSTOMER.given_name + " " + CUSTOMER.family_name,
            CUSTOMER.born_on,
            CUSTOMER.phone,
        )
        .where(CUSTOMER.id.in_(select(leading.c.customer_id)), within_reach(actor))
        .order_by(CUSTOMER.family_name, CUSTOMER.given_name, CUSTOMER.id)
        .limit(limit)
    )
    return [FoundCustomer(*row) for row in session.execute(query)]


def plain_words(text: str) -> list[str]:
    """The words of a search as the index has them: lower case, no accents, digits of phones."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    if re.fullmatch(r"[\d\s()+./-]+", bare) and len(digits := re.sub(r"\D", "", bare)) > 3:
        return [digits]
    if "@" in bare:
        return bare.split()[:MOST_WORDS]
    return [word for word in re.split(r"[\W_]+", bare) if word][:MOST_WORDS]


def _begins(word: str) -> tuple:
    # Plain comparisons in byte order: these may be pushed beneath row-level security.
    return CUSTOMER_WORD.word >= word, CUSTOMER_WORD.word < _past(word)


def _past(word: str) -> str:
    return word[:-1] + chr(ord(word[-1]) + 1)
