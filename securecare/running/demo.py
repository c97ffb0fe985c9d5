"""The invented organization: filled in on the very first start, and who may sign in to it."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import text

from securecare.foundation.db import owner_transaction

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
