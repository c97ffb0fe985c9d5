"""Taking samples on a machine that others may use as well."""

import time
from collections.abc import Sequence

import psutil

PATIENCE_SECONDS = 20
BUSY_PERCENT = 15.0


def calm() -> None:
    """Wait a while for the rest of the machine to fall quiet; measure anyway if it does not."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while psutil.cpu_percent(1.0) > BUSY_PERCENT and time.monotonic() < deadline:
        pass


def quantile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that at least this share of them does not exceed."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def median(samples: Sequence[float]) -> float:
    return quantile(samples, 0.5)


def milliseconds(seconds: float) -> float:
    return seconds * 1000
