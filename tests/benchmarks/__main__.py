"""`make bench`: measure, write results.json, print the table; fails when a limit is broken."""

import json
import os
import platform
import sys
import time
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks.figures import FIGURES
from tests.benchmarks.ground import Ground, ground

RESULTS = Path(__file__).with_name("results.json")


def main() -> int:
    measured: dict[str, float] = {}
    with ground() as stood_on:
        for module in modules(os.environ.get("ONLY", "")):
            measured |= measure(module, stood_on)
            keep(measured)  # after each: one that breaks takes nothing of the others with it
    show(measured)
    return 0 if all(f.holds(measured[f.name]) for f in FIGURES if f.name in measured) else 1


def modules(word: str) -> list[str]:
    files = sorted(Path(__file__).parent.glob("bench_*.py"))
    return [file.stem for file in files if word in file.stem]


def measure(module: str, stood_on: Ground) -> dict[str, float]:
    began = time.monotonic()
    print(f"{module} ...", end=" ", flush=True)
    found = import_module(f"tests.benchmarks.{module}").measure(stood_on)
    print(f"{time.monotonic() - began:.0f} s", flush=True)
    return found


def keep(measured: dict[str, float]) -> None:
    """Figures that were not measured this time keep what was measured before."""
    before = json.loads(RESULTS.read_text()) if RESULTS.exists() else {"figures": {}, "beside": {}}
    names = {figure.name for figure in FIGURES}
    limits = {figure.name: figure.limit for figure in FIGURES}
    figures = before["figures"] | {
        name: {"value": round(value, 4), "must_be": limits[name]}
        for name, value in measured.items()
        if name in names
    }
    beside = before["beside"] | {
        name: round(value, 4) for name, value in measured.items() if name not in names
    }
    results = {"measured": machine(), "figures": figures, "beside": beside}
    RESULTS.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")


def machine() -> dict[str, object]:
    return {
        "on": datetime.now(UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "reflex": version("reflex"),
        "sqlalchemy": version("sqlalchemy"),
    }


def show(measured: dict[str, float]) -> None:
    table = Table(title="How fast, how small")
    for column, justify in (("figure", "left"), ("value", "right"), ("must be", "right")):
        table.add_column(column, justify=justify)  # pyright: ignore[reportArgumentType]
    table.add_column("what")
    for figure in FIGURES:
        value = measured.get(figure.name)
        if value is None:
            table.add_row(figure.name, "not measured", figure.limit, figure.what, style="dim")
        else:
            style = None if figure.holds(value) else "bold red"
            table.add_row(figure.name, f"{value:,.2f}", figure.limit, figure.what, style=style)
    Console(width=120).print(table)


if __name__ == "__main__":
    sys.exit(main())
