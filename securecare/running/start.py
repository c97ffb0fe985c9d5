"""`make run`: from whatever is there to a running product, and back to nothing on Ctrl-C."""

import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from securecare.running import database, demo, frontend
from securecare.running.keys import require_right_keys
from securecare.running.processes import Child, stop_all
from securecare.running.server import require_free_port
from securecare.settings import ROOT, Settings, SettingsError, settings

PATIENCE_SECONDS = 60


def main() -> None:
    """Run until Ctrl-C. What is wrong with the machine or the settings is said in one sentence."""
    try:
        with _stopping_on_signals():
            run(settings())
    except SettingsError as error:
        sys.exit(f"SecureCare cannot start: {error}")
    except KeyboardInterrupt:
        print("\nStopped.", flush=True)


def run(told: Settings) -> None:
    """Prepare everything, start the processes, and watch them."""
    os.chdir(ROOT)
    require_free_port(told.host, told.port)
    _ = told.master_keys
    print("SecureCare", flush=True)
    build = Child("interface", _python("securecare.running.frontend"), os.environ)
    children = [build]
    try:
        rebuild = not frontend.is_current()
        if rebuild:
            _say("interface", "being built; the first time takes a minute or two")
            build.start()  # beside the database work: there are two cores
        with database.held(told) as held:
            try:
                _prepare_database(held)
                require_right_keys(told)
                _await_build(build, rebuild)
                office = demo.post_office(told)
                children += _processes(told, office)
                _start(children[1:], told)
                _say_where(told, held, office)
                _watch(children[1:])
            finally:
                _ignore_signals()
                if children[1:]:
                    print("\nStopping ...", flush=True)
                stop_all(children)
    finally:
        stop_all([build])


def _prepare_database(held: database.Held) -> None:
    _say("database", f"PostgreSQL {held.version}")
    changed = database.migrate()
    _say("tables", "brought up to date" if changed else "up to date")
    if demo.fill_on_first_start():
        _say("demo", "filled")


def _await_build(build: Child, rebuilding: bool) -> None:
    if rebuilding:
        began = build.started[0]
        if build.process and build.process.wait() != 0:
            raise SettingsError("the interface could not be built (see above).")
        _say("interface", f"built in {time.monotonic() - began:.0f} s")
    else:
        _say("interface", "up to date")


def _processes(told: Settings, office: demo.PostOffice | None) -> list[Child]:
    environment = {**os.environ, "SECURECARE_DATA": str(told.data_dir)}
    if office is not None:
        environment |= office.environment
    return [
        *([office.child] if office else []),
        Child("web", _python("securecare", "serve"), environment),
        Child("jobs", _python("securecare", "worker"), environment),
    ]


def _python(module: str, *words: str) -> Sequence[str]:
    return [sys.executable, "-m", module, *words]


def _start(children: Sequence[Child], told: Settings) -> None:
    """Start the processes; returns once the web process answers."""
    for child in children:
        child.start()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not _answers(told):
        for child in children:
            if child.exit_code is not None:
                raise SettingsError(f"the {child.name} process ended at once (see above).")
        if time.monotonic() > deadline:
            raise SettingsError(f"the web process did not answer within {PATIENCE_SECONDS} s.")
        time.sleep(0.1)
    _say("web, jobs", "running")


def _answers(told: Settings) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(told.host, told.host)  # noqa: S104
    try:
        with urllib.request.urlopen(f"http://{host}:{told.port}/ping", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _watch(children: Sequence[Child]) -> None:
    """Start again what ends by itself; give up on what will not stay up."""
    while True:
        for child in children:
            if child.exit_code is not None:
                print(
                    f"The {child.name} process ended unexpectedly; starting it again.", flush=True
                )
                child.wait_or_kill(0)
                if not child.may_start_again():
                    raise SettingsError(f"the {child.name} process keeps ending.")
                child.start()
        time.sleep(0.5)


def _say(what: str, how: str) -> None:
    print(f"  {what:<11}{how}", flush=True)


def _say_where(told: Settings, held: database.Held, office: demo.PostOffice | None) -> None:
    print(f"\n  Open       {told.public_url}", flush=True)
    for who, name, password in demo.sign_ins():
        print(f"  Sign in    {who:<16} {name}  {password}", flush=True)
    if office is not None:
        print(f"  Post       {office.url}  where the demo's e-mails and texts arrive", flush=True)
    print(f"  Data       {told.data_dir}", flush=True)
    print(f"  Database   {held.place}", flush=True)
    print("  Ctrl-C stops everything.", flush=True)


@contextmanager
def _stopping_on_signals() -> Iterator[None]:
    """A closed terminal and a polite kill are treated like Ctrl-C."""

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    yield


def _ignore_signals() -> None:
    """Impatience must not leave processes behind; `stop_all` has limits of its own."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    main()
