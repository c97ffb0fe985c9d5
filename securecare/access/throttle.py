"""Growing pauses after failed sign-ins: by account, by address, and never for good.

An attempt is counted before it is checked, so that many at once cannot slip past; a success takes
it back. Three keys are counted. The pair of account and address is strict. The account alone is
mild, since anybody may guess at anybody's account. The address alone is wide, since an office
shares one. A browser that this account has signed in from before is counted for itself, so that
nobody else's failures keep its owner out.
"""

import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, col, delete

from securecare.access.models import SignInThrottle
from securecare.foundation import clock
from securecare.foundation.errors import DomainError

FORGOTTEN_AFTER = timedelta(hours=1)
FIRST_PAUSE_SECONDS = 5


class Paused(DomainError):
    """Too many failures; `seconds` until the next attempt is looked at."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many attempts. Try again in {in_words(seconds)}.")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Key:
    """What failures are counted by: how many are free, and how long a pause may become."""

    digest: bytes
    free: int
    longest_seconds: int


def keys(purpose: str, account: str, address: str, known_device: bytes | None) -> list[Key]:
    """The keys of one attempt. `account` is what was typed, whether or not it exists."""
    if known_device is not None:
        return [Key(_digest(purpose, "device", account, known_device.hex()), 5, 900)]
    place = network(address)
    return [
        Key(_digest(purpose, "pair", account, place), 5, 900),
        Key(_digest(purpose, "account", account), 20, 60),
        Key(_digest(purpose, "address", place), 50, 900),
    ]


def letter_keys(purpose: str, email: str, address: str) -> list[Key]:
    """The keys of asking for a letter: every one counts, whatever becomes of it.

    Nobody's mailbox is filled by strangers, and whoever asks in vain may ask again after a while.
    """
    place = network(address)
    return [
        Key(_digest(purpose, "pair", email, place), 3, 900),
        Key(_digest(purpose, "account", email), 6, 600),
        Key(_digest(purpose, "address", place), 20, 900),
    ]


def network(address: str) -> str:
    """The address as counted: of an IPv6 address its /64, which one household or host has whole."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def take_attempt(session: Session, attempt: Sequence[Key]) -> None:
    """Count an attempt, or raise `Paused`. Its transaction must commit before the check is made."""
    now = clock.now()
    ordered = _in_turn(session, attempt)
    blocked = session.execute(_BLOCKED, {"keys": [k.digest for k in ordered], "now": now}).scalar()
    if blocked is not None:
        raise Paused(max(1, round((blocked - now).total_seconds())))
    for key in ordered:
        session.execute(_COUNT, _as_row(key, now))


def take_back(session: Session, attempt: Sequence[Key]) -> None:
    """The attempt succeeded: forget the failures of its own key, uncount it for the shared ones."""
    _in_turn(session, attempt)
    own, *shared = attempt
    session.execute(delete(SignInThrottle).where(col(SignInThrottle.key_hash) == own.digest))
    for key in shared:
        session.execute(_UNCOUNT, {"key_hash": key.digest})


def purge(session: Session, most: int) -> int:
    """Forget so many failures that no longer count. For a job, in the system scope."""
    asked = {"before": clock.now() - FORGOTTEN_AFTER, "most": most}
    return len(session.execute(_NO_LONGER_COUNTED, asked).all())


def in_words(seconds: int) -> str:
    """A pause as a person would say it."""
    if seconds < 90:
        return f"{seconds} second{'s' if seconds != 1 else ''}"
    return f"{round(seconds / 60)} minutes"


def _in_turn(session: Session, attempt: Sequence[Key]) -> list[Key]:
    """Nobody else counts by these keys until the end. Everybody takes them in the same order."""
    ordered = sorted(attempt, key=lambda key: key.digest)
    for key in ordered:
        session.execute(_LOCK, {"key": int.from_bytes(key.digest[:8], signed=True)})
    return ordered


def _digest(*parts: str) -> bytes:
    return hashlib.sha256("\x1f".join(parts).encode()).digest()


def _as_row(key: Key, now: datetime) -> dict[str, object]:
    return {
        "key_hash": key.digest,
        "now": now,
        "stale": now - FORGOTTEN_AFTER,
        "free": key.free,
        "first": FIRST_PAUSE_SECONDS,
        "longest": key.longest_seconds,
    }


_LOCK = text("SELECT pg_advisory_xact_lock(:key)")
_BLOCKED = text(
    "SELECT max(blocked_until) FROM sign_in_throttle"
    " WHERE key_hash = ANY(:keys) AND blocked_until > :now"
)
_COUNT = text("""
    WITH counted AS (
        SELECT 1 + coalesce((SELECT failures FROM sign_in_throttle
                              WHERE key_hash = :key_hash AND last_failure_at > :stale), 0) AS n
    )
    INSERT INTO sign_in_throttle (key_hash, failures, last_failure_at, blocked_until)
    SELECT :key_hash, n, :now,
           CASE WHEN n >= CAST(:free AS int) THEN CAST(:now AS timestamptz) + make_interval(secs =>
               least(CAST(:longest AS int), :first * power(2, least(n - CAST(:free AS int), 20))))
           END
      FROM counted
    ON CONFLICT (key_hash) DO UPDATE SET failures = excluded.failures,
        last_failure_at = excluded.last_failure_at, blocked_until = excluded.blocked_until
""")
_UNCOUNT = text(
    "UPDATE sign_in_throttle SET failures = greatest(failures - 1, 0), blocked_until = NULL"
    " WHERE key_hash = :key_hash"
)
_NO_LONGER_COUNTED = text("""
    WITH gone AS MATERIALIZED (
        SELECT key_hash FROM sign_in_throttle WHERE last_failure_at < :before
         ORDER BY last_failure_at LIMIT :most
           FOR UPDATE SKIP LOCKED
    )
    DELETE FROM sign_in_throttle USING gone WHERE sign_in_throttle.key_hash = gone.key_hash RETURNING 1
""")
