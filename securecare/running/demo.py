"""The invented organization: filled in on the very first start, and who may sign in to it."""

import os
import secrets
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import text

from securecare.foundation.db import owner_transaction
from securecare.running.processes import Child
from securecare.settings import Settings

Told = Callable[[str, int, int], None]


def fill_on_first_start() -> bool:
    """Fill an empty database with the demo; says whether it did."""
    if not find_spec("securecare.demo"):
        return False
    with owner_transaction() as session:
        if session.connection().execute(text("SELECT 1 FROM organization LIMIT 1")).first():
            return False
    with progress() as told:
        import_module("securecare.demo").fill(told)
    return True


def sign_ins() -> Sequence[tuple[str, str, str]]:
    """Who, e-mail and password of the people one may be in the demo; nobody if it is not there."""
    if not find_spec("securecare.demo"):
        return []
    return import_module("securecare.demo").sign_ins()


@dataclass(frozen=True, slots=True)
class PostOffice:
    """Where the demo's e-mails and texts end: a process, and what the others must be told of it."""

    child: Child
    url: str
    environment: dict[str, str]


def post_office(told: Settings) -> PostOffice | None:
    """One for the demo on this machine that has no mail server and no text service of its own."""
    here = told.host in {"127.0.0.1", "localhost", "::1"}
    if not here or told.mail or told.texts or not _is_demo_alone():
        return None
    known = import_module("securecare.demo.post_office.texts")
    token = secrets.token_urlsafe(24)
    web, mail = _free_port(told.port + 1), _free_port(told.port + 2)
    office = "securecare.demo.post_office"
    command = [sys.executable, "-m", office, str(web), str(mail), told.public_url]
    return PostOffice(
        Child("post office", command, {**os.environ, known.TOKEN_VARIABLE: token}),
        f"http://127.0.0.1:{web}",
        {
            "SECURECARE_MAIL_URL": f"smtp://127.0.0.1:{mail}",
            "SECURECARE_MAIL_FROM": "SecureCare demo <care@harborpine.example>",
            "SECURECARE_SMS_URL": f"http://{known.ACCOUNT}:{token}@127.0.0.1:{web}",
            "SECURECARE_SMS_FROM": known.SENDER,
        },
    )


def _is_demo_alone() -> bool:
    """Whether every organization here is an invented one, and there is any."""
    if not find_spec("securecare.demo"):
        return False
    names = import_module("securecare.demo").organization_names()
    with owner_transaction() as session:
        known = session.connection().execute(_ALL_INVENTED, {"names": names})
        return known.scalar_one() is True


_ALL_INVENTED = text("SELECT bool_and(name = ANY(:names)) FROM organization")


def _free_port(wish: int) -> int:
    """That port of this machine, or another one if something listens there."""
    for port in (wish, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError):
                continue
            return probe.getsockname()[1]
    raise OSError("This machine has no free port left.")


@contextmanager
def progress() -> Iterator[Told]:
    """A bar on the terminal, told as `(what, done, of)`; plain silence where there is none."""
    columns = [TextColumn("  {task.description:<20}"), BarColumn(), MofNCompleteColumn()]
    on_terminal = sys.stdout.isatty()
    with Progress(*columns, TimeElapsedColumn(), transient=True, disable=not on_terminal) as bars:
        tasks: dict[str, int] = {}

        def told(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=of)
            bars.update(tasks[what], completed=done, total=of)  # pyright: ignore[reportArgumentType]

        yield told
