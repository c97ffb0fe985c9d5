"""Who among 200,000 customers may be somebody being noted, beside the same search without the words.

The baseline reads everybody who shares the birth date, the telephone, the address or a name from the
table itself, as one would without an index of words, and compares all of them in full.
"""

import time
from collections.abc import Callable
from random import Random

from sqlalchemy import text

from securecare import demo
from securecare.access.actor import Actor, Grant
from securecare.access.roles import Role
from securecare.customers import duplicate_finding, duplicate_pairs, duplicates, likeness
from securecare.customers.likeness import Features
from securecare.foundation.db import Scope, owner_transaction, transaction
from tests.benchmarks.bench_customer_search import CUSTOMERS
from tests.benchmarks.ground import Ground
from tests.benchmarks.sampling import calm, median, milliseconds, quantile

ASKED, BY_TABLE, LOOKED_AT = 400, 12, 600
WARM = 40
BY_SCAN = text("""
    SELECT id, given_name, family_name, born_on, phone, email FROM customer
     WHERE organization_id = :organization AND merged_into_id IS NULL
       AND (born_on = :born_on OR (phone <> '' AND phone = :phone)
            OR (email <> '' AND lower(email) = lower(:email))
            OR lower(family_name) = lower(:family) OR lower(given_name) = lower(:given))
""")


def measure(ground: Ground) -> dict[str, float]:
    """Milliseconds of one search in a transaction of its own; beside it, what the job does."""
    with ground.databases.fresh("empty"):
        made = demo.fill_at(1, customers=CUSTOMERS)
        actor = Actor(1, made.organization_id, 0, "Bench", (Grant(Role.ADMINISTRATOR),))
        people = _people(made.organization_id)
        calm()
        by_words = _taken(lambda who: _by_words(actor, who), people[:ASKED])
        by_scan = _taken(lambda who: _by_scan(actor, who), people[-BY_TABLE:])
        looked = _look(made.organization_id)
        listed = _taken(lambda _: _listed(actor), people[:WARM])
    return {
        "duplicates_ms": quantile(by_words[WARM:], 0.95),
        "duplicates_median_ms": median(by_words[WARM:]),
        "duplicates_by_scan_ms": median(by_scan),
        "duplicates_looked_at_per_s": looked,
        "duplicates_page_ms": quantile(listed, 0.95),
    }


def _people(organization_id: int) -> list[Features]:
    """As people are noted who are here already."""
    with owner_transaction() as session:
        rows = session.execute(
            text(
                "SELECT given_name, family_name, born_on, phone, email FROM customer"
                " WHERE organization_id = :id ORDER BY id"
            ),
            {"id": organization_id},
        ).all()
    drawn = Random("duplicates").sample(rows, ASKED + BY_TABLE)
    return [Features(*row) for row in drawn]


def _taken(one: Callable[[Features], None], people: list[Features]) -> list[float]:
    taken = []
    for who in people:
        began = time.perf_counter()
        one(who)
        taken.append(milliseconds(time.perf_counter() - began))
    return taken


def _by_words(actor: Actor, who: Features) -> None:
    with transaction(actor.scope) as session:
        duplicates.of(session, actor, who)


def _by_scan(actor: Actor, who: Features) -> None:
    told = {
        "organization": actor.organization_id,
        "given": who.given_name,
        "family": who.family_name,
        "born_on": who.born_on,
        "phone": who.phone,
        "email": who.email,
    }
    with transaction(actor.scope) as session:
        for _, *known in session.execute(BY_SCAN, told):
            likeness.of(who, Features(*known))


def _look(organization_id: int) -> float:
    """Records a second that the job looks at, one part after the other."""
    began, looked = time.perf_counter(), 0
    while looked < LOOKED_AT:
        with transaction(Scope(organization_id)) as session:
            looked += duplicate_finding.look(session, organization_id)
    return looked / (time.perf_counter() - began)


def _listed(actor: Actor) -> None:
    with transaction(actor.scope) as session:
        duplicate_pairs.to_compare(session, actor)
        duplicate_pairs.how_many(session, actor)
