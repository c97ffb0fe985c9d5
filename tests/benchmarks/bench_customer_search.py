"""Finding one among 200,000 customers while somebody types, beside the same search by LIKE."""

import time
from collections.abc import Callable

from sqlalchemy import text

from securecare import demo
from securecare.access.actor import Actor, Grant
from securecare.access.roles import Role
from securecare.customers import search
from securecare.foundation.db import owner_transaction, transaction
from tests.benchmarks.ground import Ground

CUSTOMERS = 200_000
TYPED = (
    *("s", "sm", "smi", "smit", "smith", "smith j", "smith jo"),
    *("m", "ma", "mar", "mari", "maria", "maria g", "maria ga", "maria garcia"),
    *("a", "j", "j s", "a x", "0123", "555", "+1 212 555 01", "198", "1984", "3/7/84"),
    *("march 1984", "o'brien", "nguyen", "josé", "101234", "gloria.smith@example.org"),
)
BY_LIKE = text(
    "SELECT id, number, given_name, family_name, born_on, phone FROM customer"
    " WHERE organization_id = :id AND (lower(family_name) LIKE :word OR lower(given_name) LIKE :word)"
    " ORDER BY family_name, given_name, id LIMIT 10"
)


def measure(ground: Ground) -> dict[str, float]:
    """p95 in milliseconds of one search in a transaction of its own, everywhere and at one place."""
    with ground.databases.fresh("empty"):
        made = demo.fill_at(1, customers=CUSTOMERS)
        everywhere = _actor(made.organization_id, Grant(Role.ADMINISTRATOR))
        with owner_transaction() as session:
            one = session.execute(text("SELECT min(id) FROM facility")).scalar_one()
        at_one = _actor(made.organization_id, Grant(Role.SCHEDULER, facility_id=one))
        return {
            "customer_search_ms": _p95(lambda typed: _search(everywhere, typed)),
            "customer_search_one_facility_ms": _p95(lambda typed: _search(at_one, typed)),
            "customer_search_by_like_ms": _p95(lambda typed: _like(everywhere, typed)),
        }


def _actor(organization_id: int, grant: Grant) -> Actor:
    return Actor(1, organization_id, 0, "Bench", (grant,))


def _search(actor: Actor, typed: str) -> None:
    with transaction(actor.scope) as session:
        search.find(session, actor, typed)


def _like(actor: Actor, typed: str) -> None:
    word = typed.split()[0].lower() + "%"
    with transaction(actor.scope) as session:
        session.execute(BY_LIKE, {"id": actor.organization_id, "word": word}).all()


def _p95(one: Callable[[str], None], rounds: int = 6) -> float:
    taken: list[float] = []
    for number in range(rounds):
        for typed in TYPED:
            began = time.perf_counter()
            one(typed)
            if number:  # the first round warms the caches, as the first people of a morning do
                taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken)[int(len(taken) * 0.95)]
