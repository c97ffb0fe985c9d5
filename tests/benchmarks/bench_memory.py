"""What one more open page takes of the web process."""

import asyncio

import psutil

from tests.benchmarks.ground import Ground
from tests.benchmarks.town import small
from tests.benchmarks.viewers import viewers
from tests.support.product import Product, running_product

FIRST, THEN = 20, 120
SETTLING_SECONDS = 2.0


def measure(ground: Ground) -> dict[str, float]:
    with small(ground) as (url, town), running_product(url) as product:
        cookies = [town.cookie() for _ in range(THEN)]
        before = resident_kb(product)
        growth = asyncio.run(_growth(product, cookies))
    return {
        "memory_per_viewer_kb": growth / (THEN - FIRST),
        "memory_per_viewer_kb.baseline_process_kb": before,
        "memory_per_viewer_kb.samples": THEN - FIRST,
    }


async def _growth(product: Product, cookies: list[str]) -> float:
    """The first pages warm up what is made once; the growth from then on is the pages' own."""
    async with viewers(product.url, cookies[:FIRST]):
        await asyncio.sleep(SETTLING_SECONDS)
        few = resident_kb(product)
        async with viewers(product.url, cookies[FIRST:]):
            await asyncio.sleep(SETTLING_SECONDS)
            return resident_kb(product) - few


def resident_kb(product: Product) -> float:
    """Of the web process and its workers."""
    assert product.child.process
    parent = psutil.Process(product.child.process.pid)
    family = [parent, *parent.children(recursive=True)]
    return sum(process.memory_info().rss for process in family) / 1024
