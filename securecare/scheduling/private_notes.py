"""Private notes: sealed at rest, for staff with the permission, bound to their appointment."""

import uuid

from securecare.foundation.sealing import sealed_column

COLUMN = sealed_column("appointment", "private_note_sealed", bound_to="public_id")


def seal(note: str, public_id: uuid.UUID) -> bytes:
    """The note as it is stored."""
    return COLUMN.seal(note, public_id)


def unseal(envelope: bytes | None, public_id: uuid.UUID) -> str:
    """The note as it was written; "" where there is none. Raises `SealBroken`."""
    return COLUMN.open(envelope, public_id) if envelope else ""
