"""Kinds of documents, set by the organization: what they are called, how long each must be kept."""

from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotAllowed, NotFound
from securecare.access.roles import Permission
from securecare.documents.models import MOST_YEARS, DocumentKind
from securecare.foundation import audit
from securecare.foundation.columns import columns_of
from securecare.foundation.forms import (
    Complaints,
    NotAccepted,
    Overtaken,
    changed_fields,
    complain_of_number,
    complain_of_text,
    refused_by,
    require_none,
)
from securecare.organization import places

KIND = columns_of(DocumentKind)
USUAL = (
    ("Agreement", 6),
    ("Consent", 6),
    ("Identity document", 6),
    ("Intake form", 6),
    ("Letter", 6),
    ("Medical record", 6),
    ("Other", 6),
)
"""What an organization begins with. Six years: 45 CFR 164.316(b)(2)(i), HIPAA's own records; States
may ask for more, and the organization sets it."""


@dataclass(frozen=True, slots=True)
class KindForm:
    """What may be set of a kind. Years count for what is stored from then on."""

    name: str
    retention_years: int
    active: bool = True

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        complain_of_text(found, "name", self.name, "a name", 60)
        complain_of_number(found, "retention_years", self.retention_years, 0, MOST_YEARS, "years")
        return found


@dataclass(frozen=True, slots=True)
class KindListed:
    """A kind as forms and lists show it."""

    id: int
    name: str
    retention_years: int
    active: bool
    version: int


def listed(session: Session, actor: Actor, *, also_inactive: bool = False) -> list[KindListed]:
    """The kinds of the organization by name, for whoever works with documents or configures them."""
    asking = (Permission.VIEW_DOCUMENTS, Permission.CONFIGURE_ORGANIZATION)
    if all(actor.reach(each).nowhere for each in asking):
        raise NotAllowed
    query = select(KIND.id, KIND.name, KIND.retention_years, KIND.active, KIND.version).where(
        KIND.organization_id == actor.organization_id
    )
    if not also_inactive:
        query = query.where(KIND.active)
    return [KindListed(*row) for row in session.execute(query.order_by(KIND.name, KIND.id))]


def add(session: Session, actor: Actor, form: KindForm) -> int:
    """A new kind; gives its id. Raises `NotAllowed` or `NotAccepted`."""
    actor.require_everywhere(Permission.CONFIGURE_ORGANIZATION)
    form = _accepted(form)
    row = DocumentKind(organization_id=actor.organization_id, **asdict(form))
    with refused_by("uq_document_kind_name", _taken()):
        session.add(row)
        session.flush()
    audit.record(session, actor, "document_kind.added", row)
    assert row.id is not None
    return row.id


def change(session: Session, actor: Actor, kind_id: int, version: int, form: KindForm) -> None:
    """Set a kind anew; documents that are there keep the day until which they are retained.

    Raises `NotAllowed`, `NotFound`, `NotAccepted`, or `Overtaken` if it is of another version.
    """
    actor.require_everywhere(Permission.CONFIGURE_ORGANIZATION)
    form = _accepted(form)
    row = of(session, actor, kind_id, lock=True)
    if row.version != version:
        raise Overtaken(places.last_changed_by(session, "document_kind", kind_id))
    changed = changed_fields(KindForm(row.name, row.retention_years, row.active), form)
    if changed:
        with refused_by("uq_document_kind_name", _taken()):
            row.sqlmodel_update({**asdict(form), "version": version + 1})
            session.flush()
        audit.record(session, actor, "document_kind.changed", row, fields=changed)


def of(session: Session, actor: Actor, kind_id: int, *, lock: bool = False) -> DocumentKind:
    """The kind's row, or `NotFound`."""
    query = select(DocumentKind).where(
        KIND.id == kind_id, KIND.organization_id == actor.organization_id
    )
    try:
        return session.execute(query.with_for_update() if lock else query).scalar_one()
    except NoResultFound:
        raise NotFound("This kind of document") from None


def begin_with(session: Session, organization_id: int) -> None:
    """Give a new organization the usual kinds."""
    for name, years in USUAL:
        session.add(DocumentKind(organization_id=organization_id, name=name, retention_years=years))
    session.flush()


def _accepted(form: KindForm) -> KindForm:
    form = KindForm(" ".join(form.name.split()), form.retention_years, form.active)
    require_none(form.complaints())
    return form


def _taken() -> NotAccepted:
    return NotAccepted({"name": "There is a kind of this name already."})
