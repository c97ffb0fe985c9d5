"""Where encrypted files lie: in a folder, or in a bucket that speaks S3. Neither ever sees a key.

A file is named `organization/ab/document.random`, all of it hexadecimal or decimal: no name that
anybody gave is ever part of a path.
"""

import os
import re
import secrets
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import urlsplit

from securecare.documents.errors import FileMissing, VaultOutOfReach
from securecare.settings import settings

_NAME = re.compile(r"\d{1,19}/[0-9a-f]{2}/[0-9a-f]{32}\.[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the vault, without its content."""

    key: str
    bytes: int
    written_at: datetime


class Store(Protocol):
    """A place for encrypted files. All of it may raise `VaultOutOfReach`, or `FileMissing`."""

    @property
    def drafts(self) -> Path:
        """A folder of this machine for files that are still being written."""
        ...

    def put(self, key: str, draft: Path) -> None:
        """Take over a finished draft: afterwards it lies under its key, safe from a loss of power."""
        ...

    def open(self, key: str) -> BinaryIO:
        """The file, to be read from its beginning and closed."""
        ...

    def bytes_of(self, key: str) -> int:
        """How large the file is."""
        ...

    def remove(self, key: str) -> None:
        """Remove the file, if it is there."""
        ...

    def listed(self) -> Iterator[Kept]:
        """Every file there is, in no particular order."""
        ...


def store() -> Store:
    """The place that the settings name."""
    told = settings()
    if told.in_bucket:
        from securecare.documents.bucket import bucket

        parts = urlsplit(told.vault)
        return bucket(
            parts.netloc, parts.path.strip("/"), told.vault_endpoint, told.data_dir / "vault-drafts"
        )
    return FolderStore(told.vault_folder)


def new_name(organization_id: int, public_id: uuid.UUID) -> str:
    """A name for a new file of this document; none is ever used twice."""
    return f"{beginning(organization_id, public_id)}{secrets.token_hex(8)}"


def beginning(organization_id: int, public_id: uuid.UUID) -> str:
    """How the names of all files of this document begin."""
    return f"{organization_id}/{public_id.hex[:2]}/{public_id.hex}."


def is_name(key: str) -> bool:
    """Whether this can be the name of a file in the vault."""
    return _NAME.fullmatch(key) is not None


class FolderStore:
    """Files in a folder that only its owner may enter."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def drafts(self) -> Path:
        return self.root / "drafts"

    def put(self, key: str, draft: Path) -> None:
        place = self._place(key)
        try:
            _ensure_folder(place.parent, self.root)
            draft.replace(place)
            _flush_folder(place.parent)
        except OSError:
            raise VaultOutOfReach from None

    def open(self, key: str) -> BinaryIO:
        try:
            return self._place(key).open("rb", buffering=0)  # pyright: ignore[reportReturnType]
        except FileNotFoundError:
            raise FileMissing from None
        except OSError:
            raise VaultOutOfReach from None

    def bytes_of(self, key: str) -> int:
        try:
            return self._place(key).stat().st_size
        except FileNotFoundError:
            raise FileMissing from None
        except OSError:
            raise VaultOutOfReach from None

    def remove(self, key: str) -> None:
        try:
            self._place(key).unlink(missing_ok=True)
        except OSError:
            raise VaultOutOfReach from None

    def listed(self) -> Iterator[Kept]:
        for file in self.root.glob("*/*/*"):
            key = file.relative_to(self.root).as_posix()
            if not is_name(key):
                continue
            with suppress(FileNotFoundError):  # removed meanwhile
                told = file.stat()
                yield Kept(key, told.st_size, datetime.fromtimestamp(told.st_mtime, UTC))

    def _place(self, key: str) -> Path:
        if not is_name(key):
            raise FileMissing
        return self.root / key


def _ensure_folder(folder: Path, root: Path) -> None:
    """Make the folder and those above it, each one safe from a loss of power."""
    if folder.is_dir():
        return
    if folder != root:
        _ensure_folder(folder.parent, root)
    folder.mkdir(mode=0o700, parents=folder == root, exist_ok=True)
    _flush_folder(folder.parent)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
