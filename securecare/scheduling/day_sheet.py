"""A day of the schedule as a list, to be taken out of the system."""

from collections.abc import Collection
from datetime import date

from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation import audit
from securecare.organization import words
from securecare.scheduling import day as days
from securecare.scheduling.local_time import label, local_day
from securecare.scheduling.statuses import AppointmentStatus

HEAD = (
    "Date",
    "Starts",
    "Ends",
    "Time zone",
    "Facility",
    "Staff member",
    "Name",
    "Program",
    "Status",
    "Override",
)
Row = tuple[str, ...]


def rows(
    session: Session,
    actor: Actor,
    day: date,
    facility_ids: Collection[int] = (),
    staff_ids: Collection[int] = (),
) -> list[Row]:
    """The appointments of the day that the actor may see and take out, by time. Audited.

    Empty collections mean all. Raises `NotAllowed` without the right to export.
    """
    actor.require(Permission.EXPORT)
    read = days.read(session, actor, day, facility_ids)
    names = {person.id: person.name for person in read.staff}
    places = {place.id: place for place in read.places}
    clock24 = words.of(session, actor).clock24
    may_export = actor.reach(Permission.EXPORT)
    listed: list[tuple] = []
    for entry in read.entries:
        place = places.get(entry.facility_id)
        if (
            entry.veiled
            or place is None
            or not may_export.covers(entry.facility_id, entry.program_id)
            or (facility_ids and entry.facility_id not in facility_ids)
            or (staff_ids and entry.staff_id not in staff_ids)
        ):
            continue
        zone = read.book.zones[entry.facility_id]
        row = (
            local_day(entry.starts_at, zone).isoformat(),
            label(entry.starts_at, zone, clock24),
            label(entry.ends_at, zone, clock24),
            place.zone,
            place.name,
            names[entry.staff_id],
            entry.customer,
            entry.program,
            AppointmentStatus(entry.status).label,
            "yes" if entry.forced else "",
        )
        listed.append((entry.starts_at, row))
    audit.record(session, actor, "schedule.exported", ("schedule", None), rows=len(listed))
    return [row for _, row in sorted(listed)]
