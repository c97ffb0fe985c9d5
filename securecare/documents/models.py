"""Tables of the vault: what is kept, in which versions, and the keys of their files."""

import uuid
from datetime import date, datetime

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

MOST_YEARS = 100
FILE_KEY = sealed_column("document_file", "key_sealed", bound_to="storage_key")


class DocumentKind(Table, table=True):
    """A kind of document, such as "Consent", and for how long documents of it must be kept."""

    __table_args__ = (
        within_organization(),
        Index("uq_document_kind_name", "organization_id", text("lower(name)"), unique=True),
        CheckConstraint(f"retention_years BETWEEN 0 AND {MOST_YEARS}", "retention"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    name: str
    retention_years: int
    """Counted from the day a document is stored, or replaced by a new version."""
    active: bool = True
    version: int = 1


class Document(Table, table=True):
    """A document of a customer. Never shorter retained than once promised; the database sees to it."""

    __table_args__ = (
        within_organization(),
        of_organization("customer_id", "customer"),
        of_organization("kind_id", "document_kind"),
        UniqueConstraint("public_id"),
        Index(
            "ix_document_kept",
            "organization_id",
            "customer_id",
            "stored_at",
            "id",
            postgresql_where=text("deleted_at IS NULL"),
        ),
        Index(None, "organization_id", "kind_id"),
        CheckConstraint("current_number >= 1", "current_number"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    public_id: uuid.UUID
    """Part of the names of its files in the vault."""
    customer_id: int = bigint()
    kind_id: int = bigint()
    title: str
    public_to_customer: bool = False
    current_number: int = 1
    """The number of its newest version."""
    stored_at: datetime = instant()
    """When that version came."""
    retained_until: date
    """The first day on which it may be deleted."""
    deleted_at: datetime | None = instant(nullable=True)
    deleted_by: int | None = reference("account.id", nullable=True)
    version: int = 1


class DocumentVersion(Table, table=True):
    """What was stored once, by whom and when. Permanent, also when the file is gone."""

    __table_args__ = (
        within_organization(),
        of_organization("document_id", "document"),
        UniqueConstraint("document_id", "number"),
        UniqueConstraint("storage_key"),
        UniqueConstraint("organization_id", "form_key"),
        CheckConstraint("size_bytes >= 0 AND number >= 1", "figures"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    document_id: int = bigint()
    number: int
    file_name: str
    media_type: str
    """Found from the bytes."""
    size_bytes: int = bigint()
    """Of the file as it was given."""
    sha256: bytes = Field(sa_type=LargeBinary)
    """Of what lies in the vault: it can be checked without any key, and tells nothing of the file."""
    storage_key: str
    form_key: uuid.UUID
    """Of the form that was sent: sent twice, it is stored once."""
    account_id: int | None = reference("account.id", nullable=True)
    stored_at: datetime = made_at()


class DocumentFile(Table, table=True):
    """The key of a file in the vault. What has no row here cannot be opened, and is swept away."""

    __table_args__ = (
        of_organization("document_id", "document"),
        UniqueConstraint("storage_key"),
        Index(None, "document_id"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    document_id: int = bigint()
    storage_key: str
    key_sealed: bytes = Field(sa_type=LargeBinary)
    stored_bytes: int = bigint()
    """Of the encrypted file."""
