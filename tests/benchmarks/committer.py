"""Another process that moves appointments or reserves stock, and tells when it committed."""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Connection
from typing import Any

from sqlalchemy import text

from securecare.foundation.db import transaction
from securecare.inventory import reservations
from securecare.inventory.movements import Holder
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
    """Start the process that moves; it works on the database that settings point to."""
    with _another(_move, town) as order:
        yield order


@contextmanager
def reserver(town: Town, facility_id: int) -> Iterator[Callable[[int, int], Committed]]:
    """Start one that reserves, for a session planned at the facility, so many of an item."""
    with _another(_reserve, (town, facility_id)) as order:
        yield order


@contextmanager
def _another(does: Callable[..., Committed], about: Any) -> Iterator[Callable[..., Committed]]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(does, about, theirs), daemon=True)
    process.start()

    def order(*what: Any) -> Committed:
        ours.send(what)
        return ours.recv()

    try:
        yield order
    finally:
        ours.send(None)
        process.join(10)


def _serve(does: Callable[..., Committed], about: Any, orders: Connection) -> None:
    while (order := orders.recv()) is not None:
        orders.send(does(about, *order))


def _reserve(about: tuple[Town, int], item_id: int, pieces: int) -> Committed:
    town, facility_id = about
    actor, holder = town.scheduler, Holder("outreach_session", 1)
    with transaction(actor.scope) as session:
        query = text("SELECT item_id, quantity FROM reservation WHERE holder_id = :id")
        wanted = {row.item_id: row.quantity for row in session.execute(query, {"id": holder.id})}
        wanted[item_id] = wanted.get(item_id, 0) + pieces
        reservations.keep(session, actor, holder, facility_id, wanted)
        return Committed(time.perf_counter(), time.time())


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
