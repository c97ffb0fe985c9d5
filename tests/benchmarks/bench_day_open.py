"""Opening a day of forty staff as the page does it, up to what is sent, among two million."""

import random
from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter

import psycopg

from securecare.foundation.db import transaction
from securecare.settings import conninfo, settings
from state.schedule_read import Choice, open_day
from tests.benchmarks.ground import Ground
from tests.benchmarks.sampling import calm, median, milliseconds, quantile
from tests.benchmarks.town import LARGE_DAYS, PER_DAY, STAFF, Town, large

SAMPLES = 200
WARM_UP = 20


def measure(ground: Ground) -> dict[str, float]:
    with large(ground) as town:
        chance = random.Random(1)
        days = [
            town.day - timedelta(days=chance.randrange(-LARGE_DAYS // 12, LARGE_DAYS * 8 // 10))
            for _ in range(WARM_UP + SAMPLES)
        ]
        calm()
        opened = [_open(town, day) for day in days][WARM_UP:]
        raw = _raw(town, days)[WARM_UP:]
    return {
        "day_open_ms": quantile(opened, 0.95),
        "day_open_ms.median": median(opened),
        "day_open_ms.samples": SAMPLES,
        "day_open_ms.baseline_bare_query_median": median(raw),
        "day_open_ms.baseline_bare_query_p95": quantile(raw, 0.95),
    }


def _open(town: Town, day: date) -> float:
    began = perf_counter()
    with transaction(town.scheduler.scope) as session:
        screen = open_day(session, town.scheduler, Choice(day=day))
    took = perf_counter() - began
    assert sum(len(lane.blocks) for lane in screen.lanes) == STAFF * PER_DAY
    return milliseconds(took)


def _raw(town: Town, days: list[date]) -> list[float]:
    """The same rows by plain psycopg as the same role: what no implementation could do without."""
    query = (
        "SELECT a.id, a.staff_id, a.starts_at, a.ends_at, a.status, a.version, c.given_name,"
        " c.family_name, a.program_id FROM appointment a JOIN customer c ON c.id = a.customer_id"
        " WHERE a.staff_id = ANY(%s) AND a.starts_at >= %s AND a.starts_at < %s"
    )
    took: list[float] = []
    staff_ids, midnight = list(town.staff_ids), time(tzinfo=UTC)
    with psycopg.connect(conninfo(settings().app_database_url), autocommit=True) as connection:
        connection.execute(f"SET app.organization_id = '{town.organization_id}'")
        for day in days:
            start = datetime.combine(day, midnight)
            began = perf_counter()
            connection.execute(query, (staff_ids, start, start + timedelta(days=1))).fetchall()
            took.append(milliseconds(perf_counter() - began))
    return took
