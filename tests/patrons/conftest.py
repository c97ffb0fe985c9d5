"""A house with staff, and patrons who come to it."""

import pytest

from tests.customers.conftest import House
from tests.patrons.people import office


@pytest.fixture(scope="module")
def ours(database: str) -> House:
    del database
    return office("Alder")


@pytest.fixture(scope="module")
def theirs(database: str) -> House:
    del database
    return office("Birch")
