"""Private notes: sealed at rest, for staff with the permission, bound to their appointment."""

import uuid

from securecare.foundation import sealing

COLUMN = "appointment.private_note_sealed"


def seal(note: str, public_id: uuid.UUID) -> bytes:
    """The note as it is stored."""
    return sealing.seal(note.encode(), COLUMN, str(public_id))


def unseal(envelope: bytes | None, public_id: uuid.UUID) -> str:
    """The note as it was written; "" where there is none. Raises `SealBroken`."""
    return sealing.unseal(envelope, COLUMN, str(public_id)).decode() if envelope else ""
