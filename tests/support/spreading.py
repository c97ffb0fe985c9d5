"""How the tests are spread over the cores: `pytest -n auto`, as `make test` does.

Tests of one file share a database and perhaps a running product, so a file stays in one process. The
files that take longest come first: whoever is done early then takes one of the many short ones.
"""

import os
from collections import Counter
from collections.abc import Iterable

import pytest

from tests.support.readying import needs_the_interface

SECONDS_BY_FIXTURE = {"product": 2.0, "database": 0.2, "demo_database": 0.2}
SECONDS_IF_SLOW = 10.0
MOST_PROCESSES = 8
"""Each has a PostgreSQL, a web process and a Chromium of its own."""


def pytest_xdist_auto_num_workers() -> int:
    """One process for each core that this one may use."""
    given = os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS")
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return int(given) if given else min(allowed or 1, MOST_PROCESSES)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Longest files first, in every process the same. By hand, files run in their own order."""
    at_work = getattr(config, "workerinput", None)
    if at_work is None or not items:
        return
    seconds: Counter[str] = Counter()
    for item in items:
        seconds[_file_of(item)] += _expected_seconds(item)
    longest_first = sorted(seconds, key=lambda file: (-seconds[file], file))
    building = {_file_of(item) for item in items if needs_the_interface(item)}
    order = _one_builds(longest_first, building, at_work["workercount"])
    places = {file: place for place, file in enumerate(order)}
    items.sort(key=lambda item: places[_file_of(item)])


def _one_builds(files: list[str], building: Iterable[str], processes: int) -> list[str]:
    """Only the first process begins with the interface: the others would wait until it is built."""
    meanwhile = [file for file in files if file not in building][: processes - 1]
    first, *others = files
    return [
        first,
        *(f for f in meanwhile if f != first),
        *(f for f in others if f not in meanwhile),
    ]


def _file_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def _expected_seconds(item: pytest.Item) -> float:
    """A rule of thumb; only the order that follows from it matters."""
    if item.get_closest_marker("slow"):
        return SECONDS_IF_SLOW
    asked = getattr(item, "fixturenames", ())
    return max((SECONDS_BY_FIXTURE.get(name, 0.01) for name in asked), default=0.01)
