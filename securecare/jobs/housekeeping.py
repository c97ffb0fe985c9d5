"""Small work that keeps the house: sealing the audit trail, forgetting what is over."""

import time
from collections.abc import Callable

from sqlalchemy import text
from sqlmodel import Session, select

from securecare.access import links, sessions, throttle
from securecare.documents import sweeping
from securecare.foundation import audit_chain, noted_heads
from securecare.foundation.db import SYSTEM, Scope, transaction
from securecare.notices import forgetting
from securecare.organization.models import Organization
from securecare.patrons import invitations
from securecare.portal import letters
from securecare.scheduling import presence

BATCH = 500
PATIENCE_SECONDS = 15.0
"""For each kind of thing: what is left by then is left for the next time."""

Forget = Callable[[Session, int], int]
"""Forgets at most so many; gives how many."""


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
    """Remove sessions, links and invitations that ended long ago, attempts that no longer count, and
    texts that asked for nothing."""
    for forget in (
        sessions.purge,
        throttle.purge,
        letters.purge,
        links.purge,
        invitations.purge,
        forgetting.forget_texts_that_asked_for_nothing,
    ):
        little_by_little(forget)


def forget_what_was_sent() -> None:
    """Erase addresses and words of notices that were done with long ago."""
    little_by_little(forgetting.forget_letters_of_nobody)
    little_by_little(forgetting.erase_what_was_sent)


def little_by_little(
    forget: Forget, size: int = BATCH, patience_seconds: float = PATIENCE_SECONDS
) -> int:
    """Forget batch by batch, each in a transaction of its own, until nothing is left or time is up.

    Nobody's page needs to hear of it. Killed at any point, what was forgotten is, and the next time
    goes on.
    """
    done, until = 0, time.monotonic() + patience_seconds
    while True:
        with transaction(SYSTEM) as session:
            session.execute(_QUIETLY)
            gone = forget(session, size)
        done += gone
        if gone < size or time.monotonic() > until:
            return done


def sweep_the_vault() -> None:
    """Remove files of deleted documents, and those of uploads that came to nothing."""
    sweeping.sweep()


_QUIETLY = text("SELECT set_config('app.quiet', 'on', true)")
