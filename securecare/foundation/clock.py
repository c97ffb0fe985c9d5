"""The one clock. Nothing else in the product asks the machine what time it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_frozen_at: datetime | None = None
_frozen_here: ContextVar[datetime | None] = ContextVar("frozen_here", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _frozen_here.get() or _frozen_at or datetime.now(UTC)


@contextmanager
def frozen(at: datetime, *, everywhere: bool = True) -> Iterator[None]:
    """Let `now()` answer `at` inside the block.

    With `everywhere` (as tests want it) all threads see it, otherwise only this context.
    """
    global _frozen_at
    if at.tzinfo is None:
        raise ValueError("An instant needs a time zone.")
    at = at.astimezone(UTC)
    if not everywhere:
        token = _frozen_here.set(at)
        try:
            yield
        finally:
            _frozen_here.reset(token)
        return
    before = _frozen_at
    _frozen_at = at
    try:
        yield
    finally:
        _frozen_at = before
