"""What a benchmark stands on: a PostgreSQL server that really writes to disk, and databases on it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from securecare.foundation import embedded
from securecare.settings import new_master_key, settings
from tests.support.databases import Databases, Server


@dataclass(frozen=True)
class Ground:
    """`databases.fresh("empty" | "demo")` gives a database; `scratch` is a folder for the run."""

    server: Server
    databases: Databases
    scratch: Path
    kept: dict[str, Any] = field(default_factory=dict)
    """What is made once and used by several figures."""


@contextmanager
def ground() -> Iterator[Ground]:
    """Everything of its own, and nothing left behind."""
    scratch = Path(tempfile.mkdtemp(prefix="securecare-bench-"))
    os.environ["SECURECARE_DATA"] = str(scratch)
    os.environ["SECURECARE_MASTER_KEYS"] = new_master_key()
    os.environ["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none"
    for name in ("REDIS_URL", "DATABASE_APP_URL"):
        os.environ.pop(name, None)
    settings.cache_clear()
    try:
        with embedded.running(scratch) as running:
            server = Server.embedded(running.sockets)
            databases = Databases(server)
            yield Ground(server, databases, scratch)
            databases.drop_all()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
