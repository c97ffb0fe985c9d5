"""Who waits for whom while the schedule changes.

Bookings share the staff member and the customer: the exclusion constraints decide between them,
and none waits for another's hours. Whoever moves an appointment, takes a given-up time back or
forces one has both alone; so what a booking looked at stands still, and PostgreSQL never finds two
updates that check each other's time, which it could only end as a deadlock. Other changes of an
appointment share both, for the same reason.

A change of hours marks appointments of many customers at once. It does not take each of them, but
the organization: alone, where moves share it.

Locks are taken in one order, organization, staff, customers, then by id, and are given back when
the transaction ends.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import TextClause, text
from sqlmodel import Session

from securecare.foundation.db import OPENING, straight

_ORGANIZATION, _STAFF, _CUSTOMER, _ANOTHER_OF = (kind << 60 for kind in range(1, 5))

_SHARED = text(
    "SELECT pg_advisory_xact_lock_shared(key) FROM unnest(CAST(:keys AS bigint[])) AS key"
)
_ALONE = text("SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key")


def for_booking(session: Session, staff_id: int, customer_id: int) -> None:
    """Keep hours, and appointments that are there already, as they are; other bookings go on."""
    if session.info.get(OPENING) != opening_for_booking(staff_id, customer_id):
        _take(session, _SHARED, _keys(_STAFF, [staff_id]), _keys(_CUSTOMER, [customer_id]))


def opening_for_booking(staff_id: int, customer_id: int) -> str:
    """The same, to go along with BEGIN."""
    keys = [*_keys(_STAFF, [staff_id]), *_keys(_CUSTOMER, [customer_id])]
    return f"; SELECT {', '.join(f'pg_advisory_xact_lock_shared({key:d})' for key in keys)}"


def for_step(session: Session, staff_id: int, customer_id: int) -> None:
    """The same while an appointment changes without changing its time."""
    for_booking(session, staff_id, customer_id)


def for_forcing(session: Session, staff_id: int, customer_id: int) -> None:
    """Keep everybody else from booking these two, so that none overlooks what is forced."""
    _take(session, _ALONE, _keys(_STAFF, [staff_id]), _keys(_CUSTOMER, [customer_id]))


def for_moving(
    session: Session, organization_id: int, staff_ids: Collection[int], customer_id: int
) -> None:
    """Keep everybody else from booking, moving or changing hours of those concerned."""
    _take(session, _SHARED, _keys(_ORGANIZATION, [organization_id]))
    _take(session, _ALONE, _keys(_STAFF, staff_ids), _keys(_CUSTOMER, [customer_id]))


def for_hours(session: Session, organization_id: int, staff_ids: Collection[int]) -> None:
    """Keep everybody from booking these staff members, and from moving anything, meanwhile."""
    _take(session, _ALONE, _keys(_ORGANIZATION, [organization_id]), _keys(_STAFF, staff_ids))


def for_merging(session: Session, organization_id: int, customer_ids: Collection[int]) -> None:
    """Keep everybody from booking or moving for these customers while their records become one."""
    _take(session, _SHARED, _keys(_ORGANIZATION, [organization_id]))
    _take(session, _ALONE, _keys(_CUSTOMER, customer_ids))


def for_another(session: Session, customer_id: int) -> None:
    """Let one booking at a time count the days since the customer's last. After all others."""
    _take(session, _ALONE, _keys(_ANOTHER_OF, [customer_id]))


def _take(session: Session, lock: TextClause, *keys: Iterable[int]) -> None:
    straight(session, lock, {"keys": [key for some in keys for key in some]})


def _keys(kind: int, ids: Collection[int]) -> list[int]:
    return [kind | each for each in sorted(set(ids))]
