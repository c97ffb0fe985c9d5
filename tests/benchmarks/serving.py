"""Serving an ASGI application of the benchmarks the way the product is served."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from securecare.running.processes import Child, stop_all
from securecare.running.server import REFLEX_ENVIRONMENT
from tests.support.ports import free_port
from tests.support.waiting import wait_until


@contextmanager
def served(target: str, **environment: str) -> Iterator[str]:
    """`target` is "module:factory"; gives the address."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--log-level", "warning", target]
    told = os.environ | REFLEX_ENVIRONMENT
    told |= {"SECURECARE_PORT": str(port), "SECURECARE_PUBLIC_URL": _at(port)}
    child = Child("bare", command, told | environment)
    try:
        child.start()
        wait_until(lambda: _listens(port) or child.exit_code is not None, "it listens", 60)
        assert child.exit_code is None, f"{target} ended at once"
        yield _at(port)
    finally:
        stop_all([child])


def _at(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _listens(port: int) -> bool:
    probe = [
        sys.executable,
        "-c",
        f"import socket; socket.create_connection(('127.0.0.1', {port}))",
    ]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0
