"""The chain over the audit trail: complete, tamper-evident, right under races and after moves."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from securecare.foundation import audit, audit_chain
from securecare.foundation.db import SYSTEM, owner_transaction, transaction
from tests.support.databases import Databases


@pytest.fixture(autouse=True)
def _own_database(databases: Databases) -> Iterator[None]:
    with databases.fresh("empty"):
        yield


def note(number: int = 1) -> None:
    for _ in range(number):
        with transaction(SYSTEM) as session:
            audit.record_system(session, "Test", "test.done", ("", None), organization_id=None)


def seal() -> int:
    with transaction(SYSTEM) as session:
        return audit_chain.seal_all(session)


def verify() -> audit_chain.Report:
    with owner_transaction() as session:
        return audit_chain.verify(session)


def untriggered(statement: str) -> None:
    """What somebody above the law of the database could do."""
    with owner_transaction() as session:
        for table in ("audit_event", "audit_seal"):
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        session.execute(text(statement))
        for table in ("audit_event", "audit_seal"):
            session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))


def test_what_happened_is_sealed_batch_by_batch_and_verifies() -> None:
    note(3)
    assert seal() == 3
    note(2)
    assert seal() == 2
    assert seal() == 0
    report = verify()
    assert (report.events, report.unsealed, report.broken) == (5, 0, None)


def test_events_since_the_last_sealing_are_counted() -> None:
    note(2)
    seal()
    note(3)
    assert verify().unsealed == 3


@pytest.mark.parametrize(
    "crime",
    [
        "UPDATE audit_event SET actor = 'Somebody else' WHERE id = 2",
        "UPDATE audit_event SET at = at + interval '1 second' WHERE id = 2",
        """UPDATE audit_event SET detail = '{"reason": "none"}' WHERE id = 2""",
        "UPDATE audit_event SET organization_id = 9 WHERE id = 2",
        "DELETE FROM audit_event WHERE id = 2",
        "UPDATE audit_event SET id = 999 WHERE id = 2",
        "UPDATE audit_seal SET event_ids = '{1}' WHERE 2 = ANY(event_ids)",
        "UPDATE audit_seal SET digest = '\\x00' WHERE 2 = ANY(event_ids)",
        "UPDATE audit_seal SET previous_digest = '\\x00' WHERE 2 = ANY(event_ids)",
        "DELETE FROM audit_seal WHERE 2 = ANY(event_ids)",
        "UPDATE audit_seal SET key_id = 'another' WHERE 2 = ANY(event_ids)",
    ],
)
def test_whatever_is_changed_afterwards_is_found(crime: str) -> None:
    note(2)
    seal()
    with owner_transaction() as session:
        guilty = session.execute(
            text("SELECT min(id) FROM audit_seal WHERE 2 = ANY(event_ids)")
        ).scalar_one()
    note(2)
    seal()
    assert verify().broken is None
    untriggered(crime)
    broken = verify().broken
    assert broken
    assert broken.seal_id == (guilty + 1 if crime.startswith("DELETE FROM audit_seal") else guilty)


def test_an_event_slipped_in_afterwards_shows_as_unsealed() -> None:
    note(3)
    seal()
    untriggered(
        "INSERT INTO audit_event (id, at, actor, action, object_type, address, transaction)"
        " OVERRIDING SYSTEM VALUE VALUES (0, now(), 'x', 'x', '', '', 1)"
    )
    assert verify().unsealed == 1
    assert seal() == 0


def test_an_event_listed_twice_is_found() -> None:
    note(2)
    seal()
    untriggered(
        "INSERT INTO audit_seal (event_ids, first_event_id, last_event_id, previous_digest, digest,"
        " key_id, cluster, horizon, known_to) SELECT event_ids, first_event_id, last_event_id,"
        " previous_digest, digest, key_id, cluster, horizon, known_to FROM audit_seal"
        " WHERE 1 = ANY(event_ids)"
    )
    assert verify().broken


def test_the_application_cannot_change_the_trail() -> None:
    note()
    for statement in (
        "UPDATE audit_event SET actor = ''",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "DELETE FROM audit_seal",
    ):
        with (
            pytest.raises(Exception, match=r"permission denied|permanent"),
            transaction(SYSTEM) as session,
        ):
            session.execute(text(statement))


def test_neither_can_the_owner_without_first_taking_the_trigger_away() -> None:
    note()
    with pytest.raises(Exception, match="permanent"), owner_transaction() as session:
        session.execute(text("UPDATE audit_event SET actor = ''"))


def test_an_event_that_commits_late_falls_into_a_later_batch() -> None:
    written, go = threading.Event(), threading.Event()

    def late() -> None:
        with transaction(SYSTEM) as session:
            audit.record_system(session, "Late", "test.late", ("", None), organization_id=None)
            written.set()
            assert go.wait(30)

    note()
    seal()
    straggler = threading.Thread(target=late)
    straggler.start()
    assert written.wait(30)
    note(3)
    assert seal() == 0  # everything since is above the oldest transaction still running
    assert verify().unsealed == 3
    go.set()
    straggler.join()
    assert seal() == 4
    report = verify()
    assert (report.events, report.unsealed, report.broken) == (5, 0, None)


def test_nothing_is_lost_or_doubled_while_many_write_and_several_seal() -> None:
    done = threading.Event()

    def write(_: int) -> None:
        note(25)

    def seal_on(_: int) -> None:
        while not done.is_set():
            seal()

    with ThreadPoolExecutor(8) as crowd:
        sealing = [crowd.submit(seal_on, number) for number in range(3)]
        for writing in [crowd.submit(write, number) for number in range(5)]:
            writing.result()
        done.set()
        for each in sealing:
            each.result()
    seal()
    report = verify()
    assert (report.events, report.unsealed, report.broken) == (125, 0, None)


def test_long_queues_are_sealed_in_several_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_chain, "MOST_IN_A_BATCH", 4)
    note(11)
    assert seal() == 11
    note(11)
    assert seal() == 11
    report = verify()
    assert (report.events, report.unsealed, report.broken) == (22, 0, None)
    assert report.batches > 4


@pytest.mark.parametrize("former", [1, 10_000_000])
def test_after_a_restore_elsewhere_the_chain_goes_on(former: int) -> None:
    """On another server transaction numbers start over: those of old events mean nothing there."""
    note(4)
    seal()
    note(3)
    untriggered(
        f"UPDATE audit_event SET transaction = transaction + {former - 1}"
        " WHERE id NOT IN (SELECT unnest(event_ids) FROM audit_seal);"
        f"UPDATE audit_seal SET cluster = 'another', horizon = horizon + {former - 1}"
    )
    note(2)
    assert seal() == 5
    note(2)
    assert seal() == 2
    report = verify()
    assert (report.events, report.unsealed, report.broken) == (11, 0, None)


def test_on_a_new_server_sealing_waits_for_whoever_was_writing_at_that_moment() -> None:
    note(2)
    seal()
    untriggered("UPDATE audit_seal SET cluster = 'another'")
    written, go = threading.Event(), threading.Event()

    def late() -> None:
        with transaction(SYSTEM) as session:
            audit.record_system(session, "Late", "test.late", ("", None), organization_id=None)
            written.set()
            assert go.wait(30)

    straggler = threading.Thread(target=late)
    straggler.start()
    assert written.wait(30)
    note(2)
    assert seal() == 0
    note(1)
    go.set()
    straggler.join()
    assert seal() == 4
    report = verify()
    assert (report.events, report.unsealed, report.broken) == (6, 0, None)
