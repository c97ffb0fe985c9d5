"""Opening each tab of a record that has five thousand of everything, as the page does it.

What is measured is all that the server does: the head, what the tab shows at first, read in
transactions of their own on worker threads, said in words, and turned into what is sent.
"""

import asyncio
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any

import psycopg
from reflex_base.utils.format import json_dumps

import state
from securecare.settings import conninfo, settings
from state.record import RecordState
from state.record_tab import RecordTab
from tests.benchmarks.ground import Ground
from tests.benchmarks.sampling import calm, median, milliseconds, quantile
from tests.benchmarks.thick_records import Thick, write

SAMPLES = 60
WARM_UP = 5
PAGE = (
    "SELECT a.id, a.starts_at, a.ends_at, a.status, p.name, f.name, f.time_zone, s.name"
    " FROM appointment a JOIN program p ON p.id = a.program_id"
    " JOIN facility f ON f.id = a.facility_id JOIN staff s ON s.id = a.staff_id"
    " WHERE a.organization_id = %s AND a.customer_id = %s ORDER BY a.starts_at DESC LIMIT 25"
)


def measure(ground: Ground) -> dict[str, float]:
    """The p95 of the slowest tab, of each, and of one page of one list by plain psycopg."""
    with ground.databases.fresh("demo"):
        thick = write()
        calm()
        took = {name: _opened(thick, states) for name, states in sorted(tabs().items())}
        bare = _bare(thick)
    by_tab = {name: quantile(samples, 0.95) for name, samples in took.items()}
    return {
        "record_open_ms": max(by_tab.values()),
        **{f"record_open_ms.{name}": value for name, value in by_tab.items()},
        "record_open_ms.median_of_all_tabs": median(
            [each for many in took.values() for each in many]
        ),
        "record_open_ms.samples_of_each_tab": SAMPLES,
        "record_open_ms.baseline_bare_page_p95": quantile(bare, 0.95),
        "record_open_ms.baseline_bare_page_median": median(bare),
    }


def tabs() -> dict[str, list[type[Any]]]:
    """The states behind each tab, as they are found in the product: none can be forgotten."""
    for file in Path(state.__path__[0]).glob("record_*.py"):
        import_module(f"state.{file.stem}")
    found: dict[str, list[type[Any]]] = {}
    for cls in _made_of(RecordTab):
        found.setdefault(cls.__module__.rpartition("record_")[2], []).append(cls)
    return found


def _made_of(cls: type[Any]) -> Iterator[type[Any]]:
    for made in cls.__subclasses__():
        if made.topic:
            yield made
        yield from _made_of(made)


def _opened(thick: Thick, states: list[type[Any]]) -> list[float]:
    return [asyncio.run(_open(thick, states)) for _ in range(WARM_UP + SAMPLES)][WARM_UP:]


async def _open(thick: Thick, states: list[type[Any]]) -> float:
    head: Any = RecordState(_reflex_internal_init=True)  # type: ignore[call-arg]
    shown: list[Any] = [cls(_reflex_internal_init=True) for cls in states]
    began = perf_counter()
    await head._read(thick.actor, thick.customer_id, noted=True)
    for tab in shown:
        tab._record = thick.customer_id
        await tab._show(thick.actor)
    sent = [json_dumps(each.get_delta()) for each in (head, *shown)]
    took = perf_counter() - began
    assert head.head.id == thick.customer_id
    assert all(len(each) > 20 for each in sent)
    return milliseconds(took)


def _bare(thick: Thick) -> list[float]:
    took: list[float] = []
    asked = (thick.actor.organization_id, thick.customer_id)
    with psycopg.connect(conninfo(settings().app_database_url), autocommit=True) as connection:
        connection.execute(f"SET app.organization_id = '{thick.actor.organization_id}'")
        for _ in range(WARM_UP + SAMPLES):
            began = perf_counter()
            connection.execute(PAGE, asked).fetchall()
            took.append(milliseconds(perf_counter() - began))
    return took[WARM_UP:]
