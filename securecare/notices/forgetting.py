"""What was sent is forgotten after a while. That something was sent, when and to whom, is not.

Each function does one small batch in the transaction it is given; it may be killed and called again
at any time. All of them need `SYSTEM`.
"""

from datetime import timedelta

from sqlalchemy import bindparam, text
from sqlalchemy.types import DateTime
from sqlmodel import Session

from securecare.foundation import clock

KEPT_AFTER_END = timedelta(days=30)
"""How long words and address stay once a notice is done with. A provider's reports take days; who
asks what it was that they got asks within weeks. After that it is a second copy of what stands
elsewhere, and for a link that opens nothing any more."""


def erase_what_was_sent(session: Session, most: int) -> int:
    """Take address and words from so many notices that were done with long ago, the oldest first.

    Of whose they were, when, by which channel, of which kind and what became of them, everything
    stays: its key keeps the same from being sent twice. What was refused or given up is not done
    with before somebody has seen to it.
    """
    return _rows(session, _ERASE, most)


def forget_letters_of_nobody(session: Session, most: int) -> int:
    """Remove so many of the product's own letters that ended long ago, whatever became of them.

    They are of no organization, so nobody is there to see to those that failed; and without their
    address nothing of them tells anybody anything.
    """
    return _rows(session, _OF_NOBODY, most)


def forget_texts_that_asked_for_nothing(session: Session, most: int) -> int:
    """Remove so many texts of long ago that neither ended nor resumed anything.

    They are kept that long so that the same one, told twice, is answered once. What STOP and START
    said is permanent.
    """
    return session.execute(
        _TEXTS, {"before": clock.now() - KEPT_AFTER_END, "most": most}
    ).scalar_one()


def _rows(session: Session, statement: object, most: int) -> int:
    asked = {"before": clock.now() - KEPT_AFTER_END, "most": most}
    return len(session.execute(statement, asked).all())  # type: ignore[call-overload]


_BEFORE = bindparam("before", type_=DateTime(timezone=True))
# The condition is that of the index `ix_notice_to_erase`, which holds nothing else. (Not `coalesce`:
# beneath row-level security no index is found by what that gives.)
_ERASE = text("""
    WITH gone AS MATERIALIZED (
        SELECT id FROM notice
         WHERE values_sealed IS NOT NULL AND state IN ('sent', 'delivered', 'withheld', 'set_aside')
           AND greatest(sent_at, finished_at) < :before
         ORDER BY greatest(sent_at, finished_at) LIMIT :most
           FOR UPDATE SKIP LOCKED
    )
    UPDATE notice SET recipient_sealed = NULL, values_sealed = NULL
      FROM gone WHERE notice.id = gone.id
    RETURNING 1
""").bindparams(_BEFORE)
_OF_NOBODY = text("""
    WITH gone AS MATERIALIZED (
        SELECT id FROM notice
         WHERE organization_id IS NULL AND state NOT IN ('queued', 'leased')
           AND greatest(sent_at, finished_at) < :before
         ORDER BY greatest(sent_at, finished_at) LIMIT :most
           FOR UPDATE SKIP LOCKED
    )
    DELETE FROM notice USING gone WHERE notice.id = gone.id RETURNING 1
""").bindparams(_BEFORE)
_TEXTS = text("SELECT forget_inbound_texts(:before, :most)").bindparams(_BEFORE)
