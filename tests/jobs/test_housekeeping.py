"""The small jobs run as the application's role, over every organization."""

from importlib import import_module

from securecare.jobs.ticker import TICKS


def test_every_job_can_be_found_and_runs(demo_database: str) -> None:
    for tick in TICKS:
        module, _, name = tick.does.partition(":")
        assert module.startswith("securecare.jobs.")
        getattr(import_module(module), name)()
