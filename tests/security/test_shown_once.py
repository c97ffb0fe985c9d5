"""What is shown for a moment is gone with its page: a page that opens brings all that states hold."""

from typing import Any

import pytest
from sqlalchemy import text

from securecare.foundation.db import owner_transaction
from tests.security.wire import ROOT, Wire, connected, cookie_of, run
from tests.support.product import Product

pytestmark = pytest.mark.timeout(120)

RECORD = "reflex___state____state.state___record____record_state"
PROFILE = "reflex___state____state.state___record_profile____profile_state"
FACTOR = "reflex___state____state.state___account____second_factor_state"
NUMBER = "219-09-9999"


async def opened(wire: Wire, path: str) -> str:
    """Everything that is sent when that page opens."""
    since = len(wire.frames)
    await wire.send(f"{ROOT}.hydrate", path=path)
    await wire.wait_for('"is_hydrated_rx_state_"', since)
    return "\n".join(wire.frames[since:])


async def told(wire: Wire, name: str, path: str, wanted: str, payload: Any = None) -> None:
    since = len(wire.frames)
    await wire.send(name, payload, path)
    await wire.wait_for(wanted, since)


@pytest.mark.parametrize("next_page", ["/schedule", "/customers/{id}"])
def test_a_number_that_was_shown_is_sent_to_no_page_that_opens_later(
    product: Product, next_page: str
):
    with owner_transaction() as session:
        found = session.execute(text("SELECT min(id) FROM customer WHERE organization_id = 1"))
        id_ = found.scalar_one()
    path = f"/customers/{id_}"

    async def test() -> None:
        async with connected(product.url, cookie_of(product.url, "Manager")) as wire:
            await opened(wire, path)
            await told(wire, f"{RECORD}.open_record", path, "head_rx_state_")
            await told(wire, f"{PROFILE}.open_page", path, "shown_rx_state_")
            sealed = {"form": {"ssn": NUMBER}}
            await told(wire, f"{PROFILE}.save_ssn", path, "The number is sealed", sealed)
            why = {"form": {"reason": "For the tax form"}}
            await told(wire, f"{PROFILE}.reveal", path, NUMBER, why)
            assert NUMBER not in await opened(wire, next_page.format(id=id_))

    run(test())


def test_codes_shown_once_stay_until_another_page_opens(product: Product):
    """Who loses the connection while writing them down still has them before their eyes."""

    async def test() -> None:
        async with connected(product.url, cookie_of(product.url, "Auditor")) as wire:
            await opened(wire, "/account")
            await told(wire, f"{FACTOR}.begin", "/account", "data:image/svg")
            assert "data:image/svg" in await opened(wire, "/account")
            assert "data:image/svg" not in await opened(wire, "/schedule")

    run(test())
