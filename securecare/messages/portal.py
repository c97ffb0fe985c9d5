"""What customers do with their own threads: read, answer while they may, and open what is attached.

`own` are everywhere the ids of the actor's own customer records in this organization, as read from
their account and never from a request. What is not theirs is `NotFound`, as what is not there.
"""

import uuid
from collections.abc import Collection

from sqlalchemy import ColumnElement, false, func, select
from sqlmodel import Session
from sqlmodel import select as model_select

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.customers import days
from securecare.documents import reading as documents
from securecare.documents.reading import Look, Readable
from securecare.foundation import clock
from securecare.foundation.columns import columns_of
from securecare.foundation.forms import require_none
from securecare.messages import marks, reading, telling, writing
from securecare.messages.errors import RepliesClosed
from securecare.messages.models import Message, MessageAttachment, MessageRead, MessageThread
from securecare.messages.reading import MESSAGES, PAGE, Conversation, Page, Position
from securecare.messages.writing import Words

THREAD, MESSAGE, ATTACHED = (
    columns_of(MessageThread),
    columns_of(Message),
    columns_of(MessageAttachment),
)
READ = columns_of(MessageRead)


def threads_of_patron(
    session: Session,
    actor: Actor,
    own: Collection[int],
    since: Position | None = None,
    *,
    size: int = PAGE,
) -> Page:
    """The person's threads here, the newest first, with what they have not read. `NotAllowed`."""
    return reading.page_of(session, actor, since, size, _theirs(actor, own), as_customer=True)


def thread_of_patron(
    session: Session,
    actor: Actor,
    own: Collection[int],
    thread_id: int,
    before: int | None = None,
    *,
    size: int = MESSAGES,
    noted: bool = True,
) -> Conversation:
    """What stands in one of them, the newest part or what came before a message.

    Raises `NotAllowed` or `NotFound`.
    """
    theirs = _theirs(actor, own)
    return reading.conversation(
        session, actor, thread_id, before, size, theirs, noted=noted, as_customer=True
    )


def reply(
    session: Session,
    actor: Actor,
    own: Collection[int],
    thread_id: int,
    body: str,
    form_key: uuid.UUID,
) -> int:
    """Answer; gives the message's id. The same form sent again is the message that it made.

    Raises `RepliesClosed` where no answer is wanted, or not any more; `NotAllowed`, `NotFound` or
    `NotAccepted`.
    """
    thread = _held(session, actor, own, thread_id)
    known = writing.message_of_form(session, thread_id, form_key)
    if known is not None:
        return known
    _require_open(session, thread)
    words = Words(body, form_key)
    require_none(words.complaints())
    return writing.add_message(session, actor, thread, words, from_customer=True)


def mark_read(
    session: Session, actor: Actor, own: Collection[int], thread_id: int, up_to: int
) -> bool:
    """Note how far the person has read; whether that is further than before.

    What still waits to tell them of it is taken back. Raises `NotAllowed` or `NotFound`.
    """
    thread = _held(session, actor, own, thread_id)
    up_to = min(up_to, thread.last_message_id)
    if not marks.note(session, actor, thread_id, up_to, by_customer=True):
        return False
    if thread.told_message_id is not None and up_to >= thread.told_message_id:
        telling.read_meanwhile(session, thread)
        unread = _newest_of_staff(session, thread_id)
        if unread > up_to:  # written while they were reading, when it was no use telling them
            telling.tell(session, thread, unread)
    return True


def unread_of_patron(session: Session, actor: Actor, own: Collection[int]) -> int:
    """In how many of their threads here there is something that the person has not read."""
    mine = (READ.thread_id == THREAD.id) & (READ.account_id == actor.account_id) & READ.by_customer
    newer = (
        select(MESSAGE.id)
        .where(
            MESSAGE.thread_id == THREAD.id,
            MESSAGE.id > marks.READ_TO,
            ~MESSAGE.from_customer,
        )
        .correlate(MessageThread, MessageRead)
        .exists()
    )
    found = (
        select(THREAD.id)
        .outerjoin(MessageRead, mine)
        .where(THREAD.organization_id == actor.organization_id, _theirs(actor, own), newer)
        .limit(marks.MOST_COUNTED)
    )
    query = select(func.count()).select_from(found.subquery())
    return session.execute(query).scalar_one()


def open_attachment_of_patron(
    session: Session,
    actor: Actor,
    own: Collection[int],
    version_id: int,
    look: Look = "downloaded",
) -> Readable:
    """A file that goes with a message to the person, whether or not it is public to them otherwise.

    Noted in the trail. Raises as `documents.reading.open_version` does.
    """
    theirs = (
        select(ATTACHED.id)
        .join(Message, MESSAGE.id == ATTACHED.message_id)
        .join(MessageThread, THREAD.id == MESSAGE.thread_id)
        .where(ATTACHED.version_id == version_id, _theirs(actor, own))
        .exists()
    )
    return documents.open_sent(session, actor, own, version_id, theirs, look)


def _theirs(actor: Actor, own: Collection[int]) -> ColumnElement[bool]:
    actor.require(Permission.OWN_PORTAL)
    return THREAD.customer_id.in_(list(own)) if own else false()


def _held(session: Session, actor: Actor, own: Collection[int], thread_id: int) -> MessageThread:
    """The thread, held until the end."""
    query = (
        model_select(MessageThread)
        .where(
            THREAD.id == thread_id,
            THREAD.organization_id == actor.organization_id,
            _theirs(actor, own),
        )
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    row = session.exec(query).one_or_none()
    if row is None:
        raise NotFound("This conversation")
    return row


def _require_open(session: Session, thread: MessageThread) -> None:
    if not thread.replies_allowed:
        raise RepliesClosed
    until = thread.replies_until
    if until is not None and clock.now() >= until:
        raise RepliesClosed(days.last_day_of(until, days.zone(session)))


def _newest_of_staff(session: Session, thread_id: int) -> int:
    query = select(func.coalesce(func.max(MESSAGE.id), 0)).where(
        MESSAGE.thread_id == thread_id, ~MESSAGE.from_customer
    )
    return session.execute(query).scalar_one()
