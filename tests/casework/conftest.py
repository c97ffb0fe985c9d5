"""Two organizations to work on cases in, at a stopped clock."""

from datetime import datetime

import pytest

from tests.casework.workroom import Workroom, workroom


@pytest.fixture(autouse=True)
def stopped(noon: datetime) -> datetime:
    return noon


@pytest.fixture(scope="module")
def ours(database: str) -> Workroom:
    return workroom("Alder")


@pytest.fixture(scope="module")
def theirs(database: str) -> Workroom:
    return workroom("Birch")
