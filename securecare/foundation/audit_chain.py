"""The proof that the audit trail is whole: batches of events under keyed digests, each chained on.

A batch lists its events. It holds those of transactions below its horizon that no earlier batch
holds; the horizon is the oldest transaction still running, so an event that commits late lies above
it and falls into a later batch. Transaction numbers mean something within one database server only.
On another one (after a restore) a marker notes where its own numbers begin; once every transaction
of that moment is over, whatever no batch lists yet is sealed, and then things go on as before.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from securecare.foundation.models import AuditEvent, AuditKey, AuditSeal
from securecare.foundation.sealing import SealBroken, sealed_column

SECRET = sealed_column("audit_key", "secret_sealed", bound_to="name")
SEALING_LOCK = 7_305_003
MOST_IN_A_BATCH = 5_000
START = bytes(32)


@dataclass(frozen=True, slots=True)
class Broken:
    """The first batch that is not as it was sealed."""

    seal_id: int
    why: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification found. `head` is the last digest: noted elsewhere, it proves the end."""

    batches: int
    events: int
    unsealed: int
    broken: Broken | None
    head: str


def seal(session: Session) -> int:
    """Seal the next batch of finished events; gives their number, 0 when none wait.

    For one transaction of the system scope. Where another process is sealing, leaves it to that.
    """
    if not session.execute(_TRY_LOCK, {"lock": SEALING_LOCK}).scalar():
        return 0
    here = session.execute(_HERE).one()
    last = session.exec(select(AuditSeal).order_by(col(AuditSeal.id).desc()).limit(1)).first()
    if last is None or last.cluster != here.cluster:
        last = _append(session, [], last, _marker(session, here))
    if last.settles_at is not None and here.oldest < last.settles_at:
        return 0
    if last.settles_at is not None and (events := _unlisted(session, last.known_to)):
        settling = Bounds(last.cluster, last.horizon, last.known_to, last.settles_at)
        _append(session, events, last, settling)
        return len(events)
    events, horizon = _finished(session, last, here.oldest)
    if events or last.settles_at is not None:
        _append(session, events, last, Bounds(last.cluster, horizon, last.known_to, None))
    return len(events)


def seal_all(session: Session) -> int:
    """Seal until nothing waits."""
    total = 0
    while sealed := seal(session):
        total += sealed
    return total


def verify(session: Session) -> Report:
    """Recompute the whole chain. Reads every event; for the owner of the tables."""
    before, batches, events, broken = START, 0, 0, None
    keys = _keys(session)
    for batch in _batches(session):
        why = _fault(session, batch, before, keys)
        if why:
            broken = Broken(batch.id or 0, why)
            break
        before, batches, events = batch.digest, batches + 1, events + len(batch.event_ids)
    if broken is None:
        broken = _listed_twice(session)
    unsealed = session.execute(_COUNT_UNLISTED).scalar_one()
    return Report(batches, events, unsealed, broken, before.hex())


@dataclass(frozen=True, slots=True)
class Bounds:
    """Up to where a batch goes; the meanings stand with the columns of `AuditSeal`."""

    cluster: str
    horizon: int
    known_to: int
    settles_at: int | None


def _marker(session: Session, here: Any) -> Bounds:
    known_to = session.execute(text("SELECT coalesce(max(id), 0) FROM audit_event")).scalar_one()
    return Bounds(here.cluster, here.oldest, known_to, here.next)


def _append(
    session: Session, events: Sequence[Any], last: AuditSeal | None, bounds: Bounds
) -> AuditSeal:
    name, secret = _current_key(session)
    previous = last.digest if last else START
    batch = AuditSeal(
        event_ids=[event.id for event in events],
        first_event_id=min((event.id for event in events), default=0),
        last_event_id=max((event.id for event in events), default=0),
        previous_digest=previous,
        digest=_digest(secret, previous, events),
        key_id=name,
        **asdict(bounds),
    )
    session.add(batch)
    session.flush()
    return batch


def _unlisted(session: Session, known_to: int) -> Sequence[Any]:
    """The next events of before the marker that no batch lists."""
    listed = select(func.unnest(col(AuditSeal.event_ids)))
    return session.execute(
        _EVENTS.where(col(AuditEvent.id) <= known_to, col(AuditEvent.id).not_in(listed))
        .order_by(col(AuditEvent.id))
        .limit(MOST_IN_A_BATCH)
    ).all()


