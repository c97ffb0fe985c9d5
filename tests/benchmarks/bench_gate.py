"""An event of an open page, there and back, with the gate and the trail and without."""

import asyncio
import json
import time

from sqlalchemy import text

from securecare.foundation.db import transaction
from tests.benchmarks.ground import Ground
from tests.benchmarks.sampling import calm, median, milliseconds, quantile
from tests.benchmarks.serving import served
from tests.benchmarks.town import Town, small
from tests.benchmarks.ungated import ACTOR
from tests.benchmarks.viewers import STATE, Delta, Viewer, viewers

PAGES = 8
"""Taken in turn, so that the gate's own limit of events per second is never met."""
ROUNDS = 4
SAMPLES = 120
WARM_UP = 24
APPOINTMENT = "state___appointment____appointment_state"


def measure(ground: Ground) -> dict[str, float]:
    """Rounds of both in turn, so that whatever else the machine does meets both."""
    gated: list[float] = []
    bare: list[float] = []
    with small(ground) as (_, town):
        told = {
            "account_id": town.account_id,
            "organization_id": town.organization_id,
            "session_id": _session_id(town),
        }
        ids = _appointments(town)
        with (
            served("securecare.running.server:application") as closed,
            served("tests.benchmarks.ungated:application", **{ACTOR: json.dumps(told)}) as open_,
        ):
            for _ in range(ROUNDS):
                gated += asyncio.run(_round_trips(closed, town, ids))
                bare += asyncio.run(_round_trips(open_, town, ids))
    return {
        "gate_overhead": median(gated) / median(bare),
        "gate_overhead.with_median_ms": median(gated),
        "gate_overhead.with_p95_ms": quantile(gated, 0.95),
        "gate_overhead.baseline_without_median_ms": median(bare),
        "gate_overhead.baseline_without_p95_ms": quantile(bare, 0.95),
        "gate_overhead.samples": ROUNDS * SAMPLES,
    }


async def _round_trips(address: str, town: Town, ids: list[int]) -> list[float]:
    """Open one appointment after the other in the drawer."""
    took: list[float] = []
    async with viewers(address, [town.cookie() for _ in range(PAGES)]) as pages:
        calm()
        for number in range(WARM_UP + SAMPLES):
            took.append(await _open(pages[number % PAGES], ids[number % len(ids)]))
            await asyncio.sleep(0.005)
    return took[WARM_UP:]


async def _open(page: Viewer, appointment_id: int) -> float:
    shown = page.expect(_drawer_opened)
    began = time.perf_counter()
    await page.send(f"{APPOINTMENT}.open", appointment_id=appointment_id)
    return milliseconds(await asyncio.wait_for(shown, 20) - began)


def _drawer_opened(delta: Delta) -> bool:
    return "opened_rx_state_" in delta.get(f"{STATE}.{APPOINTMENT}", {})


def _appointments(town: Town) -> list[int]:
    query = text("SELECT id FROM appointment WHERE local_day = :day ORDER BY id LIMIT 200")
    with transaction(town.scheduler.scope) as session:
        return list(session.execute(query, {"day": town.day}).scalars())


def _session_id(town: Town) -> int:
    town.cookie()
    with transaction(town.scheduler.scope) as session:
        return session.execute(text("SELECT max(id) FROM login_session")).scalar_one()
