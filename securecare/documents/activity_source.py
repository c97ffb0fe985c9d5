"""Documents that were stored, on their customer's calendar."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers.activity import MOST, Happening, Kind, source
from securecare.documents.models import Document, DocumentKind
from securecare.foundation.columns import columns_of
from securecare.foundation.spans import Span

DOCUMENT, KIND = columns_of(Document), columns_of(DocumentKind)


@source("documents", Kind.OTHER, Permission.VIEW_DOCUMENTS, ("document", "document_kind"))
def stored(session: Session, actor: Actor, customer_id: int, span: Span) -> Iterable[Happening]:
    """When each document that is there was stored."""
    query = (
        select(DOCUMENT.id, DOCUMENT.stored_at, DOCUMENT.title, KIND.name)
        .join(DocumentKind, KIND.id == DOCUMENT.kind_id)
        .where(
            DOCUMENT.organization_id == actor.organization_id,
            DOCUMENT.customer_id == customer_id,
            DOCUMENT.deleted_at.is_(None),
            DOCUMENT.stored_at >= span.start,
            DOCUMENT.stored_at < span.end,
        )
        .order_by(DOCUMENT.stored_at, DOCUMENT.id)
        .limit(MOST)
    )
    for row in session.execute(query):
        yield Happening(
            f"document {row.id}",
            Kind.OTHER,
            row.stored_at,
            None,
            row.title,
            f"Document stored: {row.name}",
            href=f"/customers/{customer_id}/documents",
        )
