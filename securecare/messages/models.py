"""Tables of secure messages. What was written stays; only a thread's settings and marks change."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field

from securecare.foundation.columns import (
    Table,
    bigint,
    identifier,
    instant,
    key_part,
    made_at,
    of_organization,
    reference,
    within_organization,
)
from securecare.foundation.sealing import sealed_column

SUBJECT = sealed_column("message_thread", "subject_sealed", bound_to="public_id")
BODY = sealed_column("message", "body_sealed", bound_to="public_id")


def _kept_by_database() -> int:
    return Field(
        default=None, sa_type=BigInteger, nullable=False, sa_column_kwargs={"server_default": "0"}
    )


class MessageThread(Table, table=True):
    """A conversation of staff with one customer. Its row is locked while anybody adds to it, so
    the ids of its messages are in the order in which people see them.
    """

    __table_args__ = (
        within_organization(),
        of_organization("customer_id", "customer"),
        UniqueConstraint("organization_id", "form_key"),
        Index(None, "organization_id", "customer_id", "last_at", "id"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    customer_id: int = bigint()
    public_id: uuid.UUID = Field(default_factory=uuid.uuid4, unique=True)
    subject_sealed: bytes = Field(sa_type=LargeBinary)
    replies_allowed: bool = True
    replies_until: datetime | None = instant(nullable=True)
    """The first moment at which the customer may not answer any more."""
    started_by: int = reference("account.id")
    started_at: datetime = made_at()
    last_at: datetime = instant()
    last_message_id: int = bigint()
    """0 until the first message is there, which comes in the same transaction."""
    told_message_id: int | None = bigint(nullable=True)
    """The message of which the customer was last told that something waits."""
    form_key: uuid.UUID
    version: int = 1


class Message(Table, table=True):
    """What somebody wrote. Append-only; the owner alone may seal it anew with another key."""

    __table_args__ = (
        within_organization(),
        of_organization("thread_id", "message_thread"),
        UniqueConstraint("thread_id", "form_key"),
        Index(None, "thread_id", "id"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    thread_id: int = bigint()
    public_id: uuid.UUID = Field(default_factory=uuid.uuid4, unique=True)
    body_sealed: bytes = Field(sa_type=LargeBinary)
    from_customer: bool = False
    account_id: int = reference("account.id")
    sent_at: datetime = made_at()
    form_key: uuid.UUID
    """Of the form that was sent: sent twice, it is one message."""


class MessageAttachment(Table, table=True):
    """A version of a document that goes with a message. Append-only."""

    __table_args__ = (
        of_organization("message_id", "message"),
        of_organization("version_id", "document_version"),
        UniqueConstraint("message_id", "version_id"),
        Index(None, "version_id"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    message_id: int = bigint()
    version_id: int = bigint()


class MessageParticipant(Table, table=True):
    """A member of staff who gets to know of what is new in a thread.

    How far the thread has come and how far they have read it stands here as well, kept by the
    database: what is new to somebody is found without looking at all they ever took part in. Both
    in one row, so that a message and its reading at the same time leave them right.
    """

    __table_args__ = (
        of_organization("thread_id", "message_thread"),
        Index(None, "account_id", "thread_id"),
        Index(None, "account_id", "last_at", "thread_id"),
        Index(
            "ix_message_participant_unread",
            "account_id",
            postgresql_where=text("last_message_id > read_message_id"),
        ),
    )

    organization_id: int = reference("organization.id")
    thread_id: int = key_part()
    account_id: int = key_part("account.id")
    last_at: datetime = made_at()
    last_message_id: int = _kept_by_database()
    read_message_id: int = _kept_by_database()


class MessageRead(Table, table=True):
    """How far somebody, staff or customer, has read a thread."""

    __table_args__ = (of_organization("thread_id", "message_thread"),)

    organization_id: int = reference("organization.id")
    thread_id: int = key_part()
    account_id: int = key_part("account.id")
    by_customer: bool = Field(primary_key=True)
    """Whether as the customer: somebody may be both."""
    last_message_id: int = bigint()
    read_at: datetime = instant()
