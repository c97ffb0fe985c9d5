"""Failed sign-ins of people whom no organization knows.

They belong to nobody's trail: an organization that saw them would see where others' people sign in
from, and so that there are others. Whoever runs the installation sees them at its command line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

from securecare.foundation import clock


@dataclass(frozen=True, slots=True)
class Stranger:
    """What came from one network address, in UTC. What was typed is nowhere kept."""

    address: str
    attempts: int
    first_at: datetime
    last_at: datetime


def seen(session: Session, days: int) -> Sequence[Stranger]:
    """Who failed in the last `days`, the most stubborn first. For the owner of the tables."""
    found = session.execute(_SEEN, {"since": clock.now() - timedelta(days=days)})
    return [
        Stranger(
            row.address, row.attempts, row.first_at.astimezone(UTC), row.last_at.astimezone(UTC)
        )
        for row in found
    ]


_SEEN = text("""
    SELECT address, count(*) AS attempts, min(at) AS first_at, max(at) AS last_at FROM audit_event
     WHERE organization_id IS NULL AND at >= :since
       AND action IN ('sign_in.failed', 'second_factor.failed')
     GROUP BY address ORDER BY count(*) DESC, max(at) DESC
""")
