"""What becomes of a session once it is planned: it is changed, completed, cancelled, opened again.

A planned session keeps its stock: available falls, on hand does not. Completing takes what was
really given from the shelf and sets the rest free; cancelling sets all of it free; opening again
puts back what was given, by new movements. Each step happens once: it takes the session's row
alone, and finds out there how the session stands.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select, text, update
from sqlmodel import Session
from sqlmodel import select as model_select

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation import audit, clock
from securecare.foundation.columns import columns_of, table_of
from securecare.foundation.forms import (
    Complaints,
    NotAccepted,
    Overtaken,
    complain_of_number,
    complain_of_text,
    refused_by,
    require_none,
)
from securecare.inventory import reservations
from securecare.inventory.movements import Holder
from securecare.outreach import session_lines
from securecare.outreach.errors import (
    DayTaken,
    NotCompleted,
    ReasonNeeded,
    SessionEnded,
)
from securecare.outreach.models import (
    MOST_PIECES,
    CommunityService,
    OutreachSession,
    SessionLine,
)
from securecare.outreach.session_lines import LineWish

SESSION, SERVICE, LINE = map(columns_of, (OutreachSession, CommunityService, SessionLine))
HOLDER = "outreach_session"
NOTES_LENGTH = 2000
_DAY_TAKEN = "uq_outreach_session_day"


@dataclass(frozen=True, slots=True)
class SessionWish:
    """A session as it is entered. Minutes are after local midnight, past 1440 on the next day."""

    service_id: int
    held_on: date
    lines: tuple[LineWish, ...] = ()
    starts_minute: int | None = None
    ends_minute: int | None = None
    notes: str = ""
    grant_id: int | None = None
    form_key: uuid.UUID | None = None

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found = session_lines.complaints_of(self.lines)
        if len(self.notes) > NOTES_LENGTH:
            found["notes"] = f"Keep this to {NOTES_LENGTH} characters; it has {len(self.notes)}."
        if (self.starts_minute is None) != (self.ends_minute is None):
            found["ends"] = "Enter both times, or neither."
        elif self.starts_minute is not None and self.ends_minute is not None:
            if not 0 <= self.starts_minute < 1440:
                found["starts"] = "Enter a time of the day."
            elif not self.starts_minute < self.ends_minute <= self.starts_minute + 1440:
                found["ends"] = "It ends after it starts, within 24 hours."
        return found


def change(session: Session, actor: Actor, session_id: int, version: int, wish: SessionWish) -> int:
    """Set a planned session to what is wished, and keep just what that needs; gives its version.

    The service stays. Raises `NotFound`, `SessionEnded`, `Overtaken`, `NotAccepted`, `DayTaken` or
    `StockShort`.
    """
    row = _planned_alone(session, actor, session_id, version)
    require_none(wish.complaints())
    if wish.grant_id != row.grant_id:
        _require_grant(session, wish.grant_id)
    standing = session_lines.of_session(session, session_id)
    found = session_lines.looked_up(session, actor, wish.lines, standing)
    lines = session_lines.resolved(wish.lines, standing, found)
    taken = DayTaken(_service_name(session, row), wish.held_on)
    with refused_by(_DAY_TAKEN, taken), session.begin_nested():
        _write(session, row, **columns(wish))
    session_lines.write(session, actor, session_id, lines, standing)
    wanted = session_lines.pieces_of(lines)
    reservations.keep(session, actor, Holder(HOLDER, session_id), row.facility_id, wanted)
    audit.record(session, actor, "session.changed", row)
    return version + 1


def complete(
    session: Session,
    actor: Actor,
    session_id: int,
    version: int,
    given: Mapping[int, int],
    people_served: int | None = None,
    notes: str | None = None,
) -> int:
    """Take what was really given out from the shelf and set the rest free; gives the version.

    `given` is by line; a line that is not named was given as planned. More than planned is possible
    where it is available. Raises `NotFound`, `SessionEnded`, `Overtaken`, `NotAccepted`, or
    `StockShort`: then nothing is done.
    """
    row = _planned_alone(session, actor, session_id, version)
    lines = session_lines.of_session(session, session_id)
    handed = {line.id or 0: given.get(line.id or 0, line.quantity) for line in lines}
    require_none(_given_complaints(handed, people_served, notes))
    pieces = session_lines.pieces(
        session, actor.organization_id, [(line, handed[line.id or 0]) for line in lines]
    )
    reservations.commit(session, actor, Holder(HOLDER, session_id), row.facility_id, pieces)
    _write_given(session, handed)
    more = {} if notes is None else {"notes": notes.strip()}
    _end(session, actor, row, "completed", people_served=people_served, **more)
    audit.record(session, actor, "session.completed", row)
    return version + 1


def cancel(session: Session, actor: Actor, session_id: int, version: int, reason: str = "") -> int:
    """Give the session up and set all that it kept free; gives the version.

    Raises `NotFound`, `SessionEnded` or `Overtaken`.
    """
    row = _planned_alone(session, actor, session_id, version)
    reservations.release(session, actor, Holder(HOLDER, session_id), row.facility_id)
    _end(session, actor, row, "cancelled")
    audit.record(session, actor, "session.cancelled", row, reason=reason.strip()[:200])
    return version + 1


def reopen(session: Session, actor: Actor, session_id: int, version: int, reason: str) -> int:
    """Put back what a completed session gave out, and plan just that again; gives the version.

    Raises `NotFound`, `NotCompleted`, `Overtaken` or `ReasonNeeded`.
    """
    row = _alone(session, actor, session_id)
    if row.status != "completed":
        raise NotCompleted
    _require_version(session, row, version)
    if not reason.strip():
        raise ReasonNeeded
    holder = Holder(HOLDER, session_id)
    back = reservations.give_back(session, actor, holder, row.facility_id)
    session.execute(
        update(table_of(SessionLine))
        .where(LINE.session_id == session_id)
        .values(quantity=func.coalesce(LINE.given, LINE.quantity), given=None)
    )
    reservations.keep(session, actor, holder, row.facility_id, back)
    _write(session, row, status="planned", ended_at=None, ended_by=None)
    audit.record(session, actor, "session.reopened", row, reason=reason.strip()[:200])
    return version + 1


def _alone(session: Session, actor: Actor, session_id: int) -> OutreachSession:
    row = session.exec(
        model_select(OutreachSession)
        .where(SESSION.id == session_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None or not actor.may(Permission.RUN_OUTREACH, row.facility_id):
        raise NotFound("This session")
    return row


def _planned_alone(
    session: Session, actor: Actor, session_id: int, version: int
) -> OutreachSession:
    row = _alone(session, actor, session_id)
    if row.status != "planned":
        raise SessionEnded(row.status, _name_of(session, row.ended_by))
    _require_version(session, row, version)
    return row


def _require_version(session: Session, row: OutreachSession, version: int) -> None:
    if row.version != version:
        raise Overtaken(_last_changed_by(session, row.id or 0))


def _require_grant(session: Session, grant_id: int | None) -> None:
    if grant_id is None:
        return
    known = session.execute(
        text("SELECT FROM funding_grant WHERE id = :id AND active"), {"id": grant_id}
    )
    if known.first() is None:
        raise NotAccepted({"grant_id": "Choose a grant that is still in use, or none."})


def columns(wish: SessionWish) -> dict[str, Any]:
    """What is stored of a wish in the session's own row."""
    return {
        "held_on": wish.held_on,
        "starts_minute": wish.starts_minute,
        "ends_minute": wish.ends_minute,
        "notes": wish.notes.strip(),
        "grant_id": wish.grant_id,
    }


