"""Holding the database while a process works, and bringing its tables up to date."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from securecare.foundation import embedded
from securecare.foundation.db import owner_engine
from securecare.settings import ROOT, Settings, SettingsError, conninfo

OLDEST_SERVER = 150000
MIGRATION_LOCK = 7_305_001


@dataclass(frozen=True)
class Held:
    """The database being held: its version, and in words where it is."""

    version: str
    place: str


@contextmanager
def held(settings: Settings) -> Iterator[Held]:
    """Keep the database running inside the block; `SettingsError` if it cannot be used."""
    if settings.embedded:
        with embedded.running(settings.data_dir):
            yield Held(_version(settings), str(settings.data_dir / "postgres"))
    else:
        yield Held(_version(settings), _address(settings))


def migrate(target: str = "head") -> bool:
    """Bring the tables to `target` (or down to it); says whether anything had to be done.

    Only one process at a time: the others wait, and then find nothing left to do.
    """
    config = Config(toml_file=ROOT / "pyproject.toml")
    with owner_engine().connect() as connection:
        connection.exec_driver_sql("SELECT pg_advisory_lock(%s)", (MIGRATION_LOCK,))
        before = _revision(connection)
        connection.commit()
        config.attributes["connection"] = connection
        if target == "head" or target.startswith("+"):
            command.upgrade(config, target)
        else:
            command.downgrade(config, target)
        after = _revision(connection)
        connection.commit()
        connection.exec_driver_sql("SELECT pg_advisory_unlock(%s)", (MIGRATION_LOCK,))
        connection.commit()
    return before != after


def current_revision() -> str | None:
    """The revision the tables are at."""
    with owner_engine().connect() as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _version(settings: Settings) -> str:
    try:
        with psycopg.connect(conninfo(settings.database_url), connect_timeout=10) as connection:
            number = connection.info.server_version
    except psycopg.Error as error:
        first_line, *_ = str(error).strip().splitlines() or [type(error).__name__]
        said = first_line.rpartition("failed: ")[2].removeprefix("FATAL: ").strip(" .")
        raise SettingsError(f"PostgreSQL at {_address(settings)} cannot be used: {said}.") from None
    if number < OLDEST_SERVER:
        raise SettingsError(
            f"PostgreSQL at {_address(settings)} is version {number // 10000}; "
            f"{OLDEST_SERVER // 10000} or newer is needed."
        )
    return f"{number // 10000}.{number % 10000}"


def _address(settings: Settings) -> str:
    """Where the server is, without the password."""
    url = make_url(settings.database_url)
    host = url.host or url.query.get("host") or "this machine"
    return f"{host}{f':{url.port}' if url.port else ''}/{url.database}"
