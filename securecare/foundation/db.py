"""The database: one engine for each role, one transaction for each event or job.

Two roles connect. The owner migrates, seeds and verifies. The application's role owns nothing and
is subject to row-level security: what a transaction may see is decided by the `Scope` it is opened
with, which PostgreSQL reads from transaction-local settings. Nothing else in the system commits.
"""

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, TypeVar

import psycopg
from psycopg import sql
from psycopg.pq import ExecStatus
from psycopg.types.json import Jsonb
from sqlalchemy import ClauseElement, Connection, Engine, create_engine, text
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from securecare.settings import settings

Verb = TypeVar("Verb", bound=Callable[..., Any])

POOL_SIZE = max(8, 4 * (os.cpu_count() or 2))
"""Connections for the application's role; the pool of worker threads has the same size.

More of them than the cores can serve make everybody wait longer: with twice as many, the slowest of
a hundred bookings took a fifth longer.
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows a transaction may touch.

    `purpose` is "" for people at work; "sign-in" while nobody is signed in yet, which shows accounts
    and sessions only; "system" for jobs that go through every organization.
    """

    organization_id: int | None = None
    account_id: int | None = None
    purpose: str = ""


NOBODY = Scope()
SIGN_IN = Scope(purpose="sign-in")
SYSTEM = Scope(purpose="system")

_APP, _OWNER = "application", "owner"
_engines: dict[str, Engine] = {}
_making = threading.Lock()


def app_engine() -> Engine:
    """The engine of the application's role. Its connections leave BEGIN to `transaction`."""
    return _engines.get(_APP) or _engine(
        _APP, settings().app_database_url, POOL_SIZE, isolation_level="AUTOCOMMIT"
    )


def owner_engine() -> Engine:
    """The engine of the role that owns the tables: migrations, seeding, verification."""
    return _engines.get(_OWNER) or _engine(_OWNER, settings().database_url, 2, pool_pre_ping=True)


def _engine(role: str, url: str, size: int, **options: Any) -> Engine:
    """The engine of that role, made once, however many threads ask for it first."""
    with _making:
        if role not in _engines:
            _engines[role] = create_engine(
                psycopg_url(url),
                pool_size=size,
                max_overflow=4,
                connect_args={"connect_timeout": 10, "application_name": "securecare"},
                hide_parameters=True,  # errors go into logs, and what people typed does not
                **options,
            )
        return _engines[role]


def psycopg_url(url: str) -> str:
    """The same address with the psycopg 3 driver named, as SQLAlchemy wants it."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def dispose() -> None:
    """Close every pooled connection and forget both engines, as after a change of settings."""
    with _making:
        while _engines:
            _engines.popitem()[1].dispose()


@contextmanager
def transaction(scope: Scope, opening: str = "") -> Iterator[Session]:
    """One transaction of the application's role: committed at the end, rolled back on any error.

    `opening` is a query that goes along with BEGIN, see `opening_with`.
    """
    with app_engine().connect() as connection:
        _begin(connection, _beginning(scope) + (_PLANNED_ONCE + opening if opening else ""))
        with (
            Session(
                connection,
                expire_on_commit=False,
                join_transaction_mode="control_fully",
                info={OPENING: opening},
            ) as session,
            _ending(connection, session),
        ):
            yield session
            session.flush()


_PLANNED_ONCE = "; SET LOCAL plan_cache_mode = force_generic_plan"
"""For verbs that people queue for: each connection plans their statements once, and not each time."""
_ENDED = "ended"
OPENING = "opening"
"""Where a session's `info` holds what was sent along with its BEGIN."""


def opening_with(told: Callable[..., str]) -> Callable[[Verb], Verb]:
    """Mark a verb whose transaction may be opened with a query, which saves it a round trip.

    `told` is given what the verb is given besides session and actor, and gives the query, beginning
    with a semicolon. The verb must not rely on it: it looks into the session's `info`, and asks
    itself where it was called otherwise. What it asks after that is planned for any values.
    Whoever opens a transaction this way does nothing in it but the verb, which may commit by itself.
    """

    def mark(verb: Verb) -> Verb:
        verb.opening = told  # type: ignore[attr-defined]
        return verb

    return mark


