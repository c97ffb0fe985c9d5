"""Taking in a file: counted, looked at, encrypted and written while it comes, a chunk at a time.

Nothing of it is ever on disk in clear, nor as a whole in memory. All of it happens outside any
transaction; what comes of it is noted by `documents.store` or `documents.replace`.
"""

import hashlib
import os
import secrets
import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from securecare.documents import chunks, media, names, office, stores
from securecare.documents.chunks import CHUNK
from securecare.documents.errors import Empty, TooLarge, VaultOutOfReach
from securecare.documents.stores import Store
from securecare.foundation import clock

MOST_BYTES = 25 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Place:
    """Which document of which organization a file is for."""

    organization_id: int
    public_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Received:
    """A file that lies in the vault and that no row knows yet."""

    place: Place
    file_name: str
    media_type: str
    size_bytes: int
    sha256: bytes
    storage_key: str
    stored_bytes: int
    at: datetime
    file_key: bytes = field(repr=False)


def receive(
    place: Place, name: str, blocks: Iterable[bytes], into: Store | None = None
) -> Received:
    """Take in a file that is already at hand. Raises what `Receiving` does."""
    receiving = Receiving(place, name, into)
    try:
        for block in blocks:
            receiving.feed(block)
        return receiving.finish()
    except BaseException:
        receiving.abandon()
        raise


class Receiving:
    """A file on its way into the vault. Whoever begins one must finish or abandon it."""

    def __init__(self, place: Place, name: str, into: Store | None = None) -> None:
        self._place, self._name = place, name
        self._store = into or stores.store()
        self._storage_key = stores.new_name(place.organization_id, place.public_id)
        self._file_key = chunks.new_key()
        self._sealer = chunks.Sealer(self._file_key, self._storage_key)
        self._waiting = bytearray()
        self._size = 0
        self._written = 0
        self._hash = hashlib.sha256()
        self._type: str | None = None
        self._text: media.TextCheck | None = None
        self._draft, self._file = _draft(self._store.drafts)
        self._write(chunks.MARK)

    def feed(self, block: bytes) -> None:
        """Take the next bytes. Raises `TooLarge`, `NotThisKind` or `VaultOutOfReach`."""
        self._size += len(block)
        if self._size > MOST_BYTES:
            raise TooLarge(MOST_BYTES)
        self._waiting += block
        while len(self._waiting) > CHUNK:
            self._take(bytes(memoryview(self._waiting)[:CHUNK]), last=False)
            del self._waiting[:CHUNK]

    def finish(self) -> Received:
        """Put the file into the vault. Raises `Empty`, `NotThisKind`, `Unsafe`, `VaultOutOfReach`."""
        if not self._size:
            raise Empty
        self._take(bytes(self._waiting), last=True)
        media_type = self._found_type()
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        except OSError:
            raise VaultOutOfReach from None
        self._store.put(self._storage_key, self._draft)
        return Received(
            self._place,
            names.cleaned(self._name, media_type),
            media_type,
            self._size,
            self._hash.digest(),
            self._storage_key,
            self._written,
            clock.now(),
            self._file_key,
        )

    def abandon(self) -> None:
        """Leave nothing of it behind."""
        with suppress(OSError):
            self._file.close()
            self._draft.unlink(missing_ok=True)

    def _take(self, chunk: bytes, *, last: bool) -> None:
        if not self._written > len(chunks.MARK):
            self._type = media.found_in(chunk[: media.HEAD])
            self._text = None if self._type else media.TextCheck(chunk[: media.HEAD])
        if self._text:
            self._text.feed(chunk, last=last)
        self._write(self._sealer.chunk(chunk, last=last))

    def _write(self, sealed: bytes) -> None:
        try:
            self._file.write(sealed)
        except OSError:
            raise VaultOutOfReach from None
        self._hash.update(sealed)
        self._written += len(sealed)

    def _found_type(self) -> str:
        if self._type is None:
            return media.text_type(self._name)
        if self._type != media.ARCHIVE:
            return self._type
        self._file.flush()
        with self._draft.open("rb") as source:
            opened = chunks.Opened(source, self._file_key, self._storage_key, self._size)
            return office.type_of(opened)  # pyright: ignore[reportArgumentType]


def _draft(folder: Path) -> tuple[Path, BinaryIO]:
    draft = folder / secrets.token_hex(16)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        return draft, os.fdopen(descriptor, "wb", buffering=0)  # pyright: ignore[reportReturnType]
    except OSError:
        raise VaultOutOfReach from None
