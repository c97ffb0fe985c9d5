"""PostgreSQL is killed while many book: what was acknowledged is there, and nothing is there by half."""

import os
import shutil
import signal
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from securecare import demo
from securecare.access.actor import Actor, Grant
from securecare.access.roles import Role
from securecare.foundation import clock, db, embedded
from securecare.foundation.db import owner_transaction, transaction
from securecare.foundation.errors import DomainError
from securecare.running import database as migrations
from securecare.scheduling import appointments
from securecare.scheduling.appointments import Wish
from tests.support.databases import Server
from tests.support.waiting import wait_until


def test_what_was_acknowledged_is_there_after_a_kill(monkeypatch: pytest.MonkeyPatch):
    folder = Path(tempfile.mkdtemp(prefix="securecare-killed-"))
    with embedded.running(folder) as running:
        point_to(Server.embedded(running.sockets).url, monkeypatch)
        migrations.migrate()
        demo.fill(lambda *_: None)
        acknowledged = book_until_killed(folder)
    with embedded.running(folder):
        db.dispose()
        with owner_transaction() as session:
            run = session.connection().execute
            kept = set(run(text("SELECT id FROM appointment")).scalars())
            halves = run(
                text(
                    "SELECT count(*) FROM appointment a WHERE override_reason = 'kill test'"
                    " AND NOT EXISTS (SELECT FROM audit_event e WHERE e.object_id = a.id"
                    " AND e.action = 'appointment.booked')"
                )
            ).scalar_one()
        db.dispose()
    shutil.rmtree(folder, ignore_errors=True)
    assert acknowledged, "somebody should have booked before the kill"
    assert set(acknowledged) <= kept
    assert halves == 0


def point_to(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from securecare.settings import settings

    monkeypatch.setenv("DATABASE_URL", url)
    settings.cache_clear()
    db.dispose()


def book_until_killed(folder: Path) -> list[int]:
    """Eight people book what they can; the server dies in the middle. Gives what was granted."""
    with owner_transaction() as session:
        run = session.connection().execute
        customers = run(text("SELECT id FROM customer WHERE organization_id = 1")).scalars().all()
        staff = run(text("SELECT id, facility_id FROM staff WHERE organization_id = 1")).all()
        account = run(text("SELECT min(account_id) FROM membership WHERE organization_id = 1"))
        actor = Actor(account.scalar_one(), 1, 0, "Somebody", (Grant(Role.ADMINISTRATOR),))
    granted: list[int] = []

    def book(start: int) -> None:
        for number in range(start, 4000, 8):
            staff_id, facility_id = staff[number % len(staff)]
            wish = Wish(
                customers[number % len(customers)],
                1,
                staff_id,
                facility_id,
                clock.now() + timedelta(days=100, minutes=15 * (number // 8)),
                override_reason="kill test",
            )
            try:
                with transaction(actor.scope) as session:
                    made = appointments.book(session, actor, wish)
                granted.append(made.appointment_id)
            except DomainError:
                continue
            except SQLAlchemyError:
                return

    with ThreadPoolExecutor(8) as people:
        for start in range(8):
            people.submit(book, start)
        wait_until(lambda: len(granted) > 40, "forty bookings", 60)
        postmaster = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGKILL)
    return granted
