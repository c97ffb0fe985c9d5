"""The product itself, running on a port of its own over a test's database."""

import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from securecare.running import frontend
from securecare.running.processes import Child, stop_all
from tests.support.ports import free_port
from tests.support.waiting import wait_until


@dataclass(frozen=True)
class Product:
    """A running web process."""

    url: str
    child: Child

    def kill(self) -> None:
        """End it without warning, as a power cut would."""
        self.child.wait_or_kill(0)

    def start_again(self) -> None:
        self.child.start()
        wait_until(lambda: answers(self.url), "the product answers again", 150)


@contextmanager
def running_product(database_url: str, **environment: str) -> Iterator[Product]:
    """Build the interface if need be, serve it, and stop everything afterwards."""
    frontend.ensure_built()
    port = free_port()
    told = os.environ | {
        "DATABASE_URL": database_url,
        "SECURECARE_PORT": str(port),
        "SECURECARE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        **environment,
    }
    child = Child("web", [sys.executable, "-m", "securecare", "serve"], told)
    product = Product(f"http://127.0.0.1:{port}", child)
    try:
        child.start()
        wait_until(lambda: answers(product.url) or child.exit_code is not None, "it answers", 150)
        assert child.exit_code is None, "the web process ended at once"
        yield product
    finally:
        stop_all([child])


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/ping", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False
