"""Closures: days on which a facility is closed to everybody."""

from dataclasses import asdict, dataclass
from datetime import date

from sqlmodel import Session, col, select

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation import audit
from securecare.foundation.forms import Complaints, complain_of_text, require_none
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
    return [
        ClosureListed(row.id or 0, ClosureForm(row.starts_on, row.ends_on, row.reason))
        for row in session.exec(query)
    ]


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


def remove(session: Session, actor: Actor, closure_id: int) -> Reassessed:
    """Open a facility again on the days of a closure. Raises `NotFound`."""
    row = session.exec(select(FacilityClosure).where(FacilityClosure.id == closure_id)).first()
    if row is None:
        raise NotFound("This closure")
    facility_id = row.facility_id
    places.facility(session, actor, facility_id, Permission.EDIT_SHIFTS)

    def open_again() -> None:
        again = session.get(FacilityClosure, closure_id, populate_existing=True)
        if again is None:
            raise NotFound("This closure")
        session.delete(again)
        audit.record(
            session, actor, "closure.removed", ("facility", facility_id), facility_id=facility_id
        )

    return consequences.at_facility(session, actor, facility_id, open_again)
