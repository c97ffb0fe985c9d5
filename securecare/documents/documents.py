"""Storing, replacing, renaming and deleting a customer's documents.

The bytes come first, by `receiving`, outside any transaction; these verbs only write rows. What
they refuse, or never get to, leaves a file that nobody can open and that `sweeping` removes.
"""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete as delete_rows
from sqlalchemy import insert, select, text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.customers import visibility
from securecare.customers.models import Customer
from securecare.documents import kinds
from securecare.documents.errors import StillRetained, TookTooLong
from securecare.documents.models import (
    FILE_KEY,
    Document,
    DocumentFile,
    DocumentKind,
    DocumentVersion,
)
from securecare.documents.receiving import Place, Received
from securecare.foundation import audit, clock
from securecare.foundation.columns import columns_of
from securecare.foundation.forms import (
    Complaints,
    NotAccepted,
    Overtaken,
    changed_fields,
    complain_of_text,
    require_none,
)
from securecare.organization import places

DOCUMENT, VERSION, FILE = (
    columns_of(Document),
    columns_of(DocumentVersion),
    columns_of(DocumentFile),
)
CUSTOMER = columns_of(Customer)
PATIENCE = timedelta(hours=1)
"""So long after a file was received it may still be noted; sweeping waits far longer."""


@dataclass(frozen=True, slots=True)
class DocumentForm:
    """What may be set of a document; the file is another matter."""

    title: str
    kind_id: int
    public_to_customer: bool = False

    def tidied(self) -> "DocumentForm":
        """Without blanks at the ends or doubled ones within."""
        return DocumentForm(" ".join(self.title.split()), self.kind_id, self.public_to_customer)

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        complain_of_text(found, "title", self.title, "a title", 120)
        return found


@dataclass(frozen=True, slots=True)
class Upload:
    """A received file, and what it is to be for whom."""

    customer_id: int
    form: DocumentForm
    received: Received
    form_key: uuid.UUID


def place_for(session: Session, actor: Actor, customer_id: int) -> Place:
    """Where to receive a file for a new document, asked before any byte is taken.

    Raises `NotAllowed`, or `NotFound` unless the customer is within reach.
    """
    actor.require(Permission.EDIT_DOCUMENTS)
    visibility.customer(session, actor, customer_id, Permission.EDIT_DOCUMENTS)
    return Place(actor.organization_id, uuid.uuid4())


def place_of(session: Session, actor: Actor, document_id: int) -> Place:
    """Where to receive a file for a new version. Raises `NotAllowed` or `NotFound`."""
    return Place(actor.organization_id, editable(session, actor, document_id).public_id)


def store(session: Session, actor: Actor, upload: Upload) -> int:
    """Note a received file as a new document of the customer; gives the document's id.

    The same form sent again is the document that it made. Raises `NotAllowed`, `NotFound`,
    `NotAccepted`, `TookTooLong`.
    """
    actor.require(Permission.EDIT_DOCUMENTS)
    visibility.customer(session, actor, upload.customer_id, Permission.EDIT_DOCUMENTS)
    if (known := _sent_before(session, actor, upload.form_key)) is not None:
        return known
    form, kind = _accepted(session, actor, upload.form)
    received, now = _fresh(upload.received), clock.now()
    if received.place.organization_id != actor.organization_id:
        raise NotFound("This file")
    row = Document(
        organization_id=actor.organization_id,
        public_id=received.place.public_id,
        customer_id=upload.customer_id,
        stored_at=now,
        retained_until=kept_until(now.date(), kind.retention_years),
        title=form.title,
        kind_id=form.kind_id,
        public_to_customer=form.public_to_customer,
    )
    session.add(row)
    session.flush()
    _add_version(session, actor, row, received, upload.form_key)
    audit.record(session, actor, "document.added", row, customer=row.customer_id)
    assert row.id is not None
    return row.id


def replace(
    session: Session,
    actor: Actor,
    document_id: int,
    version: int,
    received: Received,
    form_key: uuid.UUID,
) -> None:
    """Make a received file the newest version; former ones stay, and retention begins anew.

    Raises `NotAllowed`, `NotFound`, `TookTooLong`, or `Overtaken` if the document is of another
    version than `version`.
    """
    row = editable(session, actor, document_id, lock=True)
    if _sent_before(session, actor, form_key) is not None:
        return
    _require_version(session, row, version)
    _fresh(received)
    if received.place != Place(row.organization_id, row.public_id):
        raise NotFound("This document")
    kind, now = kinds.of(session, actor, row.kind_id), clock.now()
    row.current_number += 1
    row.version += 1
    row.stored_at = now
    row.retained_until = max(row.retained_until, kept_until(now.date(), kind.retention_years))
    session.flush()
    _add_version(session, actor, row, received, form_key)
    audit.record(
        session, actor, "document.changed", row, fields=("file",), customer=row.customer_id
    )


