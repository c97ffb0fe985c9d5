"""Tables of what goes out: the outbox, the log of consent, and texts that came in."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field

from securecare.foundation.columns import (
    Table,
    bigint,
    identifier,
    instant,
    made_at,
    of_organization,
    reference,
    within_organization,
)
from securecare.foundation.sealing import sealed_column


class NoticeRow(Table, table=True):
    """One e-mail or text, from the wish to send it to what became of it.

    queued ─ leased ─ sent ─ delivered      the way it should go
               ├ queued                     again later: out of reach, or quiet hours
               ├ withheld                   not agreed to
               ├ failed                     refused for good, or reported as not delivered
               └ dead                       tried as often as it may be
                  └ set_aside               somebody has seen to what failed or was given up

    Address and words are erased some weeks after it is done with; the row stays.
    """

    __tablename__ = "notice"
    __table_args__ = (
        within_organization(),
        UniqueConstraint("organization_id", "business_key", postgresql_nulls_not_distinct=True),
        CheckConstraint("organization_id IS NOT NULL OR customer_id IS NULL", name="customer"),
        of_organization("customer_id", "customer"),
        CheckConstraint("channel IN ('email', 'sms')", name="channel"),
        CheckConstraint(
            "state IN ('queued', 'leased', 'sent', 'delivered', 'failed', 'dead', 'withheld',"
            " 'set_aside')",
            name="state",
        ),
        CheckConstraint(
            "(recipient_sealed IS NULL) = (values_sealed IS NULL)"
            " AND (values_sealed IS NOT NULL OR state NOT IN ('queued', 'leased'))",
            name="erased",
        ),
        CheckConstraint("(state = 'leased') = (lease_token IS NOT NULL)", name="lease"),
        # What is due, and nothing else: finished notices do not make draining slower.
        Index(
            "ix_notice_due",
            "channel",
            "due_at",
            "id",
            postgresql_where=text("state IN ('queued', 'leased')"),
        ),
        Index(
            "ix_notice_unfinished",
            "organization_id",
            "channel",
            "state",
            "id",
            postgresql_where=text("state NOT IN ('sent', 'delivered')"),
        ),
        Index(
            "ix_notice_waiting",
            "organization_id",
            "channel",
            "due_at",
            postgresql_where=text("state = 'queued'"),
        ),
        Index(
            "ix_notice_to_erase",
            text("greatest(sent_at, finished_at)"),
            postgresql_where=text(
                "values_sealed IS NOT NULL"
                " AND state IN ('sent', 'delivered', 'withheld', 'set_aside')"
            ),
        ),
        Index(
            "ix_notice_of_nobody",
            text("greatest(sent_at, finished_at)"),
            postgresql_where=text("organization_id IS NULL"),
        ),
        Index(None, "customer_id", postgresql_where=text("customer_id IS NOT NULL")),
    )

    id: int | None = identifier()
    organization_id: int | None = reference("organization.id", nullable=True)
    """None where the product itself writes to a person about their account."""
    public_id: uuid.UUID = Field(default_factory=uuid.uuid4, unique=True)
    """What a provider is told, and what the sealed columns are bound to."""
    channel: str
    use: str | None = None
    """What consent it needs; none for what somebody asked for themselves, as a new password."""
    customer_id: int | None = bigint(nullable=True)
    template: str
    recipient_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    values_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    """Neither is there any more once the notice is erased."""
    time_zone: str | None = None
    """Where the recipient is, if it is known better than by the organization's first facility."""
    business_key: str
    round: int = 1
    """Grows when a notice that a provider had for good is to be sent once more."""
    state: str = "queued"
    attempts: int = 0
    due_at: datetime = instant()
    """When to try next; while leased, when the lease ends."""
    lease_token: uuid.UUID | None = None
    leased_by: str = ""
    provider_id: str | None = None
    last_error: str = ""
    """A short code, as in "smtp_550": never words of a provider, which may repeat the recipient."""
    queued_at: datetime = made_at()
    sent_at: datetime | None = instant(nullable=True)
    finished_at: datetime | None = instant(nullable=True)


RECIPIENT = sealed_column("notice", "recipient_sealed", bound_to="public_id")
VALUES = sealed_column("notice", "values_sealed", bound_to="public_id")


class ContactConsent(Table, table=True):
    """A person agreed to be written to for a use, or took that back. Append-only."""

    __table_args__ = (
        of_organization("customer_id", "customer"),
        CheckConstraint("channel IN ('email', 'sms')", name="channel"),
        CheckConstraint("(channel = 'sms') = (phone <> '')", name="phone"),
        CheckConstraint(
            "use IN ('appointment_reminders', 'payment_notices', 'message_alerts')", name="use"
        ),
        CheckConstraint("source IN ('staff', 'portal', 'text', 'merge')", name="source"),
        Index(None, "customer_id", "channel", "use", "phone", "at", "id"),
        Index(None, "customer_id", "id"),
        Index(None, "phone", postgresql_where=text("phone <> ''")),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    customer_id: int = bigint()
    channel: str = "sms"
    phone: str = ""
    """E.164; empty for e-mail."""
    use: str
    given: bool
    at: datetime = made_at()
    source: str
    account_id: int | None = reference("account.id", nullable=True)


class InboundText(Table, table=True):
    """A text that came in, by what it asks for. Its words are not kept. Append-only, but for what
    asked for nothing: that is forgotten after a while.

    Of no organization: people answer to a number, which all organizations here send from.
    """

    __table_args__ = (
        CheckConstraint("keyword IN ('stop', 'start', 'help', 'other')", name="keyword"),
        Index(None, "phone", "id"),
        Index(
            "ix_inbound_text_of_no_use",
            "at",
            postgresql_where=text("keyword IN ('help', 'other')"),
        ),
    )

    id: int | None = identifier()
    phone: str
    keyword: str
    provider_id: str = Field(unique=True)
    at: datetime = made_at()
