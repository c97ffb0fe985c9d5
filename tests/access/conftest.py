"""Quick password hashes: what is tested here is not how slow they are."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from securecare.access import passwords
from securecare.foundation.db import owner_transaction


@pytest.fixture(autouse=True, scope="session")
def _quick_hashes() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        quick = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
        patch.setattr(passwords, "_hasher", quick)
        yield


@pytest.fixture(autouse=True)
def _no_failures_yet(database: str) -> None:
    """Failures of one test do not count against the address of the next."""
    with owner_transaction() as session:
        session.execute(text("DELETE FROM sign_in_throttle"))
