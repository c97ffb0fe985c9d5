"""What nobody knows goes, what somebody knows stays; kills and rotations at the worst moment."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import uuid
from datetime import timedelta
from pathlib import Path

import pytest

import securecare.tables  # noqa: F401  declares every sealed column
from securecare.documents import documents, stores, sweeping, verifying
from securecare.documents.documents import DocumentForm, Upload
from securecare.foundation import clock, rotation
from securecare.foundation.db import owner_transaction
from securecare.settings import ROOT, new_master_key, settings
from tests.documents.cabinet import PDF, Cabinet

LATER = timedelta(hours=25)


@pytest.fixture(autouse=True)
def _own_vault(cabinet: Cabinet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A vault without the files of other tests, whose rows are in another database."""
    monkeypatch.setenv("SECURECARE_VAULT", str(tmp_path / "vault"))
    settings.cache_clear()
    for table in ("document_version", "document_file", "document"):
        cabinet.sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for table in ("document_version", "document_file", "document"):
        cabinet.sql(f"DELETE FROM {table}")
        cabinet.sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture(autouse=True)
def _settings_afterwards():
    yield
    settings.cache_clear()


def files() -> set[str]:
    return {kept.key for kept in stores.store().listed()}


def test_an_upload_that_was_never_noted_is_swept_after_the_grace_period(cabinet: Cabinet) -> None:
    id_ = cabinet.store()
    orphan = cabinet.received().storage_key
    assert sweeping.sweep() == 0
    assert orphan in files()
    with clock.frozen(clock.now() + LATER):
        assert sweeping.sweep() == 1
    assert len(files()) == 1
    assert cabinet.content(id_) == PDF


def test_a_deleted_document_loses_its_key_at_once_and_its_bytes_when_swept(
    cabinet: Cabinet,
) -> None:
    id_ = cabinet.store(kind=cabinet.note)
    received = cabinet.received(document=id_)
    cabinet.do(documents.replace, id_, 1, received, uuid.uuid4())
    cabinet.do(documents.delete, id_, 2)
    assert cabinet.sql("SELECT count(*) FROM document_file")[0][0] == 0
    with clock.frozen(clock.now() + LATER):
        assert sweeping.sweep() == 2
    assert files() == set()
    assert cabinet.sql("SELECT count(*) FROM document_version")[0][0] == 2


def test_foreign_files_in_the_folder_are_left_alone(cabinet: Cabinet) -> None:
    del cabinet
    folder = settings().vault_folder / "1" / "ab"
    folder.mkdir(parents=True)
    (folder / "somebody-elses").write_text("x")
    with clock.frozen(clock.now() + LATER):
        assert sweeping.sweep() == 0
    assert (folder / "somebody-elses").exists()


KILLED = """
import os, signal, sys, uuid
import securecare.tables
from securecare.documents import receiving, stores
from securecare.documents.receiving import Place, Receiving
moment = sys.argv[1]
receiving_one = Receiving(Place(int(sys.argv[2]), uuid.uuid4()), "scan.pdf")
receiving_one.feed(b"%PDF-1.7" + bytes(3_000_000))
if moment == "while the bytes come":
    os.kill(os.getpid(), signal.SIGKILL)
receiving_one.finish()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("moment", ["while the bytes come", "between file and row"])
def test_a_kill_leaves_only_what_the_sweep_removes(cabinet: Cabinet, moment: str) -> None:
    id_ = cabinet.store()
    done = subprocess.run(
        [sys.executable, "-c", KILLED, moment, str(cabinet.organization_id)],
        cwd=ROOT,
        env=os.environ.copy(),
    )
    assert done.returncode == -signal.SIGKILL
    everything = {p for p in settings().vault_folder.rglob("*") if p.is_file()}
    assert len(everything) == 2
    with clock.frozen(clock.now() + LATER):
        assert sweeping.sweep() == 1
    assert len({p for p in settings().vault_folder.rglob("*") if p.is_file()}) == 1
    assert cabinet.content(id_) == PDF
    assert faults() == []


def faults() -> list[str]:
    with owner_transaction() as session:
        noted = verifying.noted(session)
    return list(verifying.faults(noted))


def test_a_missing_and_a_shortened_file_are_told(cabinet: Cabinet) -> None:
    for _ in range(2):
        cabinet.store()
    gone, short = sorted(files())
    (settings().vault_folder / gone).unlink()
    os.truncate(settings().vault_folder / short, 10)
    told = "\n".join(sorted(faults()))
    assert f"{gone} of a document is missing" in told
    assert f"{short} of a document has 10 bytes" in told


def test_nothing_stored_during_a_rotation_is_lost(
    cabinet: Cabinet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 2)
    _keys_in_a_file(monkeypatch)
    stored = [cabinet.store() for _ in range(5)]
    # Received before the new key is there, noted after the old one is gone.
    early = cabinet.received()
    stop = threading.Event()

    def write_on() -> None:
        while not stop.is_set():
            stored.append(cabinet.store())

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        done = rotation.rotate()
    finally:
        stop.set()
        writer.join()
    form = DocumentForm("Early", cabinet.consent)
    stored.append(cabinet.do(documents.store, Upload(cabinet.alice, form, early, uuid.uuid4())))
    assert done.retired
    assert done.resealed["document_file.key_sealed"] >= 5
    assert {cabinet.content(id_) for id_ in stored} == {PDF}


def _keys_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECURECARE_MASTER_KEYS")
    told = settings()
    told.keys_file.parent.mkdir(parents=True, exist_ok=True)
    told.keys_file.write_text(new_master_key() + "\n")


def test_a_vault_in_a_bucket_does_the_same(
    cabinet: Cabinet, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("moto")
    with _bucket(monkeypatch, tmp_path):
        id_ = cabinet.store(PDF + bytes(2_500_000))
        orphan = cabinet.received().storage_key
        assert cabinet.content(id_) == PDF + bytes(2_500_000)
        assert len(files()) == 2
        assert faults() == []
        with clock.frozen(clock.now() + LATER):
            assert sweeping.sweep() == 1
        assert orphan not in files()
        assert list(stores.store().drafts.glob("*")) == []
        stores.store().remove(next(iter(files())))
        with pytest.raises(Exception, match="missing from the vault"):
            cabinet.content(id_)
        with pytest.raises(Exception, match="missing from the vault"):
            stores.store().open("../../etc/passwd")
    with pytest.raises(Exception, match="cannot be reached"):
        next(iter(stores.store().listed()))


def _bucket(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    from contextlib import contextmanager

    import boto3
    from moto.moto_server.threaded_moto_server import ThreadedMotoServer

    @contextmanager
    def served():
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        address = f"http://{host}:{port}"
        for name, value in {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "SECURECARE_VAULT": "s3://care/vault",
            "SECURECARE_VAULT_ENDPOINT": address,
            "SECURECARE_DATA": str(tmp_path),
        }.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        boto3.client("s3", endpoint_url=address).create_bucket(Bucket="care")
        try:
            yield
        finally:
            server.stop()

    return served()


def test_no_name_leads_out_of_the_folder(cabinet: Cabinet) -> None:
    del cabinet
    for name in ("../keys", "/etc/passwd", "1/ab/../../../keys", "1/ab/x", "drafts/x/y", ""):
        with pytest.raises(Exception, match="missing from the vault"):
            stores.store().open(name)
    shutil.rmtree(settings().vault_folder, ignore_errors=True)
    assert list(stores.store().listed()) == []