def opening_of(verb: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
    """What the verb's transaction is to be opened with, mostly nothing."""
    told = getattr(verb, OPENING, None)
    return told(*args, **kwargs) if told else ""


def _begin(connection: Connection, beginning: str) -> None:
    """Begin with the scope set, in one round trip, which also finds out that a server was restarted."""
    if _begun(connection, beginning):
        return
    try:
        connection.exec_driver_sql(beginning)
    except OperationalError as lost:
        if not lost.connection_invalidated:
            raise
        connection.rollback()
        connection.exec_driver_sql(beginning)


def _begun(connection: Connection, beginning: str) -> bool:
    """Begin by the shortest way, unless something is the matter with the connection."""
    driver = _driver_of(connection)
    if driver is None:
        return False
    if driver.pgconn.exec_(beginning.encode()).status == ExecStatus.TUPLES_OK:
        return True
    if not driver.closed:
        driver.pgconn.exec_(b"ROLLBACK")
    return False


@contextmanager
def _ending(connection: Connection, session: Session) -> Iterator[None]:
    """Commit at the end, or roll back; both by the shortest way.

    The driver's own rollback would forget every statement it has prepared, for fear of tables that
    were made and are gone again; this role makes none. A refusal would otherwise have all that
    follow on the connection planned anew.
    """
    try:
        yield
    except BaseException:
        if driver := _driver_of(connection):
            driver.pgconn.exec_(b"ROLLBACK")
        raise
    if session.info.get(_ENDED):
        return
    driver = _driver_of(connection)
    if driver is None:
        raise NotCommitted
    answer = driver.pgconn.exec_(b"COMMIT")
    if answer.status != ExecStatus.COMMAND_OK:
        raise psycopg.errors.error_from_result(answer)
    if answer.command_status != b"COMMIT":
        raise NotCommitted


class NotCommitted(Exception):
    """The transaction was over before it could be committed: nothing of it is stored."""


def _driver_of(connection: Connection) -> psycopg.Connection | None:
    """The driver's own connection, as long as it is alive."""
    driver = None if connection.invalidated else connection.connection.driver_connection
    return driver if isinstance(driver, psycopg.Connection) and not driver.closed else None


@lru_cache(maxsize=4096)
def _beginning(scope: Scope) -> str:
    told = (scope.organization_id, scope.account_id, scope.purpose)
    begin = sql.SQL(
        "BEGIN; SELECT set_config('app.organization_id', {}, true),"
        " set_config('app.account_id', {}, true), set_config('app.purpose', {}, true)"
    )
    return begin.format(*(sql.Literal(str(value or "")) for value in told)).as_string()


def becoming(session: Session, account_id: int) -> None:
    """From here on the transaction is that of an account it has just made or found to be meant."""
    session.flush()
    session.execute(text("SELECT set_config('app.account_id', :id, true)"), {"id": str(account_id)})


def straight(
    session: Session, statement: ClauseElement, given: Mapping[str, Any]
) -> Sequence[tuple[Any, ...]]:
    """All rows a statement gives, asked through the driver itself.

    For the few that people wait for in a queue, as with every booking: what the toolkit does around
    a statement takes as long as the statement. Errors come as the driver's own.
    """
    driver = _driver_of(session.connection())
    if driver is None:
        raise NotCommitted
    return driver.execute(*_worded(statement, given)).fetchall()


REFUSED = "SC001"
"""The state of an error with which a statement refuses; its detail says why, see `refuse` in SQL."""


def straight_at_last(
    session: Session, statement: ClauseElement, given: Mapping[str, Any]
) -> Sequence[tuple[Any, ...]]:
    """The same with COMMIT sent along: whoever waits for what was locked waits a round trip less.

    Only for the very last statement of a transaction, and only where that says itself, by an error,
    that it cannot be done. What came after would find no scope, and so no row.
    """
    driver = _driver_of(session.connection())
    if driver is None:
        raise NotCommitted
    with driver.pipeline():
        asked = driver.execute(*_worded(statement, given))
        ended = driver.execute(b"COMMIT", prepare=False)
    if ended.statusmessage != "COMMIT":
        raise NotCommitted
    session.info[_ENDED] = True
    return asked.fetchall()


def _worded(statement: ClauseElement, given: Mapping[str, Any]) -> tuple[bytes, dict[str, Any]]:
    words, constants = _for_driver(statement)
    return words, constants | {
        name: Jsonb(value) if isinstance(value, dict) else value for name, value in given.items()
    }


@cache
def _for_driver(statement: ClauseElement) -> tuple[bytes, dict[str, Any]]:
    """The statement as the driver wants it, and the values that stand in it for good."""
    compiled = statement.compile(dialect=PGDialect_psycopg())
    constants = compiled.params or {}
    return str(compiled).encode(), {str(name): value for name, value in constants.items()}


@contextmanager
def owner_transaction() -> Iterator[Session]:
    """One transaction of the owner, who sees every organization. Never for a request."""
    with Session(owner_engine(), expire_on_commit=False) as session, session.begin():
        yield session
