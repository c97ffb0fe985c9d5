"""A house with staff, and patrons who come to it."""

import pytest
from argon2 import PasswordHasher

from securecare.access import passwords
from tests.customers.conftest import House
from tests.patrons.people import office


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=1024))


@pytest.fixture(scope="module")
def ours(database: str) -> House:
    del database
    return office("Alder")


@pytest.fixture(scope="module")
def theirs(database: str) -> House:
    del database
    return office("Birch")
