"""Closures: days on which a facility is closed to everybody."""

from dataclasses import asdict, dataclass
from datetime import date

from sqlmodel import Session, col, select

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation import audit
from securecare.foundation.forms import (
    Complaints,
    Overtaken,
    changed_fields,
    complain_of_text,
    require_none,
)
from securecare.organization import places
from securecare.scheduling import consequences
from securecare.scheduling.exceptions import days_complaints
from securecare.scheduling.models import FacilityClosure
from securecare.scheduling.reassignment import Reassessed


@dataclass(frozen=True, slots=True)
class ClosureForm:
    """From `starts_on` through `ends_on` the facility is closed."""

    starts_on: date
    ends_on: date
    reason: str = ""

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found = days_complaints(self.starts_on, self.ends_on)
        complain_of_text(found, "reason", self.reason, "a reason", 120, needed=False)
        return found


@dataclass(frozen=True, slots=True)
class ClosureListed:
    """A closure as the list shows it."""

    id: int
    form: ClosureForm


def of_facility(
    session: Session, actor: Actor, facility_id: int, since: date
) -> list[ClosureListed]:
    """What ends on `since` or later, soonest first. Raises `NotFound` out of reach."""
    places.facility(session, actor, facility_id, Permission.EDIT_SHIFTS)
    query = (
        select(FacilityClosure)
        .where(FacilityClosure.facility_id == facility_id, col(FacilityClosure.ends_on) >= since)
        .order_by(col(FacilityClosure.starts_on), col(FacilityClosure.id))
    )
    return [ClosureListed(row.id or 0, _form(row)) for row in session.exec(query)]


def add(session: Session, actor: Actor, facility_id: int, form: ClosureForm) -> Reassessed:
    """Close a facility on these days. Raises `NotFound` or `NotAccepted`."""
    places.facility(session, actor, facility_id, Permission.EDIT_SHIFTS)
    require_none(form.complaints())

    def close() -> None:
        session.add(
            FacilityClosure(
                organization_id=actor.organization_id, facility_id=facility_id, **asdict(form)
            )
        )
        audit.record(
            session, actor, "closure.added", ("facility", facility_id), facility_id=facility_id
        )

    return consequences.at_facility(session, actor, facility_id, close)


def change(
    session: Session, actor: Actor, closure_id: int, form: ClosureForm, seen: ClosureForm
) -> Reassessed:
    """Set a closure to `form`, if it still is what the person saw.

    Raises `NotFound`, `NotAccepted`, or `Overtaken` if somebody else changed it since.
    """
    facility_id = _facility_of(session, actor, closure_id)
    require_none(form.complaints())

    def close_otherwise() -> None:
        row = _as_it_stands(session, closure_id)
        if _form(row) != seen:
            raise Overtaken(places.last_changed_by(session, "facility", facility_id))
        if changed := changed_fields(seen, form):
            row.sqlmodel_update(asdict(form))
            audit.record(
                session,
                actor,
                "closure.changed",
                ("facility", facility_id),
                facility_id=facility_id,
                fields=changed,
            )

    return consequences.at_facility(session, actor, facility_id, close_otherwise)


def remove(session: Session, actor: Actor, closure_id: int) -> Reassessed:
    """Open a facility again on the days of a closure. Raises `NotFound`."""
    facility_id = _facility_of(session, actor, closure_id)

    def open_again() -> None:
        session.delete(_as_it_stands(session, closure_id))
        audit.record(
            session, actor, "closure.removed", ("facility", facility_id), facility_id=facility_id
        )

    return consequences.at_facility(session, actor, facility_id, open_again)


def _facility_of(session: Session, actor: Actor, closure_id: int) -> int:
    query = select(FacilityClosure.facility_id).where(FacilityClosure.id == closure_id)
    facility_id = session.exec(query).first()
    if facility_id is None:
        raise NotFound("This closure")
    places.facility(session, actor, facility_id, Permission.EDIT_SHIFTS)
    return facility_id


def _as_it_stands(session: Session, closure_id: int) -> FacilityClosure:
    row = session.get(FacilityClosure, closure_id, populate_existing=True)
    if row is None:
        raise NotFound("This closure")
    return row


def _form(row: FacilityClosure) -> ClosureForm:
    return ClosureForm(row.starts_on, row.ends_on, row.reason)
