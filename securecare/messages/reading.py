"""Lists of threads, and what stands in one: for staff, and for customers with their own condition."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select, true, tuple_
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.models import Account
from securecare.access.roles import Permission
from securecare.customers import visibility
from securecare.customers.models import Customer
from securecare.documents import media
from securecare.documents.models import Document, DocumentVersion
from securecare.foundation import audit, clock
from securecare.foundation.columns import columns_of, table_of
from securecare.messages import marks, telling
from securecare.messages.models import (
    BODY,
    SUBJECT,
    Message,
    MessageAttachment,
    MessageParticipant,
    MessageRead,
    MessageThread,
)

THREAD, MESSAGE, ATTACHED = (
    columns_of(MessageThread),
    columns_of(Message),
    columns_of(MessageAttachment),
)
TAKES_PART, READ = columns_of(MessageParticipant), columns_of(MessageRead)
CUSTOMER, ACCOUNT = columns_of(Customer), columns_of(Account)
DOCUMENT, VERSION = columns_of(Document), columns_of(DocumentVersion)
SEES = Permission.VIEW_MESSAGES
OF_PARTICIPANT = (TAKES_PART.last_at, TAKES_PART.thread_id)
PAGE = 25
MESSAGES = 30


class Position(NamedTuple):
    """A place in a list of threads: what is older comes next."""

    last_at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class ThreadListed:
    """A thread as lists show it."""

    id: int
    customer_id: int
    customer: str
    subject: str
    last_at: datetime
    last_by: str
    last_from_customer: bool
    last_message_id: int
    replies_allowed: bool
    replies_until: datetime | None
    version: int
    takes_part: bool
    unread: int
    """Messages of others that the actor has not read, counted up to `marks.MOST_COUNTED`; staff who
    do not take part have none."""

    @property
    def open(self) -> bool:
        """Whether the customer may answer now."""
        return self.replies_allowed and (
            self.replies_until is None or clock.now() < self.replies_until
        )


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list; `following` is where the next part begins, if there is one."""

    rows: list[ThreadListed]
    following: Position | None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message; it may have been deleted since, when its time was over."""

    version_id: int
    file_name: str
    media_type: str
    size_bytes: int
    kept: bool

    @property
    def previewed(self) -> bool:
        """Whether a browser can show it."""
        return self.kept and self.media_type in media.PREVIEWED


@dataclass(frozen=True, slots=True)
class MessageListed:
    """One message, opened."""

    id: int
    body: str
    from_customer: bool
    mine: bool
    by: str
    sent_at: datetime
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """A thread and a part of its messages, the oldest of them first."""

    thread: ThreadListed
    messages: list[MessageListed]
    earlier: bool
    """Whether there are messages before these."""
    read_by_customer: int
    """The last message that the customer has read."""
    participants: tuple[str, ...]
    """The names of the staff that takes part."""


def of_customer(
    session: Session,
    actor: Actor,
    customer_id: int,
    since: Position | None = None,
    *,
    size: int = PAGE,
) -> Page:
    """The customer's threads, the newest first. Raises `NotAllowed` or `NotFound`."""
    actor.require(SEES)
    visibility.customer(session, actor, customer_id, SEES)
    return page_of(session, actor, since, size, THREAD.customer_id == customer_id)


def of_staff(
    session: Session, actor: Actor, since: Position | None = None, *, size: int = PAGE
) -> Page:
    """The threads that the actor takes part in, the newest first. Raises `NotAllowed`."""
    actor.require(SEES)
    theirs = TAKES_PART.account_id.is_not(None)
    within = visibility.within_reach(actor, SEES)
    return page_of(session, actor, since, size, theirs, within, place=OF_PARTICIPANT)


def thread(
    session: Session,
    actor: Actor,
    thread_id: int,
    before: int | None = None,
    *,
    size: int = MESSAGES,
    noted: bool = True,
) -> Conversation:
    """What stands in a thread, the newest part of it or what came before a message.

    That it was looked at is `noted` in the trail. Raises `NotAllowed` or `NotFound`.
    """
    actor.require(SEES)
    within = visibility.within_reach(actor, SEES)
    return conversation(session, actor, thread_id, before, size, within, noted=noted)


def mark_read(session: Session, actor: Actor, thread_id: int, up_to: int) -> bool:
    """Note how far the actor has read, if they take part; whether that is further than before.

    Raises `NotAllowed` or `NotFound`.
    """
    actor.require(SEES)
    row = _listed_one(session, actor, thread_id, visibility.within_reach(actor, SEES))
    if not row.takes_part:
        return False
    return marks.note(session, actor, thread_id, min(up_to, row.last_message_id))


def page_of(
    session: Session,
    actor: Actor,
    since: Position | None,
    size: int,
    *conditions: ColumnElement[bool],
    as_customer: bool = False,
    place: tuple[Any, Any] = (THREAD.last_at, THREAD.id),
) -> Page:
    """A part of the list of threads that fulfil the conditions; `place` are the columns of its order
    that stand in an index with what is asked for."""
    key = tuple_(*place)
    query = (
        _listed(actor, as_customer)
        .where(*conditions, key < tuple_(*since) if since else true())
        .order_by(*(each.desc() for each in place))
        .limit(size + 1)
    )
    rows = [_thread(row) for row in session.execute(query)]
    last = rows[size - 1] if len(rows) > size else None
    return Page(rows[:size], Position(last.last_at, last.id) if last else None)


