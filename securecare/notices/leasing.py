"""Who sends what: notices that are due are taken for a while, and what became of them is noted.

Each is one short transaction, and nothing is sent within either. Whoever takes too long loses what
was taken: its token is no longer the one in the row, and what it then notes changes nothing.

A sender goes through what is due in one direction and remembers how far it came. Rows it has dealt
with leave traces in the index for as long as any old transaction is open anywhere; starting at the
front each time would have it read through all of them again and again.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ARRAY, BigInteger, DateTime, Integer, String, bindparam, text

from securecare.foundation import clock
from securecare.foundation.db import SYSTEM, straight, transaction

BATCH = 50
LEASE = timedelta(minutes=2)

Position = tuple[datetime, int]
BEGINNING: Position = (datetime(1, 1, 2, tzinfo=UTC), 0)


@dataclass(frozen=True, slots=True)
class Leased:
    """A notice that this sender alone may send for now."""

    id: int
    organization_id: int | None
    public_id: uuid.UUID
    use: str | None
    customer_id: int | None
    template: str
    recipient_sealed: bytes
    values_sealed: bytes
    time_zone: str | None
    business_key: str
    round: int
    attempts: int
    """This one included."""

    @property
    def key(self) -> str:
        """What the provider knows it by: the same however often it is tried."""
        again = f"/{self.round}" if self.round > 1 else ""
        return f"{self.organization_id or 0}/{self.business_key}{again}"

    @property
    def reference(self) -> str:
        """What a provider's reports about it are to name."""
        return f"{self.public_id.hex}.{self.round}"


@dataclass(frozen=True, slots=True)
class Lease:
    """What was taken, under which token, and where to go on from."""

    token: uuid.UUID
    notices: list[Leased]
    position: Position


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one leased notice.

    "queued" is again at `due_at`; `counted` tells whether it used up an attempt.
    """

    id: int
    state: str
    error: str = ""
    provider_id: str | None = None
    due_at: datetime | None = None
    counted: bool = True


def lease(
    channel: str,
    by: str,
    after: Position = BEGINNING,
    *,
    size: int = BATCH,
    lasting: timedelta = LEASE,
) -> Lease:
    """Take at most `size` notices of the channel that are due, oldest first, beyond `after`.

    A lease that has run out is due as well: whoever held it is taken for dead.
    """
    now, token = clock.now(), uuid.uuid4()
    given = {
        "channel": channel,
        "now": now,
        "after_at": after[0],
        "after_id": after[1],
        "size": size,
        "token": token,
        "by": by[:100],
        "until": now + lasting,
    }
    with transaction(SYSTEM, _BY_INDEX) as session:
        rows = straight(session, _LEASE, given)
    rows = sorted(rows, key=lambda row: (row[-1], row[0]))
    last = (rows[-1][-1], rows[-1][0]) if rows else after
    return Lease(token, [Leased(*row[:-1]) for row in rows], last)


def note(token: uuid.UUID, outcomes: Sequence[Outcome]) -> set[int]:
    """Note what became of notices leased under the token; gives the ids of those still ours."""
    if not outcomes:
        return set()
    given = {
        "token": token,
        "now": clock.now(),
        "ids": [each.id for each in outcomes],
        "states": [each.state for each in outcomes],
        "errors": [each.error for each in outcomes],
        "provider_ids": [each.provider_id for each in outcomes],
        "dues": [each.due_at for each in outcomes],
        "given_back": [0 if each.counted else 1 for each in outcomes],
    }
    with transaction(SYSTEM) as session:
        return {row[0] for row in straight(session, _NOTE, given)}


# The statistics of a table that fills and empties are always those of another hour. Without sorting,
# only the index that holds what is due in its order is left.
_BY_INDEX = "; SELECT " + ", ".join(
    f"set_config('enable_{way}', 'off', true)" for way in ("seqscan", "bitmapscan", "sort")
)
_LEASE = text("""
    WITH due AS MATERIALIZED (
        SELECT id, due_at FROM notice
         WHERE channel = :channel AND state IN ('queued', 'leased') AND due_at <= :now
           AND (due_at, id) > (:after_at, :after_id)
         ORDER BY due_at, id LIMIT :size
           FOR UPDATE SKIP LOCKED
    )
    UPDATE notice AS n
       SET state = 'leased', attempts = n.attempts + 1, lease_token = :token, leased_by = :by,
           due_at = :until
      FROM due WHERE n.id = due.id
    RETURNING n.id, n.organization_id, n.public_id, n.use, n.customer_id, n.template,
              n.recipient_sealed, n.values_sealed, n.time_zone, n.business_key, n.round, n.attempts,
              due.due_at
""").bindparams(
    bindparam("now", type_=DateTime(timezone=True)),
    bindparam("after_at", type_=DateTime(timezone=True)),
    bindparam("after_id", type_=BigInteger),
    bindparam("size", type_=Integer),
    bindparam("until", type_=DateTime(timezone=True)),
)
_NOTE = text("""
    UPDATE notice AS n
       SET state = o.state, lease_token = NULL, leased_by = '', last_error = o.error,
           attempts = n.attempts - o.given_back,
           due_at = coalesce(o.due_at, n.due_at),
           provider_id = coalesce(o.provider_id, n.provider_id),
           sent_at = CASE WHEN o.state = 'sent' THEN :now ELSE n.sent_at END,
           finished_at = CASE WHEN o.state IN ('failed', 'dead', 'withheld') THEN :now END
      FROM unnest(CAST(:ids AS bigint[]), CAST(:states AS text[]), CAST(:errors AS text[]),
                  CAST(:provider_ids AS text[]), CAST(:dues AS timestamptz[]),
                  CAST(:given_back AS int[]))
           AS o (id, state, error, provider_id, due_at, given_back)
     WHERE n.id = o.id AND n.lease_token = :token
    RETURNING n.id
""").bindparams(
    bindparam("now", type_=DateTime(timezone=True)),
    bindparam("ids", type_=ARRAY(BigInteger)),
    bindparam("states", type_=ARRAY(String)),
    bindparam("errors", type_=ARRAY(String)),
    bindparam("provider_ids", type_=ARRAY(String)),
    bindparam("dues", type_=ARRAY(DateTime(timezone=True))),
    bindparam("given_back", type_=ARRAY(Integer)),
)
