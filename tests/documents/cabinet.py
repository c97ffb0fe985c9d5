"""An organization with people, customers and kinds of documents; another one beside it; files."""

import io
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text

from securecare.access.actor import Actor, Grant
from securecare.access.roles import Role
from securecare.customers import customers
from securecare.customers.customers import CustomerForm
from securecare.documents import documents, kinds, reading
from securecare.documents.documents import DocumentForm, Upload
from securecare.documents.kinds import KindForm
from securecare.documents.receiving import Received, receive
from securecare.foundation.db import owner_transaction, transaction
from tests.support import community

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(30)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(30)
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(30)
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(30)


@dataclass
class Cabinet:
    """Who is here, what there is, and how to do things with it."""

    organization_id: int
    worker: Actor
    """A case worker for the whole organization."""
    stranger: Actor
    """An administrator of another organization."""
    alice: int
    charlie: int
    consent: int
    """A kind that is kept for six years, and below one that need not be kept."""
    note: int
    facility: int

    def do(self, verb: Callable[..., Any], *args: Any, by: Actor | None = None, **more: Any) -> Any:
        actor = by or self.worker
        with transaction(actor.scope) as session:
            return verb(session, actor, *args, **more)

    def somebody(self, role: Role, **where: int) -> Actor:
        """The same account with another role, everywhere or in one place."""
        account = self.worker.account_id
        return Actor(account, self.organization_id, 0, "Somebody", (Grant(role, **where),))

    def received(self, content: bytes = PDF, name: str = "scan.pdf", **of: int) -> Received:
        """Bytes in the vault, for Alice or for a document."""
        if document := of.get("document"):
            place = self.do(documents.place_of, document)
        else:
            place = self.do(documents.place_for, of.get("customer", self.alice))
        return receive(place, name, [content])

    def store(self, content: bytes = PDF, name: str = "scan.pdf", **more: Any) -> int:
        """A document of Alice, or of `customer`."""
        customer = more.get("customer", self.alice)
        form = DocumentForm(
            more.get("title", "A scan"), more.get("kind", self.consent), more.get("public", False)
        )
        got = self.received(content, name, customer=customer)
        return self.do(documents.store, Upload(customer, form, got, uuid.uuid4()))

    def detail(self, document_id: int) -> reading.DocumentListed:
        return self.do(reading.detail, document_id)

    def content(self, document_id: int, by: Actor | None = None) -> bytes:
        """The newest version, read to its end."""
        version = self.detail(document_id).version_id
        return read(self.do(reading.open_version, version, by=by))

    def sql(self, statement: str, **given: Any) -> Any:
        with owner_transaction() as session:
            done = session.execute(text(statement), given)
            return done.all() if done.returns_rows else None


def read(readable: reading.Readable) -> bytes:
    with readable.opened() as opened:
        return b"".join(opened.chunks())


def build() -> Cabinet:
    """Harbor with Alice and Charlie, and Mirante beside it."""
    harbor, mirante = community.organization("Harbor"), community.organization("Mirante")
    worker = Actor(
        community.person(harbor).id, harbor, 0, "Alice Moreau", (Grant(Role.CASE_WORKER),)
    )
    admin = Actor(worker.account_id, harbor, 0, "Admin", (Grant(Role.ADMINISTRATOR),))
    stranger = Actor(
        community.person(mirante).id, mirante, 0, "Nobody", (Grant(Role.ADMINISTRATOR),)
    )

    def do(verb: Callable[..., Any], *args: Any) -> Any:
        with transaction(admin.scope) as session:
            return verb(session, admin, *args)

    return Cabinet(
        harbor,
        worker,
        stranger,
        do(customers.register, CustomerForm("Alice", "Archer")).id,
        do(customers.register, CustomerForm("Charlie", "Cole")).id,
        do(kinds.add, KindForm("Consent", 6)),
        do(kinds.add, KindForm("Note", 0)),
        community.facility(harbor),
    )


@pytest.fixture(scope="module")
def cabinet(database: str) -> Cabinet:
    del database
    return build()


def archive(**parts: bytes) -> bytes:
    """A zip file; two underscores in a name stand for a slash, three for a dot."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as into:
        for name, content in parts.items():
            into.writestr(name.replace("___", ".").replace("__", "/"), content)
    return made.getvalue()


def word(**more: bytes) -> bytes:
    """A Word document as far as anybody looks; more parts on request."""
    parts = {"[Content_Types]___xml": b"<Types/>", "word__document___xml": b"<document/>", **more}
    return archive(**parts)
