"""Booking through the service: by thirty-two at once, and against a bare insert."""

import asyncio
import random
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta

import psycopg

from securecare.foundation import memory
from securecare.foundation.db import transaction
from securecare.scheduling import appointments
from securecare.scheduling.appointments import Wish
from securecare.scheduling.booking_facts import WallTime
from securecare.scheduling.errors import SlotTaken
from securecare.settings import conninfo, settings
from state.work import work_as
from tests.benchmarks.ground import Ground
from tests.benchmarks.sampling import calm, median, milliseconds, quantile
from tests.benchmarks.town import CUSTOMERS, Town, large

CLIENTS = 32
BOOKINGS_EACH = 40
DAYS = 80
"""Of sixteen times each; a third of the wishes find theirs taken, and hear what else is free."""
ONE_BY_ONE = 600
ROUNDS = 3
HALF_HOURS = [480 + 30 * (slot + slot // 8) for slot in range(16)]


def measure(ground: Ground) -> dict[str, float]:
    with large(ground) as town:
        ahead = iter(range(400, 400_000, 20_000))  # each part in years of its own
        memory.settle()  # as every web process does before it serves
        before = _deadlocks()
        asyncio.run(_at_once(town, town.day + timedelta(days=next(ahead))))
        contended = [
            asyncio.run(_at_once(town, town.day + timedelta(days=next(ahead))))
            for _ in range(ROUNDS)
        ]
        service = _rate(_through_the_service(town, town.day + timedelta(days=200_000)))
        with _as_application(town) as connection:
            raw = _rate(_bare_insert(connection, town, town.day + timedelta(days=400_000)))
        overlaps, deadlocks = _overlaps(), _deadlocks() - before
    assert (overlaps, deadlocks) == (0, 0), f"{overlaps} overlaps, {deadlocks} deadlocks"
    middle = sorted(contended, key=lambda each: quantile(each, 0.99))[ROUNDS // 2]
    return {
        "book_p99_ms_contended": quantile(middle, 0.99),
        "book_p99_ms_contended.median": median(middle),
        "book_p99_ms_contended.overlaps": overlaps,
        "book_p99_ms_contended.deadlocks": deadlocks,
        "book_p99_ms_contended.samples": CLIENTS * BOOKINGS_EACH * ROUNDS,
        "book_vs_raw": service / raw,
        "book_vs_raw.service_per_second": service,
        "book_vs_raw.baseline_bare_insert_per_second": raw,
        "book_vs_raw.samples": ONE_BY_ONE,
    }


async def _at_once(town: Town, first: date) -> list[float]:
    """Every client books one time after the other, as fast as it is answered; all answers count."""
    chance = random.Random(first.toordinal())
    staff_id = town.staff_ids[0]
    customers = iter(chance.sample(range(CUSTOMERS), CLIENTS * BOOKINGS_EACH))
    took: list[float] = []

    async def client() -> None:
        for _ in range(BOOKINGS_EACH):
            day = first + timedelta(days=chance.randrange(DAYS))
            wish = _wish(town, staff_id, day, chance.choice(HALF_HOURS), next(customers))
            began = time.perf_counter()
            with suppress(SlotTaken):
                await work_as(town.scheduler, appointments.book, wish)
            took.append(milliseconds(time.perf_counter() - began))

    calm()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return took


def _wish(town: Town, staff_id: int, day: date, minute: int, customer: int) -> Wish:
    return Wish(
        customer_id=town.first_customer_id + customer,
        program_id=town.program_ids[customer % len(town.program_ids)],
        staff_id=staff_id,
        facility_id=town.facility_of(staff_id),
        when=WallTime(day, minute),
    )


def _rate(book: Callable[[int], None]) -> float:
    """How many per second one client makes, one after the other."""
    for number in range(50):
        book(number)
    calm()
    began = time.perf_counter()
    for number in range(50, 50 + ONE_BY_ONE):
        book(number)
    return ONE_BY_ONE / (time.perf_counter() - began)


def _times(town: Town, first: date, number: int) -> tuple[int, date, int]:
    """Another staff member, day and time for each number."""
    number, staff = divmod(number, len(town.staff_ids))
    days, slot = divmod(number, len(HALF_HOURS))
    return town.staff_ids[staff], first + timedelta(days=days), HALF_HOURS[slot]


def _through_the_service(town: Town, first: date) -> Callable[[int], None]:
    def book(number: int) -> None:
        staff_id, day, minute = _times(town, first, number)
        with transaction(town.scheduler.scope) as session:
            appointments.book(session, town.scheduler, _wish(town, staff_id, day, minute, number))

    return book


@contextmanager
def _as_application(town: Town) -> Iterator[psycopg.Connection]:
    with psycopg.connect(conninfo(settings().app_database_url), autocommit=True) as connection:
        connection.execute(f"SET app.organization_id = '{town.organization_id}'".encode())
        yield connection


def _bare_insert(connection: psycopg.Connection, town: Town, first: date) -> Callable[[int], None]:
    """One statement as the application's role, each its own transaction, and nothing asked before.

    Row-level security, references, constraints and the notice to open pages are the table's own.
    """
    statement = (
        "INSERT INTO appointment (public_id, organization_id, facility_id, program_id, staff_id,"
        " customer_id, starts_at, ends_at, occupied_from, occupied_to, local_day, status,"
        " forced_overlap, forced_hours, override_reason, public_note, notify_customer, version,"
        " created_by) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'booked', false, false,"
        " '', '', true, 1, %s) ON CONFLICT DO NOTHING RETURNING id"
    )

    def insert(number: int) -> None:
        staff_id, day, minute = _times(town, first, number)
        wish = _wish(town, staff_id, day, minute, number)
        start = town.at(staff_id, day, minute)
        end = start + timedelta(minutes=30)
        ids = (town.organization_id, wish.facility_id, wish.program_id, staff_id, wish.customer_id)
        values = (uuid.uuid4(), *ids, start, end, start, end, day, town.account_id)
        assert connection.execute(statement, values).fetchone()

    return insert


def _overlaps() -> int:
    return _number(
        "SELECT count(*) FROM appointment a JOIN appointment b ON b.staff_id = a.staff_id"
        " AND b.id > a.id AND b.starts_at < a.ends_at AND b.ends_at > a.starts_at"
        " AND b.starts_at > a.starts_at - interval '1 day'"
        " WHERE a.created_at > now() - interval '1 hour'"
    )


def _deadlocks() -> int:
    return _number("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")


def _number(query: str) -> int:
    with psycopg.connect(conninfo(settings().database_url)) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row
    return row[0]
