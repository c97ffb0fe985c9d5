"""Tests of messages sit at a desk of their own."""

import pytest

from tests.messages.desk import Desk


@pytest.fixture(scope="module")
def lasting_desk(database: str) -> Desk:
    del database
    return Desk()


@pytest.fixture
def desk(lasting_desk: Desk) -> Desk:
    """The desk, with nothing agreed to and nothing waiting to be sent."""
    lasting_desk.settle()
    return lasting_desk
