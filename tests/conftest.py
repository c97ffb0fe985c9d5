"""What every test may ask for: a migrated PostgreSQL database of its own, and a stopped clock.

`database` gives a test module a fresh database with both roles; the product's own settings point to
it, so `transaction(scope)` and `owner_transaction()` work as they do in the product. TEST_DATABASE_URL
names another server than the embedded one (its user needs CREATEDB and CREATEROLE).
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from securecare.foundation import clock, embedded
from securecare.settings import new_master_key
from tests.support.databases import Databases, Server

pytest_plugins = ["tests.support.redis_server", "tests.support.browsing"]

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


def pytest_collection_finish(session: pytest.Session) -> None:
    """Build the interface before the clock of any test runs: that takes a minute on a slow machine."""
    if session.config.option.collectonly:
        return
    if any(
        item.get_closest_marker("browser") or "product" in _asked_by(item) for item in session.items
    ):
        from securecare.running import frontend

        frontend.ensure_built()


def _asked_by(item: pytest.Item) -> Sequence[str]:
    return getattr(item, "fixturenames", ())


def pytest_unconfigure() -> None:
    shutil.rmtree(SCRATCH, ignore_errors=True)


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
