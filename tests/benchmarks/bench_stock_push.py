"""From a reservation committed in another process to a hundred open stock lists."""

import asyncio
from collections.abc import Callable

from sqlalchemy import text

from securecare.foundation.db import owner_transaction, transaction
from securecare.inventory import listing, receipts
from securecare.inventory.listing import Wanted
from securecare.inventory.receipts import Receipt, ReceiptLine
from tests.benchmarks.committer import Committed, reserver
from tests.benchmarks.ground import Ground
from tests.benchmarks.sampling import calm, median, milliseconds, quantile
from tests.benchmarks.storehouse import stocked_items
from tests.benchmarks.town import Town, small
from tests.benchmarks.viewers import STOCK_LIST, row_changed, viewers
from tests.support.product import running_product

VIEWERS = 100
SAMPLES = 60
WARM_UP = 10
ITEMS = 200
PATIENCE_SECONDS = 20
REST_SECONDS = 0.1
Reserve = Callable[[int, int], Committed]


def measure(ground: Ground) -> dict[str, float]:
    with small(ground) as (url, town):
        facility_id, shown = _stock(town)
        with reserver(town, facility_id) as reserve, running_product(url) as product:
            cookies = [town.cookie() for _ in range(VIEWERS)]
            pushed, sizes = asyncio.run(_pushes(product.url, cookies, shown, reserve))
    return {
        "stock_push_p95_ms_100_viewers": quantile(pushed, 0.95),
        "stock_push_p95_ms_100_viewers.median": median(pushed),
        "stock_push_p95_ms_100_viewers.samples": SAMPLES,
        "stock_push_p95_ms_100_viewers.bytes": max(sizes),
    }


def _stock(town: Town) -> tuple[int, list[int]]:
    """Two hundred items on a shelf; gives the facility, and the items on the list's first page."""
    items, facility_id = stocked_items(town.organization_id, ITEMS), town.facility_ids[0]
    lines = tuple(ReceiptLine(item_id, 500) for item_id in items)
    actor = town.scheduler
    with transaction(actor.scope) as session:
        receipts.receive(session, actor, Receipt(facility_id, lines))
        shown = [row.id for row in listing.page(session, actor, Wanted()).rows]
    with owner_transaction() as session:
        session.execute(text("ANALYZE item, stock"))
    return facility_id, shown


async def _pushes(
    address: str, cookies: list[str], shown: list[int], reserve: Reserve
) -> tuple[list[float], list[int]]:
    took: list[float] = []
    sizes: list[int] = []
    async with viewers(address, cookies, STOCK_LIST) as pages:
        calm()
        for number in range(WARM_UP + SAMPLES):
            before = pages[0].received_bytes
            arrivals = [page.expect(row_changed) for page in pages]
            committed = await asyncio.to_thread(reserve, shown[number % len(shown)], 1)
            last = max(await asyncio.wait_for(asyncio.gather(*arrivals), PATIENCE_SECONDS))
            took.append(milliseconds(last - committed.at))
            await asyncio.sleep(REST_SECONDS)
            sizes.append(pages[0].received_bytes - before)
    return took[WARM_UP:], sizes[WARM_UP:]
