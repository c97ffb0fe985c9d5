"""A process that completes a session and stops dead before its nth statement: killed from outside.

python -m tests.faults.completing ORGANIZATION ACCOUNT SESSION VERSION STATEMENT
"""

import sys
import time
from typing import Any

import psycopg

from securecare import tables  # noqa: F401  every table, for the references between them
from securecare.access.actor import Actor, Grant
from securecare.access.roles import Role
from securecare.foundation.db import transaction
from securecare.outreach import sessions


def main(organization: int, account: int, session_id: int, version: int, stop_at: int) -> None:
    actor = Actor(account, organization, 1, "Killed", (Grant(Role.MANAGER),), "::1")
    asked = 0

    def stopping(cursor: psycopg.Cursor, *given: Any, **more: Any) -> Any:
        nonlocal asked
        asked += 1
        if asked == stop_at:
            say_and_wait("inside")
        return execute(cursor, *given, **more)

    # Below the toolkit, which not every statement goes through.
    execute, psycopg.Cursor.execute = psycopg.Cursor.execute, stopping  # type: ignore[method-assign]
    with transaction(actor.scope) as session:
        sessions.complete(session, actor, session_id, version, {})
        if stop_at == 0:
            say_and_wait("inside")
    say_and_wait("done")


def say_and_wait(word: str) -> None:
    print(word, flush=True)
    time.sleep(60)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
