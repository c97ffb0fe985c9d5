"""Weekly shifts: the hours somebody works every week.

Each verb takes the staff member alone, so that no booking looks at hours that are about to
change, and marks in the same transaction which appointments now lie outside working hours.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation import audit
from securecare.foundation.forms import NotAccepted, Overtaken, changed_fields, require_none
from securecare.organization import places
from securecare.organization.models import Facility, Organization, Staff
from securecare.scheduling import locks
from securecare.scheduling.models import Shift
from securecare.scheduling.reassignment import Reassessed, reassess
from securecare.scheduling.shift_form import WEEKDAYS, ShiftForm, first_overlap, offsets


@dataclass(frozen=True, slots=True)
class ShiftListed:
    """A shift as the week shows it."""

    id: int
    form: ShiftForm
    facility: str


def week_of(session: Session, actor: Actor, staff_id: int) -> list[ShiftListed]:
    """All weekly shifts of a staff member, by day and time. Raises `NotFound` out of reach."""
    places.staff(session, actor, staff_id, Permission.EDIT_SHIFTS)
    query = (
        select(Shift, Facility.name)
        .join(Facility, col(Facility.id) == Shift.facility_id)
        .where(Shift.staff_id == staff_id)
        .order_by(col(Shift.weekday), col(Shift.starts_minute), col(Shift.id))
    )
    return [ShiftListed(row.id or 0, _form(row), name) for row, name in session.exec(query)]


def add(
    session: Session, actor: Actor, staff_id: int, form: ShiftForm, weekdays: Collection[int]
) -> Reassessed:
    """Add the same hours on each of the weekdays.

    Raises `NotFound`, or `NotAccepted` if the hours overlap others of this person.
    """
    if not weekdays:
        raise NotAccepted({"weekday": "Choose at least one day of the week."})
    staff = _alone(session, actor, staff_id)
    forms = [form.on(weekday) for weekday in sorted(set(weekdays))]
    for each in forms:
        require_none(each.complaints())
    _require_reach(session, actor, {form.facility_id}, "facility_id")
    _require_no_overlap(session, forms, _others(session, staff_id))
    _insert(session, actor, staff_id, forms)
    audit.record(session, actor, "shift.added", ("staff", staff_id), facility_id=staff.facility_id)
    return reassess(session, actor, [staff_id])


def change(
    session: Session, actor: Actor, shift_id: int, form: ShiftForm, seen: ShiftForm
) -> Reassessed:
    """Set a shift to `form`, if it still is what the person saw.

    Raises `NotFound`, `NotAccepted`, or `Overtaken` if somebody else changed it since.
    """
    staff, row = _shift_alone(session, actor, shift_id, seen)
    require_none(form.complaints())
    if form.facility_id != seen.facility_id:
        _require_reach(session, actor, {form.facility_id}, "facility_id")
    _require_no_overlap(session, [form], _others(session, row.staff_id, besides=[shift_id]))
    if changed := changed_fields(seen, form):
        row.sqlmodel_update(_columns(form))
        session.flush()
        audit.record(
            session,
            actor,
            "shift.changed",
            ("staff", staff.id),
            facility_id=staff.facility_id,
            fields=changed,
        )
    return reassess(session, actor, [row.staff_id])


def remove(session: Session, actor: Actor, shift_id: int, seen: ShiftForm) -> Reassessed:
    """Take a shift out of every week. Raises `NotFound`, or `Overtaken` if it has changed."""
    staff, row = _shift_alone(session, actor, shift_id, seen)
    session.delete(row)
    session.flush()
    audit.record(
        session, actor, "shift.removed", ("staff", staff.id), facility_id=staff.facility_id
    )
    return reassess(session, actor, [row.staff_id])


def copy_day(
    session: Session, actor: Actor, staff_id: int, weekday: int, to_weekdays: Collection[int]
) -> Reassessed:
    """Give other days of the week exactly the shifts of one day, in place of their own.

    Raises `NotFound`, or `NotAccepted` if the copies overlap shifts of the days around them.
    """
    targets = set(to_weekdays) - {weekday}
    if not targets or not targets <= set(range(len(WEEKDAYS))):
        raise NotAccepted({"weekdays": "Choose at least one other day to copy to."})
    staff = _alone(session, actor, staff_id)
    rows = _others(session, staff_id)
    source = [_form(row) for row in rows if row.weekday == weekday]
    kept = [row for row in rows if row.weekday not in targets]
    forms = [form.on(target) for target in sorted(targets) for form in source]
    _require_reach(session, actor, {form.facility_id for form in forms}, "weekdays")
    _require_no_overlap(session, forms, kept)
    session.execute(
        delete(Shift).where(col(Shift.staff_id) == staff_id, col(Shift.weekday).in_(targets))
    )
    _insert(session, actor, staff_id, forms)
    audit.record(
        session,
        actor,
        "shift.changed",
        ("staff", staff_id),
        facility_id=staff.facility_id,
        fields=[WEEKDAYS[target] for target in sorted(targets)],
    )
    return reassess(session, actor, [staff_id])


def _alone(session: Session, actor: Actor, staff_id: int) -> Staff:
    staff = places.staff(session, actor, staff_id, Permission.EDIT_SHIFTS)
    locks.for_hours(session, actor.organization_id, [staff_id])
    return staff


def _shift_alone(
    session: Session, actor: Actor, shift_id: int, seen: ShiftForm
) -> tuple[Staff, Shift]:
    staff_id = session.exec(select(Shift.staff_id).where(Shift.id == shift_id)).first()
    if staff_id is None:
        raise NotFound("This shift")
    staff = _alone(session, actor, staff_id)
    row = session.exec(select(Shift).where(Shift.id == shift_id)).first()
    if row is None:
        raise NotFound("This shift")
    if _form(row) != seen:
        raise Overtaken(places.last_changed_by(session, "staff", staff_id))
    return staff, row


def _require_reach(
    session: Session, actor: Actor, facility_ids: Collection[int], field: str
) -> None:
    """Hours are given only at active facilities where the person may change shifts."""
    if not facility_ids:
        return
    query = select(Facility.id).where(
        col(Facility.id).in_(facility_ids),
        col(Facility.active),
        places.facilities_in_reach(actor, Permission.EDIT_SHIFTS),
    )
    if set(session.exec(query)) != set(facility_ids):
        raise NotAccepted({field: "Choose an active facility where you may change shifts."})


def _require_no_overlap(
    session: Session, forms: Iterable[ShiftForm], rows: Iterable[Shift]
) -> None:
    standing = [_form(row) for row in rows]
    places_ = {row.id or 0: row for row in session.exec(select(Facility))}
    ahead = offsets({id_: place.time_zone for id_, place in places_.items()})
    for form in forms:
        other = first_overlap(form, standing, ahead)
        if other is not None:
            clock24 = bool(session.exec(select(Organization.clock24)).first())
            elsewhere = other.facility_id != form.facility_id
            where = f" at {places_[other.facility_id].name}" if elsewhere else ""
            raise NotAccepted(
                {
                    "starts": f"This overlaps the shift{where} on {WEEKDAYS[other.weekday]} from"
                    f" {other.hours_label(clock24)}. Change that one, or choose other times."
                }
            )
        standing.append(form)


def _others(session: Session, staff_id: int, besides: Collection[int] = ()) -> list[Shift]:
    query = select(Shift).where(Shift.staff_id == staff_id, col(Shift.id).not_in(besides))
    return list(session.exec(query))


def _insert(session: Session, actor: Actor, staff_id: int, forms: Iterable[ShiftForm]) -> None:
    for form in forms:
        row = Shift(organization_id=actor.organization_id, staff_id=staff_id, **_columns(form))
        session.add(row)
    session.flush()


def _form(row: Shift) -> ShiftForm:
    return ShiftForm(
        row.weekday,
        row.facility_id,
        row.starts_minute,
        row.ends_minute,
        tuple(sorted((first, last) for first, last in row.breaks)),
        row.valid_from,
        row.valid_until,
    )


def _columns(form: ShiftForm) -> dict[str, Any]:
    return {
        "weekday": form.weekday,
        "facility_id": form.facility_id,
        "starts_minute": form.starts_minute,
        "ends_minute": form.ends_minute,
        "breaks": [list(each) for each in sorted(form.breaks)],
        "valid_from": form.valid_from,
        "valid_until": form.valid_until,
    }
