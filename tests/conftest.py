"""What every test may ask for: a migrated PostgreSQL database of its own, and a stopped clock.

`database` gives a test module a fresh database with both roles; the product's own settings point to
it, so `transaction(scope)` and `owner_transaction()` work as they do in the product. TEST_DATABASE_URL
names another server than the embedded one (its user needs CREATEDB and CREATEROLE).
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import settings as property_settings

from securecare.access import passwords
from securecare.foundation import clock, embedded
from securecare.settings import new_master_key
from tests.support import ports
from tests.support.databases import Databases, Server

pytest_plugins = [
    "tests.support.redis_server",
    "tests.support.browsing",
    "tests.support.readying",
    "tests.support.spreading",
]

# Properties are about what is right; how long an example takes is for the benchmarks.
property_settings.register_profile("unhurried", deadline=None)
property_settings.load_profile("unhurried")

SCRATCH = Path(tempfile.mkdtemp(prefix="securecare-tests-"))


def pytest_configure() -> None:
    """Before anything is imported that reads settings: nothing of this machine's own is touched."""
    for name in [each for each in os.environ if each.startswith("SECURECARE_")]:
        del os.environ[name]
    os.environ.pop("DATABASE_APP_URL", None)
    os.environ.pop("REDIS_URL", None)
    os.environ["SECURECARE_DATA"] = str(SCRATCH)
    os.environ["SECURECARE_MASTER_KEYS"] = new_master_key()
    os.environ["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none"  # until a test asks


def pytest_unconfigure() -> None:
    ports.give_back()
    shutil.rmtree(SCRATCH, ignore_errors=True)


@pytest.fixture(autouse=True, scope="session")
def _quick_hashes() -> Iterator[None]:
    """What is tested is not how slow passwords are to try; a running product has its own hasher."""
    with pytest.MonkeyPatch.context() as patch:
        quick = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
        patch.setattr(passwords, "_hasher", quick)
        yield


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The PostgreSQL server of this test run."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield Server(given)
        return
    with embedded.running(SCRATCH, lasting=False) as running:
        yield Server.embedded(running.sockets)


@pytest.fixture(scope="session")
def databases(server: Server) -> Iterator[Databases]:
    """Makes databases, each a copy of one that was migrated once."""
    made = Databases(server)
    yield made
    made.drop_all()


@pytest.fixture(scope="module")
def database(databases: Databases) -> Iterator[str]:
    """A fresh, migrated, empty database for this module; gives its address as the owner."""
    with databases.fresh("empty") as url:
        yield url


@pytest.fixture(scope="module")
def demo_database(databases: Databases) -> Iterator[str]:
    """A fresh database with the demo organization in it; gives its address as the owner."""
    with databases.fresh("demo") as url:
        yield url


@pytest.fixture
def noon() -> Iterator[datetime]:
    """Time stands still at noon (UTC) of a Wednesday far from any change of clocks."""
    at = datetime(2027, 1, 13, 12, tzinfo=UTC)
    with clock.frozen(at):
        yield at
