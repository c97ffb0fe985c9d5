"""Draining 20,000 notices with two senders: against a bare loop, and with an idle transaction open.

The notices are texts that need consent: each is opened, put into words and asked about once more
before it is handed over. The bare loop has as many workers: each takes fifty rows that nobody holds,
hands over words that are ready, marks the rows and commits, in a table of the same columns and
indexes that nothing else looks at. Both hand over to the same service in a process of its own.

Beside it stands the same without any service: what all that costs which a bare loop does not do.

Senders begin anew every few seconds, as the job process has them do. The idle transaction has been
open while as many notices as are measured were sent before: what they left behind is in the way.
"""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import psycopg

from securecare.foundation import clock
from securecare.foundation.db import transaction
from securecare.notices import consent, outbox
from securecare.notices.channels import Channel, Letter
from securecare.notices.leasing import BATCH
from securecare.notices.outbox import Notice
from securecare.notices.sending import Sender
from securecare.notices.templates import Words
from securecare.notices.texts import Texts
from securecare.settings import TextService, conninfo, settings
from tests.benchmarks.ground import Ground
from tests.benchmarks.sampling import calm
from tests.benchmarks.text_service import taking_texts
from tests.notices.office import Office, sql

NOTICES = 20_000
DEAD = 20_000
"""Notices that were given up long ago: they must not make draining slower."""
WORKERS = 2
ROUNDS = 2
TICK_SECONDS = 3.0
"""How often the job process begins to look for what is due from the front."""


def measure(ground: Ground) -> dict[str, float]:
    with (
        ground.databases.fresh("empty"),
        taking_texts() as address,
        clock.frozen(datetime(2027, 1, 13, 20, tzinfo=UTC)),
    ):
        office = Office()
        office.agree()
        _given_up(office)
        _queued(office)
        service = _service(address)
        ways: dict[str, Callable[[], float]] = {
            "raw": lambda: _rate(lambda: _bare(Texts(service))),
            "ours": lambda: _rate(lambda: _sender(Texts(service))),
            "idle": lambda: _with_idle_transaction(lambda: _sender(Texts(service))),
            "raw at once": lambda: _rate(lambda: _bare(_TakesAll())),
            "ours at once": lambda: _rate(lambda: _sender(_TakesAll())),
            "idle at once": lambda: _with_idle_transaction(lambda: _sender(_TakesAll())),
        }
        rates: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):  # in turns: what the machine does meanwhile meets all alike
            for name, rate in ways.items():
                rates[name].append(rate())
    best = {name: max(each) for name, each in rates.items()}
    return {
        "outbox_per_s_vs_raw": best["ours"] / best["raw"],
        "outbox_with_idle_tx": best["idle"] / best["ours"],
        "outbox_per_s_vs_raw.per_second": best["ours"],
        "outbox_per_s_vs_raw.baseline_fifty_rows_at_a_time_per_second": best["raw"],
        "outbox_per_s_vs_raw.beside_no_service_per_second": best["ours at once"],
        "outbox_per_s_vs_raw.beside_no_service_baseline_per_second": best["raw at once"],
        "outbox_with_idle_tx.per_second": best["idle"],
        "outbox_with_idle_tx.beside_no_service": best["idle at once"] / best["ours at once"],
        "outbox_per_s_vs_raw.samples": NOTICES,
    }


def _service(address: str) -> TextService:
    url = httpx.URL(address)
    return TextService(
        f"http://{url.host}:{url.port}", url.username, url.password or "", "+12125550100"
    )


def _rate(worker: Callable[[], Callable[[], int]], *, fresh: bool = True) -> float:
    """Notices per second, all of them and each once."""
    if fresh:
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


def _sender(post: Channel) -> Callable[[], int]:
    sender = Sender("sms", post)

    def drain() -> int:
        done = 0
        while sent := sender.drain(TICK_SECONDS):
            done += sent
        return done

    return drain


READY = Words("", "There is a message for you: https://care.example.org/m")


def _bare(post: Channel, size: int = BATCH) -> Callable[[], int]:
    connection = psycopg.connect(conninfo(settings().database_url))

    def drain() -> int:
        done = 0
        with connection:
            while rows := connection.execute(
                b"SELECT id, public_id FROM bare_notice"
                b" WHERE channel = 'sms' AND state IN ('queued', 'leased')"
                b" ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED",
                [size],
            ).fetchall():
                for _, name in rows:
                    post.send(Letter("+12125550123", READY, name.hex, f"{name.hex}.1"))
                connection.execute(
                    b"UPDATE bare_notice SET state = 'sent' WHERE id = ANY(%s)",
                    [[row[0] for row in rows]],
                )
                connection.commit()
                done += len(rows)
        return done

    return drain


def _with_idle_transaction(worker: Callable[[], Callable[[], int]]) -> float:
    """The rate while a transaction is open that has read, has a number, and does nothing more.

    As many notices were sent since it began: no trace of those can be cleared away.
    """
    _fresh_tables()
    with psycopg.connect(conninfo(settings().database_url)) as idle:
        idle.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        idle.execute("SELECT count(*), pg_current_xact_id() FROM notice")
        _rate(lambda: _sender(_TakesAll()), fresh=False)
        _fresh_tables()
        return _rate(worker, fresh=False)


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
