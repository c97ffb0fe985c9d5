"""The bridge from event handlers to the domain: one thread, one transaction, one person."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import SignedOut
from securecare.foundation.db import POOL_SIZE, Scope, opening_of, transaction

P = ParamSpec("P")
Result = TypeVar("Result")

_threads = ThreadPoolExecutor(POOL_SIZE, thread_name_prefix="work")
_acting: ContextVar[Actor | None] = ContextVar("acting", default=None)


def acting() -> Actor:
    """The person the gate admitted for this event, or `SignedOut`."""
    actor = _acting.get()
    if actor is None:
        raise SignedOut()
    return actor


def acting_or_nobody() -> Actor | None:
    """The person the gate admitted for this event, if anybody is signed in."""
    return _acting.get()


def act_as(actor: Actor | None) -> None:
    """Set who acts in the current task. Only the gate and the live hub may say so."""
    _acting.set(actor)


async def work(
    verb: Callable[Concatenate[Session, Actor, P], Result], *args: P.args, **kwargs: P.kwargs
) -> Result:
    """Run a verb of the domain for the acting person in a transaction of its own.

    The transaction has committed when this returns; whatever the verb raises has undone it.
    """
    return await work_as(acting(), verb, *args, **kwargs)


async def work_as(
    actor: Actor,
    verb: Callable[Concatenate[Session, Actor, P], Result],
    *args: P.args,
    **kwargs: P.kwargs,
) -> Result:
    """The same for a person who was identified otherwise, as for a push to an open page."""

    def run() -> Result:
        with transaction(actor.scope, opening_of(verb, *args, **kwargs)) as session:
            return verb(session, actor, *args, **kwargs)

    return await in_thread(run)


async def work_in(scope: Scope, verb: Callable[..., Result], *args: Any) -> Result:
    """Run `verb(session, *args)` where nobody is acting yet."""

    def run() -> Result:
        with transaction(scope) as session:
            return verb(session, *args)

    return await in_thread(run)


async def in_thread(call: Callable[[], Result]) -> Result:
    """Run something that blocks without blocking anybody's page."""
    return await asyncio.get_running_loop().run_in_executor(_threads, call)
