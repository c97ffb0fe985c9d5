"""The end of the audit chain is noted outside the database, so that cutting it off shows."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from securecare.foundation import audit, audit_chain, noted_heads
from securecare.foundation.db import SYSTEM, owner_transaction, transaction
from securecare.jobs.housekeeping import seal_audit_trail
from securecare.running import backups
from securecare.settings import settings
from tests.support.databases import Databases


@pytest.fixture(autouse=True)
def _own_database(databases: Databases) -> Iterator[None]:
    with databases.fresh("empty"):
        yield


def sealed_event() -> None:
    with transaction(SYSTEM) as session:
        audit.record_system(session, "Test", "test.done", ("", None), organization_id=None)
    seal_audit_trail()


def present() -> noted_heads.Head | None:
    with owner_transaction() as session:
        return noted_heads.present(session)


def lacking() -> noted_heads.Head | None:
    with owner_transaction() as session:
        return noted_heads.lacking(session, noted_heads.noted())


def cut_off(count: int) -> None:
    """Delete the newest batches and all that they hold, as whoever owns the server can."""
    newest = f"SELECT id FROM audit_seal ORDER BY id DESC LIMIT {count}"
    with owner_transaction() as session:
        for table in ("audit_event", "audit_seal"):
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        session.execute(
            text(
                "DELETE FROM audit_event WHERE id IN (SELECT unnest(event_ids) FROM audit_seal"
                f" WHERE id IN ({newest}))"
            )
        )
        session.execute(text(f"DELETE FROM audit_seal WHERE id IN ({newest})"))
        for table in ("audit_event", "audit_seal"):
            session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))


def verify() -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "securecare", "verify"],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_each_new_end_is_noted_once() -> None:
    sealed_event()
    first = present()
    seal_audit_trail()
    sealed_event()
    assert noted_heads.noted() == [first, present()]
    assert oct(noted_heads.file().stat().st_mode)[-3:] == "600"
    assert lacking() is None


def test_cutting_off_the_newest_batches_shows_though_the_rest_is_whole() -> None:
    sealed_event()
    sealed_event()
    last = present()
    cut_off(1)
    with owner_transaction() as session:
        assert audit_chain.verify(session).broken is None
    assert lacking() == last
    done = verify()
    assert done.returncode == 1
    assert f"batch {last.seal_id if last else 0}" in done.stderr


def test_a_shortened_chain_that_goes_on_is_found_out_too() -> None:
    sealed_event()
    sealed_event()
    gone = present()
    cut_off(1)
    with owner_transaction() as session:
        session.execute(
            text(
                "SELECT setval(pg_get_serial_sequence('audit_seal', 'id'), max(id)) FROM audit_seal"
            )
        )
    sealed_event()
    assert gone
    assert present() != gone
    assert lacking() == gone


def test_without_notes_verification_says_what_it_cannot_know() -> None:
    done = verify()
    assert done.returncode == 0
    assert "No end of it is noted" in done.stdout


def test_a_line_that_was_cut_short_hides_nothing_else() -> None:
    sealed_event()
    with noted_heads.file().open("a") as kept:
        kept.write("2026-11-20T10:00:00+00:00 7 abc")
    sealed_event()
    seal_audit_trail()
    assert noted_heads.noted()[-1] == present()


def test_a_full_disk_stops_no_sealing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "open", full)
    with caplog.at_level(logging.INFO):
        sealed_event()
    head = present()
    assert head
    assert "could not be noted" in caplog.text
    assert head.digest in caplog.text


def test_a_backup_names_its_end_and_restoring_it_begins_from_there(tmp_path: Path) -> None:
    sealed_event()
    kept = present()
    said = backups.write(settings(), tmp_path / "b.tar")
    assert kept
    assert kept.digest in said
    sealed_event()
    backups.read(settings(), tmp_path / "b.tar", replace=True)
    assert noted_heads.noted() == [kept]
    assert lacking() is None
    beside = noted_heads.file().parent.glob(f"{noted_heads.file().name}.until-*")
    assert len(list(beside)) == 1
