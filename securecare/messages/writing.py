"""What staff do: start a thread, write in it, and set who takes part and whether it is answered."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session
from sqlmodel import select as model_select

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.customers import visibility
from securecare.customers.models import Customer
from securecare.documents.models import Document, DocumentVersion
from securecare.foundation import audit, clock
from securecare.foundation.columns import columns_of, table_of
from securecare.foundation.forms import (
    Complaints,
    Overtaken,
    changed_fields,
    complain_of_text,
    require_none,
)
from securecare.messages import marks, recipients, telling
from securecare.messages.models import (
    BODY,
    SUBJECT,
    Message,
    MessageAttachment,
    MessageParticipant,
    MessageThread,
)
from securecare.organization import places

LONGEST_SUBJECT = 120
LONGEST_BODY = 8000
MOST_ATTACHMENTS = 10
THREAD, MESSAGE, TAKES_PART = (
    columns_of(MessageThread),
    columns_of(Message),
    columns_of(MessageParticipant),
)
CUSTOMER, DOCUMENT, VERSION = (
    columns_of(Customer),
    columns_of(Document),
    columns_of(DocumentVersion),
)
SEES, SENDS = Permission.VIEW_MESSAGES, Permission.SEND_MESSAGES


@dataclass(frozen=True, slots=True)
class Settings:
    """Who of the staff takes part, and whether the customer may answer, and before which moment."""

    recipients: frozenset[int]
    replies_allowed: bool = True
    replies_until: datetime | None = None

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        until = self.replies_until
        if self.replies_allowed and until is not None:
            if until <= clock.now():
                found["replies_until"] = "This day is over. Choose a later one, or none."
            elif until > clock.now() + timedelta(days=3660):
                found["replies_until"] = "Check the year."
        return found


@dataclass(frozen=True, slots=True)
class Words:
    """A message as it is written; `documents` are those whose newest versions go with it."""

    body: str
    form_key: uuid.UUID
    documents: frozenset[int] = frozenset()

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        if not self.body.strip():
            found["body"] = "Write something first."
        elif len(self.body) > LONGEST_BODY:
            found["body"] = f"Keep this to {LONGEST_BODY:,} characters; it has {len(self.body):,}."
        elif any(ord(each) < 32 and each not in "\n\t\r" for each in self.body):
            found["body"] = "Remove invisible characters."
        if len(self.documents) > MOST_ATTACHMENTS:
            found["documents"] = f"Attach {MOST_ATTACHMENTS} documents at most."
        return found


@dataclass(frozen=True, slots=True)
class Beginning:
    """A new thread as it is entered, with its first message."""

    subject: str
    words: Words
    settings: Settings

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        complain_of_text(found, "subject", self.subject, "what it is about", LONGEST_SUBJECT)
        return found | self.words.complaints() | self.settings.complaints()


def start(session: Session, actor: Actor, customer_id: int, beginning: Beginning) -> int:
    """Start a thread with a customer and tell them that something waits; gives its id.

    The same form sent again is the thread that it made. Raises `NotAllowed`, `NotFound` or
    `NotAccepted`.
    """
    actor.require(SENDS)
    visibility.customer(session, actor, customer_id, SENDS)
    require_none(beginning.complaints())
    thread_id = _opened(session, actor, customer_id, beginning)
    if thread_id is None:
        return _sent_before(session, actor, customer_id, beginning.words.form_key)
    thread = _row(session, actor, thread_id)
    _take_part(session, actor, thread, beginning.settings.recipients | {actor.account_id})
    audit.record(session, actor, "thread.started", thread, customer=customer_id)
    _write(session, actor, thread, beginning.words)
    return thread_id


def send(session: Session, actor: Actor, thread_id: int, words: Words) -> int:
    """Write to the customer; whoever writes takes part from then on. Gives the message's id.

    The same form sent again is the message that it made. Raises `NotAllowed`, `NotFound` or
    `NotAccepted`.
    """
    actor.require(SENDS)
    thread = _row(session, actor, thread_id)
    known = message_of_form(session, thread_id, words.form_key)
    if known is not None:
        return known
    require_none(words.complaints())
    _take_part(session, actor, thread, frozenset({actor.account_id}))
    return _write(session, actor, thread, words)


def change(
    session: Session, actor: Actor, thread_id: int, version: int, settings: Settings
) -> tuple[str, ...]:
    """Set who takes part, and until when the customer may answer; gives the fields that changed.

    Raises `NotAllowed`, `NotFound`, `NotAccepted`, or `Overtaken` if it is of another version.
    """
    actor.require(SENDS)
    thread = _row(session, actor, thread_id)
    if thread.version != version:
        raise Overtaken(places.last_changed_by(session, "message_thread", thread_id))
    before = settings_of(session, thread)
    # A day that has passed may stay as it is: only one that is set anew must be still to come.
    if settings.replies_until != before.replies_until:
        require_none(settings.complaints())
    changed = changed_fields(before, settings)
    if changed:
        _take_part(session, actor, thread, settings.recipients - before.recipients)
        gone = before.recipients - settings.recipients
        session.execute(
            delete(MessageParticipant).where(
                TAKES_PART.thread_id == thread_id, TAKES_PART.account_id.in_(gone)
            )
        )
        thread.replies_allowed = settings.replies_allowed
        thread.replies_until = settings.replies_until
        thread.version += 1
        session.flush()
        told = {"fields": changed, "customer": thread.customer_id}
        audit.record(session, actor, "message_thread.changed", thread, **told)
    return changed


def standing(session: Session, actor: Actor, thread_id: int) -> tuple[Settings, int]:
    """The thread as it is set now, and its version. Raises `NotAllowed` or `NotFound`."""
    actor.require(SENDS)
    thread = _row(session, actor, thread_id)
    return settings_of(session, thread), thread.version


def settings_of(session: Session, thread: MessageThread) -> Settings:
    """The thread as it is set now."""
    query = select(TAKES_PART.account_id).where(TAKES_PART.thread_id == thread.id)
    people = frozenset(session.execute(query).scalars())
    return Settings(people, thread.replies_allowed, thread.replies_until)


def message_of_form(session: Session, thread_id: int, form_key: uuid.UUID) -> int | None:
    """The message that this form has made already. Asked with the thread's row held."""
    query = select(MESSAGE.id).where(MESSAGE.thread_id == thread_id, MESSAGE.form_key == form_key)
    return session.execute(query).scalar_one_or_none()


