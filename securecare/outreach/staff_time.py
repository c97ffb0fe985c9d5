"""Who worked on a session, for how long, and what an hour of them cost then.

What an hour costs is shown to those who may see grants, and set by those who may change them.
Anybody who runs the session notes the minutes; the person's last rate is taken along unseen.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import text
from sqlmodel import Session, col, select

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation import audit
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import (
    Complaints,
    NotAccepted,
    Overtaken,
    complain_of_number,
    refused_by,
    require_none,
)
from securecare.grants.amounts import wages_cents
from securecare.organization import places
from securecare.organization.models import Staff
from securecare.outreach.models import OutreachSession, StaffTime

MOST_MINUTES = 1440
MOST_RATE_CENTS = 100_000
ALREADY_NOTED = NotAccepted(
    {"staff_id": "Their time on this session is noted already. Change it instead."}
)
_UNIQUE = "uq_staff_time_session_id_staff_id"


class CountedAlready(DomainError):
    """A grant pays for this time: it stands as it was counted."""

    def __init__(self) -> None:
        super().__init__(
            "A grant pays for this time. Withdraw it from the grant first, then change it."
        )


class NotHeld(DomainError):
    """The session was cancelled: nobody worked on it."""

    def __init__(self) -> None:
        super().__init__("This session was cancelled. No time can be noted on it.")


@dataclass(frozen=True, slots=True)
class Counted:
    """What a grant pays of somebody's time."""

    claimed_as: str
    grant_id: int
    grant: str
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Worked:
    """Somebody's time on a session. Money is None for those who may not see grants."""

    id: int
    staff_id: int
    name: str
    minutes: int
    version: int
    rate_cents: int | None = None
    wages_cents: int | None = None
    counted: tuple[Counted, ...] = ()
    is_counted: bool = False


@dataclass(frozen=True, slots=True)
class Occasion:
    """The session that the time was spent on."""

    id: int
    facility_id: int
    held_on: date
    status: str
    grant_id: int | None


def of_session(session: Session, actor: Actor, session_id: int) -> list[Worked]:
    """Everybody's time on the session, by name. Raises `NotFound`."""
    occasion = occasion_of(session, actor, session_id, Permission.VIEW_OUTREACH)
    rows = session.exec(
        select(StaffTime, Staff.name)
        .join(Staff, col(Staff.id) == StaffTime.staff_id)
        .where(StaffTime.session_id == session_id)
        .order_by(Staff.name, col(Staff.id))
    ).all()
    counted = _counted(session, [row.id or 0 for row, _ in rows])
    sees_money = actor.may(Permission.VIEW_GRANTS, occasion.facility_id)
    return [_worked(row, name, counted.get(row.id or 0, ()), sees_money) for row, name in rows]


