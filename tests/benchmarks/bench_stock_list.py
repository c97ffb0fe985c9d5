"""The stock list as its page reads it: five thousand items, five million movements behind them."""

import random
from time import perf_counter

from securecare.foundation.db import transaction
from securecare.inventory.listing import PAGE, Wanted
from state.stock import read_page
from tests.benchmarks.ground import Ground
from tests.benchmarks.sampling import calm, median, milliseconds, quantile
from tests.benchmarks.storehouse import CATEGORIES, ITEMS, LOOKS, NOUNS, Storehouse, large

SAMPLES = 80
WARM_UP = 10


def measure(ground: Ground) -> dict[str, float]:
    """Milliseconds at p95 of the slowest way to look at the list."""
    with large(ground) as house:
        calm()
        took = {way: _taken(house, way) for way in WAYS}
    slowest = max(took, key=lambda way: quantile(took[way], 0.95))
    beside = {f"stock_list_ms.{way}": quantile(took[way], 0.95) for way in WAYS}
    return {
        "stock_list_ms": quantile(took[slowest], 0.95),
        "stock_list_ms.median": median(took[slowest]),
        "stock_list_ms.samples": SAMPLES,
        **beside,
    }


def _somewhere(house: Storehouse, chance: random.Random) -> Wanted:
    return Wanted(page=chance.randrange(ITEMS // PAGE))


def _at_one(house: Storehouse, chance: random.Random) -> Wanted:
    return Wanted(facility_id=chance.choice(house.facility_ids), page=chance.randrange(10))


def _words(house: Storehouse, chance: random.Random) -> Wanted:
    return Wanted(f"{chance.choice(LOOKS)[:4]} {chance.choice(NOUNS)}")


def _number(house: Storehouse, chance: random.Random) -> Wanted:
    return Wanted(f"sku-{chance.randrange(ITEMS)}")


def _category(house: Storehouse, chance: random.Random) -> Wanted:
    return Wanted(category=f"Category {chance.randrange(CATEGORIES)}")


def _low(house: Storehouse, chance: random.Random) -> Wanted:
    return Wanted(low_only=True, facility_id=chance.choice((None, *house.facility_ids)))


WAYS = {
    "any_page": _somewhere,
    "one_facility": _at_one,
    "words": _words,
    "number": _number,
    "category": _category,
    "low_only": _low,
}


def _taken(house: Storehouse, way: str) -> list[float]:
    chance = random.Random(1)
    took: list[float] = []
    for _ in range(WARM_UP + SAMPLES):
        wanted = WAYS[way](house, chance)
        began = perf_counter()
        with transaction(house.manager.scope) as session:
            read = read_page(session, house.manager, wanted)
        took.append(milliseconds(perf_counter() - began))
        assert read.rows
    return took[WARM_UP:]
