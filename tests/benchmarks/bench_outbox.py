"""Draining 20,000 notices with two senders: against a bare loop, and with an idle transaction open.

The notices are texts that need consent: each is opened, put into words and asked about once more
before a channel takes it at once. The bare loop takes the next row that nobody holds, marks it and
commits, in a table of the same columns and indexes that nothing else looks at.
"""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import psycopg

from securecare.foundation import clock
from securecare.foundation.db import transaction
from securecare.notices import consent, outbox
from securecare.notices.channels import Letter
from securecare.notices.outbox import Notice
from securecare.notices.sending import Sender
from securecare.settings import conninfo, settings
from tests.benchmarks.ground import Ground
from tests.benchmarks.sampling import calm
from tests.notices.office import Office, sql

NOTICES = 20_000
DEAD = 20_000
"""Notices that were given up long ago: they must not make draining slower."""
WORKERS = 2
ROUNDS = 2
ENDLESS = 3600.0


def measure(ground: Ground) -> dict[str, float]:
    with (
        ground.databases.fresh("empty"),
        clock.frozen(datetime(2027, 1, 13, 20, tzinfo=UTC)),
    ):
        office = Office()
        office.agree()
        _given_up(office)
        _queued(office)
        rates: dict[str, list[float]] = {"raw": [], "ours": [], "idle": [], "batched": []}
        for _ in range(ROUNDS):  # in turns: what the machine does meanwhile meets all alike
            rates["raw"].append(_rate(_bare))
            rates["ours"].append(_rate(_sender))
            with _idle_transaction():
                rates["idle"].append(_rate(_sender))
            rates["batched"].append(_rate(_bare_batch))
    best = {name: max(each) for name, each in rates.items()}
    return {
        "outbox_per_s_vs_raw": best["ours"] / best["raw"],
        "outbox_with_idle_tx": best["idle"] / best["ours"],
        "outbox_per_s_vs_raw.per_second": best["ours"],
        "outbox_per_s_vs_raw.baseline_one_row_at_a_time_per_second": best["raw"],
        "outbox_per_s_vs_raw.beside_fifty_rows_at_a_time_per_second": best["batched"],
        "outbox_with_idle_tx.per_second": best["idle"],
        "outbox_per_s_vs_raw.samples": NOTICES,
    }


def _rate(worker: Callable[[], Callable[[], int]]) -> float:
    """Notices per second, all of them and each once."""
    _fresh_tables()
    workers = [worker() for _ in range(WORKERS)]
    start, done = threading.Barrier(WORKERS + 1), []

    def work(drain: Callable[[], int]) -> None:
        start.wait()
        done.append(drain())

    threads = [threading.Thread(target=work, args=(each,)) for each in workers]
    for thread in threads:
        thread.start()
    calm()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    assert sum(done) == NOTICES, done
    return NOTICES / took


class _TakesAll:
    """A channel that takes everything at once."""

    def send(self, letter: Letter) -> str:
        return letter.reference

    def close(self) -> None: ...


def _sender() -> Callable[[], int]:
    sender = Sender("sms", _TakesAll())
    return lambda: sender.drain(ENDLESS)


def _bare() -> Callable[[], int]:
    return _loop(1)


def _bare_batch() -> Callable[[], int]:
    return _loop(50)


def _loop(size: int) -> Callable[[], int]:
    connection = psycopg.connect(conninfo(settings().database_url))

    def drain() -> int:
        done = 0
        with connection:
            while rows := connection.execute(
                b"SELECT id FROM bare_notice WHERE channel = 'sms' AND state IN ('queued', 'leased')"
                b" ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED",
                [size],
            ).fetchall():
                connection.execute(
                    b"UPDATE bare_notice SET state = 'sent' WHERE id = ANY(%s)",
                    [[row[0] for row in rows]],
                )
                connection.commit()
                done += len(rows)
        return done

    return drain


class _idle_transaction:  # noqa: N801
    """A transaction that has read something once and is then left open."""

    def __enter__(self) -> None:
        self.connection = psycopg.connect(conninfo(settings().database_url))
        self.connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        self.connection.execute("SELECT count(*) FROM notice")

    def __exit__(self, *_: object) -> None:
        self.connection.close()


def _given_up(office: Office) -> None:
    """One notice, many times over, as it stands after its last attempt."""
    id_ = office.text("given up")
    sql("UPDATE notice SET state = 'dead', attempts = 5 WHERE id = :id", id=id_)
    columns = (
        "organization_id, channel, use, customer_id, template, recipient_sealed, values_sealed, round,"
        " state, attempts, due_at, leased_by, last_error"
    )
    sql(
        f"INSERT INTO notice ({columns}, public_id, business_key) SELECT {columns},"
        " gen_random_uuid(), 'given up ' || n FROM notice, generate_series(1, :many) n WHERE id = :id",
        id=id_,
        many=DEAD,
    )


def _queued(office: Office) -> None:
    """Wish for every notice once, and keep them aside for all who are measured."""
    with transaction(office.administrator.scope) as session:
        assert consent.allowed(session, office.customer, "message_alerts", phone=office.phone)
        values = {"organization": office.name, "link": "https://care.example.org/m"}
        for number in range(NOTICES):
            outbox.queue(
                session,
                Notice(
                    office.id,
                    "sms",
                    office.phone,
                    "message_waiting",
                    values,
                    f"message:{number}",
                    "message_alerts",
                    office.customer,
                ),
            )
    sql("CREATE TABLE kept AS SELECT * FROM notice WHERE state = 'queued'")


def _fresh_tables() -> None:
    """The same notices as nobody has touched them yet, for the product and for the bare loop."""
    sql("DELETE FROM notice WHERE state <> 'dead'")
    sql("INSERT INTO notice SELECT * FROM kept")
    sql("DROP TABLE IF EXISTS bare_notice")
    sql("CREATE TABLE bare_notice (LIKE notice INCLUDING ALL)")
    sql("INSERT INTO bare_notice SELECT * FROM notice")
    for table in ("notice", "bare_notice"):
        _vacuumed(table)


def _vacuumed(table: str) -> None:
    with psycopg.connect(conninfo(settings().database_url), autocommit=True) as connection:
        connection.execute(f"VACUUM ANALYZE {table}".encode())
