"""The ends of the audit chain, noted outside the database.

Whoever deletes the newest seals together with their events leaves a shorter chain that is whole in
itself. So each new end is also written into a file of the data folder and into the log. A database
that lacks an end noted there, or holds another in its place, has lost part of its trail.
"""

import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlmodel import Session, col, select

from securecare.foundation import clock
from securecare.foundation.models import AuditSeal
from securecare.settings import settings

log = logging.getLogger(__name__)

FOLDER = "audit-heads"
_LAST_BYTES = 400
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain at some moment: its newest batch, and the digest over all there was."""

    seal_id: int
    digest: str

    def __str__(self) -> str:
        return f"{self.seal_id} {self.digest}"


def present(session: Session) -> Head | None:
    """The newest end in the database, or None where nothing was sealed yet."""
    last = session.exec(
        select(AuditSeal.id, AuditSeal.digest).order_by(col(AuditSeal.id).desc()).limit(1)
    ).first()
    return None if last is None else Head(last[0] or 0, last[1].hex())


def file() -> Path:
    """Where the ends of this installation's database are noted. Each database has a file of its own."""
    told = settings()
    url = make_url(told.database_url)
    address = f"{url.host or url.query.get('host')}:{url.port}/{url.database}"
    where = "embedded" if told.embedded else sha256(address.encode()).hexdigest()[:8]
    return told.data_dir / FOLDER / f"{url.database}-{where}"


def note(head: Head) -> None:
    """Write the end down, unless it is the one written last. A full disk stops nobody's work."""
    try:
        if _last() == head:
            return
        path = file()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        line = f"{clock.now().isoformat(timespec='seconds')} {head}\n"
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "a") as kept:
            kept.write(line)
    except OSError as refused:
        log.warning("The end of the audit trail could not be noted: %s", refused)
    log.info("The audit trail is sealed up to batch %s", head)


def noted() -> list[Head]:
    """Every end that was noted, oldest first."""
    return list(_heads(file().read_text())) if file().exists() else []


def put_aside(head: Head | None) -> None:
    """Begin anew with the end that a restored backup has; what was noted before is kept beside."""
    path = file()
    if path.exists():
        path.rename(path.with_name(f"{path.name}.until-{clock.now():%Y%m%dT%H%M%S}"))
    if head is not None:
        note(head)


def lacking(session: Session, heads: Sequence[Head]) -> Head | None:
    """The first of these ends that the database does not hold, as it was noted."""
    for first in range(0, len(heads), _AT_ONCE):
        some = heads[first : first + _AT_ONCE]
        found = dict(
            session.execute(
                select(AuditSeal.id, AuditSeal.digest).where(
                    col(AuditSeal.id).in_([head.seal_id for head in some])
                )
            ).all()
        )
        for head in some:
            if (digest := found.get(head.seal_id)) is None or digest.hex() != head.digest:
                return head
    return None


def _last() -> Head | None:
    path = file()
    if not path.exists():
        return None
    with path.open("rb") as kept:
        kept.seek(max(path.stat().st_size - _LAST_BYTES, 0))
        text = kept.read().decode(errors="replace")
    return next(reversed(list(_heads(text))), None)


def _heads(text: str) -> Iterator[Head]:
    """A line cut short, by a full disk or by reading from the middle, is passed over."""
    for line in text.splitlines():
        words = line.split()
        if len(words) == 3 and words[1].isdigit() and len(words[2]) == 64:
            yield Head(int(words[1]), words[2])
