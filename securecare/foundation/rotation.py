"""Changing the master key while the system runs, so that being killed at any point does no harm.

First the new key is written beside the old ones: from then on everything new is sealed with it and
everything still opens. Then every envelope of an old key is sealed anew, in small transactions that
each leave things whole. Old keys go last, and only once nothing is sealed with them. Begun again
after a kill, it goes on with the key that it made.
"""

import fcntl
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session

from securecare.foundation import audit
from securecare.foundation.db import owner_transaction
from securecare.foundation.sealing import SEALED, SealBroken, SealedColumn, header_of, seal, unseal
from securecare.settings import (
    MasterKey,
    Settings,
    SettingsError,
    new_master_key,
    parse_master_keys,
    settings,
    written,
)

BATCH = 200
PATIENCE_SECONDS = 120.0
"""How long transactions that began before the new key may go on."""

Told = Callable[[str, int], None]


@dataclass(slots=True)
class Rotation:
    """What a rotation did. `kept` are old keys that are still needed, or not ours to remove."""

    new_key: str
    resealed: dict[str, int] = field(default_factory=dict)
    unopened: dict[str, list[int]] = field(default_factory=dict)
    """Rows by column whose envelopes did not open; they were left as they are."""
    retired: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def rotate(told: Told = lambda column, done: None) -> Rotation:
    """Make a new master key, seal everything with it, and retire the old ones.

    Keys that come from the environment are not ours to make or remove: the first of them is taken
    for the new one. Where an earlier rotation was cut short, that one is finished. `told` hears
    after each batch how many rows of a column are done. Raises `SettingsError`.
    """
    here = settings()
    with _alone(here.data_dir):
        ours = not os.environ.get("SECURECARE_MASTER_KEYS", "").strip()
        if ours and len(here.master_keys) == 1:
            _write(here, (*parse_master_keys(new_master_key(), "new"), *here.master_keys))
        done = Rotation(here.master_keys[0].id)
        began = _database_time()
        _reseal_everything(done, told)
        _await_transactions_before(began)
        _reseal_everything(done, told)  # what they had sealed with a key they read before
        _retire(here, done, ours)
        with owner_transaction() as session:
            _note(session, done)
    return done


def _reseal_everything(done: Rotation, told: Told) -> None:
    for column in SEALED.values():
        after, changed = 0, done.resealed.setdefault(column.purpose, 0)
        done.unopened[column.purpose] = []
        while True:
            with owner_transaction() as session:
                batch = _batch(session, column, after, done.new_key)
                for row_id, record, envelope in batch:
                    if _reseal(session, column, row_id, record, envelope):
                        changed += 1
                    else:
                        done.unopened[column.purpose].append(row_id)
            if not batch:
                break
            after = batch[-1][0]
            done.resealed[column.purpose] = changed
            told(column.purpose, changed)


def _batch(
    session: Session, column: SealedColumn, after: int, new_key: str
) -> list[tuple[int, object, bytes]]:
    """The next rows that are sealed with another key. Nobody needs to hear of their change."""
    session.execute(text("SELECT set_config('app.quiet', 'on', true)"))
    head = header_of(new_key)
    rows = session.execute(
        text(
            f"SELECT id, {column.bound_to} AS record, {column.column} AS envelope"  # noqa: S608
            f" FROM {column.table} WHERE id > :after AND {column.column} IS NOT NULL"
            f" AND substring({column.column} FROM 1 FOR :length) <> :head"
            " ORDER BY id LIMIT :limit"
        ),
        {"after": after, "length": len(head), "head": head, "limit": BATCH},
    )
    return [(row.id, row.record, bytes(row.envelope)) for row in rows]


def _reseal(
    session: Session, column: SealedColumn, row_id: int, record: object, envelope: bytes
) -> bool:
    """Seal one row anew, unless somebody changed it meanwhile; False if it does not open."""
    try:
        plaintext = unseal(envelope, column.purpose, record)
    except SealBroken:
        return False
    session.execute(
        text(
            f"UPDATE {column.table} SET {column.column} = :new"  # noqa: S608
            f" WHERE id = :id AND {column.column} = :old"
        ),
        {"new": seal(plaintext, column.purpose, record), "id": row_id, "old": envelope},
    )
    return True


def _database_time() -> datetime:
    """By the clock that tells when transactions began."""
    with owner_transaction() as session:
        return session.execute(text("SELECT clock_timestamp()")).scalar_one()


def _await_transactions_before(began: datetime) -> None:
    """Wait for whoever may have read the keys before the new one was there."""
    patience = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < patience:
        with owner_transaction() as session:
            if not session.execute(_OLDER, {"began": began}).scalar():
                return
        time.sleep(0.2)
    raise SettingsError(
        "A transaction that began before the new key is still going on; the old keys stay. "
        "Start the rotation again later."
    )


def _retire(here: Settings, done: Rotation, ours: bool) -> None:
    """Remove old keys that seal nothing any more."""
    newest, *old = here.master_keys
    needed = {key.id for key in old if _in_use(key)}
    for key in old:
        (done.kept if key.id in needed or not ours else done.retired).append(key.id)
    if done.retired:
        _write(here, (newest, *(key for key in old if key.id in needed)))


def _in_use(key: MasterKey) -> bool:
    head = header_of(key.id)
    with owner_transaction() as session:
        return any(
            session.execute(
                text(
                    f"SELECT 1 FROM {column.table} WHERE"  # noqa: S608
                    f" substring({column.column} FROM 1 FOR :length) = :head LIMIT 1"
                ),
                {"length": len(head), "head": head},
            ).first()
            for column in SEALED.values()
        )


def _note(session: Session, done: Rotation) -> None:
    audit.record_system(
        session,
        "Key rotation",
        "keys.rotated",
        ("master_key", None),
        organization_id=None,
        rows=sum(done.resealed.values()),
        new_key=done.new_key,
        retired=done.retired,
    )


def _write(here: Settings, keys: tuple[MasterKey, ...]) -> None:
    """Replace the key file at one stroke: whoever reads it finds the old one or the new one."""
    draft = here.keys_file.with_name(f".{here.keys_file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(written(keys))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(here.keys_file)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()
    folder = os.open(here.data_dir, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """Only one rotation at a time."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "keys.turn").open("a") as turn:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsError("The keys are being rotated already.") from None
        yield


_OLDER = text("""
    SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
       AND state <> 'idle' AND xact_start < :began
""")
