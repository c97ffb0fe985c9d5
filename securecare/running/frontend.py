"""Building the interface, and only when what it is built from has changed."""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from securecare.settings import ROOT, SettingsError, built_dir, web_dir

SOURCES = ("pages", "state", "components", "assets", "securecare")
# Nothing in these shows on a page.
LEFT_OUT = ("securecare/running", "securecare/demo", "securecare/jobs")


def is_current() -> bool:
    """Whether the built interface belongs to the sources as they are."""
    stamp = _stamp()
    return stamp.exists() and stamp.read_text() == sources_digest() and built_dir().is_dir()


def ensure_built() -> bool:
    """Build the interface unless it is current; says whether it had to. `SettingsError` if not."""
    if is_current():
        return False
    with _turn():
        if is_current():
            return False
        _stamp().unlink(missing_ok=True)
        digest = sources_digest()
        _build()
        _stamp().write_text(digest)
        return True


def sources_digest() -> str:
    """One hash over everything a page is made of."""
    digest = hashlib.sha256(f"{version('reflex')} {sys.version_info[:2]}".encode())
    for file in _source_files():
        digest.update(str(file.relative_to(ROOT)).encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _source_files() -> list[Path]:
    skipped = tuple(ROOT / folder for folder in LEFT_OUT)
    files = [ROOT / "rxconfig.py", ROOT / "constraints.txt"]
    for folder in SOURCES:
        files += [
            file
            for file in (ROOT / folder).rglob("*")
            if file.is_file()
            and file.suffix != ".pyc"
            and "external" not in file.relative_to(ROOT).parts
            and not any(file.is_relative_to(other) for other in skipped)
        ]
    return sorted(files)


def _stamp() -> Path:
    return web_dir() / "build" / "securecare.stamp"


@contextmanager
def _turn() -> Iterator[None]:
    """One build at a time in one folder."""
    lock = web_dir().with_name(web_dir().name + ".lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _build() -> None:
    environment = _environment_with_node() | {
        "REFLEX_USE_NPM": "1",
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "REFLEX_ENV_MODE": "prod",
        "NPM_CONFIG_AUDIT": "false",
        "NPM_CONFIG_FUND": "false",
    }
    environment.setdefault("NPM_CONFIG_REGISTRY", _configured_registry(environment))
    command = [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"]
    log = web_dir().with_name(web_dir().name + ".log")
    with log.open("w") as words:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=words, stderr=subprocess.STDOUT, check=False
        )
    if done.returncode != 0 or not (built_dir() / "index.html").exists():
        raise SettingsError(f"The interface could not be built; {os.path.relpath(log)} says why.")


def _environment_with_node() -> dict[str, str]:
    """This environment, with the Node.js of the virtual environment first in line."""
    binaries = Path(sys.executable).parent
    return {**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}"}


def _configured_registry(environment: dict[str, str]) -> str:
    """The registry this machine's npm is set to; otherwise the build would go looking for one."""
    command = ["npm", "config", "get", "registry"]
    asked = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, cwd=ROOT
    )
    return asked.stdout.strip()


if __name__ == "__main__":
    try:
        ensure_built()
    except SettingsError as error:
        sys.exit(str(error))
