"""How the bytes of a file are encrypted: in chunks, each of which opens at its own place only.

A STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: "Online Authenticated-Encryption and its
Nonce-Reuse Misuse-Resistance", 2015) over AES-256-GCM. Each file has a key of its own, used for
nothing else, so a chunk's nonce is its number and whether it is the last; the file's name in the
vault is bound to every chunk. What was cut off, put in another order, repeated, or taken from
another file does not open.

    mark (4) | chunk of 1 MiB and tag (16) | chunk and tag | ... | last chunk (0 to 1 MiB) and tag
"""

import io
import secrets
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from securecare.documents.errors import FileAltered

CHUNK = 1024 * 1024
"""Bytes of a file in each chunk but the last."""
TAG = 16
MARK = b"SCV1"


def new_key() -> bytes:
    """A key for one file."""
    return secrets.token_bytes(32)


def size_of(plain_bytes: int) -> int:
    """How many bytes a file of `plain_bytes` has in the vault."""
    return len(MARK) + plain_bytes + TAG * _chunks(plain_bytes)


class Sealer:
    """Encrypts one file, chunk after chunk. `name` is what it is called in the vault."""

    def __init__(self, key: bytes, name: str) -> None:
        self._cipher, self._bound = AESGCM(key), _bound(name)
        self._number = 0

    def chunk(self, plaintext: bytes | memoryview, *, last: bool) -> bytes:
        """The next chunk; all but the last have exactly `CHUNK` bytes."""
        sealed = self._cipher.encrypt(_nonce(self._number, last), plaintext, self._bound)
        self._number += 1
        return sealed


class Opened(io.RawIOBase):
    """The plaintext of a file in the vault, to be read from anywhere if `source` can seek.

    `plain_bytes` is how long it is said to be: a file of another length does not open. Every read
    may raise `FileAltered`.
    """

    def __init__(self, source: BinaryIO, key: bytes, name: str, plain_bytes: int) -> None:
        self._source, self._cipher, self._bound = source, AESGCM(key), _bound(name)
        self._size, self._chunks = plain_bytes, _chunks(plain_bytes)
        self._at = 0
        self._place = 0
        """The number of the chunk that `source` stands before."""
        self._held: tuple[int, bytes] = (-1, b"")
        if _exactly(source, len(MARK)) != MARK:
            raise FileAltered

    def chunks(self) -> Iterator[bytes]:
        """The whole of it, chunk by chunk, for whoever sends it on; `source` need not seek."""
        for number in range(self._chunks):
            yield self._open(number)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._source.seekable()

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        if self._at >= self._size:
            return 0
        number, within = divmod(self._at, CHUNK)
        if self._held[0] != number:
            self._held = (number, self._open(number))
        part = self._held[1][within : within + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def close(self) -> None:
        if not self.closed:
            self._source.close()
        super().close()

    def _open(self, number: int) -> bytes:
        if number != self._place:
            self._source.seek(len(MARK) + number * (CHUNK + TAG))
        last = number == self._chunks - 1
        length = self._size - number * CHUNK if last else CHUNK
        sealed = _exactly(self._source, length + TAG)
        self._place = number + 1
        if last and self._source.read(1):
            raise FileAltered
        try:
            return self._cipher.decrypt(_nonce(number, last), sealed, self._bound)
        except InvalidTag:
            raise FileAltered from None


def _chunks(plain_bytes: int) -> int:
    return max(1, -(-plain_bytes // CHUNK))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def _bound(name: str) -> bytes:
    return MARK + name.encode()


def _exactly(source: BinaryIO, length: int) -> bytes:
    """So many bytes; some sources give fewer at a time than they are asked for."""
    first = source.read(length)
    if len(first) == length:
        return first
    parts, lacking = [first], length - len(first)
    while lacking and (part := source.read(lacking)):
        parts.append(part)
        lacking -= len(part)
    if lacking:
        raise FileAltered
    return b"".join(parts)
