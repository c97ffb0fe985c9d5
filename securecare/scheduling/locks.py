"""Who waits for whom while the schedule changes.

Bookings share a staff member: the exclusion constraint decides between them, and none waits for
another's hours. Whoever changes hours, moves an appointment or forces one has the staff member
alone, so that hours and forced appointments stand still while a booking looks at them. Customers
are taken alone by moves only. Locks are taken staff before customers and in order of their ids,
which rules out deadlocks, and are given back when the transaction ends.
"""

from collections.abc import Collection

from sqlalchemy import text
from sqlmodel import Session

_STAFF, _CUSTOMER = 1 << 60, 2 << 60

_SHARED = text(
    "SELECT pg_advisory_xact_lock_shared(key) FROM unnest(CAST(:keys AS bigint[])) AS key"
)
_ALONE = text("SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key")


def share_staff(session: Session, staff_ids: Collection[int]) -> None:
    """Keep the hours of these staff members from changing until the transaction ends."""
    session.execute(_SHARED, {"keys": _keys(_STAFF, staff_ids)})


def lock_staff(session: Session, staff_ids: Collection[int]) -> None:
    """Keep everybody else from booking, moving or changing hours of these staff members."""
    session.execute(_ALONE, {"keys": _keys(_STAFF, staff_ids)})


def lock_customers(session: Session, customer_ids: Collection[int]) -> None:
    """Keep everybody else from moving appointments of these customers. After staff, never before."""
    session.execute(_ALONE, {"keys": _keys(_CUSTOMER, customer_ids)})


def _keys(kind: int, ids: Collection[int]) -> list[int]:
    return [kind | each for each in sorted(set(ids))]
