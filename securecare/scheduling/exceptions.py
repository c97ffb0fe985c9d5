"""Exceptions: days on which somebody is off, or works other hours than the weekly ones."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from sqlmodel import Session, col, select

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation import audit
from securecare.foundation.days import long_day
from securecare.foundation.forms import (
    Complaints,
    NotAccepted,
    Overtaken,
    changed_fields,
    complain_of_text,
    require_none,
)
from securecare.organization import places
from securecare.organization.models import Facility, Staff
from securecare.scheduling import locks
from securecare.scheduling.local_time import DAY_MINUTES
from securecare.scheduling.models import StaffException
from securecare.scheduling.reassignment import Reassessed, reassess
from securecare.scheduling.shift_form import SHORTEST_MINUTES

LONGEST_DAYS = 731


@dataclass(frozen=True, slots=True)
class ExceptionForm:
    """From `starts_on` through `ends_on`: off, or these hours at this facility instead."""

    kind: Literal["off", "hours"]
    starts_on: date
    ends_on: date
    facility_id: int | None = None
    starts_minute: int | None = None
    ends_minute: int | None = None
    reason: str = ""

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found = days_complaints(self.starts_on, self.ends_on)
        complain_of_text(found, "reason", self.reason, "a reason", 120, needed=False)
        if self.kind == "hours":
            found |= self._of_hours()
        return found

    def _of_hours(self) -> Complaints:
        if not self.facility_id:
            return {"facility_id": "Choose the facility these hours are worked at."}
        start, end = self.starts_minute, self.ends_minute
        if start is None or not 0 <= start < DAY_MINUTES:
            return {"starts": "Enter the time these hours start."}
        if end is None or not SHORTEST_MINUTES <= end - start <= DAY_MINUTES:
            return {"ends": f"Hours last from {SHORTEST_MINUTES} minutes to 24 hours."}
        return {}


@dataclass(frozen=True, slots=True)
class ExceptionListed:
    """An exception as the list shows it."""

    id: int
    form: ExceptionForm
    facility: str


def days_complaints(starts_on: date, ends_on: date) -> Complaints:
    """What cannot stay of a first and a last day."""
    if ends_on < starts_on:
        return {"ends_on": "The last day lies before the first. Choose a later one."}
    if (ends_on - starts_on).days > LONGEST_DAYS:
        return {"ends_on": "This is longer than two years. Choose an earlier last day."}
    return {}


def of_staff(session: Session, actor: Actor, staff_id: int, since: date) -> list[ExceptionListed]:
    """What ends on `since` or later, soonest first. Raises `NotFound` out of reach."""
    places.staff(session, actor, staff_id, Permission.EDIT_SHIFTS)
    query = (
        select(StaffException, Facility.name)
        .outerjoin(Facility, col(Facility.id) == StaffException.facility_id)
        .where(StaffException.staff_id == staff_id, col(StaffException.ends_on) >= since)
        .order_by(col(StaffException.starts_on), col(StaffException.starts_minute))
    )
    return [
        ExceptionListed(row.id or 0, _form(row), name or "") for row, name in session.exec(query)
    ]


def add(session: Session, actor: Actor, staff_id: int, form: ExceptionForm) -> Reassessed:
    """Give somebody days off or other hours.

    Raises `NotFound`, or `NotAccepted` if something is already given for one of the days.
    """
    staff = _alone(session, actor, staff_id)
    require_none(form.complaints())
    _require_reach(session, actor, form)
    _require_free_days(session, staff_id, form)
    row = StaffException(organization_id=actor.organization_id, staff_id=staff_id, **_columns(form))
    session.add(row)
    session.flush()
    _record(session, actor, "exception.added", staff)
    return reassess(session, actor, [staff_id])


def change(
    session: Session, actor: Actor, exception_id: int, form: ExceptionForm, seen: ExceptionForm
) -> Reassessed:
    """Set an exception to `form`, if it still is what the person saw.

    Raises `NotFound`, `NotAccepted`, or `Overtaken` if somebody else changed it since.
    """
    staff, row = _exception_alone(session, actor, exception_id)
    if _form(row) != seen:
        raise Overtaken(places.last_changed_by(session, "staff", row.staff_id))
    require_none(form.complaints())
    if form.facility_id != seen.facility_id:
        _require_reach(session, actor, form)
    _require_free_days(session, row.staff_id, form, besides=exception_id)
    if changed := changed_fields(seen, form):
        row.sqlmodel_update(_columns(form))
        session.flush()
        _record(session, actor, "exception.changed", staff, fields=changed)
    return reassess(session, actor, [row.staff_id])


def remove(session: Session, actor: Actor, exception_id: int) -> Reassessed:
    """Take an exception back: the weekly hours count again. Raises `NotFound`."""
    staff, row = _exception_alone(session, actor, exception_id)
    session.delete(row)
    session.flush()
    _record(session, actor, "exception.removed", staff)
    return reassess(session, actor, [row.staff_id])


def _exception_alone(
    session: Session, actor: Actor, exception_id: int
) -> tuple[Staff, StaffException]:
    """The exception with its staff member taken alone, as it stands then."""
    query = select(StaffException).where(StaffException.id == exception_id)
    row = session.exec(query).first()
    if row is None:
        raise NotFound("This exception")
    staff = _alone(session, actor, row.staff_id)
    row = session.exec(query.execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound("This exception")
    return staff, row


def _alone(session: Session, actor: Actor, staff_id: int) -> Staff:
    staff = places.staff(session, actor, staff_id, Permission.EDIT_SHIFTS)
    locks.for_hours(session, actor.organization_id, [staff_id])
    return staff


def _record(
    session: Session, actor: Actor, action: str, staff: Staff, fields: tuple[str, ...] = ()
) -> None:
    audit.record(
        session,
        actor,
        action,
        ("staff", staff.id),
        facility_id=staff.facility_id,
        fields=fields,
    )


def _require_reach(session: Session, actor: Actor, form: ExceptionForm) -> None:
    if form.kind == "off":
        return
    query = select(Facility.id).where(
        Facility.id == form.facility_id,
        col(Facility.active),
        places.facilities_in_reach(actor, Permission.EDIT_SHIFTS),
    )
    if session.exec(query).first() is None:
        raise NotAccepted({"facility_id": "Choose an active facility where you may change shifts."})


def _require_free_days(
    session: Session, staff_id: int, form: ExceptionForm, besides: int = 0
) -> None:
    """Two pieces of other hours may share a day, if not a time; a day off stands alone."""
    query = (
        select(StaffException)
        .where(
            StaffException.staff_id == staff_id,
            StaffException.id != besides,
            col(StaffException.starts_on) <= form.ends_on,
            col(StaffException.ends_on) >= form.starts_on,
        )
        .order_by(col(StaffException.starts_on))
    )
    for other in session.exec(query):
        if form.kind == other.kind == "hours" and not _same_time(form, other):
            continue
        day = long_day(max(other.starts_on, form.starts_on))
        what = "a day off" if other.kind == "off" else "other hours"
        raise NotAccepted({"starts_on": f"There is already {what} on {day}. Change that instead."})


def _same_time(form: ExceptionForm, other: StaffException) -> bool:
    mine = (form.starts_minute or 0, form.ends_minute or 0)
    theirs = (other.starts_minute or 0, other.ends_minute or 0)
    return mine[0] < theirs[1] and theirs[0] < mine[1]


def _form(row: StaffException) -> ExceptionForm:
    return ExceptionForm(
        "off" if row.kind == "off" else "hours",
        row.starts_on,
        row.ends_on,
        row.facility_id,
        row.starts_minute,
        row.ends_minute,
        row.reason,
    )


def _columns(form: ExceptionForm) -> dict[str, Any]:
    columns = asdict(form)
    if form.kind == "off":
        columns |= {"facility_id": None, "starts_minute": None, "ends_minute": None}
    return columns
