"""Looking through new and changed records for others of the same person."""

import time

from securecare.customers import duplicate_finding
from securecare.foundation.db import SYSTEM, Scope, transaction

BUSY_SECONDS = 4.0
"""So long at a time: after an import there is much to look at, and others need the database too."""


def find_duplicates() -> None:
    """Look at what waits, some records of each organization in turn, for a few seconds.

    Each part is a transaction of its own; what remains waits for the next time.
    """
    ends = time.monotonic() + BUSY_SECONDS
    with transaction(SYSTEM) as session:
        organizations = duplicate_finding.waiting(session)
    while organizations and time.monotonic() < ends:
        organizations = [each for each in organizations if _look(each)]


def _look(organization_id: int) -> int:
    with transaction(Scope(organization_id=organization_id)) as session:
        return duplicate_finding.look(session, organization_id)
