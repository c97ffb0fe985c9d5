"""What runs by itself: noted as it begins and ends, for a page that shows it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, text
from sqlalchemy.types import DateTime, Integer, String
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation import clock
from securecare.foundation.columns import columns_of
from securecare.foundation.db import SYSTEM, transaction
from securecare.jobs.models import JobTick

_TICK = columns_of(JobTick)


@dataclass(frozen=True, slots=True)
class Tick:
    """Something that runs by itself. It runs now while `finished_at` lies before `started_at`."""

    name: str
    every_seconds: int
    started_at: datetime
    finished_at: datetime | None
    milliseconds: int
    runs: int
    failures: int
    failed_at: datetime | None
    last_error: str

    @property
    def running(self) -> bool:
        """Whether it runs at this moment, or ended without a word."""
        return self.finished_at is None or self.finished_at < self.started_at


def of(session: Session, actor: Actor) -> list[Tick]:
    """What runs by itself, for all organizations of the installation, by name."""
    actor.require_everywhere(Permission.VIEW_JOBS)
    rows = session.execute(select(*_TICK).order_by(_TICK.name))
    return [Tick(*row) for row in rows]


@contextmanager
def noted(name: str, every_seconds: int) -> Iterator[None]:
    """Note that it runs, and then how long it took or which kind of fault ended it."""
    began = time.monotonic()
    with transaction(SYSTEM) as session:
        session.execute(_BEGUN, {"name": name, "every_seconds": every_seconds, "now": clock.now()})
    fault = ""
    try:
        yield
    except BaseException as error:
        fault = type(error).__name__
        raise
    finally:
        took = round((time.monotonic() - began) * 1000)
        with transaction(SYSTEM) as session:
            session.execute(
                _ENDED, {"name": name, "now": clock.now(), "milliseconds": took, "fault": fault}
            )


_BEGUN = text("""
    INSERT INTO job_tick AS j
           (name, every_seconds, started_at, milliseconds, runs, failures, last_error)
    VALUES (:name, :every_seconds, :now, 0, 1, 0, '')
    ON CONFLICT (name) DO UPDATE
       SET every_seconds = excluded.every_seconds, started_at = excluded.started_at,
           runs = j.runs + 1
""").bindparams(bindparam("now", type_=DateTime(timezone=True)))
_ENDED = text("""
    UPDATE job_tick
       SET finished_at = :now, milliseconds = :milliseconds, last_error = :fault,
           failures = failures + CASE WHEN :fault = '' THEN 0 ELSE 1 END,
           failed_at = CASE WHEN :fault = '' THEN failed_at ELSE :now END
     WHERE name = :name
""").bindparams(
    bindparam("now", type_=DateTime(timezone=True)),
    bindparam("milliseconds", type_=Integer),
    bindparam("fault", type_=String),
)
