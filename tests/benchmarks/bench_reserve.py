"""Reserving: one hot item against a bare update and insert, and bundles that cross, thirty-two at once."""

import asyncio
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import psycopg

from securecare.foundation import memory
from securecare.foundation.db import transaction
from securecare.inventory import bundles, reservations
from securecare.inventory.bundles import BundleForm, Component
from securecare.inventory.movements import Holder
from securecare.outreach import planning
from securecare.outreach.sessions import SessionWish
from securecare.settings import conninfo, settings
from state.work import work_as
from tests.benchmarks.ground import Ground
from tests.benchmarks.sampling import calm, median, milliseconds, quantile
from tests.inventory.storeroom import SATURDAY, Storeroom, build, of_bundle

HOT_CLIENTS, HOT_EACH = 4, 150
CLIENTS, EACH, ROUNDS = 32, 25, 3
MUCH = 900_000


def measure(ground: Ground) -> dict[str, float]:
    with ground.databases.fresh("empty"):
        room = build()
        for item in (room.bread, room.jam):
            room.receive(item, MUCH)
        memory.settle()
        before = _deadlocks()
        crossing = _crossing(room)
        services = room.services(CLIENTS)
        asyncio.run(_at_once(room, services, crossing, 0))
        contended = [
            asyncio.run(_at_once(room, services, crossing, number))
            for number in range(1, ROUNDS + 1)
        ]
        service = _rate(lambda client: _through_the_service(room, client))
        raw = _rate(lambda _: _bare(room))
        deadlocks = _deadlocks() - before
        held = room.figures(room.bread)[1]
    assert deadlocks == 0, f"{deadlocks} deadlocks"
    plans = CLIENTS * EACH * (ROUNDS + 1)
    assert held == plans // 2 * 3 + HOT_CLIENTS * HOT_EACH, f"{held} reserved"
    middle = sorted(contended, key=lambda each: quantile(each, 0.99))[ROUNDS // 2]
    return {
        "reserve_p99_ms_contended": quantile(middle, 0.99),
        "reserve_p99_ms_contended.median": median(middle),
        "reserve_p99_ms_contended.deadlocks": deadlocks,
        "reserve_p99_ms_contended.samples": CLIENTS * EACH * ROUNDS,
        "reserve_hot_vs_raw": service / raw,
        "reserve_hot_vs_raw.service_per_second": service,
        "reserve_hot_vs_raw.baseline_update_and_insert_per_second": raw,
        "reserve_hot_vs_raw.samples": HOT_CLIENTS * HOT_EACH,
    }


def _crossing(room: Storeroom) -> tuple[int, int]:
    """Two bundles of the same two items, named in opposite order."""
    there = (Component(room.bread, 1), Component(room.jam, 2))
    back = (Component(room.jam, 1), Component(room.bread, 2))
    made = [
        room.do(bundles.add, BundleForm(name, parts))
        for name, parts in (("There", there), ("Back", back))
    ]
    return made[0], made[1]


async def _at_once(
    room: Storeroom, services: list[int], crossing: tuple[int, int], round_: int
) -> list[float]:
    """Every client plans one session after the other, each with a bundle that crosses its neighbour's."""
    took: list[float] = []

    async def client(number: int) -> None:
        for turn in range(EACH):
            wish = SessionWish(
                services[number],
                SATURDAY + timedelta(days=round_ * EACH + turn),
                (of_bundle(crossing[(number + turn) % 2], 1),),
            )
            began = time.perf_counter()
            await work_as(room.manager, planning.plan, wish)
            took.append(milliseconds(time.perf_counter() - began))

    calm()
    await asyncio.gather(*(client(number) for number in range(CLIENTS)))
    return took


def _rate(made: Callable[[int], Callable[[], None]]) -> float:
    """How many per second several clients make together, all of the same item."""
    clients = [made(client) for client in range(HOT_CLIENTS)]
    start = threading.Barrier(HOT_CLIENTS + 1)

    def work(reserve: Callable[[], None]) -> None:
        start.wait()
        for _ in range(HOT_EACH):
            reserve()

    threads = [threading.Thread(target=work, args=(each,)) for each in clients]
    for thread in threads:
        thread.start()
    calm()
    began = time.perf_counter()
    start.wait()
    for thread in threads:
        thread.join()
    return HOT_CLIENTS * HOT_EACH / (time.perf_counter() - began)


def _through_the_service(room: Storeroom, client: int) -> Callable[[], None]:
    """Each client holds for something of its own, one piece more each time."""
    holder, pieces = Holder("outreach_session", 1_000_000 + client), 0

    def reserve() -> None:
        nonlocal pieces
        pieces += 1
        with transaction(room.manager.scope) as session:
            reservations.keep(session, room.manager, holder, room.north, {room.bread: pieces})

    return reserve


def _bare(room: Storeroom) -> Callable[[], None]:
    """The least that could be done: take if there is enough, and write it down; one commit.

    In tables of the same columns, keys and indexes, which nothing else looks at: no row-level
    security, references, triggers or notices.
    """
    connection = psycopg.connect(conninfo(settings().database_url), autocommit=True)
    for table in ("stock", "stock_movement"):
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS bare_{table} (LIKE {table} INCLUDING ALL)".encode()
        )
    connection.execute(b"INSERT INTO bare_stock SELECT * FROM stock ON CONFLICT DO NOTHING")
    where = (room.organization_id, room.north, room.bread)

    def reserve() -> None:
        with connection.transaction():
            row = connection.execute(
                b"UPDATE bare_stock SET reserved = reserved + 1 WHERE organization_id = %s"
                b" AND facility_id = %s AND item_id = %s AND on_hand - reserved >= 1"
                b" RETURNING on_hand, reserved",
                where,
            ).fetchone()
            assert row
            connection.execute(
                b"INSERT INTO bare_stock_movement (organization_id, facility_id, item_id, kind,"
                b" on_hand_change, reserved_change, on_hand_after, reserved_after,"
                b" wholesale_cents, retail_cents, reason, holder, holder_id)"
                b" VALUES (%s, %s, %s, 'reserved', 0, 1, %s, %s, 1, 1, '', 'outreach_session', 1)",
                (*where, *row),
            )

    return reserve


def _deadlocks() -> int:
    with psycopg.connect(conninfo(settings().database_url)) as connection:
        row = connection.execute(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        ).fetchone()
    assert row
    return row[0]
