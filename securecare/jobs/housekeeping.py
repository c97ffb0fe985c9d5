"""Small work that keeps the house: sealing the audit trail, forgetting what is over."""

from securecare.access import sessions, throttle
from securecare.foundation import audit_chain
from securecare.foundation.db import SYSTEM, transaction


def seal_audit_trail() -> None:
    """Seal what waits, batch by batch, each in a transaction of its own."""
    sealed = 1
    while sealed:
        with transaction(SYSTEM) as session:
            sealed = audit_chain.seal(session)


def forget_what_is_over() -> None:
    """Remove sessions that ended long ago, and failed attempts that no longer count."""
    with transaction(SYSTEM) as session:
        sessions.purge(session)
        throttle.purge(session)
