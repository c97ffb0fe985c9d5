"""A Redis server of our own, for tests of several web processes."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache

import pytest

from tests.support.ports import free_port
from tests.support.waiting import wait_until


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty Redis server that ends with the test run."""
    import redis

    port = free_port()
    program = find_redis()
    if program is None:
        pytest.fail("These tests need redis-server; on Debian: apt install redis-server")
    command = [program, "--port", str(port), "--bind", "127.0.0.1"]
    command += ["--save", "", "--appendonly", "no", "--daemonize", "no"]
    folder = tmp_path_factory.mktemp("redis")
    process = subprocess.Popen(
        [*command, "--dir", str(folder)], stdout=subprocess.DEVNULL, start_new_session=True
    )
    url = f"redis://127.0.0.1:{port}"
    try:
        with redis.Redis.from_url(url) as client:
            wait_until(lambda: _answers(client), "Redis answers")
        yield url
    finally:
        process.terminate()
        process.wait(10)


def _answers(client) -> bool:
    import redis

    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


@cache
def find_redis() -> str | None:
    """redis-server from this machine, else from Debian's package."""
    found = shutil.which("redis-server")
    if not found and os.geteuid() == 0 and shutil.which("apt-get"):
        for words in (["update"], ["install", "--yes", "--no-install-recommends", "redis-server"]):
            subprocess.run(["apt-get", "-qq", *words], check=False, capture_output=True)
        found = shutil.which("redis-server")
    return found
