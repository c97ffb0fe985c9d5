"""The web process is killed while people book: every booking that was acknowledged is there, whole."""

import asyncio
import contextlib
import re
from typing import Any

import socketio
from sqlalchemy import text

from securecare.foundation.db import owner_transaction
from tests.security.wire import ROOT, Wire, connected, cookie_of, run
from tests.support.product import Product
from tests.support.waiting import wait_until

BOOKING = f"{ROOT}.state___booking____booking_state"
REFUSAL = f"{ROOT}.state___attempts____refusal"
PEOPLE = 4
BEFORE_THE_KILL = 12


def test_every_acknowledged_booking_survives_the_kill(product: Product):
    before = bookings()
    acknowledged: list[str] = []
    cookies = [cookie_of(product.url, "Manager") for _ in range(PEOPLE)]

    async def test() -> None:
        people = [
            asyncio.create_task(keep_booking(product.url, cookie, number, acknowledged))
            for number, cookie in enumerate(cookies)
        ]
        enough = lambda: len(acknowledged) >= BEFORE_THE_KILL  # noqa: E731
        await asyncio.to_thread(wait_until, enough, "a dozen bookings", 90)
        await asyncio.to_thread(product.kill)
        for person in people:
            person.cancel()
        await asyncio.gather(*people, return_exceptions=True)

    run(test())
    product.start_again()
    made = bookings() - before
    assert len(made) >= len(acknowledged) >= BEFORE_THE_KILL
    assert made <= audited()


async def keep_booking(url: str, cookie: str, number: int, acknowledged: list[str]) -> None:
    """Book one customer after another, each at the first time that is offered."""
    with contextlib.suppress(socketio.exceptions.SocketIOError, TimeoutError):
        async with connected(url, cookie) as wire:
            await wire.settle()
            await wire.send(f"{ROOT}.state___schedule____schedule_state.open")
            for customer in customers()[number::PEOPLE]:
                await book(wire, customer, acknowledged)


async def book(wire: Wire, customer: dict[str, Any], acknowledged: list[str]) -> None:
    since = len(wire.frames)
    await wire.send(f"{BOOKING}.start")
    await wire.send(f"{BOOKING}.search_customer", {"text": str(customer["number"])})
    await wire.send(f"{BOOKING}.choose_customer", {"customer_id": customer["id"]})
    form = {
        "program_id": "2",
        "staff_id": str(customer["staff"]),
        "facility_id": str(customer["facility"]),
        "day": customer["day"],
        "time": "03:00",
        "duration": "15",
    }
    await wire.send(f"{BOOKING}.submit", {"form": form})
    await wire.settle()
    answer = "".join(wire.frames[since:])
    if offer := re.search(r'"at": "([^"]+)"', answer):
        since = len(wire.frames)
        await wire.send(f"{REFUSAL}.take", {"at": offer.group(1)})
        await wire.settle()
        answer = "".join(wire.frames[since:])
    if "Booked." in answer:
        acknowledged.append(str(customer["id"]))


def customers() -> list[dict[str, Any]]:
    with owner_transaction() as session:
        rows = session.connection().execute(
            text(
                "SELECT c.id, c.number, s.id AS staff, s.facility_id AS facility,"
                " (current_date + 20 + (c.id % 8)::int)::text AS day"
                " FROM customer c JOIN staff s ON s.organization_id = c.organization_id"
                " AND s.id = 1 + c.id % 12 WHERE c.organization_id = 1 ORDER BY c.id LIMIT 200"
            )
        )
        return [dict(row) for row in rows.mappings()]


def bookings() -> set[int]:
    with owner_transaction() as session:
        return set(session.connection().execute(text("SELECT id FROM appointment")).scalars())


def audited() -> set[int]:
    with owner_transaction() as session:
        rows = session.connection().execute(
            text("SELECT object_id FROM audit_event WHERE action = 'appointment.booked'")
        )
        return set(rows.scalars())
