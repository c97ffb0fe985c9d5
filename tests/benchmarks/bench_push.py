"""From a commit in another process to a hundred open pages, and what one of them is sent for it."""

import asyncio
from typing import Any

from tests.benchmarks.committer import Mover, committer
from tests.benchmarks.ground import Ground
from tests.benchmarks.sampling import calm, median, milliseconds, quantile
from tests.benchmarks.serving import served
from tests.benchmarks.town import Town, small
from tests.benchmarks.viewers import NAMESPACE, Viewer, lane_changed, viewers
from tests.support.product import running_product

VIEWERS = 100
ROUNDS = 4
SAMPLES = 20
"""In each round."""
WARM_UP = 8
PATIENCE_SECONDS = 20
REST_SECONDS = 0.1


def measure(ground: Ground) -> dict[str, float]:
    """Rounds of both in turn, so that whatever else the machine does meets both."""
    pushed: list[float] = []
    bare: list[float] = []
    sizes: list[int] = []
    with small(ground) as (url, town), committer(town) as move:
        cookies = [town.cookie() for _ in range(VIEWERS)]
        with (
            running_product(url) as product,
            served("tests.benchmarks.bare_socketio:application") as address,
        ):
            for _ in range(ROUNDS):
                took, update, bytes_ = asyncio.run(_pushes(product.url, cookies, town, move))
                pushed += took
                sizes += bytes_
                bare += asyncio.run(_broadcasts(address, update))
    return {
        "push_p95_ms_100_viewers": quantile(pushed, 0.95),
        "push_p95_ms_100_viewers.median": median(pushed),
        "push_p95_ms_100_viewers.samples": ROUNDS * SAMPLES,
        "push_vs_bare_socketio": median(pushed) / median(bare),
        "push_vs_bare_socketio.baseline_median_ms": median(bare),
        "push_vs_bare_socketio.baseline_p95_ms": quantile(bare, 0.95),
        "push_bytes": max(sizes),
        "push_bytes.median": median(sizes),
    }


async def _pushes(
    address: str, cookies: list[str], town: Town, move: Mover
) -> tuple[list[float], dict[str, Any], list[int]]:
    took: list[float] = []
    sizes: list[int] = []
    async with viewers(address, cookies) as pages:
        calm()
        for number in range(WARM_UP + SAMPLES):
            staff_id = town.staff_ids[number % len(town.staff_ids)]
            before = pages[0].received_bytes
            arrivals = [page.expect(lane_changed) for page in pages]
            committed = await asyncio.to_thread(move, staff_id, town.day)
            last = max(await asyncio.wait_for(asyncio.gather(*arrivals), PATIENCE_SECONDS))
            took.append(milliseconds(last - committed.at))
            await asyncio.sleep(REST_SECONDS)
            sizes.append(pages[0].received_bytes - before)
        return took[WARM_UP:], pages[0].last_update, sizes[WARM_UP:]


async def _broadcasts(address: str, update: dict[str, Any]) -> list[float]:
    """The same bytes to as many clients by the same library, from an empty server."""
    pages = [Viewer() for _ in range(VIEWERS)]
    took: list[float] = []
    for page in pages:
        await page.client.connect(
            address,
            namespaces=[NAMESPACE],
            socketio_path="/_event",
            transports=["websocket"],
        )
    calm()
    for _ in range(WARM_UP + SAMPLES):
        arrivals = [page.expect(lane_changed) for page in pages]
        began: Any = await pages[0].client.call("broadcast", update, namespace=NAMESPACE)
        last = max(await asyncio.wait_for(asyncio.gather(*arrivals), PATIENCE_SECONDS))
        took.append(milliseconds(last - began))
        await asyncio.sleep(REST_SECONDS)
    for page in pages:
        await page.client.disconnect()
    return took[WARM_UP:]
