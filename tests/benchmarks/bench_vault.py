"""The vault: a document of 25 MB stored and read, against plain AES-GCM of the same bytes.

What is kept must survive a loss of power, so the baseline writes its ciphertext to the same disk,
waits until it is there, and reads it back; it does nothing else. What AES-GCM would do without any
disk stands beside it: there the disk is most of what is measured.
"""

import os
import secrets
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from securecare.documents import documents, reading
from securecare.documents.chunks import CHUNK
from securecare.documents.documents import DocumentForm, Upload
from securecare.documents.receiving import MOST_BYTES, receive
from securecare.settings import settings
from tests.benchmarks.ground import Ground
from tests.benchmarks.sampling import calm, median
from tests.documents.cabinet import PDF, Cabinet, build

ROUNDS = 15
MEGABYTES = MOST_BYTES / 1_000_000


def measure(ground: Ground) -> dict[str, float]:
    content = PDF + secrets.token_bytes(MOST_BYTES - len(PDF))
    with ground.databases.fresh("empty"):
        cabinet = build()
        scratch = settings().vault_folder.with_name("vault-baseline")
        vault = _rounds(lambda: _stored_and_read(cabinet, content))
        plain = _rounds(lambda: _plain(content, scratch))
        memory = _rounds(lambda: _in_memory(content))
        scratch.unlink(missing_ok=True)
    return {
        "vault_mb_per_s": plain / vault,
        "vault_mb_per_s.vault_mb_per_second": MEGABYTES / vault,
        "vault_mb_per_s.baseline_plain_to_the_same_disk_mb_per_second": MEGABYTES / plain,
        "vault_mb_per_s.plain_without_a_disk_mb_per_second": MEGABYTES / memory,
        "vault_mb_per_s.against_plain_without_a_disk": memory / vault,
        "vault_mb_per_s.samples": ROUNDS,
    }


def _rounds(work: Callable[[], None]) -> float:
    """Seconds of the middle round."""
    took: list[float] = []
    for number in range(ROUNDS + 2):
        calm()
        began = time.perf_counter()
        work()
        if number >= 2:
            took.append(time.perf_counter() - began)
    return median(took)


def _stored_and_read(cabinet: Cabinet, content: bytes) -> None:
    """All of it: rights, bytes in blocks, type, digest, file, row, trail; and out again, checked."""
    place = cabinet.do(documents.place_for, cabinet.alice)
    blocks = (content[at : at + CHUNK] for at in range(0, len(content), CHUNK))
    received = receive(place, "scan.pdf", blocks)
    form = DocumentForm("A scan", cabinet.consent)
    wish = Upload(cabinet.alice, form, received, uuid.uuid4())
    id_ = cabinet.do(documents.store, wish)
    version = cabinet.detail(id_).version_id
    with cabinet.do(reading.open_version, version).opened() as opened:
        read = sum(len(chunk) for chunk in opened.chunks())
    assert read == len(content)


def _plain(content: bytes, file: Path) -> None:
    cipher, nonce = AESGCM(AESGCM.generate_key(256)), secrets.token_bytes(12)
    with file.open("wb", buffering=0) as into:
        into.write(cipher.encrypt(nonce, content, None))
        os.fsync(into.fileno())
    assert len(cipher.decrypt(nonce, file.read_bytes(), None)) == len(content)
    file.unlink()


def _in_memory(content: bytes) -> None:
    cipher, nonce = AESGCM(AESGCM.generate_key(256)), secrets.token_bytes(12)
    sealed = cipher.encrypt(nonce, content, None)
    assert len(cipher.decrypt(nonce, sealed, None)) == len(content)
