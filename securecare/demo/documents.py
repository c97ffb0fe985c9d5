"""Documents of the demo's patrons: what staff share with them, and what they keep to themselves."""

import io
import uuid
from dataclasses import dataclass
from datetime import timedelta

import segno
from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor, Grant
from securecare.access.roles import Role
from securecare.demo import paper
from securecare.documents import documents
from securecare.documents.documents import DocumentForm, Upload
from securecare.documents.receiving import receive
from securecare.foundation import clock


@dataclass(frozen=True, slots=True)
class _Plan:
    """A document: how long it has been there, and what it is."""

    days_ago: int
    kind: str
    title: str
    file_name: str
    public: bool
    words: tuple[str, ...] = ()


_PLANS = (
    _Plan(
        41,
        "Letter",
        "Welcome letter",
        "welcome.pdf",
        True,
        (
            "Welcome! We are glad that you found your way to us.",
            "Your first appointments are in your portal. Bring a photo ID if you have one; if you do"
            " not, come anyway and we will sort it out together.",
            "The front desk is open every day from eight in the morning until nine at night. If you"
            " cannot make it to an appointment, call us or write to us in the portal.",
        ),
    ),
    _Plan(
        40,
        "Intake form",
        "Intake notes",
        "intake.txt",
        False,
        (
            "Came in with a referral from the library. Prefers mornings. Asked about storage.",
            "Follow up on the housing application in two weeks.",
        ),
    ),
    _Plan(
        12,
        "Agreement",
        "Housing application, signed",
        "housing-application.pdf",
        True,
        (
            "This is a copy of the application that we sent to the housing office together.",
            "The office answers within thirty days. We will write to you as soon as we hear from"
            " them, and go through the answer with you.",
            "Keep this copy. You may be asked for its date when you call the office.",
        ),
    ),
    _Plan(5, "Identity document", "Front desk card", "front-desk-card.png", True),
)
"""The oldest first."""


def write_documents(session: Session, organization_id: int, account_id: int, name: str) -> None:
    """Give each patron of the organization who has an account the documents of a few weeks."""
    actor = Actor(account_id, organization_id, 0, name, (Grant(Role.MANAGER),), "")
    asked = {"id": organization_id}
    kinds = {row.name: row.id for row in session.execute(_KINDS, asked)}
    for row in session.execute(_PATRONS, asked).all():
        for plan in _PLANS:
            stored_at = clock.now() - timedelta(days=plan.days_ago, hours=3)
            with clock.frozen(stored_at, everywhere=False):
                _write(session, actor, row.customer_id, plan, kinds[plan.kind], row.organization)


def _write(
    session: Session, actor: Actor, customer_id: int, plan: _Plan, kind_id: int, organization: str
) -> None:
    place = documents.place_for(session, actor, customer_id)
    received = receive(place, plan.file_name, [_content(plan, organization, customer_id)])
    form = DocumentForm(plan.title, kind_id, plan.public)
    documents.store(session, actor, Upload(customer_id, form, received, uuid.uuid4()))


def _content(plan: _Plan, organization: str, customer_id: int) -> bytes:
    if plan.file_name.endswith(".pdf"):
        return paper.letter(organization, plan.title, plan.words)
    if plan.file_name.endswith(".txt"):
        return "\n\n".join(plan.words).encode()
    drawn = io.BytesIO()
    segno.make(f"CARD-{customer_id:06}", error="q").save(drawn, kind="png", scale=12, border=4)
    return drawn.getvalue()


_KINDS = text("SELECT id, name FROM document_kind WHERE organization_id = :id AND active")
_PATRONS = text("""
    SELECT l.customer_id, o.name AS organization
      FROM patron_link l JOIN patron p ON p.id = l.patron_id
      JOIN account a ON a.id = p.account_id AND a.password_hash IS NOT NULL
      JOIN organization o ON o.id = l.organization_id
     WHERE l.organization_id = :id AND l.status = 'linked' ORDER BY l.customer_id
""")
