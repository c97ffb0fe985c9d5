"""The database: one engine for each role, one transaction for each event or job.

Two roles connect. The owner migrates, seeds and verifies. The application's role owns nothing and
is subject to row-level security: what a transaction may see is decided by the `Scope` it is opened
with, which PostgreSQL reads from transaction-local settings. Nothing else in the system commits.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Engine, create_engine, text
from sqlmodel import Session

from securecare.settings import settings

POOL_SIZE = 16
"""Connections for the application's role; the pool of worker threads has the same size."""


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


@cache
def app_engine() -> Engine:
    """The engine of the application's role."""
    return _engine(settings().app_database_url, POOL_SIZE)


@cache
def owner_engine() -> Engine:
    """The engine of the role that owns the tables: migrations, seeding, verification."""
    return _engine(settings().database_url, 2)


def _engine(url: str, size: int) -> Engine:
    return create_engine(
        psycopg_url(url),
        pool_size=size,
        max_overflow=4,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10, "application_name": "securecare"},
    )


def psycopg_url(url: str) -> str:
    """The same address with the psycopg 3 driver named, as SQLAlchemy wants it."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def dispose() -> None:
    """Close every pooled connection and forget both engines, as after a change of settings."""
    for engine in (app_engine, owner_engine):
        if engine.cache_info().currsize:
            engine().dispose()
        engine.cache_clear()


_SET_SCOPE = text(
    "SELECT set_config('app.organization_id', :organization_id, true),"
    " set_config('app.account_id', :account_id, true),"
    " set_config('app.purpose', :purpose, true)"
)


@contextmanager
def transaction(scope: Scope) -> Iterator[Session]:
    """One transaction of the application's role: committed at the end, rolled back on any error."""
    with Session(app_engine(), expire_on_commit=False) as session, session.begin():
        session.execute(_SET_SCOPE, _as_settings(scope))
        yield session


@contextmanager
def owner_transaction() -> Iterator[Session]:
    """One transaction of the owner, who sees every organization. Never for a request."""
    with Session(owner_engine(), expire_on_commit=False) as session, session.begin():
        yield session


def _as_settings(scope: Scope) -> dict[str, Any]:
    return {
        "organization_id": str(scope.organization_id or ""),
        "account_id": str(scope.account_id or ""),
        "purpose": scope.purpose,
    }
