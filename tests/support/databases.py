"""Databases for tests: migrated once, copied in a fraction of a second for each module."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Literal

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from securecare.foundation import db
from securecare.running.database import migrate
from securecare.settings import EMBEDDED_DATABASE, OWNER_ROLE, conninfo, settings

Kind = Literal["empty", "demo"]
_numbers = count(1)


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server, named by the address of a database on it that always exists."""

    url: str

    @classmethod
    def embedded(cls, sockets: Path) -> "Server":
        url = URL.create(
            "postgresql",
            username=OWNER_ROLE,
            database=EMBEDDED_DATABASE,
            query={"host": str(sockets)},
        )
        return cls(url.render_as_string(hide_password=False))

    def url_of(self, database: str) -> str:
        return make_url(self.url).set(database=database).render_as_string(hide_password=False)

    def run(self, statement: sql.Composable) -> None:
        with psycopg.connect(conninfo(self.url), autocommit=True) as connection:
            connection.execute(statement)


class Databases:
    """The originals are made when first asked for; copies belong to one test module each."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.originals: dict[Kind, str] = {}
        self.made: list[str] = []

    @contextmanager
    def fresh(self, kind: Kind) -> Iterator[str]:
        """A copy to work on; the product's settings point to it until the block ends."""
        name = self._create(self._original(kind))
        url = self.server.url_of(name)
        with pointed_to(url):
            yield url
        self._drop(name)

    def lasting(self, kind: Kind) -> str:
        """The address of a copy that stays until the end of the run."""
        return self.server.url_of(self._create(self._original(kind)))

    @contextmanager
    def bare(self) -> Iterator[str]:
        """A database without any table, pointed to until the block ends."""
        name = self._create("template1")
        with pointed_to(self.server.url_of(name)):
            yield self.server.url_of(name)
        self._drop(name)

    def drop_all(self) -> None:
        for name in reversed(self.made.copy()):
            self._drop(name)

    def _original(self, kind: Kind) -> str:
        if kind not in self.originals:
            name = self._create("template1" if kind == "empty" else self._original("empty"))
            with pointed_to(self.server.url_of(name)):
                if kind == "empty":
                    migrate()
                else:
                    from securecare import demo

                    demo.fill(lambda _what, _done, _of: None)
            self.originals[kind] = name
        return self.originals[kind]

    def _create(self, original: str) -> str:
        name = f"test_{os.getpid()}_{next(_numbers)}"
        self.server.run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(original)
            )
        )
        self.made.append(name)
        return name

    def _drop(self, name: str) -> None:
        drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
        try:
            self.server.run(sql.SQL("{} WITH (FORCE)").format(drop))
        except psycopg.errors.InsufficientPrivilege:
            # Autovacuum is at work there, and not ours to end. A plain drop asks it to leave.
            self.server.run(drop)
        self.made.remove(name)


@contextmanager
def pointed_to(url: str) -> Iterator[None]:
    """Let this process, and those it starts, work on the database at `url`."""
    before = os.environ["DATABASE_URL"]
    _point(url)
    try:
        yield
    finally:
        _point(before)


def _point(url: str) -> None:
    db.dispose()
    os.environ["DATABASE_URL"] = url
    settings.cache_clear()
