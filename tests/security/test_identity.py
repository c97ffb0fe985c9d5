"""Who one is, is the cookie of one's own connection: not a token, not what an event claims."""

import asyncio
import uuid
from typing import Any

import pytest
from sqlalchemy import text

from securecare.foundation.db import owner_transaction
from tests.security.wire import Wire, connected, cookie_of, run
from tests.support.product import Product
from tests.support.waiting import wait_until

OPEN_SCHEDULE = "reflex___state____state.state___schedule____schedule_state.open"
OPEN_APPOINTMENT = "reflex___state____state.state___appointment____appointment_state.open"


def sql(statement: str, **values: Any) -> Any:
    with owner_transaction() as session:
        result = session.connection().execute(text(statement), values)
        return result.all() if result.returns_rows else None


def somebody_booked_today() -> tuple[int, str]:
    """An appointment on the day that the schedule opens with, and its customer's family name.

    That is today where the demo's first facility is.
    """
    return sql(
        "SELECT a.id, c.family_name FROM appointment a JOIN customer c ON c.id = a.customer_id"
        " WHERE a.organization_id = (SELECT min(id) FROM organization) AND a.local_day ="
        " (now() AT TIME ZONE (SELECT time_zone FROM facility WHERE organization_id ="
        " a.organization_id ORDER BY name LIMIT 1))::date"
        " AND a.status <> 'cancelled' AND length(c.family_name) > 5 ORDER BY a.id LIMIT 1"
    )[0]


async def open_day(wire: Wire) -> None:
    """What the schedule page does when it is opened, and an appointment with it."""
    await wire.settle()
    await wire.send(OPEN_SCHEDULE)
    await wire.settle()
    assert any("lane00" in frame for frame in wire.frames), "the day should have opened"


def said(wire: Wire) -> str:
    return "\n".join(wire.frames)


@pytest.mark.parametrize("thief", ["Patron", "Another organization", None])
def test_a_token_with_another_cookie_finds_an_empty_page(product: Product, thief: str | None):
    appointment_id, name = somebody_booked_today()

    async def test() -> None:
        token = str(uuid.uuid4())
        async with connected(product.url, cookie_of(product.url, "Manager"), token) as mine:
            await open_day(mine)
            await mine.send(OPEN_APPOINTMENT, {"appointment_id": appointment_id})
            await mine.settle()
            assert name in said(mine), "the owner of the cookie should see the appointment"
            async with connected(product.url, _cookie(product, thief), token) as beside:
                await beside.settle()
                assert name not in said(beside)
        async with connected(product.url, _cookie(product, thief), token) as after:
            await after.settle()
            assert name not in said(after)
            assert '"blocks_rx_state_": [[' not in said(after)
            seen = len(after.frames)
            sql("UPDATE appointment SET version = version + 1 WHERE id = :id", id=appointment_id)
            await asyncio.sleep(0.5)  # nothing can be waited for where nothing must come
            await after.settle()
            assert name not in "\n".join(after.frames[seen:])

    run(test())


def _cookie(product: Product, who: str | None) -> str | None:
    return cookie_of(product.url, who) if who else None


def test_what_an_event_claims_of_its_headers_counts_for_nothing(product: Product):
    cookie = cookie_of(product.url, "Administrator")
    _, name = somebody_booked_today()

    async def test() -> None:
        forged = {
            "headers": {"cookie": f"securecare_session={cookie}"},
            "cookie": f"securecare_session={cookie}",
            "ip": "192.0.2.1",
            "token": str(uuid.uuid4()),
        }
        async with connected(product.url) as nobody:
            await nobody.settle()
            await nobody.send(OPEN_SCHEDULE, **forged)
            await nobody.settle()
            assert name not in said(nobody)
            assert "/sign-in" in said(nobody)

    run(test())


ENDINGS = {
    "the session ends": "UPDATE login_session SET ended_at = now() WHERE token_hash = :hash",
    "the session has been idle": (
        "UPDATE login_session SET seen_at = now() - interval '1 day' WHERE token_hash = :hash"
    ),
    "the membership ends": (
        "UPDATE membership SET ended_at = now() WHERE account_id ="
        " (SELECT account_id FROM login_session WHERE token_hash = :hash)"
    ),
    "the role is withdrawn": (
        "UPDATE role_grant SET withdrawn_at = now() WHERE account_id ="
        " (SELECT account_id FROM login_session WHERE token_hash = :hash)"
    ),
    "the account is disabled": (
        "UPDATE account SET disabled_at = now() WHERE id ="
        " (SELECT account_id FROM login_session WHERE token_hash = :hash)"
    ),
}
RESTORED = (
    "UPDATE membership SET ended_at = NULL",
    "UPDATE role_grant SET withdrawn_at = NULL",
    "UPDATE account SET disabled_at = NULL",
)


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_open_page_is_closed_at_the_very_next_event_when(product: Product, ending: str):
    from securecare.access.sessions import hash_of

    cookie = cookie_of(product.url, "Auditor")
    appointment_id, name = somebody_booked_today()

    async def test() -> None:
        async with connected(product.url, cookie) as wire:
            await open_day(wire)
            sql(ENDINGS[ending], hash=hash_of(cookie))
            seen = len(wire.frames)
            await wire.send(OPEN_APPOINTMENT, {"appointment_id": appointment_id})
            await wire.settle()
            later = "\n".join(wire.frames[seen:])
            assert name not in later
            assert "sign-in" in later or "reload" in later
            seen = len(wire.frames)
            sql("UPDATE appointment SET version = version + 1 WHERE id = :id", id=appointment_id)
            await asyncio.sleep(0.4)  # as above
            await wire.settle()
            assert name not in "\n".join(wire.frames[seen:])

    try:
        run(test())
    finally:
        for statement in RESTORED:
            sql(statement)


def test_a_page_left_open_is_told_nothing_from_the_moment_its_session_is_over(product: Product):
    from securecare.access import sessions
    from securecare.foundation import clock
    from securecare.foundation.db import SIGN_IN, transaction

    cookie = cookie_of(product.url, "Auditor")
    hash_ = sessions.hash_of(cookie)
    appointment_id, _ = somebody_booked_today()
    change = "UPDATE appointment SET version = version + 1 WHERE id = :id"

    def over() -> bool:
        with transaction(SIGN_IN) as session:
            return sessions.peek(session, hash_, clock.now()) is None

    async def test() -> None:
        sql(
            "UPDATE login_session SET created_at = now() + interval '5 seconds'"
            " - make_interval(hours => o.session_hours) FROM organization o"
            " WHERE o.id = organization_id AND token_hash = :hash",
            hash=hash_,
        )
        async with connected(product.url, cookie) as wire:
            await open_day(wire)
            seen = len(wire.frames)
            sql(change, id=appointment_id)
            await wire.wait_for("blocks_rx_state_", seen)
            await asyncio.to_thread(wait_until, over, "the session is over")
            seen = len(wire.frames)
            sql(change, id=appointment_id)
            await wire.wait_for("/sign-in", seen)
            assert "blocks_rx_state_" not in "\n".join(wire.frames[seen:])

    run(test())
