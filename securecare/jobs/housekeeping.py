"""Small work that keeps the house: sealing the audit trail, forgetting what is over."""

from sqlmodel import select

from securecare.access import sessions, throttle
from securecare.documents import sweeping
from securecare.foundation import audit_chain, noted_heads
from securecare.foundation.db import SYSTEM, Scope, transaction
from securecare.organization.models import Organization
from securecare.portal import letters
from securecare.scheduling import presence


def seal_audit_trail() -> None:
    """Seal what waits, batch by batch, each in a transaction of its own; note where the chain ends."""
    sealed = 1
    while sealed:
        with transaction(SYSTEM) as session:
            sealed = audit_chain.seal(session)
    with transaction(SYSTEM) as session:
        head = noted_heads.present(session)
    if head is not None:
        noted_heads.note(head)


def forget_who_left_without_a_word() -> None:
    """Remove the traces of pages that fell silent, one organization after the other."""
    with transaction(SYSTEM) as session:
        organizations = session.exec(select(Organization.id)).all()
    for organization_id in organizations:
        with transaction(Scope(organization_id=organization_id)) as session:
            presence.forget_silent(session)


def forget_what_is_over() -> None:
    """Remove sessions and mailed links that ended long ago, and attempts that no longer count."""
    with transaction(SYSTEM) as session:
        sessions.purge(session)
        throttle.purge(session)
        letters.purge(session)


def sweep_the_vault() -> None:
    """Remove files of deleted documents, and those of uploads that came to nothing."""
    sweeping.sweep()
