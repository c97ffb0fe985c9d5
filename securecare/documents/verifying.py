"""Whether every file that has a key is in the vault, as large as it was put there."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlmodel import Session

from securecare.documents import stores
from securecare.documents.errors import FileMissing
from securecare.documents.models import DocumentFile
from securecare.documents.stores import Store
from securecare.foundation.columns import columns_of

FILE = columns_of(DocumentFile)
Noted = tuple[str, int]
"""A file's name, and how many bytes it must have."""


def noted(session: Session) -> list[Noted]:
    """Every file there must be, of all organizations; asked as the owner."""
    query = select(FILE.storage_key, FILE.stored_bytes).order_by(FILE.id)
    return [(key, size) for key, size in session.execute(query)]


def faults(files: list[Noted], vault: Store | None = None) -> Iterator[str]:
    """A sentence for each file that is missing or of another size; outside of any transaction."""
    if not files:
        return
    vault = vault or stores.store()
    for key, size in files:
        try:
            found = vault.bytes_of(key)
        except FileMissing:
            yield f"The file {key} of a document is missing from the vault."
            continue
        if found != size:
            yield f"The file {key} of a document has {found:,} bytes and not {size:,}."