def _write(session: Session, row: OutreachSession, **values: Any) -> None:
    row.sqlmodel_update({**values, "version": row.version + 1})
    session.add(row)
    session.flush()


def _end(session: Session, actor: Actor, row: OutreachSession, status: str, **more: Any) -> None:
    ended = {"ended_at": clock.now(), "ended_by": actor.account_id}
    _write(session, row, status=status, **ended, **more)


def _write_given(session: Session, handed: Mapping[int, int]) -> None:
    if not handed:
        return
    session.execute(
        text(
            "UPDATE session_line SET given = handed.quantity"
            " FROM unnest(CAST(:ids AS bigint[]), CAST(:quantities AS int[]))"
            " AS handed(id, quantity) WHERE session_line.id = handed.id"
        ),
        {"ids": list(handed), "quantities": list(handed.values())},
    )


def _given_complaints(
    handed: Mapping[int, int], people_served: int | None, notes: str | None
) -> Complaints:
    found: Complaints = {}
    for line_id, quantity in handed.items():
        complain_of_number(found, f"given_{line_id}", quantity, 0, MOST_PIECES)
    if people_served is not None:
        complain_of_number(found, "people_served", people_served, 0, MOST_PIECES)
    if notes is not None and len(notes) > NOTES_LENGTH:
        complain_of_text(
            found, "notes", notes.replace("\n", " "), "notes", NOTES_LENGTH, needed=False
        )
    return found


def _service_name(session: Session, row: OutreachSession) -> str:
    return session.execute(select(SERVICE.name).where(SERVICE.id == row.service_id)).scalar_one()


def _name_of(session: Session, account_id: int | None) -> str:
    name = session.execute(
        text("SELECT name FROM account WHERE id = :id"), {"id": account_id}
    ).scalar()
    return name or ""


def _last_changed_by(session: Session, session_id: int) -> str:
    name = session.execute(
        text(
            "SELECT actor FROM audit_event WHERE object_type = 'outreach_session'"
            " AND object_id = :id ORDER BY id DESC LIMIT 1"
        ),
        {"id": session_id},
    ).scalar()
    return name or ""
