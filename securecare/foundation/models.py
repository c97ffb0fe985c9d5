"""Tables of the audit trail. Both are append-only."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import BigInteger
from sqlmodel import Field

from securecare.foundation.columns import Table, bigint, identifier, made_at


class AuditEvent(Table, table=True):
    """Somebody did, saw, or was refused something. Names of fields at most, never their values."""

    __table_args__ = (
        Index(None, "organization_id", "at"),
        Index(None, "organization_id", "object_type", "object_id", "id"),
        Index(None, "organization_id", "account_id", "at"),
        Index(
            "ix_audit_event_of_parts",
            "organization_id",
            "actor",
            "at",
            postgresql_where=text("account_id IS NULL"),
        ),
        Index(None, "organization_id", "action", "at"),
        Index(
            "ix_audit_event_transaction",
            "transaction",
            postgresql_using="brin",
            postgresql_with={"pages_per_range": 16},
        ),
    )

    id: int | None = identifier()
    organization_id: int | None = bigint(nullable=True)
    at: datetime = made_at()
    account_id: int | None = bigint(nullable=True)
    actor: str
    """The person's name at the time, or which part of the system acted."""
    action: str
    """Noun and past participle, as in "appointment.moved"."""
    object_type: str = ""
    object_id: int | None = bigint(nullable=True)
    facility_id: int | None = bigint(nullable=True)
    program_id: int | None = bigint(nullable=True)
    address: str = ""
    detail: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")}
    )
    """Which fields changed, a status, a reason given: {"fields": [...], "reason": "..."}."""
    transaction: int | None = Field(
        default=None,
        sa_type=BigInteger,
        nullable=False,
        sa_column_kwargs={"server_default": text("pg_current_xact_id()::text::bigint")},
    )
    """The transaction that wrote it: what is older than every running one can be sealed."""


class AuditSeal(Table, table=True):
    """A batch of events under one digest, chained to the batch before it."""

    id: int | None = identifier()
    event_ids: list[int] = Field(sa_type=ARRAY(BigInteger))  # pyright: ignore[reportArgumentType]
    first_event_id: int = bigint()
    last_event_id: int = bigint()
    previous_digest: bytes = Field(sa_type=LargeBinary)
    digest: bytes = Field(sa_type=LargeBinary)
    key_id: str
    cluster: str
    """The database server that numbered the transactions: another one starts anew."""
    horizon: int = bigint()
    """Every event of this server's transactions below this one is in this batch or an earlier."""
    known_to: int = bigint()
    """Events up to this id were there when this server took over: listed, whatever their number."""
    settles_at: int | None = bigint(nullable=True)
    """While not empty: what no batch lists is sealed once no transaction below this one runs."""
    sealed_at: datetime = made_at()


class AuditKey(Table, table=True):
    """A key of the audit chain, itself sealed: master keys may change, the chain may not."""

    id: int | None = identifier()
    name: str = Field(unique=True)
    secret_sealed: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = made_at()
