"""Removing files that no row knows: of deleted documents, and of uploads that came to nothing."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import islice

from sqlalchemy import select

from securecare.documents import stores
from securecare.documents.models import DocumentFile
from securecare.documents.stores import Store
from securecare.foundation import clock
from securecare.foundation.columns import columns_of
from securecare.foundation.db import SYSTEM, transaction

FILE = columns_of(DocumentFile)
GRACE = timedelta(hours=24)
"""So old a file must be: a younger one may belong to an upload that is just being noted."""
BATCH = 500


def sweep(vault: Store | None = None) -> int:
    """Remove what has no key and is older than the grace period; gives how many files it were.

    Asks the database in small transactions, and removes outside of them. Raises `VaultOutOfReach`.
    """
    vault = vault or stores.store()
    before, removed = clock.now() - GRACE, 0
    old = (kept.key for kept in vault.listed() if kept.written_at < before)
    for keys in _batches(old):
        for key in keys - _known(keys):
            vault.remove(key)
            removed += 1
    return removed + _forget_drafts(vault, before)


def _known(keys: set[str]) -> set[str]:
    with transaction(SYSTEM) as session:
        query = select(FILE.storage_key).where(FILE.storage_key.in_(keys))
        return set(session.execute(query).scalars())


def _batches(keys: Iterator[str]) -> Iterator[set[str]]:
    while batch := set(islice(keys, BATCH)):
        yield batch


def _forget_drafts(vault: Store, before: datetime) -> int:
    """Drafts of uploads that were cut off with the process that took them in."""
    forgotten = 0
    for draft in vault.drafts.glob("*"):
        with suppress(FileNotFoundError):
            if datetime.fromtimestamp(draft.stat().st_mtime, UTC) < before:
                draft.unlink()
                forgotten += 1
    return forgotten
