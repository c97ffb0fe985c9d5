"""When a notice that could not be handed over is tried again, and when it has been tried enough."""

import random
from datetime import timedelta

DELAYS = (
    timedelta(seconds=60),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=6),
)
MOST_ATTEMPTS = len(DELAYS) + 1
JITTER = 0.1
"""A server that comes back is not met by everybody in the same second."""


def delay_after(attempts: int) -> timedelta | None:
    """How long to wait after so many attempts, a tenth more or less; None if it was the last."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return DELAYS[attempts - 1] * random.uniform(1 - JITTER, 1 + JITTER)