def change(
    session: Session, actor: Actor, document_id: int, version: int, form: DocumentForm
) -> tuple[str, ...]:
    """Set title, kind, and whether the customer may see it; gives the fields that changed.

    Another kind may lengthen retention, counted from the newest version; it never shortens it.
    Raises `NotAllowed`, `NotFound`, `NotAccepted`, or `Overtaken`.
    """
    row = editable(session, actor, document_id, lock=True)
    _require_version(session, row, version)
    form, kind = _accepted(session, actor, form, current_kind=row.kind_id)
    changed = changed_fields(form_of(row), form)
    if changed:
        until = kept_until(row.stored_at.date(), kind.retention_years)
        row.title, row.kind_id = form.title, form.kind_id
        row.public_to_customer = form.public_to_customer
        row.retained_until = max(row.retained_until, until)
        row.version += 1
        session.flush()
        audit.record(
            session, actor, "document.changed", row, fields=changed, customer=row.customer_id
        )
    return changed


def delete(session: Session, actor: Actor, document_id: int, version: int) -> None:
    """Delete the document once its retention has ended: its keys at once, its bytes when swept.

    Raises `StillRetained` before that, `NotAllowed`, `NotFound`, or `Overtaken`.
    """
    row = editable(session, actor, document_id, lock=True)
    _require_version(session, row, version)
    now = clock.now()
    if now.date() < row.retained_until:
        raise StillRetained(row.retained_until)
    row.deleted_at, row.deleted_by = now, actor.account_id
    row.version += 1
    session.flush()
    session.execute(delete_rows(DocumentFile).where(FILE.document_id == row.id))
    audit.record(session, actor, "document.deleted", row, customer=row.customer_id)


def form_of(row: Document) -> DocumentForm:
    """The document as it is set now."""
    return DocumentForm(row.title, row.kind_id, row.public_to_customer)


def kept_until(stored_on: date, years: int) -> date:
    """The first day on which something stored then may be deleted."""
    try:
        return stored_on.replace(year=stored_on.year + years)
    except ValueError:  # the 29th of February; never a day too early
        return date(stored_on.year + years, 3, 1)


def editable(session: Session, actor: Actor, document_id: int, *, lock: bool = False) -> Document:
    """The row of a document that the actor may change, or `NotFound`; raises `NotAllowed`."""
    actor.require(Permission.EDIT_DOCUMENTS)
    query = (
        select(Document)
        .join(Customer, CUSTOMER.id == DOCUMENT.customer_id)
        .where(
            DOCUMENT.id == document_id,
            DOCUMENT.deleted_at.is_(None),
            visibility.within_reach(actor, Permission.EDIT_DOCUMENTS),
        )
    )
    if lock:
        query = query.with_for_update(of=Document).execution_options(populate_existing=True)
    row = session.execute(query).scalar_one_or_none()
    if row is None:
        raise NotFound("This document")
    return row


def _accepted(
    session: Session, actor: Actor, form: DocumentForm, current_kind: int | None = None
) -> tuple[DocumentForm, DocumentKind]:
    form = form.tidied()
    require_none(form.complaints())
    kind = kinds.of(session, actor, form.kind_id)
    if not kind.active and form.kind_id != current_kind:
        raise NotAccepted({"kind_id": "This kind is no longer used. Choose another one."})
    return form, kind


def _require_version(session: Session, row: Document, version: int) -> None:
    if row.version != version:
        raise Overtaken(places.last_changed_by(session, "document", row.id))


def _fresh(received: Received) -> Received:
    if clock.now() - received.at > PATIENCE:
        raise TookTooLong
    return received


def _sent_before(session: Session, actor: Actor, form_key: uuid.UUID) -> int | None:
    """The document that this form has made or changed already; the form's turn is taken first."""
    session.execute(_TURN, {"key": f"{actor.organization_id} {form_key}"})
    query = select(VERSION.document_id).where(
        VERSION.organization_id == actor.organization_id, VERSION.form_key == form_key
    )
    return session.execute(query).scalar_one_or_none()


def _add_version(
    session: Session, actor: Actor, row: Document, received: Received, form_key: uuid.UUID
) -> None:
    """Write the version and seal its file's key: only now, so that no rotation can miss it."""
    of_both: dict[str, Any] = {
        "organization_id": actor.organization_id,
        "document_id": row.id,
        "storage_key": received.storage_key,
    }
    session.execute(
        insert(DocumentVersion).values(
            **of_both,
            number=row.current_number,
            file_name=received.file_name,
            media_type=received.media_type,
            size_bytes=received.size_bytes,
            sha256=received.sha256,
            form_key=form_key,
            account_id=actor.account_id,
            stored_at=row.stored_at,
        )
    )
    session.execute(
        insert(DocumentFile).values(
            **of_both,
            stored_bytes=received.stored_bytes,
            key_sealed=FILE_KEY.seal(received.file_key.hex(), received.storage_key),
        )
    )


_TURN = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 7305011))")
