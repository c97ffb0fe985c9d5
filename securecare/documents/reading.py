"""Lists of documents, their versions, and opening one: each look at a content is in the trail."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, false, func, select, true, tuple_
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.models import Account
from securecare.access.roles import Permission
from securecare.customers import visibility
from securecare.customers.models import Customer
from securecare.documents import chunks, media, stores
from securecare.documents.chunks import Opened
from securecare.documents.documents import DocumentForm
from securecare.documents.errors import FileAltered, FileMissing
from securecare.documents.models import (
    FILE_KEY,
    Document,
    DocumentFile,
    DocumentKind,
    DocumentVersion,
)
from securecare.documents.stores import Store
from securecare.foundation import audit, clock
from securecare.foundation.columns import columns_of
from securecare.foundation.sealing import SealBroken

DOCUMENT, VERSION, FILE = (
    columns_of(Document),
    columns_of(DocumentVersion),
    columns_of(DocumentFile),
)
KIND, ACCOUNT, CUSTOMER = columns_of(DocumentKind), columns_of(Account), columns_of(Customer)
PAGE = 50
Look = Literal["downloaded", "previewed"]


class Position(NamedTuple):
    """A place in a list: what is older comes next."""

    stored_at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class DocumentListed:
    """A document as lists show it, with its newest version."""

    id: int
    title: str
    kind_id: int
    kind: str
    public_to_customer: bool
    retained_until: date
    version: int
    """Of the row, to be given back with a change."""
    version_id: int
    """Of the newest version of its file, to be downloaded or previewed."""
    number: int
    file_name: str
    media_type: str
    size_bytes: int
    stored_at: datetime
    stored_by: str

    @property
    def type(self) -> str:
        """What it is, in a word or two."""
        return media.LABELS.get(self.media_type, "File")

    @property
    def previewed(self) -> bool:
        """Whether a browser can show it."""
        return self.media_type in media.PREVIEWED

    @property
    def may_be_deleted(self) -> bool:
        """Whether its retention has ended."""
        return clock.now().date() >= self.retained_until

    @property
    def form(self) -> DocumentForm:
        """As it is set now."""
        return DocumentForm(self.title, self.kind_id, self.public_to_customer)


@dataclass(frozen=True, slots=True)
class VersionListed:
    """One version of a document's file."""

    id: int
    number: int
    file_name: str
    media_type: str
    size_bytes: int
    stored_at: datetime
    stored_by: str


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list; `following` is where the next part begins, if there is one."""

    rows: list[DocumentListed]
    following: Position | None


@dataclass(frozen=True, slots=True)
class Readable:
    """A version that may be read: what is needed once the transaction is over."""

    file_name: str
    media_type: str
    size_bytes: int
    storage_key: str
    file_key: bytes = field(repr=False)

    def opened(self, kept_in: Store | None = None) -> Opened:
        """The plaintext, outside of any transaction; whoever asks closes it.

        Raises `FileMissing`, `FileAltered` or `VaultOutOfReach`; so may every read, but not for
        what was cut off: that is found out here.
        """
        place = kept_in or stores.store()
        if place.bytes_of(self.storage_key) != chunks.size_of(self.size_bytes):
            raise FileAltered
        source = place.open(self.storage_key)
        try:
            return Opened(source, self.file_key, self.storage_key, self.size_bytes)
        except BaseException:
            source.close()
            raise


def of_customer(
    session: Session,
    actor: Actor,
    customer_id: int,
    since: Position | None = None,
    *,
    kind_id: int | None = None,
    size: int = PAGE,
) -> Page:
    """The customer's documents, the newest first, from a position on.

    Raises `NotAllowed`, or `NotFound` unless the customer is within reach.
    """
    actor.require(Permission.VIEW_DOCUMENTS)
    visibility.customer(session, actor, customer_id, Permission.VIEW_DOCUMENTS)
    of_kind = true() if kind_id is None else DOCUMENT.kind_id == kind_id
    return _page(session, actor, DOCUMENT.customer_id == customer_id, of_kind, since, size)


def detail(session: Session, actor: Actor, document_id: int) -> DocumentListed:
    """One document as the list shows it. Raises `NotAllowed` or `NotFound`."""
    _require_visible(session, actor, document_id)
    row = session.execute(_listed(actor).where(DOCUMENT.id == document_id)).one()
    return DocumentListed(*row)


def versions(session: Session, actor: Actor, document_id: int) -> list[VersionListed]:
    """Every version of a document, the newest first. Raises `NotAllowed` or `NotFound`."""
    _require_visible(session, actor, document_id)
    query = (
        select(
            VERSION.id,
            VERSION.number,
            VERSION.file_name,
            VERSION.media_type,
            VERSION.size_bytes,
            VERSION.stored_at,
            func.coalesce(ACCOUNT.name, ""),
        )
        .outerjoin(Account, ACCOUNT.id == VERSION.account_id)
        .where(VERSION.document_id == document_id)
        .order_by(VERSION.number.desc())
    )
    return [VersionListed(*row) for row in session.execute(query)]


def open_version(
    session: Session, actor: Actor, version_id: int, look: Look = "downloaded"
) -> Readable:
    """A version to be read by staff, noted in the trail.

    Raises `NotAllowed`; `NotFound` for what is not there, deleted or out of reach; `FileMissing`
    or `FileAltered` if its key is gone or does not open.
    """
    actor.require(Permission.VIEW_DOCUMENTS)
    within = visibility.within_reach(actor, Permission.VIEW_DOCUMENTS)
    return _open(session, actor, version_id, look, within)


def of_patron(
    session: Session,
    actor: Actor,
    own: Collection[int],
    since: Position | None = None,
    *,
    size: int = PAGE,
) -> Page:
    """What staff marked public to the customer, of the patron's own records, the newest first.

    `own` are the ids of the actor's own customer records in this organization, as read from their
    account and never from a request. Raises `NotAllowed`.
    """
    return _page(session, actor, *_of_patron(actor, own), since, size)


def open_of_patron(
    session: Session, actor: Actor, own: Collection[int], version_id: int, look: Look = "downloaded"
) -> Readable:
    """The newest version of such a document, noted in the trail. Raises as `open_version` does."""
    newest = VERSION.number == DOCUMENT.current_number
    return _open(session, actor, version_id, look, *_of_patron(actor, own), newest)


def open_sent(
    session: Session,
    actor: Actor,
    own: Collection[int],
    version_id: int,
    sent: ColumnElement[bool],
    look: Look = "downloaded",
) -> Readable:
    """A version that the patron was sent, public or not: `sent` is the condition that they were.

    Noted in the trail. Raises as `open_version` does.
    """
    actor.require(Permission.OWN_PORTAL)
    theirs = DOCUMENT.customer_id.in_(list(own)) if own else false()
    return _open(session, actor, version_id, look, theirs, sent)


def _of_patron(actor: Actor, own: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    actor.require(Permission.OWN_PORTAL)
    theirs = DOCUMENT.customer_id.in_(own) if own else false()
    return theirs, DOCUMENT.public_to_customer


def _listed(actor: Actor) -> Any:
    return (
        select(
            DOCUMENT.id,
            DOCUMENT.title,
            DOCUMENT.kind_id,
            KIND.name,
            DOCUMENT.public_to_customer,
            DOCUMENT.retained_until,
            DOCUMENT.version,
            VERSION.id,
            VERSION.number,
            VERSION.file_name,
            VERSION.media_type,
            VERSION.size_bytes,
            DOCUMENT.stored_at,
            func.coalesce(ACCOUNT.name, ""),
        )
        .select_from(Document)
        .join(DocumentKind, KIND.id == DOCUMENT.kind_id)
        .join(
            DocumentVersion,
            (VERSION.document_id == DOCUMENT.id) & (VERSION.number == DOCUMENT.current_number),
        )
        .outerjoin(Account, ACCOUNT.id == VERSION.account_id)
        .where(DOCUMENT.organization_id == actor.organization_id, DOCUMENT.deleted_at.is_(None))
    )


def _page(
    session: Session,
    actor: Actor,
    whose: ColumnElement[bool],
    which: ColumnElement[bool],
    since: Position | None,
    size: int,
) -> Page:
    key = tuple_(DOCUMENT.stored_at, DOCUMENT.id)
    query = (
        _listed(actor)
        .where(whose, which, key < tuple_(*since) if since else true())
        .order_by(DOCUMENT.stored_at.desc(), DOCUMENT.id.desc())
        .limit(size + 1)
    )
    rows = [DocumentListed(*row) for row in session.execute(query)]
    last = rows[size - 1] if len(rows) > size else None
    return Page(rows[:size], Position(last.stored_at, last.id) if last else None)


def _require_visible(session: Session, actor: Actor, document_id: int) -> None:
    actor.require(Permission.VIEW_DOCUMENTS)
    query = (
        select(DOCUMENT.id)
        .join(Customer, CUSTOMER.id == DOCUMENT.customer_id)
        .where(
            DOCUMENT.id == document_id,
            DOCUMENT.deleted_at.is_(None),
            visibility.within_reach(actor, Permission.VIEW_DOCUMENTS),
        )
    )
    if session.execute(query).first() is None:
        raise NotFound("This document")


def _open(
    session: Session, actor: Actor, version_id: int, look: Look, *conditions: ColumnElement[bool]
) -> Readable:
    query = (
        select(
            DOCUMENT.id,
            DOCUMENT.public_id,
            DOCUMENT.customer_id,
            VERSION.number,
            VERSION.file_name,
            VERSION.media_type,
            VERSION.size_bytes,
            VERSION.storage_key,
            FILE.key_sealed,
        )
        .select_from(DocumentVersion)
        .join(Document, DOCUMENT.id == VERSION.document_id)
        .join(Customer, CUSTOMER.id == DOCUMENT.customer_id)
        .outerjoin(DocumentFile, FILE.storage_key == VERSION.storage_key)
        .where(
            VERSION.id == version_id,
            VERSION.organization_id == actor.organization_id,
            DOCUMENT.deleted_at.is_(None),
            *conditions,
        )
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound("This document")
    audit.record(
        session,
        actor,
        f"document.{look}",
        ("document", row.id),
        customer=row.customer_id,
        number=row.number,
    )
    return Readable(
        row.file_name, row.media_type, row.size_bytes, row.storage_key, _file_key(actor, row)
    )


def _file_key(actor: Actor, row: Any) -> bytes:
    """The file's key; a row that points to another document's file gives none."""
    if row.key_sealed is None:
        raise FileMissing
    if not row.storage_key.startswith(stores.beginning(actor.organization_id, row.public_id)):
        raise FileAltered
    try:
        return bytes.fromhex(FILE_KEY.open(row.key_sealed, row.storage_key))
    except SealBroken:
        raise FileAltered from None