def _finished(session: Session, last: AuditSeal, oldest: int) -> tuple[Sequence[Any], int]:
    """The next events of whole, finished transactions, and the horizon that this makes."""
    number = col(AuditEvent.transaction)
    waiting = (number >= last.horizon, number < oldest, col(AuditEvent.id) > last.known_to)
    horizon = oldest
    beyond = session.execute(
        select(number).where(*waiting).order_by(number).offset(MOST_IN_A_BATCH).limit(1)
    ).scalar()
    if beyond is not None:
        horizon = beyond + 1
    events = session.execute(
        _EVENTS.where(*waiting, number < horizon).order_by(col(AuditEvent.id))
    ).all()
    return events, horizon


def _batches(session: Session) -> Iterator[AuditSeal]:
    after = 0
    while True:
        page = session.exec(
            select(AuditSeal)
            .where(col(AuditSeal.id) > after)
            .order_by(col(AuditSeal.id))
            .limit(200)
            .execution_options(populate_existing=True)
        ).all()
        if not page:
            return
        yield from page
        after = page[-1].id or 0
        session.expunge_all()


def _fault(session: Session, batch: AuditSeal, before: bytes, keys: dict[str, bytes]) -> str | None:
    """Why the batch is not as it was sealed, or None."""
    if batch.previous_digest != before:
        return "it does not follow the batch before it"
    secret = keys.get(batch.key_id)
    if secret is None:
        return "its key cannot be opened"
    events = session.execute(
        _EVENTS.where(col(AuditEvent.id).in_(batch.event_ids)).order_by(col(AuditEvent.id))
    ).all()
    if len(events) != len(batch.event_ids):
        return f"{len(batch.event_ids) - len(events)} of its events are missing"
    if not hmac.compare_digest(_digest(secret, before, events), batch.digest):
        return "one of its events, or the list of them, was changed"
    return None


def _listed_twice(session: Session) -> Broken | None:
    twice = session.execute(_LISTED_TWICE).first()
    return Broken(twice.id, "it lists an event that an earlier batch holds") if twice else None


def _digest(secret: bytes, previous: bytes, events: Sequence[Any]) -> bytes:
    chain = hmac.new(secret, previous, hashlib.sha256)
    for event in events:
        line = _canonical(event)
        chain.update(len(line).to_bytes(8))
        chain.update(line)
    return chain.digest()


def _canonical(event: Any) -> bytes:
    """One spelling for one event, whatever made it."""
    values = dict(event._mapping)  # noqa: SLF001  the public name of a row's columns
    values["at"] = values["at"].astimezone(UTC).isoformat()
    return json.dumps(values, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()


def _current_key(session: Session) -> tuple[str, bytes]:
    """The newest key of the chain that opens; made when there is none."""
    kept = session.exec(select(AuditKey).order_by(col(AuditKey.id).desc()).limit(1)).first()
    if kept is None:
        name, secret = f"chain-{secrets.token_hex(8)}", secrets.token_hex(32)
        kept = AuditKey(name=name, secret_sealed=SECRET.seal(secret, name))
        session.add(kept)
        session.flush()
    return kept.name, bytes.fromhex(SECRET.open(kept.secret_sealed, kept.name))


def _keys(session: Session) -> dict[str, bytes]:
    opened = {}
    for key in session.exec(select(AuditKey)):
        with suppress(SealBroken):
            opened[key.name] = bytes.fromhex(SECRET.open(key.secret_sealed, key.name))
    return opened


_EVENTS = select(*AuditEvent.__table__.columns)  # type: ignore[attr-defined]
_TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(:lock)")
_HERE = text("""
    SELECT (SELECT system_identifier::text FROM pg_control_system()) AS cluster,
           pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest,
           pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS next
""")
_COUNT_UNLISTED = text("""
    SELECT count(*) FROM audit_event AS event
     WHERE NOT EXISTS (SELECT FROM (SELECT unnest(event_ids) AS id FROM audit_seal) AS listed
                        WHERE listed.id = event.id)
""")
_LISTED_TWICE = text("""
    SELECT max(seal.id) AS id FROM audit_seal AS seal, unnest(seal.event_ids) AS event_id
     GROUP BY event_id HAVING count(*) > 1 ORDER BY 1 LIMIT 1
""")