def add_message(
    session: Session, actor: Actor, thread: MessageThread, words: Words, *, from_customer: bool
) -> int:
    """Write the row and make it the thread's last; the caller holds the thread's row."""
    row = Message(
        organization_id=thread.organization_id,
        thread_id=thread.id or 0,
        body_sealed=b"",
        from_customer=from_customer,
        account_id=actor.account_id,
        sent_at=clock.now(),
        form_key=words.form_key,
    )
    row.body_sealed = BODY.seal(words.body.strip(), row.public_id)
    session.add(row)
    session.flush()
    assert row.id is not None
    # First their own mark, as whoever only reads takes it: nobody waits in a circle.
    marks.note(session, actor, row.thread_id, row.id, by_customer=from_customer)
    thread.last_at, thread.last_message_id = row.sent_at, row.id
    session.flush()
    told = {"customer": thread.customer_id, "thread": thread.id}
    audit.record(session, actor, "message.sent", ("message", row.id), **told)
    return row.id


def _write(session: Session, actor: Actor, thread: MessageThread, words: Words) -> int:
    versions = _versions(session, actor, thread, words.documents)
    message_id = add_message(session, actor, thread, words, from_customer=False)
    for version_id in versions:
        session.add(
            MessageAttachment(
                organization_id=thread.organization_id,
                message_id=message_id,
                version_id=version_id,
            )
        )
    session.flush()
    telling.tell(session, thread, message_id)
    return message_id


def _opened(session: Session, actor: Actor, customer_id: int, beginning: Beginning) -> int | None:
    """The new thread's id, or None if this form has started one already."""
    public_id, now = uuid.uuid4(), clock.now()
    added = insert(table_of(MessageThread)).values(
        organization_id=actor.organization_id,
        customer_id=customer_id,
        public_id=public_id,
        subject_sealed=SUBJECT.seal(" ".join(beginning.subject.split()), public_id),
        replies_allowed=beginning.settings.replies_allowed,
        replies_until=beginning.settings.replies_until,
        started_by=actor.account_id,
        started_at=now,
        last_at=now,
        last_message_id=0,
        form_key=beginning.words.form_key,
        version=1,
    )
    once = added.on_conflict_do_nothing(index_elements=["organization_id", "form_key"])
    return session.execute(once.returning(THREAD.id)).scalar()


def _sent_before(session: Session, actor: Actor, customer_id: int, form_key: uuid.UUID) -> int:
    query = select(THREAD.id).where(
        THREAD.organization_id == actor.organization_id,
        THREAD.customer_id == customer_id,
        THREAD.form_key == form_key,
        THREAD.started_by == actor.account_id,
    )
    known = session.execute(query).scalar_one_or_none()
    if known is None:
        raise NotFound("This conversation")
    return known


def _row(session: Session, actor: Actor, thread_id: int) -> MessageThread:
    """The thread, held until the end, or `NotFound` unless the actor may write to its customer."""
    query = (
        model_select(MessageThread)
        .join(Customer, CUSTOMER.id == THREAD.customer_id)
        .where(THREAD.id == thread_id, visibility.within_reach(actor, SENDS))
        .with_for_update(key_share=True, of=MessageThread)
        .execution_options(populate_existing=True)
    )
    row = session.exec(query).one_or_none()
    if row is None:
        raise NotFound("This conversation")
    return row


def _take_part(
    session: Session, actor: Actor, thread: MessageThread, accounts: frozenset[int]
) -> None:
    """Let these people take part. Raises `NotAccepted` where somebody may not read it."""
    others = accounts - {actor.account_id}
    if others:
        may = {each.account_id for each in recipients.eligible(session, actor, thread.customer_id)}
        if others - may:
            require_none({"recipients": "One of these people can no longer read these messages."})
    elif not accounts:
        return
    rows = [
        {
            "organization_id": thread.organization_id,
            "thread_id": thread.id,
            "account_id": account,
        }
        for account in sorted(accounts)
    ]
    session.execute(insert(table_of(MessageParticipant)).values(rows).on_conflict_do_nothing())


def _versions(
    session: Session, actor: Actor, thread: MessageThread, documents: frozenset[int]
) -> list[int]:
    """The newest versions of these documents, all of which must be the customer's own."""
    if not documents:
        return []
    actor.require(Permission.VIEW_DOCUMENTS)
    visibility.customer(session, actor, thread.customer_id, Permission.VIEW_DOCUMENTS)
    query = (
        select(VERSION.id)
        .join(Document, DOCUMENT.id == VERSION.document_id)
        .where(
            DOCUMENT.id.in_(documents),
            DOCUMENT.customer_id == thread.customer_id,
            DOCUMENT.organization_id == actor.organization_id,
            DOCUMENT.deleted_at.is_(None),
            VERSION.number == DOCUMENT.current_number,
        )
        .order_by(VERSION.id)
    )
    found = list(session.execute(query).scalars())
    if len(found) < len(documents):
        raise NotFound("A document to be attached")
    return found
