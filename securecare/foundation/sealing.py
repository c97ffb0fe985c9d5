"""Sealing: what must not be readable in the database, a backup or a dump.

AES-256-GCM. Each envelope has its own key, derived from a master key and a random salt, and is
bound to its table, column and record: moved anywhere else it does not open. The envelope names its
master key, so old ones still open while a rotation goes on.

    version (1) | length of key id (1) | key id | salt (16) | nonce (12) | ciphertext and tag
"""

import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from securecare.settings import MasterKey, settings

VERSION = 1
SALT_BYTES = 16
NONCE_BYTES = 12


class SealBroken(Exception):
    """An envelope that does not open: altered, moved, or sealed with a key that is gone.

    Tells nothing of the content; not meant for the person at the screen.
    """

    def __init__(self) -> None:
        super().__init__("A sealed value could not be opened.")


def seal(plaintext: bytes, purpose: str, record: object) -> bytes:
    """Seal for one column (`purpose`, as "appointment.private_note_sealed") of one record.

    `record` is what names the row for good, known before the row is written.
    """
    return _seal(plaintext, purpose, record, settings().master_keys[0])


def unseal(envelope: bytes, purpose: str, record: object) -> bytes:
    """What was sealed for this column of this record, or `SealBroken`."""
    header, salt, nonce, ciphertext = _parts(envelope)
    cipher = AESGCM(_derived(_master_key(key_id_of(envelope)), salt, purpose))
    try:
        return cipher.decrypt(nonce, ciphertext, _bound(header, purpose, record))
    except InvalidTag:
        raise SealBroken from None


def key_id_of(envelope: bytes) -> str:
    """Which master key the envelope was sealed with, or `SealBroken`."""
    header = _parts(envelope)[0]
    try:
        return header[2:].decode("ascii")
    except UnicodeDecodeError:
        raise SealBroken from None


def header_of(key_id: str) -> bytes:
    """How every envelope sealed with this key begins."""
    name = key_id.encode("ascii")
    return bytes((VERSION, len(name))) + name


def subkey(purpose: str, key: MasterKey, length: int = 32) -> bytes:
    """A key for something else than sealing, such as the chain of the audit trail."""
    return HKDF(SHA256(), length, None, f"securecare {purpose}".encode()).derive(key.secret)


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column of envelopes, bound to another column that names its row for good."""

    table: str
    column: str
    bound_to: str = "id"

    @property
    def purpose(self) -> str:
        """What the envelopes are bound to beside their record."""
        return f"{self.table}.{self.column}"

    def seal(self, plaintext: str, record: object) -> bytes:
        """Seal a text for the row that `record` names."""
        return seal(plaintext.encode(), self.purpose, record)

    def open(self, envelope: bytes, record: object) -> str:
        """The text that was sealed for this row, or `SealBroken`."""
        return unseal(envelope, self.purpose, record).decode()


SEALED: dict[str, SealedColumn] = {}
"""Every sealed column of the product: what a rotation of keys goes through."""


def sealed_column(table: str, column: str, bound_to: str = "id") -> SealedColumn:
    """Declare a sealed column, beside its table, so that a rotation of keys finds it."""
    declared = SealedColumn(table, column, bound_to)
    SEALED[declared.purpose] = declared
    return declared


def _seal(plaintext: bytes, purpose: str, record: object, key: MasterKey) -> bytes:
    header = header_of(key.id)
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    cipher = AESGCM(_derived(key, salt, purpose))
    return header + salt + nonce + cipher.encrypt(nonce, plaintext, _bound(header, purpose, record))


def _parts(envelope: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    if len(envelope) < 2 or envelope[0] != VERSION:
        raise SealBroken
    at = 2 + envelope[1]
    salt_end, nonce_end = at + SALT_BYTES, at + SALT_BYTES + NONCE_BYTES
    if len(envelope) < nonce_end + 16:
        raise SealBroken
    return envelope[:at], envelope[at:salt_end], envelope[salt_end:nonce_end], envelope[nonce_end:]


def _master_key(key_id: str) -> MasterKey:
    for key in settings().master_keys:
        if key.id == key_id:
            return key
    raise SealBroken


def _derived(key: MasterKey, salt: bytes, purpose: str) -> bytes:
    info = b"securecare sealing\x1f" + purpose.encode()
    return HKDF(SHA256(), 32, salt, info).derive(key.secret)


def _bound(header: bytes, purpose: str, record: object) -> bytes:
    return b"\x1f".join((header, purpose.encode(), str(record).encode()))
