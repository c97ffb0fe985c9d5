"""Another process that moves appointments, and tells when it committed."""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Connection

from sqlalchemy import text

from securecare.foundation.db import transaction
from securecare.scheduling import appointments
from securecare.scheduling.appointments import Move
from tests.benchmarks.town import FREE_MINUTE, Town

LAST_MINUTE = FREE_MINUTE - 30


@dataclass(frozen=True)
class Committed:
    """The instant before COMMIT was sent: on the monotonic clock of the machine, and by the wall."""

    at: float
    wall: float


Mover = Callable[[int, date], Committed]
"""Moves the last appointment of a staff member's day to the free half hour, or back."""


@contextmanager
def committer(town: Town) -> Iterator[Mover]:
    """Start the process; it works on the database that settings point to."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(town, theirs), daemon=True)
    process.start()

    def move(staff_id: int, day: date) -> Committed:
        ours.send((staff_id, day))
        return ours.recv()

    try:
        yield move
    finally:
        ours.send(None)
        process.join(10)


def _serve(town: Town, orders: Connection) -> None:
    while (order := orders.recv()) is not None:
        orders.send(_move(town, *order))


def _move(town: Town, staff_id: int, day: date) -> Committed:
    last, free = (town.at(staff_id, day, minute) for minute in (LAST_MINUTE, FREE_MINUTE))
    query = text(
        "SELECT id, version, starts_at FROM appointment"
        " WHERE staff_id = :staff_id AND starts_at IN (:last, :free)"
    )
    with transaction(town.scheduler.scope) as session:
        row = session.execute(query, {"staff_id": staff_id, "last": last, "free": free}).one()
        to = free if row.starts_at == last else last
        appointments.move(session, town.scheduler, Move(row.id, row.version, when=to))
        return Committed(time.perf_counter(), time.time())