def who_may_work(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """The active staff whose time the person may note, by name."""
    rows = session.exec(
        select(Staff.id, Staff.name)
        .where(places.staff_in_reach(actor, Permission.RUN_OUTREACH), col(Staff.active))
        .order_by(Staff.name, col(Staff.id))
    )
    return [(id_ or 0, name) for id_, name in rows]


def note(
    session: Session,
    actor: Actor,
    session_id: int,
    staff_id: int,
    minutes: int,
    rate_cents: int | None = None,
) -> int:
    """Note somebody's minutes on a session; gives the id of the note.

    `rate_cents` an hour may be given by those who may change grants; None takes the person's last
    rate. Raises `NotFound`, `NotAllowed`, `NotAccepted` or `NotHeld`.
    """
    occasion = occasion_of(session, actor, session_id, Permission.RUN_OUTREACH, lock=True)
    if occasion.status == "cancelled":
        raise NotHeld
    if rate_cents is not None:
        actor.require(Permission.EDIT_GRANTS, occasion.facility_id)
    require_none(_complaints(minutes, rate_cents))
    person = places.staff(session, actor, staff_id, Permission.RUN_OUTREACH)
    if not person.active:
        raise NotAccepted({"staff_id": "Choose somebody who is on the staff now."})
    row = StaffTime(
        organization_id=actor.organization_id,
        session_id=session_id,
        staff_id=staff_id,
        minutes=minutes,
        rate_cents=_last_rate(session, staff_id) if rate_cents is None else rate_cents,
    )
    session.add(row)
    with refused_by(_UNIQUE, ALREADY_NOTED):
        session.flush()
    audit.record(session, actor, "staff_time.added", row, facility_id=occasion.facility_id)
    return row.id or 0


def change(
    session: Session,
    actor: Actor,
    staff_time_id: int,
    version: int,
    minutes: int,
    rate_cents: int | None = None,
) -> None:
    """Correct a note; a rate of None stays as it is.

    Raises `NotFound`, `NotAllowed`, `NotAccepted`, `CountedAlready`, or `Overtaken`.
    """
    row, occasion = locked(session, actor, staff_time_id, Permission.RUN_OUTREACH)
    if rate_cents is not None:
        actor.require(Permission.EDIT_GRANTS, occasion.facility_id)
    require_none(_complaints(minutes, rate_cents))
    if row.version != version:
        raise Overtaken(places.last_changed_by(session, "staff_time", row.id))
    wanted = {
        "minutes": minutes,
        "rate_cents": row.rate_cents if rate_cents is None else rate_cents,
    }
    changed = tuple(name for name, value in wanted.items() if getattr(row, name) != value)
    if not changed:
        return
    if _counted(session, [staff_time_id]):
        raise CountedAlready
    row.sqlmodel_update({**wanted, "version": version + 1})
    session.flush()
    audit.record(
        session,
        actor,
        "staff_time.changed",
        row,
        facility_id=occasion.facility_id,
        fields=changed,
    )


def remove(session: Session, actor: Actor, staff_time_id: int) -> None:
    """Take back a note. Raises `NotFound` or `CountedAlready`."""
    row, occasion = locked(session, actor, staff_time_id, Permission.RUN_OUTREACH)
    if _counted(session, [staff_time_id]):
        raise CountedAlready
    audit.record(session, actor, "staff_time.removed", row, facility_id=occasion.facility_id)
    session.delete(row)
    session.flush()


def locked(
    session: Session, actor: Actor, staff_time_id: int, permission: Permission
) -> tuple[StaffTime, Occasion]:
    """A note that nobody else changes until the transaction ends, and its session."""
    row = session.exec(
        select(StaffTime)
        .where(StaffTime.id == staff_time_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound("This note of somebody's time")
    return row, occasion_of(session, actor, row.session_id, permission)


def occasion_of(
    session: Session,
    actor: Actor,
    session_id: int,
    permission: Permission,
    *,
    lock: bool = False,
) -> Occasion:
    """The session, if the permission holds at its facility. Raises `NotFound`."""
    query = select(OutreachSession).where(OutreachSession.id == session_id)
    if lock:
        query = query.with_for_update(read=True).execution_options(populate_existing=True)
    row = session.exec(query).first()
    if row is None or not actor.may(permission, row.facility_id):
        raise NotFound("This session")
    return Occasion(row.id or 0, row.facility_id, row.held_on, row.status, row.grant_id)


def _complaints(minutes: int, rate_cents: int | None) -> Complaints:
    found: Complaints = {}
    complain_of_number(found, "minutes", minutes, 1, MOST_MINUTES, "minutes")
    if rate_cents is not None and not 0 <= rate_cents <= MOST_RATE_CENTS:
        found["rate_cents"] = "Enter what an hour costs, up to $1,000.00."
    return found


_LAST_RATE = text(
    "SELECT t.rate_cents FROM staff_time t JOIN outreach_session s ON s.id = t.session_id"
    " WHERE t.staff_id = :staff ORDER BY s.held_on DESC, t.id DESC LIMIT 1"
)
_COUNTED = text(
    "SELECT c.staff_time_id, c.claimed_as, c.grant_id, g.name, c.amount_cents FROM time_claim c"
    " JOIN funding_grant g ON g.id = c.grant_id WHERE c.staff_time_id = ANY(:ids)"
    " ORDER BY c.claimed_as DESC"
)


def _last_rate(session: Session, staff_id: int) -> int:
    return session.execute(_LAST_RATE, {"staff": staff_id}).scalar() or 0


def _counted(session: Session, ids: Collection[int]) -> dict[int, tuple[Counted, ...]]:
    found: dict[int, tuple[Counted, ...]] = {}
    for row in session.execute(_COUNTED, {"ids": list(ids)}) if ids else ():
        one = Counted(row.claimed_as, row.grant_id, row.name, row.amount_cents)
        found[row.staff_time_id] = (*found.get(row.staff_time_id, ()), one)
    return found


def _worked(row: StaffTime, name: str, counted: Sequence[Counted], sees_money: bool) -> Worked:
    plain = Worked(
        row.id or 0, row.staff_id, name, row.minutes, row.version, is_counted=bool(counted)
    )
    if not sees_money:
        return plain
    return replace(
        plain,
        rate_cents=row.rate_cents,
        wages_cents=wages_cents(row.minutes, row.rate_cents),
        counted=tuple(counted),
    )