def conversation(
    session: Session,
    actor: Actor,
    thread_id: int,
    before: int | None,
    size: int,
    *conditions: ColumnElement[bool],
    noted: bool,
    as_customer: bool = False,
) -> Conversation:
    """A thread that fulfils the conditions, or `NotFound`."""
    row = _listed_one(session, actor, thread_id, *conditions, as_customer=as_customer)
    found = list(session.execute(_written(thread_id, before, size)))
    files = _attached(session, [each.id for each in found[:size]])
    if noted:
        told = {"thread": thread_id}
        audit.record(session, actor, "messages.read", ("customer", row.customer_id), **told)
    return Conversation(
        row,
        [_message(each, row.customer, actor, files) for each in reversed(found[:size])],
        len(found) > size,
        telling.read_to(session, thread_id),
        tuple(session.execute(_names(thread_id)).scalars()),
    )


def _listed_one(
    session: Session,
    actor: Actor,
    thread_id: int,
    *conditions: ColumnElement[bool],
    as_customer: bool = False,
) -> ThreadListed:
    query = _listed(actor, as_customer).where(THREAD.id == thread_id, *conditions)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound("This conversation")
    return _thread(row)


def _listed(actor: Actor, as_customer: bool) -> Any:
    """Threads with the last message's writer, and what of them the actor has not read."""
    mine = actor.account_id
    of_others = MESSAGE.account_id != mine if not as_customer else ~MESSAGE.from_customer
    newer = (
        select(MESSAGE.id)
        .where(MESSAGE.thread_id == THREAD.id, MESSAGE.id > marks.READ_TO, of_others)
        .limit(marks.MOST_COUNTED)
        .correlate(MessageThread, MessageRead)
        .subquery()
    )
    counted = select(func.count()).select_from(newer)
    last = table_of(Message).alias("last_message").c
    return (
        select(
            THREAD.id,
            THREAD.customer_id,
            (CUSTOMER.given_name + " " + CUSTOMER.family_name).label("customer"),
            THREAD.public_id,
            THREAD.subject_sealed,
            THREAD.last_at,
            func.coalesce(ACCOUNT.name, "").label("last_by"),
            last.from_customer,
            THREAD.last_message_id,
            THREAD.replies_allowed,
            THREAD.replies_until,
            THREAD.version,
            TAKES_PART.account_id.is_not(None).label("takes_part"),
            counted.scalar_subquery().label("unread"),
        )
        .select_from(MessageThread)
        .join(Customer, CUSTOMER.id == THREAD.customer_id)
        .join(last.id.table, last.id == THREAD.last_message_id)
        .outerjoin(Account, ACCOUNT.id == last.account_id)
        .outerjoin(
            MessageParticipant,
            (TAKES_PART.thread_id == THREAD.id) & (TAKES_PART.account_id == mine),
        )
        .outerjoin(
            MessageRead,
            (READ.thread_id == THREAD.id)
            & (READ.account_id == mine)
            & (READ.by_customer == as_customer),
        )
        .where(THREAD.organization_id == actor.organization_id)
    )


def _thread(row: Any) -> ThreadListed:
    return ThreadListed(
        row.id,
        row.customer_id,
        row.customer,
        SUBJECT.open(row.subject_sealed, row.public_id),
        row.last_at,
        row.customer if row.from_customer else row.last_by,
        row.from_customer,
        row.last_message_id,
        row.replies_allowed,
        row.replies_until,
        row.version,
        row.takes_part,
        row.unread,
    )


def _written(thread_id: int, before: int | None, size: int) -> Any:
    return (
        select(
            MESSAGE.id,
            MESSAGE.public_id,
            MESSAGE.body_sealed,
            MESSAGE.from_customer,
            MESSAGE.account_id,
            MESSAGE.sent_at,
            func.coalesce(ACCOUNT.name, "").label("by"),
        )
        .outerjoin(Account, ACCOUNT.id == MESSAGE.account_id)
        .where(
            MESSAGE.thread_id == thread_id, MESSAGE.id < before if before is not None else true()
        )
        .order_by(MESSAGE.id.desc())
        .limit(size + 1)
    )


def _attached(session: Session, messages: Sequence[int]) -> dict[int, list[Attachment]]:
    found: dict[int, list[Attachment]] = {}
    query = (
        select(
            ATTACHED.message_id,
            ATTACHED.version_id,
            VERSION.file_name,
            VERSION.media_type,
            VERSION.size_bytes,
            DOCUMENT.deleted_at.is_(None).label("kept"),
        )
        .join(DocumentVersion, VERSION.id == ATTACHED.version_id)
        .join(Document, DOCUMENT.id == VERSION.document_id)
        .where(ATTACHED.message_id.in_(messages))
        .order_by(ATTACHED.id)
    )
    for row in session.execute(query) if messages else ():
        found.setdefault(row.message_id, []).append(Attachment(*row[1:]))
    return found


def _names(thread_id: int) -> Any:
    return (
        select(ACCOUNT.name)
        .join(MessageParticipant, TAKES_PART.account_id == ACCOUNT.id)
        .where(TAKES_PART.thread_id == thread_id)
        .order_by(func.lower(ACCOUNT.name), ACCOUNT.id)
    )


def _message(
    row: Any, customer: str, actor: Actor, files: dict[int, list[Attachment]]
) -> MessageListed:
    return MessageListed(
        row.id,
        BODY.open(row.body_sealed, row.public_id),
        row.from_customer,
        row.account_id == actor.account_id,
        customer if row.from_customer else row.by,
        row.sent_at,
        tuple(files.get(row.id, ())),
    )
