"""The clock of the job process. It only ticks: what is due stands in rows, never in here.

Several job processes may run; one of them leads, by a lock in the database that goes free when its
holder dies. A tick that fails is told to the log and comes again.
"""

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from types import FrameType

import psycopg
from apscheduler.schedulers.background import BackgroundScheduler

from securecare.jobs import ticks
from securecare.settings import conninfo, settings

LEADER_LOCK = 7_305_002
PATIENCE_SECONDS = 5

log = logging.getLogger("securecare.jobs")


@dataclass(frozen=True)
class Tick:
    """A function without arguments, named as `module:function`, and how often it is called."""

    does: str
    every_seconds: int


TICKS = (
    Tick("securecare.jobs.outgoing:send_notices", every_seconds=3),
    Tick("securecare.jobs.alike:find_duplicates", every_seconds=10),
    Tick("securecare.jobs.housekeeping:seal_audit_trail", every_seconds=60),
    Tick("securecare.jobs.housekeeping:forget_who_left_without_a_word", every_seconds=300),
    Tick("securecare.jobs.housekeeping:forget_what_is_over", every_seconds=3600),
    Tick("securecare.jobs.housekeeping:forget_what_was_sent", every_seconds=3600),
    Tick("securecare.jobs.housekeeping:sweep_the_vault", every_seconds=6 * 3600),
)


def run(all_ticks: tuple[Tick, ...] = TICKS) -> None:
    """Tick until told to stop, whenever this process leads."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    for talkative in ("apscheduler", "httpx"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    stopped = threading.Event()
    with _told_to_stop(stopped):
        while not stopped.is_set():
            try:
                with _leading(stopped) as connection:
                    if connection:
                        _lead(connection, all_ticks, stopped)
            except psycopg.OperationalError as error:
                log.warning("The database is out of reach: %s", type(error).__name__)
            stopped.wait(PATIENCE_SECONDS)


def _lead(
    connection: psycopg.Connection, all_ticks: tuple[Tick, ...], stopped: threading.Event
) -> None:
    """Run the scheduler for as long as the lock's connection lives."""
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1}
    )
    for tick in all_ticks:
        scheduler.add_job(_careful(tick), "interval", seconds=tick.every_seconds, id=tick.does)
    scheduler.start()
    try:
        while not stopped.wait(PATIENCE_SECONDS):
            connection.execute("SELECT 1")
    finally:
        scheduler.shutdown()


def _careful(tick: Tick) -> Callable[[], None]:
    module, _, name = tick.does.partition(":")
    work = getattr(import_module(module), name)

    def run_once() -> None:
        try:
            with ticks.noted(name, tick.every_seconds):
                work()
        except Exception as fault:  # noqa: BLE001 - one job's fault must not stop the others
            log.error("%s failed: %s", tick.does, type(fault).__name__)

    return run_once


@contextmanager
def _leading(stopped: threading.Event) -> Iterator[psycopg.Connection | None]:
    """The connection that holds the leader's lock, or nothing once told to stop."""
    address = conninfo(settings().app_database_url)
    with psycopg.connect(address, autocommit=True, connect_timeout=10) as connection:
        while not stopped.is_set():
            held = connection.execute("SELECT pg_try_advisory_lock(%s)", [LEADER_LOCK]).fetchone()
            if held and held[0]:
                yield connection
                return
            stopped.wait(PATIENCE_SECONDS)
        yield None


@contextmanager
def _told_to_stop(stopped: threading.Event) -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
