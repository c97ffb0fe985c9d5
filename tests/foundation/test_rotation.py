"""A new master key while everything runs, and after a kill at any point."""

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import text

import securecare.tables  # noqa: F401  declares every sealed column
from securecare.access.second_factor import SECRET
from securecare.foundation import audit_chain, rotation
from securecare.foundation.db import SYSTEM, owner_transaction, transaction
from securecare.foundation.sealing import key_id_of, unseal
from securecare.settings import ROOT, SettingsError, settings
from tests.support.community import organization, person

PEOPLE = 30


@pytest.fixture(autouse=True)
def _keys_in_a_file(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("SECURECARE_MASTER_KEYS")
    settings().keys_file.unlink(missing_ok=True)
    with owner_transaction() as session:
        session.execute(text("UPDATE account SET totp_secret_sealed = NULL"))
        session.execute(text("DELETE FROM audit_key"))
    yield
    settings().keys_file.unlink(missing_ok=True)


@pytest.fixture
def secrets() -> dict[int, str]:
    """People with sealed secrets: by account, what is sealed."""
    harbor = organization()
    sealed = {person(harbor).id: f"SECRET{number}" for number in range(PEOPLE)}
    for id_, secret in sealed.items():
        put(id_, secret)
    return sealed


def put(account_id: int, secret: str) -> None:
    with owner_transaction() as session:
        session.execute(
            text("UPDATE account SET totp_secret_sealed = :sealed WHERE id = :id"),
            {"id": account_id, "sealed": SECRET.seal(secret, account_id)},
        )


def envelopes() -> dict[int, bytes]:
    with owner_transaction() as session:
        rows = session.execute(
            text("SELECT id, totp_secret_sealed FROM account WHERE totp_secret_sealed IS NOT NULL")
        )
        return {row.id: bytes(row.totp_secret_sealed) for row in rows}


def opened() -> dict[int, str]:
    return {id_: SECRET.open(envelope, id_) for id_, envelope in envelopes().items()}


def test_everything_is_sealed_with_the_new_key_and_the_old_one_is_gone(
    secrets: dict[int, str],
) -> None:
    old = settings().master_keys[0].id
    done = rotation.rotate()
    assert [key.id for key in settings().master_keys] == [done.new_key]
    assert done.retired == [old]
    assert done.resealed["account.totp_secret_sealed"] == PEOPLE
    assert {key_id_of(each) for each in envelopes().values()} == {done.new_key}
    assert opened() == secrets
    assert stat.S_IMODE(settings().keys_file.stat().st_mode) == 0o600


def test_the_chain_of_the_trail_still_verifies_after_a_rotation() -> None:
    organization()
    with transaction(SYSTEM) as session:
        audit_chain.seal(session)
    rotation.rotate()
    with owner_transaction() as session:
        assert audit_chain.verify(session).broken is None


def test_a_key_that_something_still_needs_is_kept(secrets: dict[int, str]) -> None:
    old = settings().master_keys[0].id
    one, other, *_ = secrets
    with owner_transaction() as session:  # an envelope in the wrong row does not open
        session.execute(
            text(
                "UPDATE account SET totp_secret_sealed ="
                " (SELECT totp_secret_sealed FROM account WHERE id = :other) WHERE id = :one"
            ),
            {"one": one, "other": other},
        )
    done = rotation.rotate()
    assert done.unopened["account.totp_secret_sealed"] == [one]
    assert (done.retired, done.kept) == ([], [old])


def test_what_is_written_during_a_rotation_is_neither_lost_nor_left_behind(
    secrets: dict[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 3)
    stop, written = threading.Event(), dict(secrets)

    def write_on() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            id_ = list(written)[number % PEOPLE]
            put(id_, f"LATER{number}")
            written[id_] = f"LATER{number}"

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        done = rotation.rotate()
    finally:
        stop.set()
        writer.join()
    assert opened() == written
    assert {key_id_of(each) for each in envelopes().values()} == {done.new_key}


def test_a_value_changed_between_reading_and_sealing_anew_is_kept(
    secrets: dict[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hurried = iter(secrets)

    def unseal_slowly(envelope: bytes, purpose: str, record: object) -> bytes:
        if record == (id_ := next(hurried, None)):
            put(id_, f"MEANWHILE{id_}")
        return unseal(envelope, purpose, record)

    monkeypatch.setattr(rotation, "unseal", unseal_slowly)
    rotation.rotate()
    assert opened() == {id_: f"MEANWHILE{id_}" for id_ in secrets}


def test_the_old_keys_outlast_a_transaction_that_may_still_use_them(
    secrets: dict[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "PATIENCE_SECONDS", 0.6)
    old = settings().master_keys[0].id
    with transaction(SYSTEM) as session:
        session.execute(text("SELECT 1"))
        with pytest.raises(SettingsError, match="still going on"):
            rotation.rotate()
    assert old in [key.id for key in settings().master_keys]
    assert opened() == secrets
    assert rotation.rotate().retired == [old]


def test_only_one_rotation_goes_on_at_a_time() -> None:
    with (
        rotation._alone(settings().data_dir),
        pytest.raises(SettingsError, match="already"),
    ):
        rotation.rotate()


ROTATE_SLOWLY = """
import time
import securecare.tables
from securecare.foundation import rotation
rotation.BATCH = 1
def told(column, done):
    print(column, done, flush=True)
    time.sleep(0.02)
rotation.rotate(told)
"""


@pytest.mark.parametrize("batches", [0, 1, 7, PEOPLE - 1, PEOPLE])
def test_a_rotation_killed_at_any_point_is_finished_by_the_next(
    secrets: dict[int, str], batches: int
) -> None:
    first = settings().master_keys[0].id
    process = subprocess.Popen(
        [sys.executable, "-c", ROTATE_SLOWLY],
        cwd=ROOT,
        env=os.environ.copy(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    if batches == 0:
        _until_there_are_two_keys(process)
    for _ in range(batches):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert opened() == secrets
    done = rotation.rotate()
    assert opened() == secrets
    assert {key_id_of(each) for each in envelopes().values()} == {done.new_key}
    assert first not in [key.id for key in settings().master_keys]
    assert len(settings().master_keys) == 1


def _until_there_are_two_keys(process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 30
    while len(settings().master_keys) < 2 and time.monotonic() < deadline:
        assert process.poll() is None
        time.sleep(0.005)
