"""Facilities: places with a clock of their own.

What moves working hours (another time zone, making a facility inactive) is done through
`securecare.scheduling.consequences`, which sees to the appointments.
"""

from dataclasses import asdict, dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation import audit
from securecare.foundation.forms import (
    Complaints,
    NotAccepted,
    Overtaken,
    changed_fields,
    complain_of_text,
    refused_by,
    require_none,
)
from securecare.organization import places, time_zones
from securecare.organization.models import Facility, Staff

NAME_TAKEN = NotAccepted({"name": "Another facility has this name. Choose one that differs."})
_UNIQUE = "ix_facility_organization_id_name"


@dataclass(frozen=True, slots=True)
class FacilityForm:
    """What may be set for a facility."""

    name: str
    time_zone: str
    street: str = ""
    phone: str = ""

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        complain_of_text(found, "name", self.name, "a name", 80)
        complain_of_text(found, "street", self.street, "an address", 200, needed=False)
        complain_of_text(found, "phone", self.phone, "a phone number", 40, needed=False)
        if not self.time_zone:
            found["time_zone"] = "Choose the time zone its clocks show."
        elif not time_zones.is_known(self.time_zone):
            found["time_zone"] = "Choose a time zone from the list."
        return found


@dataclass(frozen=True, slots=True)
class FacilityListed:
    """A facility as the list shows it."""

    id: int
    form: FacilityForm
    active: bool
    version: int
    staff: int
    """Active staff members at home there."""


def listed(session: Session, actor: Actor) -> list[FacilityListed]:
    """The facilities the person may configure, active ones first."""
    at_home = (
        select(func.count())
        .where(Staff.facility_id == Facility.id, col(Staff.active))
        .scalar_subquery()
    )
    query = (
        select(Facility, at_home)
        .where(places.facilities_in_reach(actor, Permission.CONFIGURE_FACILITIES))
        .order_by(col(Facility.active).desc(), Facility.name)
    )
    return [
        FacilityListed(row.id or 0, form_of(row), row.active, row.version, count)
        for row, count in session.exec(query)
    ]


def form_of(row: Facility) -> FacilityForm:
    """The facility as it is set now."""
    return FacilityForm(row.name, row.time_zone, row.street, row.phone)


def add(session: Session, actor: Actor, form: FacilityForm) -> int:
    """Open a facility and return its id. Only for those who configure the whole organization's.

    Raises `NotAllowed` or `NotAccepted`.
    """
    actor.require_everywhere(Permission.CONFIGURE_FACILITIES)
    require_none(form.complaints())
    row = Facility(organization_id=actor.organization_id, **asdict(form))
    session.add(row)
    with refused_by(_UNIQUE, NAME_TAKEN):
        session.flush()
    audit.record(session, actor, "facility.added", row, facility_id=row.id)
    return row.id or 0


def change(
    session: Session, actor: Actor, facility_id: int, version: int, form: FacilityForm
) -> tuple[str, ...]:
    """Set a facility to `form` and return the names of the fields that changed.

    Raises `NotFound`, `NotAccepted`, or `Overtaken` if it is no longer of that version.
    """
    row = places.facility(session, actor, facility_id, Permission.CONFIGURE_FACILITIES, lock=True)
    require_none(form.complaints())
    if row.version != version:
        raise Overtaken(places.last_changed_by(session, "facility", row.id))
    changed = changed_fields(form_of(row), form)
    if changed:
        row.sqlmodel_update({**asdict(form), "version": version + 1})
        with refused_by(_UNIQUE, NAME_TAKEN):
            session.flush()
        audit.record(session, actor, "facility.changed", row, facility_id=row.id, fields=changed)
    return changed


def set_active(session: Session, actor: Actor, facility_id: int, active: bool) -> bool:
    """Open or retire a facility; says whether that changed anything. Nothing is ever deleted."""
    row = places.facility(session, actor, facility_id, Permission.CONFIGURE_FACILITIES, lock=True)
    if row.active == active:
        return False
    row.active = active
    row.version += 1
    session.flush()
    action = "facility.made_active" if active else "facility.made_inactive"
    audit.record(session, actor, action, row, facility_id=row.id)
    return True
