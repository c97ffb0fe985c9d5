"""Changes of the organization that move working hours, together with what follows from them.

A facility's time zone, closing it, or taking somebody off the staff changes when people work
without touching a shift. Appointments stay where they are; those now outside working hours are
marked in the same transaction.
"""

from collections.abc import Callable, Collection
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation import clock
from securecare.organization import facilities, places, staff
from securecare.organization.facilities import FacilityForm
from securecare.scheduling import locks
from securecare.scheduling.reassignment import Reassessed, reassess

P = ParamSpec("P")
Result = TypeVar("Result")

UNCHANGED = Reassessed(0, 0)

_AFFECTED = text(
    """
    SELECT staff_id FROM shift WHERE facility_id = :facility_id
    UNION SELECT staff_id FROM staff_exception WHERE facility_id = :facility_id
    UNION SELECT staff_id FROM appointment
     WHERE facility_id = :facility_id AND ends_at > :now AND starts_at > :now - interval '1 day'
    """
)
_SAY_DAYS_ANEW = text(
    """
    UPDATE appointment SET local_day = (starts_at AT TIME ZONE :zone)::date
    WHERE facility_id = :facility_id AND local_day <> (starts_at AT TIME ZONE :zone)::date
    """
)


def change_facility(
    session: Session, actor: Actor, facility_id: int, version: int, form: FacilityForm
) -> Reassessed:
    """Set a facility to `form`; another time zone moves all hours worked there.

    Raises what `facilities.change` raises.
    """
    current = facilities.form_of(
        places.facility(session, actor, facility_id, Permission.CONFIGURE_FACILITIES)
    )
    if form.time_zone == current.time_zone:
        facilities.change(session, actor, facility_id, version, form)
        return UNCHANGED

    def change() -> None:
        if "time_zone" in facilities.change(session, actor, facility_id, version, form):
            _say_days_anew(session, facility_id, form.time_zone)

    return at_facility(session, actor, facility_id, change)


def set_facility_active(
    session: Session, actor: Actor, facility_id: int, active: bool
) -> Reassessed:
    """Open or retire a facility. An inactive one has no hours."""
    places.facility(session, actor, facility_id, Permission.CONFIGURE_FACILITIES)
    return at_facility(
        session,
        actor,
        facility_id,
        lambda: facilities.set_active(session, actor, facility_id, active),
    )


def set_staff_active(session: Session, actor: Actor, staff_id: int, active: bool) -> Reassessed:
    """Take somebody off the staff, or back. Who is inactive has no hours."""
    places.staff(session, actor, staff_id, Permission.CONFIGURE_STAFF)
    locks.for_hours(session, actor.organization_id, [staff_id])
    if not staff.set_active(session, actor, staff_id, active):
        return UNCHANGED
    return reassess(session, actor, [staff_id])


def at_facility(
    session: Session, actor: Actor, facility_id: int, change: Callable[[], Any]
) -> Reassessed:
    """Make a change that moves the hours at a facility, with everybody concerned taken alone."""
    concerned = _lock_concerned(session, actor.organization_id, facility_id)
    change()
    session.flush()
    return reassess(session, actor, sorted(concerned))


def rehearse(
    session: Session,
    actor: Actor,
    verb: Callable[Concatenate[Session, Actor, P], Result],
    *args: P.args,
    **kwargs: P.kwargs,
) -> Result:
    """What a verb would answer if it were done now. Nothing of it stays."""
    rehearsal = session.begin_nested()
    try:
        return verb(session, actor, *args, **kwargs)
    finally:
        rehearsal.rollback()
        session.expire_all()


def _lock_concerned(session: Session, organization_id: int, facility_id: int) -> Collection[int]:
    """Lock everybody who works there or is booked there, the latecomers too.

    Out of order as these are, nobody else who waits for two people is at work meanwhile.
    """
    locked: set[int] = set()
    locks.for_hours(session, organization_id, locked)
    while more := _concerned(session, facility_id) - locked:
        locks.for_hours(session, organization_id, more)
        locked |= more
    return locked


def _concerned(session: Session, facility_id: int) -> set[int]:
    return set(
        session.execute(_AFFECTED, {"facility_id": facility_id, "now": clock.now()}).scalars()
    )


def _say_days_anew(session: Session, facility_id: int, zone: str) -> None:
    # Announced once by the facility itself rather than once per appointment.
    session.execute(text("SELECT set_config('app.quiet', 'on', true)"))
    session.execute(_SAY_DAYS_ANEW, {"facility_id": facility_id, "zone": zone})
    session.execute(text("SELECT set_config('app.quiet', '', true)"))
