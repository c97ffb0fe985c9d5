"""Grants: what was given, by whom, for what and for which days. What was spent stands in reports."""

from dataclasses import asdict, dataclass
from datetime import date

from sqlmodel import Session, col, select

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation import audit
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
from securecare.grants.models import FundingGrant
from securecare.organization import places

NAME_TAKEN = NotAccepted({"name": "Another grant has this name. Choose one that differs."})
MOST_CENTS = 1_000_000_000_00
_UNIQUE = "uq_funding_grant_name"


@dataclass(frozen=True, slots=True)
class GrantForm:
    """What may be set for a grant. Fringe is in hundredths of a percent of wages."""

    name: str
    funder: str
    award_number: str
    purpose: str
    amount_cents: int
    starts_on: date
    ends_on: date
    fringe_basis_points: int = 0

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        complain_of_text(found, "name", self.name, "a name", 120)
        complain_of_text(found, "funder", self.funder, "who gives it", 120, needed=False)
        complain_of_text(found, "award_number", self.award_number, "a number", 60, needed=False)
        complain_of_text(found, "purpose", self.purpose, "a purpose", 500, needed=False)
        if not 0 <= self.amount_cents <= MOST_CENTS:
            found["amount_cents"] = "Enter an amount up to a billion."
        if self.ends_on < self.starts_on:
            found["ends_on"] = "The last day lies before the first."
        complain_of_number(found, "fringe_basis_points", self.fringe_basis_points, 0, 10_000)
        return found

    def covers(self, day: date) -> bool:
        """Whether it may be spent on that day."""
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class GrantListed:
    """A grant as lists show it."""

    id: int
    form: GrantForm
    active: bool
    version: int


def listed(session: Session, actor: Actor) -> list[GrantListed]:
    """All grants of the organization, active ones first. Raises `NotAllowed`."""
    actor.require(Permission.VIEW_GRANTS)
    query = select(FundingGrant).order_by(
        col(FundingGrant.active).desc(), col(FundingGrant.ends_on).desc(), FundingGrant.name
    )
    return [_listed(row) for row in session.exec(query)]


def one(session: Session, actor: Actor, grant_id: int) -> GrantListed:
    """A grant. Raises `NotFound`."""
    return _listed(_row(session, actor, grant_id, Permission.VIEW_GRANTS))


def covering(session: Session, actor: Actor, day: date) -> list[GrantListed]:
    """The active grants that may be spent on that day."""
    return [each for each in listed(session, actor) if each.active and each.form.covers(day)]


def add(session: Session, actor: Actor, form: GrantForm) -> int:
    """Take a grant into the books and return its id. Raises `NotAllowed` or `NotAccepted`."""
    actor.require_everywhere(Permission.EDIT_GRANTS)
    require_none(form.complaints())
    row = FundingGrant(organization_id=actor.organization_id, **asdict(form))
    session.add(row)
    with refused_by(_UNIQUE, NAME_TAKEN):
        session.flush()
    audit.record(session, actor, "funding_grant.added", row)
    return row.id or 0


def change(
    session: Session, actor: Actor, grant_id: int, version: int, form: GrantForm
) -> tuple[str, ...]:
    """Set a grant to `form`; gives the names of the fields that changed.

    What has been counted against it stays as it was counted, also if the fringe changes.
    Raises `NotFound`, `NotAccepted`, or `Overtaken` if it is no longer of that version.
    """
    row = _to_edit(session, actor, grant_id)
    require_none(form.complaints())
    if row.version != version:
        raise Overtaken(places.last_changed_by(session, "funding_grant", row.id))
    changed = changed_fields(_form(row), form)
    if changed:
        row.sqlmodel_update({**asdict(form), "version": version + 1})
        with refused_by(_UNIQUE, NAME_TAKEN):
            session.flush()
        audit.record(session, actor, "funding_grant.changed", row, fields=changed)
    return changed


def set_active(session: Session, actor: Actor, grant_id: int, active: bool) -> bool:
    """Close a grant to new spending, or open it again; says whether that changed anything."""
    row = _to_edit(session, actor, grant_id)
    if row.active == active:
        return False
    row.active = active
    row.version += 1
    session.flush()
    action = "funding_grant.made_active" if active else "funding_grant.made_inactive"
    audit.record(session, actor, action, row)
    return True


def _to_edit(session: Session, actor: Actor, grant_id: int) -> FundingGrant:
    row = _row(session, actor, grant_id, Permission.EDIT_GRANTS, lock=True)
    actor.require_everywhere(Permission.EDIT_GRANTS)
    return row


def _row(
    session: Session, actor: Actor, grant_id: int, permission: Permission, *, lock: bool = False
) -> FundingGrant:
    query = select(FundingGrant).where(FundingGrant.id == grant_id)
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    row = session.exec(query).first() if actor.may(permission) else None
    if row is None:
        raise NotFound("This grant")
    return row


def _form(row: FundingGrant) -> GrantForm:
    return GrantForm(
        row.name,
        row.funder,
        row.award_number,
        row.purpose,
        row.amount_cents,
        row.starts_on,
        row.ends_on,
        row.fringe_basis_points,
    )


def _listed(row: FundingGrant) -> GrantListed:
    return GrantListed(row.id or 0, _form(row), row.active, row.version)
