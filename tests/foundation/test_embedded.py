"""The PostgreSQL server that comes with the product."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from securecare.foundation import embedded
from tests.support.waiting import wait_until

HOLDER = """
import sys
from pathlib import Path
from securecare.foundation import embedded
with embedded.running(Path(sys.argv[1]), lasting=False):
    print("held", flush=True)
    sys.stdin.read()
"""


def answers(folder: Path) -> bool:
    try:
        address = f"host={folder / 'postgres'} user=securecare dbname=securecare"
        with psycopg.connect(address, connect_timeout=5):
            return True
    except psycopg.OperationalError:
        return False


def hold(folder: Path) -> subprocess.Popen[str]:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    return holder


def let_go(holder: subprocess.Popen[str]) -> None:
    holder.communicate(timeout=60)
    assert holder.returncode == 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "d"


def test_the_last_holder_stops_the_server(folder: Path) -> None:
    first, second = hold(folder), hold(folder)
    let_go(first)
    assert answers(folder)
    let_go(second)
    assert not answers(folder)


def test_a_server_that_outlived_its_holder_is_taken_over_and_stopped(folder: Path) -> None:
    holder = hold(folder)
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    assert answers(folder)
    with embedded.running(folder):
        pass
    assert not answers(folder)


def test_what_was_committed_outlives_a_killed_server(folder: Path) -> None:
    with embedded.running(folder) as server:
        with psycopg.connect(server.conninfo()) as connection:
            connection.execute("CREATE TABLE kept (word text)")
            connection.execute("INSERT INTO kept VALUES ('still here')")
        postmaster = int((server.folder / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGKILL)
        wait_until(lambda: not answers(folder), "the server is gone")
    with (
        embedded.running(folder) as server,
        psycopg.connect(server.conninfo()) as connection,
    ):
        assert connection.execute("SELECT word FROM kept").fetchone() == ("still here",)


def test_only_its_own_user_reaches_the_socket_and_no_network_does(folder: Path) -> None:
    with embedded.running(folder, lasting=False) as server:
        assert stat.S_IMODE(server.sockets.stat().st_mode) == 0o700
        with psycopg.connect(server.conninfo()) as connection:
            listening = connection.execute("SHOW listen_addresses").fetchone()
            rights = connection.execute(
                "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    assert listening == ("",)
    assert rights == (False,)


def test_a_data_folder_too_deep_for_a_socket_gets_a_short_one(tmp_path: Path) -> None:
    deep = tmp_path / ("very-long-name-" * 6) / "d"
    deep.parent.mkdir()
    with (
        embedded.running(deep, lasting=False) as server,
        psycopg.connect(server.conninfo()) as connection,
    ):
        assert connection.execute("SELECT 1").fetchone() == (1,)
        assert not server.sockets.is_relative_to(deep)


def test_the_products_role_signs_in_as_itself_and_cannot_become_another(folder: Path) -> None:
    """As the owner acting in that role it could go back to being the owner, in one SELECT."""
    with (
        embedded.running(folder, lasting=False) as server,
        psycopg.connect(server.conninfo("postgres", "postgres"), autocommit=True) as first,
    ):
        first.execute("ALTER ROLE securecare_app NOLOGIN")  # as of an older installation
    with embedded.running(folder, lasting=False) as server:
        for becoming in (
            "SET ROLE securecare",
            "SELECT set_config('role', 'securecare', false)",
            "SET SESSION AUTHORIZATION securecare",
        ):
            with (
                psycopg.connect(server.conninfo(user="securecare_app")) as connection,
                pytest.raises(psycopg.errors.InsufficientPrivilege),
            ):
                connection.execute(becoming)
